/* SPDX-License-Identifier: MIT */
#include "common/net/listener.h"
#include "tests/unit/fake_clock.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	MANY = 200
};

struct world {
	struct fake_clock clock;
	struct loop *loop;
	struct listener *li;
	int fds[MANY];
	int accepted;
	int refused[CLOSE_REASONS];
	struct addr peer, local;
	bool close_at_once;
};

static void
on_accepted(void *ctx, int fd, const struct addr *peer,
    const struct addr *local)
{
	struct world *w = ctx;

	assert_true(w->accepted < MANY);
	w->fds[w->accepted++] = fd;
	w->peer = *peer;
	w->local = *local;
	if (w->close_at_once) {
		listener_close(w->li);
		w->li = NULL;
	}
}

static void
on_refused(void *ctx, const struct addr *peer, enum close_reason why)
{
	struct world *w = ctx;

	w->peer = *peer;
	w->refused[why]++;
}

static const struct listener_user user_calls = {
	.accepted = on_accepted,
	.refused = on_refused,
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->loop = loop_new(fake_clock_init(&w->clock));
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	if (w->li != NULL)
		listener_close(w->li);
	for (int i = 0; i < w->accepted; i++)
		(void)close(w->fds[i]);
	loop_free(w->loop);
	free(w);
	return 0;
}

static void
world_listen(struct world *w, const char *host, struct conn_limits *limits)
{
	int err;

	w->li = listener_open(w->loop, slice_text(host), 0, limits, &user_calls,
	    w, &err);
	assert_non_null(w->li);
	assert_int_equal(err, 0);
	assert_true(listener_port(w->li) != 0);
}

/* Connected, by the handshake alone: nobody has accepted yet. */
static int
dial(const struct world *w, uint32_t ip)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(listener_port(w->li)),
		.sin_addr.s_addr = htonl(ip) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static void
an_accepted_descriptor_is_ready_for_the_loop(void **state)
{
	struct world *w = *state;
	char text[ADDR_TEXT_MAX];
	socklen_t n = sizeof(int);
	int fd, nodelay = 0;

	world_listen(w, "127.0.0.1", NULL);
	fd = dial(w, 0x7f000001);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 1);
	assert_true(fcntl(w->fds[0], F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(w->fds[0], F_GETFD) & FD_CLOEXEC);
	assert_int_equal(getsockopt(w->fds[0], IPPROTO_TCP, TCP_NODELAY,
			     &nodelay, &n),
	    0);
	assert_true(nodelay);
	assert_true(addr_is_loopback(&w->peer));
	assert_int_equal(w->local.port, listener_port(w->li));
	assert_string_not_equal(addr_text(&w->peer, text), "-");
	assert_int_equal(close(fd), 0);
}

static void
every_address_takes_ipv4_and_says_which_was_reached(void **state)
{
	struct world *w = *state;
	struct buf b = BUF_INIT(100);
	int fd;

	world_listen(w, "*", NULL);
	fd = dial(w, 0x7f000009);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 1);
	addr_add_ip(&b, &w->local);
	assert_true(slice_eq_text(buf_slice(&b), "127.0.0.9"));
	assert_int_equal(w->peer.family, 4);
	buf_free(&b);
	assert_int_equal(close(fd), 0);
}

static void
an_address_is_listened_on_and_no_other(void **state)
{
	struct world *w = *state;
	struct listener *other;
	int err, fd;

	/* the system would give IPv4 connections to "::" as well */
	world_listen(w, "::", NULL);
	other = listener_open(w->loop, SLICE_LIT("0.0.0.0"),
	    listener_port(w->li), NULL, &user_calls, w, &err);
	assert_non_null(other);
	fd = dial(w, 0x7f000001);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 1);
	assert_int_equal(w->local.family, 4);
	listener_close(other);
	assert_int_equal(close(fd), 0);
	assert_null(listener_open(w->loop, SLICE_LIT("192.0.2.1"), 0, NULL,
	    &user_calls, w, &err));
	assert_int_equal(err, -EADDRNOTAVAIL);
}

static void
a_taken_port_and_a_bad_host_are_named(void **state)
{
	struct world *w = *state;
	int err = 0;

	world_listen(w, "127.0.0.1", NULL);
	assert_null(listener_open(w->loop, SLICE_LIT("127.0.0.1"),
	    listener_port(w->li), NULL, &user_calls, w, &err));
	assert_int_equal(err, -EADDRINUSE);
	assert_null(listener_open(w->loop, SLICE_LIT("localhost"), 0, NULL,
	    &user_calls, w, &err));
	assert_int_equal(err, -EINVAL);
}

static void
a_storm_is_accepted_in_a_few_turns(void **state)
{
	struct world *w = *state;
	int fds[150];

	world_listen(w, "127.0.0.1", NULL);
	for (int i = 0; i < 150; i++)
		fds[i] = dial(w, 0x7f000001);
	loop_turn(w->loop);
	assert_in_range(w->accepted, 1, 149);
	for (int i = 0; i < 10; i++)
		loop_turn(w->loop);
	assert_int_equal(w->accepted, 150);
	for (int i = 0; i < 150; i++)
		assert_int_equal(close(fds[i]), 0);
}

