/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TEST_SCRIPTED_H
#define NUDGE_TEST_SCRIPTED_H
/*
 * An HTTP server on loopback that answers what the test wrote, however rude;
 * turned together with a loop.
 */
#include "common/base/buf.h"
#include "common/net/loop.h"

enum {
	SCRIPTED_CONNS = 24,
	SCRIPTED_ASKED = 64 * 1024,
	SCRIPTED_TURNS = 8000 /* of at most a millisecond each */
};

struct scripted_conn {
	int fd; /* 0: none */
	struct buf got;
	size_t sent;
	bool answering;
};

struct scripted {
	int fd;
	uint16_t port;
	unsigned accepted, asked; /* connections, whole questions */
	struct buf last;          /* the last whole question */
	/* what is answered: "" hangs */
	struct buf answer;
	bool drip;  /* a byte each millisecond */
	bool close; /* behind the answer */
	struct scripted_conn conns[SCRIPTED_CONNS];
};

void scripted_open(struct scripted *s);
void scripted_close(struct scripted *s);
/* From now on: status line, headers with the right length, and this body. */
void scripted_answer(struct scripted *s, const char *status, struct slice body);
/* From now on these bytes. */
void scripted_raw(struct scripted *s, const char *text);
/* Once around; waits a little. */
void scripted_turn(struct scripted *s, struct loop *l);

#endif
