/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CHAT_GATEKEEPER_H
#define NUDGE_CHAT_GATEKEEPER_H
/*
 * GateKeeper, the handshake by which the chat control shows that it is one
 * (GKSSP, chat-ircx 4).  Tokens are here as they are without quoting.  It
 * keeps nobody out, but names a machine: its GUID is good for bans.
 */
#include "common/base/buf.h"
#include "common/base/env.h"

enum {
	GK_CHALLENGE = 8,
	GK_MAC = 16,
	GK_GUID = 16,
	GK_TOKEN_MAX = 48,
	GK_HOST_MAX = 15, /* bytes of its server's name a client remembers */
	GK_IDENTITY = 32  /* hex digits */
};

/* The first token; false: it is none, or of no version there is. */
bool gk_hello(struct slice token, uint32_t *number);
/*
 * A challenge of printable bytes, such that neither it nor the answer of a
 * client that does not add its host needs quoting: clients which never quote
 * get in as well (chat-ircx 2.1).
 */
void gk_challenge(const struct env *env, unsigned char out[GK_CHALLENGE]);
/* The server's token for it. */
void gk_add_challenge(struct buf *b, uint32_t number,
    const unsigned char challenge[GK_CHALLENGE]);

struct gk_answer {
	bool has_guid;
	unsigned char guid[GK_GUID];
};
/*
 * The client's answer to our challenge: does it fit?  hosts are the names
 * under which this server may have been reached, words between commas or
 * blanks.
 */
bool gk_answer(struct slice token, uint32_t number,
    const unsigned char challenge[GK_CHALLENGE], struct slice hosts,
    struct gk_answer *out);

/* What a client computes; for tests too. */
void gk_mac(const unsigned char challenge[GK_CHALLENGE], struct slice host,
    unsigned char out[GK_MAC]);
/*
 * A guest's name for others.  Who could read its GUID there could come as it,
 * as the protocol's key is known: so it is made of that and of a key of ours.
 */
void gk_alias(struct slice secret, const unsigned char guid[GK_GUID],
    char out[GK_IDENTITY + 1]);
/* A GUID as Windows shows it: 32 digits and a NUL. */
void gk_identity(const unsigned char guid[GK_GUID], char out[GK_IDENTITY + 1]);

#endif
