/* SPDX-License-Identifier: MIT */
#include "chat/access.h"

#include "common/base/panic.h"

#include <stdlib.h>

static const char *const names[ACCESS_LEVELS] = { "OWNER", "HOST", "VOICE",
	"GRANT", "DENY" };

const char *
access_name(enum access_level level)
{
	ASSERT(level < ACCESS_LEVELS);
	return names[level];
}

enum access_level
access_parse(struct slice word)
{
	unsigned i = 0;

	while (
	    i < ACCESS_LEVELS && !slice_eq_nocase(word, slice_text(names[i])))
		i++;
	return (enum access_level)i;
}

/* What stands before c, or all of it; c goes too. */
static struct slice
cut_before(struct slice *rest, char c)
{
	size_t at = slice_find(*rest, c);
	struct slice part = slice_upto(*rest, at);

	*rest = slice_from(*rest, at + 1);
	return part;
}

static void
add_part(struct buf *out, struct slice part, char behind)
{
	if (part.n > 0)
		buf_add_slice(out, part);
	else
		buf_add_char(out, '*');
	if (behind != 0)
		buf_add_char(out, behind);
}

bool
access_mask(struct slice word, struct buf *out)
{
	struct slice left = cut_before(&word, '$'), nick = { 0 };

	if (slice_find(left, '!') < left.n || slice_find(left, '@') == left.n)
		nick = cut_before(&left, '!');
	add_part(out, nick, '!');
	add_part(out, cut_before(&left, '@'), '@');
	add_part(out, left, '$');
	add_part(out, word, 0);
	return buf_ok(out) && slice_find(buf_slice(out), ' ') == out->n;
}

struct access *
access_find(struct room *r, enum access_level level, struct slice mask)
{
	for (unsigned i = 0; i < r->naccess; i++)
		if (r->access[i].level == level &&
		    slice_eq_nocase(blob_slice(r->access[i].mask), mask))
			return &r->access[i];
	return NULL;
}

bool
access_is_full(const struct room *r)
{
	bool own = r->name_n == 0 && r != r->chat->network;

	return r->naccess >= (own ? ACCESS_OWN_MAX : ACCESS_MAX);
}

static struct blob *
text_of(struct slice s)
{
	return s.n > 0 ? ircx_text(s) : NULL;
}

bool
access_add(struct room *r, const struct access *like,
    const struct access_words *words)
{
	struct access *a;

	if (access_is_full(r))
		return false;
	r->access =
	    mem_realloc_array(r->access, r->naccess + 1, sizeof(*r->access));
	a = &r->access[r->naccess++];
	*a = *like;
	a->adder = ircx_text(words->adder);
	a->mask = ircx_text(words->mask);
	a->reason = text_of(words->reason);
	a->given = text_of(words->given);
	a->by = text_of(words->by);
	return true;
}

void
access_add_mask(const struct access *a, struct buf *out)
{
	struct slice mask = blob_slice(a->mask);

	if (a->given != NULL)
		mask = blob_slice(a->given);
	else if (slice_ends_nocase(mask, SLICE_LIT("$*")))
		mask = slice_upto(mask, mask.n - 2);
	buf_add_slice(out, mask);
}

static void
drop(struct access *a)
{
	blob_unref(a->mask);
	blob_unref(a->adder);
	blob_unref(a->reason);
	blob_unref(a->given);
	blob_unref(a->by);
}

void
access_remove(struct room *r, struct access *a)
{
	size_t at = (size_t)(a - r->access);

	drop(a);
	r->naccess--;
	memmove(a, a + 1, (r->naccess - at) * sizeof(*a));
}

void
access_free(struct room *r)
{
	for (unsigned i = 0; i < r->naccess; i++)
		drop(&r->access[i]);
	free(r->access);
	r->access = NULL;
	r->naccess = 0;
}

void
access_sweep(struct room *r)
{
	int64_t now = env_wall(r->chat->core->env);

	for (unsigned i = r->naccess; i-- > 0;)
		if (r->access[i].until != 0 && r->access[i].until <= now)
			access_remove(r, &r->access[i]);
}

/*
 * The first level with an entry that fits decides.  Where some are granted and
 * nobody is denied, all others are (chat-ircx 9.4 #4).
 */
enum access_level
access_judge(struct room *r, const struct user *u)
{
	struct buf text = BUF_INIT(256);
	unsigned of[ACCESS_LEVELS] = { 0 };
	enum access_level best = ACCESS_LEVELS;

	access_sweep(r);
	buf_addf(&text, "%s!%s@%s$" CHAT_SERVER, u->nick, u->id,
	    user_domain(u));
	for (unsigned i = 0; i < r->naccess; i++) {
		const struct access *a = &r->access[i];

		of[a->level]++;
		if (a->level < best &&
		    ircx_match(blob_slice(a->mask), buf_slice(&text)))
			best = (enum access_level)a->level;
	}
	buf_free(&text);
	if (best == ACCESS_LEVELS && of[ACCESS_GRANT] > 0 &&
	    of[ACCESS_DENY] == 0)
		return ACCESS_DENY;
	return best;
}

unsigned
access_minutes(const struct room *r, const struct access *a)
{
	int64_t left = a->until - env_wall(r->chat->core->env);

	if (a->until == 0)
		return 0;
	return left > 0 ? (unsigned)((left + 59) / 60) : 1;
}
