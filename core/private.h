/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CORE_PRIVATE_H
#define NUDGE_CORE_PRIVATE_H
/*
 * What the core's files say to one another.  Not for fronts.
 */
#include "core/session.h"

/* ---- person.c ---- */
void person_pin(struct core *c, struct person *p);
void person_unpin(struct core *c, struct person *p);
/* Free it when nobody knows it any more. */
void person_release(struct core *c, struct person *p);

/* ---- account.c ---- */
/* Forget accounts beyond the cache's ceiling, oldest first. */
void account_trim(struct core *c);
void account_free(struct core *c, struct account *a);
/* rq ends while a load by id is at work for it. */
void account_load_forget(struct request *rq);
/* a->extra, made when there is none. */
struct account_extra *account_extra(struct account *a);
/* The number of an account that was made before these were random. */
int64_t account_old_cid(uint64_t id);
/* Who signed in needs no hash: forget it. */
void account_forget_password(struct account *a);
/* A fresh loaded account for p, empty but for its id. */
struct account *account_attach(struct core *c, struct person *p, uint64_t id);

/* ---- book.c ---- */
/* rq ends; a query may be at work for it. */
void book_forget(struct request *rq);

/* ---- book_shelf.c ---- */
/* Keep none; whoever reads in one has it until its request ends. */
void book_shelf_clear(struct core *c);

/* ---- profile.c ---- */
/* rq ends; a query may be at work for it. */
void profile_forget(struct request *rq);
/* The name of a has just become another: keep when. */
void profile_note_name(struct core *c, const struct account *a);

/* ---- mailbox.c ---- */
void mailbox_start(struct core *c);
void mailbox_stop(struct core *c);
/* Unix seconds: what was read before then is gone. */
int64_t mailbox_since(const struct core *c);
/* rq ends; a query may be at work for it. */
void mailbox_forget(struct request *rq);

/* ---- expire.c ---- */
void expire_start(struct core *c);
void expire_stop(struct core *c);

/* ---- signin_place.c ---- */
/* Unix seconds: addresses that were not seen since are gone. */
int64_t signin_place_since(const struct core *c);
/* a signed in from there. */
void
signin_place_put(struct core *c, const struct addr *peer, struct account *a);
/* rq ends; a query may be at work for it. */
void signin_place_forget(struct request *rq);

/* ---- keep.c ---- */
void keep_start(struct core *c, const unsigned char *seed);
void keep_stop(struct core *c);
/* a was deleted, and on disk all it kept with it. */
void keep_forget_owner(struct core *c, const struct account *a);
/* Changes from this number on are lost. */
void keep_forget_lost(struct core *c, uint64_t from);

/* ---- invite.c ---- */
void ban_start(struct core *c);
void ban_stop(struct core *c);
/* Changes from this one on are lost. */
void ban_failed(struct core *c, uint64_t from);
void invite_start(struct core *c);
void invite_stop(struct core *c);
/* Changes from that number on were lost. */
void invite_failed(struct core *c, uint64_t from);

/* ---- report.c ---- */
void report_start(struct core *c);
void report_stop(struct core *c);
/* Changes from that number on were lost. */
void report_failed(struct core *c, uint64_t from);
/* It has just been deleted, and with that what reports say of it by number. */
void report_forget_account(struct core *c, const struct account *gone);

/* ---- signup.c ---- */
void signup_start(struct core *c);
void signup_stop(struct core *c);

/* ---- props.c ---- */
/* rq ends; a query may be at work for it. */
void props_forget(struct request *rq);

/* ---- roster.c ---- */
struct contact *roster_ensure(struct account *a, struct person *who);
void roster_drop(struct account *a, struct contact *k);
void roster_free(struct core *c, struct roster *r);
struct group *roster_group_insert(struct roster *r, unsigned number);
/* Fill in the lists of a loaded record. */
void
roster_load(struct core *c, struct account *a, const struct store_image *image);
/* Of a name, to be kept; see name_acceptable(). */
struct blob *name_blob(struct slice encoded);
/* Is it one, and within max bytes when it is kept? */
bool name_fits(struct slice encoded, size_t max);
/* NULL when text is empty or equal to what would be shown without it. */
struct blob *name_keep(const struct person *who, struct slice text);

