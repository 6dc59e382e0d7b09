/* SPDX-License-Identifier: MIT */
/*
 * A token on the wire, numbers big-endian, before base64:
 *
 *   version 1 | key id 1 | purpose 1 | account 8 | epoch 4 | issued 6 |
 *   expires 6 | nonce 12 | HMAC-SHA-256 of all before 32
 *
 * 71 bytes are 95 characters.  The version is below 4 so that the first
 * character is always 'A', which no client takes for a sign or a quote.
 */
#include "common/auth/token.h"

#include "common/base/panic.h"
#include "common/codec/base64.h"

enum {
	TOKEN_VERSION = 1,
	SEALED_BYTES = 3 + 8 + 4 + 6 + 6 + TOKEN_NONCE_BYTES,
	TOKEN_BYTES = SEALED_BYTES + SHA256_BYTES,

	KEYS_MAGIC_BYTES = 4,
	KEYS_HEAD_BYTES = KEYS_MAGIC_BYTES + 1,
	KEY_BYTES = 1 + TOKEN_KEY_BYTES,
	KEYS_MAX_BYTES = KEYS_HEAD_BYTES + 2 * KEY_BYTES + SHA256_BYTES
};

_Static_assert((TOKEN_BYTES * 4 + 2) / 3 <= TOKEN_TEXT_MAX,
    "a token must fit where patched clients keep it");

static const char keys_magic[KEYS_MAGIC_BYTES] = { 'N', 'T', 'K', '1' };

static unsigned char *
put(unsigned char *p, uint64_t v, unsigned bytes)
{
	for (unsigned i = bytes; i > 0; i--)
		*p++ = (unsigned char)(v >> (8 * (i - 1)));
	return p;
}

static uint64_t
take(const unsigned char **p, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v = v << 8 | *(*p)++;
	return v;
}

/* ---- keys ---- */

static void
make_ready(struct token_key *key)
{
	digest_key_make(&key->ready, slice_make(key->key, TOKEN_KEY_BYTES));
}

void
token_keys_make(struct token_keys *k, const struct env *env)
{
	mem_wipe(k, sizeof(*k));
	k->n = 1;
	k->keys[0].id = 1;
	env_random(env, k->keys[0].key, TOKEN_KEY_BYTES);
	make_ready(&k->keys[0]);
}

void
token_keys_rotate(struct token_keys *k, const struct env *env)
{
	ASSERT(k->n >= 1 && k->n <= ARRAY_LEN(k->keys));
	k->keys[1] = k->keys[0];
	k->n = 2;
	k->keys[0].id = (uint8_t)(k->keys[1].id + 1);
	env_random(env, k->keys[0].key, TOKEN_KEY_BYTES);
	make_ready(&k->keys[0]);
}

static void
keys_checksum(struct slice head, unsigned char out[SHA256_BYTES])
{
	digest_sha256(&head, 1, out);
}

void
token_keys_save(const struct token_keys *k, struct buf *out)
{
	unsigned char bytes[KEYS_MAX_BYTES];
	unsigned char *p = bytes + KEYS_MAGIC_BYTES;
	size_t n;

	ASSERT(k->n >= 1 && k->n <= ARRAY_LEN(k->keys));
	memcpy(bytes, keys_magic, KEYS_MAGIC_BYTES);
	*p++ = (unsigned char)k->n;
	for (unsigned i = 0; i < k->n; i++) {
		*p++ = k->keys[i].id;
		memcpy(p, k->keys[i].key, TOKEN_KEY_BYTES);
		p += TOKEN_KEY_BYTES;
	}
	n = (size_t)(p - bytes);
	keys_checksum(slice_make(bytes, n), p);
	buf_add(out, bytes, n + SHA256_BYTES);
	mem_wipe(bytes, sizeof(bytes));
}

int
token_keys_load(struct token_keys *k, struct slice saved)
{
	unsigned char sum[SHA256_BYTES];
	const unsigned char *p;
	size_t body;
	unsigned n;

	if (saved.n < KEYS_HEAD_BYTES ||
	    memcmp(saved.p, keys_magic, KEYS_MAGIC_BYTES) != 0)
		return -1;
	n = (unsigned char)saved.p[KEYS_MAGIC_BYTES];
	if (n < 1 || n > ARRAY_LEN(k->keys))
		return -1;
	body = KEYS_HEAD_BYTES + (size_t)n * KEY_BYTES;
	if (saved.n != body + SHA256_BYTES)
		return -1;
	keys_checksum(slice_upto(saved, body), sum);
	if (!mem_equal_ct(sum, saved.p + body, SHA256_BYTES))
		return -1;
	mem_wipe(k, sizeof(*k));
	k->n = n;
	p = (const unsigned char *)saved.p + KEYS_HEAD_BYTES;
	for (unsigned i = 0; i < n; i++) {
		k->keys[i].id = *p++;
		memcpy(k->keys[i].key, p, TOKEN_KEY_BYTES);
		make_ready(&k->keys[i]);
		p += TOKEN_KEY_BYTES;
	}
	return 0;
}

static const struct token_key *
key_of(const struct token_keys *k, uint8_t id)
{
	for (unsigned i = 0; i < k->n; i++)
		if (k->keys[i].id == id)
			return &k->keys[i];
	return NULL;
}

/* ---- what opens what ---- */

enum {
	DAY = -1,
	ONCE = 1,
	OFTEN = 0
};

struct kind {
	uint8_t purpose;
	bool once;
	int32_t life; /* seconds, or DAY */
	uint32_t doors;
};

#define AT(door) (1u << DOOR_##door)

