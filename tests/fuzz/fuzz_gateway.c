/* SPDX-License-Identifier: MIT */
/*
 * Requests to the gateway in any order, with ids new, old and invented, for
 * one place in a conversation of two.  Each step is two bytes, what and how
 * much, and what it has to say.  Whatever comes, every request gets one answer
 * at most, answers and the other's lines are whole, and all of it ends.
 */
#include "common/base/num.h"
#include "common/base/panic.h"
#include "ns/gateway_id.h"
#include "tests/proto/gateway_play.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	IDS = 4,
	STEPS_MAX = 200,
	MESSAGE_MAX = 1664
};

struct game {
	struct world *w;
	struct player *b;
	struct post *last;
	char id[IDS][64]; /* the newest first */
};

/* What is an id is one in one way. */
static void
parse(struct slice text)
{
	struct buf b = BUF_INIT(64);
	struct gateway_id id, again;

	if (!gateway_id_parse(text, &id))
		return;
	gateway_id_add(&b, &id);
	ASSERT(buf_ok(&b) && b.n <= text.n);
	ASSERT(gateway_id_parse(buf_slice(&b), &again));
	ASSERT(id.prefix == again.prefix && id.turn == again.turn);
	buf_free(&b);
}

static void
learn(struct game *g)
{
	if (g->last == NULL || !g->last->answered || g->last->id[0] == '\0' ||
	    strcmp(g->last->id, g->id[0]) == 0)
		return;
	memmove(g->id[1], g->id[0], sizeof(g->id) - sizeof(g->id[0]));
	memcpy(g->id[0], g->last->id, sizeof(g->id[0]));
}

static void
invented(struct game *g, struct slice text)
{
	char id[64];

	if (text.n >= sizeof(id))
		return;
	memcpy(id, text.p, text.n);
	id[text.n] = '\0';
	(void)post_poll(g->w, id, 1);
}

static void
step(struct game *g, unsigned op, unsigned n, struct slice text)
{
	const char *id = g->id[op >> 3 & (IDS - 1)];

	switch (op & 7) {
	case 0:
	case 1:
		g->last = post_say(g->w, id, text);
		break;
	case 2:
		g->last = post_poll(g->w, id, n & 7);
		break;
	case 3:
		invented(g, text);
		break;
	case 4:
		sb_say(g->b, 5, "U", text.p, text.n);
		break;
	case 5:
		world_pass(g->w, (n & 63) * 50);
		break;
	case 6:
		post_from(n & 1 ? "192.0.2.10" : "198.51.100.1");
		break;
	default:
		if (g->last != NULL)
			post_drop(g->last);
		g->last = NULL;
		break;
	}
	if (n & 64)
		world_settle(g->w);
	learn(g);
}

/* Until bob hears what he said PNG for. */
static void
bob_hears_whole_lines(struct game *g)
{
	uint64_t n;

	play_say(g->b, "PNG");
	for (;;) {
		const char *line = play_hears_like(g->b, "*");

		if (strncmp(line, "QNG", 3) == 0)
			return;
		if (strncmp(line, "MSG alice@a.com alice@a.com ", 28) == 0) {
			ASSERT(num_parse_u64(slice_text(line + 28), &n));
			ASSERT(n <= MESSAGE_MAX);
			(void)play_hears_length(g->b, (size_t)n);
			continue;
		}
		ASSERT(strcmp(line, "BYE alice@a.com") == 0 ||
		    strncmp(line, "JOI ", 4) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_make(data, size);
	struct game g = { .w = world_new() };
	struct player *alice, *bob;

	parse(in);
	alice = play_online(g.w, "alice@a.com", "MSNP9");
	bob = play_online(g.w, "bob@b.com", "MSNP9");
	g.b = sb_open(g.w, bob, "bob@b.com");
	g.last = post_join(g.w, alice, g.b);
	learn(&g);
	for (int i = 0; i < STEPS_MAX && in.n >= 2; i++) {
		unsigned op = (unsigned char)in.p[0];
		unsigned n = (unsigned char)in.p[1];

		in = slice_from(in, 2);
		step(&g, op, n, slice_upto(in, n));
		if ((op & 7) < 2 || (op & 7) == 3 || (op & 7) == 4)
			in = slice_from(in, n);
	}
	world_settle(g.w);
	bob_hears_whole_lines(&g);
	post_world_free(g.w);
	return 0;
}