/* ---- account_change.c ---- */
enum {
	STAMPS_PER_S = 10000000
};
/* For a change of a's book: larger than any before. */
uint64_t account_stamp(const struct core *c, struct account *a);
/*
 * Is a told what who does to a's lists?  Not of somebody who is blocked, nor
 * when it is done over and over: the lists are right all the same.
 */
bool account_hears_of(const struct core *c, const struct account *a,
    const struct person *who);
/* a was told of something who did. */
void account_heard_of(struct core *c, const struct account *a,
    const struct person *who);
/*
 * Lists of a changed: who was on was, and is now on is; or who NULL.  What is
 * only who's own doing is told as account_hears_of() says.
 */
void account_lists_changed(struct request *rq, struct account *a,
    const struct person *who, uint8_t was, uint8_t is);

/* Write its flags, of which nobody is told. */
void account_note_flags(struct request *rq, struct account *a);
/* It can be seen again: tell what was changed meanwhile. */
void account_tell_untold(struct account *a);

/* What is told of its home; empty: here.  Not written. */
void
account_home_put(struct account *a, struct slice home, struct slice remote_id);
/*
 * Of one that lives elsewhere, while the store is writable: keep this verifier,
 * "" for none; its password is another one: drop what is kept, and its tokens
 * and sessions end; its home has just said yes, and what it is called there.
 */
void account_keep(struct request *rq, struct account *a, const char *hash);
void account_renew(struct request *rq, struct account *a);
void
account_confirm(struct request *rq, struct account *a, struct slice remote_id);

/* ---- roster_change.c ---- */
void roster_put(struct request *rq, struct account *a, const struct contact *k);
/*
 * An entry was on was and has changed: write it, or drop it when it is on no
 * list any more, and tell the owner's sessions.
 */
void roster_commit(struct request *rq, struct account *a, struct contact *k,
    uint8_t was);
void roster_name(struct contact *k, struct slice name);
/* The other half of "a put target on its forward list", or took it off. */
void roster_reverse_add(struct request *rq, struct account *a,
    struct account *target);
void roster_reverse_remove(struct request *rq, struct account *a,
    struct account *target);
/* The person's account is deleted: nobody knows it any more. */
void roster_forget_person(struct core *c, struct account *gone);

/* ---- dues.c ---- */
void dues_start(struct core *c);
void dues_stop(struct core *c);

/* ---- pass.c ---- */
struct member;
void pass_start(struct core *c, const unsigned char *seed);
void pass_stop(struct core *c);
/* Broken accounts get no passes honoured: let go of them. */
void pass_forget_broken(struct core *c);
/* What was issued to the session there is void. */
void pass_forget_endpoint(struct core *c, const struct account *a,
    const unsigned char id[16]);
/*
 * A pass for s into the caller's conversation; cookie holds PASS_TEXT_MAX.
 * TOO_ACTIVE when there are too many, and nobody's oldest may go for it.
 */
enum result pass_issue_place(struct core *c, struct session *s,
    const struct member *caller, char *cookie);

/* ---- signin_elsewhere.c ---- */
void elsewhere_start(struct core *c);
void elsewhere_stop(struct core *c);
/* rq ends; a question may be at work for it. */
void elsewhere_forget(struct request *rq);
/* Somebody who wants to sign in; a NULL: the address is not known. */
struct attempt {
	const struct addr *peer;
	struct slice address; /* canonical */
	struct slice password;
	struct slice other; /* another reading of what was typed; may be none */
	struct slice home;
	struct account *a;
};
/* signin_password() of an address whose password another server knows. */
enum result signin_elsewhere(struct request *rq, const struct attempt *at,
    struct account **out);

/* ---- signin_keep.c ---- */
/* In peace, afterwards: keep a verifier of what its home has just confirmed. */
void signin_keep(struct core *c, struct account *a, struct slice password);

/* ---- signin.c ---- */
/*
 * Is it what is kept of a's password?  a NULL takes as long.  OK, WAIT,
 * BAD_PASSWORD (not counted), BUSY, STORE_FAILED.
 */
enum result
signin_compare(struct request *rq, struct account *a, struct slice password);
void signin_forget(struct request *rq);
/* It was wrong: BAD_PASSWORD. */
enum result signin_refuse(struct request *rq);
/* The password was right: OK with *out set, or DISABLED. */
enum result
signin_accept(struct core *c, struct account *a, struct account **out);

