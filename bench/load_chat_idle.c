/* SPDX-License-Identifier: MIT */
/*
 * People who sit in chat rooms of 25 and say nothing: guests with the chat
 * control's GateKeeper, and ordinary programs with an account.
 */
#include "bench/load.h"
#include "bench/meter.h"

#include <mbedtls/base64.h>
#include <mbedtls/md.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROOM_PEOPLE = 25,
	ROOM_PATIENCE_S = 60,
	ROOM_NET = 127u << 24, /* everybody has an address */
	GATE_CHALLENGE = 8,
	GATE_MAC = 16
};

struct rooms {
	struct net *net;
	const struct options *opt;
	struct wire *wire;
	bool members;
	unsigned up, wanted;
};

#define GATE_TOKEN(step) "AUTH GateKeeper " step ":GKSSP\\0\\0\\0\1\\0\\0\\0"

/* The challenge ends the line; neither it nor the answer needs quoting. */
static void
prove(struct wire *w, const char *line, size_t n)
{
	static const char head[] = GATE_TOKEN("S ") "\3\\0\\0\\0";
	unsigned char all[sizeof(head) - 1 + GATE_MAC + 2];
	const unsigned char *challenge =
	    (const unsigned char *)line + n - GATE_CHALLENGE;

	memcpy(all, head, sizeof(head) - 1);
	if (mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_MD5),
		(const unsigned char *)"SRFMKSJANDRESKKC", 16, challenge,
		GATE_CHALLENGE, all + sizeof(head) - 1) != 0)
		meter_die("no MD5");
	memcpy(all + sizeof(all) - 2, "\r\n", 2);
	wire_send(w, all, sizeof(all));
}

static void
show_password(struct wire *w, unsigned number)
{
	const struct options *o = ((struct rooms *)w->owner)->opt;
	unsigned char plain[256], text[512];
	size_t n;
	int used = snprintf((char *)plain, sizeof(plain), "%cu%06u@%s%c%s", 0,
	    o->first + number, o->domain, 0, o->password);

	if (mbedtls_base64_encode(text, sizeof(text), &n, plain,
		(size_t)used) != 0)
		meter_die("no base64");
	wire_sendf(w, "AUTHENTICATE %s\r\n", text);
}

static void
rooms_line(struct wire *w, const struct frame *f)
{
	struct rooms *r = w->owner;
	unsigned number = (unsigned)(w - r->wire);

	if (strstr(f->line, " 800 "))
		wire_sendf(w, GATE_TOKEN("I ") "\1\\0\\0\\0\r\n");
	else if (strncmp(f->line, "AUTH GateKeeper S", 17) == 0)
		prove(w, f->line, f->nline);
	else if (strncmp(f->line, "AUTH GateKeeper *", 17) == 0)
		wire_sendf(w, "NICK >g%u\r\n", number);
	else if (strcmp(f->line, "AUTHENTICATE +") == 0)
		show_password(w, number);
	else if (strstr(f->line, " 903 "))
		wire_sendf(w, "CAP END\r\n");
	else if (strstr(f->line, " 001 "))
		wire_sendf(w, "JOIN #room%u\r\n", number / ROOM_PEOPLE);
	else if (strstr(f->line, " 366 ") && ++r->up == r->wanted)
		r->net->stop = true;
	else if (strncmp(f->line, "ERROR", 5) == 0 || strstr(f->line, " 904 *"))
		meter_die("%s", f->line);
}

static size_t
rooms_input(struct wire *w, char *p, size_t n)
{
	struct frame frame;
	size_t at = 0, used;

	while ((used = frame_take(p + at, n - at, &frame)) > 0) {
		at += used;
		rooms_line(w, &frame);
	}
	return at;
}

static void
rooms_enter(struct rooms *r, unsigned number)
{
	const struct options *o = r->opt;
	struct wire *w = &r->wire[number];

	w->owner = r;
	w->input = rooms_input;
	wire_open(w, r->net, wire_address(o->host, o->port),
	    ROOM_NET + 256 + number);
	if (r->members)
		wire_sendf(w,
		    "CAP REQ :sasl\r\nNICK m%u\r\nUSER m 0 * :m\r\n"
		    "AUTHENTICATE PLAIN\r\n",
		    number);
	else
		wire_sendf(w, "IRCVERS IRC8 MSN-OCX!9.02.0310.2401 en-us\r\n");
}

/* As many at a time as may sign in at once. */
static void
rooms_come(void *ctx, unsigned from, unsigned n)
{
	struct rooms *r = ctx;
	unsigned conc = r->opt->conc;

	for (unsigned i = 0; i < n; i += conc) {
		unsigned some = n - i < conc ? n - i : conc;

		r->wanted += some;
		for (unsigned k = 0; k < some; k++)
			rooms_enter(r, from + i + k);
		if (!net_run(r->net,
			meter_now() + ROOM_PATIENCE_S * 1000000000ULL))
			meter_die("%u of %u came in", r->up, r->wanted);
	}
}

static void
rooms_fill(struct net *net, const struct options *o, bool members)
{
	struct rooms r = { .net = net, .opt = o, .members = members };
	unsigned n = o->users + o->earlier;

	r.wire = calloc(n, sizeof(*r.wire));
	if (!r.wire)
		meter_die("no memory");
	idle_measure(net, o, rooms_come, &r);
	for (unsigned i = 0; i < n; i++)
		wire_close(&r.wire[i]);
	free(r.wire);
}

void
load_chat_guests(struct net *net, const struct options *o)
{
	rooms_fill(net, o, false);
}

void
load_chat_members(struct net *net, const struct options *o)
{
	rooms_fill(net, o, true);
}
