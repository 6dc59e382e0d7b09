/* SPDX-License-Identifier: MIT */
#include "chat/ircx/reader.h"

/* The next word of *rest; of a last one behind a colon all that is left. */
static bool
next_word(struct slice *rest, bool last, struct slice *word)
{
	while (rest->n > 0 && rest->p[0] == ' ')
		*rest = slice_from(*rest, 1);
	if (rest->n == 0)
		return false;
	if (rest->p[0] == ':' || last) {
		*word = slice_from(*rest, rest->p[0] == ':');
		*rest = slice_from(*rest, rest->n);
		return true;
	}
	*word = slice_upto(*rest, slice_find(*rest, ' '));
	*rest = slice_from(*rest, word->n);
	return true;
}

static bool
ends_a_line(char c)
{
	return c == '\0' || c == '\r' || c == '\n';
}

bool
ircx_is_one_line(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (ends_a_line(text.p[i]))
			return false;
	return true;
}

void
ircx_make_one_line(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ends_a_line(p[i]))
			p[i] = ' ';
}

bool
ircx_split(struct slice text, struct ircx_line *line)
{
	struct slice prefix;

	line->text = text;
	line->nwords = 0;
	/* who a client says it is counts for nothing */
	if (text.n > 0 && text.p[0] == ':') {
		prefix = slice_upto(text, slice_find(text, ' '));
		text = slice_from(text, prefix.n);
	}
	if (!next_word(&text, false, &line->verb) || line->verb.n == 0)
		return false;
	while (line->nwords < IRCX_WORDS_MAX &&
	    next_word(&text, line->nwords == IRCX_WORDS_MAX - 1,
		&line->words[line->nwords]))
		line->nwords++;
	return true;
}

enum ircx_read
ircx_read_line(struct slice in, struct ircx_line *line, size_t *used)
{
	*used = 0;
	for (;;) {
		struct slice rest = slice_from(in, *used), text;
		size_t seen = size_min(rest.n, IRCX_LINE_MAX);
		const char *lf = seen ? memchr(rest.p, '\n', seen) : NULL;

		if (lf == NULL)
			return seen == IRCX_LINE_MAX ? IRCX_TOO_LONG
						     : IRCX_MORE;
		text = slice_make(rest.p, (size_t)(lf - rest.p));
		*used += text.n + 1;
		if (text.n > 0 && text.p[text.n - 1] == '\r')
			text.n--;
		if (ircx_split(text, line))
			return IRCX_LINE;
	}
}

bool
ircx_cut_comma(struct slice *rest, struct slice *word)
{
	while (slice_cut(rest, ',', word))
		if (word->n > 0)
			return true;
	return false;
}
