/* SPDX-License-Identifier: MIT */
/* Connections that come through a proxy, at a listener's door. */
#include "common/net/listener.h"
#include "common/net/stream.h"
#include "tests/unit/fake_clock.h"

#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	GUESTS_MAX = 1024,
	PROXY_IP = 0x7f000002,
	OTHER_IP = 0x7f000003
};

static const char header[] = "PROXY TCP4 192.0.2.7 203.0.113.9 4660 1863\r\n";

struct world {
	struct fake_clock clock;
	struct loop *loop;
	struct listener *li;
	struct subnets proxies;
	struct conn_limits *limits;
	int fd; /* accepted last, or -1 */
	int accepted;
	int refused[CLOSE_REASONS];
	struct addr peer, local;
};

static void
on_accepted(void *ctx, int fd, const struct addr *peer,
    const struct addr *local)
{
	struct world *w = ctx;

	if (w->fd >= 0)
		(void)close(w->fd);
	w->fd = fd;
	w->accepted++;
	w->peer = *peer;
	w->local = *local;
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
	struct slice wrong;
	int err;

	w->loop = loop_new(fake_clock_init(&w->clock));
	w->limits = conn_limits_new(&w->clock.env, 0, 0);
	w->fd = -1;
	w->li = listener_open(w->loop, SLICE_LIT("0.0.0.0"), 0, w->limits,
	    &user_calls, w, &err);
	assert_non_null(w->li);
	assert_true(subnets_read(&w->proxies, SLICE_LIT("127.0.0.2"),
	    slice_text(""), &wrong));
	listener_set_proxies(w->li, &w->proxies);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	if (w->li != NULL)
		listener_close(w->li);
	if (w->fd >= 0)
		(void)close(w->fd);
	loop_free(w->loop);
	conn_limits_free(w->limits);
	free(w);
	return 0;
}

static int
dial(const struct world *w, uint32_t from)
{
	struct sockaddr_in me = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(from) };
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(listener_port(w->li)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&me, sizeof(me)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static void
say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), 0), strlen(text));
}

static void
assert_ends(const struct world *w, const char *peer, const char *local)
{
	char text[ADDR_TEXT_MAX];

	assert_string_equal(addr_text(&w->peer, text), peer);
	assert_string_equal(addr_text(&w->local, text), local);
}

/* What was sent behind the header is there, and nothing else. */
static void
assert_reads(const struct world *w, const char *want)
{
	char got[64];

	assert_int_equal(recv(w->fd, got, sizeof(got), 0), strlen(want));
	assert_memory_equal(got, want, strlen(want));
	assert_int_equal(recv(w->fd, got, sizeof(got), 0), -1);
	assert_int_equal(errno, EAGAIN);
}

static void
a_header_and_what_follows_in_one_packet_are_told_apart(void **state)
{
	struct world *w = *state;
	int fd = dial(w, PROXY_IP);

	say(fd, header);
	say(fd, "VER 1 MSNP8\r\n");
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 1);
	assert_ends(w, "192.0.2.7:4660", "203.0.113.9:1863");
	assert_reads(w, "VER 1 MSNP8\r\n");
	assert_int_equal(conn_limits_open(w->limits), 1);
	assert_int_equal(close(fd), 0);
}

static void
a_header_may_come_byte_by_byte(void **state)
{
	struct world *w = *state;
	int fd = dial(w, PROXY_IP);

	for (const char *p = header; *p != '\0'; p++) {
		loop_turn(w->loop);
		assert_int_equal(w->accepted, 0);
		assert_int_equal(send(fd, p, 1, 0), 1);
	}
	assert_int_equal(conn_limits_open(w->limits), 1);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 1);
	assert_ends(w, "192.0.2.7:4660", "203.0.113.9:1863");
	assert_int_equal(conn_limits_open(w->limits), 1);
	say(fd, "x");
	assert_reads(w, "x");
	assert_int_equal(close(fd), 0);
}

