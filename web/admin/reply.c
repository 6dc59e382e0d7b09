/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"

#include "common/base/calendar.h"
#include "web/admin/parts.h"

#include <time.h>

enum {
	FIELDS_MAX = 16,
	DAY_S = 24 * 3600,
	HOUR_S = 3600,
	MINUTE_S = 60
};

void
admin_add(struct admin_visit *v, struct slice file, const char *part,
    const struct page_field *fields, size_t n)
{
	struct buf key = BUF_INIT(WEB_KEY_BYTES * 2);
	struct page_field all[FIELDS_MAX];

	ASSERT(n < FIELDS_MAX);
	admin_form_key(v, &key);
	all[0] = (struct page_field){ "key", buf_slice(&key) };
	for (size_t i = 0; i < n; i++)
		all[i + 1] = fields[i];
	page_add(&v->body, page_part(file, part), all, n + 1);
	buf_free(&key);
}

void
admin_reply(struct admin_visit *v, const struct admin_page *p)
{
	struct buf page = BUF_INIT(ADMIN_PAGE_MAX + 65536);
	struct buf again = BUF_INIT(16);
	const struct page_field fields[] = {
		{ "title", slice_text(p->title) },
		{ "words", slice_text(p->words) },
		{ "mood", slice_text(p->bad ? "bad" : "") },
	};

	page_add(&page, web_page_head, fields, ARRAY_LEN(fields));
	buf_add_slice(&page, buf_slice(&v->body));
	page_add(&page,
	    page_part(web_page_admin_foot, v->inside ? "inside" : "outside"),
	    NULL, 0);
	if (!buf_ok(&v->body))
		page.failed = true;
	web_reply_page(v->http, p->status != 0 ? p->status : 200, &page);
	if (p->again != 0) {
		buf_addf(&again, "%u", p->again);
		http_reply_header(v->http, "Refresh", buf_slice(&again));
	}
	buf_free(&again);
	buf_free(&page);
}

void
admin_reply_file(struct admin_visit *v, const char *type, const char *name,
    struct slice bytes)
{
	struct buf line = BUF_INIT(512);

	buf_addf(&line, "attachment; filename=\"%s\"", name);
	http_reply(v->http, 200);
	http_reply_header(v->http, "Content-Type", slice_text(type));
	http_reply_header(v->http, "Content-Disposition", buf_slice(&line));
	http_reply_header(v->http, "Cache-Control",
	    SLICE_LIT("no-cache, no-store"));
	http_reply_header(v->http, "X-Content-Type-Options",
	    SLICE_LIT("nosniff"));
	http_reply_body(v->http, bytes);
	buf_free(&line);
}

const char *
admin_words(enum result r)
{
	switch ((int)r) {
	case RESULT_OK:
		return "Done.";
	case RESULT_UNCHANGED:
		return "It was so already.";
	case RESULT_BAD_ADDRESS:
		return "Please type an address like alice@example.com.";
	case RESULT_BAD_NAME:
		return "This name is too long, or no text.";
	case RESULT_BAD_VALUE:
		return "Something that was typed is missing, too long, or not "
		       "what belongs there.";
	case RESULT_NO_SUCH_ACCOUNT:
		return "There is no such account.";
	case RESULT_ACCOUNT_EXISTS:
		return "There is an account of this address already.";
	case RESULT_LIST_FULL:
		return "There are too many already.";
	case RESULT_NOT_THERE:
		return "It is gone already.";
	case RESULT_NOT_REACHABLE:
		return "Nobody is signed in there.";
	case RESULT_ELSEWHERE:
		return "Another server keeps its password: it can only be "
		       "changed there. Move the account here first: nudgectl "
		       "user home EMAIL here.";
	case RESULT_DISABLED:
		return "This account is switched off.";
	case RESULT_STORE_FAILED:
		return "The disk takes no changes now: it is full, or it "
		       "fails. The overview says which.";
	default:
		return "The service is busy. Please try again in a moment.";
	}
}

void
admin_add_time(struct buf *out, int64_t unix_time)
{
	struct tm tm;

	if (calendar_date(unix_time, &tm))
		buf_addf(out, "%04d-%02d-%02d %02d:%02d:%02d",
		    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		    tm.tm_min, tm.tm_sec);
}

void
admin_add_span(struct buf *out, int64_t seconds)
{
	int s = seconds > 0 ? (int)(seconds % DAY_S) : 0;
	int64_t days = seconds > 0 ? seconds / DAY_S : 0;

	if (days > 0)
		buf_addf(out, "%lld d %d h", (long long)days, s / HOUR_S);
	else if (s >= HOUR_S)
		buf_addf(out, "%d h %d min", s / HOUR_S, s % HOUR_S / MINUTE_S);
	else
		buf_addf(out, "%d min %d s", s / MINUTE_S, s % MINUTE_S);
}
