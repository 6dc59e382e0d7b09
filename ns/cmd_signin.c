/* SPDX-License-Identifier: MIT */
/*
 * USR: who it is and that it is so (ns-classic 4.5, ns-modern 3.4, 3.5, seeds
 * 002 and 003).
 */
#include "common/base/panic.h"
#include "common/codec/base64.h"
#include "common/codec/hex.h"
#include "common/codec/url.h"
#include "ns/conn.h"
#include "ns/msnp/place.h"
#include "ns/shapes.h"

static enum result
deny(struct conn *c, const struct command *in, unsigned code,
    enum close_reason why)
{
	metrics_add(c->ns->core->metrics, COUNTER_NS_REFUSED, 1);
	conn_refuse(c, in, code, why);
	return RESULT_OK;
}

/* ---- USR I ---- */

static void
refer(struct conn *c, const struct command *in, struct slice address)
{
	struct buf *b = conn_line(c);

	referral_note(c->ns, address, &c->link->peer);
	buf_add_text(b, "XFR");
	shape_word(b, in->trid);
	buf_add_text(b, " NS ");
	conn_add_own_address(c, b);
	if (dialect_has(c->dialect, D_BOOK)) {
		buf_add_text(b, " U D");
	} else {
		buf_add_text(b, " 0 ");
		conn_add_own_address(c, b);
	}
	conn_finish(c);
	conn_end(c, CLOSE_REFERRED);
}

/* The gateway's client has one address to talk to: it is never referred. */
static bool
must_be_referred(struct conn *c, struct slice address)
{
	return c->ns->cfg.dispatch && !c->link->relayed &&
	    !referral_known(c->ns, address, &c->link->peer);
}

/*
 * The client hands this on to the login server word for word.  Only rn means
 * something: it is our seal, which the login server checks.
 */
static void
challenge(struct conn *c, const struct command *in)
{
	struct core *core = c->ns->core;
	unsigned char random[16];
	struct buf *b = conn_reply(c, in);

	buf_addf(b,
	    " TWN S lc=1033,id=507,tw=40,fs=1,"
	    "ru=http%%3A%%2F%%2Fmessenger%%2Emsn%%2Ecom,ct=%lld,"
	    "kpp=1,kv=5,ver=2.1.0173.1,rn=",
	    (long long)env_wall(core->env));
	signin_challenge(core, b);
	buf_add_text(b, ",tpf=");
	env_random(core->env, random, sizeof(random));
	hex_encode(b, slice_make(random, sizeof(random)));
	conn_finish(c);
}

/* What the client enciphers to prove that it may use its ticket. */
static void
challenge_proof(struct conn *c, const struct command *in)
{
	unsigned char random[SSO_NONCE_BYTES];
	struct buf nonce = BUF_INIT(SSO_NONCE_TEXT), *b;

	env_random(c->ns->core->env, random, sizeof(random));
	base64_encode(&nonce, slice_make(random, sizeof(random)));
	ASSERT(buf_ok(&nonce) && nonce.n == SSO_NONCE_TEXT);
	memcpy(c->signing->nonce, nonce.p, nonce.n);
	buf_free(&nonce);
	b = conn_reply(c, in);
	buf_add_text(b, " SSO S MBI_KEY_OLD");
	shape_word(b, slice_text(c->signing->nonce));
	conn_finish(c);
}

static enum result
usr_initial(struct conn *c, const struct command *in, bool sso)
{
	struct ns *ns = c->ns;
	char address[ADDRESS_MAX + 1];

	if (!address_canonical(in->args[2], address))
		return deny(c, in, 911, CLOSE_AUTH_FAILED);
	if (ns->core->draining)
		return deny(c, in, 601, CLOSE_DRAIN);
	if (ns->cfg.overload_sign_ins > 0 &&
	    ns->nsigning > ns->cfg.overload_sign_ins)
		return deny(c, in, 910, CLOSE_BUSY);
	if (must_be_referred(c, slice_text(address))) {
		refer(c, in, slice_text(address));
		return RESULT_OK;
	}
	if (c->state != CONN_CHALLENGED)
		c->signing = mem_alloc(sizeof(*c->signing));
	*c->signing = (struct signing){ 0 };
	memcpy(c->signing->address, address, sizeof(address));
	conn_enter(c, CONN_CHALLENGED);
	if (dialect_has(c->dialect, D_BOOK)) {
		shape_policies(conn_line(c));
		conn_send(c);
	}
	if (sso)
		challenge_proof(c, in);
	else
		challenge(c, in);
	return RESULT_OK;
}

/* ---- USR S ---- */

/* What a USR S brings; the slices live until the handler returns. */
struct credentials {
	struct slice ticket;
	struct slice proof; /* empty without one */
	unsigned char place[GUID_BYTES];
	bool placed;
};

/* Some clients percent-encode the ticket; ours has nothing that matters. */
static bool
read_ticket(struct conn *c, struct slice word, struct slice *out)
{
	struct buf b = BUF_INIT(MSNP_LINE_MAX);

	url_decode(&b, word);
	*out = arena_copy(&c->ns->arena, buf_slice(&b));
	buf_free(&b);
	return out->p != NULL;
}

