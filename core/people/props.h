/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_PROPS_H
#define NUDGE_PROPS_H
/*
 * Telephones, and whether one may be paged: what an account shows to those on
 * its allow list.  A whole roster of it is read in one query, because hardly
 * anybody's record is in memory.
 */
#include "core/people/account.h"

struct props {
	struct slice phones[PROP_SPARE]; /* home, work, mobile; may be empty */
	bool pages;
};

/* This account shows its telephones to viewer. */
bool props_visible(const struct account *of, const struct person *viewer);
/* What a loaded account shows; slices live as long as its telephones. */
void props_of_account(const struct account *of, struct props *out);

/*
 * What the people on a's forward list show to a, asked for before
 * roster_props_of().  OK, WAIT, STORE_FAILED.  Kept until request_end(); one
 * account per request.
 */
enum result roster_props(struct request *rq, struct account *a);
/*
 * What a contact on a's forward list shows to a; a record in memory wins over
 * what was read, it may be newer.  False: nothing.  Slices live until the
 * handler returns.
 */
bool roster_props_of(struct request *rq, const struct account *a,
    const struct contact *k, struct props *out);

#endif