/* ---- signin_try.c ---- */
/*
 * Who guesses is counted three ways, by the networks of addr_nets(): the pair
 * of place and account, the place, and the account.
 */
struct guess {
	unsigned char bytes[ADDR_NETS_MAX][16 + ADDRESS_MAX];
	unsigned nets;
	struct slice pair[ADDR_NETS_MAX], place[ADDR_NETS_MAX], account;
};
void guess_init(struct guess *g, const struct addr *peer, struct slice address);
enum tried {
	TRIED_NOT,
	TRIED_STRANGE, /* from a network that may be anybody's */
	TRIED_KNOWN,   /* from one the account signed in well from */
	TRIED_RIGHT    /* it was right: running again is no other try */
};
/*
 * Before a password is looked at: OK, and the try is counted, once for each
 * request; WAIT (for its delay, too); LOCKED_OUT.
 */
enum result
signin_try(struct request *rq, const struct addr *peer, struct slice address);
/* What came of it, which is returned: unless it was wrong it is uncounted. */
enum result signin_tried(struct request *rq, const struct addr *peer,
    struct slice address, enum result r);
/* Did the account sign in well from this network of late?  OK or WAIT. */
enum result signin_ask_known(struct request *rq, const struct addr *peer,
    struct slice address, bool *known);
/* Did this place guess too often at this account? */
bool
signin_pair_shut(struct core *c, const struct addr *peer, struct slice address);
/* rq ends; it may be waiting. */
void signin_try_forget(struct request *rq);

/* ---- signin_known.c ---- */
void known_start(struct core *c);
void known_stop(struct core *c);
/* The mark of this network and account; the day to ask the store from. */
void known_mark(const struct core *c, const struct addr *peer,
    struct slice address, unsigned char out[STORE_ID_BYTES]);
int64_t known_since(const struct core *c);
enum known_state {
	KNOWN_YES,
	KNOWN_NO,
	KNOWN_MAYBE /* ask the store */
};
enum known_state
known_state(struct core *c, const unsigned char mark[STORE_ID_BYTES]);
/* The store says no. */
void known_not(struct core *c, const unsigned char mark[STORE_ID_BYTES]);
/* Did anybody sign in well from this network? */
bool known_network(struct core *c, const struct addr *peer);
/* a has just signed in well from there. */
void known_put(struct core *c, const struct addr *peer, struct account *a);

/* ---- signin_leave.c ---- */
void signin_start(struct core *c);
void signin_stop(struct core *c);
/* Did its owner sign out? */
bool signin_left(const struct core *c, const struct token *t);

/* ---- signin_token.c ---- */
/* The sealed part of "t=...&p=...". */
struct slice signin_ticket_body(struct slice ticket);

/* ---- relayed.c ---- */
void relayed_start(struct core *c, const unsigned char *seed);
void relayed_stop(struct core *c);

/* ---- signin_digest.c ---- */
enum {
	SEALED_TEXT_MAX = (1 + SEAL_MORE_BYTES + PASSWORD_MAX + 2) / 3 * 4 + 4
};
/* Who made up a sealed password. */
enum sealed_kind {
	SEALED_OWN = 'o', /* it is the account's: needs cfg.seal_passwords */
	SEALED_MADE = 'm' /* signin_app_password() */
};
/* To keep in store_account.sealed. */
void signin_seal(struct core *c, struct slice address, enum sealed_kind kind,
    struct slice password, char out[SEALED_TEXT_MAX + 1]);

/* ---- presence.c ---- */
/* The session whose look the account has, or NULL: nobody may see it. */
struct session *presence_speaker(const struct account *a);

/* ---- session.c ---- */
/* SELF to the account's sessions, when its endpoints have changed. */
void session_tell_places(struct account *a);
/* Every loaded account that has sessions, pinned; free with accounts_free. */
struct accounts {
	struct account **all;
	size_t n;
};
struct accounts accounts_online(struct core *c);
void accounts_free(struct core *c, struct accounts *a);
/* Tell all sessions of a but one. */
void session_tell_others(struct account *a, const struct session *but,
    const struct event *ev);

#endif
