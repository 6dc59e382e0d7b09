/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TESTS_PLACE_H
#define NUDGE_TESTS_PLACE_H
/*
 * Sessions of a front that notes what it is told, as words: for what the core
 * says whatever the protocol.
 */
#include "tests/proto/play.h"

#include "core/session.h"
#include "core/talk/conversation.h"

struct place {
	struct session session;
	struct core *core;
	char heard[1024];
	size_t n;
	char cookie[PASS_TEXT_MAX]; /* of the last ring */
};

/* A request that will not be run again, and the loaded account it pins. */
struct account *
place_begin(struct world *w, struct request *rq, const char *address);
/* Sign in at the endpoint of this letter; 0: without one. */
void
place_open(struct world *w, struct place *p, const char *address, char letter);
void place_close(struct place *p);
/* Announce; the first time it watches. */
void place_say(struct world *w, struct place *p, enum availability avail);
void place_note(struct world *w, struct place *p, const char *note);
/* Everything settles; it heard exactly this since the last time. */
void place_hears(struct world *w, struct place *p, const char *words);
/* a puts b on its forward list and b allows it. */
void place_befriend(struct world *w, const char *a, const char *b);

#endif
