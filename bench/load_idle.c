/* SPDX-License-Identifier: MIT */
/* Sign in many people, and see how much memory the server took for them. */
#include "bench/load.h"
#include "bench/meter.h"
#include "bench/user.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void
idle_measure(struct net *net, const struct options *o, idle_fn come, void *ctx)
{
	pid_t pid = (pid_t)o->pid;
	double n = o->users ? (double)o->users : 1.0;
	uint64_t rss, pss, rss1, pss1, began;

	/* code and tables that the first people wake belong to nobody */
	come(ctx, o->users, o->earlier);
	net_run(net, meter_now() + o->settle_ms * 1000000ULL);
	rss = meter_memory(pid, "Rss:");
	pss = meter_memory(pid, "Pss:");
	began = meter_now();
	come(ctx, 0, o->users);
	printf("signin_s %.2f\n", (double)(meter_now() - began) / 1e9);
	net_run(net, meter_now() + o->settle_ms * 1000000ULL);
	rss1 = meter_memory(pid, "Rss:");
	pss1 = meter_memory(pid, "Pss:");
	printf("rss_before_kib %" PRIu64 "\n", rss);
	printf("rss_after_kib %" PRIu64 "\n", rss1);
	printf("pss_after_kib %" PRIu64 "\n", pss1);
	printf("rss_kib_per_session %.3f\n", ((double)rss1 - (double)rss) / n);
	printf("pss_kib_per_session %.3f\n", ((double)pss1 - (double)pss) / n);
}

static void
sign_in(void *users, unsigned from, unsigned n)
{
	struct user *first = (struct user *)users + from;

	users_signin(first, n, first->opt->conc);
}

void
load_idle(struct net *net, const struct options *o)
{
	struct user *users = users_new(net, o, o->users + o->earlier);

	idle_measure(net, o, sign_in, users);
	users_leave(users, o->users + o->earlier);
	free(users);
}
