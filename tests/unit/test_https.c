/* SPDX-License-Identifier: MIT */
#include "common/http/http.h"
#include "common/net/tls_mbed.h"
#include "tests/unit/tls_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- HTTP above it ---- */

static enum http_outcome
say_much(struct http_request *rq, void *front)
{
	struct buf b = BUF_INIT(TLS_BIG + 100);

	(void)front;
	buf_addf(&b, "tls=%d;loopback=%d;port=%d;", (int)http_is_tls(rq),
	    (int)addr_is_loopback(http_peer(rq)), (int)http_local(rq)->port);
	while (b.n < TLS_BIG)
		buf_add_text(&b, "0123456789");
	buf_add_slice(&b, http_body(rq));
	http_reply(rq, 200);
	http_reply_header(rq, "Content-Type", SLICE_LIT("text/plain"));
	http_reply_body(rq, buf_slice(&b));
	http_reply_close(rq);
	buf_free(&b);
	return HTTP_DONE;
}

static enum http_outcome
say_size(struct http_request *rq, void *front)
{
	struct buf b = BUF_INIT(32);

	(void)front;
	buf_addf(&b, "size=%zu", http_body(rq).n);
	http_reply(rq, 200);
	http_reply_body(rq, buf_slice(&b));
	buf_free(&b);
	return HTTP_DONE;
}

static const struct http_route https_routes[] = {
	{ "/sink", HTTP_POST, HTTP_TLS, 2 * TLS_BIG, say_size },
	{ "/much", HTTP_GET | HTTP_POST, HTTP_TLS, 10, say_much },
	{ "/admin", HTTP_GET | HTTP_POST, HTTP_ADMIN, 10, say_much },
};

static void
https_ask(struct tls_server *s, struct listener *li, struct tls_client *c)
{
	struct listener *old = s->listener;

	s->listener = li;
	tls_client_run(s, c);
	s->listener = old;
}

/* More than the bridge's queues hold. */
static void
https_upload(struct tls_server *s, struct listener *li)
{
	struct buf b = BUF_INIT(3 * TLS_BIG);
	char reply[1000] = "";
	struct tls_client c = { .max_minor = 3,
		.reply = reply,
		.room = sizeof(reply) - 1 };

	buf_addf(&b, "POST /sink HTTP/1.0\r\nContent-Length: %d\r\n\r\n",
	    2 * TLS_BIG);
	for (int i = 0; i < TLS_BIG / 5; i++)
		buf_add_text(&b, "0123456789");
	buf_add(&b, "", 1);
	c.request = b.p;
	https_ask(s, li, &c);
	assert_non_null(strstr(reply, "size=1400000"));
	buf_free(&b);
}

static void
http_is_spoken_over_tls_of_any_age(void **state)
{
	static const char *const requests[] = {
		"GET /much HTTP/1.1\r\nConnection: close\r\n\r\n",
		"GET //much\r\n\r\n",
		"POST /much HTTP/1.0\r\nContent-Length: 2\r\n\r\nab",
		"GET /admin HTTP/1.0\r\n\r\n",
	};
	const struct http_limits limits = { .header_bytes = 32768,
		.idle_s = 5,
		.first_ms = 5000 };
	struct tls_server *s = *state;
	struct http *h = http_new(s->loop, &limits, s->limits);
	static char reply[TLS_BIG * 2];
	struct listener *li[2];
	int err;

	http_add_routes(h, https_routes, ARRAY_LEN(https_routes), NULL);
	for (int admin = 0; admin < 2; admin++)
		li[admin] = listener_open(s->loop, SLICE_LIT("127.0.0.1"), 0,
		    s->limits, &http_listener_user,
		    http_tls_ctx(h, s->tls, admin != 0), &err);
	for (size_t i = 0; i < 2 * ARRAY_LEN(requests); i++) {
		bool admin = i >= ARRAY_LEN(requests);
		struct tls_client c = { .max_minor =
					    i % 2 == 0 || admin ? 3 : 1,
			.request = requests[i % ARRAY_LEN(requests)],
			.reply = reply,
			.room = sizeof(reply) - 1 };
		bool ours = (strstr(c.request, "/admin") != NULL) == admin;

		if (c.max_minor == 1 && !MBED_HAS_TLS1)
			continue; /* its client has none, tests/e2e asks */
		https_ask(s, li[admin], &c);
		reply[c.n] = '\0';
		assert_int_equal(c.rc, 0);
		assert_true(c.echoed);
		assert_memory_equal(reply, ours ? "HTTP/1.1 2" : "HTTP/1.1 4",
		    10);
		assert_true(!ours || c.n > TLS_BIG);
		assert_int_equal(strstr(reply, "tls=1;loopback=1;") != NULL,
		    ours);
	}
	https_upload(s, li[0]);
	for (int admin = 0; admin < 2; admin++)
		listener_close(li[admin]);
	http_free(h);
	for (int i = 0; i < 100; i++)
		tls_server_turn(s);
}

#define S(name) \
	cmocka_unit_test_setup_teardown(name, tls_server_make, tls_server_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		S(http_is_spoken_over_tls_of_any_age),
	};

	return cmocka_run_group_tests(tests, tls_server_certs, NULL);
}
