/* SPDX-License-Identifier: MIT */
#include "operator/here.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	ACCEPT_MS = 3 * 1000
};

/* Does something accept connections there within ACCEPT_MS? */
static bool
accepts(const char *host, const char *port)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *to = NULL;
	socklen_t len = sizeof(int);
	int err = -1;
	int fd;

	if (getaddrinfo(host, port, &hints, &to) != 0)
		return false;
	fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);
	if (fd >= 0) {
		err = connect(fd, to->ai_addr, to->ai_addrlen);
		if (err < 0 && errno == EINPROGRESS &&
		    here_wait(fd, POLLOUT, ACCEPT_MS) &&
		    getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) < 0)
			err = -1;
		close(fd);
	}
	freeaddrinfo(to);
	return err == 0;
}

/* One line: name host port. */
bool
here_ping(struct slice line)
{
	struct slice name, host, port;
	char *h, *p;
	bool good;

	if (!slice_cut(&line, ' ', &name) || !slice_cut(&line, ' ', &host) ||
	    !slice_cut(&line, ' ', &port)) {
		fputs("nudgectl: a listener this program cannot read\n",
		    stderr);
		return false;
	}
	if (slice_eq_text(host, "*") || slice_eq_text(host, "0.0.0.0"))
		host = SLICE_LIT("127.0.0.1");
	else if (slice_eq_text(host, "::"))
		host = SLICE_LIT("::1");
	h = slice_dup(host);
	p = slice_dup(port);
	good = accepts(h, p);
	if (good)
		printf(SLICE_FMT " accepts on %s port %s\n", SLICE_ARG(name), h,
		    p);
	else
		fprintf(stderr,
		    "nudgectl: " SLICE_FMT
		    " does not accept connections on %s port %s\n",
		    SLICE_ARG(name), h, p);
	free(h);
	free(p);
	return good;
}
