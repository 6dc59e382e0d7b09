/* SPDX-License-Identifier: MIT */
#include "soap/lockkey.h"

#include "common/base/panic.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"

enum {
	PRODUCT_BYTES = 16,
	BLOCK = 8, /* the text is read in pairs of words */
	TEXT_MAX = LOCKKEY_CHALLENGE_MAX + PRODUCT_BYTES + BLOCK
};

static const uint64_t modulus = 0x7FFFFFFF;
static const uint64_t factor = 0x0E79A9C1;

/* clang-format off */
static const struct {
	const char *product;
	const char *key;
} products[] = {
	{ "PROD0090YUAUV{2B", "YMM8C_H7KCQ2S_KL" },
	{ "PROD0101{0RM?UBW", "CFHUR$52U_{VIX5T" },
	{ "PROD01065C%ZFN6F", "O4BG@C7BWLYQX?5G" },
	{ "PROD0112J1LW7%NB", "RH96F{PHI8PPX_TJ" },
	{ "PROD0113H11T8$X_", "RG@XY*28Q5QHS%Q5" },
	{ "PROD0114ES4Z%Q5W", "PK}_A_0N_K%O?A9S" },
	{ "PROD0118R6%2WYOS", "YIXPX@5I2P0UT*LK" },
	{ "PROD0119GSJUC$18", "ILTXC!4IXB5FB*PX" },
	{ "PROD0120PW!CCV9@", "C1BX{V4W}Q3*10SM" },
};
/* clang-format on */

static uint32_t
word_at(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static void
word_flip(unsigned char *p, uint64_t with)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] ^= (unsigned char)(with >> 8 * i);
}

/* The two sums over the text, keyed by the digest's words. */
static void
sums(const unsigned char *text, size_t n, const unsigned char *digest,
    uint64_t *high, uint64_t *low)
{
	uint64_t k[4];

	for (unsigned i = 0; i < 4; i++)
		k[i] = word_at(digest + 4 * i) & modulus;
	*high = *low = 0;
	for (size_t i = 0; i < n; i += BLOCK) {
		uint64_t t = factor * word_at(text + i) % modulus + *high;

		t = (k[0] * t + k[1]) % modulus;
		*high = (word_at(text + i + 4) + t) % modulus;
		*high = (k[2] * *high + k[3]) % modulus;
		*low += *high + t;
	}
	*high = (*high + k[1]) % modulus;
	*low = (*low + k[3]) % modulus;
}

static const char *
key_of(struct slice product)
{
	for (size_t i = 0; i < ARRAY_LEN(products); i++)
		if (slice_eq_text(product, products[i].product))
			return products[i].key;
	return NULL;
}

bool
lockkey_answer(struct slice challenge, struct slice product,
    char out[LOCKKEY_TEXT])
{
	const char *key = key_of(product);
	struct slice parts[2] = { challenge, slice_text(key) };
	unsigned char text[TEXT_MAX], digest[MD5_BYTES];
	struct buf hex = BUF_INIT(LOCKKEY_TEXT);
	uint64_t high, low;
	size_t n;

	if (key == NULL || challenge.n > LOCKKEY_CHALLENGE_MAX)
		return false;
	ASSERT(product.n == PRODUCT_BYTES);
	digest_md5(parts, 2, digest);
	memcpy(text, challenge.p, challenge.n);
	memcpy(text + challenge.n, product.p, product.n);
	for (n = challenge.n + product.n; n % BLOCK != 0; n++)
		text[n] = '0';
	sums(text, n, digest, &high, &low);
	word_flip(digest, high);
	word_flip(digest + 4, low);
	word_flip(digest + 8, high);
	word_flip(digest + 12, low);
	hex_encode(&hex, slice_make(digest, sizeof(digest)));
	memcpy(out, hex.p, LOCKKEY_TEXT);
	buf_free(&hex);
	return true;
}

bool
lockkey_good(struct slice challenge, struct slice product, struct slice key)
{
	char right[LOCKKEY_TEXT];

	if (key.n == 0)
		return false;
	if (!lockkey_answer(challenge, product, right))
		return true;
	return slice_eq_nocase(key, slice_make(right, sizeof(right)));
}
