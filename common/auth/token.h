/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TOKEN_H
#define NUDGE_TOKEN_H
/*
 * Sealed tokens: who, for what, until when; nothing is stored on the server.
 * Layout and lifetimes: docs/ARCHITECTURE.md.  A token is at most 150
 * characters, free of blanks, commas, quotes and '=' (patched clients hold 199
 * bytes, passport.md 6), starts with a letter or digit, and is authenticated
 * with HMAC-SHA-256, compared in constant time.
 */
#include "common/base/buf.h"
#include "common/base/env.h"
#include "common/codec/digest.h"

/* The rows of tokens.def. */
enum token_purpose {
#define DOOR(name, where)
#define TOKEN(name, number, life, use, doors, word, from) TOKEN_##name = number,
#include "common/auth/tokens.def"
};

/* What may be asked to open. */
enum token_door {
#define DOOR(name, where) DOOR_##name,
#define TOKEN(name, number, life, use, doors, word, from)
#include "common/auth/tokens.def"
	DOORS
};

/* The purposes that open it, as a mask of 1u << purpose. */
unsigned token_at(enum token_door door);
/* Seconds that one lives at most; day for those that live as tickets do. */
int64_t token_life(enum token_purpose purpose, int64_t day);
/* Does it open one session and no more? */
bool token_serves_once(enum token_purpose purpose);

enum {
	TOKEN_TEXT_MAX = 150,
	TOKEN_KEY_BYTES = 32,
	TOKEN_NONCE_BYTES = 12,
	TOKEN_AHEAD_S = 3600 /* two clocks, or one that was set, may differ */
};

struct token {
	enum token_purpose purpose;
	uint64_t account;
	uint32_t epoch;
	int64_t issued; /* Unix seconds */
	int64_t expires;
	unsigned char nonce[TOKEN_NONCE_BYTES];
};

struct token_key {
	uint8_t id;
	unsigned char key[TOKEN_KEY_BYTES];
	struct digest_key ready; /* the same, for HMACs */
};

/* keys[0] seals; both open, so that a key can be replaced without a flag day. */
struct token_keys {
	struct token_key keys[2];
	unsigned n;
};

/*
 * Serialised keys as the store keeps them.  token_keys_load() fails (-1) on
 * anything it did not write; rotate puts a fresh key first.
 */
void token_keys_make(struct token_keys *k, const struct env *env);
void token_keys_rotate(struct token_keys *k, const struct env *env);
void token_keys_save(const struct token_keys *k, struct buf *out);
int token_keys_load(struct token_keys *k, struct slice saved);

/*
 * The nonce is made here.  Appends to out.  Times are below 2^48; one before
 * 1970 is taken for 1970.
 */
void token_seal(const struct token_keys *k, const struct env *env,
    struct token *t, struct buf *out);
/* The same with the nonce that t has: who ends one ends the other. */
void
token_seal_again(const struct token_keys *k, struct token *t, struct buf *out);

enum token_verdict {
	TOKEN_OK,
	TOKEN_FORGED,
	TOKEN_WRONG_PURPOSE,
	TOKEN_EXPIRED
};

/*
 * purposes: mask of 1u << purpose.  On OK and EXPIRED *t is filled.  What was
 * sealed by a clock that was far ahead counts as expired, as nobody knows when
 * that was.
 */
enum token_verdict token_open(const struct token_keys *k, struct slice text,
    unsigned purposes, int64_t now, struct token *t);

/*
 * Up to 32 secret bytes that belong to this sealed text: HMAC-SHA-256 with the
 * key that sealed it over label and text.  Nothing need be stored for them.
 * False when no key of ours sealed it.
 */
bool token_derive(const struct token_keys *k, struct slice text,
    const char *label, unsigned char *out, size_t n);

/*
 * Remembers nonces that may serve once until they would expire anyway;
 * bounded: beyond max entries the oldest is forgotten, and whatever would
 * expire no later than that is taken for used.  64-bit keyed hashes of nonces
 * are kept; times behind 2106 count as 2106.
 */
struct token_once;
struct token_once *token_once_new(const struct env *env, size_t max);
void token_once_free(struct token_once *o);
/* False when this nonce was taken before, or its time is over. */
bool token_once_take(struct token_once *o,
    const unsigned char nonce[TOKEN_NONCE_BYTES], int64_t expires, int64_t now);
/* Was it taken, as far as is remembered? */
bool token_once_taken(const struct token_once *o,
    const unsigned char nonce[TOKEN_NONCE_BYTES]);

#endif
