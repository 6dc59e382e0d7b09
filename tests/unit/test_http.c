/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"
#include "common/http/http.h"
#include "common/http/http_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	TURNS = 3000, /* of at most a millisecond each */
	REPLY_MAX = 256 * 1024,
};

struct world {
	struct env env;
	uint64_t ms; /* added to the real clock */
	struct loop *loop;
	struct conn_limits *limits;
	struct http *http;
	struct listener *listener;
	struct http_request *waiting;
	unsigned runs;
	unsigned cleanups;
	char reply[REPLY_MAX];
	size_t n;
};

static uint64_t
world_ms(void *ctx)
{
	struct world *w = ctx;

	return env_mono_ms(env_real()) + w->ms;
}

static int64_t
world_wall(void *ctx)
{
	(void)ctx;
	return env_wall(env_real());
}

static void
world_random(void *ctx, void *out, size_t n)
{
	(void)ctx;
	env_random(env_real(), out, n);
}

/* ---- handlers ---- */

static enum http_outcome
say_echo(struct http_request *rq, void *front)
{
	struct buf b = BUF_INIT(REPLY_MAX);
	struct slice arg;

	(void)front;
	buf_addf(&b, "[%d " SLICE_FMT "?" SLICE_FMT "]", (int)http_method(rq),
	    SLICE_ARG(http_path(rq)), SLICE_ARG(http_query(rq)));
	if (http_query_arg(rq, "q", &arg))
		buf_addf(&b, "q=" SLICE_FMT ";", SLICE_ARG(arg));
	if (http_form_arg(rq, "f", &arg))
		buf_addf(&b, "f=" SLICE_FMT ";", SLICE_ARG(arg));
	buf_addf(&b, "auth=%zu;body=%zu;tls=%d;peer=%d",
	    http_header(rq, "authorization").n, http_body(rq).n,
	    (int)http_is_tls(rq), (int)addr_is_loopback(http_peer(rq)));
	http_reply(rq, 200);
	http_reply_body(rq, buf_slice(&b));
	buf_free(&b);
	return HTTP_DONE;
}

static enum http_outcome
say_nexus(struct http_request *rq, void *front)
{
	(void)front;
	http_reply(rq, 200);
	http_reply_header(rq, "Server", SLICE_LIT("Microsoft-IIS/6.0"));
	http_reply_header(rq, "PassportURLs", SLICE_LIT("DALogin=a/b,x=1"));
	http_reply_header(rq, "aa-Second", SLICE_LIT("2"));
	http_reply_header(rq, "Date",
	    SLICE_LIT("Thu, 01 Jan 1970 00:00:00 GMT"));
	http_reply_header(rq, "Content-Type", SLICE_LIT("text/html"));
	return HTTP_DONE;
}

static enum http_outcome
say_close(struct http_request *rq, void *front)
{
	(void)front;
	http_reply(rq, 302);
	http_reply_header(rq, "Location", SLICE_LIT("/x"));
	http_reply_close(rq);
	return HTTP_DONE;
}

static void
count_cleanup(void *state)
{
	struct world *w = state;

	w->cleanups++;
	w->waiting = NULL;
}

static enum http_outcome
say_later(struct http_request *rq, void *front)
{
	struct world *w = front;

	w->runs++;
	if (http_state(rq) == NULL) {
		http_set_state(rq, w, count_cleanup);
		w->waiting = rq;
		return HTTP_WAIT;
	}
	http_reply(rq, 200);
	http_reply_body(rq, SLICE_LIT("at last"));
	return HTTP_DONE;
}

/* Asks for itself before it waits. */
static enum http_outcome
say_again(struct http_request *rq, void *front)
{
	struct world *w = front;

	if (++w->runs < 3) {
		http_again(rq);
		return HTTP_WAIT;
	}
	http_reply(rq, 200);
	http_reply_body(rq, http_body(rq));
	return HTTP_DONE;
}

static enum http_outcome
say_nothing(struct http_request *rq, void *front)
{
	(void)rq;
	(void)front;
	return HTTP_DONE;
}

/* clang-format off */
static const struct http_route routes[] = {
{ "/echo",        HTTP_GET | HTTP_POST, HTTP_PLAIN | HTTP_TLS, 100,   say_echo },
{ "/tree/*",      HTTP_GET,             HTTP_PLAIN,            0,     say_echo },
{ "/RST.srf",     HTTP_POST,            HTTP_PLAIN | HTTP_TLS, 65536, say_echo },
{ "/rdr/pprdr.asp", HTTP_GET,           HTTP_PLAIN | HTTP_TLS, 0,     say_nexus },
{ "/close",       HTTP_GET,             HTTP_PLAIN,            0,     say_close },
{ "/later",       HTTP_GET,             HTTP_PLAIN,            0,     say_later },
{ "/again",       HTTP_POST,            HTTP_PLAIN,            100,   say_again },
{ "/nothing",     HTTP_GET,             HTTP_PLAIN,            0,     say_nothing },
{ "/admin",       HTTP_GET,             HTTP_ADMIN,            0,     say_echo },
};
/* clang-format on */

