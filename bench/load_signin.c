/* SPDX-License-Identifier: MIT */
/*
 * Sign-ins without TLS: the connection from VER to CHG and its request to
 * login2.srf.  Leaving is not measured.  The first round teaches the server
 * the passwords and is not measured either.
 */
#include "bench/load.h"
#include "bench/meter.h"
#include "bench/user.h"

#include <stdio.h>
#include <stdlib.h>

static void
signin_ready(struct user *u)
{
	meter_samples_add(u->owner, meter_now() - u->began);
}

void
load_signin(struct net *net, const struct options *o)
{
	struct meter_span span = { .pid = (pid_t)o->pid };
	struct user *users = users_new(net, o, o->users);
	struct meter_samples took;
	unsigned i, round;

	meter_samples_init(&took, (size_t)o->users * o->rounds);
	for (round = 0; round <= o->rounds; round++) {
		if (round == 1)
			for (i = 0; i < o->users; i++) {
				users[i].owner = &took;
				users[i].ready = signin_ready;
			}
		if (round)
			meter_span_begin(&span);
		users_signin(users, o->users, o->conc);
		if (round)
			meter_span_end(&span);
		users_leave(users, o->users);
		net_run(net, meter_now() + o->settle_ms * 1000000ULL);
	}
	meter_span_print(&span, "signins", (uint64_t)o->users * o->rounds);
	meter_samples_print(&took, "took");
	meter_samples_free(&took);
	free(users);
}