static void
too_many_connections_are_turned_away_until_one_leaves(void **state)
{
	struct world *w = *state;
	struct conn_limits *c = conn_limits_new(&w->clock.env, 3, 2);
	struct addr gone;
	int fds[8];
	char byte;

	world_listen(w, "127.0.0.1", c);
	for (int i = 0; i < 3; i++)
		fds[i] = dial(w, 0x7f000001);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 2);
	assert_int_equal(w->refused[CLOSE_TOO_MANY], 1);
	assert_int_equal(recv(fds[2], &byte, 1, 0), 0);
	gone = w->peer;
	conn_limits_leave(c, &gone);
	fds[3] = dial(w, 0x7f000001);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 3);
	conn_limits_set(c, 2, 0);
	fds[4] = dial(w, 0x7f000001);
	loop_turn(w->loop);
	assert_int_equal(w->refused[CLOSE_SERVER_FULL], 1);
	conn_limits_set(c, 0, 0);
	fds[5] = dial(w, 0x7f000001);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 4);
	for (int i = 0; i < 6; i++)
		assert_int_equal(close(fds[i]), 0);
	listener_close(w->li);
	w->li = NULL;
	conn_limits_free(c);
}

static void
limits_count_each_address_group_on_its_own(void **state)
{
	struct world *w = *state;
	struct conn_limits *c = conn_limits_new(&w->clock.env, 0, 1);
	struct addr a, b, same;
	enum close_reason why = CLOSE_PEER;

	assert_true(addr_parse_ip(&a, SLICE_LIT("2001:db8::1")));
	assert_true(addr_parse_ip(&same, SLICE_LIT("2001:db8::2")));
	assert_true(addr_parse_ip(&b, SLICE_LIT("192.0.2.1")));
	assert_true(conn_limits_enter(c, &a, &why));
	assert_true(conn_limits_enter(c, &b, &why));
	assert_false(conn_limits_enter(c, &same, &why));
	assert_int_equal(why, CLOSE_TOO_MANY);
	conn_limits_leave(c, &a);
	assert_true(conn_limits_enter(c, &same, &why));
	/* this machine speaks for many people, when it is trusted */
	assert_true(addr_parse_ip(&a, SLICE_LIT("127.0.0.1")));
	assert_true(conn_limits_enter(c, &a, &why));
	assert_false(conn_limits_enter(c, &a, &why));
	conn_limits_trust_loopback(c);
	assert_true(conn_limits_enter(c, &a, &why));
	assert_false(conn_limits_enter(c, &same, &why));
	conn_limits_leave(c, &a);
	conn_limits_leave(c, &a);
	conn_limits_free(c);
}

static void
a_slash_48_has_four_times_what_a_slash_64_has(void **state)
{
	struct world *w = *state;
	struct conn_limits *c = conn_limits_new(&w->clock.env, 0, 2);
	char text[] = "2001:db8:1:0::1";
	enum close_reason why;
	struct addr a[9];

	for (int i = 0; i < 9; i++) {
		text[11] = (char)('0' + i);
		assert_true(addr_parse_ip(&a[i], slice_text(text)));
		assert_int_equal(conn_limits_enter(c, &a[i], &why), i < 8);
	}
	assert_int_equal(why, CLOSE_TOO_MANY);
	assert_int_equal(conn_limits_open(c), 8);
	conn_limits_leave(c, &a[3]);
	assert_true(conn_limits_enter(c, &a[8], &why));
	assert_true(addr_parse_ip(&a[3], SLICE_LIT("2001:db8:2::1")));
	assert_true(conn_limits_enter(c, &a[3], &why));
	for (int i = 0; i < 9; i++)
		conn_limits_leave(c, &a[i]);
	assert_int_equal(conn_limits_open(c), 0);
	conn_limits_free(c);
}

static void
a_listener_may_be_closed_while_it_accepts(void **state)
{
	struct world *w = *state;
	int fds[2];

	world_listen(w, "127.0.0.1", NULL);
	w->close_at_once = true;
	for (int i = 0; i < 2; i++)
		fds[i] = dial(w, 0x7f000001);
	loop_turn(w->loop);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(close(fds[i]), 0);
}

static void
the_last_descriptors_are_for_who_is_in(void **state)
{
	struct world *w = *state;
	struct rlimit old, tight;
	int fds[64];

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	tight = (struct rlimit){ 64, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	world_listen(w, "127.0.0.1", NULL);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	for (int i = 0; i < 64; i++)
		fds[i] = dial(w, 0x7f000001);
	loop_turn(w->loop);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 0);
	assert_int_equal(w->refused[CLOSE_SERVER_FULL], 64);
	for (int i = 0; i < 64; i++)
		assert_int_equal(close(fds[i]), 0);
	fds[0] = dial(w, 0x7f000001);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 1);
	assert_int_equal(close(fds[0]), 0);
}

static void
without_descriptors_accepting_pauses_and_goes_on(void **state)
{
	struct world *w = *state;
	struct rlimit old, tight;
	int fd, spare;

	world_listen(w, "127.0.0.1", NULL);
	fd = dial(w, 0x7f000001);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	spare = dup(fd);
	assert_int_equal(close(spare), 0);
	tight = (struct rlimit){ (rlim_t)spare, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	loop_turn(w->loop);
	loop_turn(w->loop);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_int_equal(w->accepted, 0);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 0);
	w->clock.ms += 150;
	loop_turn(w->loop);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 1);
	assert_int_equal(close(fd), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_accepted_descriptor_is_ready_for_the_loop),
		T(every_address_takes_ipv4_and_says_which_was_reached),
		T(an_address_is_listened_on_and_no_other),
		T(a_taken_port_and_a_bad_host_are_named),
		T(a_storm_is_accepted_in_a_few_turns),
		T(too_many_connections_are_turned_away_until_one_leaves),
		T(limits_count_each_address_group_on_its_own),
		T(a_slash_48_has_four_times_what_a_slash_64_has),
		T(the_last_descriptors_are_for_who_is_in),
		T(a_listener_may_be_closed_while_it_accepts),
		T(without_descriptors_accepting_pauses_and_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
