/* SPDX-License-Identifier: MIT */
/*
 * Where a request's body ends must be beyond doubt (RFC 9112 6.3): whoever
 * stands between us and a browser might read it otherwise, and take what one
 * person sent for another's request.  libmicrohttpd takes the first of several
 * lengths, and a length beside chunks.
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

static enum MHD_Result
look(void *cls, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct frame *f = cls;
	struct slice name = slice_text(key),
		     text = slice_trim(slice_text(value != NULL ? value : ""));

	(void)kind;
	/* "Content-Length : 5" is no header to some and one to others */
	if (name.n == 0 || slice_trim(name).n != name.n)
		f->doubtful = true;
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
http_frame_clear(const struct http_request *rq)
{
	struct frame f = { 0 };

	(void)MHD_get_connection_values(rq->mhd, MHD_HEADER_KIND, look, &f);
	if (f.codings > 0 &&
	    (f.codings > 1 || !f.chunked || f.length.p != NULL))
		return false;
	return !f.doubtful;
}
