/* SPDX-License-Identifier: MIT */
/* Whom a question is told to: nobody whose certificate is not right. */
#include "common/base/panic.h"
#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/http/fetch.h"
#include "common/http/http.h"
#include "tests/unit/tls_certs.h"

#include <mbedtls/x509_crt.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	TURNS = 30000
};

static struct tls_cert cert_here, cert_other, cert_old;

struct world {
	struct loop *loop;
	struct workers *workers;
	struct tls *tls;
	struct conn_limits *limits;
	struct http *http;
	struct listener *listener, *plain;
	struct fetch_lib *lib;
	struct fetch_config cfg;
	char ca[64];
	unsigned heard; /* questions */
	struct fetch_job job;
	bool done;
	enum fetch_end how;
};

static enum http_outcome
say_yes(struct http_request *rq, void *front)
{
	struct world *w = front;

	w->heard++;
	http_reply(rq, 200);
	http_reply_body(rq, http_body(rq));
	return HTTP_DONE;
}

static const struct http_route routes[] = {
	{ "/RST.srf", HTTP_POST, HTTP_PLAIN | HTTP_TLS, 1000, say_yes },
};

static int
certs(void **state)
{
	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	tls_cert_make(&cert_here, "here", "localhost", false);
	tls_cert_make(&cert_other, "other", "localhost", false);
	tls_cert_make(&cert_old, "old", NULL, true);
	return 0;
}

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	(void)fclose(f);
}

static int
make(void **state)
{
	static const struct work_limits work[WORK_CLASSES] = {
		[WORK_TLS] = { 2, 100 },
		[WORK_HASH] = { 1, 1 },
		[WORK_COPY] = { 1, 1 },
	};
	const struct http_limits limits = { .header_bytes = 32768,
		.idle_s = 5,
		.first_ms = 5000 };
	const struct tls_config tls = { .modern = cert_here.pair,
		.legacy = cert_old.pair,
		.hello_ms = 5000,
		.handshake_ms = 10000 };
	struct world *w = mem_alloc(sizeof(*w));
	char err[256] = "";
	int code, fd;

	w->loop = loop_new(env_real());
	w->workers = workers_new(w->loop, 2, work);
	w->tls = tls_new(w->loop, w->workers, &tls, err, sizeof(err));
	assert_non_null(w->tls);
	w->limits = conn_limits_new(env_real(), 100, 100);
	w->http = http_new(w->loop, &limits, w->limits);
	http_add_routes(w->http, routes, ARRAY_LEN(routes), w);
	w->listener = listener_open(w->loop, SLICE_LIT("127.0.0.1"), 0,
	    w->limits, &http_listener_user,
	    http_tls_ctx(w->http, w->tls, false), &code);
	w->plain = listener_open(w->loop, SLICE_LIT("127.0.0.1"), 0, w->limits,
	    &http_listener_user, http_plain_ctx(w->http), &code);
	w->lib = fetch_lib_open(err, sizeof(err));
	if (w->lib == NULL)
		fail_msg("%s", err);
	(void)snprintf(w->ca, sizeof(w->ca), "/tmp/nudge-ca-XXXXXX");
	fd = mkstemp(w->ca);
	assert_true(fd >= 0);
	(void)close(fd);
	write_file(w->ca, cert_here.cert);
	w->cfg = (struct fetch_config){ .timeout_ms = 10000,
		.parallel = 2,
		.waiting = 2,
		.max_reply = 4096 };
	(void)snprintf(w->cfg.ca, sizeof(w->cfg.ca), "%s", w->ca);
	*state = w;
	return 0;
}

static int
end(void **state)
{
	struct world *w = *state;

	fetch_lib_close(w->lib);
	listener_close(w->listener);
	listener_close(w->plain);
	http_free(w->http);
	for (int i = 0; i < 200; i++) {
		loop_turn(w->loop);
		usleep(100);
	}
	tls_free(w->tls);
	workers_free(w->workers);
	loop_turn(w->loop);
	conn_limits_free(w->limits);
	loop_free(w->loop);
	(void)unlink(w->ca);
	free(w);
	return 0;
}

static void
done(struct fetch_job *job)
{
	struct world *w = CONTAINER_OF(job, struct world, job);

	w->done = true;
	w->how = job->how;
}

/* With settings of its own, and a moment to read what is trusted. */
static enum fetch_end
ask_at(struct world *w, const char *host, uint16_t port)
{
	struct fetch *f = fetch_new(w->loop, w->lib, &w->cfg);
	char url[100];

	(void)snprintf(url, sizeof(url), "https://%s:%u/RST.srf", host, port);
	w->job = (struct fetch_job){ .url = slice_text(url),
		.type = SLICE_LIT("text/xml"),
		.body = SLICE_LIT("secret"),
		.done = done };
	w->done = false;
	w->heard = 0;
	fetch_post(f, &w->job);
	for (int i = 0; i < TURNS && !w->done; i++) {
		loop_turn(w->loop);
		usleep(50);
	}
	assert_true(w->done);
	fetch_free(f);
	return w->how;
}

static enum fetch_end
ask(struct world *w, const char *host)
{
	return ask_at(w, host, listener_port(w->listener));
}

static void
a_server_with_the_right_name_and_authority_is_asked(void **state)
{
	struct world *w = *state;

	assert_int_equal(ask(w, "localhost"), FETCH_ANSWERED);
	assert_int_equal(w->heard, 1);
}

