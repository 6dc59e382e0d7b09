/* SPDX-License-Identifier: MIT */
#include "core/door/signup.h"

#include "core/desk/invite.h"
#include "core/door/signin.h"
#include "core/private.h"

enum {
	PLACES_MAX = 16384, /* where from is counted at a time */
	HOUR_S = 3600
};

void
signup_start(struct core *c)
{
	c->signups = penalty_new(c->env, PLACES_MAX, 1, HOUR_S);
}

void
signup_stop(struct core *c)
{
	penalty_free(c->signups);
}

bool
signup_allowed(const struct core *c)
{
	return c->cfg.signup != SIGNUP_CLOSED;
}

bool
signup_needs_invite(const struct core *c)
{
	return c->cfg.signup == SIGNUP_INVITE;
}

bool
signup_reserved(const struct core *c, struct slice address)
{
	struct slice rest = slice_text(c->cfg.reserved), word;
	char key[ADDRESS_MAX + 1];

	if (!address_canonical(address, key))
		return false;
	while (slice_cut_word(&rest, &word))
		if (slice_eq_nocase(word, slice_text(key)))
			return true;
	return false;
}

bool
signup_count(struct core *c, const struct addr *peer)
{
	unsigned char nets[ADDR_NETS_MAX][16];
	unsigned n = addr_nets(peer, nets);
	unsigned most =
	    addr_is_private(peer) ? c->cfg.signups_lan : c->cfg.signups;

	if (most == 0)
		return true;
	for (unsigned i = 0; i < n; i++) {
		if (penalty_count(c->signups, slice_make(nets[i], 16)) <
		    most * addr_net_share(i))
			continue;
		metrics_add(c->metrics, COUNTER_SIGNUP_FLOOD, 1);
		return false;
	}
	for (unsigned i = 0; i < n; i++)
		penalty_fail(c->signups, slice_make(nets[i], 16));
	return true;
}

void
signup_uncount(struct core *c, const struct addr *peer)
{
	unsigned char nets[ADDR_NETS_MAX][16];
	unsigned n = addr_nets(peer, nets);

	for (unsigned i = 0; i < n; i++)
		penalty_take_back(c->signups, slice_make(nets[i], 16));
}

/* What needs no record. */
static enum result
check(struct core *c, const struct signup_wish *wish)
{
	char key[ADDRESS_MAX + 1];

	if (c->draining)
		return RESULT_DRAINING;
	if (!signup_allowed(c))
		return RESULT_NOT_AVAILABLE;
	if (!address_canonical(wish->address, key) ||
	    !address_new_acceptable(wish->address))
		return RESULT_BAD_ADDRESS;
	if (signin_home(c, NULL, slice_text(key)).n > 0)
		return RESULT_ELSEWHERE;
	if (wish->name.n > 0 &&
	    (!name_acceptable(wish->name) || name_reserved(c, wish->name)))
		return RESULT_BAD_NAME;
	if (!password_acceptable(wish->password))
		return RESULT_BAD_VALUE;
	return RESULT_OK;
}

/* *invite stays NULL where no codes are asked for. */
static enum result
find_invite(struct request *rq, const struct addr *peer, struct slice code,
    struct invite **invite)
{
	enum result r;

	if (!signup_needs_invite(rq->core))
		return RESULT_OK;
	r = invite_find(rq, code, invite);
	if (r == RESULT_BAD_PASS && !signup_count(rq->core, peer))
		return RESULT_TOO_ACTIVE;
	return r;
}

enum result
signup_make(struct request *rq, const struct addr *peer,
    const struct signup_wish *wish, struct account **out)
{
	struct invite *invite = NULL;
	enum result r = check(rq->core, wish), there;
	struct account_secret secret;
	struct account *a;

	*out = NULL;
	if (r == RESULT_OK)
		r = find_invite(rq, peer, wish->invite, &invite);
	if (r != RESULT_OK)
		return r;
	there = account_get(rq, wish->address, &a);
	if (there != RESULT_OK && there != RESULT_NO_SUCH_ACCOUNT)
		return there;
	/* once, before the costly part begins */
	if (rq->password == NULL && !signup_count(rq->core, peer))
		return RESULT_TOO_ACTIVE;
	rq->peer = peer;
	r = signin_hash(rq, wish->address, wish->password, &secret);
	rq->peer = NULL;
	if (r == RESULT_OK &&
	    (there == RESULT_OK || signup_reserved(rq->core, wish->address)))
		return RESULT_ACCOUNT_EXISTS;
	if (r == RESULT_OK)
		r = account_create(rq, wish->address, wish->name, &secret, out);
	/* what was not made for want of room uses nothing up */
	if (r != RESULT_OK && r != RESULT_WAIT)
		signup_uncount(rq->core, peer);
	if (r == RESULT_OK && invite != NULL)
		invite_use(rq, invite);
	if (r != RESULT_OK)
		return r;
	signup_note("web", peer, account_address(*out));
	metrics_add(rq->core->metrics, COUNTER_SIGNUP, 1);
	return r;
}

enum result
signup_set_password(struct request *rq, struct account *a,
    struct slice password)
{
	enum result r = account_writable(rq->core);
	struct account_secret secret;

	if (r == RESULT_OK && account_away(a) != NULL)
		r = RESULT_ELSEWHERE;
	if (r == RESULT_OK)
		r = signin_hash(rq, account_address(a), password, &secret);
	if (r == RESULT_OK)
		r = account_set_password(rq, a, &secret);
	return r;
}
