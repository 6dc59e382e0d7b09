/* SPDX-License-Identifier: MIT */
#include "tests/unit/http_world.h"

#include "common/base/panic.h"

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

static uint64_t
world_ms(void *ctx)
{
	struct http_world *w = ctx;

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
	struct buf b = BUF_INIT(HTTP_REPLY_MAX);
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
	struct http_world *w = state;

	w->cleanups++;
	w->waiting = NULL;
}

static enum http_outcome
say_later(struct http_request *rq, void *front)
{
	struct http_world *w = front;

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
	struct http_world *w = front;

	if (++w->runs < 3) {
		http_again(rq);
		return HTTP_WAIT;
	}
	http_reply(rq, 200);
	http_reply_body(rq, http_body(rq));
	return HTTP_DONE;
}

/* Whoever still sends from it now sends the wrong bytes. */
static void
large_over(void *state)
{
	struct http_world *w = state;

	w->cleanups++;
	memset(w->large.p, '-', w->large.n);
	buf_free(&w->large);
}

static enum http_outcome
say_large(struct http_request *rq, void *front)
{
	struct http_world *w = front;
	char *p;

	buf_init(&w->large, HTTP_LARGE);
	p = buf_extend(&w->large, HTTP_LARGE);
	for (size_t i = 0; i < HTTP_LARGE; i++)
		p[i] = (char)('a' + i % 23);
	http_set_state(rq, w, large_over);
	http_reply(rq, 200);
	http_reply_body_kept(rq, &w->large);
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
{ "/large",       HTTP_GET,             HTTP_PLAIN,            0,     say_large },
{ "/long",        HTTP_POST,            HTTP_PLAIN,            1000000, say_echo },
{ "/nothing",     HTTP_GET,             HTTP_PLAIN,            0,     say_nothing },
{ "/admin",       HTTP_GET,             HTTP_ADMIN,            0,     say_echo },
};
/* clang-format on */

/* ---- the world ---- */

int
http_world_make(void **state)
{
	const struct crowd_limits bodies = { HTTP_BODIES, 1, 5000 };
	struct http_limits limits = {
		.header_bytes = 32768,
		.idle_s = 1,
		.first_ms = 5000,
	};
	struct http_world *w = mem_alloc(sizeof(*w));
	int err = 0;

	w->env = (struct env){ world_ms, world_wall, world_random, w };
	w->loop = loop_new(&w->env);
	w->bodies = limits.bodies = crowd_new(&w->env, &bodies);
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

int
http_world_end(void **state)
{
	struct http_world *w = *state;

	if (w->listener != NULL)
		listener_close(w->listener);
	http_free(w->http);
	for (int i = 0; i < 20; i++)
		loop_turn(w->loop);
	/* Every place was given back. */
	conn_limits_set(w->limits, 1, 1);
	conn_limits_free(w->limits);
	crowd_free(w->bodies);
	loop_free(w->loop);
	free(w);
	return 0;
}

int
http_client_open(struct http_world *w)
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

void
http_client_send(int fd, const char *p, size_t n)
{
	assert_int_equal(send(fd, p, n, MSG_NOSIGNAL), n);
}

bool
http_client_read(struct http_world *w, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;

	loop_turn(w->loop);
	if (poll(&p, 1, 1) <= 0)
		return true;
	n = recv(fd, w->reply + w->n, HTTP_REPLY_MAX - 1 - w->n, MSG_DONTWAIT);
	if (n < 0 && errno == EAGAIN)
		return true;
	if (n <= 0)
		return false;
	w->n += (size_t)n;
	w->reply[w->n] = '\0';
	return true;
}

void
http_client_expect(struct http_world *w, int fd, const char *text)
{
	for (int i = 0; i < HTTP_TURNS; i++)
		if (strstr(w->reply, text) != NULL || !http_client_read(w, fd))
			break;
	if (strstr(w->reply, text) == NULL)
		fail_msg("no \"%s\" in \"%s\"", text, w->reply);
}

void
http_client_expect_end(struct http_world *w, int fd)
{
	for (int i = 0; i < HTTP_TURNS; i++)
		if (!http_client_read(w, fd))
			return;
	fail_msg("still open after \"%s\"", w->reply);
}

void
http_client_ask(struct http_world *w, const char *request, const char *expect)
{
	int fd = http_client_open(w);

	w->n = 0;
	w->reply[0] = '\0';
	http_client_send(fd, request, strlen(request));
	http_client_expect(w, fd, expect);
	close(fd);
}

void
http_world_turns(struct http_world *w, int n)
{
	for (int i = 0; i < n; i++)
		loop_turn(w->loop);
}
