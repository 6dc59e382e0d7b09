/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_MONT_H
#define NUDGE_TLS_OLD_MONT_H
/*
 * Multiplication modulo an odd number in Montgomery's way, in a time and with
 * a pattern of memory that depend on the modulus's length alone.
 */
#include <mbedtls/bignum.h>
#include <stdint.h>

enum {
	TLS_OLD_LIMBS_MAX = MBEDTLS_MPI_MAX_SIZE / 4
};

struct tls_old_modulus {
	size_t limbs;
	uint32_t inverse; /* of the lowest limb, negated, modulo 2^32 */
	uint32_t n[TLS_OLD_LIMBS_MAX];
};

/* bytes: big-endian, a multiple of four, odd, the top bit of all may be 0. */
void tls_old_modulus_init(struct tls_old_modulus *m, const unsigned char *bytes,
    size_t n);
/* Numbers are as long as the modulus, lowest limb first. */
void tls_old_limbs_read(const struct tls_old_modulus *m, uint32_t *to,
    const unsigned char *bytes);
void tls_old_limbs_write(const struct tls_old_modulus *m, unsigned char *bytes,
    const uint32_t *from);
/*
 * to = a * b / 2^(32 * limbs) modulo n, for a and b below n; to may be either.
 */
void tls_old_mont(const struct tls_old_modulus *m, uint32_t *to,
    const uint32_t *a, const uint32_t *b);

#endif