static void
a_proxy_that_speaks_for_itself_is_the_peer(void **state)
{
	static const char v2[] = "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";
	struct world *w = *state;
	int one = dial(w, PROXY_IP), two = dial(w, PROXY_IP);

	say(one, "PROXY UNKNOWN\r\n");
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 1);
	assert_int_equal(w->peer.ip[3], 2);
	assert_int_equal(w->local.port, listener_port(w->li));
	assert_int_equal(send(two, v2, sizeof(v2) - 1, 0), 16);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 2);
	assert_int_equal(w->peer.ip[3], 2);
	assert_int_equal(close(one), 0);
	assert_int_equal(close(two), 0);
}

static void
a_header_from_elsewhere_is_input_like_any_other(void **state)
{
	struct world *w = *state;
	int fd = dial(w, OTHER_IP);

	say(fd, header);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 1);
	assert_int_equal(w->peer.ip[3], 3);
	assert_reads(w, header);
	assert_int_equal(close(fd), 0);
}

static void
who_says_no_header_is_refused(void **state)
{
	struct world *w = *state;
	int wrong = dial(w, PROXY_IP), gone = dial(w, PROXY_IP);
	char byte;

	loop_turn(w->loop);
	say(wrong, "PROXY TCP9");
	say(gone, "PROXY TCP4 192.0.2.7");
	loop_turn(w->loop);
	say(wrong, " \r\n");
	assert_int_equal(close(gone), 0);
	loop_turn(w->loop);
	assert_int_equal(w->refused[CLOSE_PROXY_HEADER], 1);
	assert_int_equal(w->refused[CLOSE_PEER], 1);
	assert_int_equal(w->peer.ip[3], 2);
	assert_true(recv(wrong, &byte, 1, 0) <= 0);
	assert_int_equal(w->accepted, 0);
	assert_int_equal(conn_limits_open(w->limits), 0);
	assert_int_equal(close(wrong), 0);
}

static void
a_header_has_five_seconds_however_it_drips(void **state)
{
	struct world *w = *state;
	int fd = dial(w, PROXY_IP);
	char byte;

	for (int i = 0; i < 10; i++) {
		assert_int_equal(send(fd, header + i, 1, 0), 1);
		loop_turn(w->loop);
		assert_int_equal(w->refused[CLOSE_PROXY_DEADLINE], 0);
		w->clock.ms += 490;
	}
	w->clock.ms += 200;
	loop_turn(w->loop);
	assert_int_equal(w->refused[CLOSE_PROXY_DEADLINE], 1);
	assert_true(recv(fd, &byte, 1, 0) <= 0);
	assert_int_equal(conn_limits_open(w->limits), 0);
	assert_int_equal(close(fd), 0);
}

static void
limits_count_the_client_and_not_the_proxy(void **state)
{
	struct world *w = *state;
	int fds[4];

	conn_limits_set(w->limits, 3, 1);
	for (int i = 0; i < 3; i++)
		fds[i] = dial(w, PROXY_IP);
	say(fds[0], header);
	say(fds[1], header);
	say(fds[2], "PROXY TCP4 192.0.2.8 203.0.113.9 4660 1863\r\n");
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 2);
	assert_int_equal(w->refused[CLOSE_TOO_MANY], 1);
	/* who waits has a place in the total */
	assert_int_equal(conn_limits_open(w->limits), 2);
	fds[3] = dial(w, PROXY_IP);
	loop_turn(w->loop);
	assert_int_equal(conn_limits_open(w->limits), 3);
	assert_int_equal(close(fds[1]), 0);
	fds[1] = dial(w, PROXY_IP);
	loop_turn(w->loop);
	assert_int_equal(w->refused[CLOSE_SERVER_FULL], 1);
	say(fds[3], "PROXY TCP6 2001:db8::1 2001:db8::2 1 1863\r\n");
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 3);
	assert_int_equal(conn_limits_open(w->limits), 3);
	for (int i = 0; i < 4; i++)
		assert_int_equal(close(fds[i]), 0);
}

static void
a_listener_that_closes_waits_for_nobody(void **state)
{
	struct world *w = *state;
	int fd = dial(w, PROXY_IP);
	char byte;

	say(fd, "PROXY ");
	loop_turn(w->loop);
	assert_int_equal(conn_limits_open(w->limits), 1);
	listener_close(w->li);
	w->li = NULL;
	assert_int_equal(w->refused[CLOSE_DRAIN], 1);
	assert_int_equal(conn_limits_open(w->limits), 0);
	assert_true(recv(fd, &byte, 1, 0) <= 0);
	loop_turn(w->loop);
	assert_int_equal(close(fd), 0);
}

