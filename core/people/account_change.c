/* SPDX-License-Identifier: MIT */
/* Changes of an account's own row. */
#include "common/base/panic.h"
#include "core/people/presence.h"
#include "core/private.h"

#include <stdlib.h>

enum {
	CONFIRM_STEP_S = 3600 /* not a write for every sign-in */
};

static int64_t
wall_ms(const struct core *c)
{
	return env_wall(c->env) * 1000;
}

static struct slice
blob_or_empty(const struct blob *b)
{
	return b ? blob_slice(b) : slice_make("", 0);
}

/* hash NULL: what is in memory, or if nothing is, what the row has. */
static void
account_put(struct request *rq, struct account *a, const char *hash)
{
	const struct account_home *home = account_away(a);
	struct store_change change = { .kind = STORE_ACCOUNT_PUT, .id = a->id };
	struct store_account *row = &change.u.account;

	row->id = a->id;
	row->cid = a->cid;
	row->epoch = a->epoch;
	row->flags = a->flags;
	row->serial = a->serial;
	row->created = a->created;
	row->lists_changed = a->lists_changed;
	row->settings_changed = a->settings_changed;
	row->stamp = a->stamp;
	row->address = account_address(a);
	row->name = blob_or_empty(a->name);
	/* not in memory: the row keeps its own */
	if (a->password != NULL) {
		row->password = slice_text(a->password);
		row->sealed = slice_text(a->sealed);
	}
	if (hash != NULL)
		row->password = slice_text(hash);
	if (home != NULL) {
		row->home = slice_text(home->name);
		row->remote_id = slice_text(home->remote_id);
		row->verified = home->verified;
	}
	row->group0 = account_group0(a);
	for (unsigned i = 0; i < PROPS; i++)
		row->props[i] = account_prop(a, (enum prop)i);
	a->seq = store_change(rq->core->store, &change);
	request_saw(rq, a->seq);
}

void
account_note_flags(struct request *rq, struct account *a)
{
	account_put(rq, a, NULL);
}

uint64_t
account_stamp(const struct core *c, struct account *a)
{
	int64_t now = env_wall(c->env);
	uint64_t ticks = now > 0 ? (uint64_t)now * STAMPS_PER_S : 0;

	a->stamp = ticks > a->stamp ? ticks : a->stamp + 1;
	return a->stamp;
}

/* Stamp and write the row. */
static void
touch(struct request *rq, struct account *a, unsigned what)
{
	int64_t now = wall_ms(rq->core);

	if (what & ACCOUNT_LISTS)
		a->lists_changed = now;
	if (what & ACCOUNT_SETTINGS)
		a->settings_changed = now;
	if (what != 0) {
		a->serial++;
		(void)account_stamp(rq->core, a);
	}
	account_put(rq, a, NULL);
}

void
account_changed(struct request *rq, struct account *a, unsigned what)
{
	struct event ev = { .kind = EVENT_LISTS };

	touch(rq, a, what);
	ev.seq = a->seq;
	if (what != 0)
		session_tell_others(a, rq->origin, &ev);
}

static struct slice
relation_key(const struct account *a, const struct person *who,
    unsigned char out[ADDRESS_MAX + sizeof(a->id)])
{
	struct slice address = person_address(who);

	memcpy(out, &a->id, sizeof(a->id));
	memcpy(out + sizeof(a->id), address.p, address.n);
	return slice_make(out, sizeof(a->id) + address.n);
}

bool
account_hears_of(const struct core *c, const struct account *a,
    const struct person *who)
{
	unsigned char key[ADDRESS_MAX + sizeof(a->id)];
	const struct contact *k = roster_find(&a->roster, who);

	return (k == NULL || !(k->lists & LIST_BLOCK)) &&
	    !penalty_locked(c->relations, relation_key(a, who, key));
}

void
account_heard_of(struct core *c, const struct account *a,
    const struct person *who)
{
	unsigned char key[ADDRESS_MAX + sizeof(a->id)];

	penalty_fail(c->relations, relation_key(a, who, key));
}

