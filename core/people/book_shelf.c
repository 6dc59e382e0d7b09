/* SPDX-License-Identifier: MIT */
/*
 * Books read lately.  A program that signs in asks for the same book twice,
 * once for the lists and once for the contacts; and what has not changed need
 * not be read again.  Every change of a book has a stamp of its own, so a book
 * is as it was while its account has the stamp it was read with.
 */
#include "core/people/book_load.h"

#include "common/base/panic.h"

#include <stdlib.h>

enum {
	SHELF_BOOKS = 8,
	SHELF_ENTRIES = 1024 /* of one book: larger ones are not kept */
};

static void
take_down(struct core *c, struct book_load *bl)
{
	list_remove(&bl->shelf);
	c->nbooks--;
	if (bl->readers == 0)
		book_load_free(bl);
}

struct book_load *
book_shelf_find(struct core *c, const struct account *a)
{
	LIST_EACH(it, &c->books) {
		struct book_load *bl =
		    CONTAINER_OF(it, struct book_load, shelf);

		if (bl->ask.id != a->id)
			continue;
		if (bl->book.changed == a->stamp) {
			/* the ones in front are wanted least */
			list_remove(&bl->shelf);
			list_push(&c->books, &bl->shelf);
			return bl;
		}
		take_down(c, bl);
		return NULL;
	}
	return NULL;
}

void
book_shelf_put(struct core *c, struct book_load *bl)
{
	if (bl->ask.since != 0 || bl->book.nentries > SHELF_ENTRIES)
		return;
	list_push(&c->books, &bl->shelf);
	if (++c->nbooks > SHELF_BOOKS)
		take_down(c,
		    CONTAINER_OF(c->books.next, struct book_load, shelf));
}

void
book_shelf_clear(struct core *c)
{
	while (!list_empty(&c->books))
		take_down(c,
		    CONTAINER_OF(c->books.next, struct book_load, shelf));
}