static void
fill_the_porch(struct world *w, int most)
{
	int *fds = calloc((size_t)most + 2, sizeof(*fds));
	int n = 0;

	for (; n < most; n++) {
		fds[n] = dial(w, PROXY_IP);
		if (n % 32 == 0)
			loop_turn(w->loop);
	}
	for (int i = 0; i <= most / 32; i++)
		loop_turn(w->loop);
	assert_int_equal(conn_limits_open(w->limits), most);
	fds[n++] = dial(w, PROXY_IP);
	loop_turn(w->loop);
	assert_int_equal(w->refused[CLOSE_SERVER_FULL], 1);
	fds[n] = dial(w, PROXY_IP);
	say(fds[n++], header);
	loop_turn(w->loop);
	assert_int_equal(w->accepted, 1);
	while (n > 0)
		assert_int_equal(close(fds[--n]), 0);
	for (int i = 0; i <= most / 32; i++)
		loop_turn(w->loop);
	assert_int_equal(w->refused[CLOSE_PEER], most);
	assert_int_equal(conn_limits_open(w->limits), 1);
	free(fds);
}

/* A listener learns how many descriptors there are when it opens. */
static void
with_descriptors(rlim_t many, int guests)
{
	struct rlimit old, files;
	void *state = NULL;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	if (old.rlim_max < many) {
		print_message("only %ju descriptors: %ju not tried\n",
		    (uintmax_t)old.rlim_max, (uintmax_t)many);
		return;
	}
	files = (struct rlimit){ many, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
	assert_int_equal(setup(&state), 0);
	fill_the_porch(state, guests);
	assert_int_equal(teardown(&state), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
}

/* Of 1024 descriptors 64 are kept for who is in, and 240 for who waits. */
static void
so_many_may_wait_and_a_header_that_is_there_need_not(void **state)
{
	(void)state;
	with_descriptors(1024, 240);
	with_descriptors(4 * GUESTS_MAX + 1024, GUESTS_MAX);
}

static size_t
on_input(struct link *l, const char *p, size_t n)
{
	(void)l;
	(void)p;
	return n;
}

static void
on_closed(struct link *l, enum close_reason why)
{
	(void)why;
	*(bool *)l->session = true;
}

static void
a_stream_tells_the_ends_it_was_given_for_as_long_as_it_lives(void **state)
{
	static const struct stream_limits limits = { 100, 1000, 100 };
	static const struct link_user link_calls = { .input = on_input,
		.closed = on_closed };
	struct world *w = *state;
	int fd = dial(w, PROXY_IP);
	bool closed = false;
	struct addr told;
	struct link *l;

	say(fd, header);
	loop_turn(w->loop);
	l = stream_new(w->loop, w->fd, &limits, NULL);
	w->fd = -1;
	stream_set_ends(l, &w->peer, &w->local);
	l->user = &link_calls;
	l->session = &closed;
	stream_start(l);
	/* whatever else it has to wait for comes and goes */
	link_pause(l);
	link_resume(l);
	outq_add(&l->out, "x", 1);
	loop_turn(w->loop);
	link_local(l, &told);
	assert_true(addr_eq(&told, &w->local));
	assert_true(addr_eq(&l->peer, &w->peer));
	link_close(l, CLOSE_DONE);
	loop_turn(w->loop);
	assert_true(closed);
	assert_int_equal(close(fd), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_header_and_what_follows_in_one_packet_are_told_apart),
		T(a_header_may_come_byte_by_byte),
		T(a_proxy_that_speaks_for_itself_is_the_peer),
		T(a_header_from_elsewhere_is_input_like_any_other),
		T(who_says_no_header_is_refused),
		T(a_header_has_five_seconds_however_it_drips),
		T(limits_count_the_client_and_not_the_proxy),
		T(a_listener_that_closes_waits_for_nobody),
		cmocka_unit_test(
		    so_many_may_wait_and_a_header_that_is_there_need_not),
		T(a_stream_tells_the_ends_it_was_given_for_as_long_as_it_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
