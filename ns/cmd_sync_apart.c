/* SPDX-License-Identifier: MIT */
/*
 * SYN up to version 7, and its parts asked for alone: one list after the
 * other, each line with the TrID, the serial, its number and how many there
 * are (ns-classic 7.1, 7.4).
 */
#include "common/base/num.h"
#include "ns/cmd_list.h"
#include "ns/shapes.h"

/*
 * In this order.  One client takes the last line of the reverse list for the
 * end of everything, so it is last and never left out.
 */
static const char lists[][3] = { "FL", "AL", "BL", "RL" };

/* "VERB TrID" */
static struct buf *
begin(struct conn *c, const struct command *in, const char *verb)
{
	struct buf *b = conn_line(c);

	buf_add_text(b, verb);
	shape_word(b, in->trid);
	return b;
}

/* "VERB TrID serial word" */
static void
write_setting(struct conn *c, const struct command *in, const char *verb,
    const char *word)
{
	struct buf *b = begin(c, in, verb);

	shape_serial(b, c->dialect, c->session.account);
	shape_word(b, slice_text(word));
	conn_finish(c);
}

static void
write_property(struct conn *c, const struct command *in, enum prop p,
    struct slice value)
{
	struct buf *b = begin(c, in, "PRP");

	shape_serial(b, c->dialect, c->session.account);
	shape_word(b, slice_text(shape_property_key(p)));
	shape_word(b, value);
	conn_finish(c);
}

static void
write_settings(struct conn *c, const struct command *in)
{
	const struct account *a = c->session.account;

	write_setting(c, in, "GTC", a->flags & ACCOUNT_PROMPT ? "A" : "N");
	write_setting(c, in, "BLP", a->flags & ACCOUNT_ALLOW_ALL ? "AL" : "BL");
	if (!dialect_has(c->dialect, D_PHONES))
		return;
	for (enum prop p = 0; p < PROPS; p++) {
		struct slice value = account_prop(a, p);

		if (p != PROP_SPARE && value.n > 0)
			write_property(c, in, p, value);
	}
	if (a->flags & ACCOUNT_PAGES)
		write_property(c, in, PROP_SPARE, SLICE_LIT("Y"));
}

static void
write_group(struct conn *c, const struct command *in, unsigned at,
    struct slice name, unsigned number)
{
	const struct account *a = c->session.account;
	struct buf *b = begin(c, in, "LSG");

	shape_serial(b, c->dialect, a);
	buf_addf(b, " %u %u %u", at, a->roster.ngroups + 1u, number);
	shape_word(b, name);
	buf_add_text(b, " 0");
	conn_finish(c);
}

static void
write_groups(struct conn *c, const struct command *in)
{
	const struct account *a = c->session.account;

	if (!dialect_has(c->dialect, D_GROUPS))
		return;
	write_group(c, in, 1, shape_group0(a), 0);
	for (unsigned i = 0; i < a->roster.ngroups; i++)
		write_group(c, in, i + 2, blob_slice(a->roster.groups[i].name),
		    a->roster.groups[i].number);
}

/* ---- lists ---- */

static bool
is_on(const struct conn *c, const struct contact *k, unsigned bit)
{
	return (shape_lists(c->dialect, k->lists) & bit) != 0;
}

/* "LST TrID list serial" */
static struct buf *
begin_entry(struct conn *c, const struct command *in, const char *list)
{
	struct buf *b = begin(c, in, "LST");

	shape_word(b, slice_text(list));
	shape_serial(b, c->dialect, c->session.account);
	return b;
}

static void
write_telephones(struct conn *c, const struct command *in,
    const struct contact *k)
{
	const struct account *a = c->session.account;
	struct props shown;

	if (!roster_props_of(in->rq, a, k, &shown))
		return;
	if (k->who->account != NULL)
		conn_barrier(c, k->who->account->seq);
	shape_sync_telephones(conn_line(c), c->dialect, a,
	    person_address(k->who), &shown);
	conn_send(c);
}

static void
write_list(struct conn *c, const struct command *in, const char *list,
    bool telephones)
{
	const struct roster *r = &c->session.account->roster;
	unsigned bit = cmd_list_bit(slice_text(list)), n = 0, at = 0;
	struct buf *b;

	ROSTER_EACH(k, r)
	{
		n += is_on(c, k, bit);
	}
	if (n == 0) {
		buf_add_text(begin_entry(c, in, list), " 0 0");
		conn_finish(c);
	}
	ROSTER_EACH(k, r)
	{
		if (!is_on(c, k, bit))
			continue;
		b = begin_entry(c, in, list);
		buf_addf(b, " %u %u", ++at, n);
		shape_word(b, person_address(k->who));
		shape_word(b, contact_name(k));
		if (bit == LIST_FORWARD && dialect_has(c->dialect, D_GROUPS))
			shape_group_numbers(b, k->groups);
		conn_finish(c);
		if (bit == LIST_FORWARD && telephones)
			write_telephones(c, in, k);
	}
}

/* ---- commands ---- */

enum result
cmd_syn_apart(struct conn *c, const struct command *in)
{
	const struct account *a = c->session.account;
	bool telephones = dialect_has(c->dialect, D_PHONES);
	enum result r = RESULT_OK;
	uint32_t from, theirs;
	bool same;

	if (!num_parse_u32(in->args[0], &theirs))
		return RESULT_BAD_VALUE;
	/* who remembers a later one was elsewhere: it reads all anew */
	same = theirs == a->serial;
	if (!same && telephones)
		r = roster_props(in->rq, c->session.account);
	if (r != RESULT_OK)
		return r;
	shape_serial(begin(c, in, "SYN"), c->dialect, a);
	conn_finish(c);
	c->synced = true;
	if (same)
		return RESULT_OK;
	write_settings(c, in);
	write_groups(c, in);
	from = conn_lists_begin(c);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		write_list(c, in, lists[i], telephones);
	conn_lists_end(c, from);
	return RESULT_OK;
}

enum result
cmd_lst(struct conn *c, const struct command *in)
{
	uint32_t from;

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (!slice_eq_text(in->args[0], lists[i]))
			continue;
		from = conn_lists_begin(c);
		write_list(c, in, lists[i], false);
		conn_lists_end(c, from);
		return RESULT_OK;
	}
	return RESULT_BAD_VALUE;
}

enum result
cmd_lsg(struct conn *c, const struct command *in)
{
	write_groups(c, in);
	return RESULT_OK;
}
