/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_PUMP_H
#define NUDGE_BENCH_PUMP_H
/*
 * Messages to and fro: each one that arrives is answered with one, so that a
 * pair always has the same number under way.  The same code drives the
 * switchboard and the bare relay.
 */
#include "bench/options.h"
#include "bench/wire.h"

/*
 * line is the command line of a message, with its CRLF and its payload's
 * length (bytes).
 */
struct pump *
pump_new(struct net *net, const struct options *o, const char *line);
/* Connections of a pair, already in conversation. */
void pump_add(struct pump *p, struct wire *a, struct wire *b);
/* Run and print. */
void pump_run(struct pump *p);
void pump_free(struct pump *p);

#endif