/*
 * "ticket", with TWN some append a machine GUID; "ticket proof" and, where
 * there are places, a machine GUID.
 */
static bool
read_credentials(struct conn *c, const struct command *in,
    struct credentials *out)
{
	bool sso = c->signing->nonce[0] != '\0';
	bool places = dialect_has(c->dialect, D_PLACES);
	unsigned at = sso ? 4 : 3;

	*out = (struct credentials){ 0 };
	if (!read_ticket(c, in->args[2], &out->ticket))
		return false;
	if (places && in->nargs > at)
		out->placed = place_parse_id(in->args[at], out->place);
	if (!sso)
		return true;
	if (in->nargs < 4 || (places && !out->placed))
		return false;
	out->proof = in->args[3];
	return true;
}

/* Whoever was given a nonce must show that it knows the ticket's secret. */
static bool
proven(const struct conn *c, const struct credentials *cr)
{
	struct slice nonce = slice_text(c->signing->nonce);
	unsigned char secret[SIGNIN_SECRET_BYTES];
	bool ok;

	if (nonce.n == 0)
		return true;
	ok = signin_secret(c->ns->core, cr->ticket, secret) &&
	    sso_proof_ok(secret, nonce, cr->proof);
	mem_wipe(secret, sizeof(secret));
	return ok;
}

static void
welcome(struct conn *c, const struct command *in, const struct credentials *cr)
{
	const struct account *a = c->session.account;
	const struct shape_profile profile = {
		.account = a,
		.ticket = cr->ticket,
		.peer = &c->link->peer,
		.now = env_wall(c->ns->core->env),
		.relayed = c->link->relayed,
	};
	struct buf *b = conn_reply(c, in);

	buf_add_text(b, " OK");
	shape_word(b, account_address(a));
	if (dialect_has(c->dialect, D_NAME_IN_OK))
		shape_word(b, account_name(a));
	/* verified, and no child: anything else restricts the client */
	buf_add_text(b, " 1 0\r\n");
	if (dialect_has(c->dialect, D_SBS))
		buf_add_text(b, "SBS 0 null\r\n");
	shape_profile(b, c->dialect, &profile);
	/* of a place the core tells, with all the others */
	if (dialect_has(c->dialect, D_PLACES) && c->session.endpoint == NULL)
		shape_self(b, c->dialect, &c->session);
	conn_send(c);
}

static void
enter(struct conn *c, struct account *a, const struct credentials *cr)
{
	struct core *core = c->ns->core;

	conn_signing_end(c);
	c->session.front = &ns_front;
	c->session.shape = c->dialect->index;
	if (cr->placed) {
		c->session.endpoint = mem_alloc(sizeof(*c->session.endpoint));
		memcpy(c->session.endpoint->id, cr->place, GUID_BYTES);
	}
	session_open(core, &c->session, a);
	conn_enter(c, CONN_AUTHED);
	metrics_add(core->metrics, COUNTER_NS_SIGN_INS, 1);
}

static enum result
usr_ticket(struct conn *c, const struct command *in, bool sso)
{
	struct core *core = c->ns->core;
	struct credentials cr;
	struct account *a;
	enum result r;

	/* begun the other way, or not at all */
	if (c->state != CONN_CHALLENGED ||
	    (c->signing->nonce[0] != '\0') != sso ||
	    !read_credentials(c, in, &cr))
		return deny(c, in, 911, CLOSE_AUTH_FAILED);
	if (core->draining)
		return deny(c, in, 601, CLOSE_DRAIN);
	r = account_get(in->rq, slice_text(c->signing->address), &a);
	/* a ticket for one use is used up only with its proof */
	if (r == RESULT_OK)
		r = proven(c, &cr) ? signin_ticket(core, a, cr.ticket)
				   : RESULT_BAD_TICKET;
	if (r == RESULT_WAIT)
		return r;
	if (r == RESULT_STORE_FAILED)
		return deny(c, in, 500, CLOSE_STORE_FAILED);
	if (r == RESULT_BUSY)
		return deny(c, in, 910, CLOSE_BUSY);
	if (r != RESULT_OK)
		return deny(c, in, 911, CLOSE_AUTH_FAILED);
	enter(c, a, &cr);
	welcome(c, in, &cr);
	return RESULT_OK;
}

enum result
cmd_usr(struct conn *c, const struct command *in)
{
	struct slice package = in->args[0], stage = in->args[1];
	bool sso = slice_eq_text(package, "SSO");

	/* the package of older versions: dropped without a word */
	if (slice_eq_text(package, "MD5")) {
		conn_end(c, CLOSE_WRONG_DIALECT);
		return RESULT_OK;
	}
	if (dialect_has(c->dialect, sso ? D_SSO : D_TWN) &&
	    (sso || slice_eq_text(package, "TWN"))) {
		if (slice_eq_text(stage, "I"))
			return usr_initial(c, in, sso);
		if (slice_eq_text(stage, "S"))
			return usr_ticket(c, in, sso);
	}
	return deny(c, in, 911, CLOSE_AUTH_FAILED);
}
