/* SPDX-License-Identifier: MIT */
/*
 * The request line, before anybody parses it.  Two client libraries send
 * none of the versions HTTP knows (field-notes 2); libmicrohttpd would
 * refuse them.
 */
#include "common/http/http_priv.h"

static bool
is_method(struct slice word)
{
	if (word.n == 0)
		return false;
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] < 'A' || word.p[i] > 'Z')
			return false;
	return true;
}

/* Nothing in it could be taken for an end of it. */
static bool
is_target(struct slice word)
{
	for (size_t i = 0; i < word.n; i++)
		if ((unsigned char)word.p[i] <= ' ')
			return false;
	return word.n > 0;
}

enum http_line
http_line_look(struct slice in, size_t *end)
{
	size_t skip = 0;
	struct slice line;
	struct slice rest;
	struct slice method, target, more;

	while (skip < in.n && (in.p[skip] == '\r' || in.p[skip] == '\n'))
		skip++;
	line = slice_from(in, skip);
	line.n = slice_find(line, '\n');
	if (skip + line.n == in.n)
		return in.n < HTTP_LINE_MAX ? HTTP_LINE_MORE : HTTP_LINE_AS_IS;
	line = slice_trim(line);
	rest = line;
	if (!slice_cut(&rest, ' ', &method) || !is_method(method) ||
	    !slice_cut(&rest, ' ', &target) || !is_target(target) ||
	    slice_cut(&rest, ' ', &more))
		return HTTP_LINE_AS_IS;
	*end = (size_t)(line.p - in.p) + line.n;
	return HTTP_LINE_NO_VERSION;
}
