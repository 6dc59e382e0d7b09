/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_EVENT_H
#define NUDGE_EVENT_H

#include "core/people/account.h"

enum event_kind {
#define EVENT(name, member) EVENT_##name,
#include "core/events.def"
#undef EVENT
	EVENTS
};

struct presence;
struct mail;

/*
 * One announcement.  Everything it points to lives until the call that
 * delivers it returns.  seq is the change it tells of: its bytes must not
 * leave before that is durable.
 */
struct event {
	enum event_kind kind;
	uint64_t seq;
	union {
		struct {
			struct account *who;
			const struct look *look; /* NULL for GONE */
		} presence;
		struct {
			struct account *who;
			enum prop which;
			struct slice value; /* percent-encoded, may be empty */
		} prop;
		struct {
			struct account *by;
		} relation;
		/*
		 * who NULL: groups, settings or many at once.  Nothing added
		 * or removed: the name, groups or card of who.  That REVERSE
		 * and PENDING come and go is told here too, before ADDED or
		 * REMOVED.
		 */
		struct {
			const struct person *who;
			uint8_t added, removed; /* enum list_bit */
		} lists;
		struct {
			struct account *account;
			bool announced; /* one of them said how it is */
		} self;
		struct {
			struct account *from;
			const unsigned char *from_endpoint; /* or NULL */
			unsigned type; /* the front's own number */
			bool text;     /* a message, not a datagram */
			struct slice payload;
		} data;
		struct {
			uint32_t conversation;
			struct slice cookie;
			struct slice caller; /* address */
			struct slice name;   /* percent-encoded */
		} invited;
		struct {
			const struct mail *mail;
		} mail;
		struct {
			unsigned count;
		} mail_deleted;
		struct {
			struct slice text; /* UTF-8 */
		} notice;
		struct {
			unsigned minutes;
		} maintenance;
		struct {
			enum close_reason why;
		} ended;
	} u;
};

#endif
