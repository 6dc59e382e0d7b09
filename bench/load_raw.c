/* SPDX-License-Identifier: MIT */
/* The same flows as with the server, through the bare relay. */
#include "bench/fan.h"
#include "bench/load.h"
#include "bench/meter.h"
#include "bench/pump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	RAW_LINE = 2048,
	RAW_PATIENCE_S = 10
};

/* Connections that wait for the relay's OK. */
struct raw {
	struct net *net;
	struct wire *wire;
	unsigned total, up;
};

static size_t
raw_input(struct wire *w, char *p, size_t n)
{
	struct raw *r = w->owner;

	if (n != 3 || memcmp(p, "OK\n", 3) != 0)
		meter_die("the relay said something else than OK");
	if (++r->up == r->total)
		r->net->stop = true;
	return n;
}

/* Connection i says "PAIR i/2"; or all but the last say SUB, the last FAN. */
static void
raw_open(struct raw *r, const struct options *o, unsigned total, bool fan)
{
	unsigned i;

	r->total = total;
	r->wire = calloc(total, sizeof(*r->wire));
	if (!r->wire)
		meter_die("no memory");
	for (i = 0; i < total; i++) {
		struct wire *w = &r->wire[i];

		w->owner = r;
		w->input = raw_input;
		wire_open(w, r->net, wire_address(o->host, o->port), 0);
		if (!fan)
			wire_sendf(w, "PAIR %u\n", i / 2);
		else
			wire_sendf(w, i + 1 < total ? "SUB\n" : "FAN\n");
	}
	if (!net_run(r->net, meter_now() + RAW_PATIENCE_S * 1000000000ULL))
		meter_die("the relay answered %u of %u", r->up, total);
}

static void
raw_close(struct raw *r)
{
	unsigned i;

	for (i = 0; i < r->total; i++)
		wire_close(&r->wire[i]);
	free(r->wire);
}

/*
 * A message to the relay is as long as the one the server sends: header is
 * the length of that command line, address and name included.
 */
static void
raw_header(char line[RAW_LINE], const struct options *o)
{
	int tail = snprintf(NULL, 0, " %u\r\n", o->bytes);
	int fill = (int)o->header - 4 - tail;

	if (fill < 1 || fill > RAW_LINE / 2)
		meter_die("header=%u cannot be", o->header);
	snprintf(line, RAW_LINE, "MSG %0*d %u\r\n", fill, 0, o->bytes);
}

void
load_raw_pairs(struct net *net, const struct options *o)
{
	struct raw r = { .net = net };
	char line[RAW_LINE];
	struct pump *p;
	unsigned i;

	raw_header(line, o);
	raw_open(&r, o, 2 * o->pairs, false);
	p = pump_new(net, o, line);
	for (i = 0; i < o->pairs; i++)
		pump_add(p, &r.wire[2 * i], &r.wire[2 * i + 1]);
	pump_run(p);
	raw_close(&r);
	pump_free(p);
}

static void
raw_say(struct fan *f, unsigned turn)
{
	struct wire *speaker = f->owner;
	char line[RAW_LINE];

	(void)turn;
	snprintf(line, sizeof(line), "NLN %0*d\r\n", (int)f->opt->bytes - 6, 0);
	wire_send(speaker, line, f->opt->bytes);
}

void
load_raw_fan(struct net *net, const struct options *o)
{
	struct raw r = { .net = net };
	struct fan f = { .net = net, .opt = o, .say = raw_say };
	unsigned i;

	if (o->bytes < 8 || o->bytes > RAW_LINE - 8)
		meter_die("bytes=%u cannot be", o->bytes);
	raw_open(&r, o, o->watchers + 1, true);
	for (i = 0; i < o->watchers; i++)
		fan_listen(&f, &r.wire[i]);
	f.owner = &r.wire[o->watchers];
	fan_run(&f);
	raw_close(&r);
}
