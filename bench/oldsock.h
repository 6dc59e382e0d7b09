/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_OLDSOCK_H
#define NUDGE_BENCH_OLDSOCK_H
/* The old client on a socket. */
#include "bench/oldclient.h"

/*
 * What to offer: "v2:0301:000a,002f" is SSLv2's format, TLS 1.0 and two
 * suites.  Dies of what is nothing of the kind.
 */
void oldsock_offer(struct oldclient *c, const char *spec);

/* fd is blocking, and what c->peer moves bytes with from here on. */
struct old_peer oldsock_peer(int *fd);

#endif
