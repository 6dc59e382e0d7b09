/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_suite.h"

#include "common/net/tls_old_ecdhe.h"

/* clang-format off */
static const struct tls_old_suite suites[] = {
{ 0xc013, "ECDHE-RSA-AES128-CBC-SHA", true,  MBEDTLS_CIPHER_AES_128_CBC,  16, 20, 16 },
{ 0xc014, "ECDHE-RSA-AES256-CBC-SHA", true,  MBEDTLS_CIPHER_AES_256_CBC,  32, 20, 16 },
{ 0x002f, "RSA-AES128-CBC-SHA",       false, MBEDTLS_CIPHER_AES_128_CBC,  16, 20, 16 },
{ 0x0035, "RSA-AES256-CBC-SHA",       false, MBEDTLS_CIPHER_AES_256_CBC,  32, 20, 16 },
{ 0x000a, "RSA-3DES-EDE-CBC-SHA",     false, MBEDTLS_CIPHER_DES_EDE3_CBC, 24, 20, 8 },
{ 0x0005, "RSA-RC4-128-SHA",          false, MBEDTLS_CIPHER_NONE,         16, 20, 0 },
{ 0x0004, "RSA-RC4-128-MD5",          false, MBEDTLS_CIPHER_NONE,         16, 16, 0 },
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
    bool ecdhe, bool stream)
{
	for (size_t i = 0; i < ARRAY_LEN(suites); i++)
		if ((suites[i].block == 0) == stream &&
		    (ecdhe || !suites[i].ecdhe) &&
		    suite_is_on(&suites[i], on) &&
		    tls_hello_offers(h, suites[i].id))
			return &suites[i];
	return NULL;
}

const struct tls_old_suite *
tls_old_suite_choose(const struct tls_hello *h, uint16_t version,
    const struct tls_old_switches *on)
{
	const bool ssl3 = version == 0x0300;
	const bool ecdhe = !ssl3 && tls_old_ecdhe_meets(h);
	const struct tls_old_suite *s = suite_find(h, on, ecdhe, ssl3);

	return s != NULL ? s : suite_find(h, on, ecdhe, !ssl3);
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
