/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_LOG_PEER_H
#define NUDGE_LOG_PEER_H
/*
 * Log lines that somebody out there causes at will.  Of one event and one
 * network (an IPv4 /24, an IPv6 /48) only so many lines are written in a
 * minute; what came beyond is one line at its end, with the same event:
 *
 *	level=info event=sign-in-failed times=57 network=192.0.2.0/24
 *
 * Part of the logger, and as global as it; for the loop thread alone.
 */
#include "common/base/env.h"
#include "common/base/log.h"
#include "common/net/addr.h"

enum {
	LOG_PEER_FEW = 20,   /* lines a minute about what strangers do */
	LOG_PEER_MANY = 600, /* about people with an account */
	LOG_PEER_ALL = 3000  /* of one event, whoever causes it */
};

/* The clock and the seed; what was counted so far is forgotten. */
void log_peer_setup(const struct env *env);
/* As log_event(), with the peer as its first field. */
void log_peer_event(enum log_level level, unsigned most, const char *event,
    const struct addr *peer, const struct log_field *fields, size_t n);
/*
 * Write the sums of minutes that are over; with all, of the one that is not,
 * too.  To be called now and then, and at the end.
 */
void log_peer_sums(bool all);

/* At least one field. */
#define log_peer(level, most, event, peer, ...)                            \
	do {                                                               \
		if (log_enabled(level)) {                                  \
			const struct log_field log_f_[] = { __VA_ARGS__ }; \
			log_peer_event(level, most, event, peer, log_f_,   \
			    ARRAY_LEN(log_f_));                            \
		}                                                          \
	} while (0)

#endif
