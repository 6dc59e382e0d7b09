/* SPDX-License-Identifier: MIT */
#include "common/net/listener.h"

#include "common/base/panic.h"
#include "common/net/porch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BACKLOG = 1024,
	ACCEPTS = 64,      /* of one readiness, then others get their turn */
	PAUSE_MS = 100,    /* when descriptors or memory ran out */
	KEPT = 16,         /* one of so many descriptors is for who is in */
	GUESTS_MAX = 1024, /* connections of proxies without a header */
	GUESTS_SHARE = 4,  /* and of the descriptors at most one of so many */
};

struct listener {
	struct watch *watch;
	struct loop *loop;
	struct conn_limits *limits;
	const struct subnets *proxies; /* NULL: none */
	struct porch porch;
	const struct listener_user *user;
	void *ctx;
	struct timer again;
	struct deferred release; /* frees it, once closed */
	int fd;
	int fd_end; /* descriptors from here on are kept */
	uint16_t port;
	bool closed;
};

static void
listener_refuse(struct listener *li, const struct addr *peer,
    enum close_reason why)
{
	if (li->user->refused != NULL)
		li->user->refused(li->ctx, peer, why);
}

/* It is known whose connection it is. */
static void
listener_admit(struct listener *li, const struct arrival *a)
{
	enum close_reason why;

	if (li->limits && !conn_limits_enter(li->limits, &a->peer, &why)) {
		(void)close(a->fd);
		listener_refuse(li, &a->peer, why);
		return;
	}
	li->user->accepted(li->ctx, a->fd, &a->peer, &a->local);
}

static void
porch_on_known(struct porch *p, const struct arrival *a)
{
	listener_admit(CONTAINER_OF(p, struct listener, porch), a);
}

static void
porch_on_refused(struct porch *p, const struct addr *proxy,
    enum close_reason why)
{
	listener_refuse(CONTAINER_OF(p, struct listener, porch), proxy, why);
}

/*
 * The lowest free number is given to each descriptor, so that a number tells
 * how many are in use.
 */
int
listener_descriptors(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur > INT_MAX)
		return INT_MAX;
	return (int)(files.rlim_cur - files.rlim_cur / KEPT);
}

static unsigned
listener_guests(int fd_end)
{
	int share = fd_end / GUESTS_SHARE;

	return (unsigned)(share < GUESTS_MAX ? share : GUESTS_MAX);
}

static void
listener_take(struct listener *li, int fd,
    const struct sockaddr_storage *peer_sa)
{
	struct sockaddr_storage sa;
	socklen_t n = sizeof(sa);
	struct arrival a = { .fd = fd };

	memset(&sa, 0, sizeof(sa));
	(void)getsockname(fd, (struct sockaddr *)&sa, &n);
	/* unknown addresses have family 0 */
	(void)addr_from_sockaddr(&a.peer, (const struct sockaddr *)peer_sa);
	(void)addr_from_sockaddr(&a.local, (const struct sockaddr *)&sa);
	if ((fd >= li->fd_end || !mem_recover()) &&
	    (li->limits == NULL || !conn_limits_make_way(li->limits))) {
		(void)close(fd);
		listener_refuse(li, &a.peer, CLOSE_SERVER_FULL);
		return;
	}
	if (li->proxies != NULL && subnets_have(li->proxies, &a.peer))
		porch_take(&li->porch, &a);
	else
		listener_admit(li, &a);
}

static bool
listener_is_starved(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS ||
	    error == ENOMEM;
}

static void
listener_on_ready(void *ctx, unsigned events)
{
	struct listener *li = ctx;

	(void)events;
	for (int i = 0; i < ACCEPTS && !li->closed; i++) {
		struct sockaddr_storage sa;
		socklen_t n = sizeof(sa);
		int fd;

		memset(&sa, 0, sizeof(sa));
		fd = accept4(li->fd, (struct sockaddr *)&sa, &n,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			listener_take(li, fd, &sa);
			continue;
		}
		if (errno == EAGAIN)
			return;
		if (!listener_is_starved(errno))
			continue; /* that connection died in the queue */
		watch_set(li->watch, 0);
		timer_start(li->loop, &li->again, PAUSE_MS);
		return;
	}
}

