/* SPDX-License-Identifier: MIT */
/*
 * A line with a Content-Type, and any bytes as its form.  What is found lies
 * within them; and what a browser would put into a form is found as it was.
 */
#include "common/base/buf.h"
#include "common/base/panic.h"
#include "common/codec/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
round_trip(struct slice content)
{
	static const struct slice mark = { "----7d19a2", 10 };
	struct buf body = BUF_INIT(content.n + 256);
	struct slice got;

	if (slice_find_slice(content, mark) < content.n)
		return;
	buf_addf(&body,
	    "--" SLICE_FMT "\r\nContent-Disposition: form-data; name=\"file\"; "
	    "filename=\"a\"\r\n\r\n",
	    SLICE_ARG(mark));
	buf_add_slice(&body, content);
	buf_addf(&body, "\r\n--" SLICE_FMT "--\r\n", SLICE_ARG(mark));
	ASSERT(multipart_find(buf_slice(&body), mark, "file", &got));
	ASSERT(slice_eq(got, content));
	buf_free(&body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice type, boundary, value;
	struct slice body = slice_make(data, size);

	if (!slice_cut(&body, '\n', &type))
		return 0;
	if (body.p == NULL)
		body = slice_make("", 0);
	round_trip(body);
	if (!multipart_boundary(type, &boundary))
		return 0;
	ASSERT(boundary.n > 0 && boundary.n <= MULTIPART_BOUNDARY_MAX);
	if (multipart_find(body, boundary, "file", &value))
		ASSERT(value.n <= body.n && value.p >= body.p &&
		    value.p + value.n <= body.p + body.n);
	return 0;
}
