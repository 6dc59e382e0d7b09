/* SPDX-License-Identifier: MIT */
#include "chat/ircx/quote.h"

static const char bytes[] = { '\0', '\t', '\n', '\r', ' ', ',', '\\' };
static const char letters[] = { '0', 't', 'n', 'r', 'b', 'c', '\\' };

/* Where c stands in one of the two; none: their length. */
static size_t
place(const char *set, char c)
{
	const char *found = memchr(set, c, sizeof(bytes));

	return found ? (size_t)(found - set) : sizeof(bytes);
}

void
ircx_quote(struct buf *out, struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t at = place(bytes, s.p[i]);

		if (at == sizeof(bytes)) {
			buf_add_char(out, s.p[i]);
			continue;
		}
		buf_add_char(out, '\\');
		buf_add_char(out, letters[at]);
	}
}

bool
ircx_unquote(struct buf *out, struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t at;

		if (s.p[i] != '\\') {
			buf_add_char(out, s.p[i]);
			continue;
		}
		if (++i == s.n)
			return false;
		at = place(letters, s.p[i]);
		if (at == sizeof(bytes))
			return false;
		buf_add_char(out, bytes[at]);
	}
	return true;
}

bool
ircx_is_plain(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (place(bytes, s.p[i]) != sizeof(bytes))
			return false;
	return true;
}
