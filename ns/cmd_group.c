/* SPDX-License-Identifier: MIT */
/* Groups (ns-classic 8.5): by number up to version 9, by GUID from 10. */
#include "common/base/num.h"
#include "common/codec/hex.h"
#include "common/codec/url.h"
#include "ns/conn.h"
#include "ns/shapes.h"

enum result
cmd_group_find(const struct conn *c, struct slice word, unsigned *number)
{
	const struct roster *r = &c->session.account->roster;
	unsigned char id[GUID_BYTES];
	const struct group *g = NULL;
	uint32_t n;

	if (dialect_has(c->dialect, D_GUIDS)) {
		if (guid_parse(word, id))
			g = roster_group_id(r, id);
		if (g == NULL)
			return RESULT_NO_SUCH_GROUP;
		*number = g->number;
		return RESULT_OK;
	}
	if (!num_parse_u32(word, &n) || n >= GROUP_MAX)
		return RESULT_NO_SUCH_GROUP;
	*number = n;
	return n == 0 || roster_group(r, n) ? RESULT_OK : RESULT_NO_SUCH_GROUP;
}

/*
 * Messenger 7.0 removes a group by its name, encoded twice, when it made the
 * group itself a moment ago (ns-classic 2.4).
 */
static enum result
find_by_name(const struct conn *c, struct slice word, unsigned *number)
{
	const struct roster *r = &c->session.account->roster;
	struct buf once = BUF_INIT(MSNP_LINE_MAX), twice = once, name = once;
	enum result found = RESULT_NO_SUCH_GROUP;

	url_decode(&once, word);
	url_decode(&twice, buf_slice(&once));
	for (unsigned i = 0; i < r->ngroups; i++) {
		buf_reset(&name);
		url_decode(&name, blob_slice(r->groups[i].name));
		if (!slice_eq(buf_slice(&name), buf_slice(&twice)))
			continue;
		*number = r->groups[i].number;
		found = RESULT_OK;
		break;
	}
	buf_free(&once);
	buf_free(&twice);
	buf_free(&name);
	return found;
}

/* " gid name 0", or " name guid" and the other way round. */
static void
add_group(struct buf *b, const struct conn *c, unsigned number,
    struct slice name, bool name_first)
{
	const struct group *g =
	    roster_group(&c->session.account->roster, number);

	if (dialect_has(c->dialect, D_GUIDS) && g != NULL) {
		if (name_first)
			shape_word(b, name);
		shape_guid(b, g->id);
		if (!name_first)
			shape_word(b, name);
		return;
	}
	shape_serial(b, c->dialect, c->session.account);
	if (name_first)
		shape_word(b, name);
	buf_addf(b, " %u", number);
	if (!name_first)
		shape_word(b, name);
	buf_add_text(b, " 0");
}

enum result
cmd_adg(struct conn *c, const struct command *in)
{
	struct slice name = in->args[0];
	unsigned number = 0;
	enum result r =
	    roster_group_add(in->rq, c->session.account, name, &number);

	if (r != RESULT_OK)
		return r;
	add_group(conn_reply(c, in), c, number, name, true);
	conn_finish(c);
	return RESULT_OK;
}

enum result
cmd_rmg(struct conn *c, const struct command *in)
{
	struct account *a = c->session.account;
	bool guids = dialect_has(c->dialect, D_GUIDS);
	unsigned number = 0;
	unsigned char id[GUID_BYTES] = { 0 };
	struct buf *b;
	enum result r = cmd_group_find(c, in->args[0], &number);

	if (r != RESULT_OK && guids)
		r = find_by_name(c, in->args[0], &number);
	if (r != RESULT_OK)
		return r;
	if (guids)
		memcpy(id, roster_group(&a->roster, number)->id, sizeof(id));
	r = roster_group_remove(in->rq, a, number);
	if (r != RESULT_OK)
		return r;
	b = conn_reply(c, in);
	shape_serial(b, c->dialect, a);
	/* one client reads the second word, the others read none */
	if (guids) {
		buf_add_text(b, " 1");
		shape_guid(b, id);
	} else {
		buf_addf(b, " %u", number);
	}
	conn_finish(c);
	return RESULT_OK;
}

enum result
cmd_reg(struct conn *c, const struct command *in)
{
	struct slice name = in->args[1];
	unsigned number = 0;
	enum result r = cmd_group_find(c, in->args[0], &number);

	if (r == RESULT_OK)
		r = roster_group_rename(in->rq, c->session.account, number,
		    name);
	if (r != RESULT_OK)
		return r;
	add_group(conn_reply(c, in), c, number, name, false);
	conn_finish(c);
	return RESULT_OK;
}