static const struct kind kinds[] = {
#define DOOR(name, where)
#define TOKEN(name, number, life, use, doors, word, from) \
	{ number, use, life, doors },
#include "common/auth/tokens.def"
};

_Static_assert(DOORS <= 32, "doors are bits");

unsigned
token_at(enum token_door door)
{
	unsigned purposes = 0;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i].doors & 1u << door)
			purposes |= 1u << kinds[i].purpose;
	return purposes;
}

static const struct kind *
kind_of(enum token_purpose purpose)
{
	size_t i = 0;

	while (i < ARRAY_LEN(kinds) && kinds[i].purpose != purpose)
		i++;
	ASSERT(i < ARRAY_LEN(kinds));
	return &kinds[i];
}

int64_t
token_life(enum token_purpose purpose, int64_t day)
{
	const struct kind *k = kind_of(purpose);

	return k->life == DAY ? day : k->life;
}

bool
token_serves_once(enum token_purpose purpose)
{
	return kind_of(purpose)->once;
}

/* ---- seal and open ---- */

static void
seal(const struct token_key *key, const unsigned char bytes[SEALED_BYTES],
    unsigned char mac[SHA256_BYTES])
{
	/* the same key may serve other ends under other labels */
	const struct slice parts[] = { SLICE_LIT("token"),
		slice_make(bytes, SEALED_BYTES) };

	digest_hmac_under(&key->ready, parts, ARRAY_LEN(parts), mac);
}

void
token_seal_again(const struct token_keys *k, struct token *t, struct buf *out)
{
	unsigned char bytes[TOKEN_BYTES];
	unsigned char *p = bytes;

	ASSERT(k->n >= 1);
	/* such a clock is no reason to stop */
	if (t->issued < 0) {
		t->expires -= t->issued;
		t->issued = 0;
	}
	ASSERT(t->issued >> 48 == 0 && t->expires >> 48 == 0);
	*p++ = TOKEN_VERSION;
	*p++ = k->keys[0].id;
	*p++ = (unsigned char)t->purpose;
	p = put(p, t->account, 8);
	p = put(p, t->epoch, 4);
	p = put(p, (uint64_t)t->issued, 6);
	p = put(p, (uint64_t)t->expires, 6);
	memcpy(p, t->nonce, TOKEN_NONCE_BYTES);
	seal(&k->keys[0], bytes, bytes + SEALED_BYTES);
	base64_ticket_encode(out, slice_make(bytes, TOKEN_BYTES));
	mem_wipe(bytes, sizeof(bytes));
}

void
token_seal(const struct token_keys *k, const struct env *env, struct token *t,
    struct buf *out)
{
	env_random(env, t->nonce, TOKEN_NONCE_BYTES);
	token_seal_again(k, t, out);
}

/* The bytes of a text whose seal is whole; false: forged. */
static bool
unseal(const struct token_keys *k, struct slice text,
    unsigned char bytes[TOKEN_BYTES])
{
	unsigned char mac[SHA256_BYTES];
	const struct token_key *key;
	struct buf b = BUF_INIT(TOKEN_BYTES);
	bool good;

	if (text.n > TOKEN_TEXT_MAX)
		return false;
	good =
	    base64_ticket_decode(&b, text) && buf_ok(&b) && b.n == TOKEN_BYTES;
	if (good)
		memcpy(bytes, b.p, TOKEN_BYTES);
	buf_free(&b);
	if (!good || bytes[0] != TOKEN_VERSION)
		return false;
	key = key_of(k, bytes[1]);
	if (key == NULL)
		return false;
	seal(key, bytes, mac);
	good = mem_equal_ct(mac, bytes + SEALED_BYTES, SHA256_BYTES);
	mem_wipe(mac, sizeof(mac));
	return good;
}

bool
token_derive(const struct token_keys *k, struct slice text, const char *label,
    unsigned char *out, size_t n)
{
	unsigned char bytes[TOKEN_BYTES];
	unsigned char mac[SHA256_BYTES];
	/* no label is the beginning of another with its zero byte */
	const struct slice parts[] = { SLICE_LIT("derive"),
		slice_make(label, slice_text(label).n + 1),
		slice_make(bytes, TOKEN_BYTES) };

	ASSERT(n <= SHA256_BYTES);
	if (!unseal(k, text, bytes))
		return false;
	digest_hmac_under(&key_of(k, bytes[1])->ready, parts, ARRAY_LEN(parts),
	    mac);
	memcpy(out, mac, n);
	mem_wipe(mac, sizeof(mac));
	mem_wipe(bytes, sizeof(bytes));
	return true;
}

enum token_verdict
token_open(const struct token_keys *k, struct slice text, unsigned purposes,
    int64_t now, struct token *t)
{
	unsigned char bytes[TOKEN_BYTES];
	const unsigned char *p = bytes + 2;
	struct token got;
	unsigned purpose;

	if (!unseal(k, text, bytes))
		return TOKEN_FORGED;
	purpose = (unsigned)take(&p, 1);
	if (purpose >= 32 || (purposes & 1u << purpose) == 0)
		return TOKEN_WRONG_PURPOSE;
	got.purpose = (enum token_purpose)purpose;
	got.account = take(&p, 8);
	got.epoch = (uint32_t)take(&p, 4);
	got.issued = (int64_t)take(&p, 6);
	got.expires = (int64_t)take(&p, 6);
	memcpy(got.nonce, p, TOKEN_NONCE_BYTES);
	*t = got;
	if (now < 0)
		now = 0;
	return now < got.expires && got.issued - now <= TOKEN_AHEAD_S
	    ? TOKEN_OK
	    : TOKEN_EXPIRED;
}
