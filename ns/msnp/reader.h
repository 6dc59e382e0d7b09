/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MSNP_READER_H
#define NUDGE_MSNP_READER_H
/*
 * The grammar of a line: three letters, words between single or several
 * spaces, CR LF or a bare LF (ns-classic 2.1).  No behaviour, no allocation.
 */
#include "common/base/slice.h"
#include "ns/msnp/ceiling.h"

enum {
	MSNP_LINE_MAX = CEILING_TAKE_LINE,
	MSNP_WORDS_MAX = 64,
	MSNP_PAYLOAD_MAX = CEILING_TAKE_PAYLOAD
};

struct msnp_line {
	struct slice verb;
	struct slice words[MSNP_WORDS_MAX]; /* behind the verb */
	unsigned nwords;
};

enum msnp_read {
	MSNP_LINE,
	MSNP_MORE,
	MSNP_TOO_LONG,
	MSNP_TOO_MANY
};

/*
 * The first line of in.  LINE: *used is its length with the line end, empty
 * lines before it included.  MORE: no line end yet; *used is what empty lines
 * took.
 */
enum msnp_read
msnp_read_line(struct slice in, struct msnp_line *line, size_t *used);

#endif
