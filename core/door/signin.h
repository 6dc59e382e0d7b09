/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SIGNIN_H
#define NUDGE_SIGNIN_H
/*
 * Proving who one is: passwords and tickets.  The one place where failures
 * are counted, signup by first login happens and epochs are compared.
 */
#include "core/people/account.h"

/*
 * Is this the password of this address?  peer is for the penalty.  OK with
 * *out pinned; WAIT; BAD_PASSWORD (unknown account too, after the same time);
 * LOCKED_OUT, DISABLED, BUSY, STORE_FAILED, DRAINING.
 * With first-login an unknown address gets an account, unless rq->known_only.
 */
enum result signin_password(struct request *rq, const struct addr *peer,
    struct slice address, struct slice password, struct account **out);

/*
 * The same of a password that some program wrote in a way that has two
 * readings, the likelier one first; passwords[1].n 0: it has not.  Both are
 * one try.  Another server is asked about the first alone.
 */
enum result signin_password_either(struct request *rq, const struct addr *peer,
    struct slice address, const struct slice passwords[2],
    struct account **out);

/*
 * What a front tells of an attempt to sign in that is decided: one line of the
 * log when it was good or the password was wrong.  door says by which protocol.
 */
void signin_note(enum result r, struct slice door, const struct addr *peer,
    struct slice address);

/*
 * Whoever another server decides about (see elsewhere.h) is asked for there,
 * with rq->asker; then the answer may also be MOVED or ELSEWHERE_DOWN.  Who
 * decides about this (canonical) address, a its account or NULL; empty: we do.
 */
struct slice
signin_home(struct core *c, const struct account *a, struct slice address);
/* After MOVED, until the request ends: the URL that has the account. */
struct slice signin_moved(const struct request *rq);
/*
 * After OK, until the request ends: the other server's answer, when answers
 * are passed on as they are; else NULL.
 */
const struct blob *signin_elsewhere_reply(const struct request *rq);

/*
 * What to keep of a new password of this (well-formed) address.  OK with *out
 * good until the request ends; WAIT; BAD_VALUE (empty, too long), BUSY.
 */
enum result signin_hash(struct request *rq, struct slice address,
    struct slice password, struct account_secret *out);

/*
 * Programs of the first years show that they know a password by the MD5 of a
 * challenge and it, which a server can only check that can read the password.
 * So an account has one sealed password for them, or none: one made for
 * nothing else (an "app-password"), or with cfg.seal_passwords its own.  A new
 * password of the account replaces it, or takes it away.
 *
 * signin_digest: results as of signin_password(), but no account is made.
 * Who has no such password gets the answer to a wrong one.
 */
enum {
	SIGNIN_DIGEST_BYTES = 16
};
enum result signin_digest(struct request *rq, const struct addr *peer,
    struct slice address, struct slice challenge,
    const unsigned char proof[SIGNIN_DIGEST_BYTES], struct account **out);
/*
 * Make an app-password for a pinned account, in place of what was sealed, and
 * append it to out; or, with out NULL, take away what was.  What the one before
 * opened ends.  OK, WAIT, STORE_FAILED.
 */
enum result
signin_app_password(struct request *rq, struct account *a, struct buf *out);

/*
 * A token for the account, as tokens.def has it; appended to out.  Of MENU:
 * for who proved the account's own password.
 */
void signin_issue(struct core *c, const struct account *a,
    enum token_purpose purpose, struct buf *out);
/*
 * After signin_digest() alone: MENU, for what was proved.  True when that was
 * an app-password: then it ends with it.
 */
bool
signin_issue_menu(struct core *c, const struct account *a, struct buf *out);
/*
 * One that somebody gets for another one: it lives no longer, and what ends
 * that ends this, a sign-out of the pages too.
 */
void signin_derive(struct core *c, const struct token *from,
    enum token_purpose purpose, struct buf *out);

/*
 * The "t=...&p=..." form of a ticket, "t=..." or the bare token: does it open
 * a notification session for a by this door?  OK or BAD_TICKET, DISABLED.  A
 * ticket that serves once does so within cfg.ticket_life_s.  Tickets of other
 * servers that were passed on (relayed.h) are as ours.
 */
enum result signin_ticket(struct core *c, const struct account *a,
    struct slice ticket, enum token_door door);
/* What tells the sessions of this ticket or token, for session.ticket. */
uint64_t signin_mark(const struct core *c, struct slice ticket);

/*
 * The 24 bytes that a client proves to know beside its proven ticket ("proof
 * token", BinarySecret); derived, never stored.  False: no ticket of ours.
 */
enum {
	SIGNIN_SECRET_BYTES = 24
};
bool signin_secret(const struct core *c, struct slice ticket,
    unsigned char out[SIGNIN_SECRET_BYTES]);
/* Is it any token of ours, or a ticket passed on, that has not expired? */
bool signin_knows(const struct core *c, struct slice token);

/*
 * Addresses from which a signed in of late, the newest first; false: not yet,
 * and they come before the answer to whatever the request asks for next.
 * Lives until request_end().
 */
bool signin_places(struct request *rq, const struct account *a,
    const struct store_signin **all, size_t *n);

/*
 * The owner's program showed that it can prove such a secret, and whether one
 * ever did: then no other ticket need do instead.
 */
void signin_note_proof(struct request *rq, struct account *a);
bool signin_proves(const struct account *a);

/*
 * A token shown at this door: which account?  Pinned.  OK, WAIT, BAD_TICKET,
 * DISABLED, BUSY, STORE_FAILED.
 */
enum result signin_bearer(struct request *rq, struct slice ticket,
    enum token_door door, struct account **out);
/* The same, and with OK the token itself, to derive others from. */
enum result signin_token(struct request *rq, struct slice ticket,
    enum token_door door, struct token *token, struct account **out);

/*
 * The challenge a notification server gives and the login server gets back
 * (passport 2): 32 hex digits, the time and a MAC of it, good for five minutes
 * and of no account.  Programs hand on from the challenge only what its
 * servers of the time had in it, so it is as long as theirs (field-runs 2.1).
 */
enum signin_challenge {
	SIGNIN_FRESH,
	SIGNIN_STALE,  /* ours, of too long ago */
	SIGNIN_FOREIGN /* not ours, or none at all (p NULL) */
};
void signin_challenge(struct core *c, struct buf *out);
enum signin_challenge signin_challenge_age(struct core *c, struct slice seal);

/*
 * The cookie's owner signs out: it and what was derived from it open nothing
 * any more, whoever has them.
 */
void signin_leave(struct core *c, struct slice cookie);

/*
 * Guesses at what is no password but as good as one, such as a link: counted
 * by the peer alone, together with its wrong passwords.
 */
bool signin_peer_locked(struct core *c, const struct addr *peer);
void signin_peer_guessed(struct core *c, const struct addr *peer);

#endif
