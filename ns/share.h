/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NS_SHARE_H
#define NUDGE_NS_SHARE_H
/*
 * What is said in conversations costs the loop time that others wait for, so
 * each person, and each network, has a share of bytes in a second, however
 * many seats it has taken.  Over it, it is not read.
 */
#include "ns/conn.h"

enum {
	SHARE_NETWORK = 4 /* a network may say as much as so many people */
};

struct shares *shares_new(struct core *c);
void shares_free(struct shares *s);
/*
 * c says n bytes to so many others: 0, and they count; or the milliseconds
 * until it may, and nothing counts.
 */
uint64_t share_take(struct shares *s, struct conn *c, size_t n);

#endif
