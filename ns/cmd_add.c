/* SPDX-License-Identifier: MIT */
/* ADD and ADC: onto a list, into a group (ns-classic 8.1, 8.2, 8.4). */
#include "common/codec/hex.h"
#include "ns/cmd_list.h"
#include "ns/shapes.h"

enum {
	NO_GROUP = GROUP_MAX
};

static enum result
close_for(struct conn *c, enum close_reason why)
{
	conn_end(c, why);
	return RESULT_OK;
}

/*
 * Into a group.  By number somebody who is in no group is in group 0 and stays
 * there until the client says REM, as it does when it moves people.
 */
static enum result
join(struct conn *c, const struct command *in, struct person *who,
    unsigned number)
{
	struct account *me = c->session.account;
	const struct contact *k = roster_find(&me->roster, who);
	bool stays = dialect_has(c->dialect, D_SERIALS) && number != 0 &&
	    k != NULL && k->groups == 0;
	enum result r = roster_group_join(in->rq, me, who, number);

	if (r == RESULT_OK && stays)
		r = roster_group_join(in->rq, me, who, 0);
	return r;
}

/* A new entry on the forward list, in a group at once when one is named. */
static enum result
add_forward(struct conn *c, const struct command *in, struct person *who,
    struct account *target, struct slice name, unsigned group)
{
	struct account *me = c->session.account;
	enum result r = roster_add_forward(in->rq, me, who, target, name);

	if (r == RESULT_OK && group != NO_GROUP && group != 0)
		r = roster_group_join(in->rq, me, who, group);
	return r;
}

/* ---- ADD, up to version 9 ---- */

static bool
on_forward(const struct conn *c, const struct person *who)
{
	const struct contact *k = roster_find(&c->session.account->roster, who);

	return k != NULL && (k->lists & LIST_FORWARD);
}

static enum result
answer_add(struct conn *c, const struct command *in, const struct account *who)
{
	struct buf *b = conn_reply(c, in);

	shape_word(b, in->args[0]);
	shape_serial(b, c->dialect, c->session.account);
	shape_word(b, account_address(who));
	for (unsigned i = 2; i < in->nargs; i++)
		shape_word(b, in->args[i]);
	conn_finish(c);
	return RESULT_OK;
}

static enum result
add_friend(struct conn *c, const struct command *in, struct account *target)
{
	unsigned group = NO_GROUP;
	bool known = on_forward(c, target->person);
	enum result r = RESULT_OK;

	if (in->nargs > 3)
		r = cmd_group_find(c, in->args[3], &group);
	if (r != RESULT_OK)
		return r;
	if (known && group != NO_GROUP)
		r = join(c, in, target->person, group);
	else
		r = add_forward(c, in, target->person, target, in->args[2],
		    group);
	if (r != RESULT_OK)
		return r;
	answer_add(c, in, target);
	if (!known)
		cmd_list_met(c, in, target);
	return RESULT_OK;
}

enum result
cmd_add(struct conn *c, const struct command *in)
{
	unsigned list = cmd_list_bit(in->args[0]);
	struct account *target;
	enum result r;

	if (list == LIST_REVERSE)
		return close_for(c, CLOSE_BAD_ARGUMENTS);
	if (list == 0 || list == LIST_PENDING ||
	    (in->nargs > 3 &&
		(list != LIST_FORWARD || !dialect_has(c->dialect, D_GROUPS))))
		return RESULT_BAD_VALUE;
	r = account_get(in->rq, in->args[1], &target);
	if (r != RESULT_OK)
		return r;
	if (list == LIST_FORWARD)
		return add_friend(c, in, target);
	r = roster_add_privacy(in->rq, c->session.account, target->person,
	    (enum list_bit)list, in->args[2]);
	/*
	 * These versions decide about somebody by these lists alone, but a
	 * pending entry stays as it is: one command changes the serial by
	 * one, and shape_lists() reads the decision off the lists.
	 */
	return r == RESULT_OK ? answer_add(c, in, target) : r;
}

/* ---- ADC, from version 10 ---- */

struct wish {
	struct slice address; /* N= */
	struct slice name;    /* F= */
	struct slice id;      /* C= */
	struct slice group;
};

static struct slice
behind(struct slice word)
{
	return slice_from(word, 2);
}

/* False when something is said twice. */
static bool
read_wish(const struct command *in, struct wish *w)
{
	*w = (struct wish){ 0 };
	for (unsigned i = 1; i < in->nargs; i++) {
		struct slice word = in->args[i], *slot = &w->group;

		if (slice_starts(word, SLICE_LIT("N=")))
			slot = &w->address;
		else if (slice_starts(word, SLICE_LIT("F=")))
			slot = &w->name;
		else if (slice_starts(word, SLICE_LIT("C=")))
			slot = &w->id;
		if (slot->p != NULL)
			return false;
		*slot = slot == &w->group ? word : behind(word);
	}
	return w->address.p != NULL || w->id.p != NULL;
}

