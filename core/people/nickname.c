/* SPDX-License-Identifier: MIT */
#include "core/people/nickname.h"

#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "common/codec/hex.h"

/* What is kept: random bytes in hex, then the name as it is written. */
enum {
	SECRET_TEXT = 32,
	SECRET_BYTES = SECRET_TEXT / 2
};

static bool
is_letter(char c)
{
	return (unsigned char)c >= 'A' && c != 0x7f;
}

bool
nickname_acceptable(struct slice nick)
{
	static const char *const reserved[] = { "sysop", "admin", "guide" };

	if (nick.n == 0 || nick.n > NICKNAME_MAX || !is_letter(nick.p[0]) ||
	    !utf8_valid(nick))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		if (slice_starts_nocase(nick, slice_text(reserved[i])))
			return false;
	for (size_t i = 0; i < nick.n; i++)
		if (!is_letter(nick.p[i]) && nick.p[i] != '-' &&
		    (nick.p[i] < '0' || nick.p[i] > '9'))
			return false;
	return true;
}

/* Names that differ in the case of ASCII letters are one. */
static struct slice
fold(struct slice nick, char out[NICKNAME_MAX])
{
	size_t n = size_min(nick.n, NICKNAME_MAX);

	for (size_t i = 0; i < n; i++)
		out[i] = nick.p[i] >= 'A' && nick.p[i] <= 'Z'
		    ? (char)(nick.p[i] + 32)
		    : nick.p[i];
	return slice_make(out, n);
}

static struct kept *
find(struct request *rq, struct slice nick)
{
	char text[NICKNAME_MAX];

	if (nick.n == 0 || nick.n > NICKNAME_MAX)
		return NULL;
	return keep_find(rq, KEEP_NICKNAME, fold(nick, text));
}

uint64_t
nickname_owner(struct request *rq, struct slice nick)
{
	const struct kept *k = find(rq, nick);

	return k ? k->owner : 0;
}

enum result
nickname_register(struct request *rq, struct account *a, struct slice nick)
{
	struct buf value = BUF_INIT(SECRET_TEXT + NICKNAME_MAX);
	unsigned char secret[SECRET_BYTES];
	char text[NICKNAME_MAX];
	struct kept *k;
	enum result r;

	if (!nickname_acceptable(nick))
		return RESULT_BAD_NAME;
	if (find(rq, nick) != NULL)
		return RESULT_ALREADY_THERE;
	if (keep_count(rq, KEEP_NICKNAME, a) >= NICKNAMES_MAX)
		return RESULT_LIST_FULL;
	env_random(rq->core->env, secret, sizeof(secret));
	hex_encode(&value, slice_make(secret, sizeof(secret)));
	buf_add_slice(&value, nick);
	r = keep_put(rq, KEEP_NICKNAME, fold(nick, text), a->id,
	    buf_slice(&value), &k);
	buf_free(&value);
	return r;
}

enum result
nickname_give_up(struct request *rq, struct account *a, struct slice nick)
{
	struct kept *k = find(rq, nick);

	if (k == NULL || k->owner != a->id)
		return RESULT_NOT_THERE;
	return keep_delete(rq, k) ? RESULT_OK : RESULT_STORE_FAILED;
}

static struct slice
secret_of(const struct kept *k)
{
	return slice_upto(blob_slice(k->value), SECRET_TEXT);
}

struct slice
nickname_text(const struct kept *k)
{
	return slice_from(blob_slice(k->value), SECRET_TEXT);
}

void
nickname_add_id(const struct kept *k, struct buf *out)
{
	buf_add_slice(out, secret_of(k));
	hex_encode(out, nickname_text(k));
}

const struct kept *
nickname_by_id(struct request *rq, struct slice id)
{
	struct buf nick = BUF_INIT(NICKNAME_MAX);
	const struct kept *k = NULL;

	if (id.n > SECRET_TEXT &&
	    hex_decode(&nick, slice_from(id, SECRET_TEXT)) && buf_ok(&nick))
		k = find(rq, buf_slice(&nick));
	buf_free(&nick);
	if (k == NULL || secret_of(k).n != SECRET_TEXT ||
	    !mem_equal_ct(secret_of(k).p, id.p, SECRET_TEXT))
		return NULL;
	return k;
}

struct own {
	uint64_t owner;
	void (*each)(void *ctx, const struct kept *k);
	void *ctx;
};

static void
one(void *ctx, const struct kept *k)
{
	const struct own *o = ctx;

	if (k->owner == o->owner)
		o->each(o->ctx, k);
}

void
nickname_each(struct request *rq, const struct account *a,
    void (*each)(void *ctx, const struct kept *k), void *ctx)
{
	struct own o = { a->id, each, ctx };

	keep_each(rq, KEEP_NICKNAME, one, &o);
}
