/* SPDX-License-Identifier: MIT */
/* What a client and a server know alone: enciphered with RSA, or by ECDHE. */
#include "bench/oldclient.h"

#include "bench/meter.h"

#include <string.h>

static void
client_spoil(struct oldclient *c, unsigned char *block, size_t n)
{
	unsigned char *secret = block + n - 48;

	switch (c->wrong) {
	case OLD_WRONG_VERSION:
		secret[1] ^= 2;
		break;
	case OLD_WRONG_FIRST:
		block[0] = 1;
		break;
	case OLD_WRONG_TYPE:
		block[1] = 1;
		break;
	case OLD_WRONG_ZERO:
		block[10] = 0;
		break;
	case OLD_WRONG_SEPARATOR:
		secret[-1] = 1;
		break;
	case OLD_WRONG_SHORT:
		secret[-1] = 1;
		secret[0] = 0;
		break;
	case OLD_WRONG_SECRET:
		secret[40] ^= 1;
		break;
	case OLD_WRONG_NOTHING:
	case OLD_WRONG_POINT:
	case OLD_WRONG_LENGTH:
	case OLD_WRONG_EMPTY:
		break;
	}
}

static mbedtls_rsa_context *
client_leaf(struct oldclient *c)
{
	return c->key ? c->key : &c->leaf;
}

/* RFC 4492 5.4: the parameters are at p, and signed with both randoms. */
static bool
client_signed(struct oldclient *c, const unsigned char *p, size_t n,
    const unsigned char *signature)
{
	unsigned char said[64 + 256], hashes[36];

	if (n > 256)
		return false;
	memcpy(said, c->client, 32);
	memcpy(said + 32, c->server, 32);
	memcpy(said + 64, p, n);
	oldclient_must(mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_MD5),
	    said, 64 + n, hashes));
	oldclient_must(mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA1),
	    said, 64 + n, hashes + 16));
	return mbed_rsa_verify_bare(client_leaf(c), hashes, 36, signature) == 0;
}

bool
oldclient_server_key(struct oldclient *c)
{
	size_t n, params;
	unsigned char *p = oldclient_message(c, 12, &n);
	const unsigned char *at;

	if (!p || n < 4 + 4 || p[4] != 3 ||
	    ((unsigned)p[5] << 8 | p[6]) != c->group)
		return false;
	oldclient_said(c, p, n);
	params = (size_t)4 + p[7];
	if (n != 4 + params + 2 + mbedtls_rsa_get_len(client_leaf(c)) ||
	    !client_signed(c, p + 4, params, p + 4 + params + 2))
		return false;
	mbedtls_ecdh_free(&c->ecdh);
	mbedtls_ecdh_init(&c->ecdh);
	at = p + 4;
	return mbedtls_ecdh_read_params(&c->ecdh, &at, p + 4 + params) == 0;
}

static bool
client_key_ecdhe(struct oldclient *c)
{
	unsigned char message[256] = { 16, 0, 0 };
	size_t n;

	oldclient_must(mbedtls_ecdh_make_public(&c->ecdh, &n, message + 4,
	    sizeof(message) - 5, mbedtls_ctr_drbg_random, &c->drbg));
	oldclient_must(mbedtls_ecdh_calc_secret(&c->ecdh, &c->premaster,
	    c->master, sizeof(c->master), mbedtls_ctr_drbg_random, &c->drbg));
	/* of X25519 every number is one, but some of no use */
	if (c->wrong == OLD_WRONG_POINT && c->group == 29)
		memset(message + 5, 0, n - 1);
	else if (c->wrong == OLD_WRONG_POINT)
		message[4 + n - 1] ^= 1;
	if (c->wrong == OLD_WRONG_LENGTH)
		message[4 + n++] = 0;
	if (c->wrong == OLD_WRONG_EMPTY)
		n = 0;
	message[3] = (unsigned char)n;
	return oldclient_say(c, message, 4 + n);
}

bool
oldclient_key_exchange(struct oldclient *c)
{
	mbedtls_rsa_context *key = client_leaf(c);
	const size_t n = mbedtls_rsa_get_len(key);
	unsigned char block[1024], message[1024 + 6], *p = message;
	size_t i, body;

	if (c->suite >= OLD_ECDHE)
		return client_key_ecdhe(c);
	if (n > sizeof(block) || n < 64)
		return false;
	oldclient_must(mbedtls_ctr_drbg_random(&c->drbg, block, n));
	for (i = 2; i < n - 49; i++)
		block[i] |= 1;
	block[0] = 0;
	block[1] = 2;
	block[n - 49] = 0;
	block[n - 48] = (unsigned char)(c->version >> 8);
	block[n - 47] = (unsigned char)c->version;
	memcpy(c->master, block + n - 48, 48); /* becomes it soon */
	c->premaster = 48;
	client_spoil(c, block, n);
	if (c->block)
		memcpy(block, c->block, n);
	body = n + (c->chosen != 0x0300 ? 2 : 0);
	*p++ = 16;
	*p++ = 0;
	*p++ = (unsigned char)(body >> 8);
	*p++ = (unsigned char)body;
	if (body > n) {
		*p++ = (unsigned char)(n >> 8);
		*p++ = (unsigned char)n;
	}
	oldclient_must(mbedtls_rsa_public(key, block, p));
	return oldclient_say(c, message, (size_t)(p - message) + n);
}
