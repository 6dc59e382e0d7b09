/* SPDX-License-Identifier: MIT */
/* One message: opened, kept, deleted. */
#include "common/codec/hex.h"
#include "common/codec/mdata.h"
#include "common/codec/url.h"
#include "web/front.h"

#include <stdio.h>

#define DO_KEEP  "Keep"
#define DO_LEAVE "Keep no longer"

static bool
id_of(struct web_visit *v, unsigned char id[MAIL_ID_BYTES])
{
	struct slice text = web_field(v, "m");
	struct buf bytes = BUF_INIT(MAIL_ID_BYTES);
	bool good =
	    text.n == (size_t)MAIL_ID_BYTES * 2 && hex_decode(&bytes, text);

	if (good)
		memcpy(id, bytes.p, MAIL_ID_BYTES);
	buf_free(&bytes);
	return good;
}

static enum result
act(struct web_visit *v)
{
	unsigned char id[1][MAIL_ID_BYTES];
	struct slice what = web_field(v, "do");

	v->stale = !web_form_key_good(v);
	if (v->stale)
		return RESULT_BAD_VALUE;
	if (slice_starts(what, SLICE_LIT("Delete all")))
		return mailbox_delete_read(&v->request, v->me);
	if (!id_of(v, id[0]))
		return RESULT_NOT_THERE;
	if (slice_eq_text(what, "Delete"))
		return mailbox_delete(&v->request, v->me,
		    (const unsigned char(*)[MAIL_ID_BYTES])id, 1);
	if (slice_eq_text(what, DO_KEEP) || slice_eq_text(what, DO_LEAVE))
		return mailbox_keep(&v->request, v->me, id[0],
		    slice_eq_text(what, DO_KEEP));
	return RESULT_BAD_VALUE;
}

static enum result
message_judge(struct web_visit *v)
{
	unsigned char id[MAIL_ID_BYTES];
	enum result r = web_who_mails(v);

	if (r != RESULT_OK)
		return r;
	if (http_method(v->http) == HTTP_POST)
		return act(v);
	if (!id_of(v, id))
		return RESULT_NOT_THERE;
	/* who asks for the head alone sees no words */
	return http_method(v->http) == HTTP_HEAD
	    ? mailbox_get(&v->request, v->me, id, &v->mail)
	    : mailbox_open(&v->request, v->me, id, &v->mail);
}

static void
add_message(struct web_visit *v, struct buf *page)
{
	const struct mail *m = v->mail;
	struct buf date = BUF_INIT(64), link = BUF_INIT(3 * ADDRESS_MAX);
	struct buf id = BUF_INIT(2 * MAIL_ID_BYTES);
	struct buf key = BUF_INIT(WEB_KEY_BYTES * 2);
	struct page_field fields[] = {
		{ "name", m->name.n > 0 ? m->name : m->sender },
		{ "sender", m->sender },
		{ "keep", slice_text(m->kept ? DO_LEAVE : DO_KEEP) },
		{ "link", { 0 } },
		{ "date", { 0 } },
		{ "id", { 0 } },
		{ "key", { 0 } },
	};

	url_encode(&link, m->sender);
	mdata_add_date(&date, m->sent);
	hex_encode(&id, slice_make(m->id, MAIL_ID_BYTES));
	web_form_key(v, &key);
	fields[3].text = buf_slice(&link);
	fields[4].text = buf_slice(&date);
	fields[5].text = buf_slice(&id);
	fields[6].text = buf_slice(&key);
	page_add(page, web_page_mail, fields, ARRAY_LEN(fields));
	web_add_lines(page, m->text);
	page_add(page, web_page_mail_end, fields, ARRAY_LEN(fields));
	buf_free(&date);
	buf_free(&link);
	buf_free(&id);
	buf_free(&key);
}

static const char *
trouble(const struct web_visit *v)
{
	if (v->result == RESULT_LIST_FULL)
		return "You keep as many messages as you can. Delete one of "
		       "these first.";
	if (v->result == RESULT_NOT_THERE)
		return "This message is not there any more.";
	return "This did not work.";
}

static void
message_reply(struct web_visit *v)
{
	struct buf page = BUF_INIT(WEB_PAGE_MAX);
	char words[80];
	struct page_field fields[] = {
		{ "title", SLICE_LIT("Message") },
		{ "account", { 0 } },
		{ "words", { 0 } },
	};

	if (v->result != RESULT_OK) {
		web_reply_refused(v, trouble(v));
		return;
	}
	if (http_method(v->http) == HTTP_POST) {
		web_reply_elsewhere(v->http, WEB_INBOX);
		return;
	}
	(void)snprintf(words, sizeof(words),
	    v->mail->kept ? "You keep this message."
			  : "It goes after %u days, unless you keep it.",
	    v->web->core->cfg.mail_days);
	fields[1].text = account_address(v->me);
	fields[2].text = slice_text(words);
	page_add(&page, web_page_head, fields, ARRAY_LEN(fields));
	add_message(v, &page);
	page_add(&page, web_page_foot, NULL, 0);
	web_reply_page(v->http, 200, &page);
	buf_free(&page);
}

enum http_outcome
web_message(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { message_judge, message_reply };

	return web_visit_run(rq, front, &flow);
}
