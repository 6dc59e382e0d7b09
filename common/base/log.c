/* SPDX-License-Identifier: MIT */
#include "common/base/log.h"

#include "common/base/buf.h"

#include <time.h>
#include <unistd.h>

enum {
	LINE_MAX_BYTES = 8192, /* more than any event of the program fills */
	VALUE_MAX_BYTES = 512, /* as written, without quotes */
	ESCAPE_MAX_BYTES = 6
};

static struct {
	enum log_level level;
	bool json;
	int fd;
} logger = { LOG_INFO, false, 2 };

static const char *const names[] = { "error", "warn", "info", "debug" };

void
log_setup(enum log_level level, bool json, int fd)
{
	logger.level = level;
	logger.json = json;
	logger.fd = fd;
}

bool
log_level_parse(struct slice name, enum log_level *out)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (slice_eq_text(name, names[i])) {
			*out = (enum log_level)i;
			return true;
		}
	return false;
}

bool
log_enabled(enum log_level level)
{
	return level <= logger.level;
}

static bool
needs_quotes(struct slice s)
{
	if (s.n == 0)
		return true;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7f)
			return true;
	}
	return false;
}

/* Escapes count: who sends nothing else must not make a line that is cut. */
static void
add_quoted(struct buf *b, struct slice s)
{
	size_t end;

	buf_add_char(b, '"');
	end = b->n + VALUE_MAX_BYTES - ESCAPE_MAX_BYTES;
	for (size_t i = 0; i < s.n && b->n <= end; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			buf_addf(b, "\\%c", c);
		else if (c < ' ' || c >= 0x7f)
			buf_addf(b, "\\u00%02x", c);
		else
			buf_add_char(b, (char)c);
	}
	buf_add_char(b, '"');
}

static void
add_value(struct buf *b, const struct log_field *f)
{
	if (f->text.p == NULL)
		buf_add_i64(b, f->num);
	else if (logger.json || needs_quotes(f->text))
		add_quoted(b, f->text);
	else
		buf_add_slice(b, slice_upto(f->text, VALUE_MAX_BYTES));
}

static void
add_time(struct buf *b)
{
	struct timespec now;
	struct tm tm;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &tm);
	buf_addf(b, "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
	    now.tv_nsec / 1000000);
}

void
log_event(enum log_level level, const char *event,
    const struct log_field *fields, size_t n)
{
	const bool json = logger.json;
	struct buf b = BUF_INIT(LINE_MAX_BYTES);

	buf_add_text(&b, json ? "{\"time\":\"" : "time=");
	add_time(&b);
	buf_addf(&b,
	    json ? "\",\"level\":\"%s\",\"event\":\"%s\""
		 : " level=%s event=%s",
	    names[level], event);
	for (size_t i = 0; i < n; i++) {
		buf_addf(&b, json ? ",\"%s\":" : " %s=", fields[i].key);
		add_value(&b, &fields[i]);
	}
	buf_add_text(&b, json ? "}\n" : "\n");
	/* an overlong line lost its tail: close it all the same */
	if (!buf_ok(&b) && b.n > 0)
		b.p[b.n - 1] = '\n';
	if (write(logger.fd, b.p, b.n) < 0) {
		/* nowhere left to complain to */
	}
	buf_free(&b);
}
