/* SPDX-License-Identifier: MIT */
#include "bench/oldsock.h"

#include "bench/meter.h"

#include <stdlib.h>
#include <string.h>
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

void
oldsock_offer(struct oldclient *c, const char *spec)
{
	const char *at = spec + 3;
	char *end;
	size_t n = 0;

	c->v2 = strncmp(spec, "v2:", 3) == 0;
	if (!c->v2 && strncmp(spec, "v3:", 3) != 0)
		meter_die("what is %s?", spec);
	c->version = (unsigned)strtoul(at, &end, 16);
	while ((*end == ':' || *end == ',') && n + 1 < OLD_SUITES)
		c->suites[n++] = (uint16_t)strtoul(end + 1, &end, 16);
	if (*end != '\0' || n == 0)
		meter_die("what is %s?", spec);
}
