/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_TALK_H
#define NUDGE_BENCH_TALK_H
/*
 * A conversation of two people who are signed in: XFR, USR, CAL, RNG, ANS,
 * JOI.
 */
#include "bench/user.h"

struct talk {
	struct user *caller;
	struct user *callee;
	struct wire a; /* the caller's switchboard connection */
	struct wire b; /* the callee's */
	unsigned half; /* JOI and ANS OK seen */
	uint64_t began;
	void (*up)(struct talk *t);
};

/* Begin; up() is called when both are in. */
void talk_begin(struct talk *t);
void talk_end(struct talk *t);

/* Pairs of users[0] and [1], [2] and [3], ... */
struct talk *talks_new(struct user *users, unsigned pairs);
/* Begin them all, conc at a time, and wait until all are up. */
void talks_begin(struct talk *talks, unsigned pairs, unsigned conc);
void talks_end(struct talk *talks, unsigned pairs);

#endif
