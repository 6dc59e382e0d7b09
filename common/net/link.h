/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_LINK_H
#define NUDGE_LINK_H
/*
 * A link is a transport as its session sees it: bytes in, bytes out.  TCP
 * streams, TLS streams, the HTTP gateway and the tests implement it; sessions
 * never see a socket.
 *
 * Life: the transport makes the link and gives it a user.  Whoever ends it
 * calls link_close(); the user's closed() is then called exactly once, never
 * from inside link_close() or another call on the link, and the link is gone
 * when it returns.
 */
#include "common/net/addr.h"
#include "common/net/outq.h"

enum close_reason {
#define CLOSE(name, error, text) CLOSE_##name,
#include "common/net/close.def"
#undef CLOSE
	CLOSE_REASONS
};

/* "line-too-long" and so on; and the sentence. */
const char *close_name(enum close_reason r);
const char *close_text(enum close_reason r);
bool close_is_error(enum close_reason r);

struct link;

struct link_user {
	/*
	 * Bytes arrived.  Returns how many were used; the rest is offered
	 * again, with more behind it, or after link_resume().  The user keeps
	 * its own ceilings: it must close the link rather than leave more
	 * than it is ready to hold.  Returning less than n without pausing
	 * means "incomplete".
	 */
	size_t (*input)(struct link *l, const char *p, size_t n);
	/* The output queue fell below half its soft limit; may be NULL. */
	void (*drained)(struct link *l);
	/* The last call.  The user forgets the link. */
	void (*closed)(struct link *l, enum close_reason why);
};

struct link_ops {
	void (*pause)(struct link *l);
	void (*resume)(struct link *l);
	void (*close)(struct link *l, enum close_reason why);
	void (*local)(struct link *l, struct addr *out);
};

struct link {
	const struct link_ops *ops;
	const struct link_user *user;
	void *session; /* the user's own */
	struct outq out;
	struct addr peer;
	bool relayed; /* through the HTTP gateway */
	bool secure;  /* TLS */
	bool dated;   /* it began as before TLS: such clients need care */
	bool closing; /* link_close() was called */
};

/* Stop reading; bytes not used are kept.  Pausing twice is pausing once. */
static inline void
link_pause(struct link *l)
{
	l->ops->pause(l);
}

/* Read again; kept bytes are offered in this turn, not inside this call. */
static inline void
link_resume(struct link *l)
{
	l->ops->resume(l);
}

/*
 * Read no more, send what is queued (a peer that does not take it within 5 s
 * loses it), then close.  A second call changes nothing.
 */
static inline void
link_close(struct link *l, enum close_reason why)
{
	l->ops->close(l, why);
}

/* The address the peer reached; family 0 when it is none. */
static inline void
link_local(struct link *l, struct addr *out)
{
	l->ops->local(l, out);
}

#endif
