/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_LISTED_H
#define NUDGE_LISTED_H
/* "--json": what a command lists, as one JSON list of objects. */
#include "operator/operator.h"

struct listed {
	struct buf *out;
	bool json; /* false: the command writes its own lines */
	bool any, field;
};

/* Looks for --json; begins the list. */
void listed_begin(struct listed *l, struct control_call *call);
void listed_row(struct listed *l);
void listed_text(struct listed *l, const char *key, struct slice text);
void listed_number(struct listed *l, const char *key, uint64_t n);
/* As 2026-01-31T12:00:00Z; 0 is null. */
void listed_time(struct listed *l, const char *key, int64_t unix_time);
void listed_bool(struct listed *l, const char *key, bool value);
void listed_row_end(struct listed *l);
void listed_end(struct listed *l);
/*
 * Rows whose columns stand between tabs; a line without one is none.  A
 * column that begins with its key and a blank is what stands behind them.
 */
void listed_lines(struct listed *l, struct slice text, const char *const *keys,
    size_t n);

#endif
