/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_suite.h"

/* clang-format off */
static const struct tls_old_suite suites[] = {
{ 0x002f, "RSA-AES128-CBC-SHA",   MBEDTLS_CIPHER_AES_128_CBC,      MBEDTLS_MD_SHA1, 16, 20, 16 },
{ 0x0035, "RSA-AES256-CBC-SHA",   MBEDTLS_CIPHER_AES_256_CBC,      MBEDTLS_MD_SHA1, 32, 20, 16 },
{ 0x000a, "RSA-3DES-EDE-CBC-SHA", MBEDTLS_CIPHER_DES_EDE3_CBC,     MBEDTLS_MD_SHA1, 24, 20, 8 },
{ 0x0005, "RSA-RC4-128-SHA",      MBEDTLS_CIPHER_NONE,             MBEDTLS_MD_SHA1, 16, 20, 0 },
{ 0x0004, "RSA-RC4-128-MD5",      MBEDTLS_CIPHER_NONE,             MBEDTLS_MD_MD5,  16, 16, 0 },
};
/* clang-format on */

static bool
suite_is_on(const struct tls_old_suite *s, const struct tls_old_switches *on)
{
	if (s->block == 0)
		return on->rc4;
	return s->cipher != MBEDTLS_CIPHER_DES_EDE3_CBC || on->des3;
}

/* The first that is on, is offered, and is or is no stream cipher. */
static const struct tls_old_suite *
suite_find(const struct tls_hello *h, const struct tls_old_switches *on,
    bool stream)
{
	for (size_t i = 0; i < ARRAY_LEN(suites); i++)
		if ((suites[i].block == 0) == stream &&
		    suite_is_on(&suites[i], on) &&
		    tls_hello_offers(h, suites[i].id))
			return &suites[i];
	return NULL;
}

const struct tls_old_suite *
tls_old_suite_choose(const struct tls_hello *h, uint16_t version,
    const struct tls_old_switches *on)
{
	bool stream_first = version == 0x0300;
	const struct tls_old_suite *s = suite_find(h, on, stream_first);

	return s != NULL ? s : suite_find(h, on, !stream_first);
}

const struct tls_old_suite *
tls_old_suite_again(const struct tls_hello *h, uint16_t id,
    const struct tls_old_switches *on)
{
	for (size_t i = 0; i < ARRAY_LEN(suites); i++)
		if (suites[i].id == id && suite_is_on(&suites[i], on) &&
		    tls_hello_offers(h, id))
			return &suites[i];
	return NULL;
}
