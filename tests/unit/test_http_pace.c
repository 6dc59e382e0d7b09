/* SPDX-License-Identifier: MIT */
/* What must come in time, and how much of it a stranger may send. */
#include "common/base/panic.h"
#include "tests/unit/http_world.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	LONG = 900 * 1000,
	PIECE = 4000,
};

static int
begin(struct http_world *w, const char *head)
{
	int fd = http_client_open(w);

	w->n = 0;
	w->reply[0] = '\0';
	http_client_send(fd, head, strlen(head));
	http_world_turns(w, 10);
	return fd;
}

static bool
is_open(struct http_world *w, int fd)
{
	for (int i = 0; i < 20; i++)
		if (!http_client_read(w, fd))
			return false;
	return true;
}

static uint64_t
late(const struct http_world *w)
{
	return http_get_stats(w->http)->closed[CLOSE_REQUEST_DEADLINE];
}

/* A second at a time, with so many bytes in each. */
static bool
drip(struct http_world *w, int fd, unsigned seconds, size_t bytes)
{
	char *p = mem_alloc(bytes + 1);
	bool open = true;

	memset(p, 'x', bytes);
	for (unsigned i = 0; i < seconds && open; i++) {
		if (send(fd, p, bytes, MSG_NOSIGNAL) < 0)
			open = false;
		w->ms += 1000;
		open = open && is_open(w, fd);
	}
	free(p);
	return open;
}

static void
headers_that_come_a_byte_at_a_time_have_a_deadline(void **state)
{
	struct http_world *w = *state;
	int fd = begin(w, "GET /echo HTTP/1.1\r\nX: ");

	assert_true(drip(w, fd, 4, 1));
	assert_false(drip(w, fd, 2, 1));
	assert_int_equal(late(w), 1);
	close(fd);
	/* those of a second request, too */
	fd = begin(w, "GET /echo HTTP/1.1\r\n\r\n");
	http_client_expect(w, fd, "peer=1");
	http_client_send(fd, "GET /echo HTTP/1.1\r\nX: ", 23);
	assert_true(is_open(w, fd));
	assert_true(drip(w, fd, 4, 1));
	assert_false(drip(w, fd, 2, 1));
	assert_int_equal(late(w), 2);
	close(fd);
}

static void
a_second_request_must_come_at_all(void **state)
{
	struct http_world *w = *state;
	int fd = begin(w, "GET /echo HTTP/1.1\r\n\r\n");

	http_client_expect(w, fd, "peer=1");
	/* a byte before each time MHD would say that it is idle */
	assert_true(drip(w, fd, 5, 1));
	assert_false(drip(w, fd, 3, 1));
	assert_int_equal(late(w), 1);
	close(fd);
}

static void
a_body_must_come_at_the_least_rate(void **state)
{
	struct http_world *w = *state;
	int fd =
	    begin(w, "POST /RST.srf HTTP/1.1\r\nContent-Length: 60000\r\n\r\n");

	assert_true(drip(w, fd, 9, 1));
	assert_false(drip(w, fd, 10, 1));
	assert_int_equal(late(w), 1);
	close(fd);
	fd =
	    begin(w, "POST /RST.srf HTTP/1.1\r\nContent-Length: 24000\r\n\r\n");
	assert_true(drip(w, fd, 40, HTTP_LEAST_RATE + 88));
	http_client_expect(w, fd, "body=24000");
	close(fd);
}

static void
a_reply_must_be_read_and_waiting_costs_nobody_anything(void **state)
{
	struct http_world *w = *state;
	int fd = begin(w, "GET /later HTTP/1.1\r\n\r\n");

	assert_non_null(w->waiting);
	w->ms += 3600 * 1000;
	assert_true(is_open(w, fd));
	http_again(w->waiting);
	http_client_expect(w, fd, "at last");
	close(fd);
	fd = begin(w, "GET /large HTTP/1.1\r\n\r\n");
	http_client_expect(w, fd, "\r\n\r\n");
	assert_int_equal(w->cleanups, 1);
	w->ms += HTTP_LARGE * 1000ull / HTTP_LEAST_RATE + 1001;
	for (int i = 0; i < HTTP_TURNS && w->cleanups == 1; i++) {
		loop_turn(w->loop);
		(void)poll(NULL, 0, 1);
	}
	assert_int_equal(w->cleanups, 2);
	assert_int_equal(late(w), 1);
	close(fd);
}

/* ---- strangers ---- */

