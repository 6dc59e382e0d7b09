/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_WIRE_H
#define NUDGE_BENCH_WIRE_H
/*
 * The generator's connections: one epoll set, reads into one shared buffer,
 * and a write at once.  Only 127.0.0.0/8 is ever connected to.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WIRE_SCRATCH = 256 * 1024
};

struct net {
	int epoll;
	bool spin;        /* look again and again instead of sleeping */
	bool stop;        /* set by a callback: net_run() returns */
	uint64_t tick_at; /* when to call tick(); 0: never */
	void (*tick)(struct net *net);
	void *ctx;
	char *scratch;
};

struct wire {
	struct net *net;
	int fd;     /* -1: closed */
	char *kept; /* bytes input() has not taken yet */
	size_t nkept;
	char *out; /* bytes the socket has not taken yet */
	size_t nout;
	/* Returns how many of the n bytes it has dealt with. */
	size_t (*input)(struct wire *w, char *p, size_t n);
	/* The other side closed; NULL: that is an error. */
	void (*lost)(struct wire *w);
	void *owner;
};

void net_init(struct net *net);
/*
 * Deal with events until a callback sets stop (true) or the time has come
 * (false).
 */
bool net_run(struct net *net, uint64_t until);
void net_free(struct net *net);

/* A line ends in LF; the CR before it and the LF are not in it. */
struct frame {
	char *line; /* NUL-terminated */
	size_t nline;
	char *payload;
	size_t npayload;
};

/* Cut one command with its payload off p; bytes used, 0: not all here. */
size_t frame_take(char *p, size_t n, struct frame *f);

enum {
	FRAME_WORDS = 12
};
/* Split the line in place; words behind the last stay empty. */
void frame_words(struct frame *f, char *word[FRAME_WORDS]);

/*
 * Connect from source (host order, 0: any) and watch it; owner, input and lost
 * are the caller's.  A refusal ends the program.
 */
void wire_open(struct wire *w, struct net *net, struct sockaddr_in to,
    uint32_t source);
void wire_close(struct wire *w);
void wire_send(struct wire *w, const void *p, size_t n);
void wire_sendf(struct wire *w, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* "a.b.c.d:port" or port alone; anything but 127.0.0.0/8 ends the program. */
struct sockaddr_in wire_address(const char *text, unsigned port);

#endif
