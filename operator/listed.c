/* SPDX-License-Identifier: MIT */
#include "operator/listed.h"

#include "common/codec/json.h"

#include <inttypes.h>
#include <time.h>

void
listed_begin(struct listed *l, struct control_call *call)
{
	*l = (struct listed){ .out = control_out(call),
		.json = control_flag(call, "json") };
	if (l->json)
		buf_add_char(l->out, '[');
}

void
listed_row(struct listed *l)
{
	buf_add_text(l->out, l->any ? ",\n{" : "\n{");
	l->any = true;
	l->field = false;
}

static void
key(struct listed *l, const char *name)
{
	if (l->field)
		buf_add_text(l->out, ", ");
	l->field = true;
	buf_addf(l->out, "\"%s\": ", name);
}

void
listed_text(struct listed *l, const char *name, struct slice text)
{
	key(l, name);
	json_add_text(l->out, text);
}

void
listed_number(struct listed *l, const char *name, uint64_t n)
{
	key(l, name);
	buf_add_u64(l->out, n);
}

void
listed_time(struct listed *l, const char *name, int64_t unix_time)
{
	time_t t = (time_t)unix_time;
	char text[32] = "null";
	struct tm tm;

	if (unix_time > 0 && gmtime_r(&t, &tm) != NULL)
		(void)strftime(text, sizeof(text), "\"%Y-%m-%dT%H:%M:%SZ\"",
		    &tm);
	key(l, name);
	buf_add_text(l->out, text);
}

void
listed_bool(struct listed *l, const char *name, bool value)
{
	key(l, name);
	buf_add_text(l->out, value ? "true" : "false");
}

void
listed_row_end(struct listed *l)
{
	buf_add_char(l->out, '}');
}

void
listed_end(struct listed *l)
{
	if (l->json)
		buf_add_text(l->out, l->any ? "\n]\n" : "]\n");
}

static struct slice
without_key(struct slice cell, const char *name)
{
	struct slice k = slice_text(name);

	if (slice_starts(cell, k) && cell.n > k.n && cell.p[k.n] == ' ')
		return slice_from(cell, k.n + 1);
	return cell;
}

void
listed_lines(struct listed *l, struct slice text, const char *const *keys,
    size_t n)
{
	struct slice line, cell;

	while (slice_cut(&text, '\n', &line)) {
		if (slice_find(line, '\t') == line.n)
			continue;
		listed_row(l);
		for (size_t i = 0; i < n && slice_cut(&line, '\t', &cell); i++)
			listed_text(l, keys[i], without_key(cell, keys[i]));
		listed_row_end(l);
	}
}
