/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SLICE_H
#define NUDGE_SLICE_H
/*
 * A slice borrows bytes: it owns nothing and may hold NUL.  It is valid as
 * long as what it was cut from.
 */
#include "common/base/base.h"

#include <string.h>

struct slice {
	const char *p;
	size_t n;
};

#define SLICE_LIT(text) ((struct slice){ "" text, sizeof(text) - 1 })
#define SLICE_FMT       "%.*s"
#define SLICE_ARG(s)    (int)(s).n, (s).p

static inline struct slice
slice_make(const void *p, size_t n)
{
	return (struct slice){ p, n };
}

static inline struct slice
slice_text(const char *text)
{
	return (struct slice){ text ? text : "", text ? strlen(text) : 0 };
}

static inline bool
slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
slice_eq_text(struct slice a, const char *b)
{
	return slice_eq(a, slice_text(b));
}

/* ASCII letters compare without case. */
bool slice_eq_nocase(struct slice a, struct slice b);
bool slice_starts(struct slice s, struct slice head);
bool slice_starts_nocase(struct slice s, struct slice head);
bool slice_ends_nocase(struct slice s, struct slice tail);
/* Index of the first byte c, or s.n when there is none. */
size_t slice_find(struct slice s, char c);
/* Index of the first needle, or s.n. */
size_t slice_find_slice(struct slice s, struct slice needle);
/* Without the first n bytes (at most all of them). */
struct slice slice_from(struct slice s, size_t n);
struct slice slice_upto(struct slice s, size_t n);
/* Without leading and trailing blanks (space, tab, CR, LF). */
struct slice slice_trim(struct slice s);
/*
 * Take what stands before the first c off *rest into *word.  The last word
 * has no c behind it.  False when nothing is left.
 */
bool slice_cut(struct slice *rest, char c, struct slice *word);
/*
 * Take the next word of a list off *rest: words stand between commas, blanks
 * or both, and are never empty.  False when there is none left.
 */
bool slice_cut_word(struct slice *rest, struct slice *word);
/* A NUL-terminated copy for free(). */
char *slice_dup(struct slice s);

#endif
