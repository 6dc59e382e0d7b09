/* SPDX-License-Identifier: MIT */
#include "chat/words.h"

/* Letters, digits, and what may be part of a letter. */
static bool
is_inside(struct slice text, size_t at)
{
	unsigned char c;

	if (at >= text.n)
		return false;
	c = (unsigned char)text.p[at];
	return c >= 0x80 || (c >= '0' && c <= '9') ||
	    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool
stands_in(struct slice word, struct slice text)
{
	for (size_t at = 0; at + word.n <= text.n; at++)
		if ((at == 0 || !is_inside(text, at - 1)) &&
		    !is_inside(text, at + word.n) &&
		    slice_eq_nocase(slice_make(text.p + at, word.n), word))
			return true;
	return false;
}

bool
words_find(struct slice list, struct slice text, struct slice *word)
{
	while (slice_cut_word(&list, word))
		if (stands_in(*word, text))
			return true;
	return false;
}
