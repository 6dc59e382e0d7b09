/* SPDX-License-Identifier: MIT */
#include "common/http/fetch_priv.h"

#include "common/base/panic.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct fetch_warm {
	struct watch *watch;
	int fd;
	int guest; /* -1: nobody yet */
};

/* What is sent may be sent, and nothing comes. */
static void
on_guest(void *ctx, unsigned events)
{
	struct fetch_warm *w = ctx;
	int fd = accept4(w->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0)
		return;
	(void)shutdown(fd, SHUT_WR);
	if (w->guest >= 0)
		(void)close(w->guest);
	w->guest = fd;
}

static int
listen_here(uint16_t *port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 &&
	    (bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
		listen(fd, 4) < 0 ||
		getsockname(fd, (struct sockaddr *)&sa, &n) < 0)) {
		(void)close(fd);
		return -1;
	}
	*port = ntohs(sa.sin_port);
	return fd;
}

bool
fetch_warm_open(struct fetch_run *run)
{
	uint16_t port = 0;
	int fd = listen_here(&port);
	struct fetch_warm *w;

	if (fd < 0)
		return false;
	w = mem_alloc(sizeof(*w));
	w->fd = fd;
	w->guest = -1;
	run->warm = w;
	w->watch = watch_open(run->f->loop, fd, on_guest, w);
	if (w->watch == NULL)
		return false;
	watch_set(w->watch, WATCH_READ);
	/* numeric, so nobody is asked for it */
	(void)snprintf(run->url, sizeof(run->url), "https://127.0.0.1:%u/",
	    port);
	return true;
}

void
fetch_warm_close(struct fetch_run *run)
{
	struct fetch_warm *w = run->warm;

	if (w == NULL)
		return;
	if (w->watch != NULL)
		watch_close(w->watch);
	if (w->guest >= 0)
		(void)close(w->guest);
	(void)close(w->fd);
	free(w);
	run->warm = NULL;
}
