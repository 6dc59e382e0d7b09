/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BOOK_LOAD_H
#define NUDGE_BOOK_LOAD_H
/*
 * A book that is read, or was: shared by book.c and book_shelf.c.
 */
#include "core/people/book.h"
#include "core/private.h"

struct book_load {
	struct store_book ask;
	struct request *rq; /* while it is read; NULL: it ended meanwhile */
	struct list waiting;
	struct list shelf; /* core->books; linked: it may be asked for again */
	unsigned readers;  /* requests that have it, once it was read */
	struct book book;
	bool finished;
};

void book_load_free(struct book_load *bl);

/* The whole book of a as it is now, or NULL. */
struct book_load *book_shelf_find(struct core *c, const struct account *a);
/* It was read and somebody reads in it: keep it, if it is worth that. */
void book_shelf_put(struct core *c, struct book_load *bl);

#endif
