/* SPDX-License-Identifier: MIT */
#include "common/codec/multipart.h"

#include "common/codec/mime.h"

enum {
	MARK = 4 /* before the boundary: the line's end and two hyphens */
};

/*
 * One off the parameters behind a header's first word: "; a=b; c="d"".  In
 * quotes a backslash is itself: old browsers send a file's whole path.
 */
static bool
take_param(struct slice *rest, struct slice *key, struct slice *value)
{
	struct slice s = *rest;

	s = slice_trim(slice_from(s, slice_find(s, ';') + 1));
	*key = slice_trim(slice_upto(s, slice_find(s, '=')));
	s = slice_trim(slice_from(s, slice_find(s, '=') + 1));
	if (s.n > 0 && s.p[0] == '"') {
		s = slice_from(s, 1);
		*value = slice_upto(s, slice_find(s, '"'));
		*rest = slice_from(s, value->n + 1);
	} else {
		*value = slice_trim(slice_upto(s, slice_find(s, ';')));
		*rest = slice_from(s, slice_find(s, ';'));
	}
	return key->n > 0;
}

static bool
param(struct slice header, const char *name, struct slice *value)
{
	struct slice key;

	while (take_param(&header, &key, value))
		if (slice_eq_nocase(key, slice_text(name)))
			return true;
	return false;
}

bool
multipart_boundary(struct slice content_type, struct slice *boundary)
{
	return slice_eq_nocase(mime_type(content_type),
		   SLICE_LIT("multipart/form-data")) &&
	    param(content_type, "boundary", boundary) && boundary->n > 0 &&
	    boundary->n <= MULTIPART_BOUNDARY_MAX;
}

static bool
is_named(struct slice headers, const char *name)
{
	struct slice header, found;

	return mime_header(headers, "Content-Disposition", &header) &&
	    slice_eq_nocase(mime_type(header), SLICE_LIT("form-data")) &&
	    param(header, "name", &found) && slice_eq_text(found, name);
}

bool
multipart_find(struct slice body, struct slice boundary, const char *name,
    struct slice *value)
{
	char text[MARK + MULTIPART_BOUNDARY_MAX] = "\r\n--";
	struct slice mark = slice_make(text, MARK + boundary.n);
	struct slice headers, rest = body;

	memcpy(text + MARK, boundary.p, boundary.n);
	/* the first one has no line before it */
	if (slice_starts(body, slice_from(mark, 2)))
		rest = slice_from(rest, mark.n - 2);
	else
		rest = slice_from(rest, slice_find_slice(rest, mark) + mark.n);
	for (unsigned i = 0; i < MULTIPART_PARTS_MAX; i++) {
		size_t end;

		if (slice_starts(rest, SLICE_LIT("--")))
			return false;
		rest = slice_from(rest,
		    slice_find_slice(rest, SLICE_LIT("\r\n")) + 2);
		end = slice_find_slice(rest, mark);
		if (end == rest.n)
			return false;
		mime_split(slice_upto(rest, end), &headers, value);
		if (is_named(headers, name))
			return true;
		rest = slice_from(rest, end + mark.n);
	}
	return false;
}
