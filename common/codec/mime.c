/* SPDX-License-Identifier: MIT */
#include "common/codec/mime.h"

void
mime_split(struct slice payload, struct slice *headers, struct slice *body)
{
	size_t at = 0;

	while (at < payload.n) {
		struct slice rest = slice_from(payload, at);
		size_t line = slice_find(rest, '\n');

		if (line < rest.n &&
		    (line == 0 || (line == 1 && rest.p[0] == '\r'))) {
			*headers = slice_upto(payload, at);
			*body = slice_from(rest, line + 1);
			return;
		}
		at += size_min(line + 1, rest.n);
	}
	*headers = payload;
	*body = slice_from(payload, payload.n);
}

bool
mime_header(struct slice headers, const char *name, struct slice *value)
{
	struct slice want = slice_text(name);
	struct slice line;

	while (slice_cut(&headers, '\n', &line)) {
		size_t colon = slice_find(line, ':');

		if (colon == line.n ||
		    !slice_eq_nocase(slice_upto(line, colon), want))
			continue;
		*value = slice_trim(slice_from(line, colon + 1));
		return true;
	}
	return false;
}

void
mime_add(struct buf *out, const char *name, struct slice value)
{
	buf_add_text(out, name);
	buf_add_text(out, ": ");
	/* whatever the value is, it cannot begin another header */
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] != '\r' && value.p[i] != '\n')
			buf_add_char(out, value.p[i]);
	buf_add_text(out, "\r\n");
}

struct slice
mime_type(struct slice content_type)
{
	size_t end = slice_find(content_type, ';');

	return slice_trim(slice_upto(content_type, end));
}
