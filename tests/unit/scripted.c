/* SPDX-License-Identifier: MIT */
#include "tests/unit/scripted.h"

#include "common/base/num.h"
#include "common/base/panic.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

void
scripted_open(struct scripted *s)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(sa);

	*s = (struct scripted){ 0 };
	buf_init(&s->answer, 4 << 20);
	buf_init(&s->last, SCRIPTED_ASKED);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	ASSERT(s->fd > 0);
	ASSERT(bind(s->fd, (struct sockaddr *)&sa, sizeof(sa)) == 0);
	ASSERT(listen(s->fd, 64) == 0);
	ASSERT(getsockname(s->fd, (struct sockaddr *)&sa, &n) == 0);
	s->port = ntohs(sa.sin_port);
}

static void
conn_close(struct scripted_conn *c)
{
	(void)close(c->fd);
	buf_free(&c->got);
	*c = (struct scripted_conn){ 0 };
}

void
scripted_close(struct scripted *s)
{
	for (size_t i = 0; i < SCRIPTED_CONNS; i++)
		if (s->conns[i].fd > 0)
			conn_close(&s->conns[i]);
	(void)close(s->fd);
	buf_free(&s->answer);
	buf_free(&s->last);
}

void
scripted_raw(struct scripted *s, const char *text)
{
	buf_reset(&s->answer);
	buf_add_text(&s->answer, text);
}

void
scripted_answer(struct scripted *s, const char *status, struct slice body)
{
	buf_reset(&s->answer);
	buf_addf(&s->answer,
	    "HTTP/1.1 %s\r\nContent-Type: text/xml\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    status, body.n);
	buf_add_slice(&s->answer, body);
	ASSERT(buf_ok(&s->answer));
}

static void
take_new(struct scripted *s)
{
	int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	s->accepted++;
	for (size_t i = 0; i < SCRIPTED_CONNS; i++) {
		if (s->conns[i].fd > 0)
			continue;
		s->conns[i].fd = fd;
		buf_init(&s->conns[i].got, SCRIPTED_ASKED);
		return;
	}
	panic_at(__FILE__, __LINE__, "too many connections");
}

/* The length of a whole question, or 0. */
static size_t
whole(struct slice got)
{
	const struct slice name = SLICE_LIT("Content-Length: ");
	size_t end = slice_find_slice(got, SLICE_LIT("\r\n\r\n"));
	struct slice head = slice_upto(got, end);
	struct slice n = slice_from(head, slice_find_slice(head, name));
	uint32_t length = 0;

	if (end == got.n)
		return 0;
	n = slice_from(n, name.n);
	(void)num_parse_u32(slice_upto(n, slice_find(n, '\r')), &length);
	return got.n >= end + 4 + length ? end + 4 + length : 0;
}

static void
hear(struct scripted *s, struct scripted_conn *c)
{
	char chunk[16 * 1024];
	ssize_t n = recv(c->fd, chunk, sizeof(chunk), 0);
	size_t length;

	if (n == 0) {
		conn_close(c);
		return;
	}
	if (n < 0)
		return;
	buf_add(&c->got, chunk, (size_t)n);
	/* who looks for what our side left in memory must not find this */
	mem_wipe(chunk, (size_t)n);
	ASSERT(buf_ok(&c->got));
	length = whole(buf_slice(&c->got));
	if (length == 0)
		return;
	s->asked++;
	buf_reset(&s->last);
	buf_add(&s->last, c->got.p, length);
	buf_consume(&c->got, length);
	c->answering = true;
	c->sent = 0;
}

static void
say(struct scripted *s, struct scripted_conn *c)
{
	struct slice rest = slice_from(buf_slice(&s->answer), c->sent);
	ssize_t n;

	if (s->drip)
		rest = slice_upto(rest, 1);
	n = rest.n > 0 ? send(c->fd, rest.p, rest.n, MSG_NOSIGNAL) : 0;
	if (n > 0)
		c->sent += (size_t)n;
	if (s->answer.n == 0 || c->sent < s->answer.n)
		return;
	c->answering = false;
	if (s->close)
		conn_close(c);
}

void
scripted_turn(struct scripted *s, struct loop *l)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	loop_turn(l);
	(void)poll(&p, 1, 1);
	take_new(s);
	for (size_t i = 0; i < SCRIPTED_CONNS; i++) {
		struct scripted_conn *c = &s->conns[i];

		if (c->fd > 0)
			hear(s, c);
		if (c->fd > 0 && c->answering)
			say(s, c);
	}
}
