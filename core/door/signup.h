/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SIGNUP_H
#define NUDGE_SIGNUP_H
/*
 * Making an account of one's own, as accounts.signup allows it, and giving it
 * another password.
 */
#include "core/people/account.h"

struct signup_wish {
	struct slice address;
	struct slice name; /* percent-encoded; empty: the address */
	struct slice password;
	struct slice invite; /* a code, when they are asked for */
};

/* May anybody at all? */
bool signup_allowed(const struct core *c);
bool signup_needs_invite(const struct core *c);
/*
 * OK with *out pinned; WAIT; NOT_AVAILABLE (nobody may), BAD_ADDRESS, BAD_NAME,
 * BAD_VALUE (the password), BAD_PASS (the code), ACCOUNT_EXISTS, TOO_ACTIVE,
 * ELSEWHERE (one signs in, with the password of there), BUSY, STORE_FAILED,
 * DRAINING.
 *
 * That an address is taken is said: nothing is mailed, so there is no other
 * way to tell.  It is said to who has a good code, where codes are asked for;
 * after the time that making an account would have taken; and it counts as one
 * of the few accounts that an address group may make in an hour.
 */
enum result signup_make(struct request *rq, const struct addr *peer,
    const struct signup_wish *wish, struct account **out);
/*
 * The operator has named it, and makes its account: who signs up an address
 * must not get the rights that a setting gives it.
 */
bool signup_reserved(const struct core *c, struct slice address);
/*
 * Another account from there?  Counts it; false when there were too many in
 * the last hour.
 */
bool signup_count(struct core *c, const struct addr *peer);
/* It was not made after all, by no fault of whoever asked. */
void signup_uncount(struct core *c, const struct addr *peer);

/* OK, and all tickets end; WAIT; BAD_VALUE, ELSEWHERE, BUSY, STORE_FAILED. */
enum result signup_set_password(struct request *rq, struct account *a,
    struct slice password);

/* An account was made: one line of the log. */
void
signup_note(const char *door, const struct addr *peer, struct slice address);

#endif
