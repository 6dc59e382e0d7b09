/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_OLDSOCK_H
#define NUDGE_BENCH_OLDSOCK_H
/* The old client on a socket. */
#include "bench/oldclient.h"

/* fd is blocking, and what c->peer moves bytes with from here on. */
struct old_peer oldsock_peer(int *fd);

#endif
