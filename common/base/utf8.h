/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_UTF8_H
#define NUDGE_UTF8_H

#include "common/base/buf.h"

/* Well-formed UTF-8: no overlong forms, surrogates or values past U+10FFFF. */
bool utf8_valid(struct slice s);
/* Bytes of its first character; 0 when they are none, or there is nothing. */
size_t utf8_first(struct slice s);
/* Append s read as Windows-1252, written as UTF-8. */
void utf8_add_cp1252(struct buf *out, struct slice s);

#endif
