/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_IRCX_DIALECT_H
#define NUDGE_IRCX_DIALECT_H
/*
 * What a client reads depends on the number in its IRCVERS, on having said
 * IRCX, or on neither: each is a row.  This is the only place where such a
 * number means anything; everything else asks for a feature or has a thing
 * written.
 */
#include "common/base/buf.h"

enum chat_feature {
	CHAT_IRCX = 1 << 0,       /* more than IRC: WHISPER, PROP, 822, ... */
	CHAT_CONTROL = 1 << 1,    /* says IRCVERS and never USER */
	CHAT_MEMBERS = 1 << 2,    /* member strings in 353 */
	CHAT_PROFILE = 1 << 3,    /* of two letters: who and photo */
	CHAT_SUBSCRIBER = 1 << 4, /* and a third: subscriber or not */
	CHAT_LANGUAGE = 1 << 5,   /* languages in CREATE, names in LISTC */
	CHAT_OWNER_KEY = 1 << 6,  /* CREATE ends in owner key, 0, host key */
	CHAT_INVITED = 1 << 7,    /* INVITE names the host */
	CHAT_JOINED = 1 << 8,     /* JOIN has a member string, too */
};

struct ircx_dialect {
	const char *name;
	uint32_t features;
	uint8_t index; /* row number */
};

enum {
	DIALECT_PLAIN,
	DIALECT_IRCX,
	DIALECTS = 10
};

const struct ircx_dialect *ircx_dialect(unsigned index);
/* The row of an IRCVERS word, or NULL. */
const struct ircx_dialect *ircx_dialect_find(struct slice word);

static inline bool
ircx_has(const struct ircx_dialect *d, uint32_t features)
{
	return (d->features & features) == features;
}

/* What one is in a room; the higher the more. */
enum level {
	LEVEL_NONE,
	LEVEL_VOICE,
	LEVEL_HOST,
	LEVEL_OWNER
};

/* bits of MSNPROFILE (chat-ircx 9.3) */
enum {
	PROFILE_HAS = 1,
	PROFILE_MALE = 2,
	PROFILE_FEMALE = 4,
	PROFILE_PHOTO = 8
};

/* Who looks after the rooms, and how far that goes. */
enum staff {
	STAFF_NONE,
	STAFF_GUIDE,
	STAFF_SYSOP,
	STAFF_ADMIN
};

struct member_look {
	struct slice nick;
	enum level level;
	enum staff staff;
	bool away;
	bool guest;
	bool subscriber;
	uint8_t profile;
};

/* "%#name", or "#name" for programs that know nothing else. */
void
ircx_add_room(const struct ircx_dialect *d, struct buf *b, struct slice name);
/* The word between JOIN and the room with its blank; nothing for most. */
void ircx_add_joined(const struct ircx_dialect *d, struct buf *b,
    const struct member_look *m);
/* An entry of 353. */
void ircx_add_member(const struct ircx_dialect *d, struct buf *b,
    const struct member_look *m);
/* The mode letter and the prefix of a level; 0 for none. */
char ircx_level_mode(const struct ircx_dialect *d, enum level level);
char ircx_level_prefix(const struct ircx_dialect *d, enum level level);

#endif
