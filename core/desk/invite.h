/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_INVITE_H
#define NUDGE_INVITE_H
/*
 * Codes that let people make accounts, each so often and so long.  They are
 * few, and all in memory once somebody asked for one.
 *
 * A use and the account that comes of it are changes of one turn, which the
 * store commits together: no code makes more accounts than it has uses, and
 * none is used up by an account that was lost.
 */
#include "core/request.h"

enum {
	INVITE_TEXT = 14, /* K7QM-3XPA-9RTD */
	INVITES_MAX = 1000,
	INVITE_USES_MAX = 10000,
	INVITE_DAYS_MAX = 3650
};

struct invite {
	char code[INVITE_TEXT + 1];
	uint32_t uses;   /* left; never 0 */
	int64_t expires; /* Unix seconds */
};

/* All may WAIT, and answer STORE_FAILED.  What they give is good this turn. */
enum result
invite_all(struct request *rq, const struct invite **all, size_t *n);
/* LIST_FULL when there are INVITES_MAX. */
enum result invite_make(struct request *rq, uint32_t uses, int64_t expires,
    const struct invite **out);
/*
 * By its code; letter case, blanks and dashes do not count.  BAD_PASS when
 * there is none, or its time is over.
 */
enum result
invite_find(struct request *rq, struct slice code, struct invite **out);
/* After account_writable(): one use less. */
void invite_use(struct request *rq, struct invite *i);
/* NOT_THERE.  Its time may be over. */
enum result invite_revoke(struct request *rq, struct slice code);

#endif
