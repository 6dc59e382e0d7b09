/* SPDX-License-Identifier: MIT */
/* What has been kept long enough goes, also of those who never come. */
#include "core/private.h"

enum {
	FIRST_MS = 60 * 1000,
	EVERY_MS = 60 * 60 * 1000
};

static void
expire(struct timer *t)
{
	struct core *c = CONTAINER_OF(t, struct core, expiry);
	struct store_change change = { .kind = STORE_EXPIRE };

	change.u.expiry.read = mailbox_since(c);
	change.u.expiry.signins = signin_place_since(c);
	change.u.expiry.networks = known_since(c);
	if (store_writable(c->store))
		(void)store_change(c->store, &change);
	timer_start(c->loop, t, EVERY_MS);
}

void
expire_start(struct core *c)
{
	c->expiry.fire = expire;
	timer_start(c->loop, &c->expiry, FIRST_MS);
}

void
expire_stop(struct core *c)
{
	timer_stop(&c->expiry);
}
