/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NS_GATEWAY_H
#define NUDGE_NS_GATEWAY_H
/*
 * MSNP over HTTP (sb 12): a client that cannot reach our port sends what it
 * has to say in POSTs and fetches what it should hear with polls.  A gateway
 * session is a transport under the same connections as a TCP stream, and
 * nothing else.
 *
 * An id is "prefix.turn".  The prefix names the session: 64 random bits.  The
 * turn, 32 random bits, is new with every answer, and showing it acknowledges
 * that answer: what it brought is forgotten then and not before.  Of the ids a
 * session has had, two are alive:
 *
 *  - the one the last answer told.  A request with it is a new one.
 *  - the one the last request showed.  Who shows it again has not got the
 *    answer.  With the same commands, or none, it is the same request: the
 *    commands are not obeyed twice, and the answer is the same again, or,
 *    while there is none, will be one for both (a proxy may hold the first
 *    connection long after its client has left it).  Commands where only polls
 *    came before release a poll that is held, with an empty answer, and are
 *    obeyed at once.  Anything else is a second request beside the first: 400
 *    for it, as Microsoft's gateway had it, and nothing for the first.
 *
 * An open has no id: one that is repeated opens a second session, which nobody
 * signs in to.
 *
 * Any older id gets 400, from anywhere, so what stands in a proxy's log opens
 * nothing.  Farms of proxies change their address from request to request;
 * therefore a request with the newest id, which nobody has seen but the
 * client and its proxies, is good from anywhere.  A repeat is good from the
 * network (IPv4 /16, IPv6 /48) of the request it repeats.
 *
 * Limits: a session counts as a connection of the address that opened it, and
 * as a stranger's until somebody signed in (crowd.h), its
 * queue has the limits of a TCP connection's, what is said and not yet obeyed
 * those of GATEWAY_BODY_MAX, and one request is held on the last sixteen connections that brought it.
 * After 60 s without a request the client is gone (gateway-silent), and after 30
 * s one that has polled every few seconds.  At the end it is waited for as it has
 * been waited for before, so that the dead delay no stop.
 */
#include "common/net/link.h"

enum {
	GATEWAY_BODY_MAX = 8192 + 65536, /* a command and its payload */
	GATEWAY_LIFESPAN_MAX_S = 60,
};

struct ns;
struct gateway;
struct gateway_session;

/* One request; whoever brings it keeps it until it is answered or forgotten. */
struct gateway_call {
	/* the question; body and addresses need not outlive gateway_ask() */
	bool open;           /* a new session; no id */
	bool secure;         /* it came by TLS */
	uint32_t lifespan_s; /* how long a poll may be held */
	struct slice id;
	struct slice body;
	const struct addr *peer;
	const struct addr *local;
	/*
	 * Called once, inside gateway_ask() or later, with head (the value
	 * of X-MSN-Messenger, empty when status is not 200) and body.  The
	 * call is the caller's again.
	 */
	void (*answer)(struct gateway_call *call, unsigned status,
	    struct slice head, struct slice body);
	/* the gateway's */
	struct list node;
	struct gateway_session *session; /* that holds it, or NULL */
	bool released;                   /* its answer will be empty */
};

struct gateway *gateway_new(struct ns *ns);
/* Every session must be gone. */
void gateway_free(struct gateway *g);
void gateway_ask(struct gateway *g, struct gateway_call *call);
/* Nobody waits for the answer any more; also for a call that has it. */
void gateway_forget(struct gateway_call *call);
/* The session with this id as a link; NULL: there is none. */
const struct link *gateway_link(const struct gateway *g, struct slice id);
/* Sessions that are not over. */
size_t gateway_open_sessions(const struct gateway *g);

#endif