/* Did somebody else put themselves there, or take themselves away? */
static bool
by_another(const struct request *rq, const struct account *a, uint8_t was,
    uint8_t is)
{
	const unsigned theirs = LIST_REVERSE | LIST_PENDING;

	return was != is && ((was ^ is) & ~theirs) == 0 &&
	    ((was ^ is) & LIST_REVERSE) != 0 &&
	    (rq->origin == NULL || rq->origin->account != a);
}

void
account_lists_changed(struct request *rq, struct account *a,
    const struct person *who, uint8_t was, uint8_t is)
{
	struct event ev = { .kind = EVENT_LISTS,
		.u.lists = { who, (uint8_t)(is & ~was),
		    (uint8_t)(was & ~is) } };

	unsigned char key[ADDRESS_MAX + sizeof(a->id)];
	bool theirs = by_another(rq, a, was, is);

	touch(rq, a, ACCOUNT_LISTS);
	ev.seq = a->seq;
	/* whoever does something about it wants to hear what comes next */
	if (!theirs && who != NULL)
		penalty_forgive(rq->core->relations, relation_key(a, who, key));
	if (!theirs || account_hears_of(rq->core, a, who))
		session_tell_others(a, rq->origin, &ev);
}

enum result
account_writable(struct core *c)
{
	return store_writable(c->store) ? RESULT_OK : RESULT_STORE_FAILED;
}

static void
keep_secret(struct account *a, const struct account_secret *secret)
{
	account_forget_password(a);
	a->password = slice_dup(slice_text(secret->hash));
	a->sealed = slice_dup(slice_text(secret->sealed));
	a->secret_changes++;
}

/*
 * What was given before opens nothing any more.  Drawn, not counted: after an
 * older database was put back no epoch comes again that was given since.
 */
static void
new_epoch(struct core *c, struct account *a)
{
	uint32_t old = a->epoch;

	if (c->epochs != NULL)
		loop_defer(c->loop, c->epochs);

	do
		env_random(c->env, &a->epoch, sizeof(a->epoch));
	while (a->epoch == old || a->epoch == 0);
}

/* One of so many that none comes twice, nor that of an old account. */
static int64_t
fresh_cid(struct core *c)
{
	uint64_t cid;

	do {
		env_random(c->env, &cid, sizeof(cid));
		cid &= INT64_MAX;
	} while (cid == 0);
	return (int64_t)cid;
}

/* All of a new one but what is kept of its password; not written yet. */
static enum result
begin_life(struct request *rq, struct slice address, struct slice name,
    struct account **out)
{
	struct core *c = rq->core;
	char key[ADDRESS_MAX + 1];
	struct person *p;
	struct account *a;

	*out = NULL;
	if (!address_new_acceptable(address) ||
	    !address_canonical(address, key))
		return RESULT_BAD_ADDRESS;
	if (name.n > 0 && !name_acceptable(name))
		return RESULT_BAD_NAME;
	if (!store_writable(c->store))
		return RESULT_STORE_FAILED;
	p = person_intern(c, slice_text(key));
	request_pin(rq, p);
	person_unref(c, p);
	if (p->account != NULL)
		return RESULT_ACCOUNT_EXISTS;
	ASSERT(p->state == PERSON_ABSENT);
	a = account_attach(c, p, ++c->last_id);
	a->cid = fresh_cid(c);
	a->epoch = 1;
	a->flags = ACCOUNT_ALLOW_ALL | ACCOUNT_PROMPT;
	/* a client may remember a serial of a former life (ns-classic 6) */
	a->serial = (uint32_t)env_wall(c->env);
	a->created = env_wall(c->env);
	a->lists_changed = a->settings_changed = wall_ms(c);
	(void)account_stamp(c, a);
	a->name = name_keep(p, name);
	*out = a;
	return RESULT_OK;
}

