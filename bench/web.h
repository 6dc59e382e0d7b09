/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_WEB_H
#define NUDGE_BENCH_WEB_H
/*
 * HTTP as both programs speak it: requests that keep their connection, and
 * answers that say their length.
 */
#include <stdbool.h>
#include <stddef.h>

enum {
	WEB_TEXT = 16 * 1024, /* room for every request, and a token answer */
	WEB_TICKET = 512
};

struct web_reply {
	unsigned status;
	size_t head; /* bytes of it, the empty line included */
	size_t body; /* as Content-Length says */
};

/* A POST with this document; out has WEB_TEXT bytes.  Returns its length. */
size_t web_post(char *out, const char *host, const char *path,
    const char *action, const char *document);
/*
 * Read the head of an answer; false: it is not all here.  An answer without
 * length ends the program.
 */
bool web_reply_read(struct web_reply *r, const char *p, size_t n);
/*
 * What stands between two marks, the first one searched behind what after
 * names; false: not there, or size is too small for it and a NUL.
 */
struct web_cut {
	const char *after, *from, *to;
};
bool web_cut(const char *text, struct web_cut marks, char *out, size_t size);

#endif
