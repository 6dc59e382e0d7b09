/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SIGNIN_H
#define NUDGE_SIGNIN_H
/*
 * Proving who one is: passwords and tickets.  The one place where failures
 * are counted, signup by first login happens and epochs are compared.
 */
#include "core/account.h"

/*
 * Is this the password of this address?  peer is for the penalty.  OK with
 * *out pinned; WAIT; BAD_PASSWORD (unknown account too, after the same time);
 * LOCKED_OUT, DISABLED, BUSY, STORE_FAILED, DRAINING.
 * With first-login an unknown address gets an account.
 */
enum result signin_password(struct request *rq, const struct addr *peer,
    struct slice address, struct slice password, struct account **out);

/*
 * The hash to keep for a new password.  OK with *hash good until the request
 * ends; WAIT; BAD_VALUE (empty, too long), BUSY.
 */
enum result
signin_hash(struct request *rq, struct slice password, const char **hash);

/* A ticket for the account; appended to out.  purpose: TICKET or
 * TICKET_LONG, COOKIE, WEB. */
void signin_issue(struct core *c, const struct account *a,
    enum token_purpose purpose, struct buf *out);

/*
 * The "t=...&p=..." form of a ticket, "t=..." or the bare token: does it open
 * a notification session for a?  OK or BAD_TICKET, DISABLED.  A TICKET serves
 * once and cfg.ticket_life_s; a TICKET_LONG repeatedly for its life.
 */
enum result
signin_ticket(struct core *c, const struct account *a, struct slice ticket);

/*
 * The 24 bytes that a client proves to know beside its long ticket ("proof
 * token", BinarySecret); derived, never stored.  False: no ticket of ours.
 */
enum {
	SIGNIN_SECRET_BYTES = 24
};
bool signin_secret(const struct core *c, struct slice ticket,
    unsigned char out[SIGNIN_SECRET_BYTES]);

/*
 * A ticket shown to a web service: which account?  Pinned.  purposes: mask of
 * 1u << token_purpose.  OK, WAIT, BAD_TICKET, DISABLED, STORE_FAILED.
 */
enum result signin_bearer(struct request *rq, struct slice ticket,
    unsigned purposes, struct account **out);

/*
 * The challenge a notification server gives and the login server gets back
 * (passport 2): sealed, five minutes, no account.  The text has no blanks.
 */
void signin_challenge(struct core *c, struct buf *out);
bool signin_challenge_ok(struct core *c, struct slice rn);

#endif
