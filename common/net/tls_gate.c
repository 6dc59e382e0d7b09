/* SPDX-License-Identifier: MIT */
#include "common/net/tls_gate.h"

#include "common/net/tls_mbed.h"

#include <mbedtls/cipher.h>
#include <mbedtls/md.h>

enum {
	NONCE = 8, /* what GCM sends of it (RFC 5288 3) */
	TAG = 16,
	RECORD_ALERT = 21,
};

static struct tls_shape
shape_of_blocks(const mbedtls_cipher_info_t *cipher, size_t mac, bool vector,
    bool etm)
{
	const size_t block = cipher->block_size;
	struct tls_shape s = { vector ? block : 0, block };

	if (etm) {
		/* RFC 7366: the MAC stands behind the blocks. */
		s.least += block + mac;
	} else {
		s.least += (mac / block + 1) * block;
	}
	return s;
}

struct tls_shape
tls_shape_of(const mbedtls_ssl_session *session, unsigned version)
{
	const mbedtls_ssl_ciphersuite_t *suite =
	    mbedtls_ssl_ciphersuite_from_id(session->ciphersuite);
	const mbedtls_cipher_info_t *cipher =
	    suite == NULL ? NULL : mbedtls_cipher_info_from_type(suite->cipher);
	size_t mac;

	/* Nothing is let through that is not known. */
	if (cipher == NULL)
		return (struct tls_shape){ SIZE_MAX, 1 };
	mac = mbedtls_md_get_size(mbedtls_md_info_from_type(suite->mac));
	if (cipher->mode == MBEDTLS_MODE_CBC)
		return shape_of_blocks(cipher, mac, version >= 0x0302,
		    session->encrypt_then_mac != 0);
	if (cipher->mode == MBEDTLS_MODE_GCM)
		return (struct tls_shape){ NONCE + TAG, 1 };
	if (cipher->mode == MBEDTLS_MODE_CHACHAPOLY)
		return (struct tls_shape){ TAG, 1 };
	if (cipher->mode == MBEDTLS_MODE_STREAM)
		return (struct tls_shape){ mac, 1 };
	return (struct tls_shape){ SIZE_MAX, 1 };
}

static bool
fits(const mbedtls_ssl_context *ssl, size_t n)
{
	struct tls_shape s;

	/* In the clear; or it is: what follows is mbedTLS's to judge. */
	if (ssl->transform_in == NULL || ssl->session_in == NULL)
		return true;
	s = tls_shape_of(ssl->session_in, mbed_ssl_version(ssl));
	return n >= s.least && (n - s.least) % s.unit == 0;
}

bool
tls_gate_admit(struct tls_gate *g, const mbedtls_ssl_context *ssl,
    const unsigned char head[TLS_GATE_HEAD])
{
	size_t n = (size_t)head[3] << 8 | head[4];

	/* A handshake ends by itself, and so do its messages. */
	if (head[0] == RECORD_ALERT || ssl->state == MBEDTLS_SSL_HANDSHAKE_OVER)
		g->idle++;
	g->flooded = g->idle > TLS_IDLE_MAX;
	g->broken = !fits(ssl, n);
	g->left = TLS_GATE_HEAD + n;
	return !g->flooded && !g->broken;
}
