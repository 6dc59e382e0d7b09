/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NS_H
#define NUDGE_NS_H
/*
 * The MSNP front: dispatch, notification server and switchboard on one port,
 * and the HTTP gateway to them.
 */
#include "common/http/http.h"
#include "common/net/link.h"
#include "common/net/listener.h"
#include "common/net/public.h"
#include "core/core.h"

/* What a stream may hold back for a session: a line and a payload. */
enum {
	MSNP_HELD_MAX = 8192 + 65536,
	/* and of its output queue, whatever the transport */
	MSNP_OUT_SOFT = 128 * 1024,
	MSNP_OUT_HARD = 2 * 1024 * 1024
};

struct ns;

/* Do programs have to prove what they are (ns-classic 10)? */
enum ns_challenge {
	NS_CHALLENGE_OFF,
	NS_CHALLENGE_OBSERVE, /* counted, and nothing follows */
	NS_CHALLENGE_ON
};

struct ns_config {
	bool dispatch;
	bool ctp; /* sign-ins in clear text, of the first builds */
	enum ns_challenge challenge;
	/* what public_add_host() chooses from */
	char public_address[PUBLIC_TEXT_MAX + 1];
	uint16_t port; /* told to gateways' clients, who reached another */
	unsigned sign_in_ms;        /* 60000 */
	unsigned idle_ms;           /* three QNG intervals: 180000 */
	unsigned sb_idle_ms;        /* silence that ends a seat; 0: never */
	unsigned ping_s;            /* what QNG tells: 60 */
	struct conn_limits *limits; /* told of connections that end; or NULL */
	/* who has not signed in; crowded: 910.  Or NULL */
	struct crowd *strangers;
};

struct ns *ns_new(struct core *c, const struct ns_config *cfg);
void ns_config_set(struct ns *ns, const struct ns_config *cfg);
/* Every connection must be gone. */
void ns_free(struct ns *ns);
/*
 * Take a link whose bytes are MSNP: sets its user and session.  The caller
 * then starts it.
 */
void ns_accept(struct ns *ns, struct link *link);
/* The paths of the HTTP gateway; their front is the ns. */
const struct http_route *ns_routes(size_t *n);
/* Is this the id of a session through it that has signed in? */
bool ns_relays(const struct ns *ns, struct slice id);
/* Connections through it that are not over. */
size_t ns_relayed(const struct ns *ns);
/*
 * End every connection that is not a signed-in session (those are told by
 * the core): the drain's second half.
 */
void ns_drain(struct ns *ns);
/* Connections of any kind. */
size_t ns_connections(const struct ns *ns);
/* End every connection from this network. */
void
ns_end_from(struct ns *ns, const struct subnet *from, enum close_reason why);
/* Live sessions for "who is online": calls row() once each. */
struct ns_online {
	struct slice address;
	struct slice name; /* percent-encoded */
	const char *dialect;
	const char *client; /* as it calls itself, plain ASCII; may be "" */
	const struct addr *peer;
	int64_t since; /* Unix seconds */
};
void ns_each_online(struct ns *ns,
    void (*row)(void *ctx, const struct ns_online *who), void *ctx);

#endif
