/* SPDX-License-Identifier: MIT */
/* One look at some counters every minute, for the charts. */
#include "web/admin/parts.h"

enum {
	MINUTE_MS = 60 * 1000
};

struct line {
	const char *name;
	bool counts; /* what came since the last look is shown */
	uint64_t (*read)(const struct core *c);
};

static uint64_t
sessions(const struct core *c)
{
	return c->nsessions;
}

static uint64_t
sign_ins(const struct core *c)
{
	return metrics_get(c->metrics, COUNTER_NS_SIGN_INS);
}

static uint64_t
messages(const struct core *c)
{
	return metrics_get(c->metrics, COUNTER_SB_MESSAGES);
}

static uint64_t
refused(const struct core *c)
{
	return metrics_get(c->metrics, COUNTER_LOGIN_BAD) +
	    metrics_get(c->metrics, COUNTER_LOGIN_LOCKED);
}

/* clang-format off */
static const struct line lines[ADMIN_LINES] = {
	[ADMIN_SESSIONS] = { "Sessions",                  false, sessions },
	[ADMIN_SIGN_INS] = { "Sign-ins per minute",       true,  sign_ins },
	[ADMIN_MESSAGES] = { "Messages per minute",       true,  messages },
	[ADMIN_REFUSED] =  { "Wrong passwords per minute", true, refused },
};
/* clang-format on */

/* As it is, or what came since the last look. */
static uint32_t
value_now(const struct admin *a, enum admin_line line)
{
	uint64_t now = lines[line].read(a->core);

	if (lines[line].counts)
		now -= a->ring.last[line];
	return now < UINT32_MAX ? (uint32_t)now : UINT32_MAX;
}

static void
look(struct timer *t)
{
	struct admin_ring *r = CONTAINER_OF(t, struct admin_ring, timer);
	struct admin *a = CONTAINER_OF(r, struct admin, ring);

	for (unsigned i = 0; i < ADMIN_LINES; i++) {
		r->at[i][r->next] = value_now(a, (enum admin_line)i);
		r->last[i] = lines[i].read(a->core);
	}
	r->next = (r->next + 1) % ADMIN_MINUTES;
	if (r->n < ADMIN_MINUTES)
		r->n++;
	timer_start(a->core->loop, t, MINUTE_MS);
}

void
admin_ring_start(struct admin *a)
{
	a->ring.timer.fire = look;
	look(&a->ring.timer);
}

unsigned
admin_ring_read(const struct admin *a, enum admin_line line,
    uint32_t out[ADMIN_MINUTES])
{
	const struct admin_ring *r = &a->ring;
	unsigned n = r->n < ADMIN_MINUTES ? r->n : ADMIN_MINUTES - 1;

	for (unsigned i = 0; i < n; i++)
		out[i] = r->at[line][(r->next + ADMIN_MINUTES - n + i) %
		    ADMIN_MINUTES];
	out[n] = value_now(a, line);
	return n + 1;
}

const char *
admin_ring_name(enum admin_line line)
{
	return lines[line].name;
}
