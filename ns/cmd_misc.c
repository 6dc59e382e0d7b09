/* SPDX-License-Identifier: MIT */
/* The small remaining commands (ns-classic 11). */
#include "common/codec/url.h"
#include "core/desk/report.h"
#include "ns/conn.h"
#include "ns/shapes.h"

/* ---- URL: pages of the mail service ---- */

struct page {
	const char *service;
	const char *path;
};

/* clang-format off */
static const struct page pages[] = {
	{ "INBOX",     "/cgi-bin/HoTMaiL" },
	{ "FOLDERS",   "/cgi-bin/folders" },
	{ "COMPOSE",   "/cgi-bin/compose" },
	{ "MESSAGE",   "/cgi-bin/getmsg" },
	{ "ADDRBOOK",  "/cgi-bin/addresses" },
	{ "PERSON",    "/ppsecure/editprof" },
	{ "PASSWORD",  "/ppsecure/changepw" },
	{ "PROFILE",   "/profile" },
	{ "MOBILE",    "/mobile" },
	{ "CHGMOB",    "/mobile/settings" },
	{ "CHAT",      "/chat" },
	{ "ADVSEARCH", "/search/advanced" },
	{ "INTSEARCH", "/search/interests" },
};
/* clang-format on */

enum result
cmd_url(struct conn *c, const struct command *in)
{
	const char *path = "/";
	struct buf *b;

	for (size_t i = 0; i < ARRAY_LEN(pages); i++)
		if (slice_eq_text(in->args[0], pages[i].service))
			path = pages[i].path;
	b = conn_reply(c, in);
	shape_word(b, slice_text(path));
	if (slice_eq_text(in->args[0], "COMPOSE") && in->nargs > 1) {
		buf_add_text(b, "?to=");
		url_encode(b, in->args[1]);
	}
	buf_add_text(b, " " SHAPE_MAIL_FORM);
	/* the number of the site, which some clients insist on */
	if (dialect_has(c->dialect, D_PROFILE))
		buf_add_text(b, " 2");
	conn_finish(c);
	return RESULT_OK;
}

/* ---- invitations by mail: there is no mail to send ---- */

enum result
cmd_snd(struct conn *c, const struct command *in)
{
	buf_add_text(conn_reply(c, in), " OK");
	conn_finish(c);
	return RESULT_OK;
}

enum result
cmd_sdc(struct conn *c, const struct command *in)
{
	return cmd_snd(c, in);
}

/* ---- IMS: take no invitations ---- */

enum result
cmd_ims(struct conn *c, const struct command *in)
{
	bool off = slice_eq_text(in->args[0], "OFF");

	if (!off && !slice_eq_text(in->args[0], "ON")) {
		conn_error(c, in, 715);
		return RESULT_OK;
	}
	c->session.deaf = off;
	buf_add_text(conn_reply(c, in), off ? " 0 OFF" : " 0 ON");
	conn_finish(c);
	return RESULT_OK;
}

/* ---- GCF: features the operator may switch off in clients; none ---- */

static const char shields[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\" ?><config><shield>"
    "<cli maj=\"7\" min=\"0\" minbld=\"0\" maxbld=\"9999\" deny=\" \" />"
    "</shield><block></block></config>";

enum result
cmd_gcf(struct conn *c, const struct command *in)
{
	struct buf *b;

	if (!c->synced && !dialect_has(c->dialect, D_BOOK)) {
		conn_error(c, in, 715);
		return RESULT_OK;
	}
	if (!slice_eq_nocase(in->args[0], SLICE_LIT("Shields.xml")))
		return RESULT_BAD_VALUE;
	b = conn_reply(c, in);
	shape_word(b, in->args[0]);
	buf_addf(b, " %zu\r\n", sizeof(shields) - 1);
	buf_add(b, shields, sizeof(shields) - 1);
	conn_send(c);
	return RESULT_OK;
}

/* ---- pages: nobody has a pager ---- */

enum result
cmd_pag(struct conn *c, const struct command *in)
{
	conn_error(c, in, 220);
	return RESULT_OK;
}

/* ---- FND: a directory of people, in which is nobody ---- */

enum result
cmd_fnd(struct conn *c, const struct command *in)
{
	buf_add_text(conn_reply(c, in), " 0 0");
	conn_finish(c);
	return RESULT_OK;
}

/* ---- VAS: a report of abuse (ns-modern 9.5) ---- */

/*
 * What stands behind the address, and how the payload is written, nobody knows;
 * nor any answer.
 */
enum result
cmd_vas(struct conn *c, const struct command *in)
{
	struct buf text = BUF_INIT(REPORT_TEXT_MAX);
	struct report_wish wish = { .kind = REPORT_PROGRAM,
		.peer = &c->link->peer };
	enum result r;

	/* the last word is the length */
	if (in->nargs < 2)
		return RESULT_OK;
	report_add_clean(&text, slice_trim(in->payload));
	wish.about = in->args[0];
	wish.text = text.n > 0 ? buf_slice(&text) : SLICE_LIT("(no words)");
	r = report_make(in->rq, c->session.account, &wish);
	buf_free(&text);
	return r == RESULT_WAIT ? r : RESULT_OK;
}

/* ---- seen, and meaning nothing here ---- */

enum result
cmd_silence(struct conn *c, const struct command *in)
{
	(void)c;
	(void)in;
	return RESULT_OK;
}
