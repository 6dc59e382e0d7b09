/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CONTROL_H
#define NUDGE_CONTROL_H
/*
 * The Unix socket nudgectl talks to: <data.dir>/control.sock, mode 0600.
 * A request is words, each a 32-bit big-endian length and its bytes, ended by
 * a length of 0xffffffff; at most 64 words and 64 KiB.  The reply is one
 * status byte (0: fine) and text until the end of the connection.
 * Commands are rows; a command may finish later.  "help" is built in: it
 * lists the rows.
 */
#include "common/base/buf.h"
#include "common/net/loop.h"

struct control;
struct control_call;

enum {
	CONTROL_WORDS_MAX = 64,
	CONTROL_BYTES_MAX = 64 * 1024, /* of all words together */
	CONTROL_REPLY_MAX = 1024 * 1024,
	CONTROL_CALLS_MAX = 16,        /* at once; more are refused */
	CONTROL_REQUEST_MS = 10 * 1000 /* for the whole request */
};
#define CONTROL_WORDS_END UINT32_C(0xffffffff)

struct control_command {
	const char *name;  /* one or two words: "user add" */
	const char *usage; /* the words behind the name: "EMAIL NAME" */
	const char *help;
	unsigned min_args, max_args; /* words behind the name, options too */
	/* Must end with control_done() now or later. */
	void (*run)(struct control_call *call, void *ctx);
	/* said when it was done and said nothing; @ is its first word */
	const char *done;
};

/* NULL and a sentence in err when the socket cannot be made. */
struct control *control_open(struct loop *l, const char *path,
    const struct control_command *rows, size_t n, void *ctx, char *err,
    size_t errlen);
/*
 * Calls that run are cut off: control_done() on them does nothing.  The loop
 * needs turns to finish this.
 */
void control_close(struct control *c);

/* Word i behind the name; p == NULL behind the last. */
struct slice control_arg(const struct control_call *call, unsigned i);
unsigned control_args(const struct control_call *call);
/* Value of "--key value" among the words, or p == NULL; key has no dashes. */
struct slice control_option(const struct control_call *call, const char *key);
/* Is "--key" among the words? */
bool control_flag(const struct control_call *call, const char *key);
/* The reply's text, to append to (1 MiB at most; see control_flush). */
struct buf *control_out(struct control_call *call);
/*
 * Send what control_out() holds so far, for replies that go on; the status is
 * then "fine".  A caller that does not read loses its call (control_alive).
 */
void control_flush(struct control_call *call);
/* Finish; ok false makes nudgectl exit with 1.  call is gone. */
void control_done(struct control_call *call, bool ok);
/* A place for the command's state until it finishes. */
void control_set_state(struct control_call *call, void *state);
void *control_state(const struct control_call *call);
/*
 * For long replies: roomy(state) when the caller has taken enough of a full
 * queue, and when it has hung up; it may end the call.
 */
void control_on_room(struct control_call *call, void (*roomy)(void *state));
/* Does more wait for the caller than should? */
bool control_full(const struct control_call *call);
/* False once the caller hung up or control_close() came. */
bool control_alive(const struct control_call *call);

#endif
