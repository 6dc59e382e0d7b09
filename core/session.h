/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SESSION_H
#define NUDGE_SESSION_H
/*
 * A session is one signed-in endpoint of an account.  It is embedded in the
 * front's own object.
 */
#include "core/event.h"
#include "core/people/presence.h"

struct session;

struct front {
	/*
	 * Bytes of the event for this front's wire shape number shape, or NULL
	 * when that shape has nothing to say.  Called once per group of
	 * sessions with the same shape; may be NULL for events it is never
	 * grouped for.  The reference goes to the caller.
	 */
	struct blob *(*encode)(const struct event *ev, unsigned shape);
	/*
	 * Tell one session.  bytes is what encode() made for its shape (SEEN,
	 * GONE, NOTE), or NULL: then the front encodes for this session alone.
	 * May close this session, and no other.
	 */
	void (*deliver)(struct session *s, const struct event *ev,
	    struct blob *bytes);
	/* Where its client is; NULL: that is not known of any. */
	const struct addr *(*peer)(struct session *s);
};

/*
 * What an account of several sessions shows: availability, picture and
 * capabilities of the most available one that announced itself (ONLINE before
 * all else, then who spoke last), and the note of whoever spoke last of those
 * that have one.  Whether a session has spoken is for the front to say: with
 * session_endpoint_changed().
 */

/*
 * The place a client runs at, for clients that can share an account with
 * others of their kind.  The texts are the front's own form.
 */
struct endpoint {
	unsigned char id[16];
	struct blob *shown; /* what contacts are told of it; may be NULL */
	struct blob *kept;  /* what only the account's own places are told */
};

struct session {
	struct list of_account; /* who spoke last is first */
	struct account *account;
	const struct front *front;
	struct presence presence;  /* what this endpoint says of itself */
	struct endpoint *endpoint; /* NULL: it must be alone */
	uint64_t ticket;           /* signin_mark() of what opened it */
	uint8_t shape;             /* the front's number of its wire shape */
	bool made;                 /* by an app-password */
	bool watching; /* announced itself once: is told of others */
	bool deaf;     /* takes no invitations (IMS OFF) */
};

enum {
	SESSION_SHAPES = 32,
	ENDPOINTS_MAX = 10 /* of one account */
};

/*
 * Sign a session in.  With an endpoint it shares the account with sessions
 * that have one too, except one of the same id; everybody else is told ENDED
 * (ELSEWHERE), and their places in conversations end with them; and when there
 * are ENDPOINTS_MAX, so is the one that has not spoken for longest.  It goes on
 * looking as the one it replaces did, until it speaks.
 * account stays pinned until session_close().  s must be zeroed but for front,
 * shape, ticket, made and endpoint (from mem_alloc(), owned by the session from now on).
 */
void session_open(struct core *c, struct session *s, struct account *a);
/* Contacts are told it has gone, unless another session remains. */
void session_close(struct core *c, struct session *s);

/* One event to one session; grouped encoding is presence.c's. */
void session_tell(struct session *s, const struct event *ev);
/* To every session of the account. */
void session_tell_account(struct account *a, const struct event *ev);
/* Every session of every account. */
void session_tell_all(struct core *c, const struct event *ev);
/* End all sessions of the account for this reason. */
void session_end_account(struct account *a, enum close_reason why);
/* The same of those that an app-password opened. */
void session_end_made(struct account *a, enum close_reason why);
/* The session at that endpoint, or NULL. */
struct session *
session_at_endpoint(const struct account *a, const unsigned char id[16]);
/*
 * The account's session whose client is at this address, the port left out;
 * NULL when there is none, or when there are several.
 */
struct session *session_from(const struct account *a, const struct addr *peer);
/*
 * What an endpoint says of itself changed, its struct presence included: this
 * session spoke last.  At the end of the turn all sessions of the account that
 * have an endpoint (this one too) are told SELF, and contacts by way of
 * presence: NOTE also tells of a change of what endpoints show.
 */
void session_endpoint_changed(struct core *c, struct session *s);
/* The same, because it announced its availability. */
void session_announced(struct core *c, struct session *s);

#endif
