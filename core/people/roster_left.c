/* SPDX-License-Identifier: MIT */
/*
 * Who was taken off a list a moment ago.  Some programs say it twice, here and
 * at another front, and give up when the second is told that there is nobody
 * (field-runs 2.15).
 */
#include "core/people/roster.h"
#include "core/private.h"

#include "common/base/panic.h"

enum {
	LEFT_MAX = 32,
	LEFT_S = 60
};

struct roster_left {
	struct {
		uint64_t who; /* keyed hash of the address */
		int64_t until;
		uint8_t list;
	} all[LEFT_MAX];
	unsigned next;
};

static uint64_t
left_hash(const struct core *c, struct slice address)
{
	return map_siphash(c->look_key[0], c->look_key[1], address);
}

void
roster_left_note(struct core *c, struct account *a, const struct person *who,
    enum list_bit list)
{
	struct account_extra *extra = account_extra(a);
	struct roster_left *left = extra->left;

	if (left == NULL)
		left = extra->left = mem_alloc(sizeof(*left));
	left->all[left->next % LEFT_MAX].who =
	    left_hash(c, person_address(who));
	left->all[left->next % LEFT_MAX].list = (uint8_t)list;
	left->all[left->next % LEFT_MAX].until = env_wall(c->env) + LEFT_S;
	left->next++;
}

bool
roster_left_take(struct core *c, struct account *a, struct slice address,
    enum list_bit list)
{
	struct roster_left *left = a->extra != NULL ? a->extra->left : NULL;
	int64_t now = env_wall(c->env);
	uint64_t who = left_hash(c, address);

	for (unsigned i = 0; left != NULL && i < LEFT_MAX; i++) {
		if (left->all[i].who != who || left->all[i].until < now ||
		    left->all[i].list != list)
			continue;
		left->all[i].list = 0;
		return true;
	}
	return false;
}
