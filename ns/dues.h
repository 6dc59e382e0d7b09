/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NS_DUES_H
#define NUDGE_NS_DUES_H
/*
 * What is said in conversations costs the loop time that others wait for, so
 * each person, and each network, has a share of bytes in a second, however
 * many seats it has taken.  Over it, it is not read.
 */
#include "ns/conn.h"

enum {
	DUES_NETWORK = 4 /* a network may say as much as so many people */
};

struct dues *dues_new(struct core *c);
void dues_free(struct dues *s);
/*
 * c says n bytes to so many others: 0, and they count; or the milliseconds
 * until it may, and nothing counts.
 */
uint64_t dues_take(struct dues *s, struct conn *c, size_t n);

#endif
