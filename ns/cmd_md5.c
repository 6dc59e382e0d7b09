/* SPDX-License-Identifier: MIT */
/* Signing in as it was before tickets (ns-classic 4.2 to 4.4). */
#include "common/base/panic.h"
#include "common/codec/url.h"
#include "ns/cmd_signin.h"
#include "ns/shapes.h"

/* Without the first builds, which know nothing else, CTP is not told of. */
static bool
in_clear(const struct conn *c)
{
	return dialect_has(c->dialect, D_CTP) && c->ns->cfg.ctp;
}

enum result
cmd_inf(struct conn *c, const struct command *in)
{
	buf_add_text(conn_reply(c, in), in_clear(c) ? " MD5,CTP" : " MD5");
	conn_finish(c);
	return RESULT_OK;
}

/*
 * The mailbox, where their menus lead, takes what the profile calls MSPAuth for
 * who one is.  It travels in clear: so it opens nothing else.
 */
static enum result
admit(struct conn *c, const struct command *in, enum result r,
    struct account *a, bool digest)
{
	struct buf pass = BUF_INIT(TOKEN_TEXT_MAX);
	struct credentials cr = { 0 };

	if (r == RESULT_OK && digest)
		cr.made = signin_issue_menu(c->ns->core, a, &pass);
	else if (r == RESULT_OK)
		signin_issue(c->ns->core, a, TOKEN_MENU, &pass);
	ASSERT(buf_ok(&pass));
	cr.ticket = buf_slice(&pass);
	r = cmd_signin_end(c, in, r, a, &cr);
	buf_free(&pass);
	return r;
}

/* ---- MD5 ---- */

/* The time and a number, as the servers of the time wrote it. */
static void
make_challenge(struct conn *c)
{
	const struct env *env = c->ns->core->env;
	struct buf b = BUF_INIT(sizeof(c->signing->nonce) - 1);
	uint32_t random;

	env_random(env, &random, sizeof(random));
	buf_addf(&b, "%lld.%u", (long long)env_wall(env), random);
	ASSERT(buf_ok(&b));
	memcpy(c->signing->nonce, b.p, b.n);
	buf_free(&b);
}

enum result
cmd_md5_initial(struct conn *c, const struct command *in)
{
	struct buf *b;

	if (!cmd_signin_begin(c, in))
		return RESULT_OK;
	make_challenge(c);
	b = conn_reply(c, in);
	buf_add_text(b, " MD5 S");
	shape_word(b, slice_text(c->signing->nonce));
	conn_finish(c);
	return RESULT_OK;
}

static bool
read_proof(struct slice word, unsigned char proof[SIGNIN_DIGEST_BYTES])
{
	struct buf b = BUF_INIT(SIGNIN_DIGEST_BYTES);
	bool good =
	    hex_decode(&b, word) && buf_ok(&b) && b.n == SIGNIN_DIGEST_BYTES;

	if (good)
		memcpy(proof, b.p, SIGNIN_DIGEST_BYTES);
	buf_free(&b);
	return good;
}

enum result
cmd_md5_final(struct conn *c, const struct command *in)
{
	unsigned char proof[SIGNIN_DIGEST_BYTES];
	struct account *a;
	enum result r;

	if (c->state != CONN_CHALLENGED || c->signing->nonce[0] == '\0' ||
	    !read_proof(in->args[2], proof))
		return cmd_signin_deny(c, in, 911, CLOSE_AUTH_FAILED);
	r = signin_digest(in->rq, &c->link->peer,
	    slice_text(c->signing->address), slice_text(c->signing->nonce),
	    proof, &a);
	if (r != RESULT_OK)
		signin_note(r, slice_text(c->dialect->name), &c->link->peer,
		    slice_text(c->signing->address));
	return admit(c, in, r, a, true);
}

/* ---- CTP: the password itself ---- */

enum result
cmd_ctp_initial(struct conn *c, const struct command *in)
{
	if (!in_clear(c))
		return cmd_signin_deny(c, in, 911, CLOSE_AUTH_FAILED);
	if (!cmd_signin_begin(c, in))
		return RESULT_OK;
	buf_add_text(conn_reply(c, in), " CTP S");
	conn_finish(c);
	return RESULT_OK;
}

enum result
cmd_ctp_final(struct conn *c, const struct command *in)
{
	struct buf password = BUF_INIT(MSNP_LINE_MAX);
	struct account *a;
	enum result r;

	if (!in_clear(c) || c->state != CONN_CHALLENGED ||
	    c->signing->nonce[0] != '\0')
		return cmd_signin_deny(c, in, 911, CLOSE_AUTH_FAILED);
	/* at once: what grows leaves copies behind */
	(void)buf_reserve(&password, in->args[2].n);
	url_decode(&password, in->args[2]);
	r = signin_password(in->rq, &c->link->peer,
	    slice_text(c->signing->address), buf_slice(&password), &a);
	if (password.n > 0)
		mem_wipe(password.p, password.n);
	buf_free(&password);
	if (r != RESULT_OK)
		signin_note(r, slice_text(c->dialect->name), &c->link->peer,
		    slice_text(c->signing->address));
	return admit(c, in, r, a, false);
}
