/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_IRCX_WRITER_H
#define NUDGE_IRCX_WRITER_H
/*
 * The end of a line that is built in a buffer, and the numbers of replies.
 */
#include "chat/ircx/reader.h"
#include "common/base/blob.h"
#include "common/base/buf.h"

/*
 * What was written from place at on is one line: cut it to what a client
 * reads, without dividing a character, and end it.  A formatted text (between
 * two 0x01) that is cut keeps its last byte.  Whatever was written, nothing in
 * it ends a line: nobody speaks for the server.
 */
void ircx_end_line(struct buf *b, size_t at);

/* A text that is kept, as one line has it. */
struct blob *ircx_text(struct slice s);

enum numeric {
#define NUMERIC(name, code, text) NUM_##name,
#include "chat/ircx/numeric.def"
#undef NUMERIC
	NUMERICS
};

unsigned numeric_code(enum numeric n);
/* The last word; "" when it has none of its own. */
const char *numeric_text(enum numeric n);

#endif
