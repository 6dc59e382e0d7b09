/* SPDX-License-Identifier: MIT */
/* CHG, UUX and PNG (ns-classic 9, 11.1). */
#include "common/base/num.h"
#include "common/codec/xml_read.h"
#include "ns/conn.h"
#include "ns/shapes.h"

/*
 * A number, or two around a colon: clients of later versions write a:b even
 * here (field-notes 11).  The second half is for those versions alone.
 */
static bool
parse_caps(struct slice word, uint64_t *caps)
{
	size_t colon = slice_find(word, ':');
	uint64_t extended;

	if (!num_parse_u64(slice_upto(word, colon), caps))
		return false;
	return colon == word.n ||
	    num_parse_u64(slice_from(word, colon + 1), &extended);
}

/* Clients compare the echo with what they sent, word by word. */
static void
echo(struct conn *c, const struct command *in)
{
	struct buf *b = conn_reply(c, in);

	for (unsigned i = 0; i < in->nargs; i++)
		shape_word(b, in->args[i]);
	conn_finish(c);
}

struct first_look {
	struct conn *conn;
	struct slice trid;
};

static void
write_initial(struct conn *c, struct slice trid, const struct account *who,
    const struct look *look)
{
	struct buf *b = conn_line(c);

	conn_barrier(c, who->seq);
	shape_seen(b, c->dialect, trid, who, look);
	if (look->note != NULL)
		shape_note(b, c->dialect, who, blob_slice(look->note));
	conn_send(c);
}

static void
each_visible(void *ctx, struct account *who, const struct look *look)
{
	const struct first_look *f = ctx;

	write_initial(f->conn, f->trid, who, look);
}

enum result
cmd_chg(struct conn *c, const struct command *in)
{
	struct presence *p = &c->session.presence;
	struct first_look first = { c, in->trid };
	enum availability avail;
	uint64_t caps = 0;

	if (!shape_state_parse(in->args[0], &avail))
		return RESULT_BAD_VALUE;
	if (in->nargs > 1 && !parse_caps(in->args[1], &caps))
		return RESULT_BAD_VALUE;
	p->avail = (uint8_t)avail;
	p->caps = caps;
	presence_set_object(p, in->nargs > 2 ? in->args[2] : slice_make("", 0),
	    in->nargs > 2);
	presence_changed(c->ns->core, c->session.account);
	echo(c, in);
	if (c->state == CONN_AUTHED) {
		conn_enter(c, CONN_ONLINE);
		presence_watch(c->ns->core, &c->session, each_visible, &first);
	}
	return RESULT_OK;
}

enum result
cmd_uux(struct conn *c, const struct command *in)
{
	static const struct xml_limits limits = { 16, 256, MSNP_PAYLOAD_MAX };
	const char *why;

	/* relayed as it is, so that it must at least be XML */
	if (in->payload.n > 0 &&
	    xml_read(&c->ns->arena, in->payload, &limits, &why) == NULL) {
		conn_error(c, in, 715);
		return RESULT_OK;
	}
	presence_set_note(&c->session.presence, in->payload);
	presence_changed(c->ns->core, c->session.account);
	buf_add_text(conn_reply(c, in), " 0");
	conn_finish(c);
	return RESULT_OK;
}

enum result
cmd_png(struct conn *c, const struct command *in)
{
	(void)in;
	if (c->dialect != NULL && dialect_has(c->dialect, D_QNG_SECONDS))
		conn_printf(c, "QNG %u", c->ns->cfg.ping_s);
	else
		conn_printf(c, "QNG");
	return RESULT_OK;
}
