/* SPDX-License-Identifier: MIT */
/* Pages are files with places. */
#include "common/codec/page.h"

#include "common/base/utf8.h"

/* What must not stand there as it is; NULL: any other character. */
static const char *
escape_of(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\t':
	case '\n':
	case '\r':
		return NULL;
	default:
		return c < ' ' || c == 0x7f ? "\xef\xbf\xbd" : NULL;
	}
}

static bool
is_nonchar(struct slice c)
{
	return slice_eq_text(c, "\xef\xbf\xbe") ||
	    slice_eq_text(c, "\xef\xbf\xbf");
}

/*
 * What is no character becomes U+FFFD: browsers of old read tags out of
 * overlong forms and pass over NULs, and no reader of XML takes either.
 */
void
page_add_text(struct buf *out, struct slice text)
{
	while (text.n > 0) {
		const char *escape = escape_of((unsigned char)text.p[0]);
		size_t n = utf8_first(text);

		if (n == 0 || is_nonchar(slice_upto(text, n)))
			escape = "\xef\xbf\xbd";
		if (escape != NULL)
			buf_add_text(out, escape);
		else
			buf_add_slice(out, slice_upto(text, n));
		text = slice_from(text, n > 0 ? n : 1);
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
