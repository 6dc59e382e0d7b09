/* SPDX-License-Identifier: MIT */
/*
 * The mailbox: what waits, and what was read and is still there.  Looking at
 * it changes nothing.
 */
#include "common/base/num.h"
#include "common/codec/hex.h"
#include "common/codec/mdata.h"
#include "web/front.h"

#include <stdio.h>

enum {
	PAGE_ROWS = 20,
	WORDS_MAX = 200
};

static enum result
inbox_judge(struct web_visit *v)
{
	enum result r = web_who_mails(v);

	if (r == RESULT_OK)
		r = mailbox_heads(&v->request, v->me, &v->mail, &v->nmail);
	return r;
}

/* Pages count from 1, the newest messages are on the first. */
static size_t
page_of(struct web_visit *v)
{
	uint32_t page = 1;

	if (!num_parse_u32(web_field(v, "p"), &page) || page == 0 ||
	    (page - 1) * (size_t)PAGE_ROWS >= v->nmail)
		return 1;
	return page;
}

static void
add_row(struct buf *page, const struct mail *m)
{
	struct buf date = BUF_INIT(64), id = BUF_INIT(2 * MAIL_ID_BYTES);
	bool fresh = m->read == 0;
	struct page_field fields[] = {
		{ "mood", slice_text(fresh ? "new" : "old") },
		{ "state",
		    slice_text(m->kept ? "Kept"
			    : fresh    ? "New"
				       : "Read") },
		{ "name", m->name.n > 0 ? m->name : m->sender },
		{ "begin", m->text },
		{ "date", { 0 } },
		{ "id", { 0 } },
	};

	mdata_add_date(&date, m->sent);
	hex_encode(&id, slice_make(m->id, MAIL_ID_BYTES));
	fields[4].text = buf_slice(&date);
	fields[5].text = buf_slice(&id);
	page_add(page, page_part(web_page_inbox, "row"), fields,
	    ARRAY_LEN(fields));
	buf_free(&date);
	buf_free(&id);
}

/* Links to the pages beside this one. */
static void
add_ways(const struct web_visit *v, struct buf *page, size_t at)
{
	char newer[24], older[24];
	const struct page_field fields[] = {
		{ "newer", slice_text(newer) },
		{ "older", slice_text(older) },
	};
	struct page_field shown[ARRAY_LEN(fields)];

	(void)snprintf(newer, sizeof(newer), "%zu", at - 1);
	(void)snprintf(older, sizeof(older), "%zu", at + 1);
	memcpy(shown, fields, sizeof(fields));
	shown[0].text = slice_text(newer);
	shown[1].text = slice_text(older);
	if (at > 1)
		page_add(page, page_part(web_page_inbox, "newer"), shown,
		    ARRAY_LEN(shown));
	if (at * PAGE_ROWS < v->nmail)
		page_add(page, page_part(web_page_inbox, "older"), shown,
		    ARRAY_LEN(shown));
}

static void
add_list(struct web_visit *v, struct buf *page)
{
	size_t at = page_of(v), first = (at - 1) * PAGE_ROWS;
	struct buf key = BUF_INIT(WEB_KEY_BYTES * 2);
	bool any = false;

	page_add(page, page_part(web_page_inbox, "head"), NULL, 0);
	for (size_t i = first; i < v->nmail && i < first + PAGE_ROWS; i++)
		add_row(page, &v->mail[v->nmail - 1 - i]);
	page_add(page, page_part(web_page_inbox, "foot"), NULL, 0);
	add_ways(v, page, at);
	for (size_t i = 0; i < v->nmail; i++)
		any |= v->mail[i].read != 0 && !v->mail[i].kept;
	web_form_key(v, &key);
	if (any)
		page_add(page, page_part(web_page_inbox, "clear"),
		    (const struct page_field[]){ { "key", buf_slice(&key) } },
		    1);
	buf_free(&key);
}

static void
inbox_words(const struct web_visit *v, char words[WORDS_MAX])
{
	size_t fresh = 0;
	int n;

	for (size_t i = 0; i < v->nmail; i++)
		fresh += v->mail[i].read == 0;
	if (v->nmail == 0) {
		(void)snprintf(words, WORDS_MAX, "You have no messages.");
		return;
	}
	n = fresh == 0
	    ? snprintf(words, WORDS_MAX, "No new messages, %zu in all.",
		  v->nmail)
	    : snprintf(words, WORDS_MAX, "%zu new message%s, %zu in all.",
		  fresh, fresh == 1 ? "" : "s", v->nmail);
	(void)snprintf(words + n, (size_t)(WORDS_MAX - n),
	    " What you have read goes after %u day%s, unless you keep it.",
	    v->web->core->cfg.mail_days,
	    v->web->core->cfg.mail_days == 1 ? "" : "s");
}

static void
inbox_reply(struct web_visit *v)
{
	struct buf page = BUF_INIT(WEB_PAGE_MAX);
	char words[WORDS_MAX];
	struct page_field fields[] = {
		{ "title", SLICE_LIT("Messages") },
		{ "account", { 0 } },
		{ "words", { 0 } },
	};

	if (v->result != RESULT_OK) {
		web_reply_refused(v, "This did not work.");
		return;
	}
	inbox_words(v, words);
	fields[1].text = account_address(v->me);
	fields[2].text = slice_text(words);
	page_add(&page, web_page_head, fields, ARRAY_LEN(fields));
	if (v->nmail > 0)
		add_list(v, &page);
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
