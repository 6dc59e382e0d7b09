/* SPDX-License-Identifier: MIT */
#include "common/net/tls_finished.h"
#include "common/net/tls_link.h"

#include "common/base/panic.h"

#include <stdlib.h>

/*
 * mbedTLS asks for a head, and then for what the head says: never for more
 * than what is left of the record.
 */
static int
bio_recv(void *ctx, unsigned char *to, size_t n)
{
	struct tls_link *l = ctx;
	struct tls_gate *g = &l->gate;
	size_t part;

	if (g->left == 0) {
		if (l->rd.n < TLS_GATE_HEAD)
			return MBEDTLS_ERR_SSL_WANT_READ;
		if (!tls_gate_admit(g, l->ssl, (const void *)l->rd.p))
			return g->flooded ? TLS_ENGINE_FLOOD
					  : MBEDTLS_ERR_SSL_INVALID_RECORD;
	}
	part = size_min(size_min(n, l->rd.n), g->left);
	if (part == 0)
		return MBEDTLS_ERR_SSL_WANT_READ;
	memcpy(to, l->rd.p, part);
	l->rd = slice_from(l->rd, part);
	g->left -= part;
	return (int)part;
}

/* mbedTLS has not seen what was refused, so the alert is ours to send. */
static int
gate_result(struct tls_link *l, int rc)
{
	if (rc == 0 || rc == MBEDTLS_ERR_SSL_WANT_READ)
		return rc;
	if (l->gate.flooded || l->gate.broken)
		mbedtls_ssl_send_alert_message(l->ssl,
		    MBEDTLS_SSL_ALERT_LEVEL_FATAL,
		    l->gate.flooded ? MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE
				    : MBEDTLS_SSL_ALERT_MSG_BAD_RECORD_MAC);
	return rc;
}

static int
bio_send(void *ctx, const unsigned char *p, size_t n)
{
	return tls_link_send(ctx, p, n) ? (int)n
					: MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

static bool
mbedtls_begin(struct tls_link *l, const struct tls_lane *lane,
    const struct tls_hello *h)
{
	l->ssl = mem_alloc(sizeof(*l->ssl));
	mbedtls_ssl_init(l->ssl);
	if (mbedtls_ssl_setup(l->ssl, &lane->conf[h->extended_master]) != 0)
		return false;
	mbedtls_ssl_set_bio(l->ssl, l, bio_send, bio_recv, NULL);
	return true;
}

static void
mbedtls_end(struct tls_link *l)
{
	mbedtls_ssl_free(l->ssl);
	free(l->ssl);
	l->ssl = NULL;
}

/* Whichever key it was: its next operation must find it as it should be. */
static void
signing_failed(struct tls_setup *s)
{
	for (size_t i = 0; i < TLS_PROFILES; i++)
		for (size_t k = 0; k < TLS_LANES; k++) {
			mbedtls_pk_context *key = &s->profiles[i].lanes[k].key;

			if (mbedtls_pk_get_type(key) == MBEDTLS_PK_RSA)
				mbed_rsa_blind_anew(mbedtls_pk_rsa(*key));
		}
}

static int
mbedtls_handshake(struct tls_link *l)
{
	int rc = tls_finished_handshake(l->ssl);

	if (rc != 0 && rc != MBEDTLS_ERR_SSL_WANT_READ &&
	    l->ssl->state == MBEDTLS_SSL_SERVER_KEY_EXCHANGE)
		signing_failed(l->setup);
	rc = gate_result(l, rc);
	if (rc == 0)
		l->gate.idle = 0;
	return rc;
}

static bool
mbedtls_only_finished(const struct tls_link *l)
{
	return l->ssl->state == MBEDTLS_SSL_CLIENT_CHANGE_CIPHER_SPEC ||
	    l->ssl->state == MBEDTLS_SSL_CLIENT_FINISHED;
}

static int
mbedtls_read(struct tls_link *l, unsigned char *to, size_t n)
{
	int rc = mbedtls_ssl_read(l->ssl, to, n);

	if (rc > 0)
		l->gate.idle = 0;
	return rc > 0 ? rc : gate_result(l, rc);
}

static int
mbedtls_write(struct tls_link *l, const unsigned char *p, size_t n)
{
	return mbedtls_ssl_write(l->ssl, p, n);
}

static void
mbedtls_goodbye(struct tls_link *l)
{
	mbedtls_ssl_close_notify(l->ssl);
}

static unsigned
mbedtls_version(const struct tls_link *l)
{
	return mbed_ssl_version(l->ssl);
}

/* "TLS-RSA-WITH-AES-128-CBC-SHA" is "RSA-AES128-CBC-SHA" in the log. */
static void
mbedtls_suite(const struct tls_link *l, struct buf *b)
{
	struct slice suite = slice_text(mbedtls_ssl_get_ciphersuite(l->ssl));
	bool first = true;
	bool aes = false;
	struct slice word;

	while (slice_cut(&suite, '-', &word)) {
		if (slice_eq_text(word, "TLS") || slice_eq_text(word, "WITH"))
			continue;
		if (!first && !aes)
			buf_add_char(b, '-');
		buf_add_slice(b, word);
		first = false;
		aes = slice_eq_text(word, "AES");
	}
}

const struct tls_engine tls_engine_mbedtls = {
	.begin = mbedtls_begin,
	.free = mbedtls_end,
	.handshake = mbedtls_handshake,
	.only_finished_is_left = mbedtls_only_finished,
	.read = mbedtls_read,
	.write = mbedtls_write,
	.goodbye = mbedtls_goodbye,
	.version = mbedtls_version,
	.suite = mbedtls_suite,
};
