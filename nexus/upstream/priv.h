/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NEXUS_UPSTREAM_PRIV_H
#define NUDGE_NEXUS_UPSTREAM_PRIV_H
/* Shared by the files of the asking side. */
#include "common/base/map.h"
#include "common/codec/digest.h"
#include "nexus/upstream/config.h"
#include "nexus/upstream/upstream.h"

enum {
	UPSTREAM_HOPS_MAX = 3, /* redirects that are followed */
	UPSTREAM_VIA_MAX = 2,  /* servers a password goes through */
	UPSTREAM_WRONG_MS = 60 * 1000,
	UPSTREAM_WRONG_MAX = 4096,
	UPSTREAM_WAITING_MAX = 256, /* questions in a server's queue */
	UPSTREAM_ID_MAX = 32
};

/* How questions end, for the counters. */
enum upstream_outcome {
	UPSTREAM_GOOD,
	UPSTREAM_WRONG,
	UPSTREAM_LOCKED,
	UPSTREAM_MOVED,
	UPSTREAM_DOWN,
	UPSTREAM_PAUSED, /* not asked, because it failed */
	UPSTREAM_KNOWN,  /* not asked, because it was wrong a moment ago */
	UPSTREAM_CIRCLE, /* not asked, because others ask us */
	UPSTREAM_OUTCOMES
};

/* One server at work.  Known by its name, so that it outlives a reload. */
struct upstream_peer {
	struct list node;
	char name[ELSEWHERE_HOME_MAX + 1];
	const struct upstream_server *server; /* in the current settings */
	struct fetch *fetch;
	struct fetch_config connected; /* how */
	unsigned failures;             /* since the last answer */
	uint64_t pause_until;          /* loop_now() */
	int64_t last_good;             /* Unix seconds; 0: never */
	uint64_t outcomes[UPSTREAM_OUTCOMES];
	uint64_t asked_ms; /* how long all answers took together */
};

/* A password that was wrong a moment ago. */
struct upstream_wrong {
	struct map_node node;
	struct list age;
	uint64_t until;
	unsigned char key[SHA256_BYTES];
};

struct upstream {
	struct loop *loop;
	const struct env *env;
	struct fetch_lib *lib;
	struct upstream_config *cfg;
	struct elsewhere seam;
	char id[UPSTREAM_ID_MAX + 1];
	struct list peers;
	struct map questions; /* those that others may share, by key */
	struct list ready;    /* waiters whose answer is known */
	struct deferred answer;
	unsigned char secret[SHA256_BYTES];
	struct map wrong;
	struct list wrong_ages; /* oldest first */
	size_t nwrong;
	bool stopping;
};

/* ---- upstream_peer.c ---- */
struct upstream_peer *upstream_peer(struct upstream *u, struct slice name);
/* May it be asked now?  A yes after a pause is for one question. */
bool upstream_peer_open(struct upstream *u, struct upstream_peer *p);
/* Is it paused?  Changes nothing. */
bool
upstream_peer_paused(const struct upstream *u, const struct upstream_peer *p);
/* It answered, whatever it said; or it did not. */
void
upstream_peer_answered(struct upstream *u, struct upstream_peer *p, bool good);
void upstream_peer_failed(struct upstream *u, struct upstream_peer *p);
const char *upstream_outcome_text(enum upstream_outcome o);
void upstream_metrics(struct upstream *u, struct metrics *m);

/* ---- upstream_wrong.c ---- */
bool upstream_wrong_has(struct upstream *u, const unsigned char *key);
void upstream_wrong_add(struct upstream *u, const unsigned char *key);
void upstream_wrong_free(struct upstream *u);

/* ---- upstream_plan.c: what is asked ---- */
struct upstream_plan {
	char url[FETCH_URL_MAX];
	enum rst_kind kind;
	bool relay;
	struct buf body; /* wipe it */
	struct buf via;
};
/*
 * GOOD; or WRONG: no document can hold such a password, or CIRCLE: then
 * nothing needs to be freed.
 */
enum upstream_outcome
upstream_plan_make(struct upstream *u, const struct upstream_server *s,
    const struct elsewhere_job *job, struct upstream_plan *out);
void upstream_plan_free(struct upstream_plan *p);
/*
 * The header for the next server: what came and our own name.  False: it was
 * here already, or went through too many.
 */
bool upstream_via(const struct upstream *u, struct slice came, struct buf *out);
struct slice upstream_type(enum rst_kind kind);

/* ---- upstream_row.c: which tickets are asked for; asker may be NULL ---- */
void
upstream_row_make(const struct upstream *u, const struct upstream_server *s,
    const struct upstream_asker *asker, struct upstream_row *row);

/* ---- questions at work ---- */
/* One job, in the list of its question or of those that are answered. */
struct upstream_waiter {
	struct list node;
	struct elsewhere_job *job;
};

struct upstream_quest {
	struct map_node node; /* in u->questions, when shared */
	bool shared;
	unsigned char key[SHA256_BYTES];
	struct upstream *u;
	struct list waiters;
	struct fetch_job fetch;
	struct upstream_plan plan;
	uint64_t began;
	unsigned hops;
	char been[UPSTREAM_HOPS_MAX + 1][FETCH_URL_MAX];
	char home[ELSEWHERE_HOME_MAX + 1];
	char *address; /* for the log */
};

/* ---- upstream_go.c: from a question to its answer ---- */
void upstream_go(struct upstream_quest *q, struct fetch *f);

/* ---- upstream_ask.c: the seam's ask() ---- */
void upstream_ask(void *ctx, struct elsewhere_job *job);
/* Reply may be NULL. */
void upstream_job_fill(struct elsewhere_job *job,
    const struct upstream_answer *a, struct blob *reply);
void upstream_ask_init(struct upstream *u);
/* Every job that is known gets its answer now. */
void upstream_ask_flush(struct upstream *u);
void upstream_ask_free(struct upstream *u);

#endif
