/* SPDX-License-Identifier: MIT */
/* The old engine's private operation, against mbedTLS's. */
#include "common/net/tls_old_mont.h"
#include "common/net/tls_old_rsa.h"

#include "common/base/panic.h"
#include "common/net/tls_mbed.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum {
	BYTES_MAX = 512
};

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context drbg;
static const struct tls_old_rng rng = { mbedtls_ctr_drbg_random, &drbg };

static int
setup(void **state)
{
	(void)state;
	mbedtls_entropy_init(&entropy);
	mbedtls_ctr_drbg_init(&drbg);
	return mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy,
	    NULL, 0);
}

static int
teardown(void **state)
{
	(void)state;
	mbedtls_ctr_drbg_free(&drbg);
	mbedtls_entropy_free(&entropy);
	return 0;
}

/* Random below n, which has its top bit set. */
static void
random_below(unsigned char *to, size_t n, size_t zeros)
{
	assert_int_equal(mbedtls_ctr_drbg_random(&drbg, to, n), 0);
	memset(to, 0, zeros);
	to[0] &= 0x7f;
}

static void
products_are_those_of_mbedtls(void **state)
{
	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t n = 64 + (size_t)(round % 8) * 4;
		unsigned char nb[BYTES_MAX], ab[BYTES_MAX], bb[BYTES_MAX],
		    due[BYTES_MAX], got[BYTES_MAX];
		struct tls_old_modulus m;
		uint32_t a[TLS_OLD_LIMBS_MAX], b[TLS_OLD_LIMBS_MAX];
		mbedtls_mpi N, A, B, R;

		random_below(nb, n, 0);
		nb[0] |= 0x80;
		nb[n - 1] |= 1;
		if (round % 5 == 0)
			memset(nb, 0xff, n);
		random_below(ab, n, (size_t)round % n);
		random_below(bb, n, (size_t)(round * 7) % n);
		mbedtls_mpi_init(&N);
		mbedtls_mpi_init(&A);
		mbedtls_mpi_init(&B);
		mbedtls_mpi_init(&R);
		assert_int_equal(mbedtls_mpi_read_binary(&N, nb, n), 0);
		/* the largest there is, too */
		if (round % 3 == 0) {
			assert_int_equal(mbedtls_mpi_sub_int(&A, &N, 1), 0);
			assert_int_equal(mbedtls_mpi_write_binary(&A, ab, n),
			    0);
			memcpy(bb, ab, n);
		}
		assert_int_equal(mbedtls_mpi_read_binary(&A, ab, n), 0);
		assert_int_equal(mbedtls_mpi_read_binary(&B, bb, n), 0);
		/* a * b / R, by the inverse of R */
		assert_int_equal(mbedtls_mpi_lset(&R, 1), 0);
		assert_int_equal(mbedtls_mpi_shift_l(&R, n * 8), 0);
		assert_int_equal(mbedtls_mpi_inv_mod(&R, &R, &N), 0);
		assert_int_equal(mbedtls_mpi_mul_mpi(&A, &A, &B), 0);
		assert_int_equal(mbedtls_mpi_mod_mpi(&A, &A, &N), 0);
		assert_int_equal(mbedtls_mpi_mul_mpi(&A, &A, &R), 0);
		assert_int_equal(mbedtls_mpi_mod_mpi(&A, &A, &N), 0);
		assert_int_equal(mbedtls_mpi_write_binary(&A, due, n), 0);
		tls_old_modulus_init(&m, nb, n);
		tls_old_limbs_read(&m, a, ab);
		tls_old_limbs_read(&m, b, bb);
		tls_old_mont(&m, a, a, b);
		tls_old_limbs_write(&m, got, a);
		assert_memory_equal(got, due, n);
		mbedtls_mpi_free(&N);
		mbedtls_mpi_free(&A);
		mbedtls_mpi_free(&B);
		mbedtls_mpi_free(&R);
	}
}

