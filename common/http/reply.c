/* SPDX-License-Identifier: MIT */
#include "common/http/http_priv.h"

#include "common/base/calendar.h"

#include <time.h>
#include <unistd.h>

void
http_reply_drop_file(struct http_request *rq)
{
	if (rq->file != 0)
		(void)close(rq->file - 1);
	rq->file = 0;
}

void
http_reply(struct http_request *rq, unsigned status)
{
	rq->status = status;
	rq->lines = NULL;
	rq->last = &rq->lines;
	rq->failed = false;
	buf_reset(&rq->reply);
	rq->kept = NULL;
	http_reply_drop_file(rq);
}

/* What a value may not hold in the head of an answer becomes a blank. */
static char *
one_line(struct arena *a, struct slice value)
{
	static const char bad[] = { '\0', '\r', '\n' };
	char *p = arena_alloc(a, value.n + 1);

	if (p == NULL)
		return NULL;
	if (value.n > 0)
		memcpy(p, value.p, value.n);
	for (size_t i = 0; i < sizeof(bad); i++)
		for (char *at = p;
		     (at = memchr(at, bad[i], value.n - (size_t)(at - p)));)
			*at = ' ';
	return p;
}

void
http_reply_header(struct http_request *rq, const char *name, struct slice value)
{
	struct http_reply_line *line = arena_alloc(&rq->arena, sizeof(*line));
	struct slice n = arena_copy(&rq->arena, slice_text(name));
	char *v = one_line(&rq->arena, value);

	if (line == NULL || n.p == NULL || v == NULL) {
		rq->failed = true;
		return;
	}
	line->name = n.p;
	line->value = v;
	*rq->last = line;
	rq->last = &line->next;
}

void
http_reply_body(struct http_request *rq, struct slice body)
{
	buf_add_slice(&rq->reply, body);
	if (!buf_ok(&rq->reply))
		rq->failed = true;
}

void
http_reply_body_kept(struct http_request *rq, const struct buf *body)
{
	rq->kept = body;
	if (!buf_ok(body))
		rq->failed = true;
}

void
http_reply_file(struct http_request *rq, int fd, uint64_t size)
{
	rq->file = fd + 1;
	rq->file_size = size;
}

void
http_reply_close(struct http_request *rq)
{
	rq->close = true;
}

static void
reply_allowed(struct http_request *rq)
{
	struct buf b = BUF_INIT(64);

	if (rq->allowed & HTTP_GET)
		buf_add_text(&b, "GET, HEAD");
	if (rq->allowed & HTTP_POST)
		buf_add_text(&b, b.n > 0 ? ", POST" : "POST");
	if (b.n > 0)
		http_reply_header(rq, "Allow", buf_slice(&b));
	buf_free(&b);
}

void
http_reply_refusal(struct http_request *rq)
{
	const char *text = "500 Internal Server Error\n";

	if (rq->refused == 400)
		text = "400 Bad Request\n";
	else if (rq->refused == 404)
		text = "404 Not Found\n";
	else if (rq->refused == 405)
		text = "405 Method Not Allowed\n";
	else if (rq->refused == 413)
		text = "413 Request Entity Too Large\n";
	http_reply(rq, rq->refused);
	http_reply_header(rq, "Content-Type", SLICE_LIT("text/plain"));
	http_reply_header(rq, "X-Content-Type-Options", SLICE_LIT("nosniff"));
	if (rq->refused == 405)
		reply_allowed(rq);
	http_reply_body(rq, slice_text(text));
}

void
http_add_date(struct buf *b, int64_t unix_time)
{
	static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct tm tm;

	if (!calendar_date(unix_time, &tm))
		(void)calendar_date(0, &tm);
	buf_addf(b, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday],
	    tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
	    tm.tm_min, tm.tm_sec);
}
