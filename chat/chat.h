/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CHAT_H
#define NUDGE_CHAT_H
/*
 * The MSN Chat front: directory and chat server.
 */
#include "common/net/link.h"
#include "common/net/listener.h"
#include "common/net/public.h"
#include "common/net/subnet.h"
#include "core/core.h"
#include "core/request.h"

enum {
	CHAT_HELD_MAX = 4096, /* what a stream may hold back for a client */
	CHAT_NAMES_MAX = 1000,
	CHAT_STAFF_MAX = 1000,
	CHAT_WORDS_MAX = 1000
};

/* What a connection is for, by the port it came to. */
enum chat_stage {
	CHAT_EITHER, /* its IRCVERS tells */
	CHAT_DIRECTORY,
	CHAT_ROOMS
};

struct chat_config {
	/* what public_add_host() chooses from */
	char public_address[PUBLIC_TEXT_MAX + 1];
	/* further names under which clients may know this server */
	char names[CHAT_NAMES_MAX + 1];
	/* accounts of the staff: "address" or "rank:address", see staff.h */
	char staff[CHAT_STAFF_MAX + 1];
	char words[CHAT_WORDS_MAX + 1]; /* not to be said where f is set */
	uint16_t port; /* of the rooms, when the directory has its own; or 0 */
	bool plain;    /* ordinary IRC programs come in by NICK and USER */
	unsigned sign_in_ms; /* 30000 */
	unsigned ping_ms;    /* silence before a PING: 90000 */
	unsigned lines;      /* a second that one client may say; 0: any */
	unsigned max_rooms;
	unsigned network_rooms;     /* of one network; 0: any */
	unsigned max_members;       /* in one room */
	struct conn_limits *limits; /* told of connections that end; or NULL */
	struct crowd *strangers;    /* who has not come in; or NULL */
};

struct chat *chat_new(struct core *c, const struct chat_config *cfg);
void chat_config_set(struct chat *chat, const struct chat_config *cfg);
/* Every connection must be gone. */
void chat_free(struct chat *chat);
/*
 * Take a link whose bytes are IRCX: sets its user and session.  The caller
 * then starts it.
 */
void chat_accept(struct chat *chat, struct link *link, enum chat_stage stage);
/* End every connection. */
void chat_drain(struct chat *chat);
/* End those that come from there, as banned. */
void chat_end_from(struct chat *chat, const struct subnet *from);
size_t chat_connections(const struct chat *chat);
size_t chat_rooms(const struct chat *chat);

/* ---- listing.c: what pages tell of rooms ---- */
/* Names are as programs write them, behind "%#"; all live until a line comes. */
struct chat_listing {
	struct slice name;
	struct slice topic;
	struct slice category; /* its name; empty: none is known */
	struct slice language; /* "en-us", or whatever its hosts said */
	unsigned people;
};
typedef void (*chat_each_fn)(void *ctx, const struct chat_listing *row);
/* Rooms that anybody may know of, and are not of the category Unlisted. */
void chat_each_room(struct chat *chat, struct request *rq, chat_each_fn each,
    void *ctx);
/* Categories that CREATE knows, with the names that people read. */
void chat_each_category(void (*each)(void *ctx, struct slice code,
			    struct slice name),
    void *ctx);
/*
 * "Tea Room" or "#Tea Room" as programs write it, "%#Tea\bRoom", and back
 * again; appended to out.  False: no room can be called so.
 */
bool chat_room_write(struct slice text, struct buf *out);
bool chat_room_read(struct slice word, struct buf *out);

#endif