/* ---- the world ---- */

static int
world_make(void **state)
{
	const struct http_limits limits = {
		.header_bytes = 32768,
		.idle_s = 1,
		.first_ms = 5000,
	};
	struct world *w = mem_alloc(sizeof(*w));
	int err = 0;

	w->env = (struct env){ world_ms, world_wall, world_random, w };
	w->loop = loop_new(&w->env);
	w->limits = conn_limits_new(&w->env, 100, 100);
	w->http = http_new(w->loop, &limits, w->limits);
	assert_non_null(w->http);
	http_add_routes(w->http, routes, ARRAY_LEN(routes), w);
	w->listener = listener_open(w->loop, SLICE_LIT("127.0.0.1"), 0,
	    w->limits, &http_listener_user, http_plain_ctx(w->http), &err);
	assert_non_null(w->listener);
	*state = w;
	return 0;
}

static int
world_end(void **state)
{
	struct world *w = *state;

	if (w->listener != NULL)
		listener_close(w->listener);
	http_free(w->http);
	for (int i = 0; i < 20; i++)
		loop_turn(w->loop);
	/* Every place was given back. */
	conn_limits_set(w->limits, 1, 1);
	conn_limits_free(w->limits);
	loop_free(w->loop);
	free(w);
	return 0;
}

static int
client_open(struct world *w)
{
	struct sockaddr_in sa = {
		.sin_family = AF_INET,
		.sin_port = htons(listener_port(w->listener)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	return fd;
}

static void
client_send(int fd, const char *p, size_t n)
{
	assert_int_equal(send(fd, p, n, MSG_NOSIGNAL), n);
}

/* False when the connection ended. */
static bool
client_read(struct world *w, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;

	loop_turn(w->loop);
	if (poll(&p, 1, 1) <= 0)
		return true;
	n = recv(fd, w->reply + w->n, REPLY_MAX - 1 - w->n, MSG_DONTWAIT);
	if (n < 0 && errno == EAGAIN)
		return true;
	if (n <= 0)
		return false;
	w->n += (size_t)n;
	w->reply[w->n] = '\0';
	return true;
}

/* Turn the loop until the reply holds text. */
static void
client_expect(struct world *w, int fd, const char *text)
{
	for (int i = 0; i < TURNS; i++)
		if (strstr(w->reply, text) != NULL || !client_read(w, fd))
			break;
	if (strstr(w->reply, text) == NULL)
		fail_msg("no \"%s\" in \"%s\"", text, w->reply);
}

/* Turn the loop until the server closes. */
static void
client_expect_end(struct world *w, int fd)
{
	for (int i = 0; i < TURNS; i++)
		if (!client_read(w, fd))
			return;
	fail_msg("still open after \"%s\"", w->reply);
}

/* A whole connection: send, and read what comes until text does. */
static void
ask(struct world *w, const char *request, const char *expect)
{
	int fd = client_open(w);

	w->n = 0;
	w->reply[0] = '\0';
	client_send(fd, request, strlen(request));
	client_expect(w, fd, expect);
	close(fd);
}

static void
turns(struct world *w, int n)
{
	for (int i = 0; i < n; i++)
		loop_turn(w->loop);
}

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
		ask(*state, rows[i].request, rows[i].reply);
		ask(*state, rows[i].request, "peer=1");
	}
}

static void
a_request_line_alone_without_version_is_answered(void **state)
{
	struct world *w = *state;
	int fd = client_open(w);

	client_send(fd, "GET /rdr/pprdr.asp\r\n", 20);
	client_expect(w, fd, "HTTP/1.1 200 OK\r\n");
	client_expect(w, fd, "\r\nPassportURLs: DALogin=a/b,x=1\r\n");
	client_expect_end(w, fd);
	close(fd);
}

static void
a_request_may_come_byte_by_byte(void **state)
{
	static const char text[] = "GET /echo HTTP/1.0\r\nAuthorization: x\r\n"
				   "\r\n";
	struct world *w = *state;
	int fd = client_open(w);

	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		client_send(fd, text + i, 1);
		client_read(w, fd);
	}
	client_expect(w, fd, "auth=1;");
	close(fd);
}

