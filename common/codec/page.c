/* SPDX-License-Identifier: MIT */
/* Pages are files with places. */
#include "common/codec/page.h"

void
page_add_text(struct buf *out, struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '&')
			buf_add_text(out, "&amp;");
		else if (c == '<')
			buf_add_text(out, "&lt;");
		else if (c == '>')
			buf_add_text(out, "&gt;");
		else if (c == '"')
			buf_add_text(out, "&quot;");
		else if (c == '\'')
			buf_add_text(out, "&#39;");
		else
			buf_add_char(out, c);
	}
}

static void
page_add_field(struct buf *out, struct slice key,
    const struct page_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (slice_eq_text(key, fields[i].key))
			page_add_text(out, fields[i].text);
	}
}

void
page_add(struct buf *out, struct slice page, const struct page_field *fields,
    size_t n)
{
	const struct slice open = SLICE_LIT("{{"), end = SLICE_LIT("}}");

	while (page.n > 0) {
		size_t at = slice_find_slice(page, open);
		struct slice key;

		buf_add_slice(out, slice_upto(page, at));
		page = slice_from(page, at + open.n);
		key = slice_upto(page, slice_find_slice(page, end));
		page_add_field(out, key, fields, n);
		page = slice_from(page, key.n + end.n);
	}
}

struct slice
page_part(struct slice page, const char *name)
{
	const struct slice open = SLICE_LIT("<!-- part: ");
	const struct slice end = SLICE_LIT(" -->\n");

	while (page.n > 0) {
		struct slice key, text;

		page = slice_from(page, slice_find_slice(page, open) + open.n);
		key = slice_upto(page, slice_find_slice(page, end));
		text = slice_from(page, key.n + end.n);
		if (slice_eq_text(key, name))
			return slice_upto(text, slice_find_slice(text, open));
		page = text;
	}
	return slice_make("", 0);
}
