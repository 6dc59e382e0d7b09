/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_PORCH_H
#define NUDGE_PORCH_H
/*
 * Where connections from a proxy wait until its header has told whose they
 * are (proxy.h).  Exactly the header is read, never a byte of what follows, so
 * that no front knows of it.  Who waits has 5 s, is counted in the total of
 * the limits, and is one of so many of the same listener:
 * 1024, or a quarter of the descriptors where those are few.
 */
#include "common/net/link.h"
#include "common/net/listener.h"

/* A connection and its two ends. */
struct arrival {
	int fd;
	struct addr peer;
	struct addr local;
};

struct porch {
	struct loop *loop;
	struct conn_limits *limits; /* NULL: none */
	/* The header was read: fd and its place are the callee's to account. */
	void (*known)(struct porch *p, const struct arrival *a);
	/* It ended before; fd is closed. */
	void (*refused)(struct porch *p, const struct addr *proxy,
	    enum close_reason why);
	unsigned most; /* guests at once, set by the owner */
	struct list guests;
	unsigned nguests;
};

/* The pointers and most are set. */
void porch_init(struct porch *p);
/* Takes the descriptor; may call known() or refused() before it returns. */
void porch_take(struct porch *p, const struct arrival *a);
/* Everybody who waits is refused with DRAIN. */
void porch_close(struct porch *p);

#endif
