/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CHAT_ACCESS_H
#define NUDGE_CHAT_ACCESS_H
/*
 * A room's access list (chat-ircx 13): masks of people, and what they are made
 * or refused when they come.
 */
#include "chat/room.h"

enum access_level {
	ACCESS_OWNER,
	ACCESS_HOST,
	ACCESS_VOICE,
	ACCESS_GRANT,
	ACCESS_DENY,
	ACCESS_LEVELS /* no entry fits */
};

enum {
	ACCESS_MAX = 100,    /* entries of one room */
	ACCESS_OWN_MAX = 16, /* of one person */
	ACCESS_TEXT_MAX = 96
};

struct access {
	struct blob *mask; /* nick!id@domain$server */
	struct blob *adder;
	struct blob *reason; /* may be NULL, as the next */
	struct blob *given;  /* the mask as a program wrote it */
	struct blob *by;     /* the nickname of the adder */
	int64_t until;       /* Unix seconds; 0: for ever */
	int64_t since;
	uint8_t level; /* enum access_level */
	bool by_owner;
};

/* What an entry says; empty: nothing. */
struct access_words {
	struct slice mask, adder, reason, given, by;
};

static inline struct slice
access_text(const struct blob *b)
{
	return b ? blob_slice(b) : slice_make("", 0);
}

const char *access_name(enum access_level level);
/* ACCESS_LEVELS when it is none. */
enum access_level access_parse(struct slice word);
/*
 * A mask in full: a bare word is a nickname, what is missing is any; "" is
 * everybody.  False: too long, or with a blank in it.
 */
bool access_mask(struct slice word, struct buf *out);
/* The entry of this level and mask, or NULL. */
struct access *
access_find(struct room *r, enum access_level level, struct slice mask);
bool access_is_full(const struct room *r);
/* One like this, with these words.  False: the list is full. */
bool access_add(struct room *r, const struct access *like,
    const struct access_words *words);
/* The mask as ordinary programs write it. */
void access_add_mask(const struct access *a, struct buf *out);
void access_remove(struct room *r, struct access *a);
void access_free(struct room *r);
/* Forget what is over. */
void access_sweep(struct room *r);
/* What the list says of this person. */
enum access_level access_judge(struct room *r, const struct user *u);
/* Minutes left, 0: for ever. */
unsigned access_minutes(const struct room *r, const struct access *a);

#endif
