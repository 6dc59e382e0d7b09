/* SPDX-License-Identifier: MIT */
#include "bench/wire.h"

#include "bench/meter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	WIRE_EVENTS = 512,
	WIRE_TEXT = 4096
};

void
net_init(struct net *net)
{
	*net = (struct net){ .epoll = epoll_create1(EPOLL_CLOEXEC) };
	net->scratch = malloc(WIRE_SCRATCH);
	if (net->epoll < 0 || !net->scratch)
		meter_die("epoll: %s", strerror(errno));
}

void
net_free(struct net *net)
{
	close(net->epoll);
	free(net->scratch);
}

static void
wire_keep(struct wire *w, const char *p, size_t n)
{
	free(w->kept);
	w->kept = NULL;
	w->nkept = n;
	if (n == 0)
		return;
	w->kept = malloc(n);
	if (!w->kept)
		meter_die("no memory");
	memcpy(w->kept, p, n);
}

static void
wire_readable(struct wire *w)
{
	char *p = w->net->scratch;
	int fd = w->fd;
	size_t n, used;
	ssize_t got;

	if (w->nkept)
		memcpy(p, w->kept, w->nkept);
	if (w->nkept == WIRE_SCRATCH)
		meter_die("a command of more than %d bytes", WIRE_SCRATCH);
	got = read(fd, p + w->nkept, WIRE_SCRATCH - w->nkept);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		wire_close(w);
		if (!w->lost)
			meter_die("the server closed a connection");
		w->lost(w);
		return;
	}
	n = w->nkept + (size_t)got;
	used = w->input(w, p, n);
	if (w->fd == fd)
		wire_keep(w, p + used, n - used);
}

static void
wire_watch(struct wire *w, int op)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = w };

	if (w->nout)
		ev.events |= EPOLLOUT;
	if (epoll_ctl(w->net->epoll, op, w->fd, &ev) != 0)
		meter_die("epoll_ctl: %s", strerror(errno));
}

static void
wire_writable(struct wire *w)
{
	ssize_t put = write(w->fd, w->out, w->nout);

	if (put < 0)
		return;
	w->nout -= (size_t)put;
	memmove(w->out, w->out + put, w->nout);
	if (w->nout == 0)
		wire_watch(w, EPOLL_CTL_MOD);
}

static void
net_tick(struct net *net)
{
	if (net->tick_at && meter_now() >= net->tick_at)
		net->tick(net);
}

bool
net_run(struct net *net, uint64_t until)
{
	struct epoll_event ev[WIRE_EVENTS];

	net->stop = false;
	while (!net->stop) {
		uint64_t now = meter_now(), next = until;
		struct timespec ts;
		int i, n;

		if (now >= until)
			return false;
		if (net->tick_at && net->tick_at < next)
			next = net->tick_at;
		next = next > now && !net->spin ? next - now : 0;
		ts.tv_sec = (time_t)(next / 1000000000U);
		ts.tv_nsec = (long)(next % 1000000000U);
		n = epoll_pwait2(net->epoll, ev, WIRE_EVENTS, &ts, NULL);
		if (n < 0 && errno != EINTR)
			meter_die("epoll_wait: %s", strerror(errno));
		for (i = 0; i < n; i++) {
			struct wire *w = ev[i].data.ptr;

			if (w->fd >= 0 && w->nout && (ev[i].events & EPOLLOUT))
				wire_writable(w);
			if (w->fd >= 0 &&
			    (ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
				wire_readable(w);
		}
		net_tick(net);
	}
	return true;
}

struct sockaddr_in
wire_address(const char *text, unsigned port)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	const char *colon = strrchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) : strlen(text);
	char host[INET_ADDRSTRLEN];

	if (n >= sizeof(host))
		meter_die("no address: %s", text);
	memcpy(host, text, n);
	host[n] = '\0';
	if (colon)
		port = (unsigned)strtoul(colon + 1, NULL, 10);
	if (inet_pton(AF_INET, host, &to.sin_addr) != 1 ||
	    ntohl(to.sin_addr.s_addr) >> 24 != 127 || port == 0 || port > 65535)
		meter_die("not an address of this machine: %s", text);
	to.sin_port = htons((uint16_t)port);
	return to;
}

void
wire_open(struct wire *w, struct net *net, struct sockaddr_in to,
    uint32_t source)
{
	struct sockaddr_in from = { .sin_family = AF_INET };
	int one = 1;

	w->net = net;
	w->nout = 0;
	wire_keep(w, NULL, 0);
	w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (w->fd < 0)
		meter_die("socket: %s", strerror(errno));
	if (source) {
		from.sin_addr.s_addr = htonl(source);
		setsockopt(w->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one,
		    sizeof(one));
		if (bind(w->fd, (struct sockaddr *)&from, sizeof(from)) != 0)
			meter_die("bind: %s", strerror(errno));
	}
	if (connect(w->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		meter_die("connect to port %d: %s", ntohs(to.sin_port),
		    strerror(errno));
	setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (fcntl(w->fd, F_SETFL, O_NONBLOCK) != 0)
		meter_die("fcntl: %s", strerror(errno));
	wire_watch(w, EPOLL_CTL_ADD);
}

void
wire_close(struct wire *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	wire_keep(w, NULL, 0);
	free(w->out);
	w->out = NULL;
	w->nout = 0;
}

void
wire_send(struct wire *w, const void *p, size_t n)
{
	ssize_t put = w->nout ? 0 : write(w->fd, p, n);
	size_t rest = n - (put > 0 ? (size_t)put : 0);
	char *grown;

	if (rest == 0)
		return;
	grown = realloc(w->out, w->nout + rest);
	if (!grown)
		meter_die("no memory");
	w->out = grown;
	memcpy(grown + w->nout, (const char *)p + (n - rest), rest);
	w->nout += rest;
	if (w->nout == rest)
		wire_watch(w, EPOLL_CTL_MOD);
}

void
wire_sendf(struct wire *w, const char *fmt, ...)
{
	char text[WIRE_TEXT];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(text))
		meter_die("a line too long");
	wire_send(w, text, (size_t)n);
}
