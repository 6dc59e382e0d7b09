/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_IRCX_QUOTE_H
#define NUDGE_IRCX_QUOTE_H
/*
 * Seven bytes that a word cannot hold are written as a back-slash and a letter
 * (chat-ircx 2.1): in GateKeeper's tokens, and but for NUL in names.
 */
#include "common/base/buf.h"

void ircx_quote(struct buf *out, struct slice s);
/*
 * Undo it; what is not quoted stays as it is.  False: a back-slash with a
 * letter that means nothing, or with none.
 */
bool ircx_unquote(struct buf *out, struct slice s);
/* It is the same quoted. */
bool ircx_is_plain(struct slice s);

#endif
