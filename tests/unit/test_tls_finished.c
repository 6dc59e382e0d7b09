/* SPDX-License-Identifier: MIT */
/*
 * Handshakes in which memory fails at their end, at each place in turn: nobody
 * is in who does not agree with the peer on what was said (CVE-2025-27810).
 */
#include "common/net/tls_finished.h"

#include "common/base/buf.h"
#include "common/base/panic.h"
#include "common/net/tls_mbed.h"
#include "tests/unit/tls_certs.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#if MBED_3

static void
the_library_is_a_mended_one(void **state)
{
	(void)state;
	assert_true(mbedtls_version_get_number() >= 0x03060300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_library_is_a_mended_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

enum {
	MENDED = 0x021c0a00, /* 2.28.10 */
	TURNS = 100,
	DIGITS = 8 /* bytes of those that numbers are kept in */
};

/* ---- memory that fails ---- */

static unsigned allocations; /* since it was armed */
static unsigned fails_at;    /* 0: never */
static bool armed;
static int armed_from;  /* this state of the server's */
static bool no_numbers; /* are to fail */

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
void *__libc_calloc(size_t n, size_t size);
void *calloc(size_t n, size_t size);

/* mbedTLS's calls come here, too. */
void *
calloc(size_t n, size_t size)
{
	if (armed && !(no_numbers && size == DIGITS) &&
	    ++allocations == fails_at)
		return NULL;
	return __libc_calloc(n, size);
}
#endif

/* ---- two ends in one thread ---- */

struct end {
	mbedtls_ssl_config conf;
	mbedtls_ssl_context ssl;
	struct buf in;
	struct end *peer;
};

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context drbg;
static mbedtls_x509_crt chain;
static mbedtls_pk_context key;
static struct end server, client;

static int
end_send(void *ctx, const unsigned char *p, size_t n)
{
	struct end *e = ctx;
	bool was = armed;

	armed = false;
	buf_add(&e->peer->in, p, n);
	armed = was;
	return (int)n;
}

static int
end_recv(void *ctx, unsigned char *p, size_t n)
{
	struct end *e = ctx;
	size_t part = size_min(n, e->in.n);

	if (e == &server && e->ssl.state == armed_from)
		armed = true;
	if (part == 0)
		return MBEDTLS_ERR_SSL_WANT_READ;
	memcpy(p, e->in.p, part);
	buf_consume(&e->in, part);
	return (int)part;
}

static void
end_begin(struct end *e, struct end *peer, int role, const int *version)
{
	e->peer = peer;
	buf_init(&e->in, 1 << 20);
	mbedtls_ssl_init(&e->ssl);
	mbedtls_ssl_config_init(&e->conf);
	assert_int_equal(mbedtls_ssl_config_defaults(&e->conf, role,
			     MBEDTLS_SSL_TRANSPORT_STREAM,
			     MBEDTLS_SSL_PRESET_DEFAULT),
	    0);
	mbedtls_ssl_conf_rng(&e->conf, mbedtls_ctr_drbg_random, &drbg);
	mbedtls_ssl_conf_authmode(&e->conf, MBEDTLS_SSL_VERIFY_NONE);
	mbedtls_ssl_conf_min_version(&e->conf, 3, version[0]);
	mbedtls_ssl_conf_max_version(&e->conf, 3, version[0]);
	mbedtls_ssl_conf_ciphersuites(&e->conf, version + 1);
	if (role == MBEDTLS_SSL_IS_SERVER)
		assert_int_equal(mbedtls_ssl_conf_own_cert(&e->conf, &chain,
				     &key),
		    0);
	assert_int_equal(mbedtls_ssl_setup(&e->ssl, &e->conf), 0);
	mbedtls_ssl_set_bio(&e->ssl, e, end_send, end_recv, NULL);
}

static void
end_over(struct end *e)
{
	mbedtls_ssl_free(&e->ssl);
	mbedtls_ssl_config_free(&e->conf);
	buf_free(&e->in);
}

struct outcome {
	int server, client;
	bool failed; /* the allocation was reached */
};

/* The library's way, or ours; memory fails the server alone. */
static struct outcome
shake(const int *version, unsigned at,
    int (*handshake)(mbedtls_ssl_context *ssl))
{
	struct outcome o = { MBEDTLS_ERR_SSL_WANT_READ,
		MBEDTLS_ERR_SSL_WANT_READ, false };

	end_begin(&server, &client, MBEDTLS_SSL_IS_SERVER, version);
	end_begin(&client, &server, MBEDTLS_SSL_IS_CLIENT, version);
	allocations = 0;
	fails_at = at;
	for (int i = 0; i < TURNS; i++) {
		if (o.client == MBEDTLS_ERR_SSL_WANT_READ)
			o.client = mbedtls_ssl_handshake(&client.ssl);
		if (o.server == MBEDTLS_ERR_SSL_WANT_READ)
			o.server = handshake(&server.ssl);
		armed = false;
	}
	o.failed = allocations >= at;
	end_over(&server);
	end_over(&client);
	return o;
}

/* How often the server is in and the client knows better. */
static unsigned
disagreements(const int *version, int (*handshake)(mbedtls_ssl_context *ssl))
{
	unsigned n = 0;

	armed_from = MBEDTLS_SSL_CLIENT_CHANGE_CIPHER_SPEC;
	for (unsigned at = 1;; at++) {
		struct outcome o = shake(version, at, handshake);

		if (o.server == 0 && o.client != 0)
			n++;
		if (!o.failed) {
			/* at TLS 1.2 each Finished takes three */
			assert_true(at > 6 || version[0] < 3);
			return n;
		}
	}
}

/*
 * Memory fails in deriving the keys.  What comes before is numbers, of eight
 * bytes each, thousands, and mbedTLS looks at all of them.
 */
static void
keys_fail(const int *version, int (*handshake)(mbedtls_ssl_context *ssl))
{
	const bool ours = handshake == tls_finished_handshake;

	armed_from = MBEDTLS_SSL_CLIENT_KEY_EXCHANGE;
	no_numbers = true;
	for (unsigned at = 1;; at++) {
		struct outcome o = shake(version, at, handshake);

		assert_true(!ours || o.server != 0 || o.client == 0);
		if (!o.failed) {
			assert_true(at > 6);
			break;
		}
	}
	no_numbers = false;
}

/* Version, suite, and the end of the list. */
static const int versions[][3] = {
	{ 3, MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 0 },
	{ 3, MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, 0 },
};

static void
a_handshake_goes_through_when_memory_does_not_fail(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		struct outcome o =
		    shake(versions[i], 0, tls_finished_handshake);

		assert_int_equal(o.server, 0);
		assert_int_equal(o.client, 0);
	}
}

static void
no_finished_is_taken_or_sent_that_was_not_derived(void **state)
{
	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip();
#endif
	for (size_t i = 0; i < ARRAY_LEN(versions); i++)
		assert_int_equal(disagreements(versions[i],
				     tls_finished_handshake),
		    0);
}

/* That the test sees what it is for. */
static void
the_library_alone_would_do_so(void **state)
{
	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip();
#endif
	if (mbedtls_version_get_number() >= MENDED)
		skip();
	assert_true(disagreements(versions[1], mbedtls_ssl_handshake) > 0);
}

static void
keys_of_tls_1_2_are_derived_or_the_handshake_ends(void **state)
{
	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip();
#endif
	for (size_t i = 0; i < ARRAY_LEN(versions); i++)
		keys_fail(versions[i], tls_finished_handshake);
}

/* Why it is given TLS 1.2 alone: before that it writes through NULL. */
static void
at_tls_1_0_the_library_falls_instead(void **state)
{
	static const int old[] = { 1,
		MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, 0 };
	int status = 0;
	pid_t child;

	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip();
#endif
	if (mbedtls_version_get_number() != MBEDTLS_VERSION_NUMBER)
		skip();
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		const struct rlimit none = { 0, 0 };

		(void)setrlimit(RLIMIT_CORE, &none);
		(void)signal(SIGSEGV, SIG_DFL);
		keys_fail(old, mbedtls_ssl_handshake);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
}

static int
setup(void **state)
{
	static struct tls_cert cert;

	(void)state;
	tls_cert_make(&cert, "memory", NULL, true);
	mbedtls_entropy_init(&entropy);
	mbedtls_ctr_drbg_init(&drbg);
	mbedtls_x509_crt_init(&chain);
	mbedtls_pk_init(&key);
	if (mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, NULL,
		0) != 0 ||
	    mbedtls_x509_crt_parse(&chain,
		(const unsigned char *)cert.pair.cert_pem.p,
		cert.pair.cert_pem.n + 1) != 0)
		return -1;
	return mbedtls_pk_parse_key(&key,
	    (const unsigned char *)cert.pair.key_pem.p, cert.pair.key_pem.n + 1,
	    NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_handshake_goes_through_when_memory_does_not_fail),
		cmocka_unit_test(
		    no_finished_is_taken_or_sent_that_was_not_derived),
		cmocka_unit_test(the_library_alone_would_do_so),
		cmocka_unit_test(
		    keys_of_tls_1_2_are_derived_or_the_handshake_ends),
		cmocka_unit_test(at_tls_1_0_the_library_falls_instead),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}

#endif
