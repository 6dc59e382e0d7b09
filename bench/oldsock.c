/* SPDX-License-Identifier: MIT */
#include "bench/oldsock.h"

#include <sys/socket.h>

static bool
oldsock_send(void *ctx, const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		ssize_t part = send(*(int *)ctx, at, n, MSG_NOSIGNAL);

		if (part <= 0)
			return false;
		at += part;
		n -= (size_t)part;
	}
	return true;
}

static bool
oldsock_recv(void *ctx, void *p, size_t n)
{
	return n == 0 || recv(*(int *)ctx, p, n, MSG_WAITALL) == (ssize_t)n;
}

struct old_peer
oldsock_peer(int *fd)
{
	return (struct old_peer){ oldsock_send, oldsock_recv, fd };
}
