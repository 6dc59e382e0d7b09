/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_METRICS_H
#define NUDGE_METRICS_H
/*
 * Counters are rows of counters.def; gauges are asked for when somebody
 * looks.  Names on the control socket: ns.sign-ins; in OpenMetrics:
 * nudge_ns_sign_ins_total.  Loop thread only.
 */
#include "common/base/buf.h"
#include "common/net/link.h"

enum counter {
#define COUNTER(id, name, help) COUNTER_##id,
#include "common/ops/counters.def"
#undef COUNTER
	COUNTERS
};

struct metrics;

struct metrics *metrics_new(void);
void metrics_free(struct metrics *m);
void metrics_add(struct metrics *m, enum counter c, uint64_t n);
uint64_t metrics_get(const struct metrics *m, enum counter c);
/* One more connection closed for this reason. */
void metrics_closed(struct metrics *m, enum close_reason why);
/*
 * Somebody else counts closes too: CLOSE_REASONS numbers that live as long as
 * m, added whenever they are shown.
 */
void metrics_closed_by(struct metrics *m, const uint64_t *counts);
/* A value read when asked; name and help are literals. */
void metrics_gauge(struct metrics *m, const char *name, const char *help,
    uint64_t (*read)(void *ctx), void *ctx);
/*
 * Numbers with labels, asked for when somebody looks: each() calls
 * metrics_row() for every one.  Names, help and keys are literals; texts may
 * be anything.  On the control socket: name.text.text.
 */
struct metrics_rows;
struct metrics_label {
	const char *key;
	const char *text;
};
enum metrics_type {
	METRICS_COUNTER,
	METRICS_GAUGE
};
void metrics_family(struct metrics *m, enum metrics_type type, const char *name,
    const char *help, void (*each)(void *ctx, struct metrics_rows *rows),
    void *ctx);
void metrics_row(struct metrics_rows *to, const struct metrics_label *labels,
    size_t n, uint64_t value);
/* "key value" lines; every counter, close reason and gauge. */
void metrics_lines(const struct metrics *m, struct buf *out);
/* OpenMetrics text. */
void metrics_open(const struct metrics *m, struct buf *out);

#endif
