/* SPDX-License-Identifier: MIT */
#include "common/ops/control_words.h"

static uint32_t
read_length(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 |
	    (uint32_t)u[2] << 8 | u[3];
}

enum control_read
control_words_read(struct slice in, struct control_words *out)
{
	size_t at = 0;
	size_t total = 0;

	out->n = 0;
	while (in.n - at >= 4) {
		uint32_t len = read_length(in.p + at);

		at += 4;
		if (len == CONTROL_WORDS_END) {
			out->used = at;
			return CONTROL_READ_REQUEST;
		}
		if (out->n == CONTROL_WORDS_MAX ||
		    len > CONTROL_BYTES_MAX - total)
			return CONTROL_READ_WRONG;
		if (len > in.n - at)
			return CONTROL_READ_MORE;
		out->words[out->n++] = slice_make(in.p + at, len);
		total += len;
		at += len;
	}
	return CONTROL_READ_MORE;
}
