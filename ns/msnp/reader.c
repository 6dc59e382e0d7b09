/* SPDX-License-Identifier: MIT */
#include "ns/msnp/reader.h"

/*
 * A tab counts as a blank: one client puts it before the e-mail of its second
 * CVR (field-notes 9).  So do CR and NUL: a word that is passed on must not end
 * a line for whoever reads it.
 */
static bool
is_blank(char c)
{
	/* nearly all are above, and there are many */
	return (unsigned char)c <= ' ' &&
	    (c == ' ' || c == '\t' || c == '\r' || c == '\0');
}

/* False when there are more words than a line may have. */
static bool
split(struct slice text, struct msnp_line *line)
{
	const char *p = text.p, *end = text.p + text.n;
	bool first = true;

	line->nwords = 0;
	while (p < end) {
		const char *word;

		while (p < end && is_blank(*p))
			p++;
		word = p;
		while (p < end && !is_blank(*p))
			p++;
		if (p == word)
			break;
		if (first) {
			line->verb = slice_make(word, (size_t)(p - word));
			first = false;
			continue;
		}
		if (line->nwords == MSNP_WORDS_MAX)
			return false;
		line->words[line->nwords++] =
		    slice_make(word, (size_t)(p - word));
	}
	return true;
}

/* Nothing but blanks and line ends: some clients send them between commands. */
static bool
is_empty(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_blank(text.p[i]))
			return false;
	return true;
}

enum msnp_read
msnp_read_line(struct slice in, struct msnp_line *line, size_t *used)
{
	*used = 0;
	for (;;) {
		struct slice rest = slice_from(in, *used), text;
		size_t seen = size_min(rest.n, MSNP_LINE_MAX);
		const char *lf = seen ? memchr(rest.p, '\n', seen) : NULL;

		if (lf == NULL)
			return seen == MSNP_LINE_MAX ? MSNP_TOO_LONG
						     : MSNP_MORE;
		text = slice_make(rest.p, (size_t)(lf - rest.p));
		*used += text.n + 1;
		if (text.n > 0 && text.p[text.n - 1] == '\r')
			text.n--;
		if (is_empty(text))
			continue;
		return split(text, line) ? MSNP_LINE : MSNP_TOO_MANY;
	}
}
