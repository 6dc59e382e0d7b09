/* SPDX-License-Identifier: MIT */
#include "common/net/public.h"

#include "common/net/subnet.h"

#include <stdio.h>

enum {
	HOST_MAX = 253,
	LABEL_MAX = 63,
	SHOWN_MAX = 60
};

struct entry {
	bool everybody; /* no network */
	struct subnet from;
	struct slice name; /* of the host, or */
	struct addr ip;    /* its address; family 0: it has a name */
};

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static bool
is_digits(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* A last label of digits is a misspelt address (RFC 1123, 2.1). */
static bool
is_host_name(struct slice s)
{
	struct slice label = { 0 };

	if (s.n == 0 || s.n > HOST_MAX)
		return false;
	while (slice_cut(&s, '.', &label)) {
		if (label.n == 0 || label.n > LABEL_MAX)
			return false;
		for (size_t i = 0; i < label.n; i++)
			if (!is_name_char(label.p[i]))
				return false;
	}
	return !is_digits(label);
}

static bool
host_read(struct entry *e, struct slice text)
{
	if (text.n > 2 && text.p[0] == '[' && text.p[text.n - 1] == ']') {
		text = slice_make(text.p + 1, text.n - 2);
		return slice_find(text, ':') < text.n &&
		    addr_parse_ip(&e->ip, text);
	}
	if (addr_parse_ip(&e->ip, text))
		return true;
	e->name = text;
	return is_host_name(text);
}

static bool
entry_read(struct entry *e, struct slice word)
{
	size_t eq = slice_find(word, '=');

	*e = (struct entry){ .everybody = eq == word.n };
	if (e->everybody)
		return host_read(e, word);
	return subnet_parse(&e->from, slice_upto(word, eq)) &&
	    host_read(e, slice_from(word, eq + 1));
}

static bool
entry_eq(const struct entry *a, const struct entry *b)
{
	if (a->everybody || b->everybody)
		return a->everybody && b->everybody;
	return subnet_eq(&a->from, &b->from);
}

static int
wrong(struct slice word, const char *text, char *err, size_t errlen)
{
	(void)snprintf(err, errlen, "\"" SLICE_FMT "\" %s",
	    SLICE_ARG(slice_upto(word, SHOWN_MAX)), text);
	return -1;
}

/* The entry would never be looked at: an earlier one is for the same. */
static bool
is_twice(struct slice list, struct slice word, const struct entry *e)
{
	struct slice earlier;
	struct entry other;

	while (slice_cut_word(&list, &earlier) && earlier.p != word.p)
		if (entry_read(&other, earlier) && entry_eq(&other, e))
			return true;
	return false;
}

int
public_check(struct slice list, char *err, size_t errlen)
{
	struct slice rest = list, word;
	struct entry e;

	for (unsigned n = 0; slice_cut_word(&rest, &word); n++) {
		if (n == PUBLIC_ENTRIES_MAX)
			return wrong(word, "is one entry too many", err,
			    errlen);
		if (!entry_read(&e, word))
			return wrong(word,
			    "is no host; write im.example.org, or "
			    "192.168.1.0/24=192.168.1.10 for the clients of "
			    "one network, without a port",
			    err, errlen);
		if (is_twice(list, word, &e))
			return wrong(word,
			    "is a second host for the same clients; keep one",
			    err, errlen);
	}
	return 0;
}

static bool
is_better(const struct entry *e, const struct entry *best)
{
	if (e->everybody || best->everybody)
		return best->everybody;
	return e->from.bits > best->from.bits;
}

static void
host_add(const struct entry *e, bool brackets, struct buf *b)
{
	brackets = brackets && e->ip.family == 6;
	if (brackets)
		buf_add_char(b, '[');
	if (e->ip.family != 0)
		addr_add_ip(b, &e->ip);
	else
		buf_add_slice(b, e->name);
	if (brackets)
		buf_add_char(b, ']');
}

void
public_add_host(struct slice list, const struct addr *peer,
    const struct addr *local, struct buf *b)
{
	struct entry e, best = { .ip = *local };
	bool found = false;
	struct slice word;

	while (slice_cut_word(&list, &word)) {
		if (!entry_read(&e, word) ||
		    (!e.everybody && !subnet_has(&e.from, peer)) ||
		    (found && !is_better(&e, &best)))
			continue;
		best = e;
		found = true;
	}
	host_add(&best, true, b);
}

void
public_add_names(struct slice list, struct buf *b)
{
	struct slice word;
	struct entry e;

	while (slice_cut_word(&list, &word)) {
		if (!entry_read(&e, word))
			continue;
		buf_add_char(b, ' ');
		host_add(&e, false, b);
	}
}
