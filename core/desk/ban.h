/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BAN_H
#define NUDGE_BAN_H
/*
 * Networks whose connections are turned away where they arrive.  They are few
 * and all in memory, from before the first connection on.
 */
#include "common/net/subnet.h"
#include "core/request.h"

enum {
	BANS_MAX = 500,
	BAN_NOTE_MAX = 120,
	BAN_TEXT_MAX = 64,
	BAN_DAYS_MAX = 3650
};

struct ban {
	struct subnet network;
	char text[BAN_TEXT_MAX + 1]; /* it, as people write it */
	char note[BAN_NOTE_MAX + 1];
	int64_t since; /* Unix seconds */
	int64_t until; /* Unix seconds; 0: for ever */
	/* for ban.c: the changes that made it and ended it; 0: none */
	uint64_t made, ended;
};

/* The at-th, counted from 0; NULL behind the last. */
const struct ban *ban_at(struct request *rq, size_t at);
/*
 * until 0: for ever.  *out is good in this turn.  BAD_ADDRESS (no network, or
 * one this machine itself is in), BAD_VALUE (the note), ALREADY_THERE,
 * LIST_FULL, STORE_FAILED.
 */
enum result ban_add(struct request *rq, struct slice network, struct slice note,
    int64_t until, const struct ban **out);
/* NOT_THERE, STORE_FAILED. */
enum result ban_lift(struct request *rq, struct slice network);
/* Is it turned away now? */
bool ban_has(const struct core *c, const struct addr *peer);

#endif
