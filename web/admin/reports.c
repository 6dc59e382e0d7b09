/* SPDX-License-Identifier: MIT */
/* What people report of others, the newest first. */
#include "common/base/blob.h"
#include "common/base/num.h"
#include "common/codec/url.h"
#include "core/desk/report.h"
#include "web/admin/parts.h"

enum {
	SHOWN_MAX = 50 /* on one page */
};

static enum result
reports_judge(struct admin_visit *v)
{
	const struct report *all;
	uint64_t id = 0;
	size_t n;

	if (!v->posted)
		return report_all(&v->request, &all, &n);
	if (!num_parse_u64(admin_field(v, "id"), &id))
		return RESULT_BAD_VALUE;
	if (admin_pressed(v, "close"))
		return report_close(&v->request, id,
		    slice_trim(admin_field(v, "note")));
	if (admin_pressed(v, "reopen"))
		return report_reopen(&v->request, id);
	if (admin_pressed(v, "delete"))
		return report_delete(&v->request, id);
	return RESULT_BAD_VALUE;
}

static void
add_person(struct admin_visit *v, const char *part, const char *key,
    const char *address)
{
	struct buf link = BUF_INIT(ADDRESS_MAX * 3);

	url_encode(&link, slice_text(address));
	admin_add(v, web_page_admin_reports, part,
	    (const struct page_field[]){ { key, slice_text(address) },
		{ "link", buf_slice(&link) } },
	    2);
	buf_free(&link);
}

static void
add_report(struct admin_visit *v, const struct report *r)
{
	struct buf id = BUF_INIT(32), made = BUF_INIT(64),
		   closed = BUF_INIT(64);
	const char *state = r->closed != 0 ? "closed" : "open";
	struct page_field f[] = { { "id", { 0 } }, { "made", { 0 } },
		{ "closed", { 0 } }, { "state", slice_text(state) },
		{ "about", slice_text(r->about) },
		{ "note", slice_text(r->note) },
		{ "words",
		    slice_text(report_words((enum report_kind)r->kind)) } };

	buf_add_u64(&id, r->id);
	admin_add_time(&made, r->made);
	admin_add_time(&closed, r->closed);
	f[0].text = buf_slice(&id);
	f[1].text = buf_slice(&made);
	f[2].text = buf_slice(&closed);
	admin_add(v, web_page_admin_reports, "begin", f, ARRAY_LEN(f));
	add_person(v, r->target != 0 ? "known" : "unknown", "about", r->about);
	add_person(v, r->author != 0 ? "by" : "nobody", "by", r->by);
	web_add_lines(&v->body, blob_slice(r->text));
	admin_add(v, web_page_admin_reports, state, f, ARRAY_LEN(f));
	buf_free(&id);
	buf_free(&made);
	buf_free(&closed);
}

/* Which of them the query asks for. */
struct choice {
	uint64_t before;
	bool open;
	struct slice about;
};

static void
read_choice(struct admin_visit *v, struct choice *c)
{
	c->open = admin_field(v, "open").n > 0;
	c->about = slice_trim(admin_field(v, "about"));
	if (!num_parse_u64(admin_field(v, "before"), &c->before))
		c->before = UINT64_MAX;
}

static bool
is_chosen(const struct choice *c, const struct report *r)
{
	return r->id < c->before && !(c->open && r->closed != 0) &&
	    (c->about.n == 0 ||
		slice_eq_nocase(c->about, slice_text(r->about)));
}

static void
add_more(struct admin_visit *v, const struct choice *c, uint64_t before)
{
	struct buf id = BUF_INIT(32), about = BUF_INIT(ADDRESS_MAX * 3);

	buf_add_u64(&id, before);
	url_encode(&about, slice_upto(c->about, ADDRESS_MAX));
	admin_add(v, web_page_admin_reports, "more",
	    (const struct page_field[]){ { "before", buf_slice(&id) },
		{ "open", slice_text(c->open ? "1" : "") },
		{ "about", buf_slice(&about) } },
	    3);
	buf_free(&id);
	buf_free(&about);
}

static void
add_reports(struct admin_visit *v, const struct report *all, size_t n)
{
	struct choice c;
	size_t shown = 0, last = n;

	read_choice(v, &c);
	for (size_t i = n; i-- > 0;) {
		if (!is_chosen(&c, &all[i]))
			continue;
		if (shown++ == SHOWN_MAX) {
			add_more(v, &c, all[last].id);
			return;
		}
		add_report(v, &all[i]);
		last = i;
	}
}

static const char *
what(struct admin_visit *v)
{
	return admin_pressed(v, "delete") ? "report-delete"
	    : admin_pressed(v, "reopen")  ? "report-reopen"
					  : "report-close";
}

static void
reports_reply(struct admin_visit *v)
{
	const struct report *all = NULL;
	size_t n = 0;
	struct admin_page page = { .title = "Reports",
		.words = admin_words(v->result),
		.bad = v->result != RESULT_OK };

	if (v->posted)
		admin_note(v, what(v), admin_field(v, "id"));
	/* they are in memory now; if not, the list is simply not shown */
	if (report_all(&v->request, &all, &n) != RESULT_OK)
		n = 0;
	if (!v->posted && !page.bad)
		page.words = n > 0
		    ? "What people say of others; the newest is above."
		    : "Nobody has reported anybody.";
	admin_add(v, web_page_admin_reports, "which", NULL, 0);
	add_reports(v, all, n);
	admin_reply(v, &page);
}

enum http_outcome
admin_reports(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { reports_judge, reports_reply };

	return admin_run(rq, front, &flow);
}
