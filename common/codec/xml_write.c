/* SPDX-License-Identifier: MIT */
#include "common/codec/xml_write.h"

#include "common/base/panic.h"
#include "common/base/utf8.h"

void
xml_writer_init(struct xml_writer *w, struct buf *out)
{
	*w = (struct xml_writer){ .out = out };
}

void
xml_declare(struct xml_writer *w)
{
	buf_add_text(w->out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>");
}

static void
end_tag(struct xml_writer *w)
{
	if (w->in_tag)
		buf_add_char(w->out, '>');
	w->in_tag = false;
}

void
xml_open(struct xml_writer *w, const char *name)
{
	ASSERT(w->depth < ARRAY_LEN(w->open));
	end_tag(w);
	buf_add_char(w->out, '<');
	buf_add_text(w->out, name);
	w->open[w->depth++] = name;
	w->in_tag = true;
}

void
xml_close(struct xml_writer *w)
{
	const char *name;

	ASSERT(w->depth > 0);
	name = w->open[--w->depth];
	if (w->in_tag) {
		buf_add_text(w->out, "/>");
		w->in_tag = false;
		return;
	}
	buf_add_text(w->out, "</");
	buf_add_text(w->out, name);
	buf_add_char(w->out, '>');
}

/*
 * How many bytes the character at s.p[0] has, 0 when XML 1.0 has no such
 * character or the bytes are none.
 */
static size_t
char_length(struct slice s)
{
	unsigned char c = (unsigned char)s.p[0];
	size_t n;

	if (c < 0x80)
		return c >= ' ' || c == '\t' || c == '\n' || c == '\r';
	n = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (n > s.n || !utf8_valid(slice_upto(s, n)))
		return 0;
	/* U+FFFE and U+FFFF */
	if (n == 3 && memcmp(s.p, "\xef\xbf", 2) == 0 &&
	    (unsigned char)s.p[2] >= 0xbe)
		return 0;
	return n;
}

/* What stands for c, or NULL when c stands for itself. */
static const char *
reference(char c, bool attribute)
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
	case '\r':
		/* a reader would make a line feed of it */
		return "&#13;";
	case '\n':
		return attribute ? "&#10;" : NULL;
	case '\t':
		return attribute ? "&#9;" : NULL;
	}
	return NULL;
}

static void
escape(struct buf *out, struct slice s, bool attribute)
{
	size_t plain = 0; /* bytes before s.p that are not written yet */

	while (s.n > 0) {
		size_t n = char_length(s);
		const char *ref = n == 1 ? reference(s.p[0], attribute) : NULL;

		if (n > 0 && ref == NULL) {
			plain += n;
			s = slice_from(s, n);
			continue;
		}
		buf_add(out, s.p - plain, plain);
		plain = 0;
		if (ref != NULL)
			buf_add_text(out, ref);
		s = slice_from(s, 1);
	}
	if (plain > 0)
		buf_add(out, s.p - plain, plain);
}

void
xml_escape(struct buf *out, struct slice text)
{
	escape(out, text, false);
}

void
xml_attr_add(struct xml_writer *w, const char *name, struct slice value)
{
	ASSERT(w->in_tag);
	buf_add_char(w->out, ' ');
	buf_add_text(w->out, name);
	buf_add_text(w->out, "=\"");
	escape(w->out, value, true);
	buf_add_char(w->out, '"');
}

void
xml_text(struct xml_writer *w, struct slice text)
{
	end_tag(w);
	escape(w->out, text, false);
}

void
xml_raw(struct xml_writer *w, struct slice xml)
{
	end_tag(w);
	buf_add_slice(w->out, xml);
}

void
xml_leaf(struct xml_writer *w, const char *name, struct slice text)
{
	xml_open(w, name);
	xml_text(w, text);
	xml_close(w);
}
