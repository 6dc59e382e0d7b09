/* SPDX-License-Identifier: MIT */
/*
 * The string of USR TWN S, as far as it means something.  Nothing is kept of
 * it: when it was made stands in it, and a MAC tells whether that is so.
 */
#include "core/door/signin.h"

#include "common/base/panic.h"

#include "common/codec/digest.h"
#include "common/codec/hex.h"

enum {
	CHALLENGE_LIFE_S = 300,
	TIME_BYTES = 4,
	MAC_BYTES = 12,
	SEAL_BYTES = TIME_BYTES + MAC_BYTES
};

static void
challenge_mac(const struct token_key *key, const unsigned char *time,
    unsigned char out[SHA256_BYTES])
{
	const struct slice parts[] = { SLICE_LIT("challenge"),
		slice_make(time, TIME_BYTES) };

	digest_hmac_under(&key->ready, parts, ARRAY_LEN(parts), out);
}

void
signin_challenge(struct core *c, struct buf *out)
{
	uint32_t now = (uint32_t)env_wall(c->env);
	unsigned char seal[SEAL_BYTES], mac[SHA256_BYTES];

	for (unsigned i = 0; i < TIME_BYTES; i++)
		seal[i] = (unsigned char)(now >> (24 - 8 * i));
	challenge_mac(&c->keys.keys[0], seal, mac);
	memcpy(seal + TIME_BYTES, mac, MAC_BYTES);
	hex_encode(out, slice_make(seal, sizeof(seal)));
}

static bool
is_ours(const struct core *c, const unsigned char seal[SEAL_BYTES])
{
	unsigned char mac[SHA256_BYTES];
	bool ours = false;

	for (unsigned i = 0; i < c->keys.n; i++) {
		challenge_mac(&c->keys.keys[i], seal, mac);
		ours |= mem_equal_ct(seal + TIME_BYTES, mac, MAC_BYTES);
	}
	return ours;
}

enum signin_challenge
signin_challenge_age(struct core *c, struct slice seal)
{
	struct buf b = BUF_INIT(SEAL_BYTES);
	enum signin_challenge age = SIGNIN_FOREIGN;
	unsigned char bytes[SEAL_BYTES];
	uint32_t then = 0;

	if (seal.n == 2 * SEAL_BYTES && hex_decode(&b, seal) && buf_ok(&b)) {
		memcpy(bytes, b.p, SEAL_BYTES);
		for (unsigned i = 0; i < TIME_BYTES; i++)
			then = then << 8 | bytes[i];
		if (is_ours(c, bytes))
			age =
			    (uint32_t)env_wall(c->env) - then > CHALLENGE_LIFE_S
			    ? SIGNIN_STALE
			    : SIGNIN_FRESH;
	}
	buf_free(&b);
	return age;
}
