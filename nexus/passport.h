/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NEXUS_PASSPORT_H
#define NUDGE_NEXUS_PASSPORT_H
/*
 * The grammar of "Authorization: Passport1.4 ..." (passport.md 4.2): items
 * between commas, in any order, among them the whole string the notification
 * server gave.  Pure functions; nothing here knows a socket or an account.
 */
#include "common/base/arena.h"

enum {
	PASSPORT_HEADER_MAX = 4096
};

/* Values are decoded UTF-8 in the arena; p is NULL for what was not there. */
struct passport_request {
	struct slice sign_in;
	struct slice password; /* "pwd"; wipe it when done */
	struct slice raw;      /* the same as it stood there, if that differs */
	struct slice seal;     /* "tpf": the part of the challenge we check */
};

enum passport_verdict {
	PASSPORT_OK,
	PASSPORT_ABSENT,   /* no header, or of another scheme */
	PASSPORT_BROKEN,   /* cannot be understood */
	PASSPORT_TOO_LONG, /* over PASSPORT_HEADER_MAX */
};

/* The value of the Authorization header; the arena holds what *out names. */
enum passport_verdict passport_parse(struct slice header, struct arena *arena,
    struct passport_request *out);
/* Overwrite the password, wherever passport_parse put it. */
void passport_wipe(struct passport_request *rq);

#endif
