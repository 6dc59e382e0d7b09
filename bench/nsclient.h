/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_NSCLIENT_H
#define NUDGE_BENCH_NSCLIENT_H
/*
 * A blocking connection to the notification server, for one thread.
 */
#include "bench/tlsclient.h"
#include "bench/wire.h"

struct nsclient {
	int fd;
	size_t used; /* bytes of buf the last frame took */
	size_t n;
	struct frame frame; /* what nsclient_expect() found, until the next */
	char buf[8 * 1024];
};

/* Connect as account n; false: refused. */
bool nsclient_open(struct nsclient *s, const struct options *o, unsigned n);
void nsclient_close(struct nsclient *s);
void nsclient_say(const struct nsclient *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/*
 * Read up to the command, passing over others; false: an error, the end, or
 * more than any list has.
 */
bool nsclient_expect(struct nsclient *s, const char *command);

#endif
