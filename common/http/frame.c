/* SPDX-License-Identifier: MIT */
/*
 * Where a request's lines and its body end must be beyond doubt (RFC 9112 2.2,
 * 6.1, 6.3): whoever stands between us and a browser might read it otherwise,
 * and take what one person sent for another's request.  libmicrohttpd takes the
 * first of several lengths, and a length beside chunks; 0.9 also takes what 1.0
 * refuses: CR in a line, and blanks in a name.
 */
#include "common/http/http_priv.h"

#include <microhttpd.h>

struct frame {
	struct slice length;
	unsigned codings;
	bool chunked, doubtful;
};

static bool
is_name(struct slice name, const char *of)
{
	return slice_eq_nocase(name, slice_text(of));
}

/* A line might end there, to somebody else. */
static bool
has_end(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\r' || s.p[i] == '\n' || s.p[i] == '\0')
			return true;
	return false;
}

/*
 * A folded line (5.2) is appended by 0.9 to the name of the line before it:
 * "Content-Lengt: 5" and " h" make a length.  Such a name is a copy, and its
 * value is not behind it.
 */
static bool
is_folded(struct slice name, const char *value)
{
#if MHD_VERSION < 0x00097701
	return value != NULL && (uintptr_t)value <= (uintptr_t)name.p + name.n;
#else
	(void)name;
	(void)value;
	return false;
#endif
}

/* "Content-Length : 5" is no header to some and one to others. */
static bool
has_blank(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ')
			return true;
	return false;
}

static enum MHD_Result
look(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_n,
    const char *value, size_t value_n)
{
	struct frame *f = cls;
	struct slice name = slice_make(key, key_n),
		     text = slice_make(value != NULL ? value : "", value_n);

	(void)kind;
	if (name.n == 0 || has_blank(name) || has_end(text) ||
	    is_folded(name, value))
		f->doubtful = true;
	text = slice_trim(text);
	if (is_name(name, MHD_HTTP_HEADER_TRANSFER_ENCODING)) {
		f->codings++;
		f->chunked = is_name(text, "chunked");
	}
	if (!is_name(name, MHD_HTTP_HEADER_CONTENT_LENGTH))
		return MHD_YES;
	if (f->length.p != NULL && !slice_eq(f->length, text))
		f->doubtful = true;
	f->length = text;
	return MHD_YES;
}

bool
http_frame_clear(const struct http_request *rq, const char *version)
{
	struct frame f = { 0 };

	(void)MHD_get_connection_values_n(rq->mhd, MHD_HEADER_KIND, look, &f);
	/* HTTP/1.0 had no codings, and who stands between may know no other */
	if (f.codings > 0 &&
	    (f.codings > 1 || !f.chunked || f.length.p != NULL ||
		slice_eq_text(slice_text(version), MHD_HTTP_VERSION_1_0)))
		return false;
	return !f.doubtful;
}

bool
http_frame_is_target(struct slice uri)
{
	return uri.n > 0 && !has_blank(uri);
}
