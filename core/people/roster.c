/* SPDX-License-Identifier: MIT */
/* The roster as a data structure: finding, adding and dropping entries. */
#include "common/base/panic.h"
#include "common/codec/digest.h"
#include "core/private.h"

#include <stdlib.h>

/* From this many entries on a hash index finds them. */
enum {
	INDEX_FROM = 24,
	NO_ENTRY = 0
};

static uint32_t
hash_of(const struct person *who, uint32_t mask)
{
	return (uint32_t)(((uintptr_t)who >> 4) * 0x9e3779b97f4a7c15u >> 32) &
	    mask;
}

static void
index_insert(struct roster *r, uint32_t at)
{
	uint32_t mask = r->nindex - 1;
	uint32_t slot = hash_of(r->contacts[at].who, mask);

	while (r->index[slot] != NO_ENTRY)
		slot = (slot + 1) & mask;
	r->index[slot] = at + 1;
}

static void
index_rebuild(struct roster *r)
{
	uint32_t n = 64;

	free(r->index);
	r->index = NULL;
	r->nindex = 0;
	if (r->ncontacts < INDEX_FROM)
		return;
	while (n < r->ncontacts * 2)
		n *= 2;
	r->index = mem_alloc_array(n, sizeof(r->index[0]));
	r->nindex = n;
	for (uint32_t i = 0; i < r->ncontacts; i++)
		index_insert(r, i);
}

struct contact *
roster_find(const struct roster *r, const struct person *who)
{
	uint32_t mask, slot;

	if (r->index == NULL) {
		ROSTER_EACH(k, r)
		{
			if (k->who == who)
				return k;
		}
		return NULL;
	}
	mask = r->nindex - 1;
	for (slot = hash_of(who, mask); r->index[slot] != NO_ENTRY;
	     slot = (slot + 1) & mask)
		if (r->contacts[r->index[slot] - 1].who == who)
			return &r->contacts[r->index[slot] - 1];
	return NULL;
}

struct contact *
roster_find_id(const struct roster *r, const unsigned char id[ROSTER_ID_BYTES])
{
	ROSTER_EACH(k, r)
	{
		if (memcmp(k->id, id, ROSTER_ID_BYTES) == 0)
			return k;
	}
	return NULL;
}

struct group *
roster_group(const struct roster *r, unsigned number)
{
	for (unsigned i = 0; i < r->ngroups; i++)
		if (r->groups[i].number == number)
			return &r->groups[i];
	return NULL;
}

struct group *
roster_group_id(const struct roster *r, const unsigned char id[ROSTER_ID_BYTES])
{
	for (unsigned i = 0; i < r->ngroups; i++)
		if (memcmp(r->groups[i].id, id, ROSTER_ID_BYTES) == 0)
			return &r->groups[i];
	return NULL;
}

struct slice
contact_name(const struct contact *k)
{
	return k->name ? blob_slice(k->name) : person_address(k->who);
}

struct blob *
name_keep(const struct person *who, struct slice text)
{
	const struct account *a = who->account;

	if (text.n == 0 || slice_eq(text, person_address(who)))
		return NULL;
	/* most people are listed under the name they chose: share it */
	if (a != NULL && a->name != NULL && slice_eq(text, blob_slice(a->name)))
		return blob_ref(a->name);
	return name_blob(text);
}

static void
reserve(struct roster *r, uint32_t want)
{
	uint32_t cap = r->capcontacts;

	if (want <= cap)
		return;
	cap = want <= 4 ? 4 : cap + cap / 2 < want ? want : cap + cap / 2;
	r->contacts =
	    mem_realloc_array(r->contacts, cap, sizeof(r->contacts[0]));
	r->capcontacts = cap;
}

static struct contact *
append(struct roster *r, struct person *who)
{
	struct contact *k;

	reserve(r, r->ncontacts + 1);
	k = &r->contacts[r->ncontacts++];
	*k = (struct contact){ .who = person_ref(who) };
	return k;
}

struct contact *
roster_ensure(struct account *a, struct person *who)
{
	struct roster *r = &a->roster;
	struct contact *k = roster_find(r, who);
	unsigned char digest[SHA1_BYTES];
	struct slice parts[2];

	if (k != NULL)
		return k;
	k = append(r, who);
	/* the same pair always has the same id, so nothing can collide */
	parts[0] = slice_make(&a->id, sizeof(a->id));
	parts[1] = person_address(who);
	digest_sha1(parts, 2, digest);
	memcpy(k->id, digest, ROSTER_ID_BYTES);
	if (r->nindex < r->ncontacts * 2)
		index_rebuild(r);
	else
		index_insert(r, r->ncontacts - 1);
	return k;
}

void
roster_drop(struct account *a, struct contact *k)
{
	struct roster *r = &a->roster;
	size_t at = (size_t)(k - r->contacts);

	ASSERT(at < r->ncontacts);
	/* the owner lets the person go after this, it may still need it */
	blob_unref(k->name);
	memmove(k, k + 1, (r->ncontacts - at - 1) * sizeof(*k));
	r->ncontacts--;
	index_rebuild(r);
}

void
roster_free(struct core *c, struct roster *r)
{
	ROSTER_EACH(k, r)
	{
		blob_unref(k->name);
		person_unref(c, k->who);
	}
	for (unsigned i = 0; i < r->ngroups; i++)
		blob_unref(r->groups[i].name);
	free(r->contacts);
	free(r->groups);
	free(r->index);
	*r = (struct roster){ 0 };
}

struct group *
roster_group_insert(struct roster *r, unsigned number)
{
	unsigned at = 0;

	ASSERT(number > 0 && number < GROUP_MAX && r->ngroups < GROUP_MAX);
	r->groups =
	    mem_realloc_array(r->groups, r->ngroups + 1u, sizeof(r->groups[0]));
	while (at < r->ngroups && r->groups[at].number < number)
		at++;
	memmove(&r->groups[at + 1], &r->groups[at],
	    (r->ngroups - at) * sizeof(r->groups[0]));
	r->ngroups++;
	r->groups[at] = (struct group){ .number = (uint8_t)number };
	return &r->groups[at];
}

static void
load_contact(struct core *c, struct account *a, const struct store_contact *row)
{
	struct roster *r = &a->roster;
	struct person *who = person_intern(c, row->address);
	struct contact *k = append(r, who);

	person_unref(c, who);
	k->name = name_keep(who, row->name);
	memcpy(k->id, row->id, ROSTER_ID_BYTES);
	k->groups = row->groups;
	k->lists = (uint8_t)row->lists;
	r->nforward += (k->lists & LIST_FORWARD) != 0;
	r->nprivacy += (k->lists & (LIST_ALLOW | LIST_BLOCK)) != 0;
	r->nstrangers += roster_stranger(k->lists);
	r->ncards += (k->lists & LIST_CARD) != 0;
}

void
roster_load(struct core *c, struct account *a, const struct store_image *image)
{
	struct roster *r = &a->roster;

	reserve(r, (uint32_t)image->ncontacts);
	for (size_t i = 0; i < image->ncontacts; i++)
		load_contact(c, a, &image->contacts[i]);
	index_rebuild(r);
	for (size_t i = 0; i < image->ngroups; i++) {
		const struct store_group *row = &image->groups[i];
		struct group *g;

		if (row->number == 0 || row->number >= GROUP_MAX ||
		    roster_group(r, row->number) != NULL)
			continue;
		g = roster_group_insert(r, row->number);
		memcpy(g->id, row->id, ROSTER_ID_BYTES);
		g->name = name_blob(row->name);
	}
}
