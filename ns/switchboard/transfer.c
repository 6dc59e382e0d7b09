/* SPDX-License-Identifier: MIT */
/* Getting a switchboard: XFR SB on the notification server (sb 2). */
#include "ns/conn.h"
#include "ns/shapes.h"

enum result
sb_xfr(struct conn *c, const struct command *in)
{
	char cookie[PASS_TEXT_MAX];
	struct buf *b;
	enum result r;

	/* asking for another notification server is not the client's to do */
	if (!slice_eq(in->args[0], SLICE_LIT("SB"))) {
		conn_error(c, in, 201);
		return RESULT_OK;
	}
	if (c->session.presence.avail == AVAIL_HIDDEN &&
	    !dialect_has(c->dialect, D_BOOK))
		return RESULT_NOT_AVAILABLE;
	r = pass_issue_new(c->ns->core, &c->session, cookie);
	if (r != RESULT_OK)
		return r;
	b = conn_line(c);
	buf_add_text(b, "XFR ");
	buf_add_slice(b, in->trid);
	buf_add_text(b, " SB ");
	conn_add_own_address(c, b);
	/* without the word CKI the 1.0 client shows a wrong cookie (sb 2) */
	buf_add_text(b, " CKI ");
	buf_add_text(b, cookie);
	shape_direct(b, c->dialect);
	buf_add_text(b, "\r\n");
	conn_send(c);
	return RESULT_OK;
}
