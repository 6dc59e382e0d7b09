/* SPDX-License-Identifier: MIT */
/*
 * Reading what waits.  Reading deletes, as programs of MSNP2-10 have no way to
 * say so; but a page that got lost on its way was not read.  So the page ends
 * in a picture, and who fetches that has seen what stands above it.
 */
#include "common/codec/hex.h"
#include "common/codec/mdata.h"
#include "common/codec/url.h"
#include "web/front.h"

#include <stdio.h>

static enum result
inbox_judge(struct web_visit *v)
{
	enum result r = web_who_mails(v);

	if (r == RESULT_OK)
		r = mailbox_read(&v->request, v->me, &v->mail, &v->nmail);
	return r;
}

static void
add_mail(struct buf *page, const struct mail *m)
{
	struct buf date = BUF_INIT(64), link = BUF_INIT(3 * ADDRESS_MAX);
	struct page_field fields[] = {
		{ "name", m->name.n > 0 ? m->name : m->sender },
		{ "sender", m->sender },
		{ "link", { 0 } },
		{ "date", { 0 } },
	};

	url_encode(&link, m->sender);
	mdata_add_date(&date, m->sent);
	fields[2].text = buf_slice(&link);
	fields[3].text = buf_slice(&date);
	page_add(page, web_page_mail, fields, ARRAY_LEN(fields));
	web_add_lines(page, m->text);
	buf_add_text(page, "</p>\n");
	buf_free(&date);
	buf_free(&link);
}

static void
add_seen(struct web_visit *v, struct buf *page)
{
	struct buf ids = BUF_INIT(MAIL_PAGE * MAIL_ID_BYTES * 2);
	struct buf key = BUF_INIT(WEB_KEY_BYTES * 2);

	for (size_t i = 0; i < v->nmail; i++)
		hex_encode(&ids, slice_make(v->mail[i].id, MAIL_ID_BYTES));
	web_form_key(v, &key);
	page_add(page, web_page_seen,
	    (const struct page_field[]){ { "ids", buf_slice(&ids) },
		{ "key", buf_slice(&key) } },
	    2);
	buf_free(&ids);
	buf_free(&key);
}

static void
inbox_reply(struct web_visit *v)
{
	struct buf page = BUF_INIT(WEB_PAGE_MAX);
	char words[120] = "No messages wait for you.";
	const struct page_field fields[] = {
		{ "title", SLICE_LIT("Messages") },
		{ "account",
		    v->me != NULL ? account_address(v->me)
				  : (struct slice){ 0 } },
		{ "words", { words, 0 } },
	};
	struct page_field shown[ARRAY_LEN(fields)];

	if (v->result != RESULT_OK) {
		web_reply_refused(v, "This did not work.");
		return;
	}
	if (v->nmail > 0)
		(void)snprintf(words, sizeof(words),
		    "%zu of %u that came while you were away, oldest first. "
		    "Once you have seen them here they are deleted.",
		    v->nmail, mailbox_count(v->me));
	memcpy(shown, fields, sizeof(fields));
	shown[2].text = slice_text(words);
	page_add(&page, web_page_head, shown, ARRAY_LEN(shown));
	for (size_t i = 0; i < v->nmail; i++)
		add_mail(&page, &v->mail[i]);
	if (v->nmail > 0)
		add_seen(v, &page);
	page_add(&page, web_page_foot, NULL, 0);
	web_reply_page(v->http, 200, &page);
	buf_free(&page);
}

enum http_outcome
web_inbox(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { inbox_judge, inbox_reply };

	return web_visit_run(rq, front, &flow);
}

/* ---- what was read ---- */

/* Nobody but who saw the page knows the ids, no other site either. */
static size_t
ids_read(struct web_visit *v, unsigned char ids[][MAIL_ID_BYTES])
{
	struct slice text = { 0 };
	size_t n = 0;

	if (!http_form_arg(v->http, "m", &text))
		(void)http_query_arg(v->http, "m", &text);
	while (text.n >= (size_t)MAIL_ID_BYTES * 2 && n < MAIL_PAGE) {
		struct buf id = BUF_INIT(MAIL_ID_BYTES);

		if (!hex_decode(&id, slice_upto(text, MAIL_ID_BYTES * 2))) {
			buf_free(&id);
			return 0;
		}
		memcpy(ids[n++], id.p, MAIL_ID_BYTES);
		text = slice_from(text, MAIL_ID_BYTES * 2);
		buf_free(&id);
	}
	return n;
}

static bool
still_there(const struct web_visit *v, const unsigned char id[MAIL_ID_BYTES])
{
	for (size_t i = 0; i < v->nmail; i++)
		if (memcmp(v->mail[i].id, id, MAIL_ID_BYTES) == 0)
			return true;
	return false;
}

static enum result
read_judge(struct web_visit *v)
{
	unsigned char ids[MAIL_PAGE][MAIL_ID_BYTES];
	enum result r = web_who_mails(v);
	size_t n, kept = 0;

	if (r == RESULT_OK)
		r = mailbox_list(&v->request, v->me, &v->mail, &v->nmail);
	if (r != RESULT_OK || http_method(v->http) == HTTP_HEAD)
		return r;
	v->stale = http_method(v->http) == HTTP_POST && !web_form_key_good(v);
	if (v->stale)
		return RESULT_BAD_VALUE;
	/* a page shown twice tells of the same ones twice */
	n = ids_read(v, ids);
	for (size_t i = 0; i < n; i++)
		if (still_there(v, ids[i]))
			memmove(ids[kept++], ids[i], MAIL_ID_BYTES);
	return mailbox_delete(&v->request, v->me,
	    (const unsigned char(*)[MAIL_ID_BYTES])ids, kept);
}

/* One pixel that nobody sees. */
static const unsigned char pixel[] = { 'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0,
	0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x21, 0xf9, 4, 1, 0, 0, 0, 0, 0x2c,
	0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b };

static void
read_reply(struct web_visit *v)
{
	struct http_request *rq = v->http;

	if (http_method(rq) == HTTP_POST) {
		if (v->result == RESULT_OK || v->result == RESULT_BUSY)
			web_reply_elsewhere(rq, WEB_INBOX);
		else
			web_reply_refused(v, "This did not work.");
		return;
	}
	http_reply(rq, v->result == RESULT_OK ? 200 : 403);
	http_reply_header(rq, "Content-Type", SLICE_LIT("image/gif"));
	http_reply_header(rq, "Cache-Control", SLICE_LIT("no-cache, no-store"));
	http_reply_header(rq, "X-Content-Type-Options", SLICE_LIT("nosniff"));
	http_reply_body(rq, slice_make(pixel, sizeof(pixel)));
}

enum http_outcome
web_read(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { read_judge, read_reply };

	return web_visit_run(rq, front, &flow);
}
