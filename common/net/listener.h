/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_LISTENER_H
#define NUDGE_LISTENER_H
/*
 * Listening sockets.  An accepted descriptor is non-blocking, close-on-exec,
 * with TCP_NODELAY.  Accepting pauses for 100 ms when descriptors run out.
 */
#include "common/net/addr.h"
#include "common/net/loop.h"

struct listener;

/*
 * Counts open connections per address group (addr_group()) across listeners
 * and refuses beyond the ceilings; the refused connection is closed at once
 * and counted as CLOSE_TOO_MANY or CLOSE_SERVER_FULL through refused().
 */
struct conn_limits;

/* A ceiling of 0 is none. */
struct conn_limits *
conn_limits_new(const struct env *env, unsigned total, unsigned per_address);
void conn_limits_free(struct conn_limits *c);
/* Live change of the ceilings. */
void
conn_limits_set(struct conn_limits *c, unsigned total, unsigned per_address);
/*
 * This machine itself may open as many connections as the total allows: what
 * runs here (a proxy, a test) speaks for many people.
 */
void conn_limits_trust_loopback(struct conn_limits *c);
/* Take a place; false: refused, *which as in refused() below. */
bool
conn_limits_enter(struct conn_limits *c, const struct addr *peer, int *which);
/* The acceptor's connection ended: give its place back. */
void conn_limits_leave(struct conn_limits *c, const struct addr *peer);

/* Open connections that were counted. */
unsigned conn_limits_open(const struct conn_limits *c);

struct listener_user {
	/* fd is now the user's, its place in the limits too. */
	void (*accepted)(void *ctx, int fd, const struct addr *peer,
	    const struct addr *local);
	/* A connection was turned away; which: 0 per address, 1 total. */
	void (*refused)(void *ctx, const struct addr *peer, int which);
};

enum {
	LISTENERS_MAX = 16 /* addresses of one port */
};

/*
 * Listen on host and port; port 0 takes a free one.  host is a numeric IP and
 * means that address alone; "" or "*" is every one, IPv6 and IPv4 in one
 * socket where the system has both.  limits may be NULL: none.  On failure
 * NULL and *err is a negative errno (-EACCES, -EADDRINUSE, ...).
 */
struct listener *listener_open(struct loop *l, struct slice host, uint16_t port,
    struct conn_limits *limits, const struct listener_user *user, void *ctx,
    int *err);
/* Stop accepting; connections already accepted go on. */
void listener_close(struct listener *li);
uint16_t listener_port(const struct listener *li);

#endif
