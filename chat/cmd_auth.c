/* SPDX-License-Identifier: MIT */
/* AUTH: who is it? (chat-ircx 4, 5) */
#include "chat/user.h"

#include "chat/ircx/quote.h"
#include "common/base/panic.h"
#include "common/codec/hex.h"
#include "core/door/signin.h"

#include <stdio.h>

enum {
	TOKEN_LINE_MAX = IRCX_LINE_MAX,
	LENGTH_DIGITS = 8,
	PART_MAX = 400 /* of a ticket, and of a profile */
};

struct package {
	const char *name;
	bool gatekeeper;
	bool ticket; /* an account must follow */
};

/* clang-format off */
static const struct package packages[] = {
	{ "GateKeeper",         true,  false },
	{ "GateKeeperPassport", true,  true },
	{ "ANON",               false, false },
};
/* clang-format on */

static const struct package *
package_find(const struct user *u, struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(packages); i++)
		if (slice_eq_nocase(name, slice_text(packages[i].name)) &&
		    (packages[i].gatekeeper || u->chat->cfg.plain))
			return &packages[i];
	return NULL;
}

static struct slice
peer_group(const struct user *u, unsigned char bytes[16])
{
	addr_group(&u->link->peer, bytes);
	return slice_make(bytes, 16);
}

static enum result
fail(struct user *u)
{
	unsigned char bytes[16];

	penalty_fail(u->chat->failures, peer_group(u, bytes));
	user_say(u, NUM_AUTH_FAILED, "%s", u->entry->package_name);
	user_end(u, CLOSE_AUTH_FAILED);
	return RESULT_OK;
}

/* It is proved who it is. */
static enum result
succeed(struct user *u)
{
	user_printf(u, "AUTH %s * %s@%s 0", u->entry->package_name, u->id,
	    user_domain(u));
	user_try_enter(u);
	return RESULT_OK;
}

/* The token without its quotes; false: it is malformed. */
static bool
unquoted(const struct command *in, struct buf *token)
{
	return in->nargs > 2 && ircx_unquote(token, in->args[2]) &&
	    buf_ok(token);
}

/* ---- GateKeeper ---- */

static enum result
challenge(struct user *u, struct slice token)
{
	struct entry *e = u->entry;
	struct buf plain = BUF_INIT(GK_TOKEN_MAX);
	struct buf *b;

	if (!gk_hello(token, &e->number))
		return fail(u);
	gk_challenge(u->chat->core->env, e->challenge);
	gk_add_challenge(&plain, e->number, e->challenge);
	b = user_line(u);
	buf_addf(b, "AUTH %s S :", e->package_name);
	ircx_quote(b, buf_slice(&plain));
	user_finish(u);
	buf_free(&plain);
	user_enter(u, USER_CHALLENGED);
	return RESULT_OK;
}

static bool
is_zero(const unsigned char guid[GK_GUID])
{
	static const unsigned char zero[GK_GUID];

	return memcmp(guid, zero, GK_GUID) == 0;
}

static enum result
answer(struct user *u, struct slice token)
{
	struct core *core = u->chat->core;
	struct entry *e = u->entry;
	struct buf hosts = BUF_INIT(8192);
	char id[GK_IDENTITY + 1];
	struct gk_answer got;
	bool good;

	user_add_hosts(u, &hosts);
	good =
	    gk_answer(token, e->number, e->challenge, buf_slice(&hosts), &got);
	buf_free(&hosts);
	if (!good)
		return fail(u);
	if (e->package->ticket) {
		user_enter(u, USER_TICKET);
		user_printf(u, "AUTH %s S :OK", e->package_name);
		return RESULT_OK;
	}
	/* a guest must be somebody (chat-ircx 4.3 #3) */
	if (!got.has_guid)
		env_random(core->env, got.guid, sizeof(got.guid));
	else if (is_zero(got.guid))
		return fail(u);
	gk_alias(slice_make(core->seal_key, sizeof(core->seal_key)), got.guid,
	    id);
	user_proved(u, KIND_GUEST, id);
	return succeed(u);
}

/* ---- the ticket behind it ---- */

