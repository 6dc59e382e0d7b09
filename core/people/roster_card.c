/* SPDX-License-Identifier: MIT */
/* People in the address book who are no contacts of the messenger. */
#include "common/base/panic.h"
#include "common/codec/hex.h"
#include "core/private.h"

#define CARD_HEAD "card:"

enum {
	CARD_RANDOM = 16
};

_Static_assert(sizeof(CARD_HEAD) - 1 + 2 * CARD_RANDOM == CARD_ADDRESS_BYTES,
    "a head and digits");

void
roster_card_address(const struct core *c, char out[CARD_ADDRESS_BYTES + 1])
{
	unsigned char random[CARD_RANDOM];
	struct buf b = BUF_INIT(CARD_ADDRESS_BYTES);

	env_random(c->env, random, sizeof(random));
	buf_add_text(&b, CARD_HEAD);
	hex_encode(&b, slice_make(random, sizeof(random)));
	memcpy(out, b.p, CARD_ADDRESS_BYTES);
	out[CARD_ADDRESS_BYTES] = '\0';
	buf_free(&b);
}

bool
roster_is_card_address(struct slice address)
{
	return slice_starts(address, SLICE_LIT(CARD_HEAD));
}

enum result
roster_add_card(struct request *rq, struct account *a, struct person *who,
    struct slice name)
{
	struct contact *k = roster_find(&a->roster, who);
	uint8_t was = k != NULL ? k->lists : 0;

	if (name.n > 0 && !name_acceptable(name))
		return RESULT_BAD_NAME;
	if (was & (LIST_FORWARD | LIST_CARD))
		return RESULT_ALREADY_THERE;
	if (a->roster.ncards >= rq->core->cfg.max_forward)
		return RESULT_LIST_FULL;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	k = roster_ensure(a, who);
	k->lists |= LIST_CARD;
	k->groups = 0;
	if (name.n > 0)
		roster_name(k, name);
	roster_commit(rq, a, k, was);
	return RESULT_OK;
}

enum result
roster_to_card(struct request *rq, struct account *a, struct person *who,
    struct account *target)
{
	struct contact *k = roster_find(&a->roster, who);
	uint8_t was = k != NULL ? k->lists : 0;

	if (!(was & LIST_FORWARD))
		return RESULT_NOT_THERE;
	if (a->roster.ncards >= rq->core->cfg.max_forward)
		return RESULT_LIST_FULL;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	k->lists = (uint8_t)((was & ~LIST_FORWARD) | LIST_CARD);
	a->roster.nforward--;
	roster_commit(rq, a, k, was);
	if (target != NULL)
		roster_reverse_remove(rq, a, target);
	return RESULT_OK;
}

enum result
roster_remove_card(struct request *rq, struct account *a, struct person *who)
{
	struct contact *k = roster_find(&a->roster, who);
	uint8_t was = k != NULL ? k->lists : 0;

	if (!(was & LIST_CARD))
		return RESULT_NOT_THERE;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	k->lists &= (uint8_t)~LIST_CARD;
	k->groups = 0;
	roster_commit(rq, a, k, was);
	return RESULT_OK;
}

/* It gives its id to another: its trace must not have the same. */
static void
end_card(struct request *rq, struct account *a, struct contact *k)
{
	uint8_t was = k->lists;

	env_random(rq->core->env, k->id, sizeof(k->id));
	roster_put(rq, a, k);
	k->lists &= (uint8_t)~LIST_CARD;
	roster_commit(rq, a, k, was);
}

enum result
roster_card_becomes(struct request *rq, struct account *a, struct person *card,
    struct account *target)
{
	struct contact *k = roster_find(&a->roster, target->person);
	struct contact *from = roster_find(&a->roster, card);
	unsigned char id[ROSTER_ID_BYTES];
	uint8_t was = k != NULL ? k->lists : 0;
	uint32_t groups;

	if (from == NULL || !(from->lists & LIST_CARD))
		return RESULT_NOT_THERE;
	if (was & (LIST_FORWARD | LIST_CARD))
		return RESULT_ALREADY_THERE;
	if (a->roster.nforward >= rq->core->cfg.max_forward)
		return RESULT_LIST_FULL;
	if (!store_writable(rq->core->store))
		return RESULT_STORE_FAILED;
	memcpy(id, from->id, sizeof(id));
	groups = from->groups;
	end_card(rq, a, from);
	k = roster_ensure(a, target->person);
	memcpy(k->id, id, sizeof(id));
	k->groups = groups;
	k->lists |= LIST_FORWARD;
	a->roster.nforward++;
	roster_name(k, account_name(target));
	roster_commit(rq, a, k, was);
	roster_reverse_add(rq, a, target);
	return RESULT_OK;
}