static void
a_peer_that_shuts_its_side_still_gets_the_answer(void **state)
{
	struct world *w = *state;
	int fd = client_open(w);

	client_send(fd, "GET /echo HTTP/1.0\r\n\r\n", 22);
	shutdown(fd, SHUT_WR);
	client_expect(w, fd, "[1 /echo?]");
	close(fd);
}

/* ---- replies, to the byte ---- */

static void
reply_headers_keep_their_spelling_and_order(void **state)
{
	struct world *w = *state;

	ask(w, "GET /rdr/pprdr.asp HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\n");
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
	struct world *w = *state;

	ask(w, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n", "peer=1");
	assert_non_null(strstr(w->reply, " GMT\r\n"));
	assert_memory_equal(w->reply, "HTTP/1.1 200 OK\r\nDate: ", 23);
}

static void
head_is_get_without_the_body(void **state)
{
	struct world *w = *state;
	int fd = client_open(w);

	client_send(fd, "HEAD /later HTTP/1.0\r\n\r\n", 24);
	for (int i = 0; i < TURNS && w->waiting == NULL; i++)
		client_read(w, fd);
	http_again(w->waiting);
	client_expect_end(w, fd);
	assert_non_null(strstr(w->reply, "\r\nContent-Length: 7\r\n"));
	assert_null(strstr(w->reply, "at last"));
	close(fd);
}

static void
a_closing_reply_says_so_and_closes(void **state)
{
	struct world *w = *state;
	int fd = client_open(w);

	client_send(fd, "GET /close HTTP/1.1\r\nHost: a\r\n\r\n", 32);
	client_expect_end(w, fd);
	assert_non_null(strstr(w->reply, "HTTP/1.1 302 Found\r\n"));
	assert_non_null(strstr(w->reply, "\r\nConnection: close\r\n"));
	close(fd);
}

static void
a_handler_without_reply_is_an_error_of_the_server(void **state)
{
	ask(*state, "GET /nothing HTTP/1.0\r\n\r\n", "HTTP/1.1 500 ");
}

/* ---- refusals ---- */

static void
what_no_row_answers_is_404_and_the_wrong_method_405(void **state)
{
	struct world *w = *state;

	ask(w, "GET /ech HTTP/1.0\r\n\r\n", "404 Not Found\n");
	ask(w, "GET /echo/ HTTP/1.0\r\n\r\n", "404 Not Found\n");
	ask(w, "POST /nope HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc",
	    "404 Not Found\n");
	/* This listener is not the admin's. */
	ask(w, "GET /admin HTTP/1.0\r\n\r\n", "404 Not Found\n");
	ask(w, "POST /later HTTP/1.0\r\n\r\n", "405 Method Not Allowed\n");
	assert_non_null(strstr(w->reply, "\r\nAllow: GET, HEAD\r\n"));
	ask(w, "PUT /echo HTTP/1.0\r\n\r\n", "\r\nAllow: GET, HEAD, POST\r\n");
	ask(w, "CONNECT a:443 HTTP/1.1\r\n\r\n", "404 Not Found\n");
	ask(w, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "404 Not Found\n");
	assert_int_equal(http_get_stats(w->http)->by_class[4], 8);
}

static void
garbage_ends_the_connection(void **state)
{
	static const char *const rows[] = { "hello\r\n\r\n",
		"\x16\x03\x01\n\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
		"\r\n: :\r\n\r\n" };
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int fd = client_open(w);

		client_send(fd, rows[i], strlen(rows[i]));
		client_expect_end(w, fd);
		close(fd);
	}
	assert_int_equal(http_get_stats(w->http)->requests, 0);
}

static void
a_body_over_the_rows_ceiling_is_413(void **state)
{
	struct world *w = *state;
	struct buf b = BUF_INIT(4096);

	buf_add_text(&b, "POST /echo HTTP/1.1\r\nContent-Length: 101\r\n\r\n");
	for (int i = 0; i < 101; i++)
		buf_add_char(&b, 'x');
	buf_add(&b, "", 1);
	ask(w, b.p, "HTTP/1.1 413 ");
	ask(w, "POST /echo HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
	    "HTTP/1.1 413 ");
	ask(w,
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
		ask(*state, b.p, pass == 0 ? "auth=4096;" : "HTTP/1.1 431 ");
	}
	buf_free(&b);
}

/* ---- several on one connection ---- */

static void
a_connection_is_kept_and_requests_may_be_sent_ahead(void **state)
{
	static const char two[] = "GET /tree/1 HTTP/1.1\r\nHost: a\r\n\r\n"
				  "GET /tree/2 HTTP/1.1\r\nHost: a\r\n\r\n";
	struct world *w = *state;
	int fd = client_open(w);

	client_send(fd, two, sizeof(two) - 1);
	client_expect(w, fd, "[1 /tree/2?]");
	client_send(fd, "GET /tree/3 HTTP/1.1\r\n\r\n", 24);
	client_expect(w, fd, "[1 /tree/3?]");
	assert_int_equal(http_get_stats(w->http)->requests, 3);
	assert_int_equal(http_get_stats(w->http)->connections, 1);
	close(fd);
}

