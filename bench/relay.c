/* SPDX-License-Identifier: MIT */
/*
 * The bare relay: what this machine can do at best.  One thread, epoll, one
 * read() and one write() per message it passes on, and nothing else: no
 * parsing, no queue, no limits.  A connection says with its first line what it
 * is, and is answered "OK":
 *   PAIR n   one of the two ends of pair n (answered when both are there)
 *   SUB      gets all that FAN connections write
 *   FAN      everything it writes goes to every SUB
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	RELAY_FDS = 4096,
	RELAY_EVENTS = 512,
	RELAY_BYTES = 64 * 1024
};

enum relay_role {
	ROLE_NEW,
	ROLE_PAIR,
	ROLE_SUB,
	ROLE_FAN
};

struct relay {
	int epoll;
	int listener;
	enum relay_role role[RELAY_FDS];
	int partner[RELAY_FDS]; /* by descriptor; -1: none */
	int waiting[RELAY_FDS]; /* by pair number: its first end, or -1 */
	int sub[RELAY_FDS];
	int nsub;
	char bytes[RELAY_BYTES];
};

static void
relay_fail(const char *what)
{
	perror(what);
	exit(1);
}

static void
relay_write(int fd, const char *p, size_t n)
{
	/*
	 * The generators keep a bounded number of messages under way, so a
	 * socket buffer is never full; were it full, the figure is void.
	 */
	errno = 0;
	if (write(fd, p, n) != (ssize_t)n && errno != EPIPE &&
	    errno != ECONNRESET)
		relay_fail("relay: write");
}

static void
relay_pair(struct relay *r, int fd, unsigned long n)
{
	int other;

	if (n >= RELAY_FDS)
		relay_fail("relay: pair number");
	r->role[fd] = ROLE_PAIR;
	other = r->waiting[n];
	if (other < 0) {
		r->waiting[n] = fd;
		return;
	}
	r->waiting[n] = -1;
	r->partner[fd] = other;
	r->partner[other] = fd;
	relay_write(other, "OK\n", 3);
	relay_write(fd, "OK\n", 3);
}

static void
relay_introduce(struct relay *r, int fd, size_t n)
{
	r->bytes[n < RELAY_BYTES ? n : RELAY_BYTES - 1] = '\0';
	if (strncmp(r->bytes, "PAIR ", 5) == 0) {
		relay_pair(r, fd, strtoul(r->bytes + 5, NULL, 10));
		return;
	}
	if (strncmp(r->bytes, "SUB", 3) == 0) {
		r->role[fd] = ROLE_SUB;
		r->sub[r->nsub++] = fd;
	} else {
		r->role[fd] = ROLE_FAN;
	}
	relay_write(fd, "OK\n", 3);
}

static void
relay_drop(struct relay *r, int fd)
{
	int i;

	for (i = 0; i < r->nsub; i++)
		if (r->sub[i] == fd)
			r->sub[i--] = r->sub[--r->nsub];
	for (i = 0; i < RELAY_FDS; i++) {
		if (r->waiting[i] == fd)
			r->waiting[i] = -1;
		if (r->partner[i] == fd)
			r->partner[i] = -1;
	}
	r->partner[fd] = -1;
	r->role[fd] = ROLE_NEW;
	close(fd);
}

static void
relay_pass(struct relay *r, int fd)
{
	ssize_t n = read(fd, r->bytes, sizeof(r->bytes));
	int i;

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		relay_drop(r, fd);
		return;
	}
	switch (r->role[fd]) {
	case ROLE_NEW:
		relay_introduce(r, fd, (size_t)n);
		break;
	case ROLE_PAIR:
		if (r->partner[fd] >= 0)
			relay_write(r->partner[fd], r->bytes, (size_t)n);
		break;
	case ROLE_FAN:
		for (i = 0; i < r->nsub; i++)
			relay_write(r->sub[i], r->bytes, (size_t)n);
		break;
	case ROLE_SUB:
		break;
	}
}

static void
relay_accept(struct relay *r)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int one = 1;
	int fd = accept4(r->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0 && errno == EAGAIN)
		return;
	if (fd < 0 || fd >= RELAY_FDS)
		relay_fail("relay: accept");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	ev.data.fd = fd;
	if (epoll_ctl(r->epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
		relay_fail("relay: epoll_ctl");
}

static void
relay_listen(struct relay *r, unsigned long port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct epoll_event ev = { .events = EPOLLIN };
	int one = 1;

	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	r->listener =
	    socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (r->epoll < 0 || r->listener < 0)
		relay_fail("relay");
	setsockopt(r->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(r->listener, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(r->listener, 1024) != 0)
		relay_fail("relay: listen");
	ev.data.fd = r->listener;
	if (epoll_ctl(r->epoll, EPOLL_CTL_ADD, r->listener, &ev) != 0)
		relay_fail("relay: epoll_ctl");
}

int
main(int argc, char **argv)
{
	struct epoll_event ev[RELAY_EVENTS];
	struct relay *r = calloc(1, sizeof(*r));
	int i, n;

	if (argc != 2 || !r) {
		fputs("usage: relay PORT\n", stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < RELAY_FDS; i++)
		r->partner[i] = r->waiting[i] = -1;
	relay_listen(r, strtoul(argv[1], NULL, 10));
	while ((n = epoll_wait(r->epoll, ev, RELAY_EVENTS, -1)) >= 0 ||
	    errno == EINTR)
		for (i = 0; i < n; i++) {
			if (ev[i].data.fd == r->listener)
				relay_accept(r);
			else
				relay_pass(r, ev[i].data.fd);
		}
	relay_fail("relay: epoll_wait");
}
