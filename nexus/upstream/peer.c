/* SPDX-License-Identifier: MIT */
/*
 * What is known of a server: whether it answers, and how often it said what.
 * One that fails is left alone for a while, so that nobody has to wait for it;
 * then one question tries whether it is back.
 */
#include "nexus/upstream/priv.h"

#include "common/base/log.h"

struct upstream_peer *
upstream_peer(struct upstream *u, struct slice name)
{
	LIST_EACH(it, &u->peers) {
		struct upstream_peer *p =
		    CONTAINER_OF(it, struct upstream_peer, node);

		if (slice_eq_text(name, p->name))
			return p;
	}
	return NULL;
}

bool
upstream_peer_paused(const struct upstream *u, const struct upstream_peer *p)
{
	return p->failures >= u->cfg->failures &&
	    loop_now(u->loop) < p->pause_until;
}

bool
upstream_peer_open(struct upstream *u, struct upstream_peer *p)
{
	if (p->failures < u->cfg->failures)
		return true;
	if (upstream_peer_paused(u, p))
		return false;
	/* whoever comes while this one waits for its answer is refused */
	p->pause_until = loop_now(u->loop) + u->cfg->pause_ms;
	return true;
}

void
upstream_peer_answered(struct upstream *u, struct upstream_peer *p, bool good)
{
	if (p->failures >= u->cfg->failures)
		log_info("upstream-back", LOG_T("upstream", p->name));
	p->failures = 0;
	if (good)
		p->last_good = env_wall(u->env);
}

void
upstream_peer_failed(struct upstream *u, struct upstream_peer *p)
{
	p->failures++;
	if (p->failures < u->cfg->failures)
		return;
	if (p->failures == u->cfg->failures)
		log_warn("upstream-paused", LOG_T("upstream", p->name),
		    LOG_N("failures", p->failures),
		    LOG_N("ms", u->cfg->pause_ms));
	p->pause_until = loop_now(u->loop) + u->cfg->pause_ms;
}

const char *
upstream_outcome_text(enum upstream_outcome o)
{
	static const char *const names[UPSTREAM_OUTCOMES] = {
		[UPSTREAM_GOOD] = "good",
		[UPSTREAM_WRONG] = "wrong",
		[UPSTREAM_LOCKED] = "locked",
		[UPSTREAM_MOVED] = "moved",
		[UPSTREAM_DOWN] = "down",
		[UPSTREAM_PAUSED] = "paused",
		[UPSTREAM_KNOWN] = "known",
		[UPSTREAM_CIRCLE] = "circle",
	};

	return names[o];
}

static void
each_request(void *ctx, struct metrics_rows *rows)
{
	struct upstream *u = ctx;

	LIST_EACH(it, &u->peers) {
		const struct upstream_peer *p =
		    CONTAINER_OF(it, struct upstream_peer, node);

		for (unsigned i = 0; i < UPSTREAM_OUTCOMES; i++) {
			const struct metrics_label labels[] = {
				{ "upstream", p->name },
				{ "outcome", upstream_outcome_text(i) },
			};

			metrics_row(rows, labels, 2, p->outcomes[i]);
		}
	}
}

static void
each_time(void *ctx, struct metrics_rows *rows)
{
	struct upstream *u = ctx;

	LIST_EACH(it, &u->peers) {
		const struct upstream_peer *p =
		    CONTAINER_OF(it, struct upstream_peer, node);
		const struct metrics_label label = { "upstream", p->name };

		metrics_row(rows, &label, 1, p->asked_ms);
	}
}

static void
each_pause(void *ctx, struct metrics_rows *rows)
{
	struct upstream *u = ctx;

	LIST_EACH(it, &u->peers) {
		const struct upstream_peer *p =
		    CONTAINER_OF(it, struct upstream_peer, node);
		const struct metrics_label label = { "upstream", p->name };

		metrics_row(rows, &label, 1, upstream_peer_paused(u, p));
	}
}

void
upstream_metrics(struct upstream *u, struct metrics *m)
{
	metrics_family(m, METRICS_COUNTER, "upstream.requests",
	    "passwords that other servers decide about, by what came of it",
	    each_request, u);
	metrics_family(m, METRICS_COUNTER, "upstream.milliseconds",
	    "how long the answers of other servers took together", each_time,
	    u);
	metrics_family(m, METRICS_GAUGE, "upstream.paused",
	    "1: it failed and is not asked for a while", each_pause, u);
}
