/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_RELAYED_H
#define NUDGE_RELAYED_H
/*
 * Tickets that another server made and whose answer was passed on as it is:
 * here they are tickets of the account that got them, and open what ours of
 * their kind do.  In memory alone, by their SHA-256; a restart forgets them, and their owners
 * sign in again.
 */
#include "core/people/account.h"

enum {
	RELAYED_MAX = 65536, /* beyond it those that came first go */
	RELAYED_SECRET_BYTES = 24
};

/*
 * secret: RELAYED_SECRET_BYTES, or NULL when none came with it.  expires: Unix
 * seconds, 0 when nobody said; never longer than tickets of ours.  OK;
 * ALREADY_THERE when this very ticket is known, which changes nothing;
 * BAD_VALUE when it is empty, over, or another account's.
 */
struct relayed_words {
	struct slice ticket;
	const unsigned char *secret;
	enum token_purpose purpose; /* what it opens is as of one of ours */
};
enum result relayed_put(struct core *c, const struct account *a,
    const struct relayed_words *words, int64_t expires);
/* False when it is not known, or over; else what it says, and a secret. */
bool relayed_open(const struct core *c, struct slice ticket, struct token *out);
bool relayed_secret(const struct core *c, struct slice ticket,
    unsigned char out[RELAYED_SECRET_BYTES]);

#endif
