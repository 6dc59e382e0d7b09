/* SPDX-License-Identifier: MIT */
#include "tests/unit/http_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- forms of requests (field-notes 1, 2) ---- */

static void
request_forms_of_real_clients_are_understood(void **state)
{
	/* clang-format off */
	static const struct { const char *request, *reply; } rows[] = {
	{ "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n", "[1 /echo?]" },
	{ "GET /echo HTTP/1.0\r\n\r\n", "[1 /echo?]" },
	{ "GET /ECHO?a=b//c HTTP/1.0\r\n\r\n", "[1 /ECHO?a=b//c]" },
	{ "GET //echo HTTP/1.0\r\n\r\n", "[1 /echo?]" },
	{ "GET ///tree//a///b HTTP/1.0\r\n\r\n", "[1 /tree/a/b?]" },
	{ "GET http://login.live.com/echo?x HTTP/1.1\r\n\r\n", "[1 /echo?x]" },
	{ "GET https://a:443//echo HTTP/1.1\r\n\r\n", "[1 /echo?]" },
	{ "GET /tree/http://a/b HTTP/1.1\r\n\r\n", "[1 /tree/http:/a/b?]" },
	{ "GET /echo HTTP/1.1\r\nHost: a:443\r\nHost: b\r\n\r\n", "[1 /echo?]" },
	{ "\r\n\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n", "[1 /echo?]" },
	{ "GET /echo HTTP/1.1\nHost: a\n\n", "[1 /echo?]" },
	{ "GET /echo\r\nHost: a\r\n\r\n", "[1 /echo?]" },
	{ "GET /echo\r\n\r\n", "[1 /echo?]" },
	{ "GET /echo\n\n", "[1 /echo?]" },
	{ "GET /tree/%41%2f?q=%42+c HTTP/1.0\r\n\r\n", "[1 /tree/%41%2f?q=%42+c]q=B+c;" },
	{ "POST //RST.srf HTTP/1.1\r\nContent-Length: 9\r\n\r\nf=%41+b&x", "[4 /RST.srf?]f=A b;" },
	{ "POST /echo HTTP/1.1\r\n\r\n", "body=0;" },
	{ "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "body=3;" },
	{ "POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab", "body=2;" },
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		http_client_ask(*state, rows[i].request, rows[i].reply);
		http_client_ask(*state, rows[i].request, "peer=1");
	}
}

static void
a_request_line_alone_without_version_is_answered(void **state)
{
	struct http_world *w = *state;
	int fd = http_client_open(w);

	http_client_send(fd, "GET /rdr/pprdr.asp\r\n", 20);
	http_client_expect(w, fd, "HTTP/1.1 200 OK\r\n");
	http_client_expect(w, fd, "\r\nPassportURLs: DALogin=a/b,x=1\r\n");
	http_client_expect_end(w, fd);
	close(fd);
}

static void
a_request_may_come_byte_by_byte(void **state)
{
	static const char text[] = "GET /echo HTTP/1.0\r\nAuthorization: x\r\n"
				   "\r\n";
	struct http_world *w = *state;
	int fd = http_client_open(w);

	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		http_client_send(fd, text + i, 1);
		http_client_read(w, fd);
	}
	http_client_expect(w, fd, "auth=1;");
	close(fd);
}

static void
a_peer_that_shuts_its_side_still_gets_the_answer(void **state)
{
	struct http_world *w = *state;
	int fd = http_client_open(w);

	http_client_send(fd, "GET /echo HTTP/1.0\r\n\r\n", 22);
	shutdown(fd, SHUT_WR);
	http_client_expect(w, fd, "[1 /echo?]");
	close(fd);
}

/* ---- replies, to the byte ---- */

static void
reply_headers_keep_their_spelling_and_order(void **state)
{
	struct http_world *w = *state;

	http_client_ask(w, "GET /rdr/pprdr.asp HTTP/1.1\r\nHost: a\r\n\r\n",
	    "\r\n\r\n");
	assert_string_equal(w->reply,
	    "HTTP/1.1 200 OK\r\n"
	    "Server: Microsoft-IIS/6.0\r\n"
	    "PassportURLs: DALogin=a/b,x=1\r\n"
	    "aa-Second: 2\r\n"
	    "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
	    "Content-Type: text/html\r\n"
	    "Content-Length: 0\r\n\r\n");
}

