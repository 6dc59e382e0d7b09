/* SPDX-License-Identifier: MIT */
/*
 * USR once more: clients of later versions bring the ticket that their address
 * book came with (ns-modern 3.11).
 */
#include "common/codec/base64.h"
#include "common/codec/xml_read.h"
#include "ns/conn.h"
#include "ns/shapes.h"

/* Without the declaration: it says utf-16, and is not. */
static struct slice
document(struct slice text)
{
	size_t end;

	if (!slice_starts(text, SLICE_LIT("<?xml")))
		return text;
	end = slice_find_slice(text, SLICE_LIT("?>"));
	return slice_from(text, end + 2);
}

/* The seal in <SignedTicket><Sig>, decoded; empty when there is none. */
static struct slice
seal_of(struct conn *c, struct slice word)
{
	static const struct xml_limits limits = { 4, 32, MSNP_LINE_MAX };
	struct buf b = BUF_INIT(MSNP_LINE_MAX), seal = b;
	struct slice found = slice_make("", 0);
	const struct xml_node *root = NULL;
	const char *why;

	if (base64_decode(&b, word) && buf_ok(&b) && b.n > 0)
		root = xml_read(&c->ns->arena, document(buf_slice(&b)), &limits,
		    &why);
	if (root != NULL && slice_eq_text(root->name, "SignedTicket") &&
	    base64_decode(&seal, xml_child_text(root, "Sig")) && buf_ok(&seal))
		found = arena_copy(&c->ns->arena, buf_slice(&seal));
	buf_free(&b);
	buf_free(&seal);
	return found;
}

/* USR trid SHA A ticket */
static enum result
take_ticket(struct conn *c, const struct command *in)
{
	struct slice seal = seal_of(c, in->args[2]);
	struct account *a = NULL;
	enum result r = RESULT_BAD_TICKET;
	struct buf *b;

	if (seal.n > 0)
		r = signin_bearer(in->rq, seal, DOOR_CIRCLE, &a);
	if (r == RESULT_OK && a != c->session.account)
		r = RESULT_BAD_TICKET;
	if (r != RESULT_OK)
		return r;
	b = conn_reply(c, in);
	buf_add_text(b, " OK");
	shape_word(b, account_address(a));
	buf_add_text(b, " 0 0");
	conn_finish(c);
	return RESULT_OK;
}

enum result
cmd_usr_again(struct conn *c, const struct command *in)
{
	if (dialect_has(c->dialect, D_JOINED) && in->nargs > 2 &&
	    slice_eq_text(in->args[0], "SHA"))
		return take_ticket(c, in);
	conn_error(c, in, 207);
	return RESULT_OK;
}