enum result
account_create(struct request *rq, struct slice address, struct slice name,
    const struct account_secret *secret, struct account **out)
{
	enum result r = begin_life(rq, address, name, out);

	if (r == RESULT_OK) {
		keep_secret(*out, secret);
		account_put(rq, *out, NULL);
	}
	return r;
}

enum result
account_create_away(struct request *rq, const struct account_birth *birth,
    struct account **out)
{
	const struct account_secret none = { "", "" };
	enum result r = begin_life(rq, birth->address, birth->name, out);

	if (r == RESULT_OK) {
		(*out)->flags |= birth->flags;
		account_home_put(*out, birth->home, birth->remote_id);
		account_extra(*out)->home->verified = birth->verified;
		keep_secret(*out, &none);
		account_put(rq, *out, NULL);
	}
	return r;
}

enum result
account_set_name(struct request *rq, struct account *a, struct slice encoded)
{
	/* programs say again what they are told: who was given one may */
	if (!slice_eq(encoded, account_name(a)) &&
	    name_reserved(rq->core, encoded))
		return RESULT_BAD_NAME;
	return account_give_name(rq, a, encoded);
}

enum result
account_give_name(struct request *rq, struct account *a, struct slice encoded)
{
	struct blob *old = a->name;

	if (encoded.n > 0 && !name_acceptable(encoded))
		return RESULT_BAD_NAME;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	a->name = name_keep(a->person, encoded);
	if (!slice_eq(blob_or_empty(old), blob_or_empty(a->name)))
		profile_note_name(rq->core, a);
	blob_unref(old);
	account_changed(rq, a, ACCOUNT_SETTINGS);
	presence_changed(rq->core, a);
	return RESULT_OK;
}

enum result
account_set_password(struct request *rq, struct account *a,
    const struct account_secret *secret)
{
	if (account_away(a) != NULL)
		return RESULT_ELSEWHERE;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	keep_secret(a, secret);
	new_epoch(rq->core, a);
	account_changed(rq, a, 0);
	session_end_account(a, CLOSE_ACCOUNT_GONE);
	return RESULT_OK;
}

enum result
account_set_sealed(struct request *rq, struct account *a, const char *sealed)
{
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	ASSERT(a->password != NULL && a->sealed != NULL);
	mem_wipe(a->sealed, slice_text(a->sealed).n);
	free(a->sealed);
	a->sealed = slice_dup(slice_text(sealed));
	a->secret_changes++;
	account_changed(rq, a, 0);
	return RESULT_OK;
}

enum result
account_set_disabled(struct request *rq, struct account *a, bool disabled)
{
	enum result r = account_writable(rq->core);

	if (r == RESULT_OK && !disabled)
		a->flags &= ~(uint32_t)ACCOUNT_WAITING;
	/* nor when it is switched on again */
	if (r == RESULT_OK && disabled && (a->flags & ACCOUNT_DISABLED) == 0)
		new_epoch(rq->core, a);
	if (r == RESULT_OK)
		r = account_set_flag(rq, a, ACCOUNT_DISABLED, disabled);
	if (r == RESULT_OK && disabled)
		session_end_account(a, CLOSE_ACCOUNT_GONE);
	return r;
}

enum result
account_delete(struct request *rq, struct account *a)
{
	struct store_change change = { .kind = STORE_ACCOUNT_DELETE,
		.id = a->id };

	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	change.u.account.address = account_address(a);
	a->seq = store_change(rq->core->store, &change);
	request_saw(rq, a->seq);
	session_end_account(a, CLOSE_ACCOUNT_GONE);
	keep_forget_owner(rq->core, a);
	report_forget_account(rq->core, a);
	/* the record may be freed before the turn ends */
	presence_flush(rq->core);
	roster_forget_person(rq->core, a);
	a->broken = true;
	if (rq->core->epochs != NULL)
		loop_defer(rq->core->loop, rq->core->epochs);
	pass_forget_broken(rq->core);
	return RESULT_OK;
}

/* ---- accounts that live elsewhere ---- */

