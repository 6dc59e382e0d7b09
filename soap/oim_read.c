/* SPDX-License-Identifier: MIT */
/* Reading what waits, and deleting it (soap 5.2). */
#include "common/codec/base64.h"
#include "common/codec/hex.h"
#include "common/codec/mdata.h"
#include "common/codec/mime.h"
#include "core/talk/mailbox.h"
#include "soap/oim.h"
#include "soap/shape.h"

enum {
	LETTER_MAX = 64 * 1024, /* the longest text with its headers */
	LINE_BYTES = 57         /* that make a line of 76 */
};

static struct buf *
begin(struct soap_call *c)
{
	struct buf *b = soap_begin_bare(c);

	SOAP_LIT(b, "<soap:Body>");
	return b;
}

enum soap_end
soap_rsi_metadata(struct soap_call *c)
{
	const struct mail *all;
	struct buf *b;
	enum result r;
	size_t n;

	r = mailbox_list(&c->request, c->account, &all, &n);
	if (r != RESULT_OK)
		return soap_end_of(r);
	b = begin(c);
	SOAP_LIT(b, "<GetMetadataResponse xmlns=\"" OIM_RSI "\"><MD>");
	for (size_t i = 0; i < n; i++) {
		const struct mdata m = { all[i].sender, all[i].name, all[i].id,
			all[i].sent, all[i].size };

		mdata_add(b, &m, false);
	}
	SOAP_LIT(b, "</MD></GetMetadataResponse></soap:Body>");
	return SOAP_DONE;
}

/* Spelled as it came, by which programs tell one talk from the next. */
static void
add_run(struct buf *b, const struct mail *m)
{
	size_t at = b->n;

	guid_add(b, m->run);
	for (size_t i = at; m->run_capitals && i < b->n; i++)
		if (b->p[i] >= 'a' && b->p[i] <= 'f')
			b->p[i] = (char)(b->p[i] - ('a' - 'A'));
}

/*
 * As mail.  Lines end in LF alone: some clients look for two of these, and an
 * XML reader leaves no CR (soap 5.2).
 */
static void
letter(struct buf *b, const struct account *to, const struct mail *m)
{
	buf_add_text(b, "From: ");
	mime_word_encode(b, m->name.n > 0 ? m->name : m->sender);
	buf_addf(b,
	    " <" SLICE_FMT ">\nTo: " SLICE_FMT "\nSubject: \n"
	    "X-OIMProxy: MSNMSGR\nMIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=UTF-8\n"
	    "Content-Transfer-Encoding: base64\n"
	    "X-OIM-Message-Type: OfflineMessage\nX-OIM-Run-Id: {",
	    SLICE_ARG(m->sender), SLICE_ARG(account_address(to)));
	add_run(b, m);
	buf_addf(b, "}\nX-OIM-Sequence-Num: %u\nMessage-ID: <",
	    (unsigned)m->number);
	guid_add(b, m->id);
	buf_add_text(b, "@oim.messenger.msn.com>\nDate: ");
	mdata_add_date(b, m->sent);
	buf_add_text(b, "\nReturn-Path: ndr@oim.messenger.msn.com\n\n");
	for (size_t at = 0; at < m->text.n; at += LINE_BYTES) {
		if (at > 0)
			buf_add_char(b, '\n');
		base64_encode(b,
		    slice_upto(slice_from(m->text, at), LINE_BYTES));
	}
}

enum soap_end
soap_rsi_message(struct soap_call *c)
{
	struct buf text = BUF_INIT(LETTER_MAX), *b;
	unsigned char id[MAIL_ID_BYTES];
	const struct mail *m;
	enum result r;

	if (!guid_parse(slice_trim(xml_child_text(c->in.method, "messageId")),
		id))
		return SOAP_BAD_ARGUMENT;
	r = mailbox_get(&c->request, c->account, id, &m);
	if (r != RESULT_OK)
		return soap_end_of(r);
	letter(&text, c->account, m);
	b = begin(c);
	SOAP_LIT(b,
	    "<GetMessageResponse xmlns=\"" OIM_RSI "\"><GetMessageResult>");
	shape_text(b, buf_slice(&text));
	b->failed |= text.failed;
	buf_free(&text);
	/* one program reads on until an empty line (field-runs 2.12) */
	SOAP_LIT(b,
	    "\r\n\r\n</GetMessageResult></GetMessageResponse></soap:Body>");
	return SOAP_DONE;
}

enum soap_end
soap_rsi_delete(struct soap_call *c)
{
	const struct xml_node *list = xml_child(c->in.method, "messageIds");
	unsigned char ids[MAILBOX_MAX][MAIL_ID_BYTES];
	enum result r;
	size_t n = 0;

	if (list == NULL || list->child == NULL)
		return SOAP_BAD_ARGUMENT;
	XML_EACH(it, list)
		if (n == MAILBOX_MAX ||
		    !guid_parse(slice_trim(it->text), ids[n++]))
			return SOAP_BAD_ARGUMENT;
	r = mailbox_delete(&c->request, c->account,
	    (const unsigned char(*)[MAIL_ID_BYTES])ids, n);
	if (r != RESULT_OK)
		return soap_end_of(r);
	SOAP_LIT(begin(c),
	    "<DeleteMessagesResponse xmlns=\"" OIM_RSI "\"/></soap:Body>");
	return SOAP_DONE;
}
