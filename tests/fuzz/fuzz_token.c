/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a token and as saved keys.  Only what was sealed opens, and it
 * opens as it was sealed; one changed byte makes it a forgery.
 */
#include "common/auth/token.h"
#include "common/base/panic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	ALL_PURPOSES = ~0
};

static void
plain_random(void *ctx, void *out, size_t n)
{
	(void)ctx;
	memset(out, 7, n);
}

static const struct env env = { .random = plain_random };

static uint64_t
take(const uint8_t **p, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v = v << 8 | *(*p)++;
	return v;
}

/* A token of the input's making, and the same with one byte changed. */
static void
seal_and_bend(const struct token_keys *keys, const uint8_t *p)
{
	struct buf text = BUF_INIT(TOKEN_TEXT_MAX);
	struct token t = { 0 };
	struct token got;
	unsigned purposes = (unsigned)ALL_PURPOSES;
	size_t at;
	char bent;

	t.purpose = (enum token_purpose)(1 + take(&p, 1) % 5);
	t.account = take(&p, 8);
	t.epoch = (uint32_t)take(&p, 4);
	t.issued = (int64_t)take(&p, 6);
	t.expires = (int64_t)take(&p, 6);
	at = (size_t)take(&p, 1);
	bent = (char)take(&p, 1);
	token_seal(keys, &env, &t, &text);
	ASSERT(buf_ok(&text));
	ASSERT(token_open(keys, buf_slice(&text), purposes, t.expires, &got) ==
	    TOKEN_EXPIRED);
	ASSERT(got.purpose == t.purpose && got.account == t.account);
	ASSERT(got.epoch == t.epoch && got.issued == t.issued);
	ASSERT(got.expires == t.expires);
	at %= text.n;
	if (text.p[at] != bent) {
		text.p[at] = bent;
		ASSERT(token_open(keys, buf_slice(&text), purposes, 0, &got) ==
		    TOKEN_FORGED);
	}
	buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice s = slice_make(data, size);
	struct token_keys keys, loaded;
	struct token t;

	token_keys_make(&keys, &env);
	token_keys_rotate(&keys, &env);
	(void)token_open(&keys, s, (unsigned)ALL_PURPOSES, 0, &t);
	if (token_keys_load(&loaded, s) == 0) {
		struct buf again = BUF_INIT(1000);

		token_keys_save(&loaded, &again);
		ASSERT(slice_eq(buf_slice(&again), s));
		buf_free(&again);
	}
	if (size >= 27)
		seal_and_bend(&keys, data);
	return 0;
}
