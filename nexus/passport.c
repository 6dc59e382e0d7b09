/* SPDX-License-Identifier: MIT */
#include "nexus/passport.h"

#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "common/codec/url.h"

/*
 * What stands behind the scheme.  The scheme word is followed by at least one
 * blank, or by nothing at all.
 */
static bool
passport_items(struct slice header, struct slice *items)
{
	const struct slice scheme = SLICE_LIT("Passport1.4");

	header = slice_trim(header);
	if (!slice_starts_nocase(header, scheme))
		return false;
	*items = slice_from(header, scheme.n);
	if (items->n > 0 && items->p[0] != ' ' && items->p[0] != '\t')
		return false;
	*items = slice_trim(*items);
	return true;
}

static struct slice
passport_unquote(struct slice s)
{
	if (s.n < 2 || s.p[0] != s.p[s.n - 1])
		return s;
	if (s.p[0] != '\'' && s.p[0] != '"')
		return s;
	return slice_make(s.p + 1, s.n - 2);
}

static void
passport_forget(struct buf *b)
{
	if (b->p != NULL)
		mem_wipe(b->p, b->n);
	buf_free(b);
}

/*
 * Percent-decoded; '+' stays '+'.  Bytes that are no UTF-8 come from clients
 * that knew only their Windows code page.
 */
static struct slice
passport_decode(struct slice raw, struct arena *arena)
{
	struct buf bytes = BUF_INIT(PASSPORT_HEADER_MAX);
	struct buf wide = BUF_INIT(PASSPORT_HEADER_MAX * 3);
	struct slice out;

	url_decode(&bytes, passport_unquote(raw));
	if (utf8_valid(buf_slice(&bytes))) {
		out = arena_copy(arena, buf_slice(&bytes));
	} else {
		utf8_add_cp1252(&wide, buf_slice(&bytes));
		out = arena_copy(arena, buf_slice(&wide));
	}
	passport_forget(&bytes);
	passport_forget(&wide);
	return out;
}

/* A password may have a TAB in it. */
static bool
passport_has_control(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') ||
		    s.p[i] == 0x7f)
			return true;
	}
	return false;
}

static struct slice *
passport_field(struct passport_request *rq, struct slice key)
{
	if (slice_eq_nocase(key, SLICE_LIT("sign-in")))
		return &rq->sign_in;
	if (slice_eq_nocase(key, SLICE_LIT("pwd")))
		return &rq->password;
	if (slice_eq_nocase(key, SLICE_LIT("tpf")))
		return &rq->seal;
	return NULL;
}

/* How the challenge begins that this server gives (ns/cmd_signin.c). */
#define PASSPORT_CHALLENGE ",lc=1033,id=507,tw=40,fs=1,"

/* Is it an item that some program writes between password and challenge? */
static bool
passport_known_item(struct slice item)
{
	static const char *const keys[] = { "elapsed-time", "OrgVerb", "OrgURL",
		"tname", "sign-in", "ru" };
	struct slice key = slice_trim(slice_upto(item, slice_find(item, '=')));

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (slice_eq_nocase(key, slice_text(keys[i])))
			return true;
	return false;
}

/*
 * Some programs write the password as it is, commas included (programs-2 17):
 * then it ends where the challenge begins that was put behind it.  item and
 * rest are as slice_cut() left them.
 */
static void
passport_whole_password(struct slice *item, struct slice *rest)
{
	const struct slice challenge = SLICE_LIT(PASSPORT_CHALLENGE);
	struct slice all = slice_make(item->p, item->n + 1 + rest->n);
	struct slice more, next;
	bool inside = false;
	size_t at;

	if (rest->n == 0)
		return;
	at = slice_find_slice(all, challenge);
	if (at == all.n || at <= item->n)
		return;
	more = slice_make(rest->p, at - item->n - 1);
	while (slice_cut(&more, ',', &next))
		inside |= !passport_known_item(next);
	if (!inside)
		return;
	*item = slice_upto(all, at);
	*rest = slice_from(all, at + 1);
}

static bool
passport_is_password(struct slice item)
{
	return slice_eq_nocase(slice_trim(
				   slice_upto(item, slice_find(item, '='))),
	    SLICE_LIT("pwd"));
}

/* One "key=value", or a bare word, which is part of somebody's challenge. */
static bool
passport_item(struct slice item, struct arena *arena,
    struct passport_request *rq)
{
	size_t eq = slice_find(item, '=');
	struct slice key = slice_trim(slice_upto(item, eq));
	struct slice *field, value;

	if (key.n == 0)
		return item.n == 0; /* an empty NS string leaves ",," behind */
	if (eq == item.n)
		return true;
	field = passport_field(rq, key);
	if (field == NULL)
		return true;
	if (field->p != NULL)
		return false; /* twice: which one would be meant? */
	value = slice_trim(slice_from(item, eq + 1));
	*field = passport_decode(value, arena);
	if (field == &rq->password && field->p != NULL && utf8_valid(value) &&
	    !slice_eq(value, *field))
		rq->raw = arena_copy(arena, value);
	return field->p != NULL && !passport_has_control(*field);
}

enum passport_verdict
passport_parse(struct slice header, struct arena *arena,
    struct passport_request *out)
{
	struct slice rest, item;

	*out = (struct passport_request){ 0 };
	if (header.p == NULL || !passport_items(header, &rest))
		return PASSPORT_ABSENT;
	if (header.n > PASSPORT_HEADER_MAX)
		return PASSPORT_TOO_LONG;
	if (passport_has_control(rest))
		return PASSPORT_BROKEN;
	while (slice_cut(&rest, ',', &item)) {
		if (passport_is_password(item))
			passport_whole_password(&item, &rest);
		if (!passport_item(slice_trim(item), arena, out))
			return PASSPORT_BROKEN;
	}
	return PASSPORT_OK;
}

void
passport_wipe(struct passport_request *rq)
{
	if (rq->password.p != NULL)
		mem_wipe((void *)(uintptr_t)rq->password.p, rq->password.n);
	if (rq->raw.p != NULL)
		mem_wipe((void *)(uintptr_t)rq->raw.p, rq->raw.n);
}