static void
add_field(struct buf *b, const char *key, struct slice value)
{
	if (value.n == 0)
		return;
	buf_add_text(b, key);
	buf_add_slice(b, value);
}

static enum result
answer_adc(struct conn *c, const struct command *in, const struct wish *w,
    struct slice address)
{
	struct buf *b = conn_reply(c, in);

	shape_word(b, in->args[0]);
	add_field(b, " N=", address);
	add_field(b, " F=", w->name);
	conn_finish(c);
	return RESULT_OK;
}

/* "C=guid group": somebody who is there already, into a group. */
static enum result
adc_group(struct conn *c, const struct command *in, const struct wish *w)
{
	unsigned char id[GUID_BYTES];
	unsigned group = 0;
	struct contact *k;
	enum result r;
	struct buf *b;

	if (!guid_parse(w->id, id)) {
		conn_error(c, in, 403);
		return RESULT_OK;
	}
	if (w->group.p == NULL || w->address.p != NULL)
		return RESULT_BAD_VALUE;
	k = roster_find_id(&c->session.account->roster, id);
	if (k == NULL)
		return RESULT_NO_SUCH_ACCOUNT;
	r = cmd_group_find(c, w->group, &group);
	if (r == RESULT_OK)
		r = join(c, in, k->who, group);
	if (r != RESULT_OK)
		return r;
	b = conn_reply(c, in);
	shape_word(b, in->args[0]);
	add_field(b, " C=", w->id);
	shape_word(b, w->group);
	conn_finish(c);
	return RESULT_OK;
}

static enum result
adc_friend(struct conn *c, const struct command *in, const struct wish *w,
    struct person *who, struct account *target)
{
	unsigned group = NO_GROUP;
	enum result r = RESULT_OK;
	const struct contact *k;
	struct buf *b;

	if (w->group.p != NULL)
		r = cmd_group_find(c, w->group, &group);
	if (r == RESULT_OK)
		r = add_forward(c, in, who, target, w->name, group);
	if (r != RESULT_OK)
		return r;
	k = roster_find(&c->session.account->roster, who);
	b = conn_reply(c, in);
	shape_word(b, in->args[0]);
	add_field(b, " N=", person_address(who));
	add_field(b, " F=", w->name.n > 0 ? w->name : contact_name(k));
	buf_add_text(b, " C=");
	guid_add(b, k->id);
	shape_word(b, w->group);
	conn_finish(c);
	if (target != NULL)
		cmd_list_met(c, in, target);
	return RESULT_OK;
}

/* Somebody I have not decided about yet becomes one who knows me. */
static enum result
adc_accept(struct conn *c, const struct command *in, const struct wish *w)
{
	char key[ADDRESS_MAX + 1];
	struct contact *k = NULL;
	enum result r;

	if (cmd_list_address(c, w->address, key))
		k = cmd_list_own(c, slice_text(key));
	if (k == NULL || !(k->lists & LIST_REVERSE))
		return close_for(c, CLOSE_BAD_ARGUMENTS);
	/* the REM PL that belongs to it may have come first */
	if (!(k->lists & LIST_PENDING))
		return RESULT_ALREADY_THERE;
	r = roster_accept(in->rq, c->session.account, k->who);
	return r == RESULT_OK ? answer_adc(c, in, w, slice_text(key)) : r;
}

static enum result
adc_address(struct conn *c, const struct command *in, const struct wish *w,
    unsigned list)
{
	struct core *core = c->ns->core;
	struct account *target = NULL;
	struct person *who;
	enum result r;

	/* a telephone has no account that could be asked for */
	if (!cmd_list_telephone(c, w->address)) {
		r = account_get(in->rq, w->address, &target);
		if (r != RESULT_OK)
			return r;
		who = person_ref(target->person);
	} else {
		char key[ADDRESS_MAX + 1];

		cmd_list_address(c, w->address, key);
		who = person_intern(core, slice_text(key));
	}
	if (list == LIST_FORWARD) {
		r = adc_friend(c, in, w, who, target);
	} else {
		r = roster_add_privacy(in->rq, c->session.account, who,
		    (enum list_bit)list, w->name);
		if (r == RESULT_OK)
			answer_adc(c, in, w, person_address(who));
	}
	person_unref(core, who);
	return r;
}

enum result
cmd_adc(struct conn *c, const struct command *in)
{
	unsigned list = cmd_list_bit(in->args[0]);
	struct wish w;

	if (list == LIST_PENDING ||
	    (list == LIST_REVERSE && !dialect_has(c->dialect, D_ACCEPT)))
		return close_for(c, CLOSE_BAD_ARGUMENTS);
	if (list == 0 || !read_wish(in, &w))
		return RESULT_BAD_VALUE;
	if (list == LIST_FORWARD && w.id.p != NULL)
		return adc_group(c, in, &w);
	if (w.address.p == NULL || w.id.p != NULL ||
	    (list != LIST_FORWARD && w.group.p != NULL))
		return RESULT_BAD_VALUE;
	if (list == LIST_REVERSE)
		return adc_accept(c, in, &w);
	return adc_address(c, in, &w, list);
}
