/* SPDX-License-Identifier: MIT */
#include "common/base/base.h"
#include "common/net/tls_old_rc4.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* RFC 6229 2, the key of 128 bits: the first bytes, and those from 16 on. */
static const unsigned char key[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
	13, 14, 15, 16 };
static const unsigned char due[32] = { 0x9a, 0xc7, 0xcc, 0x9a, 0x60, 0x9d, 0x1e,
	0xf7, 0xb2, 0x93, 0x28, 0x99, 0xcd, 0xe4, 0x1b, 0x97, 0x52, 0x48, 0xc4,
	0x95, 0x90, 0x14, 0x12, 0x6a, 0x6e, 0x8a, 0x84, 0xf1, 0x1d, 0x1a, 0x9e,
	0x1c };

static void
rc4_is_that_of_rfc_6229(void **state)
{
	unsigned char got[32] = { 0 };
	struct tls_old_rc4 c;
	char err[200];

	(void)state;
	assert_int_equal(tls_old_rc4_open(err, sizeof(err)), 0);
	tls_old_rc4_key(&c, key, sizeof(key));
	tls_old_rc4_crypt(&c, got, 5);
	tls_old_rc4_crypt(&c, got + 5, 27);
	assert_memory_equal(got, due, sizeof(due));
}

/* A machine without the library is told which; one with it computes alike. */
static void
rc4_of_libnettle_is_opened_or_its_want_is_told(void **state)
{
	unsigned char got[32] = { 0 };
	struct tls_old_rc4 c;
	char err[200] = "";

	(void)state;
	/* There is one already where mbedTLS has none. */
	if (tls_old_rc4_nettle_open("libnothing.so.8", err, sizeof(err)) != 0) {
		assert_non_null(strstr(err, "there is no libnothing.so.8"));
		assert_non_null(strstr(err, "tls.rc4 is on"));
		assert_int_not_equal(tls_old_rc4_nettle_open("libm.so.6", err,
					 sizeof(err)),
		    0);
		assert_non_null(strstr(err, "libm.so.6 has none"));
	}
	assert_int_equal(tls_old_rc4_nettle_open(TLS_OLD_RC4_LIB, err,
			     sizeof(err)),
	    0);
	tls_old_rc4_nettle_key(&c, key, sizeof(key));
	tls_old_rc4_nettle_crypt(&c, got, sizeof(got));
	assert_memory_equal(got, due, sizeof(due));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    rc4_of_libnettle_is_opened_or_its_want_is_told),
		cmocka_unit_test(rc4_is_that_of_rfc_6229),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