static void
a_date_is_added_when_the_handler_gives_none(void **state)
{
	struct http_world *w = *state;

	http_client_ask(w, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n", "peer=1");
	assert_non_null(strstr(w->reply, " GMT\r\n"));
	assert_memory_equal(w->reply, "HTTP/1.1 200 OK\r\nDate: ", 23);
}

static void
head_is_get_without_the_body(void **state)
{
	struct http_world *w = *state;
	int fd = http_client_open(w);

	http_client_send(fd, "HEAD /later HTTP/1.0\r\n\r\n", 24);
	for (int i = 0; i < HTTP_TURNS && w->waiting == NULL; i++)
		http_client_read(w, fd);
	http_again(w->waiting);
	http_client_expect_end(w, fd);
	assert_non_null(strstr(w->reply, "\r\nContent-Length: 7\r\n"));
	assert_null(strstr(w->reply, "at last"));
	close(fd);
}

static void
a_closing_reply_says_so_and_closes(void **state)
{
	struct http_world *w = *state;
	int fd = http_client_open(w);

	http_client_send(fd, "GET /close HTTP/1.1\r\nHost: a\r\n\r\n", 32);
	http_client_expect_end(w, fd);
	assert_non_null(strstr(w->reply, "HTTP/1.1 302 Found\r\n"));
	assert_non_null(strstr(w->reply, "\r\nConnection: close\r\n"));
	close(fd);
}

static void
a_handler_without_reply_is_an_error_of_the_server(void **state)
{
	http_client_ask(*state, "GET /nothing HTTP/1.0\r\n\r\n",
	    "HTTP/1.1 500 ");
}

/* ---- refusals ---- */

static void
what_no_row_answers_is_404_and_the_wrong_method_405(void **state)
{
	struct http_world *w = *state;

	http_client_ask(w, "GET /ech HTTP/1.0\r\n\r\n", "404 Not Found\n");
	http_client_ask(w, "GET /echo/ HTTP/1.0\r\n\r\n", "404 Not Found\n");
	http_client_ask(w,
	    "POST /nope HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc",
	    "404 Not Found\n");
	/* This listener is not the admin's. */
	http_client_ask(w, "GET /admin HTTP/1.0\r\n\r\n", "404 Not Found\n");
	http_client_ask(w, "POST /later HTTP/1.0\r\n\r\n",
	    "405 Method Not Allowed\n");
	assert_non_null(strstr(w->reply, "\r\nAllow: GET, HEAD\r\n"));
	http_client_ask(w, "PUT /echo HTTP/1.0\r\n\r\n",
	    "\r\nAllow: GET, HEAD, POST\r\n");
	http_client_ask(w, "CONNECT a:443 HTTP/1.1\r\n\r\n", "404 Not Found\n");
	http_client_ask(w, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
	    "404 Not Found\n");
	assert_int_equal(http_get_stats(w->http)->by_class[4], 8);
}

static void
garbage_ends_the_connection(void **state)
{
	static const char *const rows[] = { "hello\r\n\r\n",
		"\x16\x03\x01\n\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
		"\r\n: :\r\n\r\n" };
	struct http_world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int fd = http_client_open(w);

		http_client_send(fd, rows[i], strlen(rows[i]));
		http_client_expect_end(w, fd);
		close(fd);
	}
	assert_int_equal(http_get_stats(w->http)->requests, 0);
}

static void
a_body_over_the_rows_ceiling_is_413(void **state)
{
	struct http_world *w = *state;
	struct buf b = BUF_INIT(4096);

	buf_add_text(&b, "POST /echo HTTP/1.1\r\nContent-Length: 101\r\n\r\n");
	for (int i = 0; i < 101; i++)
		buf_add_char(&b, 'x');
	buf_add(&b, "", 1);
	http_client_ask(w, b.p, "HTTP/1.1 413 ");
	http_client_ask(w,
	    "POST /echo HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
	    "HTTP/1.1 413 ");
	http_client_ask(w,
	    "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "32\r\n01234567890123456789012345678901234567890123456789\r\n"
	    "33\r\n012345678901234567890123456789012345678901234567890\r\n"
	    "0\r\n\r\n",
	    "HTTP/1.1 413 ");
	buf_free(&b);
}

static void
a_long_header_passes_and_a_longer_one_is_refused(void **state)
{
	struct buf b = BUF_INIT(65536);

	for (int pass = 0; pass < 2; pass++) {
		buf_reset(&b);
		buf_add_text(&b, "GET /echo HTTP/1.1\r\nAuthorization: ");
		for (int i = 0; i < (pass == 0 ? 4096 : 40000); i++)
			buf_add_char(&b, 'k');
		buf_add(&b, "\r\n\r\n", 5);
		http_client_ask(*state, b.p,
		    pass == 0 ? "auth=4096;" : "HTTP/1.1 431 ");
	}
	buf_free(&b);
}

#define T(name) \
	cmocka_unit_test_setup_teardown(name, http_world_make, http_world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(request_forms_of_real_clients_are_understood),
		T(a_request_line_alone_without_version_is_answered),
		T(a_request_may_come_byte_by_byte),
		T(a_peer_that_shuts_its_side_still_gets_the_answer),
		T(reply_headers_keep_their_spelling_and_order),
		T(a_date_is_added_when_the_handler_gives_none),
		T(head_is_get_without_the_body),
		T(a_closing_reply_says_so_and_closes),
		T(a_handler_without_reply_is_an_error_of_the_server),
		T(what_no_row_answers_is_404_and_the_wrong_method_405),
		T(garbage_ends_the_connection),
		T(a_body_over_the_rows_ceiling_is_413),
		T(a_long_header_passes_and_a_longer_one_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
