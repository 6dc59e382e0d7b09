/* SPDX-License-Identifier: MIT */
/* Encoded words (RFC 2047): text of any script in a header. */
#include "common/base/utf8.h"
#include "common/codec/base64.h"
#include "common/codec/hex.h"
#include "common/codec/mime.h"

void
mime_word_encode(struct buf *out, struct slice text)
{
	buf_add_text(out, "=?utf-8?B?");
	base64_encode(out, text);
	buf_add_text(out, "?=");
}

static bool
quoted(struct buf *out, struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '_') {
			buf_add_char(out, ' ');
		} else if (s.p[i] != '=') {
			buf_add_char(out, s.p[i]);
		} else {
			if (s.n - i < 3 ||
			    !hex_decode(out, slice_make(s.p + i + 1, 2)))
				return false;
			i += 2;
		}
	}
	return true;
}

/* What stands between "=?" and "?=". */
static bool
decode(struct buf *out, struct slice s)
{
	struct slice charset, how;

	if (!slice_cut(&s, '?', &charset) || !slice_cut(&s, '?', &how))
		return false;
	if (!slice_eq_nocase(charset, SLICE_LIT("utf-8")) &&
	    !slice_eq_nocase(charset, SLICE_LIT("us-ascii")))
		return false;
	if (slice_eq_nocase(how, SLICE_LIT("B")))
		return base64_decode(out, s);
	return slice_eq_nocase(how, SLICE_LIT("Q")) && quoted(out, s);
}

/* Length of the encoded word s begins with; 0: it begins with none. */
static size_t
word_length(struct slice s)
{
	size_t end = 2;

	if (!slice_starts(s, SLICE_LIT("=?")))
		return 0;
	/* the two '?' around the encoding, then the end */
	for (int i = 0; i < 2 && end < s.n; i++)
		end += slice_find(slice_from(s, end), '?') + 1;
	if (end >= s.n)
		return 0;
	end += slice_find_slice(slice_from(s, end), SLICE_LIT("?="));
	return end < s.n ? end + 2 : 0;
}

bool
mime_word_decode(struct buf *out, struct slice s)
{
	bool after_word = false;
	size_t start = out->n;

	s = slice_trim(s);
	while (s.n > 0) {
		size_t n = word_length(s), blanks = 0;

		if (n > 0) {
			if (!decode(out, slice_make(s.p + 2, n - 4)))
				return false;
			s = slice_from(s, n);
			after_word = true;
			continue;
		}
		/* blanks between two encoded words are none of the text */
		while (blanks < s.n &&
		    (s.p[blanks] == ' ' || s.p[blanks] == '\t' ||
			s.p[blanks] == '\r' || s.p[blanks] == '\n'))
			blanks++;
		if (blanks > 0 && after_word &&
		    word_length(slice_from(s, blanks)) > 0) {
			s = slice_from(s, blanks);
			continue;
		}
		buf_add_char(out, s.p[0]);
		s = slice_from(s, 1);
		after_word = false;
	}
	return buf_ok(out) &&
	    utf8_valid(slice_make(out->p + start, out->n - start));
}
