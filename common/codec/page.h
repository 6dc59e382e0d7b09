/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_PAGE_H
#define NUDGE_PAGE_H
/*
 * Documents that are files, HTML or XML, with places for what differs.  A
 * place is "{{key}}".  A file may hold several parts, each behind a line
 * "<!-- part: name -->".
 */
#include "common/base/buf.h"

struct page_field {
	const char *key;
	struct slice text; /* is escaped */
};

/* What a reader of HTML or XML sees as this text. */
void page_add_text(struct buf *out, struct slice text);
/* Places nobody fills stay empty. */
void page_add(struct buf *out, struct slice page,
    const struct page_field *fields, size_t n);
/* A part, without its first line; empty when there is none of that name. */
struct slice page_part(struct slice page, const char *name);

#endif