/* covers: real-accounts 13 #22 */
static void
nobody_else_hears_the_question(void **state)
{
	struct world *w = *state;

	/* another name */
	assert_int_equal(ask(w, "127.0.0.1"), FETCH_UNTRUSTED);
	assert_int_equal(w->heard, 0);
	/* another authority */
	write_file(w->ca, cert_other.cert);
	assert_int_equal(ask(w, "localhost"), FETCH_UNTRUSTED);
	/* the authorities of this system, none of which is the test's */
	w->cfg.ca[0] = '\0';
	assert_int_equal(ask(w, "localhost"), FETCH_UNTRUSTED);
	/* a file without any, and none at all */
	(void)snprintf(w->cfg.ca, sizeof(w->cfg.ca), "%s", w->ca);
	write_file(w->ca, "nothing\n");
	assert_int_equal(ask(w, "localhost"), FETCH_UNTRUSTED);
	(void)unlink(w->ca);
	assert_int_equal(ask(w, "localhost"), FETCH_UNTRUSTED);
	assert_int_equal(w->heard, 0);
}

static void
the_environment_says_nothing_about_trust_or_proxies(void **state)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY",
		"ALL_PROXY", "all_proxy" };
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(setenv(names[i], "http://127.0.0.1:1", 1), 0);
	assert_int_equal(setenv("SSL_CERT_FILE", w->ca, 1), 0);
	assert_int_equal(setenv("CURL_CA_BUNDLE", w->ca, 1), 0);
	assert_int_equal(ask(w, "localhost"), FETCH_ANSWERED);
	w->cfg.ca[0] = '\0';
	assert_int_equal(ask(w, "localhost"), FETCH_UNTRUSTED);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(unsetenv(names[i]), 0);
	assert_int_equal(unsetenv("SSL_CERT_FILE"), 0);
	assert_int_equal(unsetenv("CURL_CA_BUNDLE"), 0);
}

/* "sha256//..." of the certificate's public key */
static void
pin_of(const struct tls_cert *c, char out[FETCH_PIN_MAX])
{
	mbedtls_x509_crt crt;
	unsigned char der[2048], hash[SHA256_BYTES];
	struct buf text = BUF_INIT(FETCH_PIN_MAX - 1);
	struct slice key;
	int n;

	mbedtls_x509_crt_init(&crt);
	assert_int_equal(mbedtls_x509_crt_parse(&crt,
			     (const unsigned char *)c->cert,
			     strlen(c->cert) + 1),
	    0);
	n = mbedtls_pk_write_pubkey_der(&crt.pk, der, sizeof(der));
	assert_true(n > 0);
	key = slice_make(der + sizeof(der) - n, (size_t)n);
	digest_sha256(&key, 1, hash);
	buf_add_text(&text, "sha256//");
	base64_encode(&text, slice_make(hash, sizeof(hash)));
	(void)snprintf(out, FETCH_PIN_MAX, SLICE_FMT,
	    SLICE_ARG(buf_slice(&text)));
	buf_free(&text);
	mbedtls_x509_crt_free(&crt);
}

/* covers: real-accounts 13 #22 */
static void
a_pinned_key_must_be_there_beside_all_else(void **state)
{
	struct world *w = *state;
	char right[FETCH_PIN_MAX], wrong[FETCH_PIN_MAX];

	pin_of(&cert_here, right);
	pin_of(&cert_other, wrong);
	(void)snprintf(w->cfg.pin, sizeof(w->cfg.pin), "%s", right);
	assert_int_equal(ask(w, "localhost"), FETCH_ANSWERED);
	(void)snprintf(w->cfg.pin, sizeof(w->cfg.pin), "%s", wrong);
	assert_int_equal(ask(w, "localhost"), FETCH_WRONG_PIN);
	assert_int_equal(w->heard, 0);
	/* two, while a key changes */
	(void)snprintf(w->cfg.pin, sizeof(w->cfg.pin), "%.200s;%.200s", wrong,
	    right);
	assert_int_equal(ask(w, "localhost"), FETCH_ANSWERED);
	/* a pin is no name and no authority */
	assert_int_equal(ask(w, "127.0.0.1"), FETCH_UNTRUSTED);
}

static void
a_server_without_tls_hears_nothing(void **state)
{
	struct world *w = *state;

	assert_int_equal(ask_at(w, "localhost", listener_port(w->plain)),
	    FETCH_NO_TLS);
	assert_int_equal(w->heard, 0);
}

/* So no sign-in waits for it. */
static void
what_is_trusted_is_read_before_the_first_question(void **state)
{
	struct world *w = *state;
	struct fetch *f = fetch_new(w->loop, w->lib, &w->cfg);
	char url[100];

	for (int i = 0; i < 100; i++) {
		loop_turn(w->loop);
		usleep(100);
	}
	(void)unlink(w->ca);
	(void)snprintf(url, sizeof(url), "https://localhost:%u/RST.srf",
	    listener_port(w->listener));
	w->job = (struct fetch_job){ .url = slice_text(url),
		.type = SLICE_LIT("text/xml"),
		.body = SLICE_LIT("secret"),
		.done = done };
	fetch_post(f, &w->job);
	for (int i = 0; i < TURNS && !w->done; i++) {
		loop_turn(w->loop);
		usleep(50);
	}
	assert_int_equal(w->how, FETCH_ANSWERED);
	assert_true(w->job.secured > 0);
	fetch_free(f);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_server_with_the_right_name_and_authority_is_asked),
		T(nobody_else_hears_the_question),
		T(the_environment_says_nothing_about_trust_or_proxies),
		T(a_pinned_key_must_be_there_beside_all_else),
		T(a_server_without_tls_hears_nothing),
		T(what_is_trusted_is_read_before_the_first_question),
	};

	return cmocka_run_group_tests(tests, certs, NULL);
}
