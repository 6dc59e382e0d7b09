/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_rsa.h"

#include "common/base/panic.h"
#include "common/net/tls_mbed.h"
#include "common/net/tls_old_ct.h"
#include "common/net/tls_old_mont.h"

#include <pthread.h>
#include <stdlib.h>

enum {
	MODULUS_MAX = MBEDTLS_MPI_MAX_SIZE,
	PADDING_MIN = 8,
};

/* ---- what came out ---- */

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

/* ---- the private operation ---- */

/* Of a secret number u in Montgomery's form: u^-e, and u. */
struct blinding {
	pthread_mutex_t lock;
	uint32_t blind[TLS_OLD_LIMBS_MAX];
	uint32_t unblind[TLS_OLD_LIMBS_MAX];
};

struct tls_old_key {
	mbedtls_rsa_context *rsa;
	struct tls_old_modulus n;
	struct blinding *blinding;
	bool owns; /* that */
};

/* In Montgomery's form. */
static int
mont_form(const struct tls_old_key *key, mbedtls_mpi *v, uint32_t *to)
{
	unsigned char bytes[MODULUS_MAX];
	int rc = mbedtls_mpi_shift_l(v, 32 * key->n.limbs);

	if (rc == 0)
		rc = mbedtls_mpi_mod_mpi(v, v, &key->rsa->N);
	if (rc == 0)
		rc = mbedtls_mpi_write_binary(v, bytes, 4 * key->n.limbs);
	if (rc == 0)
		tls_old_limbs_read(&key->n, to, bytes);
	mem_wipe(bytes, sizeof(bytes));
	return rc;
}

/* Once in a key's life: what it takes depends on the number. */
static int
blinding_make(struct tls_old_key *key, const struct tls_old_rng *rng)
{
	mbedtls_rsa_context *rsa = key->rsa;
	mbedtls_mpi u, v;
	int rc;

	mbedtls_mpi_init(&u);
	mbedtls_mpi_init(&v);
	rc = mbedtls_mpi_fill_random(&u, rsa->len - 1, rng->random, rng->ctx);
	if (rc == 0)
		rc = mbedtls_mpi_inv_mod(&v, &u, &rsa->N);
	if (rc == 0)
		rc = mbedtls_mpi_exp_mod(&v, &v, &rsa->E, &rsa->N, NULL);
	if (rc == 0)
		rc = mont_form(key, &u, key->blinding->unblind);
	if (rc == 0)
		rc = mont_form(key, &v, key->blinding->blind);
	mbedtls_mpi_free(&u);
	mbedtls_mpi_free(&v);
	return rc;
}

struct tls_old_key *
tls_old_key_new(mbedtls_rsa_context *rsa, const struct tls_old_rng *rng,
    const struct tls_old_key *like)
{
	struct tls_old_key *key = mem_alloc(sizeof(*key));
	unsigned char bytes[MODULUS_MAX];

	key->rsa = rsa;
	key->owns = like == NULL;
	key->blinding =
	    like != NULL ? like->blinding : mem_alloc(sizeof(*key->blinding));
	if (key->owns)
		ASSERT(pthread_mutex_init(&key->blinding->lock, NULL) == 0);
	/* Keys of a length that is no multiple of 32 bits are not made. */
	if (rsa->len % 4 != 0 || rsa->len > sizeof(bytes) ||
	    rsa->len < TLS_OLD_PREMASTER + PADDING_MIN + 3 ||
	    mbedtls_mpi_write_binary(&rsa->N, bytes, rsa->len) != 0)
		goto fail;
	tls_old_modulus_init(&key->n, bytes, rsa->len);
	if (key->owns && blinding_make(key, rng) != 0)
		goto fail;
	return key;
fail:
	tls_old_key_free(key);
	return NULL;
}

