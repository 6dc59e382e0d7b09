/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CONTROL_WORDS_H
#define NUDGE_CONTROL_WORDS_H
/* The grammar of a request on the control socket: bytes in, words out. */
#include "common/ops/control.h"

/* No request is longer. */
#define CONTROL_REQUEST_MAX (CONTROL_BYTES_MAX + 4 * (CONTROL_WORDS_MAX + 1))

struct control_words {
	struct slice words[CONTROL_WORDS_MAX]; /* borrowed */
	unsigned n;
	size_t used; /* where a whole request ends */
};

enum control_read {
	CONTROL_READ_MORE,
	CONTROL_READ_REQUEST,
	CONTROL_READ_WRONG /* too many words, or too long ones */
};

/* Look at the bytes that came so far; out is filled in for a REQUEST. */
enum control_read
control_words_read(struct slice in, struct control_words *out);

#endif
