/* SPDX-License-Identifier: MIT */
#include "bench/talk.h"

#include "bench/meter.h"

#include <stdlib.h>
#include <string.h>

static void
talk_half(struct talk *t)
{
	if (++t->half == 2)
		t->up(t);
}

static size_t
talk_input(struct wire *w, char *p, size_t n)
{
	struct talk *t = w->owner;
	char callee[USER_ADDRESS];
	char *word[FRAME_WORDS];
	size_t at = 0, used;
	struct frame f;

	while ((used = frame_take(p + at, n - at, &f)) > 0) {
		at += used;
		frame_words(&f, word);
		if (strcmp(word[0], "USR") == 0) {
			user_address(t->callee, callee);
			wire_sendf(w, "CAL 2 %s\r\n", callee);
		} else if (strcmp(word[0], "JOI") == 0 ||
		    strcmp(word[0], "ANS") == 0) {
			talk_half(t);
		} else if (strcmp(word[0], "CAL") != 0 &&
		    strcmp(word[0], "IRO") != 0) {
			meter_die("switchboard said %s %s", word[0], word[1]);
		}
	}
	return at;
}

static void
talk_join(struct talk *t, struct wire *w, struct user *u, const char *where)
{
	w->owner = t;
	w->input = talk_input;
	wire_open(w, u->net, wire_address(where, u->opt->port), user_source(u));
}

static void
talk_event(struct user *u, struct frame *f)
{
	char me[USER_ADDRESS], *word[FRAME_WORDS];
	struct talk *t = u->owner;

	frame_words(f, word);
	user_address(u, me);
	if (strcmp(word[0], "XFR") == 0) {
		talk_join(t, &t->a, u, word[3]);
		wire_sendf(&t->a, "USR 1 %s %s\r\n", me, word[5]);
	} else if (strcmp(word[0], "RNG") == 0) {
		talk_join(t, &t->b, u, word[2]);
		wire_sendf(&t->b, "ANS 1 %s %s %s\r\n", me, word[4], word[1]);
	} else if (word[0][0] >= '0' && word[0][0] <= '9') {
		meter_die("XFR of user %u: %s", u->number, word[0]);
	}
}

void
talk_begin(struct talk *t)
{
	t->half = 0;
	t->began = meter_now();
	t->caller->owner = t->callee->owner = t;
	t->caller->event = t->callee->event = talk_event;
	wire_sendf(&t->caller->ns, "XFR 7 SB\r\n");
}

void
talk_end(struct talk *t)
{
	wire_close(&t->a);
	wire_close(&t->b);
}

struct talk *
talks_new(struct user *users, unsigned pairs)
{
	struct talk *t = calloc(pairs ? pairs : 1, sizeof(*t));
	unsigned i;

	if (!t)
		meter_die("no memory");
	for (i = 0; i < pairs; i++) {
		t[i].caller = &users[2 * i];
		t[i].callee = &users[2 * i + 1];
		t[i].a.fd = t[i].b.fd = -1;
	}
	return t;
}

struct talks {
	struct talk *talk;
	unsigned total, next, done;
};

static void
talks_next(struct talks *all)
{
	if (all->next < all->total)
		talk_begin(&all->talk[all->next++]);
}

static void
talks_up(struct talk *t)
{
	struct net *net = t->caller->net;
	struct talks *all = net->ctx;

	all->done++;
	talks_next(all);
	if (all->done == all->total)
		net->stop = true;
}

void
talks_begin(struct talk *talks, unsigned pairs, unsigned conc)
{
	struct talks all = { .talk = talks, .total = pairs };
	struct net *net = talks->caller->net;
	void *before = net->ctx;
	unsigned i;

	net->ctx = &all;
	for (i = 0; i < pairs; i++)
		talks[i].up = talks_up;
	for (i = 0; i < conc; i++)
		talks_next(&all);
	if (!net_run(net, meter_now() + 30000000000U))
		meter_die("only %u of %u conversations", all.done, pairs);
	net->ctx = before;
}

void
talks_end(struct talk *talks, unsigned pairs)
{
	unsigned i;

	for (i = 0; i < pairs; i++)
		talk_end(&talks[i]);
}
