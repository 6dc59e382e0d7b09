/* SPDX-License-Identifier: MIT */
/* What changed since another run, and whether people may do more by it. */
#include "common/ops/conf_rows.h"

/* Is every word of a list in the other?  "*" is all there can be. */
static bool
words_in(struct slice list, struct slice other)
{
	struct slice rest, word, w;

	while (slice_cut_word(&list, &word)) {
		bool there = false;

		rest = other;
		while (!there && slice_cut_word(&rest, &w))
			there =
			    slice_eq_nocase(w, word) || slice_eq_text(w, "*");
		if (!there)
			return false;
	}
	return true;
}

static bool
has_more(const struct conf *was, const struct conf *now, enum conf_key k,
    bool zero_is_most)
{
	int64_t a, b;

	switch (conf_row(k)->type) {
	case CONF_TYPE_TEXT:
	case CONF_TYPE_SECRET:
		return !words_in(conf_written(now, k), conf_written(was, k));
	case CONF_TYPE_INT:
	case CONF_TYPE_BOOL:
	case CONF_TYPE_ENUM:
		break;
	}
	a = conf_number(was, k);
	b = conf_number(now, k);
	if (zero_is_most)
		return a != 0 && (b == 0 || b > a);
	return b > a;
}

bool
conf_is_looser(const struct conf *was, const struct conf *now, enum conf_key k)
{
	switch (conf_row(k)->looser) {
	case CONF_LOOSER_SAME:
		return false;
	case CONF_LOOSER_MORE:
		return has_more(was, now, k, false);
	case CONF_LOOSER_LESS:
		return has_more(now, was, k, false);
	case CONF_LOOSER_FREE:
		return has_more(was, now, k, true);
	}
	return false;
}

static void
add_value(struct slice v, struct buf *out)
{
	buf_add_slice(out, v.n > 0 ? v : SLICE_LIT("(nothing)"));
}

void
conf_add_looser(const struct conf *was, const struct conf *now, struct buf *out)
{
	for (unsigned i = 0; i < CONF_KEYS; i++) {
		enum conf_key k = (enum conf_key)i;

		if (!conf_given(was, k) || !conf_is_looser(was, now, k))
			continue;
		buf_addf(out, "%s%s ", out->n > 0 ? ", " : "",
		    conf_row(k)->name);
		add_value(conf_written(was, k), out);
		buf_add_text(out, " -> ");
		add_value(conf_written(now, k), out);
	}
}

void
conf_load_past(struct conf *c, struct slice text)
{
	struct slice line;
	char err[512];

	while (slice_cut(&text, '\n', &line)) {
		struct conf_line l;

		if (conf_read_line(line, &l, err, sizeof(err)) == 0 &&
		    l.value.p != NULL)
			(void)conf_set(c, l.name, l.value, err, sizeof(err));
	}
}
