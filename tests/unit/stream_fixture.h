/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_STREAM_FIXTURE_H
#define NUDGE_STREAM_FIXTURE_H
/*
 * A stream with a user on one end of a socket pair, and the test on the other.
 */
#include "common/net/stream.h"
#include "tests/unit/fake_clock.h"

enum {
	SOFT = 1000,
	HARD = 4000000,
	IN_MAX = 100,
};

/* What the user does with bytes: whole lines are used. */
struct stream_user {
	struct fake_clock clock;
	struct loop *loop;
	struct barrier barrier;
	struct link *link;
	int peer; /* the other end */
	struct buf lines;
	int offers;
	int closed;
	enum close_reason why;
	int drained;
	/* after the next line: */
	bool pause, resume, close, greedy;
	bool wait; /* pause and use nothing */
};

/* For cmocka; the state is a struct stream_user. */
int stream_user_setup(void **state);
/* The same over loopback TCP. */
int stream_user_setup_tcp(void **state);
int stream_user_teardown(void **state);
void stream_user_say(struct stream_user *u, const char *text);
/* n zeros. */
void stream_user_flood(struct stream_user *u, size_t n);
void stream_user_assert_lines(const struct stream_user *u, const char *text);

void stream_peer_says(struct stream_user *u, const char *text);
/* What one read at the peer returns: "" for the end, "-" for nothing yet. */
const char *stream_peer_hears(struct stream_user *u, char out[256]);
/* How many bytes were there to read. */
size_t stream_peer_swallows(struct stream_user *u);
void stream_peer_close(struct stream_user *u);

#endif
