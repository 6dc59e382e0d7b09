/* SPDX-License-Identifier: MIT */
/* People in pairs, talking through switchboards. */
#include "bench/load.h"
#include "bench/meter.h"
#include "bench/pump.h"
#include "bench/talk.h"

#include <stdio.h>
#include <stdlib.h>

void
load_relay_pairs(struct net *net, const struct options *o)
{
	unsigned i, n = 2 * o->pairs;
	struct user *users = users_new(net, o, n);
	struct talk *talks = talks_new(users, o->pairs);
	struct pump *p;
	char line[64];

	users_signin(users, n, o->conc);
	talks_begin(talks, o->pairs, o->conc);
	snprintf(line, sizeof(line), "MSG 12 U %u\r\n", o->bytes);
	p = pump_new(net, o, line);
	for (i = 0; i < o->pairs; i++)
		pump_add(p, &talks[i].a, &talks[i].b);
	net_run(net, meter_now() + o->settle_ms * 1000000ULL);
	pump_run(p);
	talks_end(talks, o->pairs);
	users_leave(users, n);
	pump_free(p);
	free(talks);
	free(users);
}
