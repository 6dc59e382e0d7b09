/* SPDX-License-Identifier: MIT */
#include "common/net/tls_link.h"

#include "common/base/panic.h"

#include <stdlib.h>

static int
bio_recv(void *ctx, unsigned char *to, size_t n)
{
	struct tls_link *l = ctx;
	size_t part = size_min(n, l->rd.n);

	if (part == 0)
		return MBEDTLS_ERR_SSL_WANT_READ;
	memcpy(to, l->rd.p, part);
	l->rd = slice_from(l->rd, part);
	return (int)part;
}

static int
bio_send(void *ctx, const unsigned char *p, size_t n)
{
	return tls_link_send(ctx, p, n) ? (int)n
					: MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

static bool
mbedtls_begin(struct tls_link *l, const struct tls_lane *lane)
{
	l->ssl = mem_alloc(sizeof(*l->ssl));
	mbedtls_ssl_init(l->ssl);
	if (mbedtls_ssl_setup(l->ssl, &lane->conf) != 0)
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

static int
mbedtls_handshake(struct tls_link *l)
{
	return mbedtls_ssl_handshake(l->ssl);
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
	return mbedtls_ssl_read(l->ssl, to, n);
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
	return 0x0300 + (unsigned)l->ssl->minor_ver;
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
