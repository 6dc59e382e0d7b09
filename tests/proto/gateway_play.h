/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TESTS_GATEWAY_PLAY_H
#define NUDGE_TESTS_GATEWAY_PLAY_H
/*
 * Requests to the gateway of a world, without HTTP.
 *
 *	struct post *p = post_open(w, "VER 1 MSNP9 CVR0\r\n");
 *	post_brings(p, "VER 1 MSNP9 CVR0\r\n");
 *	struct post *q = post_poll(w, p->id, 30);
 *	post_waits(q);
 */
#include "ns/conn.h"
#include "ns/gateway.h"
#include "tests/proto/sb_play.h"

struct post {
	struct gateway_call call;
	struct list node;
	struct world *world;
	struct addr peer, local;
	bool answered;
	unsigned status;
	char id[64]; /* the new one */
	bool last;   /* Session=close */
	struct buf body;
};

/* Where the next requests come from; 192.0.2.10 at first. */
void post_from(const char *ip);
/* Nothing settles before post_settle() or one of the questions below. */
struct post *post_open(struct world *w, const char *body);
struct post *post_say(struct world *w, const char *id, struct slice body);
struct post *post_text(struct world *w, const char *id, const char *body);
struct post *post_poll(struct world *w, const char *id, unsigned lifespan_s);
void post_settle(struct post *p);
/* Whoever brought it has gone. */
void post_drop(struct post *p);

void post_brings(struct post *p, const char *body);
/* It was answered, but with this status. */
void post_is_refused(struct post *p, unsigned status);
void post_waits(struct post *p);
/* The answer of a session that is over. */
void post_ends(struct post *p, const char *body);

/* Posts are freed, sessions fall silent. */
void post_world_free(struct world *w);

/* A new account signs in through the gateway: the post that brought USR OK. */
struct post *post_sign_in(struct world *w, const char *address);
/*
 * alice@a.com answers a call of b, a place of bob@b.com, through the gateway:
 * the post that brought ANS OK.
 */
struct post *post_join(struct world *w, struct player *alice, struct player *b);

#endif
