/* SPDX-License-Identifier: MIT */
/* Signing in, as each version does it. */
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "ns/msnp/dialect.h"
#include "ns/msnp/sso.h"
#include "tests/proto/play.h"

#include "core/private.h"

#include <stdio.h>
#include <string.h>

#define HOME "{7e3061d3-a564-477f-4e61-8b1c656bb596}"

static void
again(struct request *rq)
{
	(void)rq;
}

void
world_add(struct world *w, const char *address, const char *name)
{
	char sealed[SEALED_TEXT_MAX + 1];
	const struct account_secret secret = { "*", sealed };
	struct core *c = world_core(w);
	struct account *a;
	struct request rq;
	enum result r;

	request_begin(&rq, c, again);
	while ((r = account_get(&rq, slice_text(address), &a)) == RESULT_WAIT)
		loop_turn(c->loop);
	assert_int_equal(r, RESULT_NO_SUCH_ACCOUNT);
	signin_seal(c, slice_text(address), SEALED_MADE,
	    slice_text(PLAY_PASSWORD), sealed);
	r = account_create(&rq, slice_text(address), slice_text(name), &secret,
	    &a);
	assert_int_equal(r, RESULT_OK);
	request_end(&rq);
	world_settle(w);
}

static bool
has(const char *dialect, uint64_t features)
{
	const struct dialect *d =
	    dialect_find(slice_make(dialect, strlen(dialect)));

	assert_non_null(d);
	return dialect_has(d, features);
}

static void
hears_version(struct player *p, const char *dialect)
{
	play_sayf(p, "VER 1 %s CVR0", dialect);
	play_hearsf(p, "VER 1 %s%s", dialect,
	    has(dialect, D_CVR0_ECHO) ? " CVR0" : "");
}

static void
hears_policies(struct player *p, const char *dialect)
{
	if (has(dialect, D_BOOK))
		(void)play_hears_with(p, "GCF 0 *");
}

const char *
play_challenge(struct player *p, const char *address, const char *dialect)
{
	bool md5 = has(dialect, D_MD5);

	hears_version(p, dialect);
	play_sayf(p, "USR 2 %s I %s", md5 ? "MD5" : "TWN", address);
	hears_policies(p, dialect);
	play_hears_like(p, md5 ? "USR 2 MD5 S *" : "USR 2 TWN S *");
	return md5 ? play_word(p, 4) : NULL;
}

const char *
play_md5(const char *challenge, const char *password)
{
	static char text[2 * MD5_BYTES + 1];
	const struct slice parts[] = { slice_text(challenge),
		slice_text(password) };
	unsigned char digest[MD5_BYTES];
	struct buf b = BUF_INIT(sizeof(text) - 1);

	digest_md5(parts, ARRAY_LEN(parts), digest);
	hex_encode(&b, slice_make(digest, sizeof(digest)));
	assert_true(buf_ok(&b));
	memcpy(text, b.p, b.n);
	buf_free(&b);
	return text;
}

const char *
play_challenge_sso(struct player *p, const char *address, const char *dialect)
{
	const char *nonce;

	hears_version(p, dialect);
	play_sayf(p, "USR 2 SSO I %s", address);
	hears_policies(p, dialect);
	play_hears_like(p, "USR 2 SSO S MBI_KEY_OLD *");
	nonce = play_word(p, 5);
	assert_int_equal(strlen(nonce), SSO_NONCE_TEXT);
	return nonce;
}

const char *
play_proof(struct world *w, const char *ticket, const char *nonce)
{
	static const unsigned char iv[SSO_IV_BYTES] = { 1, 2, 3, 4, 5, 6, 7,
		8 };
	static char text[256];
	unsigned char secret[SIGNIN_SECRET_BYTES];
	struct buf b = BUF_INIT(sizeof(text) - 1);

	assert_true(signin_secret(world_core(w), slice_text(ticket), secret));
	sso_proof_make(secret, slice_text(nonce), iv, &b);
	assert_true(buf_ok(&b));
	memcpy(text, b.p, b.n);
	text[b.n] = '\0';
	buf_free(&b);
	return text;
}

static void
sign_in_sso(struct player *p, const char *address, const char *dialect,
    const char *guid)
{
	struct world *w = play_world(p);
	char nonce[SSO_NONCE_TEXT + 1], ticket[TOKEN_TEXT_MAX + 16];

	(void)snprintf(nonce, sizeof(nonce), "%s",
	    play_challenge_sso(p, address, dialect));
	(void)snprintf(ticket, sizeof(ticket), "%s",
	    world_ticket(w, address, TOKEN_TICKET_PROVEN));
	play_sayf(p, "USR 3 SSO S %s %s %s", ticket,
	    play_proof(w, ticket, nonce), guid);
}

struct player *
play_sign_in_at(struct world *w, const char *address, const char *dialect,
    const char *guid)
{
	struct player *p = play_connect(w);

	if (account_peek(world_core(w), slice_text(address)) == NULL)
		world_add(w, address, "");
	if (has(dialect, D_SSO)) {
		sign_in_sso(p, address, dialect, guid);
	} else if (has(dialect, D_MD5)) {
		play_sayf(p, "USR 3 MD5 S %s",
		    play_md5(play_challenge(p, address, dialect),
			PLAY_PASSWORD));
	} else {
		play_challenge(p, address, dialect);
		play_sayf(p, "USR 3 TWN S %s",
		    world_ticket(w, address, TOKEN_TICKET));
	}
	play_hears_like(p, "USR 3 OK *");
	play_ignore(p);
	return p;
}

struct player *
play_sign_in(struct world *w, const char *address, const char *dialect)
{
	return play_sign_in_at(w, address, dialect,
	    has(dialect, D_PLACES) ? HOME : "");
}

void
play_sync(struct player *p)
{
	play_say(p, "SYN 4 0");
	play_hears_like(p, "SYN 4 *");
	play_ignore(p);
}

struct player *
play_online_at(struct world *w, const char *address, const char *dialect,
    const char *guid)
{
	struct player *p = play_sign_in_at(w, address, dialect, guid);

	if (has(dialect, D_BOOK)) {
		play_say_with(p, "ADL 4", "<ml l=\"1\"></ml>");
		play_hears(p, "ADL 4 OK");
	} else {
		play_sync(p);
	}
	play_say(p, has(dialect, D_CAPS) ? "CHG 5 NLN 32" : "CHG 5 NLN");
	play_hears_like(p, "CHG 5 NLN*");
	play_ignore(p);
	return p;
}

struct player *
play_online(struct world *w, const char *address, const char *dialect)
{
	return play_online_at(w, address, dialect,
	    has(dialect, D_PLACES) ? HOME : "");
}

const char *
play_hears_with(struct player *p, const char *pattern)
{
	const char *line = play_hears_like(p, pattern);
	const char *length = strrchr(line, ' ');

	assert_non_null(length);
	return play_hears_length(p, strtoul(length + 1, NULL, 10));
}

void
play_hears_bytes(struct player *p, const char *bytes)
{
	assert_string_equal(play_hears_length(p, strlen(bytes)), bytes);
}

void
world_forget(struct world *w)
{
	struct core *c = world_core(w);
	size_t usual_size = c->cfg.cache_accounts;

	world_settle(w);
	c->cfg.cache_accounts = 0;
	account_trim(c);
	c->cfg.cache_accounts = usual_size;
}
