/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_FAN_H
#define NUDGE_BENCH_FAN_H
/*
 * One says something and many hear it: the time until the last has it.  The
 * same code drives presence and the bare relay.
 */
#include "bench/options.h"
#include "bench/wire.h"

struct fan {
	struct net *net;
	const struct options *opt;
	void (*say)(struct fan *f, unsigned turn);
	void *owner;      /* say()'s own */
	const char *mark; /* in lines that count; NULL: they begin with NLN */
	/* fan.c's own */
	unsigned heard;
	size_t line; /* bytes of the last line heard */
};

/* Let a connection be one that hears: it counts lines that begin with NLN. */
void fan_listen(struct fan *f, struct wire *w);
/* Run and print; net, opt, say and owner are set. */
void fan_run(struct fan *f);

#endif
