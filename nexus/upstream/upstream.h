/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NEXUS_UPSTREAM_H
#define NUDGE_NEXUS_UPSTREAM_H
/*
 * The asking side of accounts that live elsewhere: an answerer for the core's
 * struct elsewhere, which asks other servers in the language of the token
 * services (real-accounts.md).
 */
#include "common/ops/metrics.h"
#include "core/door/elsewhere.h"
#include "nexus/rst.h"

/*
 * What the request that brought the password says beside it, for
 * elsewhere_job.asker.  Read during ask() alone; whatever is not known stays
 * zero, and NULL in place of all of it makes a plain question.
 */
struct upstream_asker {
	struct slice via;              /* header X-RST-Via, as it came */
	struct slice body;             /* the RST document, whole; else empty */
	enum rst_kind kind;            /* of the body */
	const struct rst_request *rst; /* what was read of the body, or NULL */
	struct slice x_policy;         /* header X-Policy: "target|policy" */
	struct slice x_client;         /* header X-Client: "version;{guid}" */
	struct slice user_agent;
};

/* One ticket of an answer that is passed on as it is. */
struct upstream_token {
	struct slice address; /* it is for */
	struct slice ticket;  /* as clients show it: "t=...&p=", unescaped */
	bool has_secret;
	unsigned char secret[RST_SECRET_BYTES];
	int64_t expires; /* Unix seconds; 0: not said */
};
/*
 * The tickets of a good answer (elsewhere_job.reply) into out; the base ticket,
 * which is nothing a client shows, is left out.  How many, at most max; slices
 * live in the arena.  0 when it cannot be read.
 */
size_t upstream_read_tokens(struct arena *a, struct slice reply,
    struct upstream_token *out, size_t max);

struct loop;
struct upstream;
struct upstream_config;

/*
 * The settings are copied.  id is 1 to 32 characters of a-z and 0-9, always
 * the same for this server: others know by it what went in a circle.  NULL and
 * a sentence in err when libcurl is missing.
 */
struct upstream *upstream_new(struct loop *l, struct metrics *metrics,
    const struct upstream_config *cfg, struct slice id, char *err,
    size_t errlen);
/* Questions under way end as DOWN before this returns. */
void upstream_free(struct upstream *u);
/* From now on; questions under way still get their answers. */
void upstream_config_set(struct upstream *u, const struct upstream_config *cfg);
struct elsewhere *upstream_elsewhere(struct upstream *u);

/* A line for each server: name, address, domains, state, last success. */
void upstream_list(struct upstream *u, struct buf *out);
/* One password that is asked about aloud. */
struct upstream_trial {
	struct slice address;  /* any */
	struct slice password; /* what is copied of it is wiped */
	struct slice server;   /* a name; empty: by the address's domain */
	struct buf *out;       /* told step by step */
	void (*done)(void *ctx, bool good); /* good: the password is right */
	void *ctx;
};
/* Past caches and pauses.  done() comes once, perhaps from inside. */
void upstream_test(struct upstream *u, const struct upstream_trial *trial);

#endif
