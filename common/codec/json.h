/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_JSON_H
#define NUDGE_JSON_H
/* What is needed to write JSON (RFC 8259). */
#include "common/base/buf.h"

/* A string with its quotes.  What is no UTF-8 is taken for Windows-1252. */
void json_add_text(struct buf *out, struct slice text);

#endif
