/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_PUBLIC_H
#define NUDGE_PUBLIC_H
/*
 * Which host clients are told to come back to.  The setting public.address is
 * a list, its words between commas, blanks or both:
 *
 *	192.168.1.0/24=192.168.1.10, fd00::/8=[fd00::10], im.example.org
 *
 * The most specific network with the client's address in it wins; an entry
 * without one is for everybody else.  The list is read each time: it is short
 * and seldom asked for.
 */
#include "common/net/addr.h"

enum {
	PUBLIC_TEXT_MAX = 2000,
	/* as many as the certificates take, and one for the login server */
	PUBLIC_ENTRIES_MAX = 31
};

/* 0, or -1 with a sentence in err. */
int public_check(struct slice list, char *err, size_t errlen);
/*
 * The host for the client at peer who reached local; local itself when the
 * list has none for it.  IPv6 in brackets, so that a port may follow.  This is
 * the only place that decides.
 */
void public_add_host(struct slice list, const struct addr *peer,
    const struct addr *local, struct buf *b);
/* Every host as a certificate names it, a blank before each. */
void public_add_names(struct slice list, struct buf *b);

#endif
