/* SPDX-License-Identifier: MIT */
/* From addresses that Windows and programs know to the pages meant by them. */
#include "web/front.h"

static const struct way {
	const char *from, *to;
} ways[] = {
#define WAY(from, to) { from, to },
#include "web/ways.def"
};

enum http_outcome
web_lead(struct http_request *rq, void *front)
{
	const struct slice path = http_path(rq);

	(void)front;
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (slice_eq_nocase(path, slice_text(ways[i].from)))
			web_reply_elsewhere(rq, ways[i].to);
	return HTTP_DONE;
}
