/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_HOST_H
#define NUDGE_HOST_H
/* What the machine, or the container, tells of its network. */
#include "common/net/addr.h"

/*
 * The IPv4 address that packets to the Internet leave by, or where there is no
 * way there, the first of an interface that is up.  False: there is none.
 * Nothing is sent.
 */
bool host_address(struct addr *a);

/*
 * Is this a container with nothing but an engine's bridge?  The address a
 * client reached is then not the one that the server sees.
 */
bool host_behind_bridge(void);

/* One interface that is up, but for the loopback. */
struct host_port {
	struct addr address;
	bool pair; /* its other end is in another network namespace */
};

/* The judgement of host_behind_bridge(), of what it saw. */
bool host_is_bridged(bool container, const struct host_port *ports, size_t n);

#endif
