/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_IRCX_READER_H
#define NUDGE_IRCX_READER_H
/*
 * The grammar of a line (chat-ircx 2): an optional prefix, a verb, words
 * between blanks, the last of them whole behind " :"; CR LF or a bare LF.  No
 * behaviour, no allocation.
 */
#include "common/base/slice.h"

enum {
	IRCX_LINE_MAX = 1024, /* what a client may send, with its line end */
	IRCX_SAID_MAX = 512,  /* what a client reads (chat-ircx 2 #2) */
	IRCX_WORDS_MAX = 32
};

struct ircx_line {
	struct slice text; /* all of it */
	struct slice verb;
	struct slice words[IRCX_WORDS_MAX]; /* behind the verb */
	unsigned nwords;
};

enum ircx_read {
	IRCX_LINE,
	IRCX_MORE,
	IRCX_TOO_LONG
};

/*
 * The first line of in.  LINE: *used is its length with the line end, empty
 * lines before it included.  MORE: no line end yet; *used is what empty lines
 * took.  Of more words than there is room for the last has all the rest.
 */
enum ircx_read
ircx_read_line(struct slice in, struct ircx_line *line, size_t *used);

/*
 * NUL, CR and LF end a line for one program or another.  Only the tokens of an
 * AUTH may have the first two in them.
 */
bool ircx_is_one_line(struct slice text);
/* Each becomes a blank. */
void ircx_make_one_line(char *p, size_t n);
/* The words of a text without its line end; false: there is no verb. */
bool ircx_split(struct slice text, struct ircx_line *line);

/*
 * Take the next of "a,b,c" off *rest; empty ones are passed over.  False when
 * none is left.
 */
bool ircx_cut_comma(struct slice *rest, struct slice *word);

#endif
