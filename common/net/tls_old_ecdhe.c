/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_ecdhe.h"

#include "common/base/panic.h"
#include "common/net/tls_mbed.h"

#include <mbedtls/ecdh.h>
#include <stdlib.h>

enum {
	PARAMS_MAX = 4 + 97, /* kind, group, length, a point of P-384 */
};

struct tls_old_ecdhe {
	mbedtls_ecdh_context ctx;
};

/* As mbedTLS is told for TLS 1.2; no coordinate is longer than a premaster. */
static const mbedtls_ecp_group_id groups[] = {
	MBEDTLS_ECP_DP_CURVE25519,
	MBEDTLS_ECP_DP_SECP256R1,
	MBEDTLS_ECP_DP_SECP384R1,
};

static mbedtls_ecp_group_id
group_choose(const struct tls_hello *h)
{
	for (size_t i = 0; i < ARRAY_LEN(groups); i++)
		if (tls_hello_has_group(h, mbed_ec_tls_id(groups[i])))
			return groups[i];
	return MBEDTLS_ECP_DP_NONE;
}

bool
tls_old_ecdhe_meets(const struct tls_hello *h)
{
	return group_choose(h) != MBEDTLS_ECP_DP_NONE;
}

/* The parameters, and their signature behind its length (RFC 4492 5.4). */
static int
params_add(struct tls_old_ecdhe *e, struct tls_old_key *key,
    const struct tls_old_rng *rng, const struct tls_old_secrets *s,
    struct buf *to)
{
	unsigned char params[PARAMS_MAX], hashes[TLS_OLD_HASHES];
	unsigned char signature[MBEDTLS_MPI_MAX_SIZE];
	const size_t n = tls_old_key_bytes(key);
	struct slice said[3] = { slice_make(s->client, TLS_OLD_RANDOM),
		slice_make(s->server, TLS_OLD_RANDOM) };
	size_t params_n;

	if (mbedtls_ecdh_make_params(&e->ctx, &params_n, params, sizeof(params),
		rng->random, rng->ctx) != 0)
		return -1;
	said[2] = slice_make(params, params_n);
	tls_old_hashes(said, ARRAY_LEN(said), hashes);
	if (tls_old_sign(key, rng, hashes, signature) != 0)
		return -1;
	buf_add_slice(to, said[2]);
	buf_add_char(to, (char)(n >> 8));
	buf_add_char(to, (char)n);
	buf_add(to, signature, n);
	return 0;
}

struct tls_old_ecdhe *
tls_old_ecdhe_new(const struct tls_hello *h, struct tls_old_key *key,
    const struct tls_old_rng *rng, const struct tls_old_secrets *s,
    struct buf *to)
{
	struct tls_old_ecdhe *e = mem_alloc(sizeof(*e));

	mbedtls_ecdh_init(&e->ctx);
	if (mbedtls_ecdh_setup(&e->ctx, group_choose(h)) == 0 &&
	    params_add(e, key, rng, s, to) == 0)
		return e;
	tls_old_ecdhe_free(e);
	return NULL;
}

void
tls_old_ecdhe_free(struct tls_old_ecdhe *e)
{
	if (e == NULL)
		return;
	mbedtls_ecdh_free(&e->ctx);
	free(e);
}

size_t
tls_old_ecdhe_secret(struct tls_old_ecdhe *e, const struct tls_old_rng *rng,
    struct slice body, unsigned char to[TLS_OLD_PREMASTER])
{
	size_t n = 0;

	if (mbedtls_ecdh_read_public(&e->ctx, (const unsigned char *)body.p,
		body.n) != 0 ||
	    mbedtls_ecdh_calc_secret(&e->ctx, &n, to, TLS_OLD_PREMASTER,
		rng->random, rng->ctx) != 0)
		return 0;
	return n;
}
