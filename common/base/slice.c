/* SPDX-License-Identifier: MIT */
#include "common/base/slice.h"

#include "common/base/panic.h"

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool
slice_eq_nocase(struct slice a, struct slice b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool
slice_starts(struct slice s, struct slice head)
{
	return s.n >= head.n && slice_eq(slice_make(s.p, head.n), head);
}

bool
slice_starts_nocase(struct slice s, struct slice head)
{
	return s.n >= head.n && slice_eq_nocase(slice_make(s.p, head.n), head);
}

bool
slice_ends_nocase(struct slice s, struct slice tail)
{
	return s.n >= tail.n &&
	    slice_eq_nocase(slice_make(s.p + s.n - tail.n, tail.n), tail);
}

size_t
slice_find(struct slice s, char c)
{
	const char *hit = s.n > 0 ? memchr(s.p, c, s.n) : NULL;

	return hit ? (size_t)(hit - s.p) : s.n;
}

size_t
slice_find_slice(struct slice s, struct slice needle)
{
	const char *hit;

	if (needle.n == 0)
		return 0;
	if (s.n == 0)
		return s.n;
	hit = memmem(s.p, s.n, needle.p, needle.n);
	return hit ? (size_t)(hit - s.p) : s.n;
}

struct slice
slice_from(struct slice s, size_t n)
{
	n = size_min(n, s.n);
	/* nothing may be added to NULL, not even nothing */
	return slice_make(n ? s.p + n : s.p, s.n - n);
}

struct slice
slice_upto(struct slice s, size_t n)
{
	return slice_make(s.p, size_min(n, s.n));
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice
slice_trim(struct slice s)
{
	while (s.n > 0 && is_blank(s.p[0]))
		s = slice_from(s, 1);
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
slice_cut(struct slice *rest, char c, struct slice *word)
{
	size_t at;

	if (rest->p == NULL)
		return false;
	at = slice_find(*rest, c);
	*word = slice_upto(*rest, at);
	*rest = at < rest->n ? slice_from(*rest, at + 1) : (struct slice){ 0 };
	return true;
}

static bool
is_between(char c)
{
	return c == ',' || is_blank(c);
}

bool
slice_cut_word(struct slice *rest, struct slice *word)
{
	size_t n = 0;

	while (rest->n > 0 && is_between(rest->p[0]))
		*rest = slice_from(*rest, 1);
	while (n < rest->n && !is_between(rest->p[n]))
		n++;
	*word = slice_upto(*rest, n);
	*rest = slice_from(*rest, n);
	return n > 0;
}

char *
slice_dup(struct slice s)
{
	return mem_copy_text(s.p, s.n);
}
