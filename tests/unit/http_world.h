/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TEST_HTTP_WORLD_H
#define NUDGE_TEST_HTTP_WORLD_H
/*
 * A plain HTTP server on loopback with a row for each kind of answer, and a
 * client that turns the server's loop while it waits.
 */
#include "common/http/http.h"

enum {
	HTTP_TURNS = 3000, /* of at most a millisecond each */
	HTTP_REPLY_MAX = 256 * 1024,
	/* more than sockets hold, and no multiple of anything */
	HTTP_BODIES = 96,
	HTTP_LARGE = 8 * 1000 * 1000 + 1,
};

struct http_world {
	struct env env;
	uint64_t ms; /* added to the real clock */
	struct loop *loop;
	struct conn_limits *limits;
	struct http *http;
	struct crowd *bodies; /* ceiling: HTTP_BODIES units */
	struct listener *listener;
	struct http_request *waiting;
	unsigned runs;
	unsigned cleanups;
	struct buf large; /* a body that is not copied */
	char reply[HTTP_REPLY_MAX];
	size_t n;
};

/* Set up and tear down a test. */
int http_world_make(void **state);
int http_world_end(void **state);
void http_world_turns(struct http_world *w, int n);
int http_client_open(struct http_world *w);
void http_client_send(int fd, const char *p, size_t n);
/* False when the connection ended. */
bool http_client_read(struct http_world *w, int fd);
/* Turn the loop until the reply holds text. */
void http_client_expect(struct http_world *w, int fd, const char *text);
/* Turn the loop until the server closes. */
void http_client_expect_end(struct http_world *w, int fd);
/* A whole connection: send, and read what comes until text does. */
void
http_client_ask(struct http_world *w, const char *request, const char *expect);

#endif
