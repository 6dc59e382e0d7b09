/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CHAT_STAFF_H
#define NUDGE_CHAT_STAFF_H
/*
 * The people who look after the rooms (chat-ircx 7, 11.3): accounts that a
 * setting names.  They enter as owners, see every room, and are told of events.
 */
#include "chat/user.h"

/* What the setting makes of this account. */
enum staff staff_of(const struct chat *chat, const struct account *a);
/* Its rank may be another: it came in, or the setting changed. */
void staff_look(struct user *u);
/* 386, 381 or 629; nothing for everybody else. */
void staff_greet(struct user *u);
/*
 * PROP $ ROLE: a token of this server for an account of the staff gives its
 * rank; anything else is nothing (chat-ircx 5.1).  WAIT.
 */
enum result
staff_take_role(struct user *u, struct request *rq, struct slice value);
/* PROP $ SUBSCRIBERINFO: the same of one's own subscription. */
enum result
staff_take_subscription(struct user *u, struct request *rq, struct slice value);
/* MODE nick +z and -z: nobody hears what it says, and it is not told. */
void staff_gag(struct user *u, struct user *other, struct slice letters);

#endif
