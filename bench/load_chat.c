/* SPDX-License-Identifier: MIT */
/*
 * One says something in a chat room, many read it.  They come in as ordinary
 * IRC programs; the room is an auditorium, so that coming in is no news to
 * thousands.
 */
#include "bench/fan.h"
#include "bench/load.h"
#include "bench/meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHAT_LINE = 512,
	CHAT_PATIENCE_S = 60,
	CHAT_NET = 127u << 24 /* everybody has an address */
};

struct crowd {
	struct net *net;
	struct wire *wire;
	unsigned up, wanted;
};

static void
crowd_line(struct wire *w, const char *line)
{
	struct crowd *c = w->owner;
	bool host = w == &c->wire[0];

	if (strstr(line, " 376 ")) {
		if (host)
			wire_sendf(w,
			    "CREATE GN #bench - xntl 10000 en-us 1 key 0\r\n");
		wire_sendf(w, "JOIN #bench%s\r\n", host ? " key" : "");
	} else if (strstr(line, " 366 ") && ++c->up == c->wanted) {
		c->net->stop = true;
	} else if (strncmp(line, "ERROR", 5) == 0) {
		meter_die("%s", line);
	}
}

static size_t
crowd_input(struct wire *w, char *p, size_t n)
{
	struct frame frame;
	size_t at = 0, used;

	while ((used = frame_take(p + at, n - at, &frame)) > 0) {
		at += used;
		crowd_line(w, frame.line);
	}
	return at;
}

/* These come in, one network address each. */
static void
crowd_enter(struct crowd *c, const struct options *o, unsigned from,
    unsigned upto)
{
	for (unsigned i = from; i < upto; i++) {
		struct wire *w = &c->wire[i];

		w->owner = c;
		w->input = crowd_input;
		wire_open(w, c->net, wire_address(o->host, o->port),
		    CHAT_NET + 256 + i);
		wire_sendf(w, "NICK b%u\r\nUSER b 0 * :b\r\n", i);
	}
	c->wanted = upto;
	if (!net_run(c->net, meter_now() + CHAT_PATIENCE_S * 1000000000ULL))
		meter_die("%u of %u came in", c->up, upto);
}

static void
chat_say(struct fan *f, unsigned turn)
{
	struct wire *speaker = f->owner;
	char line[CHAT_LINE];
	int n = snprintf(line, sizeof(line), "PRIVMSG #bench :%0*u\r\n",
	    (int)f->opt->bytes, turn);

	wire_send(speaker, line, (size_t)n);
}

void
load_chat(struct net *net, const struct options *o)
{
	struct crowd c = { .net = net };
	struct fan f = { .net = net,
		.opt = o,
		.say = chat_say,
		.mark = " PRIVMSG #bench :" };
	unsigned i, n = o->watchers + 1;

	if (o->bytes < 1 || o->bytes > CHAT_LINE / 2)
		meter_die("bytes=%u cannot be", o->bytes);
	c.wire = calloc(n, sizeof(*c.wire));
	if (!c.wire)
		meter_die("no memory");
	crowd_enter(&c, o, 0, 1);
	for (i = 1; i < n; i += o->conc)
		crowd_enter(&c, o, i, i + o->conc < n ? i + o->conc : n);
	for (i = 1; i < n; i++)
		fan_listen(&f, &c.wire[i]);
	f.owner = &c.wire[0];
	fan_run(&f);
	for (i = 0; i < n; i++)
		wire_close(&c.wire[i]);
	free(c.wire);
}
