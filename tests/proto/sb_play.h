/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TESTS_SB_PLAY_H
#define NUDGE_TESTS_SB_PLAY_H
/*
 * Plays in a switchboard, on top of plays of sessions.
 *
 *	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
 *	struct player *bob = play_online(w, "bob@b.com", "MSNP9");
 *	struct player *a = sb_open(w, alice, "alice@a.com");
 *	struct player *b = sb_join(w, a, bob, "bob@b.com");
 */
#include "tests/proto/play.h"

/* What a RNG or an XFR gave. */
struct sb_pass {
	char id[16]; /* the conversation; empty for a new one */
	char cookie[64];
};

/* XFR SB on a notification session. */
void sb_ask(struct player *ns, struct sb_pass *pass);
/* A connection that says USR; nothing is read. */
struct player *
sb_enter(struct world *w, const struct sb_pass *pass, const char *address);
/* Ask and enter; USR OK is read. */
struct player *sb_open(struct world *w, struct player *ns, const char *address);
/* caller says CAL and hears RINGING; callee's session hears the RNG. */
void sb_call(struct player *caller, struct player *callee_ns,
    const char *callee, struct sb_pass *pass);
/* A connection that says ANS; nothing is read. */
struct player *
sb_answer(struct world *w, const struct sb_pass *pass, const char *address);
/*
 * Called and answered: the roster and the caller's JOI are read, the JOI of
 * others is not.
 */
struct player *sb_join(struct world *w, struct player *caller,
    struct player *callee_ns, const char *callee);
/* Nothing is to be read by anybody of these; end with NULL. */
void sb_nobody_hears(struct player *first, ...);
/* "MSG n letter length" with n bytes behind it. */
void sb_say(struct player *p, unsigned trid, const char *letter,
    const void *bytes, size_t n);
/* A MSG from address (and name) with exactly these bytes. */
void sb_hears_msg(struct player *p, const char *address, const char *name,
    const void *bytes, size_t n);

#endif
