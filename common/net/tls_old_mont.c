/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_mont.h"

#include "common/base/panic.h"
#include "common/net/tls_old_ct.h"

#include <string.h>

void
tls_old_modulus_init(struct tls_old_modulus *m, const unsigned char *bytes,
    size_t n)
{
	uint32_t x = 1;

	ASSERT(n % 4 == 0 && n <= sizeof(m->n) && bytes[n - 1] % 2 == 1);
	m->limbs = n / 4;
	tls_old_limbs_read(m, m->n, bytes);
	/* Newton: each step doubles the bits that are right. */
	for (int bits = 1; bits < 32; bits *= 2)
		x *= 2 - m->n[0] * x;
	m->inverse = 0 - x;
}

void
tls_old_limbs_read(const struct tls_old_modulus *m, uint32_t *to,
    const unsigned char *bytes)
{
	for (size_t i = 0; i < m->limbs; i++) {
		const unsigned char *p = bytes + 4 * (m->limbs - 1 - i);

		to[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		    (uint32_t)p[2] << 8 | p[3];
	}
}

void
tls_old_limbs_write(const struct tls_old_modulus *m, unsigned char *bytes,
    const uint32_t *from)
{
	for (size_t i = 0; i < m->limbs; i++) {
		unsigned char *p = bytes + 4 * (m->limbs - 1 - i);

		p[0] = (unsigned char)(from[i] >> 24);
		p[1] = (unsigned char)(from[i] >> 16);
		p[2] = (unsigned char)(from[i] >> 8);
		p[3] = (unsigned char)from[i];
	}
}

/* t += a * b; t has two limbs more than a. */
static void
add_product(uint32_t *t, const uint32_t *a, uint32_t b, size_t limbs)
{
	uint64_t carry = 0;

	for (size_t i = 0; i < limbs; i++) {
		carry += t[i] + (uint64_t)a[i] * b;
		t[i] = (uint32_t)carry;
		carry >>= 32;
	}
	carry += t[limbs];
	t[limbs] = (uint32_t)carry;
	t[limbs + 1] += (uint32_t)(carry >> 32);
}

void
tls_old_mont(const struct tls_old_modulus *m, uint32_t *to, const uint32_t *a,
    const uint32_t *b)
{
	uint32_t t[TLS_OLD_LIMBS_MAX + 2], less[TLS_OLD_LIMBS_MAX];
	uint64_t borrow = 0;
	size_t keep;

	memset(t, 0, (m->limbs + 2) * sizeof(*t));
	for (size_t i = 0; i < m->limbs; i++) {
		add_product(t, a, b[i], m->limbs);
		add_product(t, m->n, t[0] * m->inverse, m->limbs);
		memmove(t, t + 1, (m->limbs + 1) * sizeof(*t));
		t[m->limbs + 1] = 0;
	}
	/* t is below 2n: both t and t - n are made, and one is kept. */
	for (size_t i = 0; i < m->limbs; i++) {
		borrow = (uint64_t)t[i] - m->n[i] - borrow;
		less[i] = (uint32_t)borrow;
		borrow = borrow >> 63;
	}
	keep = ct_zero((size_t)t[m->limbs]) & ~ct_zero((size_t)borrow);
	for (size_t i = 0; i < m->limbs; i++)
		to[i] = (uint32_t)ct_choose(keep, t[i], less[i]);
	mem_wipe(t, (m->limbs + 2) * sizeof(*t));
	mem_wipe(less, m->limbs * sizeof(*less));
}
