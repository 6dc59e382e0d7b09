/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CSV_H
#define NUDGE_CSV_H
/*
 * Tables as text (RFC 4180): rows of cells with commas between them; cells
 * that hold commas, quotes or ends of lines stand in quotes.
 *
 * Programs for tables take a cell that begins with = + - @ for a formula, and
 * names are written by strangers: such a cell is written with an apostrophe
 * before it, which the reader takes away again.
 */
#include "common/base/arena.h"
#include "common/base/buf.h"

enum {
	CSV_CELLS_MAX = 8 /* of a row; the rest of it is passed over */
};

struct csv_row {
	struct slice cells[CSV_CELLS_MAX]; /* those behind n are empty */
	size_t n;
	bool open; /* a quote in it was never ended */
};

/*
 * Take the next row off *rest; empty lines are passed over.  Any bytes are some
 * row: a quote that nobody ends goes on to the end.  False when nothing is
 * left, or the arena is full.
 */
bool csv_read(struct arena *a, struct slice *rest, struct csv_row *row);
void csv_add(struct buf *out, struct slice cell);

#endif
