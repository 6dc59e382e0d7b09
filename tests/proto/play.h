/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TESTS_PLAY_H
#define NUDGE_TESTS_PLAY_H
/*
 * Plays: whole MSNP sessions without a socket.  A world has accounts, a store
 * in memory and a clock that stands still; players are connections to it.
 *
 *	struct world *w = world_new();
 *	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
 *	play_say(alice, "PNG");
 *	play_hears(alice, "QNG 60");
 *	play_hears_nothing(alice);
 *	world_free(w);
 *
 * Any failure fails the cmocka test with the words that were expected.
 */
#include "chat/chat.h"
#include "core/door/signin.h"
#include "core/people/presence.h"
#include "ns/ns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct world;
struct player;

/* ---- the world ---- */
struct world *world_new(void);
/* Its store is a file in a folder of its own. */
struct world *world_on_disk(void);
/* That file. */
const char *world_path(const struct world *w);
/* Change that file behind the store's back. */
void world_sql(struct world *w, const char *sql);
/* Every player hangs up; checks that nothing is left. */
void world_free(struct world *w);
/* The log, at its most talkative, holds this text. */
bool world_logged(struct world *w, const char *text);
struct core *world_core(struct world *w);
struct ns *world_ns(struct world *w);
/* Change it, then world_reload(). */
struct ns_config *world_config(struct world *w);
void world_reload(struct world *w);
/*
 * Strangers give way beyond so many (crowd.h), from now on; the caller frees
 * it when the world is gone.
 */
struct crowd *world_crowd(struct world *w, unsigned ceiling);
struct chat *world_chat(struct world *w);
/* Change it, then world_reload(). */
struct chat_config *world_chat_config(struct world *w);
/* Until nothing moves any more. */
void world_settle(struct world *w);
/* The clock, and what is due. */
void world_pass(struct world *w, uint64_t ms);
/* In one step: nothing that is due on the way is seen. */
void world_pass_quickly(struct world *w, uint64_t ms);
/*
 * Make an account; name percent-encoded, "" for none.  For sign-ins by MD5 its
 * password is PLAY_PASSWORD, for others it has none.
 */
#define PLAY_PASSWORD "made for old programs"
void world_add(struct world *w, const char *address, const char *name);
/* Records nobody uses leave memory. */
void world_forget(struct world *w);
/* The loaded account; it must be in memory. */
struct account *world_account(struct world *w, const char *address);
/* A ticket "t=...&p=" of this life. */
const char *
world_ticket(struct world *w, const char *address, enum token_purpose purpose);
/* From now on output waits for the store, and the store for world_commit(). */
void world_hold_commits(struct world *w);
void world_commit(struct world *w);

/* ---- players ---- */
struct player *play_connect(struct world *w);
/* From this address ("192.0.2.10" unless said). */
struct player *play_connect_from(struct world *w, const char *ip, bool relayed);
/* To the chat port. */
struct player *play_connect_chat(struct world *w, const char *ip);
struct world *play_world(struct player *p);
/* Signed in, nothing left to read. */
struct player *
play_sign_in(struct world *w, const char *address, const char *dialect);
/* The same at a place; guid as the client writes it, "" for none. */
struct player *play_sign_in_at(struct world *w, const char *address,
    const char *dialect, const char *guid);
/* And synchronised, and CHG NLN said; an account is made when missing. */
struct player *
play_online(struct world *w, const char *address, const char *dialect);
struct player *play_online_at(struct world *w, const char *address,
    const char *dialect, const char *guid);
/*
 * VER and USR I of this dialect; nothing left to read.  Of MD5 the challenge
 * is returned, good until the next call, else NULL.
 */
const char *
play_challenge(struct player *p, const char *address, const char *dialect);
/* The MD5 of both; good until the next call. */
const char *play_md5(const char *challenge, const char *password);
/* The same with SSO; the nonce is returned, good until the next call. */
const char *
play_challenge_sso(struct player *p, const char *address, const char *dialect);
/* The proof for a ticket and a nonce; good until the next call. */
const char *play_proof(struct world *w, const char *ticket, const char *nonce);
/* A payload command of the server: its line has this form; the payload. */
const char *play_hears_with(struct player *p, const char *pattern);
/* A line; CR LF is added.  Everything settles. */
void play_say(struct player *p, const char *text);
void play_sayf(struct player *p, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Bytes as they are. */
void play_say_bytes(struct player *p, const void *bytes, size_t n);
/* The command line with the length of payload put behind it, and payload. */
void play_say_with(struct player *p, const char *line, const char *payload);
/* A line whose consequences wait for the next call. */
void play_say_unsettled(struct player *p, const char *text);
void play_hang_up(struct player *p);
/* Its link is gone at once, before anything settles. */
void play_drop(struct player *p);
/* It does not read: nothing leaves towards it. */
void play_stuck(struct player *p, bool stuck);

/* The next line is exactly this. */
void play_hears(struct player *p, const char *line);
void play_hearsf(struct player *p, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The next line has this form (fnmatch); the line is returned. */
const char *play_hears_like(struct player *p, const char *pattern);
/* The next line, or NULL. */
const char *play_hears_any(struct player *p);
/* The next bytes are these. */
void play_hears_bytes(struct player *p, const char *bytes);
/* The next n bytes, whatever they are. */
const char *play_hears_length(struct player *p, size_t n);
/* Nothing is left to read, and the connection is open. */
void play_hears_nothing(struct player *p);
/* Nothing is left to read, and it closed for this reason. */
void play_is_closed(struct player *p, enum close_reason why);
bool play_is_open(struct player *p);
/* Forget what there is to read. */
void play_ignore(struct player *p);
/* Word n (from 0) of the last line heard. */
const char *play_word(struct player *p, unsigned n);
/* play_sign_in(), SYN read to its end: nothing is left to read. */
void play_sync(struct player *p);

#endif
