/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CROWD_H
#define NUDGE_CROWD_H
/*
 * Strangers who hold something scarce (a connection, bytes of a body) and have
 * shown nothing for it yet.  All together hold no more than a ceiling.  Beyond
 * it the oldest silent stranger of the greediest network gives way to the
 * newcomer, so that who is alone in a network is not kept out by others.
 *
 * An IPv4 address or IPv6 /64 may hold a twelfth of the ceiling, a /24 or /56
 * an eighth, a /48 half of it; which network is the greediest is measured by
 * the same shares, so that a coarse one counts when it misbehaves.  While the
 * crowd is small nobody is counted by network: that costs nothing then.
 *
 * Connections of this machine itself and those without an address are in no
 * network: of them the oldest gives way when it was silent for a while.
 */
#include "common/base/env.h"
#include "common/base/list.h"
#include "common/net/addr.h"

struct crowd;
struct crowd_net;

enum {
	CROWD_LEVELS = 4
};

struct crowd_limits {
	uint32_t ceiling;     /* 0: none */
	uint32_t few;         /* a network with so much is never greedy */
	uint32_t patience_ms; /* who was silent for so long may go first */
};

/* Zeroed before its first use, and unlinked (crowd_leave()) at its end. */
struct stranger {
	struct list node; /* crowd->all, the longest silent first */
	struct crowd *crowd;
	const struct addr *peer; /* the owner's */
	/*
	 * It has left the crowd: end it.  Never called for the stranger whose
	 * call makes room.
	 */
	void (*give_way)(struct stranger *s);
	uint64_t heard;
	uint32_t amount;
	struct {
		struct list node; /* net->strangers */
		struct crowd_net *net;
	} at[CROWD_LEVELS];
};

struct crowd *
crowd_new(const struct env *env, const struct crowd_limits *limits);
/* Nobody may be in it. */
void crowd_free(struct crowd *c);
/* A live change of the ceiling; who is in stays. */
void crowd_set_ceiling(struct crowd *c, uint32_t ceiling);
/* What all hold together; with more than the ceiling it is crowded. */
uint32_t crowd_amount(const struct crowd *c);
bool crowd_is_crowded(const struct crowd *c);

/*
 * s, with peer and give_way set, holds amount from now on (more or less of it
 * than before, when it is in; another crowd is left).  Others may have to give way.  now is
 * loop_now().  False: there is no room, and s is not in.
 */
bool
crowd_hold(struct crowd *c, struct stranger *s, uint32_t amount, uint64_t now);
/* It did something it had to do: it is the youngest again. */
void crowd_heard(struct stranger *s, uint64_t now);
/* It is a stranger no more, or gone; also for one that is in no crowd. */
void crowd_leave(struct stranger *s);
/*
 * Somebody new needs what a stranger here could give up: true when one gave
 * way.  Nobody does whose network holds few, unless silent for long.
 */
bool crowd_make_way(struct crowd *c, uint64_t now);

#endif