/* A length and as many bytes: 1 taken, 0 more must come, -1 none. */
static int
take_part(struct slice *rest, struct slice *part)
{
	size_t n = 0;

	if (rest->n < LENGTH_DIGITS)
		return 0;
	for (size_t i = 0; i < LENGTH_DIGITS; i++) {
		int digit = hex_value(rest->p[i]);

		if (digit < 0)
			return -1;
		n = n * 16 + (size_t)digit;
	}
	if (n > PART_MAX)
		return -1;
	if (rest->n - LENGTH_DIGITS < n)
		return 0;
	*part = slice_make(rest->p + LENGTH_DIGITS, n);
	*rest = slice_from(*rest, LENGTH_DIGITS + n);
	return 1;
}

/* Run again while the account is loaded: it adds to nothing before that. */
static enum result
ticket(struct user *u, const struct command *in, struct slice token)
{
	struct entry *e = u->entry;
	struct slice all, cookie = { 0 }, profile;
	struct account *a;
	enum result r;
	int got;

	all = arena_printf(&u->chat->arena, SLICE_FMT SLICE_FMT,
	    SLICE_ARG(buf_slice(&e->secret)), SLICE_ARG(token));
	if (all.n < e->secret.n + token.n || all.n > SECRET_MAX)
		return fail(u); /* a NUL, or too long */
	got = take_part(&all, &cookie);
	if (got > 0)
		got = take_part(&all, &profile);
	if (got < 0)
		return fail(u);
	if (got == 0) {
		buf_add_slice(&e->secret, token);
		user_printf(u, "AUTH %s S :OK", e->package_name);
		return RESULT_OK;
	}
	r = signin_bearer(in->rq, cookie, DOOR_CHAT, &a);
	if (r == RESULT_WAIT)
		return r;
	if (r == RESULT_OK) {
		user_admit(u, a);
		return succeed(u);
	}
	if (r == RESULT_BAD_TICKET || r == RESULT_DISABLED)
		return fail(u);
	user_end_error(u, CLOSE_BUSY, "Try again later");
	return RESULT_OK;
}

/* ---- AUTH ---- */

static enum result
begin(struct user *u, struct slice token)
{
	char id[GK_IDENTITY + 1];
	unsigned char bytes[16];
	struct slice peer = peer_group(u, bytes);

	/* a challenge is given once */
	if (u->state != USER_NEW)
		return fail(u);
	if (penalty_locked(u->chat->failures, peer)) {
		user_say(u, NUM_AUTH_SUSPENDED, "%s", u->entry->package_name);
		user_end(u, CLOSE_AUTH_FAILED);
		return RESULT_OK;
	}
	if (u->entry->package->gatekeeper)
		return challenge(u, token);
	user_plain_id(u, id);
	user_proved(u, KIND_PLAIN, id);
	return succeed(u);
}

static enum result
step(struct user *u, const struct command *in, struct slice token)
{
	struct slice seq = in->args[1];

	if (slice_eq_nocase(seq, SLICE_LIT("I")))
		return begin(u, token);
	if (!slice_eq_nocase(seq, SLICE_LIT("S")) ||
	    u->entry->package != package_find(u, in->args[0]))
		return fail(u);
	if (u->state == USER_CHALLENGED)
		return answer(u, token);
	if (u->state == USER_TICKET)
		return ticket(u, in, token);
	return fail(u);
}

enum result
chat_auth(struct user *u, const struct command *in)
{
	const struct package *p = package_find(u, in->args[0]);
	struct buf token = BUF_INIT(TOKEN_LINE_MAX);
	struct entry *e = u->entry;
	enum result r;

	if (u->state == USER_PROVED || p == NULL) {
		user_say(u, p ? NUM_AUTH_ALREADY : NUM_AUTH_UNKNOWN, SLICE_FMT,
		    SLICE_ARG(in->args[0]));
		return RESULT_OK;
	}
	if (u->state == USER_NEW) {
		/* nobody says this to the directory (chat-ircx 3.1) */
		if (e->guessed && p->ticket)
			e->stage = CHAT_ROOMS;
		e->package = p;
		(void)snprintf(e->package_name, sizeof(e->package_name),
		    SLICE_FMT, SLICE_ARG(in->args[0]));
	}
	if (p->gatekeeper && !unquoted(in, &token))
		r = fail(u);
	else
		r = step(u, in, buf_slice(&token));
	if (token.p != NULL)
		mem_wipe(token.p, token.n);
	buf_free(&token);
	return r;
}
