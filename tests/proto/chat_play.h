/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TESTS_CHAT_PLAY_H
#define NUDGE_TESTS_CHAT_PLAY_H
/*
 * Plays in chat rooms: people come in as chat controls or as ordinary IRC
 * programs.
 */
#include "chat/gatekeeper.h"
#include "tests/proto/play.h"

/* IRCVERS of this version to the chat server; its 800 was read. */
void chat_versed(struct player *p, const char *version);
/*
 * AUTH of this GateKeeper, up to the server's challenge; what was written for
 * guid is what the server will call it.
 */
void chat_challenged(struct player *p, const char *package, unsigned number,
    unsigned char challenge[GK_CHALLENGE]);
/* The answer; guid may be NULL: none.  host "" for those without. */
void chat_answer(struct player *p, const char *package, unsigned number,
    const unsigned char challenge[GK_CHALLENGE], const char *host,
    const unsigned char *guid);
/* A guest's control in the rooms, nothing left to read; ">" is added. */
struct player *
chat_guest(struct world *w, const char *name, const char *version);
/* The same up to the point where its name is missing. */
struct player *chat_guest_before(struct world *w, const char *name);
/* An ordinary program, nothing left to read. */
struct player *chat_plain(struct world *w, const char *name);
/* One with an account, made when it is missing. */
struct player *chat_member(struct world *w, const char *address,
    const char *name, const char *version);
/* The same up to the point where its name is missing. */
struct player *
chat_member_before(struct world *w, const char *address, const char *version);
/* In this room; nothing left to read. */
void chat_joins(struct player *p, const char *room);
/* What others see of a guest with this GUID. */
void chat_alias(const unsigned char guid[GK_GUID], char id[GK_IDENTITY + 1]);
/* ":prefix ..." of a guest of this name: "gg!id@GateKeeper" with its id. */
const char *chat_prefix(const char *name);

#endif
