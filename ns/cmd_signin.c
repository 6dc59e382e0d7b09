/* SPDX-License-Identifier: MIT */
/*
 * USR: who it is and that it is so (ns-classic 4.3 to 4.6, ns-modern 3.4, 3.5,
 * seeds 002 and 003).
 */
#include "ns/cmd_signin.h"

#include "common/base/panic.h"
#include "common/codec/base64.h"
#include "common/codec/url.h"
#include "ns/msnp/place.h"
#include "ns/shapes.h"

enum result
cmd_signin_deny(struct conn *c, const struct command *in, unsigned code,
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
	/* MSN 1.0 needs the 0, whatever its time's documents say */
	buf_add_text(b, dialect_has(c->dialect, D_BOOK) ? " U D" : " 0");
	if (dialect_has(c->dialect, D_REFERRER)) {
		buf_add_char(b, ' ');
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
	    c->state != CONN_CHALLENGED &&
	    !referral_take(c->ns, address, &c->link->peer);
}

bool
cmd_signin_begin(struct conn *c, const struct command *in)
{
	struct ns *ns = c->ns;
	char address[ADDRESS_MAX + 1];

	if (!address_canonical(in->args[2], address)) {
		cmd_signin_deny(c, in, 911, CLOSE_AUTH_FAILED);
		return false;
	}
	if (ns->core->draining) {
		cmd_signin_deny(c, in, 601, CLOSE_DRAIN);
		return false;
	}
	if (ns->cfg.strangers != NULL && crowd_is_crowded(ns->cfg.strangers)) {
		cmd_signin_deny(c, in, 910, CLOSE_BUSY);
		return false;
	}
	if (must_be_referred(c, slice_text(address))) {
		refer(c, in, slice_text(address));
		return false;
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
	return true;
}

/*
 * The client hands this on to the login server, where only tpf means
 * something: it is our seal.  The keys and their order are those of seed 004,
 * because programs take the string apart, drop what they do not know and put
 * it together again in an order of their own (field-runs 2.1).
 */
static enum result
twn_initial(struct conn *c, const struct command *in)
{
	struct core *core = c->ns->core;
	struct buf *b;

	if (!cmd_signin_begin(c, in))
		return RESULT_OK;
	b = conn_reply(c, in);
	buf_addf(b,
	    " TWN S lc=1033,id=507,tw=40,fs=1,"
	    "ru=http%%3A%%2F%%2Fmessenger%%2Emsn%%2Ecom,ct=%lld,"
	    "kpp=1,kv=5,ver=2.1.0173.1,tpf=",
	    (long long)env_wall(core->env));
	signin_challenge(core, b);
	conn_finish(c);
	return RESULT_OK;
}

/* What the client enciphers to prove that it may use its ticket. */
static enum result
sso_initial(struct conn *c, const struct command *in)
{
	unsigned char random[SSO_NONCE_BYTES];
	struct buf nonce = BUF_INIT(SSO_NONCE_TEXT), *b;

	if (!cmd_signin_begin(c, in))
		return RESULT_OK;
	env_random(c->ns->core->env, random, sizeof(random));
	base64_encode(&nonce, slice_make(random, sizeof(random)));
	ASSERT(buf_ok(&nonce) && nonce.n == SSO_NONCE_TEXT);
	memcpy(c->signing->nonce, nonce.p, nonce.n);
	buf_free(&nonce);
	b = conn_reply(c, in);
	buf_add_text(b, " SSO S MBI_KEY_OLD");
	shape_word(b, slice_text(c->signing->nonce));
	conn_finish(c);
	return RESULT_OK;
}

/* ---- USR S ---- */

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
 * there are places, a machine GUID.  Patched libraries leave the proof out
 * (ns-modern.md 3.5).
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
	if (in->nargs >= 4)
		out->proof = in->args[3];
	return !places || out->placed;
}

/*
 * Which tickets are taken depends on what was shown beside: whoever was given a
 * nonce must know the ticket's secret, if it was told one.
 */
static enum token_door
door_of(const struct conn *c, const struct credentials *cr)
{
	if (c->signing->nonce[0] == '\0')
		return DOOR_SIGN_IN;
	return cr->proof.p != NULL ? DOOR_SIGN_IN_PROVEN : DOOR_SIGN_IN_BARE;
}

static bool
proven(const struct conn *c, const struct credentials *cr)
{
	struct slice nonce = slice_text(c->signing->nonce);
	unsigned char secret[SIGNIN_SECRET_BYTES];
	bool ok;

	if (door_of(c, cr) != DOOR_SIGN_IN_PROVEN)
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
	if (dialect_has(c->dialect, D_VERIFIED))
		buf_add_text(b, " 1");
	if (!dialect_has(c->dialect, D_MD5))
		buf_add_text(b, " 0");
	buf_add_text(b, "\r\n");
	if (dialect_has(c->dialect, D_SBS))
		buf_add_text(b, "SBS 0 null\r\n");
	shape_profile(b, c->dialect, &profile);
	/* of a place the core tells, with all the others */
	if (dialect_has(c->dialect, D_PLACES) && c->session.endpoint == NULL)
		shape_self(b, c->dialect, &c->session, false);
	conn_send(c);
}

static void
enter(struct conn *c, struct account *a, const struct credentials *cr)
{
	struct core *core = c->ns->core;

	conn_signing_end(c);
	c->session.front = &ns_front;
	c->session.shape = c->dialect->index;
	c->session.ticket = signin_mark(core, cr->ticket);
	c->session.made = cr->made;
	if (cr->placed) {
		c->session.endpoint = mem_alloc(sizeof(*c->session.endpoint));
		memcpy(c->session.endpoint->id, cr->place, GUID_BYTES);
	}
	c->since = (uint32_t)env_wall(core->env);
	session_open(core, &c->session, a);
	conn_enter(c, CONN_AUTHED);
	metrics_add(core->metrics, COUNTER_NS_SIGN_INS, 1);
	signin_note(RESULT_OK, slice_text(c->dialect->name), &c->link->peer,
	    account_address(a));
}

enum result
cmd_signin_end(struct conn *c, const struct command *in, enum result r,
    struct account *a, const struct credentials *cr)
{
	if (r == RESULT_WAIT)
		return r;
	if (r == RESULT_DRAINING)
		return cmd_signin_deny(c, in, 601, CLOSE_DRAIN);
	if (r == RESULT_STORE_FAILED)
		return cmd_signin_deny(c, in, 500, CLOSE_STORE_FAILED);
	if (r == RESULT_BUSY || r == RESULT_ELSEWHERE_DOWN)
		return cmd_signin_deny(c, in, 910, CLOSE_BUSY);
	/* whatever else it is: the client asks for the password again */
	if (r != RESULT_OK)
		return cmd_signin_deny(c, in, 911, CLOSE_AUTH_FAILED);
	enter(c, a, cr);
	welcome(c, in, cr);
	return RESULT_OK;
}

static enum result
usr_ticket(struct conn *c, const struct command *in, bool sso)
{
	struct core *core = c->ns->core;
	struct credentials cr;
	struct account *a = NULL;
	enum result r;

	/* begun the other way, or not at all */
	if (c->state != CONN_CHALLENGED ||
	    (c->signing->nonce[0] != '\0') != sso ||
	    !read_credentials(c, in, &cr))
		return cmd_signin_deny(c, in, 911, CLOSE_AUTH_FAILED);
	if (core->draining)
		return cmd_signin_end(c, in, RESULT_DRAINING, NULL, &cr);
	r = account_get(in->rq, slice_text(c->signing->address), &a);
	/* a ticket for one use is used up only with its proof */
	if (r == RESULT_OK)
		r = proven(c, &cr)
		    ? signin_ticket(core, a, cr.ticket, door_of(c, &cr))
		    : RESULT_BAD_TICKET;
	return cmd_signin_end(c, in, r, a, &cr);
}

static enum result
twn_final(struct conn *c, const struct command *in)
{
	return usr_ticket(c, in, false);
}

static enum result
sso_final(struct conn *c, const struct command *in)
{
	return usr_ticket(c, in, true);
}

/* ---- USR ---- */

/* clang-format off */
static const struct package {
	const char *name;
	uint64_t needs;
	command_fn initial, final;
} packages[] = {
	{ "SSO", D_SSO, sso_initial,     sso_final },
	{ "TWN", D_TWN, twn_initial,     twn_final },
	{ "MD5", D_MD5, cmd_md5_initial, cmd_md5_final },
	{ "CTP", D_CTP, cmd_ctp_initial, cmd_ctp_final },
};
/* clang-format on */

static const struct package *
find_package(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(packages); i++)
		if (slice_eq_text(name, packages[i].name))
			return &packages[i];
	return NULL;
}

enum result
cmd_usr(struct conn *c, const struct command *in)
{
	const struct package *p = find_package(in->args[0]);
	struct slice stage = in->args[1];

	/* of the other era: dropped without a word (ns-classic 4.3) */
	if (p != NULL &&
	    dialect_has(c->dialect, D_MD5) !=
		((p->needs & (D_MD5 | D_CTP)) != 0)) {
		conn_end(c, CLOSE_WRONG_DIALECT);
		return RESULT_OK;
	}
	if (p != NULL && dialect_has(c->dialect, p->needs)) {
		if (slice_eq_text(stage, "I"))
			return p->initial(c, in);
		if (slice_eq_text(stage, "S"))
			return p->final(c, in);
	}
	return cmd_signin_deny(c, in, 911, CLOSE_AUTH_FAILED);
}
