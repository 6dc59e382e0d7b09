/* SPDX-License-Identifier: MIT */
/*
 * Telling whoever runs the server of somebody.  The page says the same whether
 * there is such an account or not.
 */
#include "core/desk/report.h"

#include "web/front.h"

enum {
	OPTIONS_MAX = 2048
};

static enum result
report_judge(struct web_visit *v)
{
	const struct report_wish wish = {
		.kind = report_kind(web_field(v, "kind")),
		.about = slice_trim(web_field(v, "about")),
		.text = slice_trim(web_field(v, "text")),
		.peer = http_peer(v->http),
	};
	enum result r = web_who(v);

	if (r != RESULT_OK || http_method(v->http) != HTTP_POST)
		return r;
	v->stale = !web_form_key_good(v);
	if (v->stale)
		return RESULT_BAD_VALUE;
	return report_make(&v->request, v->me, &wish);
}

static const char *
words(const struct web_visit *v)
{
	switch ((int)v->result) {
	case RESULT_OK:
		return "Tell whoever runs this server what somebody did. The "
		       "other side does not hear of it.";
	case RESULT_BAD_ADDRESS:
		return "Please type an address like alice@example.com.";
	case RESULT_TOO_ACTIVE:
		return "You have reported much lately. Please wait until it "
		       "is looked at.";
	case RESULT_LIST_FULL:
		return "Too many reports wait to be looked at. Please try "
		       "again later.";
	default:
		return "Please write what happened, in at most 4,000 letters.";
	}
}

/* What is meant by kind; programs have a word of their own. */
static void
add_options(struct buf *out, struct slice chosen)
{
	for (unsigned i = 0; i < REPORT_KINDS; i++) {
		enum report_kind kind = (enum report_kind)i;
		bool mine = slice_eq_text(chosen, report_word(kind));

		if (kind == REPORT_PROGRAM)
			continue;
		buf_addf(out, "<option value=\"%s\"%s>%s</option>\n",
		    report_word(kind), mine ? " selected" : "",
		    report_words(kind));
	}
}

static void
reply_form(struct web_visit *v)
{
	struct buf options = BUF_INIT(OPTIONS_MAX);
	struct slice chosen;
	const struct page_field fields[] = {
		{ "about", web_field(v, "about") },
		{ "text", web_field(v, "text") },
	};
	const struct slice begin = page_part(web_page_report, "form"),
			   end = page_part(web_page_report, "end");
	struct web_page page = { .title = "Report somebody",
		.bad = v->result != RESULT_OK,
		.body = { &begin, &chosen, &end },
		.fields = fields,
		.nfields = ARRAY_LEN(fields) };
	unsigned status;

	add_options(&options, web_field(v, "kind"));
	chosen = buf_slice(&options);
	page.words = web_trouble(v, &status);
	if (page.words == NULL || v->result == RESULT_TOO_ACTIVE)
		page.words = words(v);
	web_reply(v, status, &page);
	buf_free(&options);
}

static void
report_reply(struct web_visit *v)
{
	const struct web_page sent = { .title = "Report somebody",
		.words = "Thank you. Whoever runs this server will read it. "
			 "In your program you can block this person, too." };

	if (v->me == NULL || v->result == RESULT_DISABLED)
		web_reply_refused(v, "This did not work.");
	else if (v->result != RESULT_OK)
		reply_form(v);
	else if (http_method(v->http) == HTTP_POST)
		web_reply_elsewhere(v->http, "/report?done=sent");
	else if (slice_eq_text(web_field(v, "done"), "sent"))
		web_reply(v, 200, &sent);
	else
		reply_form(v);
}

enum http_outcome
web_report(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { report_judge, report_reply };

	return web_visit_safely(rq, front, &flow);
}
