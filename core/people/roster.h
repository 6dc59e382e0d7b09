/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_ROSTER_H
#define NUDGE_ROSTER_H
/*
 * A roster is the people an account knows, each once with a set of lists, and
 * the groups it sorts them into (ns-classic 6).  Forward and reverse lists are
 * two views of one fact and change together.
 */
#include "common/base/blob.h"
#include "core/result.h"

#include <stdint.h>

enum list_bit {
	LIST_FORWARD = 1,
	LIST_ALLOW = 2,
	LIST_BLOCK = 4,
	LIST_REVERSE = 8,
	LIST_PENDING = 16,
	LIST_CARD = 32, /* in the address book and no more: see below */
};

enum {
	GROUP_MAX = 30,
	GROUP_NAME_MAX = 61, /* characters */
	GROUP_NAME_ENCODED = 12 * GROUP_NAME_MAX,
	ROSTER_ID_BYTES = 16
};

struct person;
struct account;
struct request;
struct core;

struct contact {
	struct person *who;
	struct blob *name; /* percent-encoded; NULL: the address */
	unsigned char id[ROSTER_ID_BYTES];
	uint32_t groups; /* bit n: in group n; bit 0 is "no group" spoken out */
	uint32_t told_look; /* what who was last told of this account's look */
	uint32_t told_note;
	uint8_t lists;
};

struct group {
	struct blob *name;
	unsigned char id[ROSTER_ID_BYTES];
	uint8_t number; /* 1..29 */
};

struct roster {
	struct contact *contacts; /* in the order they came */
	uint32_t *index;      /* open hash over contacts, when they are many */
	struct group *groups; /* in order of number */
	uint32_t ncontacts, capcontacts;
	uint32_t nforward, nprivacy;
	uint32_t nstrangers; /* see roster_stranger() */
	uint32_t ncards;
	uint32_t nindex;
	uint8_t ngroups;
};

#define ROSTER_EACH(it, r)                                               \
	for (struct contact *it = (r)->contacts,                         \
			    *it##_end = it ? it + (r)->ncontacts : NULL; \
	     it != it##_end; it++)

/*
 * On no list but those that others put one on.  Of these only so many are kept
 * (core_config.max_strangers), the newest.  Who gives way sees its owner no
 * more, though the owner stays on that one's forward list.
 */
static inline bool
roster_stranger(unsigned lists)
{
	return lists != 0 &&
	    (lists & (LIST_FORWARD | LIST_ALLOW | LIST_BLOCK | LIST_CARD)) == 0;
}

/* NULL when absent.  The pointer is good until the roster changes. */
struct contact *roster_find(const struct roster *r, const struct person *who);
struct contact *
roster_find_id(const struct roster *r, const unsigned char id[ROSTER_ID_BYTES]);
struct group *roster_group(const struct roster *r, unsigned number);
struct group *roster_group_id(const struct roster *r,
    const unsigned char id[ROSTER_ID_BYTES]);
/* Custom name, or the address; percent-encoded, never empty. */
struct slice contact_name(const struct contact *c);

/*
 * Changes.  target of forward changes is the other account, which the handler
 * got with account_get() before; NULL stands for an address without account
 * (a telephone), allowed on the forward list only where the front says so.
 * All return OK or what forbids it; nothing is changed unless OK.
 * Each reaches the store, the other party's record and every session it
 * concerns.
 */
enum result roster_add_forward(struct request *rq, struct account *a,
    struct person *who, struct account *target, struct slice name);
/* ALLOW or BLOCK. */
enum result roster_add_privacy(struct request *rq, struct account *a,
    struct person *who, enum list_bit list, struct slice name);
/* PENDING becomes REVERSE ("ADC RL"). */
enum result
roster_accept(struct request *rq, struct account *a, struct person *who);
/* Forward: also from all groups, and the target's REVERSE goes. */
enum result roster_remove_forward(struct request *rq, struct account *a,
    struct person *who, struct account *target);
/* ALLOW, BLOCK or PENDING. */
enum result roster_remove(struct request *rq, struct account *a,
    struct person *who, enum list_bit list);
/*
 * Somebody was taken off ALLOW or BLOCK in a way that another front is about
 * to be asked for once more; was that so, within the last minute?  Once for
 * each note.  address is canonical.
 */
void roster_left_note(struct core *c, struct account *a,
    const struct person *who, enum list_bit list);
bool roster_left_take(struct core *c, struct account *a, struct slice address,
    enum list_bit list);
enum result roster_rename(struct request *rq, struct account *a,
    struct person *who, struct slice name);

/*
 * Cards: people in the address book who are no contacts of the messenger.
 * There may be as many as people on the forward list, and nobody is on both.
 * Who has no address that an account could have is known by one that
 * roster_card_address() makes.
 */
enum {
	CARD_ADDRESS_BYTES = 37
};
void
roster_card_address(const struct core *c, char out[CARD_ADDRESS_BYTES + 1]);
bool roster_is_card_address(struct slice address);
/* ALREADY_THERE also when on the forward list. */
enum result roster_add_card(struct request *rq, struct account *a,
    struct person *who, struct slice name);
/* From the forward list; groups and card stay. */
enum result roster_to_card(struct request *rq, struct account *a,
    struct person *who, struct account *target);
enum result
roster_remove_card(struct request *rq, struct account *a, struct person *who);
/*
 * The person on this card is that one: on the forward list under the card's
 * id, with its name and groups, and what is written on it to be put there by
 * the caller.
 */
enum result roster_card_becomes(struct request *rq, struct account *a,
    struct person *card, struct account *target);

/* Group number 0 is "no group". */
enum result roster_group_add(struct request *rq, struct account *a,
    struct slice name, unsigned *number);
enum result
roster_group_remove(struct request *rq, struct account *a, unsigned number);
enum result roster_group_rename(struct request *rq, struct account *a,
    unsigned number, struct slice name);
/* ALREADY_THERE, NOT_THERE (not on the forward list), NO_SUCH_GROUP. */
enum result roster_group_join(struct request *rq, struct account *a,
    struct person *who, unsigned number);
/* NOT_IN_GROUP. */
enum result roster_group_leave(struct request *rq, struct account *a,
    struct person *who, unsigned number);

#endif