static bool
knows(void *ctx, struct http_request *rq, struct slice head)
{
	(void)ctx;
	assert_true(head.n <= HTTP_KNOWN_BY);
	return http_header(rq, "Cookie").n > 0 ||
	    slice_find_slice(head, SLICE_LIT("<token>")) < head.n;
}

/* Send a body of n bytes that has "<token>" at place at; what was answered. */
static unsigned
post(struct http_world *w, const char *headers, size_t n, size_t at)
{
	struct buf b = BUF_INIT(2 * LONG);
	unsigned status = 0;
	int fd;

	buf_addf(&b, "POST /long HTTP/1.1\r\n%s\r\n", headers);
	fd = begin(w, "");
	for (size_t i = 0; i < n; i++)
		buf_add_char(&b, 'x');
	if (at < n)
		memcpy(b.p + b.n - n + at, "<token>", 7);
	for (size_t i = 0; i < b.n; i += PIECE) {
		size_t piece = size_min(PIECE, b.n - i);

		if (send(fd, b.p + i, piece, MSG_NOSIGNAL) < 0 ||
		    !is_open(w, fd))
			break;
	}
	for (int i = 0; i < HTTP_TURNS && w->n < 12; i++)
		if (!http_client_read(w, fd))
			break;
	if (w->n >= 12)
		status = (unsigned)strtoul(w->reply + 9, NULL, 10);
	buf_free(&b);
	close(fd);
	return status;
}

static void
a_stranger_has_64_kib_and_whoever_shows_a_token_more(void **state)
{
	struct http_world *w = *state;

	http_set_known(w->http, knows, w);
	assert_int_equal(post(w, "Content-Length: 65536\r\n", 65536, 65536),
	    200);
	assert_int_equal(post(w, "Content-Length: 65537\r\n", 65537, 65537),
	    413);
	assert_int_equal(post(w, "Content-Length: 200000\r\n", 200000, 4000),
	    200);
	assert_int_equal(post(w, "Content-Length: 200000\r\n", 200000, 4093),
	    413);
	assert_int_equal(post(w, "Content-Length: 200000\r\nCookie: a\r\n",
			     200000, 200000),
	    200);
}

static void
chunks_hide_no_stranger(void **state)
{
	static const char piece[] = "64\r\n"
				    "0123456789012345678901234567890123456789"
				    "0123456789012345678901234567890123456789"
				    "01234567890123456789\r\n";
	struct http_world *w = *state;
	int fd;

	http_set_known(w->http, knows, w);
	fd = begin(w,
	    "POST /long HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 656; i++) {
		http_client_send(fd, piece, sizeof(piece) - 1);
		http_world_turns(w, 1);
	}
	http_client_send(fd, "0\r\n\r\n", 5);
	http_client_expect(w, fd, "413");
	close(fd);
}

static void
unfinished_bodies_have_a_ceiling_and_the_longest_silent_goes(void **state)
{
	struct http_world *w = *state;
	enum {
		HELD = 10,
		BYTES = 60000
	};
	static char body[BYTES];
	int fds[HELD];
	unsigned open = 0;

	memset(body, 'x', BYTES);
	for (int i = 0; i < HELD; i++) {
		fds[i] = begin(w,
		    "POST /long HTTP/1.1\r\nContent-Length: 64000\r\n\r\n");
		http_client_send(fds[i], body, BYTES);
		(void)is_open(w, fds[i]);
		w->ms += 2000;
	}
	assert_true(crowd_amount(w->bodies) <= HTTP_BODIES);
	for (int i = 0; i < HELD; i++)
		open += is_open(w, fds[i]);
	/* with their connections, as much as another body each */
	assert_true(open > 0 && open <= HTTP_BODIES / ((65536 + 32768) / 4096));
	assert_false(is_open(w, fds[0]));
	assert_true(is_open(w, fds[HELD - 1]));
	assert_true(http_get_stats(w->http)->closed[CLOSE_GAVE_WAY] > 0);
	for (int i = 0; i < HELD; i++)
		close(fds[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, http_world_make, http_world_end)
		TEST(headers_that_come_a_byte_at_a_time_have_a_deadline),
		TEST(a_second_request_must_come_at_all),
		TEST(a_body_must_come_at_the_least_rate),
		TEST(a_reply_must_be_read_and_waiting_costs_nobody_anything),
		TEST(a_stranger_has_64_kib_and_whoever_shows_a_token_more),
		TEST(chunks_hide_no_stranger),
		TEST(
		    unfinished_bodies_have_a_ceiling_and_the_longest_silent_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
