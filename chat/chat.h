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

enum {
	CHAT_HELD_MAX = 4096, /* what a stream may hold back for a client */
	CHAT_NAMES_MAX = 1000
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
	uint16_t port; /* of the rooms, when the directory has its own; or 0 */
	bool plain;    /* ordinary IRC programs come in by NICK and USER */
	unsigned sign_in_ms; /* 30000 */
	unsigned ping_ms;    /* silence before a PING: 90000 */
	unsigned lines;      /* a second that one client may say; 0: any */
	unsigned max_rooms;
	unsigned max_members;       /* in one room */
	struct conn_limits *limits; /* told of connections that end; or NULL */
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

#endif