static void
what_is_deciphered_is_what_mbedtls_deciphers(void **state)
{
	static const unsigned bits[] = { 1024, 1056, 2048 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bits); i++) {
		mbedtls_rsa_context rsa;
		struct tls_old_key *key;
		size_t n = bits[i] / 8;

		mbed_rsa_init(&rsa);
		assert_int_equal(mbedtls_rsa_gen_key(&rsa,
				     mbedtls_ctr_drbg_random, &drbg, bits[i],
				     65537),
		    0);
		key = tls_old_key_new(&rsa, &rng, NULL);
		assert_non_null(key);
		assert_int_equal(tls_old_key_bytes(key), n);
		for (size_t zeros = 1; zeros <= n; zeros += 9) {
			unsigned char plain[BYTES_MAX], c[BYTES_MAX];

			random_below(plain, n, zeros);
			assert_int_equal(mbedtls_rsa_public(&rsa, plain, c), 0);
			assert_int_equal(tls_old_decipher(key, &rng, c, c), 0);
			assert_memory_equal(c, plain, n);
		}
		tls_old_key_free(key);
		mbedtls_rsa_free(&rsa);
	}
}

static void
copies_of_a_key_take_turns_with_one_blinding(void **state)
{
	unsigned char plain[BYTES_MAX], c[BYTES_MAX], got[BYTES_MAX];
	struct tls_old_key *keys[3] = { NULL };
	mbedtls_rsa_context rsa[3];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		mbed_rsa_init(&rsa[i]);
		assert_int_equal(i == 0
			? mbedtls_rsa_gen_key(&rsa[0], mbedtls_ctr_drbg_random,
			      &drbg, 1024, 65537)
			: mbedtls_rsa_copy(&rsa[i], &rsa[0]),
		    0);
		keys[i] = tls_old_key_new(&rsa[i], &rng, keys[0]);
		assert_non_null(keys[i]);
	}
	for (size_t i = 0; i < 30; i++) {
		random_below(plain, 128, i);
		assert_int_equal(mbedtls_rsa_public(&rsa[0], plain, c), 0);
		assert_int_equal(tls_old_decipher(keys[i % 3], &rng, c, got),
		    0);
		assert_memory_equal(got, plain, 128);
	}
	for (size_t i = ARRAY_LEN(keys); i-- > 0;) {
		tls_old_key_free(keys[i]);
		mbedtls_rsa_free(&rsa[i]);
	}
}

static int
no_random(void *ctx, unsigned char *to, size_t n)
{
	(void)ctx;
	(void)to;
	(void)n;
	return -1;
}

static void
without_random_numbers_nothing_is_deciphered(void **state)
{
	const struct tls_old_rng none = { no_random, NULL };
	unsigned char c[BYTES_MAX] = { 0 }, to[TLS_OLD_PREMASTER];
	mbedtls_rsa_context rsa;
	struct tls_old_key *key;

	(void)state;
	mbed_rsa_init(&rsa);
	assert_int_equal(mbedtls_rsa_gen_key(&rsa, mbedtls_ctr_drbg_random,
			     &drbg, 1024, 65537),
	    0);
	assert_null(tls_old_key_new(&rsa, &none, NULL));
	key = tls_old_key_new(&rsa, &rng, NULL);
	/* not below the modulus: a random secret, and no error */
	memset(c, 0xff, 128);
	assert_int_equal(tls_old_premaster(key, &rng, slice_make(c, 128),
			     0x0301, to),
	    0);
	memset(c, 0, 128);
	assert_int_equal(tls_old_premaster(key, &none, slice_make(c, 128),
			     0x0301, to),
	    -1);
	assert_int_equal(tls_old_decipher(key, &none, c, c), -1);
	tls_old_key_free(key);
	mbedtls_rsa_free(&rsa);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(products_are_those_of_mbedtls),
		cmocka_unit_test(what_is_deciphered_is_what_mbedtls_deciphers),
		cmocka_unit_test(copies_of_a_key_take_turns_with_one_blinding),
		cmocka_unit_test(without_random_numbers_nothing_is_deciphered),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
