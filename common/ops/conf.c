/* SPDX-License-Identifier: MIT */
#include "common/base/num.h"
#include "common/base/panic.h"
#include "common/ops/conf_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct value {
	char *text;
	size_t n;
	int64_t num; /* INT, BOOL and the index of an ENUM's choice */
	enum conf_source from;
};

struct conf {
	struct value v[CONF_KEYS];
	enum conf_source from; /* what is set now */
};

enum {
	SHOWN_MAX = 60 /* bytes of a wrong value in a message */
};

static const struct conf_row rows[CONF_KEYS] = {
#define SETTING(id, name, type, def, min, max, unit, takes, looser, help) \
	[CONF_##id] = { name, CONF_TYPE_##type, def, min, max, unit,      \
		CONF_TAKES_##takes, CONF_LOOSER_##looser, help },
#include "common/ops/settings.def"
#undef SETTING
};

const struct conf_row *
conf_row(enum conf_key k)
{
	return &rows[k];
}

enum conf_key
conf_find(struct slice name)
{
	unsigned k = 0;

	while (k < CONF_KEYS && !slice_eq_text(name, rows[k].name))
		k++;
	return (enum conf_key)k;
}

/* Edit distance, in one row of the usual table; b is one of our names. */
static size_t
distance(struct slice a, struct slice b)
{
	size_t row[CONF_ENV_MAX];

	ASSERT(b.n < CONF_ENV_MAX);
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t swap =
			    diagonal + (a.p[i - 1] == b.p[j - 1] ? 0 : 1);
			size_t edit = size_min(row[j], row[j - 1]) + 1;

			diagonal = row[j];
			row[j] = size_min(swap, edit);
		}
	}
	return row[b.n];
}

enum conf_key
conf_nearest(struct slice name)
{
	enum conf_key best = (enum conf_key)0;
	size_t least = SIZE_MAX;

	name = slice_upto(name, CONF_ENV_MAX);
	for (unsigned k = 0; k < CONF_KEYS; k++) {
		size_t d = distance(name, slice_text(rows[k].name));

		if (d < least) {
			least = d;
			best = (enum conf_key)k;
		}
	}
	return best;
}

void
conf_env_name(enum conf_key k, char out[CONF_ENV_MAX])
{
	const char *name = rows[k].name;
	size_t n = 6;

	memcpy(out, "NUDGE_", n);
	for (; *name; name++) {
		ASSERT(n + 1 < CONF_ENV_MAX);
		if (*name >= 'a' && *name <= 'z')
			out[n++] = (char)(*name - 'a' + 'A');
		else if (*name == '.' || *name == '-')
			out[n++] = '_';
		else
			out[n++] = *name;
	}
	out[n] = '\0';
}

struct slice
conf_choices(enum conf_key k)
{
	struct slice help = slice_text(rows[k].help);

	return slice_upto(help, slice_find(help, ':'));
}

static void
put(struct conf *c, enum conf_key k, struct slice text, int64_t num)
{
	struct value *v = &c->v[k];

	if (v->text != NULL) {
		mem_wipe(v->text, v->n);
		free(v->text);
	}
	v->text = mem_copy_text(text.p, text.n);
	v->n = text.n;
	v->num = num;
}

/* Say what would have been right. */
static int
wrong(enum conf_key k, struct slice value, char *err, size_t errlen)
{
	const struct conf_row *r = &rows[k];
	struct buf b = BUF_INIT(4096);

	buf_addf(&b, "%s: ", r->name);
	if (r->type == CONF_TYPE_SECRET) {
		buf_add_text(&b, "the value given");
	} else {
		value = slice_upto(value, SHOWN_MAX);
		buf_add_char(&b, '"');
		for (size_t i = 0; i < value.n; i++) {
			unsigned char ch = (unsigned char)value.p[i];

			buf_add_char(&b, ch < ' ' ? '?' : value.p[i]);
		}
		buf_add_char(&b, '"');
	}
	switch (r->type) {
	case CONF_TYPE_INT:
		buf_addf(&b, " is no number from %" PRId64 " to %" PRId64,
		    r->min, r->max);
		break;
	case CONF_TYPE_BOOL:
		buf_add_text(&b, " is neither on nor off");
		break;
	case CONF_TYPE_ENUM:
		buf_addf(&b, " is none of " SLICE_FMT,
		    SLICE_ARG(conf_choices(k)));
		break;
	case CONF_TYPE_TEXT:
	case CONF_TYPE_SECRET:
		buf_addf(&b,
		    " has not %" PRId64 " to %" PRId64
		    " bytes without control characters",
		    r->min, r->max);
		break;
	}
	snprintf(err, errlen, SLICE_FMT, SLICE_ARG(buf_slice(&b)));
	buf_free(&b);
	return -1;
}

