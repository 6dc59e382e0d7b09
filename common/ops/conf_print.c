/* SPDX-License-Identifier: MIT */
/* What --print-config and --describe show. */
#include "common/ops/conf_rows.h"

#include <inttypes.h>

/* Would the file's reader take it as it is? */
static bool
needs_quotes(struct slice s)
{
	if (s.n == 0)
		return false;
	return slice_trim(s).n != s.n || s.p[0] == '"' || s.p[0] == '#' ||
	    slice_find_slice(s, SLICE_LIT(" #")) != s.n;
}

void
conf_add_quoted(struct slice value, struct buf *out)
{
	const char *quote = needs_quotes(value) ? "\"" : "";

	buf_addf(out, "%s" SLICE_FMT "%s", quote, SLICE_ARG(value), quote);
}

void
conf_print(const struct conf *c, struct buf *out)
{
	for (unsigned k = 0; k < CONF_KEYS; k++) {
		const struct conf_row *r = conf_row((enum conf_key)k);
		struct slice v = conf_written(c, (enum conf_key)k);

		if (r->type == CONF_TYPE_SECRET && v.n > 0)
			v = SLICE_LIT("***");
		buf_addf(out, "%s =%s", r->name, v.n > 0 ? " " : "");
		conf_add_quoted(v, out);
		buf_add_char(out, '\n');
	}
}

static void
add_range(struct buf *out, enum conf_key k)
{
	const struct conf_row *r = conf_row(k);

	switch (r->type) {
	case CONF_TYPE_INT:
		buf_addf(out, "%" PRId64 " to %" PRId64, r->min, r->max);
		if (r->unit[0] != '\0')
			buf_addf(out, " (%s)", r->unit);
		break;
	case CONF_TYPE_BOOL:
		buf_add_text(out, "on or off");
		break;
	case CONF_TYPE_ENUM:
		buf_add_slice(out, conf_choices(k));
		break;
	case CONF_TYPE_TEXT:
		buf_addf(out, "%s of at most %" PRId64 " bytes",
		    r->unit[0] != '\0' ? r->unit : "text", r->max);
		break;
	case CONF_TYPE_SECRET:
		buf_addf(out, "secret of at most %" PRId64 " bytes", r->max);
		break;
	}
}

void
conf_describe(struct buf *out)
{
	for (unsigned k = 0; k < CONF_KEYS; k++) {
		const struct conf_row *r = conf_row((enum conf_key)k);
		struct slice help = slice_text(r->help);
		char env[CONF_ENV_MAX];

		if (r->type == CONF_TYPE_ENUM)
			help = slice_trim(slice_from(help,
			    conf_choices((enum conf_key)k).n + 1));
		conf_env_name((enum conf_key)k, env);
		buf_addf(out, "%s =%s%s\n    " SLICE_FMT "\n    ", r->name,
		    r->def[0] != '\0' ? " " : "", r->def, SLICE_ARG(help));
		add_range(out, (enum conf_key)k);
		buf_addf(out, "; %s; %s\n\n", env,
		    r->takes == CONF_TAKES_RELOAD ? "taken by reload"
						  : "needs a restart");
	}
}
