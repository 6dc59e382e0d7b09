/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_LISTENER_H
#define NUDGE_LISTENER_H
/*
 * Listening sockets.  An accepted descriptor is non-blocking, close-on-exec,
 * with TCP_NODELAY.  A sixteenth of all descriptors is kept for those who are
 * in already (a TLS connection needs two more when it speaks): at that, and
 * while memory is short (panic.h), a new one is refused as CLOSE_SERVER_FULL unless a
 * stranger gives way.  When descriptors or memory run out all
 * the same, accepting pauses for 100 ms.
 */
#include "common/net/crowd.h"
#include "common/net/link.h"
#include "common/net/loop.h"
#include "common/net/subnet.h"

struct listener;

/*
 * Counts open connections per address group (addr_group()) across listeners
 * and refuses beyond the ceilings; the refused connection is closed at once
 * and told to refused() as CLOSE_TOO_MANY or CLOSE_SERVER_FULL.
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
/* Whom this says of is refused as CLOSE_BANNED, whatever room there is. */
void conn_limits_ban(struct conn_limits *c,
    bool (*banned)(void *ctx, const struct addr *peer), void *ctx);
/*
 * Whoever comes when the total is reached takes the place of a stranger in one
 * of these crowds, if somebody there gives way.  They live as long as c.
 */
void conn_limits_crowds(struct conn_limits *c, struct crowd *const *crowds,
    unsigned n);
/* The same when something else of the system's is used up; false: nobody. */
bool conn_limits_make_way(struct conn_limits *c);
/* Take a place; false: refused, *why as in refused() below. */
bool conn_limits_enter(struct conn_limits *c, const struct addr *peer,
    enum close_reason *why);
/* The acceptor's connection ended: give its place back. */
void conn_limits_leave(struct conn_limits *c, const struct addr *peer);

/*
 * A place in the total alone, while it is not known whose connection it is;
 * false: the server is full.
 */
bool conn_limits_enter_unknown(struct conn_limits *c);
void conn_limits_leave_unknown(struct conn_limits *c);

/* Open connections that were counted. */
unsigned conn_limits_open(const struct conn_limits *c);

struct listener_user {
	/*
	 * fd is now the user's, its place in the limits too.  peer and local
	 * are those a proxy told of, if it came through one.
	 */
	void (*accepted)(void *ctx, int fd, const struct addr *peer,
	    const struct addr *local);
	/*
	 * A connection was turned away, or did not live long enough to be
	 * accepted.  May be NULL.
	 */
	void (*refused)(void *ctx, const struct addr *peer,
	    enum close_reason why);
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
/*
 * Connections from these networks begin with a PROXY header and are accepted
 * when it was read (porch.h); others must not have one.  The list is the
 * caller's: it lives as long as the listener and may change under way.
 */
void listener_set_proxies(struct listener *li, const struct subnets *proxies);
/* Stop accepting; connections already accepted go on. */
void listener_close(struct listener *li);
/* Does it take connections, and are there not too many that wait? */
bool listener_accepts(const struct listener *li);
uint16_t listener_port(const struct listener *li);
/*
 * How many descriptors of this process may be in use before new connections
 * are refused; INT_MAX: no end.
 */
int listener_descriptors(void);

#endif
