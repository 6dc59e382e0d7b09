/* SPDX-License-Identifier: MIT */
/* What all list commands share, REM, REA and SBP (ns-classic 8). */
#include "ns/cmd_list.h"

#include "common/base/num.h"
#include "common/codec/hex.h"
#include "ns/shapes.h"

enum {
	TELEPHONE_DIGITS = 30
};

unsigned
cmd_list_bit(struct slice word)
{
	/* clang-format off */
	static const struct {
		char word[3];
		uint8_t bit;
	} lists[] = {
		{ "FL", LIST_FORWARD },
		{ "AL", LIST_ALLOW },
		{ "BL", LIST_BLOCK },
		{ "RL", LIST_REVERSE },
		{ "PL", LIST_PENDING },
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (slice_eq_text(word, lists[i].word))
			return lists[i].bit;
	return 0;
}

bool
cmd_list_telephone(const struct conn *c, struct slice word)
{
	struct slice digits = slice_from(word, 4);

	if (!dialect_has(c->dialect, D_TELEPHONES) ||
	    !slice_starts_nocase(word, SLICE_LIT("tel:")))
		return false;
	if (slice_starts(digits, SLICE_LIT("+")))
		digits = slice_from(digits, 1);
	for (size_t i = 0; i < digits.n; i++)
		if (digits.p[i] < '0' || digits.p[i] > '9')
			return false;
	return digits.n > 0 && digits.n <= TELEPHONE_DIGITS;
}

bool
cmd_list_address(const struct conn *c, struct slice word,
    char out[ADDRESS_MAX + 1])
{
	if (!cmd_list_telephone(c, word))
		return address_canonical(word, out);
	memcpy(out, "tel:", 4);
	memcpy(out + 4, word.p + 4, word.n - 4);
	out[word.n] = '\0';
	return true;
}

struct contact *
cmd_list_own(const struct conn *c, struct slice address)
{
	struct core *core = c->ns->core;
	struct person *p = person_intern(core, address);
	struct contact *k = roster_find(&c->session.account->roster, p);

	/* a contact holds its person, so this lets only a stranger go */
	person_unref(core, p);
	return k;
}

void
cmd_list_met(struct conn *c, const struct command *in, struct account *who)
{
	struct look look;
	struct buf *b = conn_line(c);

	if (c->synced)
		shape_telephones(b, c->dialect, c->session.account, who);
	if (presence_meet(c->ns->core, &c->session, who, &look)) {
		shape_seen(b, c->dialect, in->trid, who, &look);
		shape_note(b, c->dialect, who, look.note);
	}
	conn_send(c);
}

/* ---- REM ---- */

static enum result
answer_rem(struct conn *c, const struct command *in, struct slice who)
{
	struct buf *b = conn_reply(c, in);

	shape_word(b, in->args[0]);
	shape_serial(b, c->dialect, c->session.account);
	shape_word(b, who);
	if (in->nargs > 2)
		shape_word(b, in->args[2]);
	conn_finish(c);
	return RESULT_OK;
}

/* An address on none of my lists: does it exist at all? */
static enum result
absent(const struct command *in, struct slice address)
{
	struct account *a;
	enum result r = account_get(in->rq, address, &a);

	return r == RESULT_OK ? RESULT_NOT_THERE : r;
}

static enum result
rem_privacy(struct conn *c, const struct command *in, enum list_bit list)
{
	char key[ADDRESS_MAX + 1];
	struct contact *k;
	enum result r;

	if (in->nargs > 2 || !cmd_list_address(c, in->args[1], key))
		return RESULT_BAD_ADDRESS;
	k = cmd_list_own(c, slice_text(key));
	if (k == NULL || !(k->lists & list))
		return absent(in, slice_text(key));
	r = roster_remove(in->rq, c->session.account, k->who, list);
	return r == RESULT_OK ? answer_rem(c, in, slice_text(key)) : r;
}

/* The entry a word names, on the forward list; OK or why not. */
static enum result
find_forward(struct conn *c, const struct command *in, struct contact **out)
{
	const struct roster *r = &c->session.account->roster;
	unsigned char id[GUID_BYTES];
	char key[ADDRESS_MAX + 1];
	struct contact *k;

	*out = NULL;
	if (dialect_has(c->dialect, D_GUIDS)) {
		if (!guid_parse(in->args[1], id)) {
			conn_error(c, in, 403);
			return RESULT_OK;
		}
		k = roster_find_id(r, id);
		if (k == NULL)
			return RESULT_NO_SUCH_ACCOUNT;
	} else {
		if (!address_canonical(in->args[1], key))
			return RESULT_BAD_ADDRESS;
		k = cmd_list_own(c, slice_text(key));
		if (k == NULL)
			return absent(in, slice_text(key));
	}
	if (!(k->lists & LIST_FORWARD))
		return RESULT_NOT_THERE;
	*out = k;
	return RESULT_OK;
}

/*
 * By number the last group takes the contact with it, and group 0 is where
 * those are who are in none; by GUID a contact needs no group.
 */
static enum result
leave_group(struct conn *c, const struct command *in, struct contact *k,
    bool *last)
{
	unsigned number = 0;
	uint32_t groups = k->groups;
	enum result r = cmd_group_find(c, in->args[2], &number);

	if (r != RESULT_OK)
		return r;
	if (groups == 0)
		groups = 1;
	if (!(groups & 1u << number))
		return RESULT_NOT_IN_GROUP;
	*last = dialect_has(c->dialect, D_SERIALS) && groups == 1u << number;
	if (*last)
		return RESULT_OK;
	return roster_group_leave(in->rq, c->session.account, k->who, number);
}

static enum result
rem_forward(struct conn *c, const struct command *in)
{
	struct account *target = NULL;
	char key[ADDRESS_MAX + 1];
	struct contact *k;
	bool whole = in->nargs < 3;
	enum result r = find_forward(c, in, &k);

	if (k == NULL)
		return r;
	r = account_get(in->rq, person_address(k->who), &target);
	if (r == RESULT_WAIT || r == RESULT_STORE_FAILED)
		return r;
	/* the entry may go with this: keep what the answer says */
	memcpy(key, k->who->address, k->who->n + 1u);
	r = whole ? RESULT_OK : leave_group(c, in, k, &whole);
	if (r == RESULT_OK && whole)
		r = roster_remove_forward(in->rq, c->session.account, k->who,
		    target);
	if (r != RESULT_OK)
		return r;
	return answer_rem(c, in,
	    dialect_has(c->dialect, D_GUIDS) ? in->args[1] : slice_text(key));
}

enum result
cmd_rem(struct conn *c, const struct command *in)
{
	unsigned list = cmd_list_bit(in->args[0]);

	if (list == LIST_REVERSE) {
		conn_end(c, CLOSE_BAD_ARGUMENTS);
		return RESULT_OK;
	}
	if (in->nargs > 2 && !dialect_has(c->dialect, D_GROUPS))
		return RESULT_BAD_VALUE;
	if (list == LIST_FORWARD)
		return rem_forward(c, in);
	if (list == LIST_ALLOW || list == LIST_BLOCK ||
	    (list == LIST_PENDING && dialect_has(c->dialect, D_PENDING)))
		return rem_privacy(c, in, (enum list_bit)list);
	return RESULT_BAD_VALUE;
}

/* ---- names ---- */

enum result
cmd_rea(struct conn *c, const struct command *in)
{
	struct account *me = c->session.account;
	char key[ADDRESS_MAX + 1];
	struct contact *k;
	struct buf *b;
	enum result r;

	if (!address_canonical(in->args[0], key))
		return RESULT_BAD_ADDRESS;
	if (slice_eq(slice_text(key), account_address(me))) {
		r = account_set_name(in->rq, me, in->args[1]);
	} else {
		k = cmd_list_own(c, slice_text(key));
		if (k == NULL)
			return absent(in, slice_text(key));
		r = roster_rename(in->rq, me, k->who, in->args[1]);
	}
	if (r != RESULT_OK)
		return r;
	b = conn_reply(c, in);
	shape_serial(b, c->dialect, me);
	shape_word(b, slice_text(key));
	shape_word(b, in->args[1]);
	conn_finish(c);
	return RESULT_OK;
}

enum result
cmd_sbp(struct conn *c, const struct command *in)
{
	struct account *me = c->session.account;
	unsigned char id[GUID_BYTES];
	struct contact *k;
	enum result r = RESULT_OK;
	struct buf *b;

	if (!guid_parse(in->args[0], id)) {
		conn_error(c, in, 403);
		return RESULT_OK;
	}
	k = roster_find_id(&me->roster, id);
	if (k == NULL)
		return RESULT_NO_SUCH_ACCOUNT;
	/* other keys are the client's own: it only wants them echoed */
	if (slice_eq_text(in->args[1], "MFN"))
		r = roster_rename(in->rq, me, k->who, in->args[2]);
	if (r != RESULT_OK)
		return r;
	b = conn_reply(c, in);
	for (unsigned i = 0; i < in->nargs; i++)
		shape_word(b, in->args[i]);
	conn_finish(c);
	return RESULT_OK;
}