void
tls_old_key_free(struct tls_old_key *key)
{
	if (key == NULL)
		return;
	if (key->owns) {
		pthread_mutex_destroy(&key->blinding->lock);
		mem_wipe(key->blinding, sizeof(*key->blinding));
		free(key->blinding);
	}
	free(key);
}

size_t
tls_old_key_bytes(const struct tls_old_key *key)
{
	return key->rsa->len;
}

/* Each pair is used once: the next is its square. */
static void
blinding_take(struct tls_old_key *key, uint32_t *blind, uint32_t *unblind)
{
	const size_t n = key->n.limbs * sizeof(*blind);
	struct blinding *b = key->blinding;

	pthread_mutex_lock(&b->lock);
	memcpy(blind, b->blind, n);
	memcpy(unblind, b->unblind, n);
	tls_old_mont(&key->n, b->blind, blind, blind);
	tls_old_mont(&key->n, b->unblind, unblind, unblind);
	pthread_mutex_unlock(&b->lock);
}

int
tls_old_decipher(struct tls_old_key *key, const struct tls_old_rng *rng,
    const unsigned char *cipher, unsigned char *to)
{
	const struct tls_old_modulus *n = &key->n;
	uint32_t blind[TLS_OLD_LIMBS_MAX], unblind[TLS_OLD_LIMBS_MAX];
	uint32_t v[TLS_OLD_LIMBS_MAX];
	unsigned char in[MODULUS_MAX], out[MODULUS_MAX];
	int rc;

	blinding_take(key, blind, unblind);
	tls_old_limbs_read(n, v, cipher);
	tls_old_mont(n, v, v, blind);
	tls_old_limbs_write(n, in, v);
	rc = mbedtls_rsa_private(key->rsa, rng->random, rng->ctx, in, out);
	if (rc != 0)
		mbed_rsa_blind_anew(key->rsa);
	if (rc == 0) {
		tls_old_limbs_read(n, v, out);
		tls_old_mont(n, v, v, unblind);
		tls_old_limbs_write(n, to, v);
	}
	mem_wipe(unblind, sizeof(unblind));
	mem_wipe(blind, sizeof(blind));
	mem_wipe(v, sizeof(v));
	mem_wipe(out, sizeof(out));
	return rc == 0 ? 0 : -1;
}

int
tls_old_sign(struct tls_old_key *key, const struct tls_old_rng *rng,
    const unsigned char hashes[TLS_OLD_HASHES], unsigned char *sig)
{
	if (mbed_rsa_sign_bare(key->rsa, hashes, TLS_OLD_HASHES, sig,
		rng->random, rng->ctx) == 0)
		return 0;
	mbed_rsa_blind_anew(key->rsa);
	return -1;
}

/* The cipher is what everybody saw. */
static bool
is_below_modulus(const struct tls_old_key *key, const unsigned char *cipher)
{
	unsigned char bytes[MODULUS_MAX];

	tls_old_limbs_write(&key->n, bytes, key->n.n);
	return memcmp(cipher, bytes, key->rsa->len) < 0;
}

int
tls_old_premaster(struct tls_old_key *key, const struct tls_old_rng *rng,
    struct slice cipher, uint16_t version, unsigned char to[TLS_OLD_PREMASTER])
{
	unsigned char block[MODULUS_MAX];
	const size_t n = tls_old_key_bytes(key);
	bool below;
	int rc;

	ASSERT(cipher.n == n && n <= sizeof(block));
	if (rng->random(rng->ctx, to, TLS_OLD_PREMASTER) != 0)
		return -1;
	memcpy(block, cipher.p, n);
	below = is_below_modulus(key, block);
	/* Something else is deciphered then, so that it takes as long. */
	if (!below)
		block[0] = 0;
	rc = tls_old_decipher(key, rng, block, block);
	if (rc == 0 && below)
		ct_copy(block_is_good(block, n, version), to,
		    block + n - TLS_OLD_PREMASTER, TLS_OLD_PREMASTER);
	mem_wipe(block, n);
	return rc;
}
