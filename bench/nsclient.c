/* SPDX-License-Identifier: MIT */
#include "bench/nsclient.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	NSCLIENT_FRAMES = 2000 /* more than any list has: a bound */
};

bool
nsclient_open(struct nsclient *s, const struct options *o, unsigned n)
{
	s->n = s->used = 0;
	s->fd = tlsclient_connect(o, o->port, tlsclient_source(n));
	return s->fd >= 0;
}

void
nsclient_close(struct nsclient *s)
{
	close(s->fd);
}

void
nsclient_say(const struct nsclient *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vdprintf(s->fd, fmt, ap);
	va_end(ap);
}

static bool
nsclient_frame(struct nsclient *s)
{
	ssize_t got;

	s->n -= s->used;
	memmove(s->buf, s->buf + s->used, s->n);
	s->used = 0;
	while ((s->used = frame_take(s->buf, s->n, &s->frame)) == 0) {
		got = read(s->fd, s->buf + s->n, sizeof(s->buf) - s->n);
		if (got <= 0)
			return false;
		s->n += (size_t)got;
	}
	return true;
}

bool
nsclient_expect(struct nsclient *s, const char *command)
{
	int i;

	for (i = 0; i < NSCLIENT_FRAMES && nsclient_frame(s); i++) {
		const char *line = s->frame.line;

		if (strncmp(line, command, 3) == 0)
			return true;
		if (line[0] >= '0' && line[0] <= '9')
			return false;
	}
	return false;
}
