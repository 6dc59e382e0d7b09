/* SPDX-License-Identifier: MIT */
/* Passwords that can be read again, and who proves them by a digest. */
#include "common/base/panic.h"
#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "core/door/signin.h"
#include "core/private.h"

/* ---- sealed passwords: a letter that tells the kind, and base64 ---- */

/* Under this label, so that no row's secret serves another row. */
static struct slice
label(struct buf *b, struct slice address, char kind)
{
	buf_add_text(b, "password ");
	buf_add_char(b, kind);
	buf_add_char(b, ' ');
	buf_add_slice(b, address);
	ASSERT(buf_ok(b));
	return buf_slice(b);
}

void
signin_seal(struct core *c, struct slice address, enum sealed_kind kind,
    struct slice password, char out[SEALED_TEXT_MAX + 1])
{
	struct buf name = BUF_INIT(ADDRESS_MAX + 32);
	struct buf sealed = BUF_INIT(PASSWORD_MAX + SEAL_MORE_BYTES);
	struct buf text = BUF_INIT(SEALED_TEXT_MAX);
	char key[ADDRESS_MAX + 1];

	ASSERT(address_canonical(address, key));
	seal_make(c->seal_key, c->env,
	    label(&name, slice_text(key), (char)kind), password, &sealed);
	buf_add_char(&text, (char)kind);
	base64_encode(&text, buf_slice(&sealed));
	ASSERT(buf_ok(&sealed) && buf_ok(&text));
	memcpy(out, text.p, text.n);
	out[text.n] = '\0';
	buf_free(&name);
	buf_free(&sealed);
	buf_free(&text);
}

/*
 * Who lives elsewhere has a password of their own over there, which is not
 * known here: only one that was made for this serves, while that server has
 * said yes to the other one not too long ago.
 */
static bool
may_serve(const struct core *c, const struct account *a, char kind)
{
	const struct account_home *home = account_away(a);

	if (home == NULL)
		return kind != SEALED_OWN || c->cfg.seal_passwords;
	return kind == SEALED_MADE &&
	    (c->cfg.md5_days == 0 ||
		env_wall(c->env) - home->verified <=
		    (int64_t)c->cfg.md5_days * 24 * 3600);
}

/* False when there is none that may serve now. */
static bool
unseal(struct core *c, const struct account *a, struct buf *password)
{
	struct buf name = BUF_INIT(ADDRESS_MAX + 32);
	struct buf sealed = BUF_INIT(PASSWORD_MAX + SEAL_MORE_BYTES);
	struct slice text = slice_text(a->sealed);
	bool good;

	if (text.n == 0 || !may_serve(c, a, text.p[0]))
		return false;
	good = base64_decode(&sealed, slice_from(text, 1)) && buf_ok(&sealed) &&
	    seal_open(c->seal_key, label(&name, account_address(a), text.p[0]),
		buf_slice(&sealed), password);
	buf_free(&name);
	buf_free(&sealed);
	return good && buf_ok(password);
}

/* ---- proofs ---- */

/* Who has no password to compare with is compared with one nobody has. */
static bool
proves(struct core *c, const struct account *a, struct slice challenge,
    const unsigned char proof[SIGNIN_DIGEST_BYTES])
{
	struct buf password = BUF_INIT(PASSWORD_MAX);
	unsigned char want[MD5_BYTES];
	bool there = a != NULL && unseal(c, a, &password);
	const struct slice parts[] = { challenge,
		there ? buf_slice(&password) : SLICE_LIT("0123456789abcdef") };
	bool same;

	digest_md5(parts, ARRAY_LEN(parts), want);
	same = mem_equal_ct(want, proof, sizeof(want));
	if (password.n > 0)
		mem_wipe(password.p, password.n);
	buf_free(&password);
	return there && same;
}

enum result
signin_digest(struct request *rq, const struct addr *peer, struct slice address,
    struct slice challenge, const unsigned char proof[SIGNIN_DIGEST_BYTES],
    struct account **out)
{
	struct core *c = rq->core;
	char key[ADDRESS_MAX + 1];
	struct account *a;
	enum result r;

	*out = NULL;
	if (c->draining)
		return RESULT_DRAINING;
	if (!address_canonical(address, key))
		return RESULT_BAD_PASSWORD;
	address = slice_text(key);
	r = account_get(rq, address, &a);
	if (r == RESULT_OK)
		r = account_password(rq, a);
	if (r != RESULT_OK && r != RESULT_NO_SUCH_ACCOUNT)
		return r;
	r = signin_try(rq, peer, address);
	if (r != RESULT_OK)
		return r;
	r = proves(c, a, challenge, proof) ? signin_accept(c, a, out)
					   : signin_refuse(rq);
	if (r == RESULT_OK)
		known_put(c, peer, a);
	return signin_tried(rq, peer, address, r);
}

/* ---- passwords made here ---- */

/*
 * Letters and digits that no eye and no font of the time mistakes for each
 * other: 14 of 31 are 69 bits.  With the dashes they are as long as passwords
 * were then.
 */
static void
make_password(const struct env *env, struct buf *out)
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	static const char form[] = "xxxxx-xxxxx-xxxx";
	const unsigned n = sizeof(letters) - 1;
	unsigned char byte;

	for (size_t i = 0; i < sizeof(form) - 1; i++) {
		if (form[i] == '-') {
			buf_add_char(out, '-');
			continue;
		}
		/* no letter is likelier than another */
		do
			env_random(env, &byte, 1);
		while (byte >= 256 / n * n);
		buf_add_char(out, letters[byte % n]);
	}
}

enum result
signin_app_password(struct request *rq, struct account *a, struct buf *out)
{
	struct core *c = rq->core;
	struct buf made = BUF_INIT(PASSWORD_MAX);
	char sealed[SEALED_TEXT_MAX + 1] = "";
	enum result r = account_password(rq, a);

	if (r == RESULT_OK && out != NULL) {
		make_password(c->env, &made);
		signin_seal(c, account_address(a), SEALED_MADE,
		    buf_slice(&made), sealed);
	}
	if (r == RESULT_OK)
		r = account_set_sealed(rq, a, sealed);
	if (r == RESULT_OK)
		session_end_made(a, CLOSE_ACCOUNT_GONE);
	if (r == RESULT_OK && out != NULL)
		buf_add_slice(out, buf_slice(&made));
	if (made.n > 0)
		mem_wipe(made.p, made.n);
	buf_free(&made);
	return r;
}
