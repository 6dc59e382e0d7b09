/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SOAP_CARD_H
#define NUDGE_SOAP_CARD_H
/*
 * Cards: what web services keep of a contact, a group or the account itself
 * beside what every dialect knows.  A line "key=value" for each fact, in the
 * order of keys, values percent-encoded:
 *
 *	aAB.NickName=Bobby                      annotations
 *	eContactEmailPersonal.email=b@home      parts of an e-mail address, ...
 *	.firstName=Bob                          plain properties
 *
 * The first letter is the section; see soap/fields.c.
 */
#include "common/base/arena.h"
#include "common/base/buf.h"

enum {
	CARD_LINES = 160,
	CARD_KEY = 128,
	CARD_VALUE = 2048
};

struct card_line {
	struct slice key;
	struct slice value; /* plain text */
};

/* One that is being changed. */
struct card {
	struct arena *arena;
	struct card_line lines[CARD_LINES];
	unsigned n;
	bool changed;
	bool refused; /* something was too long, or there was too much */
};

void card_read(struct card *c, struct arena *a, struct slice kept);
/* p NULL when it is not there. */
struct slice card_get(const struct card *c, struct slice key);
/* An empty value takes the line away. */
void card_set(struct card *c, struct slice key, struct slice value);
/* Every line whose key begins so. */
void card_clear(struct card *c, struct slice head);
void card_write(const struct card *c, struct buf *out);

/* ---- as it is kept, without reading it into memory ---- */
/* Take the next line off *rest; value is percent-encoded. */
bool card_next(struct slice *rest, struct card_line *line);
/* Percent-encoded value of a key; p NULL when it is not there. */
struct slice card_find(struct slice kept, const char *key);

#endif
