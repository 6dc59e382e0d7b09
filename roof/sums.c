/* SPDX-License-Identifier: MIT */
/* Now and then the log is told what came too often for a line each. */
#include "common/net/log_peer.h"
#include "roof/roof.h"

enum {
	EVERY_MS = 10 * 1000
};

static void
sums(struct timer *t)
{
	struct server *s = CONTAINER_OF(t, struct server, sums);

	log_peer_sums(false);
	timer_start(s->loop, t, EVERY_MS);
}

void
roof_sums_begin(struct server *s)
{
	log_peer_setup(env_real());
	s->sums.fire = sums;
	timer_start(s->loop, &s->sums, EVERY_MS);
}

void
roof_sums_end(struct server *s)
{
	timer_stop(&s->sums);
	log_peer_sums(true);
}
