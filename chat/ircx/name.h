/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_IRCX_NAME_H
#define NUDGE_IRCX_NAME_H
/*
 * Names of rooms and people, and the masks that mean some of them (chat-ircx
 * 7, 8, 13).  A room's name is kept without its prefix and as it is quoted.
 */
#include "common/base/buf.h"

enum {
	ROOM_NAME_MAX = 198, /* 200 with "%#" */
	NICK_MAX = 64,
	MASK_MAX = 160
};

/*
 * The name of the room a word means: behind "%#" or "#", which are the same
 * here.  False when it is none.
 */
bool ircx_room_name(struct slice word, struct slice *name);
/* It has the form of a room, whether or not it can be one. */
bool ircx_is_room(struct slice word);

/* Who may have a nickname: each has rules of its own (chat-ircx 7). */
enum nick_kind {
	NICK_ANY,    /* the directory, where nobody needs one */
	NICK_GUEST,  /* ">name" */
	NICK_MEMBER, /* with an account */
	NICK_PLAIN,  /* ordinary programs, without one */
	NICK_STAFF,  /* "'name", and those reserved for them */
};
bool ircx_nick_ok(struct slice nick, enum nick_kind kind);

/* The same name compares equal in this form: ASCII lower case. */
void ircx_fold(struct slice name, char *out);

/* '*' and '?' in mask; ASCII letters compare without case. */
bool ircx_match(struct slice mask, struct slice text);

#endif
