/* SPDX-License-Identifier: MIT */
/*
 * What strangers may bring to the pages: cookies, names, text that is shown
 * again, and codes.
 */
#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "common/codec/json.h"
#include "common/codec/url.h"
#include "common/http/cookie.h"
#include "core/desk/invite.h"
#include "core/desk/report.h"
#include "tests/proto/play.h"
#include "web/chat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	INPUT_MAX = 8192,
	PAGE_MAX = 256 * 1024
};

static size_t
count(struct slice s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

static void
cookies(struct slice s)
{
	struct slice got = http_cookie_in(s, "MSPSec");

	ASSERT(got.p == NULL ||
	    (got.p >= s.p && got.p + got.n <= s.p + s.n &&
		count(got, ';') == 0));
}

/* A quoted string, whose quotes inside have a backslash before them. */
static void
json(struct slice s)
{
	struct buf b = BUF_INIT(PAGE_MAX);

	json_add_text(&b, s);
	ASSERT(buf_ok(&b) && utf8_valid(buf_slice(&b)));
	ASSERT(b.n >= 2 && b.p[0] == '"' && b.p[b.n - 1] == '"');
	for (size_t i = 1; i < b.n - 1; i++) {
		ASSERT((unsigned char)b.p[i] >= ' ' && b.p[i] != '"');
		if (b.p[i] == '\\')
			i++;
		ASSERT(i < b.n - 1);
	}
	buf_free(&b);
}

static void
name(struct slice s)
{
	struct buf b = BUF_INIT(NAME_MAX_ENCODED);
	struct buf back = BUF_INIT(INPUT_MAX);

	if (web_name_encode(&b, s) == RESULT_OK) {
		url_decode(&back, buf_slice(&b));
		ASSERT(slice_eq(buf_slice(&back), s));
	}
	buf_free(&b);
	buf_free(&back);
}

static bool
has_controls(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < ' ' &&
			memchr("\t\r\n", s.p[i], 3) == NULL) ||
		    s.p[i] == 0x7f)
			return true;
	return false;
}

/* No text adds a tag, leaves the quotes it stands in, or is no text. */
static void
page(struct slice template, struct slice text)
{
	const struct page_field fields[] = { { "title", text },
		{ "words", text }, { "mood", text }, { "account", text },
		{ "email", text }, { "name", text }, { "invite", text },
		{ "link", text }, { "token", text }, { "to", text },
		{ "rhx", text }, { "nick", text }, { "value", text },
		{ "topic", text }, { "language", text }, { "codebase", text },
		{ "channel", text }, { "about", text }, { "text", text } };
	struct buf b = BUF_INIT(PAGE_MAX), bare = BUF_INIT(PAGE_MAX);

	page_add(&b, template, fields, ARRAY_LEN(fields));
	page_add(&bare, template, NULL, 0);
	ASSERT(buf_ok(&b) && buf_ok(&bare));
	ASSERT(utf8_valid(buf_slice(&b)) && !has_controls(buf_slice(&b)));
	for (const char *c = "<>\"'"; *c != '\0'; c++)
		ASSERT(count(buf_slice(&b), *c) == count(buf_slice(&bare), *c));
	buf_free(&b);
	buf_free(&bare);
}

/* Where one is led is a path of ours, which ends no header. */
static void
way(struct slice s)
{
	struct slice to = web_chat_return(s);
	char locale[WEB_LOCALE];

	ASSERT(to.p == NULL || slice_starts_nocase(to, SLICE_LIT("/chat")) ||
	    slice_starts_nocase(to, SLICE_LIT("/msnchat/")));
	for (size_t i = 0; i < to.n; i++)
		ASSERT(to.p[i] > ' ' && to.p[i] < 0x7f && to.p[i] != '\\');
	web_chat_locale(s, locale);
	for (size_t i = 0; i < WEB_LOCALE; i++)
		ASSERT((locale[i] >= 'A' && locale[i] <= 'Z') != (i == 2));
	ASSERT(web_chat_language(s) >= 1 && web_chat_language(s) <= 24);
}

/* Lines add a tag each, and what a program sent is text in the end. */
static void
report(struct slice s)
{
	struct buf b = BUF_INIT(PAGE_MAX), clean = BUF_INIT(REPORT_TEXT_MAX);

	web_add_lines(&b, s);
	ASSERT(buf_ok(&b) && count(buf_slice(&b), '"') == 0);
	ASSERT(count(buf_slice(&b), '<') == count(buf_slice(&b), '>') &&
	    count(buf_slice(&b), '<') <= count(s, '\n') + 1);
	report_add_clean(&clean, s);
	ASSERT(buf_ok(&clean) && utf8_valid(buf_slice(&clean)));
	ASSERT(count(buf_slice(&clean), '\0') == 0);
	(void)report_kind(s);
	buf_free(&b);
	buf_free(&clean);
}

static void
not_again(struct request *rq)
{
	(void)rq;
}

/* One code is there; nothing but it is found, and nothing hurts. */
static void
code(struct world *w, struct slice s)
{
	struct request rq;
	struct invite *one;

	request_begin(&rq, world_core(w), not_again);
	while (invite_find(&rq, s, &one) == RESULT_WAIT)
		world_settle(w);
	ASSERT(one == NULL || s.n >= INVITE_TEXT - 2);
	request_end(&rq);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world *w;
	struct slice s = slice_make(data, size);

	if (size > INPUT_MAX)
		return 0;
	if (w == NULL)
		w = world_new();
	cookies(s);
	json(s);
	name(s);
	page(web_page_head, s);
	page(web_page_sign_up, s);
	page(web_page_sign_up_invite, s);
	page(web_page_sign_in, s);
	page(web_page_secure, s);
	page(web_page_reset, s);
	page(web_page_chat, s);
	page(web_page_chat_room, s);
	page(web_page_nickname, s);
	page(web_page_nickname_own, s);
	way(s);
	page(web_page_report, s);
	report(s);
	code(w, s);
	return 0;
}
