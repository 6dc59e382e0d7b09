/* SPDX-License-Identifier: MIT */
/*
 * What of HTTP is read by ourselves: the first line of a connection, and of a
 * request its target, its query and a form.  The first byte says where the
 * rest is cut into target and form.
 */
#include "common/base/panic.h"
#include "common/http/http_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	INPUT_MAX = 16384,
	PREFIXES = 32
};

/* ---- the first line ---- */

static void
mended(struct slice in, size_t end)
{
	struct buf b = BUF_INIT(2 * INPUT_MAX);
	size_t again = 0;

	ASSERT(end > 0 && end <= in.n);
	/* a word ends there: what is put there is one of its own */
	ASSERT((unsigned char)in.p[end - 1] > ' ');
	ASSERT(end == in.n || (unsigned char)in.p[end] <= ' ');
	buf_add_slice(&b, slice_upto(in, end));
	buf_add_text(&b, " HTTP/1.0");
	buf_add_slice(&b, slice_from(in, end));
	ASSERT(buf_ok(&b));
	ASSERT(http_line_look(buf_slice(&b), &again) == HTTP_LINE_AS_IS);
	buf_free(&b);
}

static void
first_line(struct slice in)
{
	size_t end = 0, part_end = 0;
	enum http_line whole = http_line_look(in, &end), part;
	size_t step = in.n / PREFIXES + 1;

	if (whole == HTTP_LINE_MORE)
		ASSERT(in.n < HTTP_LINE_MAX);
	if (whole == HTTP_LINE_NO_VERSION)
		mended(in, end);
	for (size_t n = 0; n < in.n && n < HTTP_LINE_MAX; n += step) {
		part = http_line_look(slice_upto(in, n), &part_end);
		if (part == HTTP_LINE_MORE)
			continue;
		ASSERT(part == whole);
		if (part == HTTP_LINE_NO_VERSION)
			ASSERT(part_end == end);
	}
}

/* ---- a request ---- */

static const struct http_route routes[] = {
	{ .path = "/login2.srf",
	    .methods = HTTP_GET | HTTP_POST,
	    .listeners = HTTP_PLAIN },
	{ .path = "/a/*", .methods = HTTP_GET, .listeners = HTTP_PLAIN },
};

static void
argument(struct http_request *rq, bool form, struct slice from)
{
	struct slice value;
	bool found = form ? http_form_arg(rq, "a", &value)
			  : http_query_arg(rq, "a", &value);

	if (found)
		ASSERT(value.p != NULL && value.n <= from.n);
}

static void
request(struct slice target, struct slice form)
{
	struct http_table table = { .rows = routes, .n = ARRAY_LEN(routes) };
	struct http_conn conn = { .kind = HTTP_PLAIN };
	struct http h = { 0 };
	struct http_request *rq;

	list_init(&h.requests);
	list_init(&h.tables);
	list_push(&h.tables, &table.node);
	rq = http_request_new(&h, &conn);
	rq->method = HTTP_GET;
	http_route_target(rq, target);
	ASSERT(rq->path.n > 0 && rq->path.n <= target.n + 1);
	ASSERT(slice_find(rq->path, '?') == rq->path.n);
	ASSERT(slice_find_slice(rq->path, SLICE_LIT("//")) == rq->path.n);
	http_route_choose(rq);
	ASSERT((rq->route == NULL) == (rq->refused != 0));
	argument(rq, false, target);
	buf_init(&rq->body, INPUT_MAX);
	buf_add_slice(&rq->body, form);
	argument(rq, true, form);
	http_request_free(rq);
	ASSERT(list_empty(&h.requests));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_make(data, size);

	if (size == 0 || size > INPUT_MAX)
		return 0;
	first_line(in);
	in = slice_from(in, 1);
	request(slice_upto(in, data[0]), slice_from(in, data[0]));
	return 0;
}
