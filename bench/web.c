/* SPDX-License-Identifier: MIT */
#include "bench/web.h"

#include "bench/meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

size_t
web_post(char *out, const char *host, const char *path, const char *action,
    const char *document)
{
	int n = snprintf(out, WEB_TEXT,
	    "POST %s HTTP/1.1\r\n"
	    "Host: %s\r\n"
	    "User-Agent: MSMSGS\r\n"
	    "Content-Type: text/xml; charset=utf-8\r\n"
	    "SOAPAction: \"%s\"\r\n"
	    "Content-Length: %zu\r\n\r\n%s",
	    path, host, action, strlen(document), document);

	if (n < 0 || n >= WEB_TEXT)
		meter_die("a request too long");
	return (size_t)n;
}

static size_t
web_length(const char *p, const char *end)
{
	static const char name[] = "\r\nContent-Length:";
	const size_t n = sizeof(name) - 1;

	for (; p + n < end; p++)
		if (strncasecmp(p, name, n) == 0)
			return strtoul(p + n, NULL, 10);
	meter_die("an answer without length");
}

bool
web_reply_read(struct web_reply *r, const char *p, size_t n)
{
	const char *end = memmem(p, n, "\r\n\r\n", 4);

	if (!end)
		return false;
	if (strncmp(p, "HTTP/1.1 ", 9) != 0)
		meter_die("no HTTP answer: %.20s", p);
	r->status = (unsigned)strtoul(p + 9, NULL, 10);
	r->head = (size_t)(end - p) + 4;
	r->body = web_length(p, end + 2);
	return true;
}

bool
web_cut(const char *text, struct web_cut marks, char *out, size_t size)
{
	const char *at = strstr(text, marks.after);
	const char *end;
	size_t n;

	at = at ? strstr(at, marks.from) : NULL;
	if (!at)
		return false;
	at += strlen(marks.from);
	end = strstr(at, marks.to);
	n = end ? (size_t)(end - at) : size;
	if (n >= size)
		return false;
	memcpy(out, at, n);
	out[n] = '\0';
	return true;
}
