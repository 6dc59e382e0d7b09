/* SPDX-License-Identifier: MIT */
/* What is kept of people and for how long. */
#include "web/front.h"

#include <stdio.h>

enum {
	DAYS_TEXT = 48,
	PRIVACY_MAX = 64 * 1024
};

struct kept_row {
	const char *what, *how_long, *who;
};

static const struct kept_row rows[] = {
#define KEPT(what, how_long, who) { what, how_long, who },
#include "web/privacy.def"
#undef KEPT
};

/* "30 days", "one day", or what stands for none. */
static void
days(char out[DAYS_TEXT], unsigned n, const char *none)
{
	if (n == 0)
		(void)snprintf(out, DAYS_TEXT, "%s", none);
	else if (n == 1)
		(void)snprintf(out, DAYS_TEXT, "one day");
	else
		(void)snprintf(out, DAYS_TEXT, "%u days", n);
}

static void
add_row(struct buf *out, const struct kept_row *row, const char *mail,
    const char *signins)
{
	const struct page_field spans[] = { { "mail", slice_text(mail) },
		{ "signins", slice_text(signins) } };
	struct buf how_long = BUF_INIT(1024);
	struct page_field fields[] = { { "what", slice_text(row->what) },
		{ "who", slice_text(row->who) }, { "long", { 0 } } };

	page_add(&how_long, slice_text(row->how_long), spans, ARRAY_LEN(spans));
	fields[2].text = buf_slice(&how_long);
	page_add(out, page_part(web_page_privacy, "row"), fields,
	    ARRAY_LEN(fields));
	buf_free(&how_long);
}

enum http_outcome
web_privacy(struct http_request *rq, void *front)
{
	const struct web *w = front;
	struct buf page = BUF_INIT(PRIVACY_MAX);
	char mail[DAYS_TEXT], signins[DAYS_TEXT];
	const struct page_field fields[] = {
		{ "title", SLICE_LIT("What is kept of you") },
		{ "words",
		    SLICE_LIT("All that this server keeps of people, and for "
			      "how long.") },
	};

	days(mail, w->core->cfg.mail_days, "");
	days(signins, w->core->cfg.signin_days, "not at all");
	page_add(&page, web_page_head, fields, ARRAY_LEN(fields));
	page_add(&page, page_part(web_page_privacy, "head"), NULL, 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		add_row(&page, &rows[i], mail, signins);
	page_add(&page, page_part(web_page_privacy, "end"), NULL, 0);
	page_add(&page, web_page_foot_guest, NULL, 0);
	web_reply_page(rq, 200, &page);
	buf_free(&page);
	return HTTP_DONE;
}
