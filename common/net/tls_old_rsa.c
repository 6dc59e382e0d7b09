/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_rsa.h"

#include "common/base/panic.h"
#include "common/net/tls_old_ct.h"

enum {
	MODULUS_MAX = MBEDTLS_MPI_MAX_SIZE,
	PADDING_MIN = 8,
};

/*
 * 00 02, at least eight bytes of which none is 0, 00, the secret (PKCS #1
 * 1.5, 8.1).  As its length is known, so is where everything must stand.
 */
static size_t
block_is_good(const unsigned char *p, size_t n, uint16_t version)
{
	const unsigned char *secret = p + n - TLS_OLD_PREMASTER;
	size_t good = ct_equal(p[0], 0) & ct_equal(p[1], 2);

	for (size_t i = 2; i < n - TLS_OLD_PREMASTER - 1; i++)
		good &= ~ct_zero(p[i]);
	good &= ct_equal(secret[-1], 0);
	good &= ct_equal(secret[0], version >> 8);
	good &= ct_equal(secret[1], version & 0xff);
	return good;
}

int
tls_old_premaster(mbedtls_rsa_context *key, const struct tls_old_rng *rng,
    struct slice cipher, uint16_t version, unsigned char to[TLS_OLD_PREMASTER])
{
	unsigned char in[MODULUS_MAX], out[MODULUS_MAX];
	size_t n = mbedtls_rsa_get_len(key);
	int rc;

	ASSERT(cipher.n == n && n <= sizeof(in));
	ASSERT(n >= TLS_OLD_PREMASTER + PADDING_MIN + 3);
	if (rng->random(rng->ctx, to, TLS_OLD_PREMASTER) != 0)
		return -1;
	memcpy(in, cipher.p, n);
	rc = mbedtls_rsa_private(key, rng->random, rng->ctx, in, out);
	if (rc != 0) {
		/*
		 * Not below the modulus, as everybody can see.  Something else
		 * is deciphered, so that it takes as long.
		 */
		in[0] = 0;
		rc = mbedtls_rsa_private(key, rng->random, rng->ctx, in, out);
		out[0] = 0xff;
	}
	if (rc == 0)
		ct_copy(block_is_good(out, n, version), to,
		    out + n - TLS_OLD_PREMASTER, TLS_OLD_PREMASTER);
	mem_wipe(out, n);
	return rc == 0 ? 0 : -1;
}
