/* SPDX-License-Identifier: MIT */
/* USR: who it is and that it is so (ns-classic 4.5, seed 003). */
#include "common/base/panic.h"
#include "common/codec/hex.h"
#include "ns/conn.h"
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
	buf_add_text(b, " 0 ");
	conn_add_own_address(c, b);
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

static enum result
usr_initial(struct conn *c, const struct command *in)
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
	memcpy(c->signing->address, address, sizeof(address));
	conn_enter(c, CONN_CHALLENGED);
	challenge(c, in);
	return RESULT_OK;
}

/* ---- USR S ---- */

static void
welcome(struct conn *c, const struct command *in)
{
	const struct account *a = c->session.account;
	const struct shape_profile profile = {
		.account = a,
		.ticket = in->args[2],
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
	conn_send(c);
}

static enum result
usr_ticket(struct conn *c, const struct command *in)
{
	struct core *core = c->ns->core;
	struct account *a;
	enum result r;

	if (c->state != CONN_CHALLENGED)
		return deny(c, in, 911, CLOSE_AUTH_FAILED);
	if (core->draining)
		return deny(c, in, 601, CLOSE_DRAIN);
	r = account_get(in->rq, slice_text(c->signing->address), &a);
	if (r == RESULT_OK)
		r = signin_ticket(core, a, in->args[2]);
	if (r == RESULT_WAIT)
		return r;
	if (r == RESULT_STORE_FAILED)
		return deny(c, in, 500, CLOSE_STORE_FAILED);
	if (r == RESULT_BUSY)
		return deny(c, in, 910, CLOSE_BUSY);
	if (r != RESULT_OK)
		return deny(c, in, 911, CLOSE_AUTH_FAILED);
	conn_signing_end(c);
	c->session.front = &ns_front;
	c->session.shape = c->dialect->index;
	session_open(core, &c->session, a);
	conn_enter(c, CONN_AUTHED);
	metrics_add(core->metrics, COUNTER_NS_SIGN_INS, 1);
	welcome(c, in);
	return RESULT_OK;
}

enum result
cmd_usr(struct conn *c, const struct command *in)
{
	/* the package of older versions: dropped without a word */
	if (slice_eq_text(in->args[0], "MD5")) {
		conn_end(c, CLOSE_WRONG_DIALECT);
		return RESULT_OK;
	}
	if (slice_eq_text(in->args[0], "TWN")) {
		if (slice_eq_text(in->args[1], "I"))
			return usr_initial(c, in);
		if (slice_eq_text(in->args[1], "S"))
			return usr_ticket(c, in);
	}
	return deny(c, in, 911, CLOSE_AUTH_FAILED);
}

enum result
cmd_usr_again(struct conn *c, const struct command *in)
{
	conn_error(c, in, 207);
	return RESULT_OK;
}
