/* SPDX-License-Identifier: MIT */
/* Setting conversations up, from XFR to JOI; ending them is not measured. */
#include "bench/load.h"
#include "bench/meter.h"
#include "bench/talk.h"

#include <stdlib.h>

void
load_sbsetup(struct net *net, const struct options *o)
{
	struct meter_span span = { .pid = (pid_t)o->pid };
	unsigned round, n = 2 * o->pairs;
	struct user *users = users_new(net, o, n);
	struct talk *talks = talks_new(users, o->pairs);

	users_signin(users, n, o->conc);
	for (round = 0; round <= o->rounds; round++) {
		net_run(net, meter_now() + o->settle_ms * 1000000ULL);
		if (round)
			meter_span_begin(&span);
		talks_begin(talks, o->pairs, o->conc);
		if (round)
			meter_span_end(&span);
		talks_end(talks, o->pairs);
	}
	net_run(net, meter_now() + o->settle_ms * 1000000ULL);
	meter_span_print(&span, "setups", (uint64_t)o->pairs * o->rounds);
	users_leave(users, n);
	free(talks);
	free(users);
}