static void
an_idle_connection_is_closed(void **state)
{
	struct world *w = *state;
	int fd = client_open(w);

	client_send(fd, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n", 31);
	client_expect(w, fd, "peer=1");
	client_expect_end(w, fd);
	close(fd);
}

static void
a_slow_first_line_meets_its_deadline(void **state)
{
	struct world *w = *state;
	int fd = client_open(w);

	client_send(fd, "GET /ec", 7);
	turns(w, 10);
	w->ms += 4900;
	turns(w, 3);
	assert_int_equal(recv(fd, w->reply, 1, MSG_DONTWAIT), -1);
	w->ms += 200;
	client_expect_end(w, fd);
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
	struct world *w = *state;
	int fd = client_open(w);

	client_send(fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n", 32);
	for (int i = 0; i < TURNS && w->waiting == NULL; i++)
		client_read(w, fd);
	assert_int_equal(w->runs, 1);
	/* Others are answered meanwhile. */
	ask(w, "GET /echo HTTP/1.0\r\n\r\n", "peer=1");
	w->n = 0;
	w->reply[0] = '\0';
	http_again(w->waiting);
	http_again(w->waiting);
	assert_int_equal(w->runs, 1);
	client_expect(w, fd, "at last");
	assert_int_equal(w->runs, 2);
	client_send(fd, "GET /echo HTTP/1.1\r\n\r\n", 22);
	client_expect(w, fd, "peer=1");
	assert_int_equal(w->cleanups, 1);
	close(fd);
}

static void
a_handler_may_ask_for_its_next_run_before_it_waits(void **state)
{
	struct world *w = *state;

	ask(w, "POST /again HTTP/1.0\r\nContent-Length: 4\r\n\r\nbody",
	    "\r\n\r\nbody");
	assert_int_equal(w->runs, 3);
}

static void
a_peer_that_left_while_waiting_is_cleaned_up_once(void **state)
{
	struct world *w = *state;
	int fd = client_open(w);

	client_send(fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n", 32);
	for (int i = 0; i < TURNS && w->waiting == NULL; i++)
		client_read(w, fd);
	close(fd);
	turns(w, 10);
	http_again(w->waiting);
	for (int i = 0; i < TURNS && w->cleanups == 0; i++)
		loop_turn(w->loop);
	assert_int_equal(w->cleanups, 1);
}

static void
the_end_of_the_server_ends_waiting_and_unfinished_requests(void **state)
{
	struct world *w = *state;
	int fd = client_open(w);
	int half = client_open(w);
	int bridged = client_open(w);
	int silent = client_open(w);

	client_send(half, "POST /echo HTTP/1.1\r\nContent-Length: 9\r\n\r\nab",
	    44);
	client_send(bridged, "GET /later\r\nX: y\r\n\r\n", 20);
	client_send(fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n", 32);
	for (int i = 0; i < TURNS && w->runs < 2; i++)
		client_read(w, fd);
	assert_int_equal(w->runs, 2);
	http_free(w->http);
	w->http = NULL;
	assert_int_equal(w->cleanups, 2);
	client_expect_end(w, fd);
	client_expect_end(w, half);
	client_expect_end(w, bridged);
	client_expect_end(w, silent);
	close(fd);
	close(half);
	close(bridged);
	close(silent);
}

static void
a_place_in_the_limits_is_given_back(void **state)
{
	struct world *w = *state;

	conn_limits_set(w->limits, 2, 2);
	for (int i = 0; i < 10; i++) {
		ask(w, "GET /echo HTTP/1.0\r\n\r\n", "peer=1");
		turns(w, 10);
		ask(w, "GET /echo\r\n\r\n", "peer=1");
		turns(w, 10);
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

#define T(name) cmocka_unit_test_setup_teardown(name, world_make, world_end)

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
		T(a_connection_is_kept_and_requests_may_be_sent_ahead),
		T(an_idle_connection_is_closed),
		T(a_slow_first_line_meets_its_deadline),
		T(a_waiting_request_is_run_again_and_keeps_its_state),
		T(a_handler_may_ask_for_its_next_run_before_it_waits),
		T(a_peer_that_left_while_waiting_is_cleaned_up_once),
		T(the_end_of_the_server_ends_waiting_and_unfinished_requests),
		T(a_place_in_the_limits_is_given_back),
		cmocka_unit_test(the_first_line_tells_what_to_do_with_it),
		cmocka_unit_test(dates_are_written_as_http_wants_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
