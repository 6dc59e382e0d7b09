/* SPDX-License-Identifier: MIT */
/* Requests on the control socket, in one piece and in parts. */
#include "common/base/panic.h"
#include "common/ops/control_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PREFIXES = 64
};

/* The words written down again are the bytes they were read from. */
static void
write_again(const struct control_words *w, struct slice in)
{
	struct buf b = BUF_INIT(CONTROL_REQUEST_MAX);

	ASSERT(w->n <= CONTROL_WORDS_MAX && w->used <= in.n);
	for (unsigned i = 0; i <= w->n; i++) {
		uint32_t n =
		    i < w->n ? (uint32_t)w->words[i].n : CONTROL_WORDS_END;

		for (int shift = 24; shift >= 0; shift -= 8)
			buf_add_char(&b, (char)(n >> shift & 0xff));
		if (i < w->n)
			buf_add_slice(&b, w->words[i]);
	}
	ASSERT(buf_ok(&b));
	ASSERT(slice_eq(buf_slice(&b), slice_upto(in, w->used)));
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_make(data, size);
	struct control_words whole, part;
	enum control_read how = control_words_read(in, &whole), sooner;
	size_t step = size / PREFIXES + 1;

	if (how == CONTROL_READ_MORE)
		ASSERT(size < CONTROL_REQUEST_MAX);
	if (how == CONTROL_READ_REQUEST)
		write_again(&whole, in);
	for (size_t n = 0; n < size; n += step) {
		sooner = control_words_read(slice_upto(in, n), &part);
		ASSERT(sooner == CONTROL_READ_MORE || sooner == how);
		if (sooner == CONTROL_READ_REQUEST)
			ASSERT(part.n == whole.n && part.used == whole.used);
	}
	return 0;
}
