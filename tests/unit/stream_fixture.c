/* SPDX-License-Identifier: MIT */
#include "tests/unit/stream_fixture.h"

#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static size_t
on_input(struct link *l, const char *p, size_t n)
{
	struct stream_user *u = l->session;
	struct slice s = slice_make(p, n);
	size_t at;

	u->offers++;
	assert_int_equal(u->closed, 0);
	assert_false(l->closing);
	at = slice_find(s, '\n');
	if (at == n)
		return 0;
	if (u->wait) {
		link_pause(l);
		return 0;
	}
	if (u->greedy)
		while (slice_find(slice_from(s, at + 1), '\n') < n - at - 1)
			at += 1 + slice_find(slice_from(s, at + 1), '\n');
	buf_add(&u->lines, p, at + 1);
	if (u->pause)
		link_pause(l);
	if (u->resume)
		link_resume(l);
	if (u->close) {
		outq_add(&l->out, "bye", 3);
		link_close(l, CLOSE_DONE);
		link_close(l, CLOSE_FLOOD);
	}
	return at + 1;
}

static void
on_drained(struct link *l)
{
	((struct stream_user *)l->session)->drained++;
}

static void
on_closed(struct link *l, enum close_reason why)
{
	struct stream_user *u = l->session;

	u->closed++;
	u->why = why;
	link_close(l, CLOSE_FLOOD);
	link_pause(l);
	link_resume(l);
	outq_add(&l->out, "unheard", 7);
}

static const struct link_user user_calls = {
	.input = on_input,
	.drained = on_drained,
	.closed = on_closed,
};

static void
stream_user_start(void **state, const int fd[2])
{
	static const struct stream_limits limits = { SOFT, HARD, IN_MAX };
	struct stream_user *u = calloc(1, sizeof(*u));

	assert_non_null(u);
	u->loop = loop_new(fake_clock_init(&u->clock));
	u->peer = fd[1];
	buf_init(&u->lines, 10000000);
	barrier_init(&u->barrier);
	u->link = stream_new(u->loop, fd[0], &limits, &u->barrier);
	u->link->user = &user_calls;
	u->link->session = u;
	u->greedy = true;
	stream_start(u->link);
	*state = u;
}

int
stream_user_setup(void **state)
{
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	stream_user_start(state, fd);
	return 0;
}

int
stream_user_setup_tcp(void **state)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int door = socket(AF_INET, SOCK_STREAM, 0);
	int fd[2];

	fd[1] = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(door >= 0 && fd[1] >= 0);
	assert_int_equal(bind(door, (struct sockaddr *)&a, n), 0);
	assert_int_equal(listen(door, 1), 0);
	assert_int_equal(getsockname(door, (struct sockaddr *)&a, &n), 0);
	assert_int_equal(connect(fd[1], (struct sockaddr *)&a, n), 0);
	fd[0] = accept(door, NULL, NULL);
	assert_true(fd[0] >= 0);
	assert_int_equal(close(door), 0);
	stream_user_start(state, fd);
	return 0;
}

int
stream_user_teardown(void **state)
{
	struct stream_user *u = *state;

	if (u->closed == 0) {
		link_close(u->link, CLOSE_DRAIN);
		loop_turn(u->loop);
		u->clock.ms += 6000;
		loop_turn(u->loop);
	}
	assert_int_equal(u->closed, 1);
	if (u->peer >= 0)
		assert_int_equal(close(u->peer), 0);
	loop_free(u->loop);
	assert_true(list_empty(&u->barrier.waiting));
	buf_free(&u->lines);
	free(u);
	return 0;
}

void
stream_peer_says(struct stream_user *u, const char *text)
{
	ssize_t n = (ssize_t)strlen(text);

	assert_int_equal(send(u->peer, text, (size_t)n, 0), n);
}

/* What one read at the peer returns, as text; "" for the end, "-" for none. */
const char *
stream_peer_hears(struct stream_user *u, char out[256])
{
	ssize_t n = recv(u->peer, out, 255, MSG_DONTWAIT);

	if (n < 0)
		(void)memcpy(out, errno == EAGAIN ? "-" : "!", 2);
	else
		out[n] = '\0';
	return out;
}

size_t
stream_peer_swallows(struct stream_user *u)
{
	static char out[65536];
	size_t all = 0;
	ssize_t n;

	while ((n = recv(u->peer, out, sizeof(out), MSG_DONTWAIT)) > 0)
		all += (size_t)n;
	return all;
}

void
stream_peer_close(struct stream_user *u)
{
	assert_int_equal(close(u->peer), 0);
	u->peer = -1;
}

void
stream_user_assert_lines(const struct stream_user *u, const char *text)
{
	assert_true(slice_eq_text(buf_slice(&u->lines), text));
}

void
stream_user_say(struct stream_user *u, const char *text)
{
	outq_add_slice(&u->link->out, slice_text(text));
}

void
stream_user_flood(struct stream_user *u, size_t n)
{
	static char text[10000];

	for (; n > 0; n -= size_min(n, sizeof(text)))
		outq_add(&u->link->out, text, size_min(n, sizeof(text)));
}