static bool
parse_bool(struct slice s, int64_t *num)
{
	static const char *const yes[] = { "on", "yes", "true", "1" };
	static const char *const no[] = { "off", "no", "false", "0" };

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		*num = slice_eq_text(s, yes[i]);
		if (*num || slice_eq_text(s, no[i]))
			return true;
	}
	return false;
}

static bool
parse_choice(enum conf_key k, struct slice s, int64_t *num)
{
	struct slice rest = conf_choices(k);
	struct slice word;

	for (*num = 0; slice_cut(&rest, '|', &word); ++*num)
		if (slice_eq(word, s))
			return true;
	return false;
}

static bool
text_fits(const struct conf_row *r, struct slice s)
{
	if ((int64_t)s.n < r->min || (int64_t)s.n > r->max)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return true;
}

static bool
parse(enum conf_key k, struct slice s, int64_t *num)
{
	const struct conf_row *r = &rows[k];

	*num = 0;
	switch (r->type) {
	case CONF_TYPE_INT:
		return num_parse_i64(s, num) && *num >= r->min &&
		    *num <= r->max;
	case CONF_TYPE_BOOL:
		return parse_bool(s, num);
	case CONF_TYPE_ENUM:
		return parse_choice(k, s, num);
	case CONF_TYPE_TEXT:
	case CONF_TYPE_SECRET:
		return text_fits(r, s);
	}
	return false;
}

struct conf *
conf_new(void)
{
	struct conf *c = mem_alloc(sizeof(*c));

	for (unsigned k = 0; k < CONF_KEYS; k++) {
		struct slice def = slice_text(rows[k].def);
		int64_t num;
		bool good = parse((enum conf_key)k, def, &num);

		ASSERT(good);
		put(c, (enum conf_key)k, def, num);
	}
	c->from = CONF_FROM_COMMAND_LINE;
	return c;
}

void
conf_free(struct conf *c)
{
	if (c == NULL)
		return;
	for (unsigned k = 0; k < CONF_KEYS; k++) {
		mem_wipe(c->v[k].text, c->v[k].n);
		free(c->v[k].text);
	}
	free(c);
}

void
conf_from(struct conf *c, enum conf_source from)
{
	c->from = from;
}

int
conf_set(struct conf *c, struct slice name, struct slice value, char *err,
    size_t errlen)
{
	enum conf_key k = conf_find(name);
	int64_t num;

	if (k == CONF_KEYS) {
		snprintf(err, errlen,
		    "there is no setting \"" SLICE_FMT "\"; nearest is %s",
		    SLICE_ARG(slice_upto(name, SHOWN_MAX)),
		    rows[conf_nearest(name)].name);
		return -1;
	}
	if (!parse(k, value, &num))
		return wrong(k, value, err, errlen);
	if (rows[k].type == CONF_TYPE_BOOL)
		value = num ? SLICE_LIT("on") : SLICE_LIT("off");
	put(c, k, value, num);
	c->v[k].from = c->from;
	return 0;
}

void
conf_adopt(struct conf *c, const struct conf *next, struct buf *ignored)
{
	for (unsigned k = 0; k < CONF_KEYS; k++) {
		const struct value *v = &next->v[k];
		struct slice now = conf_written(c, (enum conf_key)k);
		struct slice then = slice_make(v->text, v->n);

		if (rows[k].takes == CONF_TAKES_FIXED) {
			if (!slice_eq(now, then))
				buf_addf(ignored, "%s\n", rows[k].name);
			continue;
		}
		put(c, (enum conf_key)k, then, v->num);
		c->v[k].from = v->from;
	}
}

int64_t
conf_int(const struct conf *c, enum conf_key k)
{
	ASSERT(rows[k].type == CONF_TYPE_INT);
	return c->v[k].num;
}

int64_t
conf_number(const struct conf *c, enum conf_key k)
{
	return c->v[k].num;
}

bool
conf_bool(const struct conf *c, enum conf_key k)
{
	ASSERT(rows[k].type == CONF_TYPE_BOOL);
	return c->v[k].num != 0;
}

struct slice
conf_text(const struct conf *c, enum conf_key k)
{
	ASSERT(rows[k].type != CONF_TYPE_INT && rows[k].type != CONF_TYPE_BOOL);
	return conf_written(c, k);
}

struct slice
conf_written(const struct conf *c, enum conf_key k)
{
	return slice_make(c->v[k].text, c->v[k].n);
}

enum conf_source
conf_source(const struct conf *c, enum conf_key k)
{
	return c->v[k].from;
}

bool
conf_given(const struct conf *c, enum conf_key k)
{
	return c->v[k].from != CONF_FROM_DEFAULT;
}
