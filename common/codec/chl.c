/* SPDX-License-Identifier: MIT */
#include "common/codec/chl.h"

#include "common/base/buf.h"
#include "common/base/panic.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"

enum {
	WORDS = MD5_BYTES / 4,
	TEXT_MAX = 8192 + 8
};

/* clang-format off */
static const struct product {
	const char *id;
	const char *key;
	bool second;
} products[] = {
	{ "msmsgs@msnmsgr.com", "Q1P7W2E4J9R8U3S5", false },
	{ "PROD0038W!61ZTF9",   "VT6PX?UQTM4WM%YR", false },
	{ "PROD0058#7IL2{QD",   "QHDCY@7R1TB6W?5B", false },
	{ "PROD0061VRRZH@4F",   "JXQ6J@TUOGYV@N0M", false },
	{ "PROD00504RLUG%WL",   "I2EBK%PYNLZL5_J4", false },
	{ "PROD0076ENE8*@AW",   "CEQJ8}OE0!WTSWII", false },
	{ "PROD0090YUAUV{2B",   "YMM8C_H7KCQ2S_KL", true },
	{ "PROD00974#MT*RC2",   "LMCVO*18PQJ3H!K3", true },
	{ "PROD0101{0RM?UBW",   "CFHUR$52U_{VIX5T", true },
	{ "PROD0104U6VVM{UJ",   "VK67B}379XYM5}$T", true },
	{ "PROD01065C%ZFN6F",   "O4BG@C7BWLYQX?5G", true },
	{ "PROD0112J1LW7%NB",   "RH96F{PHI8PPX_TJ", true },
	{ "PROD0113H11T8$X_",   "RG@XY*28Q5QHS%Q5", true },
	{ "PROD0114ES4Z%Q5W",   "PK}_A_0N_K%O?A9S", true },
	{ "PROD0118R6%2WYOS",   "YIXPX@5I2P0UT*LK", true },
	{ "PROD0119GSJUC$18",   "ILTXC!4IXB5FB*PX", true },
	{ "PROD0120PW!CCV9@",   "C1BX{V4W}Q3*10SM", true },
};
/* clang-format on */

static const struct product *
find(struct slice id)
{
	for (size_t i = 0; i < ARRAY_LEN(products); i++)
		if (slice_eq_text(id, products[i].id))
			return &products[i];
	return NULL;
}

/* Numbers are little-endian throughout. */
static uint32_t
word_at(const void *p, size_t i)
{
	const unsigned char *at = (const unsigned char *)p + 4 * i;

	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	    (uint32_t)at[3] << 24;
}

static void
flip(unsigned char *word, uint32_t with)
{
	for (unsigned i = 0; i < 4; i++)
		word[i] ^= (unsigned char)(with >> (8 * i));
}

/*
 * The second hash goes over challenge and product id once more, two words at
 * a time, with four multipliers out of the first; what it yields is laid over
 * the first, whose words keep their highest bit there.
 */
static void
stir(unsigned char digest[MD5_BYTES], struct slice text)
{
	const uint64_t modulus = 0x7fffffff, factor = 0x0e79a9c1;
	uint64_t m[WORDS], high = 0, low = 0, t;

	ASSERT(text.n % 8 == 0);
	for (unsigned i = 0; i < WORDS; i++)
		m[i] = word_at(digest, i) & modulus;
	for (size_t i = 0; i < text.n / 4; i += 2) {
		t = factor * word_at(text.p, i) % modulus + high;
		t = (t * m[0] + m[1]) % modulus;
		high = (word_at(text.p, i + 1) + t) % modulus;
		high = (high * m[2] + m[3]) % modulus;
		low += high + t;
	}
	high = (high + m[1]) % modulus;
	low = (low + m[3]) % modulus;
	flip(digest, (uint32_t)high);
	flip(digest + 4, (uint32_t)low);
	flip(digest + 8, (uint32_t)high);
	flip(digest + 12, (uint32_t)low);
}

static void
answer(struct slice challenge, const struct product *p,
    char out[CHL_ANSWER + 1])
{
	const struct slice parts[] = { challenge, slice_text(p->key) };
	struct buf text = BUF_INIT(TEXT_MAX), hex = BUF_INIT(CHL_ANSWER);
	unsigned char digest[MD5_BYTES];

	digest_md5(parts, ARRAY_LEN(parts), digest);
	if (p->second) {
		buf_add_slice(&text, challenge);
		buf_add_text(&text, p->id);
		/* none where eight fit: some clients of the time erred there */
		while (text.n % 8 != 0)
			buf_add_char(&text, '0');
		ASSERT(buf_ok(&text));
		stir(digest, buf_slice(&text));
	}
	hex_encode(&hex, slice_make(digest, sizeof(digest)));
	ASSERT(buf_ok(&hex) && hex.n == CHL_ANSWER);
	memcpy(out, hex.p, CHL_ANSWER);
	out[CHL_ANSWER] = '\0';
	buf_free(&text);
	buf_free(&hex);
}

bool
chl_answer(struct slice challenge, struct slice product,
    char out[CHL_ANSWER + 1])
{
	const struct product *p = find(product);

	if (p != NULL)
		answer(challenge, p, out);
	return p != NULL;
}

enum chl_verdict
chl_judge(struct slice challenge, struct slice product, struct slice given,
    bool second)
{
	const struct product *p = find(product);
	char right[CHL_ANSWER + 1];

	if (given.n != CHL_ANSWER)
		return CHL_WRONG;
	if (p == NULL)
		return CHL_UNKNOWN;
	if (p->second != second)
		return CHL_WRONG;
	answer(challenge, p, right);
	return slice_eq_nocase(given, slice_text(right)) ? CHL_RIGHT
							 : CHL_WRONG;
}
