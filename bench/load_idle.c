/* SPDX-License-Identifier: MIT */
/* Sign in many people, and see how much memory the server took for them. */
#include "bench/load.h"
#include "bench/meter.h"
#include "bench/user.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void
load_idle(struct net *net, const struct options *o)
{
	struct user *users = users_new(net, o, o->users + o->earlier);
	pid_t pid = (pid_t)o->pid;
	double n = o->users ? (double)o->users : 1.0;
	uint64_t rss, pss, rss1, pss1, began;

	/* code and tables that the first people wake belong to nobody */
	users_signin(users + o->users, o->earlier, o->conc);
	net_run(net, meter_now() + o->settle_ms * 1000000ULL);
	rss = meter_memory(pid, "Rss:");
	pss = meter_memory(pid, "Pss:");
	began = meter_now();
	users_signin(users, o->users, o->conc);
	printf("signin_s %.2f\n", (double)(meter_now() - began) / 1e9);
	net_run(net, meter_now() + o->settle_ms * 1000000ULL);
	rss1 = meter_memory(pid, "Rss:");
	pss1 = meter_memory(pid, "Pss:");
	printf("rss_before_kib %" PRIu64 "\n", rss);
	printf("rss_after_kib %" PRIu64 "\n", rss1);
	printf("pss_after_kib %" PRIu64 "\n", pss1);
	printf("rss_kib_per_session %.3f\n", ((double)rss1 - (double)rss) / n);
	printf("pss_kib_per_session %.3f\n", ((double)pss1 - (double)pss) / n);
	users_leave(users, o->users + o->earlier);
	free(users);
}
