/* SPDX-License-Identifier: MIT */
/* SYN: the whole list (ns-classic 7.2, 7.3). */
#include "common/base/num.h"
#include "ns/conn.h"
#include "ns/shapes.h"

/* Clients count the lines: exactly those that write_contacts() writes. */
static unsigned
count_contacts(const struct conn *c, const struct roster *r)
{
	unsigned n = 0;

	ROSTER_EACH(k, r)
	{
		n += shape_lists(c->dialect, k->lists) != 0;
	}
	return n;
}

static void
write_head(struct conn *c, const struct command *in, bool whole)
{
	const struct account *a = c->session.account;
	bool serials = dialect_has(c->dialect, D_SERIALS);
	struct buf *b = conn_reply(c, in);

	shape_serial(b, c->dialect, a);
	if (!serials) {
		shape_time(b, a->lists_changed);
		shape_time(b, a->settings_changed);
	}
	/* by number there is always group 0, by GUID it has no name */
	if (whole)
		buf_addf(b, " %u %u", count_contacts(c, &a->roster),
		    a->roster.ngroups + (serials ? 1u : 0u));
	conn_finish(c);
}

static void
write_property(struct buf *b, const char *key, struct slice value)
{
	buf_add_text(b, "PRP ");
	buf_add_text(b, key);
	shape_word(b, value);
	buf_add(b, "\r\n", 2);
}

static void
write_settings(struct conn *c)
{
	const struct account *a = c->session.account;
	struct buf *b = conn_line(c);

	buf_addf(b, "GTC %s\r\nBLP %s\r\n",
	    a->flags & ACCOUNT_PROMPT ? "A" : "N",
	    a->flags & ACCOUNT_ALLOW_ALL ? "AL" : "BL");
	if (dialect_has(c->dialect, D_OWN_NAME))
		write_property(b, "MFN", account_name(a));
	for (enum prop p = 0; p < PROPS; p++) {
		struct slice value = account_prop(a, p);

		if (p != PROP_SPARE && value.n > 0)
			write_property(b, shape_property_key(p), value);
	}
	if (a->flags & ACCOUNT_PAGES)
		write_property(b, "MOB", SLICE_LIT("Y"));
	conn_send(c);
}

static void
write_groups(struct conn *c)
{
	const struct account *a = c->session.account;
	struct buf *b = conn_line(c);

	if (dialect_has(c->dialect, D_SERIALS)) {
		buf_add_text(b, "LSG 0");
		shape_word(b, shape_group0(a));
		buf_add_text(b, " 0\r\n");
	}
	for (unsigned i = 0; i < a->roster.ngroups; i++)
		shape_group(b, c->dialect, &a->roster.groups[i]);
	conn_send(c);
}

static void
write_contacts(struct conn *c, const struct command *in)
{
	const struct account *a = c->session.account;
	struct props shown;

	ROSTER_EACH(k, &a->roster)
	{
		struct buf *b = conn_line(c);

		if (shape_lists(c->dialect, k->lists) == 0)
			continue;
		shape_list_entry(b, c->dialect, &a->roster, k);
		if ((k->lists & LIST_FORWARD) &&
		    roster_props_of(in->rq, a, k, &shown)) {
			if (k->who->account != NULL)
				conn_barrier(c, k->who->account->seq);
			shape_sync_telephones(b, c->dialect, a,
			    person_address(k->who), &shown);
		}
		conn_send(c);
	}
}

enum result
cmd_syn(struct conn *c, const struct command *in)
{
	bool serials = dialect_has(c->dialect, D_SERIALS);
	enum result r = RESULT_OK;
	uint32_t from, theirs = 0;
	bool same;

	if (dialect_has(c->dialect, D_APART))
		return cmd_syn_apart(c, in);
	if (serials && !num_parse_u32(in->args[0], &theirs))
		return RESULT_BAD_VALUE;
	/* timestamps never match: the list is always sent in full */
	same = serials && theirs == c->session.account->serial;
	if (!same)
		r = roster_props(in->rq, c->session.account);
	if (r != RESULT_OK)
		return r;
	from = conn_lists_begin(c);
	write_head(c, in, !same);
	if (!same) {
		write_settings(c);
		write_groups(c);
		write_contacts(c, in);
	}
	conn_lists_end(c, from);
	c->synced = true;
	return RESULT_OK;
}
