/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SOAP_STAMP_H
#define NUDGE_SOAP_STAMP_H
/*
 * Times as the address book documents write them.  A stamp is 100 ns ticks
 * since 1970, as in core/people/book.h; what was before, "never" with it, is 0.
 */
#include "common/base/buf.h"

enum {
	STAMP_PER_SECOND = 10 * 1000 * 1000,
	STAMP_TEXT = 28
};

/* 2008-06-27T08:21:33.1570000Z, always STAMP_TEXT bytes. */
void stamp_add(struct buf *b, uint64_t stamp);
/*
 * With or without fraction and offset (none is UTC).  False when it is no
 * time.
 */
bool stamp_parse(struct slice s, uint64_t *stamp);

#endif
