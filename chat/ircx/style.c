/* SPDX-License-Identifier: MIT */
#include "chat/ircx/style.h"

struct slice
ircx_unstyled(struct slice said)
{
	struct slice mark = SLICE_LIT("\1S "), head, text;

	if (!slice_starts(said, mark))
		return said;
	text = slice_from(said, mark.n);
	head = slice_upto(text, slice_find(text, ' '));
	if (head.n == text.n || slice_find(head, ';') == head.n)
		return said;
	text = slice_from(text, head.n + 1);
	if (text.n > 0 && text.p[text.n - 1] == '\1')
		text.n--;
	return text;
}
