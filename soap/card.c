/* SPDX-License-Identifier: MIT */
#include "soap/card.h"

#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "common/codec/url.h"

bool
card_next(struct slice *rest, struct card_line *line)
{
	struct slice text;

	while (rest->n > 0 && slice_cut(rest, '\n', &text)) {
		size_t eq = slice_find(text, '=');

		if (eq == 0 || eq == text.n)
			continue;
		line->key = slice_upto(text, eq);
		line->value = slice_from(text, eq + 1);
		return true;
	}
	return false;
}

struct slice
card_find(struct slice kept, const char *key)
{
	struct card_line line;

	while (card_next(&kept, &line))
		if (slice_eq_text(line.key, key))
			return line.value;
	return (struct slice){ 0 };
}

static int
compare(struct slice a, struct slice b)
{
	size_t n = size_min(a.n, b.n);
	int order = n > 0 ? memcmp(a.p, b.p, n) : 0;

	if (order != 0)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

/* Where the key is, or would be. */
static unsigned
place_of(const struct card *c, struct slice key)
{
	unsigned at = 0;

	while (at < c->n && compare(c->lines[at].key, key) < 0)
		at++;
	return at;
}

static bool
is_at(const struct card *c, unsigned at, struct slice key)
{
	return at < c->n && slice_eq(c->lines[at].key, key);
}

void
card_read(struct card *c, struct arena *a, struct slice kept)
{
	struct buf plain = BUF_INIT(CARD_VALUE);
	struct card_line line;

	*c = (struct card){ .arena = a };
	while (card_next(&kept, &line)) {
		buf_reset(&plain);
		url_decode(&plain, line.value);
		card_set(c, line.key, buf_slice(&plain));
	}
	buf_free(&plain);
	c->changed = c->refused = false;
}

struct slice
card_get(const struct card *c, struct slice key)
{
	unsigned at = place_of(c, key);

	return is_at(c, at, key) ? c->lines[at].value : (struct slice){ 0 };
}

static void
remove_at(struct card *c, unsigned at, unsigned n)
{
	memmove(&c->lines[at], &c->lines[at + n],
	    (c->n - at - n) * sizeof(c->lines[0]));
	c->n -= n;
	c->changed = true;
}

static bool
insert_at(struct card *c, unsigned at, struct slice key)
{
	if (c->n == CARD_LINES)
		return false;
	key = arena_copy(c->arena, key);
	if (key.p == NULL)
		return false;
	memmove(&c->lines[at + 1], &c->lines[at],
	    (c->n - at) * sizeof(c->lines[0]));
	c->n++;
	c->lines[at] = (struct card_line){ .key = key };
	return true;
}

void
card_set(struct card *c, struct slice key, struct slice value)
{
	unsigned at = place_of(c, key);
	struct slice copy;

	if (value.n == 0) {
		if (is_at(c, at, key))
			remove_at(c, at, 1);
		return;
	}
	copy = arena_copy(c->arena, value);
	if (key.n == 0 || key.n > CARD_KEY || value.n > CARD_VALUE ||
	    !utf8_valid(value) || copy.p == NULL ||
	    (!is_at(c, at, key) && !insert_at(c, at, key))) {
		c->refused = true;
		return;
	}
	c->lines[at].value = copy;
	c->changed = true;
}

void
card_clear(struct card *c, struct slice head)
{
	unsigned at = place_of(c, head), n = 0;

	while (at + n < c->n && slice_starts(c->lines[at + n].key, head))
		n++;
	if (n > 0)
		remove_at(c, at, n);
}

void
card_write(const struct card *c, struct buf *out)
{
	for (unsigned i = 0; i < c->n; i++) {
		buf_add_slice(out, c->lines[i].key);
		buf_add_char(out, '=');
		url_encode_word(out, c->lines[i].value);
		buf_add_char(out, '\n');
	}
}
