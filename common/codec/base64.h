/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BASE64_H
#define NUDGE_BASE64_H
/* RFC 4648 with '=' padding, and the ticket alphabet of passport.md 6. */
#include "common/base/buf.h"

void base64_encode(struct buf *out, struct slice s);
/* Ignores white space; false when it is no base64. */
bool base64_decode(struct buf *out, struct slice s);
/* '+' and '/' become '!' and '*', no padding: safe in tickets. */
void base64_ticket_encode(struct buf *out, struct slice s);
bool base64_ticket_decode(struct buf *out, struct slice s);

#endif
