/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BOOK_H
#define NUDGE_BOOK_H
/*
 * The address book as web services see it: an account's roster with the
 * details only they ask for -- dates of change, what was deleted, and cards.
 * These stay on disk; a request loads them when it needs them, through the
 * store's queue, so that it sees every change made before.
 *
 * Stamps are 100 ns ticks since 1970.  Every change of an account's book gets
 * a stamp of its own, larger than any before.  Traces of what was deleted are
 * kept for 30 days, and not more than some hundred; then forgotten rises.
 */
#include "core/people/account.h"

/*
 * A card is "key=value" lines, percent-encoded values, in the front's own
 * keys: names, telephones, annotations.  The core does not read it.  A
 * contact has one while on the forward list, or pending: then others write
 * it, and it must be small.
 */
enum {
	CARD_MAX = 8192,
	CARD_MAX_PENDING = 1024
};

struct book_entry {
	struct slice address;
	struct slice name; /* percent-encoded, never empty */
	struct slice card; /* may be empty */
	unsigned char id[ROSTER_ID_BYTES];
	uint64_t changed;
	uint32_t groups;
	uint32_t number; /* small, per owner, never given twice */
	uint8_t lists;   /* enum list_bit */
	uint8_t gone;    /* lists it was on once and is not now; 0 in a whole
			    book */
};

struct book_group {
	struct slice name;
	struct slice card;
	unsigned char id[ROSTER_ID_BYTES];
	uint64_t changed;
	uint8_t number;
	bool deleted;
};

struct book {
	struct book_entry *entries; /* in order of address */
	size_t nentries;
	struct book_group *groups;
	size_t ngroups;
	struct slice card;  /* the owner's own */
	uint64_t changed;   /* newest stamp of all */
	uint64_t forgotten; /* changes up to here may lack tombstones */
	uint64_t created;   /* the account, as a stamp */
};

/*
 * Everything that changed after since (0: all that is there, and nothing that
 * is deleted).  OK, WAIT, STORE_FAILED.  Lives until request_end(); a request
 * asks for one account and one since only.  It shows what was so when it was
 * asked for first, not what the request changed after that.
 */
enum result book_get(struct request *rq, struct account *a, uint64_t since,
    const struct book **out);
/*
 * Replace a card (empty: none); the contact must be on the forward list or
 * pending, the group exist.  OK, STORE_FAILED, NOT_THERE, NO_SUCH_GROUP,
 * BAD_VALUE (longer than CARD_MAX; CARD_MAX_PENDING when not on the forward
 * list).  Other sessions are told LISTS; the serial does not change.
 */
enum result book_set_card(struct request *rq, struct account *a,
    const struct person *who, struct slice card);
enum result book_set_group_card(struct request *rq, struct account *a,
    unsigned number, struct slice card);
enum result
book_set_own_card(struct request *rq, struct account *a, struct slice card);

#endif
