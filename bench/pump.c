/* SPDX-License-Identifier: MIT */
#include "bench/pump.h"

#include "bench/meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PUMP_SAMPLES = 1 << 20,
	PUMP_PAYLOAD = 1664
};

struct pump_end {
	struct pump *pump;
	struct wire *wire;
	bool first; /* counts round trips */
	bool away;  /* a round trip is under way */
	uint64_t sent;
};

struct pump {
	struct net *net;
	const struct options *opt;
	char *block; /* the message, outstanding times */
	size_t frame;
	size_t header; /* bytes of the last message's command line */
	struct pump_end *end;
	unsigned nends;
	unsigned turn; /* whose message goes next, when paced */
	bool timed;
	uint64_t messages;
	uint64_t late; /* a paced message was due before the last came back */
	struct meter_samples trips;
};

struct pump *
pump_new(struct net *net, const struct options *o, const char *line)
{
	static const char head[] =
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=UTF-8\r\n"
	    "X-MMS-IM-Format: FN=Arial; EF=; CO=0; CS=0; "
	    "PF=22\r\n\r\n";
	struct pump *p = calloc(1, sizeof(*p));
	size_t n = strlen(line), i;

	if (!p || o->bytes < sizeof(head) || o->bytes > PUMP_PAYLOAD)
		meter_die("bytes must be %zu to %d", sizeof(head),
		    PUMP_PAYLOAD);
	p->net = net;
	p->opt = o;
	p->frame = n + o->bytes;
	p->block = malloc(p->frame * o->outstanding);
	p->end = calloc(2 * (size_t)o->pairs, sizeof(*p->end));
	if (!p->block || !p->end)
		meter_die("no memory");
	for (i = 0; i < o->outstanding; i++) {
		char *at = p->block + i * p->frame;

		memcpy(at, line, n);
		memset(at + n, 'x', o->bytes);
		memcpy(at + n, head, sizeof(head) - 1);
	}
	meter_samples_init(&p->trips, PUMP_SAMPLES);
	return p;
}

static void
pump_send(struct pump_end *e, size_t count)
{
	if (e->first) {
		e->sent = meter_now();
		e->away = true;
	}
	while (count) {
		size_t n = count < e->pump->opt->outstanding
		    ? count
		    : e->pump->opt->outstanding;

		wire_send(e->wire, e->pump->block, n * e->pump->frame);
		count -= n;
	}
}

static size_t
pump_input(struct wire *w, char *p, size_t n)
{
	struct pump_end *e = w->owner;
	struct pump *pump = e->pump;
	size_t at = 0, used, count = 0;
	struct frame f;

	while ((used = frame_take(p + at, n - at, &f)) > 0) {
		at += used;
		if (memcmp(f.line, "MSG", 3) != 0)
			meter_die("in a conversation: %s", f.line);
		pump->header = used - f.npayload;
		count++;
	}
	if (count == 0)
		return at;
	pump->messages += count;
	if (e->first && pump->opt->outstanding == 1) {
		if (pump->timed)
			meter_samples_add(&pump->trips, meter_now() - e->sent);
		e->away = false;
		if (pump->opt->pace_us)
			return at;
	}
	pump_send(e, count);
	return at;
}

void
pump_add(struct pump *p, struct wire *a, struct wire *b)
{
	struct wire *w[2] = { a, b };
	int i;

	for (i = 0; i < 2; i++) {
		struct pump_end *e = &p->end[p->nends++];

		*e = (struct pump_end){ .pump = p, .wire = w[i], .first = !i };
		w[i]->owner = e;
		w[i]->input = pump_input;
	}
}

/* Paced: the pairs take turns, pace_us apart. */
static void
pump_tick(struct net *net)
{
	struct pump *p = net->ctx;
	struct pump_end *e = &p->end[p->turn];

	p->turn = (p->turn + 2) % p->nends;
	net->tick_at += p->opt->pace_us * 1000ULL;
	if (e->away)
		p->late++;
	else
		pump_send(e, 1);
}

static void
pump_start(struct pump *p)
{
	unsigned i;

	p->net->ctx = p;
	if (p->opt->pace_us) {
		p->net->tick = pump_tick;
		p->net->tick_at = meter_now();
		return;
	}
	for (i = 0; i < p->nends; i += 2)
		pump_send(&p->end[i], p->opt->outstanding);
}

void
pump_run(struct pump *p)
{
	struct meter_span span = { .pid = (pid_t)p->opt->pid };
	uint64_t before;

	pump_start(p);
	net_run(p->net, meter_now() + p->opt->warm_ms * 1000000ULL);
	before = p->messages;
	p->timed = true;
	meter_span_begin(&span);
	net_run(p->net, meter_now() + p->opt->run_ms * 1000000ULL);
	meter_span_end(&span);
	p->net->tick_at = 0;
	meter_span_print(&span, "messages", p->messages - before);
	printf("header_bytes %zu\n", p->header);
	if (p->opt->outstanding == 1) {
		meter_samples_print(&p->trips, "trip");
		printf("late %llu\n", (unsigned long long)p->late);
	}
}

void
pump_free(struct pump *p)
{
	meter_samples_free(&p->trips);
	free(p->block);
	free(p->end);
	free(p);
}
