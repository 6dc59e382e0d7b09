/* SPDX-License-Identifier: MIT */
/* CHG, UUX and PNG (ns-classic 9, 11.1). */
#include "common/base/num.h"
#include "common/codec/xml_read.h"
#include "common/codec/xml_write.h"
#include "core/talk/mailbox.h"
#include "ns/conn.h"
#include "ns/shapes.h"

/*
 * A number, or two around a colon: clients of later versions write a:b even
 * to older ones (field-notes 11).
 */
static bool
parse_caps(struct slice word, uint64_t *caps, uint32_t *more)
{
	size_t colon = slice_find(word, ':');

	*more = 0;
	if (!num_parse_u64(slice_upto(word, colon), caps))
		return false;
	return colon == word.n ||
	    num_parse_u32(slice_from(word, colon + 1), more);
}

/* Clients compare the echo with what they sent, word by word. */
static void
echo(struct conn *c, const struct command *in, unsigned nargs)
{
	struct buf *b = conn_reply(c, in);

	for (unsigned i = 0; i < nargs; i++)
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
	shape_note(b, c->dialect, who, look->note);
	conn_send(c);
}

static void
each_visible(void *ctx, struct account *who, const struct look *look)
{
	const struct first_look *f = ctx;

	write_initial(f->conn, f->trid, who, look);
}

/* Beside others of its account, who spoke last counts. */
static void
spoke(struct conn *c, bool announced)
{
	if (c->session.endpoint != NULL && announced)
		session_announced(c->ns->core, &c->session);
	else if (c->session.endpoint != NULL)
		session_endpoint_changed(c->ns->core, &c->session);
	else
		presence_changed(c->ns->core, c->session.account);
}

/* What waits for whom announces itself for the first time. */
struct waiting {
	const struct mail *all; /* NULL: not to be listed */
	size_t n;
};

/*
 * WAIT, or OK.  A list that is not what it was, or cannot be had, is not told:
 * its client will ask.
 */
static enum result
find_waiting(struct conn *c, const struct command *in, struct waiting *w)
{
	struct account *me = c->session.account;
	enum result r;
	size_t n = 0;

	w->all = NULL;
	w->n = c->state == CONN_AUTHED ? mailbox_count(me) : 0;
	if (w->n == 0 || !shape_mail_lists(c->dialect, (unsigned)w->n))
		return RESULT_OK;
	r = mailbox_list(in->rq, me, &w->all, &n);
	if (r == RESULT_WAIT)
		return r;
	if (n != w->n)
		w->all = NULL;
	return RESULT_OK;
}

static void
tell_waiting(struct conn *c, const struct waiting *w)
{
	if (w->n == 0)
		return;
	/* of oneself first (ns-modern 5.1) */
	presence_flush(c->ns->core);
	conn_barrier(c, c->session.account->seq);
	shape_mail_waits(conn_line(c), c->dialect, w->all, w->n);
	conn_send(c);
}

enum result
cmd_chg(struct conn *c, const struct command *in)
{
	struct presence *p = &c->session.presence;
	struct first_look first = { c, in->trid };
	enum availability avail;
	struct waiting waiting;
	uint64_t caps = 0;
	uint32_t more = 0;
	/* some builds of the first years write numbers that mean nothing */
	unsigned nargs = dialect_has(c->dialect, D_CAPS) ? in->nargs : 1;

	if (!shape_state_parse(in->args[0], &avail))
		return RESULT_BAD_VALUE;
	if (nargs > 1 && !parse_caps(in->args[1], &caps, &more))
		return RESULT_BAD_VALUE;
	if (nargs > 2 && in->args[2].n > CEILING_TAKE_OBJECT)
		return RESULT_BAD_VALUE;
	if (find_waiting(c, in, &waiting) == RESULT_WAIT)
		return RESULT_WAIT;
	p->avail = (uint8_t)avail;
	p->caps = caps;
	p->caps_more = more;
	presence_set_object(p, nargs > 2 ? in->args[2] : slice_make("", 0),
	    nargs > 2);
	spoke(c, true);
	echo(c, in, nargs);
	if (c->state == CONN_AUTHED) {
		conn_enter(c, CONN_ONLINE);
		presence_watch(c->ns->core, &c->session, each_visible, &first);
		challenge_begin(c);
		tell_waiting(c, &waiting);
	}
	return RESULT_OK;
}

/*
 * The elements inside root, written anew: they go into another document,
 * together with those of all places.  NULL when it is too much.
 */
static struct blob *
inside(const struct xml_node *root)
{
	struct buf b = BUF_INIT(CEILING_TAKE_PLACE);
	struct blob *bytes = NULL;

	XML_EACH(it, root) {
		buf_addf(&b, "<" SLICE_FMT ">", SLICE_ARG(it->name));
		xml_escape(&b, it->text);
		buf_addf(&b, "</" SLICE_FMT ">", SLICE_ARG(it->name));
	}
	if (buf_ok(&b))
		bytes = blob_new(b.p, b.n);
	buf_free(&b);
	return bytes;
}

static bool
keep_place(struct blob **slot, const struct xml_node *root)
{
	struct blob *text = inside(root);

	if (text == NULL)
		return false;
	blob_unref(*slot);
	*slot = text;
	return true;
}

/* Of an endpoint, or (the words as they came) of the account. */
static bool
take_note(struct conn *c, const struct xml_node *root, struct slice text)
{
	struct endpoint *e = c->session.endpoint;
	bool shown = root != NULL && slice_eq_text(root->name, "EndpointData");
	bool kept =
	    root != NULL && slice_eq_text(root->name, "PrivateEndpointData");

	if (shown || kept)
		return e == NULL ||
		    keep_place(shown ? &e->shown : &e->kept, root);
	if (text.n > CEILING_TAKE_NOTE)
		return false;
	presence_set_note(&c->session.presence, text);
	return true;
}

enum result
cmd_uux(struct conn *c, const struct command *in)
{
	static const struct xml_limits limits = { 16, 256, MSNP_PAYLOAD_MAX };
	const struct xml_node *root = NULL;
	const char *why;

	/* relayed as it is, so that it must at least be XML */
	if (in->payload.n > 0)
		root = xml_read(&c->ns->arena, in->payload, &limits, &why);
	if ((in->payload.n > 0 && root == NULL) ||
	    !take_note(c, root, in->payload)) {
		conn_error(c, in, 715);
		return RESULT_OK;
	}
	spoke(c, false);
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
