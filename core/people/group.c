/* SPDX-License-Identifier: MIT */
/* Groups of a roster. */
#include "common/base/panic.h"
#include "common/codec/digest.h"
#include "common/codec/url.h"
#include "core/private.h"

/* Compare names as people read them, whatever their spelling. */
static bool
same_name(struct slice a, struct slice b)
{
	struct buf x = BUF_INIT(GROUP_NAME_ENCODED);
	struct buf y = BUF_INIT(GROUP_NAME_ENCODED);
	bool same;

	url_decode(&x, a);
	url_decode(&y, b);
	same = slice_eq(buf_slice(&x), buf_slice(&y));
	buf_free(&x);
	buf_free(&y);
	return same;
}

/*
 * As people read it: characters are counted, not the bytes they are written
 * with, and blanks alone are no name (field-runs 4).
 */
static enum result
check_form(struct slice name)
{
	struct buf plain = BUF_INIT(GROUP_NAME_ENCODED);
	size_t characters = 0;
	bool blank;

	if (name.n > GROUP_NAME_ENCODED)
		return RESULT_GROUP_NAME_TOO_LONG;
	if (!name_fits(name, GROUP_NAME_ENCODED))
		return RESULT_BAD_NAME;
	url_decode(&plain, name);
	for (size_t i = 0; i < plain.n; i++)
		characters += ((unsigned char)plain.p[i] & 0xc0) != 0x80;
	blank = slice_trim(buf_slice(&plain)).n == 0;
	buf_free(&plain);
	if (blank)
		return RESULT_BAD_NAME;
	return characters > GROUP_NAME_MAX ? RESULT_GROUP_NAME_TOO_LONG
					   : RESULT_OK;
}

static enum result
check_name(const struct account *a, struct slice name, unsigned but)
{
	const struct roster *r = &a->roster;
	enum result form = check_form(name);

	if (form != RESULT_OK)
		return form;
	/* clients show contacts without a group under this title */
	if (same_name(name, SLICE_LIT("(No%20Group)")))
		return RESULT_GROUP_EXISTS;
	for (unsigned i = 0; i < r->ngroups; i++)
		if (r->groups[i].number != but &&
		    same_name(name, blob_slice(r->groups[i].name)))
			return RESULT_GROUP_EXISTS;
	return RESULT_OK;
}

static void
group_put(struct request *rq, struct account *a, const struct group *g)
{
	struct store_change change = { .kind = STORE_GROUP_PUT, .id = a->id };

	change.u.group.number = g->number;
	memcpy(change.u.group.id, g->id, ROSTER_ID_BYTES);
	change.u.group.name = blob_slice(g->name);
	change.u.group.changed = account_stamp(rq->core, a);
	a->seq = store_change(rq->core->store, &change);
	account_changed(rq, a, ACCOUNT_LISTS);
}

enum result
roster_group_add(struct request *rq, struct account *a, struct slice name,
    unsigned *number)
{
	enum result r = check_name(a, name, 0);
	unsigned n = 1;
	struct group *g;

	if (r != RESULT_OK)
		return r;
	while (n < GROUP_MAX && roster_group(&a->roster, n) != NULL)
		n++;
	if (n == GROUP_MAX)
		return RESULT_TOO_MANY_GROUPS;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	g = roster_group_insert(&a->roster, n);
	env_random(rq->core->env, g->id, sizeof(g->id));
	g->name = name_blob(name);
	group_put(rq, a, g);
	*number = n;
	return RESULT_OK;
}

enum result
roster_group_remove(struct request *rq, struct account *a, unsigned number)
{
	struct store_change change = { .kind = STORE_GROUP_DELETE,
		.id = a->id };
	struct roster *r = &a->roster;
	struct group *g;
	size_t at;

	if (number == 0)
		return RESULT_GROUP_FIXED;
	g = roster_group(r, number);
	if (g == NULL)
		return RESULT_NO_SUCH_GROUP;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	ROSTER_EACH(k, r)
	{
		if (!(k->groups & 1u << number))
			continue;
		k->groups &= ~(1u << number);
		roster_put(rq, a, k);
	}
	blob_unref(g->name);
	at = (size_t)(g - r->groups);
	memmove(g, g + 1, (r->ngroups - at - 1) * sizeof(*g));
	r->ngroups--;
	change.u.group.number = number;
	change.u.group.changed = account_stamp(rq->core, a);
	a->seq = store_change(rq->core->store, &change);
	account_changed(rq, a, ACCOUNT_LISTS);
	return RESULT_OK;
}

enum result
roster_group_rename(struct request *rq, struct account *a, unsigned number,
    struct slice name)
{
	struct group *g = roster_group(&a->roster, number);
	struct blob **slot;
	enum result r;

	if (g == NULL && number != 0)
		return RESULT_NO_SUCH_GROUP;
	r = check_name(a, name, number);
	if (r != RESULT_OK)
		return r;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	slot = g ? &g->name : &account_extra(a)->group0;
	blob_unref(*slot);
	*slot = name_blob(name);
	if (g != NULL)
		group_put(rq, a, g);
	else
		account_changed(rq, a, ACCOUNT_LISTS);
	return RESULT_OK;
}

/* The entry and the bit, or why not. */
static enum result
find_membership(struct account *a, const struct person *who, unsigned number,
    struct contact **out)
{
	*out = roster_find(&a->roster, who);
	if (number != 0 && roster_group(&a->roster, number) == NULL)
		return RESULT_NO_SUCH_GROUP;
	if (*out == NULL || !((*out)->lists & (LIST_FORWARD | LIST_CARD)))
		return RESULT_NOT_THERE;
	return RESULT_OK;
}

enum result
roster_group_join(struct request *rq, struct account *a, struct person *who,
    unsigned number)
{
	struct contact *k;
	enum result r = find_membership(a, who, number, &k);

	if (r != RESULT_OK)
		return r;
	/* in no group at all is in group 0 */
	if ((k->groups & 1u << number) || (number == 0 && k->groups == 0))
		return RESULT_ALREADY_THERE;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	k->groups |= 1u << number;
	roster_put(rq, a, k);
	account_lists_changed(rq, a, k->who, k->lists, k->lists);
	return RESULT_OK;
}

enum result
roster_group_leave(struct request *rq, struct account *a, struct person *who,
    unsigned number)
{
	struct contact *k;
	enum result r = find_membership(a, who, number, &k);

	if (r != RESULT_OK)
		return r;
	if (!(k->groups & 1u << number))
		return RESULT_NOT_IN_GROUP;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	k->groups &= ~(1u << number);
	roster_put(rq, a, k);
	account_lists_changed(rq, a, k->who, k->lists, k->lists);
	return RESULT_OK;
}
