/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CHAT_WATCHER_H
#define NUDGE_CHAT_WATCHER_H
/*
 * EVENT: what the staff wants to be told of (chat-ircx 15), as
 *
 *	:server EVENT <Unix time> <type> <what> <whom it concerns> ...
 *
 * The documents name the types; what happens in each is ours.
 */
#include "chat/room.h"

enum seen {
	SEEN_CHANNEL, /* CREATE, DESTROY, TOPIC, MODE */
	SEEN_MEMBER,  /* JOIN, PART, KICK, MODE */
	SEEN_SERVER,  /* RELOAD, DRAIN */
	SEEN_CONNECT, /* OPEN, CLOSE */
	SEEN_SOCKET,  /* SLOW: it is not read for a while; ERROR */
	SEEN_USER,    /* LOGON, LOGOFF, NICK */
	SEEN_TYPES
};

/*
 * Whoever watches this type with a mask that fits subject is told; words
 * follow the type.  Must not stand between user_line() and user_finish().
 */
void watcher_tell(struct chat *chat, enum seen type, struct slice subject,
    const char *fmt, ...) PRINTF_LIKE(4, 5);
/* The same of a person, with "nick!id@domain" at the end. */
void watcher_tell_user(struct user *u, enum seen type, const char *what);
/* Of a room, and of what u does there; other, text may be NULL, empty. */
void watcher_tell_room(const struct room *r, const char *what,
    const struct user *u, struct slice text);
void watcher_tell_member(const struct room *r, const char *what,
    const struct user *u, struct slice text);
/* Of a connection. */
void watcher_tell_link(struct user *u, enum seen type, const char *what,
    const char *why);
/* It watches nothing any more. */
void watcher_free(struct user *u);

#endif
