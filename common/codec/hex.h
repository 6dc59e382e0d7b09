/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_HEX_H
#define NUDGE_HEX_H

#include "common/base/buf.h"

#define GUID_BYTES 16
#define GUID_TEXT  36

/* 0..15, or -1 when c is no hex digit. */
int hex_value(char c);
void hex_encode(struct buf *out, struct slice s); /* lower case */
bool hex_decode(struct buf *out, struct slice s); /* either case */
/* 8-4-4-4-12, lower case, bytes in the order they are printed. */
void guid_add(struct buf *out, const unsigned char g[GUID_BYTES]);
/* Either case, with or without braces. */
bool guid_parse(struct slice s, unsigned char g[GUID_BYTES]);

#endif
