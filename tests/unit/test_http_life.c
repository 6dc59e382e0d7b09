/* SPDX-License-Identifier: MIT */
#include "common/http/http_priv.h"
#include "tests/unit/http_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- several on one connection ---- */

static void
a_connection_is_kept_and_requests_may_be_sent_ahead(void **state)
{
	static const char two[] = "GET /tree/1 HTTP/1.1\r\nHost: a\r\n\r\n"
				  "GET /tree/2 HTTP/1.1\r\nHost: a\r\n\r\n";
	struct http_world *w = *state;
	int fd = http_client_open(w);

	http_client_send(fd, two, sizeof(two) - 1);
	http_client_expect(w, fd, "[1 /tree/2?]");
	http_client_send(fd, "GET /tree/3 HTTP/1.1\r\n\r\n", 24);
	http_client_expect(w, fd, "[1 /tree/3?]");
	assert_int_equal(http_get_stats(w->http)->requests, 3);
	assert_int_equal(http_get_stats(w->http)->connections, 1);
	close(fd);
}

static void
an_idle_connection_is_closed(void **state)
{
	struct http_world *w = *state;
	int fd = http_client_open(w);

	http_client_send(fd, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n", 31);
	http_client_expect(w, fd, "peer=1");
	http_client_expect_end(w, fd);
	close(fd);
}

static void
a_slow_first_line_meets_its_deadline(void **state)
{
	struct http_world *w = *state;
	int fd = http_client_open(w);

	http_client_send(fd, "GET /ec", 7);
	http_world_turns(w, 10);
	w->ms += 4900;
	http_world_turns(w, 3);
	assert_int_equal(recv(fd, w->reply, 1, MSG_DONTWAIT), -1);
	w->ms += 200;
	http_client_expect_end(w, fd);
	assert_int_equal(w->n, 0);
	assert_int_equal(http_get_stats(w->http)
			     ->closed[CLOSE_REQUEST_DEADLINE],
	    1);
	close(fd);
}

/* ---- waiting ---- */

static void
a_waiting_request_is_run_again_and_keeps_its_state(void **state)
{
	struct http_world *w = *state;
	int fd = http_client_open(w);

	http_client_send(fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n", 32);
	for (int i = 0; i < HTTP_TURNS && w->waiting == NULL; i++)
		http_client_read(w, fd);
	assert_int_equal(w->runs, 1);
	/* Others are answered meanwhile. */
	http_client_ask(w, "GET /echo HTTP/1.0\r\n\r\n", "peer=1");
	w->n = 0;
	w->reply[0] = '\0';
	http_again(w->waiting);
	http_again(w->waiting);
	assert_int_equal(w->runs, 1);
	http_client_expect(w, fd, "at last");
	assert_int_equal(w->runs, 2);
	http_client_send(fd, "GET /echo HTTP/1.1\r\n\r\n", 22);
	http_client_expect(w, fd, "peer=1");
	assert_int_equal(w->cleanups, 1);
	close(fd);
}

static void
a_handler_may_ask_for_its_next_run_before_it_waits(void **state)
{
	struct http_world *w = *state;

	http_client_ask(w,
	    "POST /again HTTP/1.0\r\nContent-Length: 4\r\n\r\nbody",
	    "\r\n\r\nbody");
	assert_int_equal(w->runs, 3);
}

static void
a_peer_that_left_while_waiting_is_cleaned_up_once(void **state)
{
	struct http_world *w = *state;
	int fd = http_client_open(w);

	http_client_send(fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n", 32);
	for (int i = 0; i < HTTP_TURNS && w->waiting == NULL; i++)
		http_client_read(w, fd);
	close(fd);
	http_world_turns(w, 10);
	http_again(w->waiting);
	for (int i = 0; i < HTTP_TURNS && w->cleanups == 0; i++)
		loop_turn(w->loop);
	assert_int_equal(w->cleanups, 1);
}

/* ---- bodies that are not copied ---- */

/* What came since the last call is the next piece of the body. */
static size_t
large_goes_on(struct http_world *w, size_t seen)
{
	for (size_t i = 0; i < w->n; i++)
		assert_int_equal(w->reply[i], 'a' + (seen + i) % 23);
	seen += w->n;
	w->n = 0;
	return seen;
}

static void
a_body_that_is_kept_lives_until_its_last_byte_is_sent(void **state)
{
	struct http_world *w = *state;
	int fd = http_client_open(w);
	size_t seen = 0, head;

	http_client_send(fd, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", 32);
	http_client_expect(w, fd, "\r\n\r\n");
	assert_non_null(strstr(w->reply, "Content-Length: 8000001\r\n"));
	assert_int_equal(w->cleanups, 0);
	head = (size_t)(strstr(w->reply, "\r\n\r\n") - w->reply) + 4;
	memmove(w->reply, w->reply + head, w->n - head);
	w->n -= head;
	for (int i = 0; i < HTTP_TURNS && seen < HTTP_LARGE; i++) {
		seen = large_goes_on(w, seen);
		assert_true(http_client_read(w, fd));
	}
	assert_int_equal(seen, HTTP_LARGE);
	http_client_send(fd, "GET /echo HTTP/1.1\r\n\r\n", 22);
	http_client_expect(w, fd, "peer=1");
	assert_int_equal(w->cleanups, 1);
	close(fd);
}

static void
a_peer_that_left_amid_a_kept_body_is_cleaned_up_once(void **state)
{
	struct http_world *w = *state;
	int fd = http_client_open(w);

	http_client_send(fd, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", 32);
	http_client_expect(w, fd, "\r\n\r\n");
	assert_int_equal(w->cleanups, 0);
	close(fd);
	for (int i = 0; i < HTTP_TURNS && w->cleanups == 0; i++)
		loop_turn(w->loop);
	http_world_turns(w, 10);
	assert_int_equal(w->cleanups, 1);
}

static void
the_end_of_the_server_ends_waiting_and_unfinished_requests(void **state)
{
	struct http_world *w = *state;
	int fd = http_client_open(w);
	int half = http_client_open(w);
	int bridged = http_client_open(w);
	int silent = http_client_open(w);

	http_client_send(half,
	    "POST /echo HTTP/1.1\r\nContent-Length: 9\r\n\r\nab", 44);
	http_client_send(bridged, "GET /later\r\nX: y\r\n\r\n", 20);
	http_client_send(fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n", 32);
	for (int i = 0; i < HTTP_TURNS && w->runs < 2; i++)
		http_client_read(w, fd);
	assert_int_equal(w->runs, 2);
	http_free(w->http);
	w->http = NULL;
	assert_int_equal(w->cleanups, 2);
	http_client_expect_end(w, fd);
	http_client_expect_end(w, half);
	http_client_expect_end(w, bridged);
	http_client_expect_end(w, silent);
	close(fd);
	close(half);
	close(bridged);
	close(silent);
}

static void
a_place_in_the_limits_is_given_back(void **state)
{
	struct http_world *w = *state;

	conn_limits_set(w->limits, 2, 2);
	for (int i = 0; i < 10; i++) {
		http_client_ask(w, "GET /echo HTTP/1.0\r\n\r\n", "peer=1");
		http_world_turns(w, 10);
		http_client_ask(w, "GET /echo\r\n\r\n", "peer=1");
		http_world_turns(w, 10);
	}
	assert_int_equal(http_get_stats(w->http)->connections, 20);
}

/* ---- parts ---- */

static void
the_first_line_tells_what_to_do_with_it(void **state)
{
	/* clang-format off */
	static const struct { const char *in; enum http_line kind; size_t end; } rows[] = {
	{ "", HTTP_LINE_MORE, 0 },
	{ "\r\n", HTTP_LINE_MORE, 0 },
	{ "GET /", HTTP_LINE_MORE, 0 },
	{ "GET / HTTP/1.1", HTTP_LINE_MORE, 0 },
	{ "GET / HTTP/1.1\r\n", HTTP_LINE_AS_IS, 0 },
	{ "GET / HTTP/0.9\n", HTTP_LINE_AS_IS, 0 },
	{ "GET /\r\n", HTTP_LINE_NO_VERSION, 5 },
	{ "\r\nGET / \r\n", HTTP_LINE_NO_VERSION, 7 },
	{ "GET /\nHost: a\n", HTTP_LINE_NO_VERSION, 5 },
	{ "GET\r\n", HTTP_LINE_AS_IS, 0 },
	{ "get /\r\n", HTTP_LINE_AS_IS, 0 },
	{ "GET /a\tb\r\n", HTTP_LINE_AS_IS, 0 },
	{ "GET /\001\r\n", HTTP_LINE_AS_IS, 0 },
	};
	/* clang-format on */
	static char longest[HTTP_LINE_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t end = 0;

		assert_int_equal(http_line_look(slice_text(rows[i].in), &end),
		    rows[i].kind);
		assert_int_equal(end, rows[i].end);
	}
	memset(longest, 'A', sizeof(longest));
	assert_int_equal(http_line_look(slice_make(longest, sizeof(longest)),
			     &(size_t){ 0 }),
	    HTTP_LINE_AS_IS);
}

static void
dates_are_written_as_http_wants_them(void **state)
{
	struct buf b = BUF_INIT(64);

	(void)state;
	http_add_date(&b, 2145801600);
	assert_true(
	    slice_eq_text(buf_slice(&b), "Wed, 30 Dec 2037 16:00:00 GMT"));
	buf_free(&b);
}

#define T(name) \
	cmocka_unit_test_setup_teardown(name, http_world_make, http_world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_connection_is_kept_and_requests_may_be_sent_ahead),
		T(an_idle_connection_is_closed),
		T(a_slow_first_line_meets_its_deadline),
		T(a_waiting_request_is_run_again_and_keeps_its_state),
		T(a_handler_may_ask_for_its_next_run_before_it_waits),
		T(a_peer_that_left_while_waiting_is_cleaned_up_once),
		T(a_body_that_is_kept_lives_until_its_last_byte_is_sent),
		T(a_peer_that_left_amid_a_kept_body_is_cleaned_up_once),
		T(the_end_of_the_server_ends_waiting_and_unfinished_requests),
		T(a_place_in_the_limits_is_given_back),
		cmocka_unit_test(the_first_line_tells_what_to_do_with_it),
		cmocka_unit_test(dates_are_written_as_http_wants_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
