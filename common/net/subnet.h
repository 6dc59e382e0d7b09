/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SUBNET_H
#define NUDGE_SUBNET_H
/*
 * Networks as settings write them: 192.168.1.0/24, fd00::/8, or one address.
 * Bits behind the prefix are not looked at.  A network of v4-mapped addresses
 * is the IPv4 network it means, as their addresses are (addr.h).
 */
#include "common/net/addr.h"

struct subnet {
	struct addr base;
	uint8_t bits; /* of the prefix: 0 to 32 or 128 */
};

enum {
	SUBNETS_MAX = 64
};

struct subnets {
	unsigned n;
	struct subnet v[SUBNETS_MAX];
};

bool subnet_parse(struct subnet *s, struct slice text);
/* Never an address of the other family, or of none. */
bool subnet_has(const struct subnet *s, const struct addr *a);
/* Do they mean the same addresses? */
bool subnet_eq(const struct subnet *a, const struct subnet *b);
/*
 * Those a list has for who: its words are "network" or "who=network".  False
 * when one is neither, or there are too many: *wrong is that word.
 */
bool subnets_read(struct subnets *out, struct slice list, struct slice who,
    struct slice *wrong);
/* Is it in one of them? */
bool subnets_have(const struct subnets *list, const struct addr *a);

#endif