static void
listener_on_again(struct timer *t)
{
	struct listener *li = CONTAINER_OF(t, struct listener, again);

	watch_set(li->watch, WATCH_READ);
}

static int
socket_prepare(int family, bool every)
{
	const int on = 1, only = every ? 0 : 1;
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* accepted sockets inherit it */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only,
		    sizeof(only));
	return fd;
}

/* A bound, listening descriptor or -1 with errno. */
static int
socket_listen(const struct addr *a, uint16_t port, bool every)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET,
		.sin_port = htons(port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(port) };
	int fd = socket_prepare(a->family == 4 ? AF_INET : AF_INET6, every);
	int rc, saved;

	if (fd < 0)
		return -1;
	if (a->family == 4) {
		memcpy(&in4.sin_addr, a->ip, 4);
		rc = bind(fd, (struct sockaddr *)&in4, sizeof(in4));
	} else {
		memcpy(&in6.sin6_addr, a->ip, 16);
		rc = bind(fd, (struct sockaddr *)&in6, sizeof(in6));
	}
	if (rc == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}

static int
socket_open(struct slice host, uint16_t port)
{
	struct addr a = { .family = 6 };
	bool every = host.n == 0 || slice_eq_text(host, "*");
	int fd;

	if (!every && !addr_parse_ip(&a, host)) {
		errno = EINVAL;
		return -1;
	}
	fd = socket_listen(&a, port, every);
	if (fd >= 0 || !every ||
	    (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL))
		return fd;
	a.family = 4; /* a system without IPv6 */
	return socket_listen(&a, port, every);
}

static void
listener_on_release(struct deferred *d)
{
	free(CONTAINER_OF(d, struct listener, release));
}

struct listener *
listener_open(struct loop *l, struct slice host, uint16_t port,
    struct conn_limits *limits, const struct listener_user *user, void *ctx,
    int *err)
{
	struct listener *li = mem_alloc(sizeof(*li));
	struct sockaddr_storage sa;
	socklen_t n = sizeof(sa);
	struct addr local;

	*err = 0;
	li->loop = l;
	li->limits = limits;
	li->user = user;
	li->ctx = ctx;
	li->again.fire = listener_on_again;
	li->release.run = listener_on_release;
	li->fd_end = listener_descriptors();
	li->porch.loop = l;
	li->porch.limits = limits;
	li->porch.most = listener_guests(li->fd_end);
	li->porch.known = porch_on_known;
	li->porch.refused = porch_on_refused;
	porch_init(&li->porch);
	li->fd = socket_open(host, port);
	if (li->fd < 0) {
		*err = -errno;
		goto fail;
	}
	li->watch = watch_open(l, li->fd, listener_on_ready, li);
	if (li->watch == NULL) {
		*err = -EIO;
		(void)close(li->fd);
		goto fail;
	}
	memset(&sa, 0, sizeof(sa));
	(void)getsockname(li->fd, (struct sockaddr *)&sa, &n);
	(void)addr_from_sockaddr(&local, (const struct sockaddr *)&sa);
	li->port = local.port;
	watch_set(li->watch, WATCH_READ);
	return li;
fail:
	free(li);
	return NULL;
}

void
listener_set_proxies(struct listener *li, const struct subnets *proxies)
{
	li->proxies = proxies;
}

void
listener_close(struct listener *li)
{
	li->closed = true;
	timer_stop(&li->again);
	watch_close(li->watch);
	(void)close(li->fd);
	porch_close(&li->porch);
	/* it may be in the middle of accepting */
	loop_defer(li->loop, &li->release);
}

uint16_t
listener_port(const struct listener *li)
{
	return li->port;
}

/* Of a listening socket the kernel tells how many wait, and may wait. */
bool
listener_accepts(const struct listener *li)
{
	struct tcp_info info;
	socklen_t n = sizeof(info);

	memset(&info, 0, sizeof(info));
	return getsockopt(li->fd, IPPROTO_TCP, TCP_INFO, &info, &n) == 0 &&
	    info.tcpi_state == TCP_LISTEN &&
	    info.tcpi_unacked < info.tcpi_sacked;
}