void
account_home_put(struct account *a, struct slice home, struct slice remote_id)
{
	struct account_extra *extra = account_extra(a);

	home = slice_upto(home, ELSEWHERE_HOME_MAX);
	remote_id = slice_upto(remote_id, ELSEWHERE_ID_MAX);
	free(extra->home);
	extra->home = NULL;
	if (home.n == 0)
		return;
	extra->home = mem_alloc(sizeof(*extra->home));
	memcpy(extra->home->name, home.p, home.n);
	if (remote_id.n > 0)
		memcpy(extra->home->remote_id, remote_id.p, remote_id.n);
}

enum result
account_set_home(struct request *rq, struct account *a, struct slice home)
{
	const struct account_secret none = { "", "" };

	if (slice_eq(account_home(a), home))
		return RESULT_UNCHANGED;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	account_home_put(a, home, slice_make("", 0));
	keep_secret(a, &none);
	new_epoch(rq->core, a);
	account_changed(rq, a, 0);
	session_end_account(a, CLOSE_ACCOUNT_GONE);
	return RESULT_OK;
}

void
account_keep(struct request *rq, struct account *a, const char *hash)
{
	/* what is sealed stays; a load under way brings what is old */
	a->secret_changes++;
	if (a->password != NULL) {
		free(a->password);
		a->password = slice_dup(slice_text(hash));
	}
	a->extra->home->keeps = hash[0] != '\0';
	account_put(rq, a, hash);
}

void
account_renew(struct request *rq, struct account *a)
{
	new_epoch(rq->core, a);
	account_keep(rq, a, "");
	session_end_account(a, CLOSE_ACCOUNT_GONE);
}

void
account_confirm(struct request *rq, struct account *a, struct slice remote_id)
{
	struct account_home *home = a->extra->home;
	int64_t now = env_wall(rq->core->env);
	bool names = remote_id.n > 0 && home->remote_id[0] == '\0';

	if (!names && now - home->verified < CONFIRM_STEP_S &&
	    now >= home->verified)
		return;
	if (names)
		memcpy(home->remote_id, remote_id.p,
		    slice_upto(remote_id, ELSEWHERE_ID_MAX).n);
	home->verified = now;
	account_changed(rq, a, 0);
}

/*
 * Those who watch a and are on its allow list hear of its telephones; but while
 * a is hidden or away that would tell that somebody is there.
 */
static void
tell_prop(struct account *a, enum prop which)
{
	const struct event ev = { .kind = EVENT_PROP,
		.seq = a->seq,
		.u.prop = { a, which, account_prop(a, which) } };

	if (!presence_visible(a)) {
		a->untold |= (uint8_t)(1u << which);
		return;
	}
	ROSTER_EACH(k, &a->roster)
	{
		if ((k->lists & LIST_REVERSE) && (k->lists & LIST_ALLOW) &&
		    k->who->account != NULL)
			session_tell_account(k->who->account, &ev);
	}
}

void
account_tell_untold(struct account *a)
{
	unsigned untold = a->untold;

	a->untold = 0;
	for (unsigned i = 0; i < PROPS; i++)
		if (untold & 1u << i)
			tell_prop(a, (enum prop)i);
}

enum result
account_set_flag(struct request *rq, struct account *a, uint32_t flag, bool on)
{
	if (((a->flags & flag) != 0) == on)
		return RESULT_UNCHANGED;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	a->flags = on ? a->flags | flag : a->flags & ~flag;
	account_changed(rq, a, ACCOUNT_SETTINGS);
	if (flag == ACCOUNT_PAGES)
		tell_prop(a, PROP_SPARE);
	presence_changed(rq->core, a);
	return RESULT_OK;
}

enum result
account_set_prop(struct request *rq, struct account *a, enum prop which,
    struct slice encoded)
{
	struct blob **slot;

	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	slot = &account_extra(a)->props[which];
	blob_unref(*slot);
	*slot = encoded.n > 0 ? blob_new(encoded.p, encoded.n) : NULL;
	account_changed(rq, a, ACCOUNT_SETTINGS);
	tell_prop(a, which);
	return RESULT_OK;
}
