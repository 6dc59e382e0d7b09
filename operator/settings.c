/* SPDX-License-Identifier: MIT */
/*
 * Settings as they are, and whether one may be changed.  The file is written
 * by nudgectl (here_settings.c), as whoever runs that may write it: this
 * program may not write in /etc.
 */
#include "common/ops/conf_rows.h"
#include "operator/listed.h"

static const char *const sources[] = {
	[CONF_FROM_DEFAULT] = "default",
	[CONF_FROM_INSTALLED] = "default",
	[CONF_FROM_FILE] = "file",
	[CONF_FROM_VARIABLE] = "variable",
	[CONF_FROM_COMMAND_LINE] = "command line",
	[CONF_FROM_OVER] = "file that wins",
};

/* The file or the variable; empty for what has no name. */
static struct slice
where(const struct operator_settings *s, enum conf_key k,
    char env[CONF_ENV_MAX])
{
	switch (conf_source(s->conf, k)) {
	case CONF_FROM_FILE:
		return slice_text(s->file);
	case CONF_FROM_VARIABLE:
		conf_env_name(k, env);
		return slice_text(env);
	case CONF_FROM_OVER:
		return slice_text(s->over);
	case CONF_FROM_DEFAULT:
	case CONF_FROM_INSTALLED:
	case CONF_FROM_COMMAND_LINE:
		break;
	}
	return SLICE_LIT("");
}

static void
add_row(struct listed *l, const struct operator_settings *s, enum conf_key k)
{
	struct slice value = conf_written(s->conf, k);
	const char *from = sources[conf_source(s->conf, k)];
	char env[CONF_ENV_MAX];
	struct slice at = where(s, k, env);

	if (conf_row(k)->type == CONF_TYPE_SECRET && value.n > 0)
		value = SLICE_LIT("***");
	if (!l->json) {
		buf_addf(l->out, "%s =%s", conf_row(k)->name,
		    value.n > 0 ? " " : "");
		conf_add_quoted(value, l->out);
		buf_addf(l->out, "  # %s%s" SLICE_FMT "\n", from,
		    at.n > 0 ? " " : "", SLICE_ARG(at));
		return;
	}
	listed_row(l);
	listed_text(l, "setting", slice_text(conf_row(k)->name));
	listed_text(l, "value", value);
	listed_text(l, "from", slice_text(from));
	listed_text(l, "where", at);
	listed_row_end(l);
}

/* The setting of that name; says so when there is none. */
static enum conf_key
named(struct control_call *call, struct slice name)
{
	enum conf_key k = conf_find(name);

	if (k == CONF_KEYS)
		buf_addf(control_out(call),
		    "there is no setting \"" SLICE_FMT "\"; nearest is %s\n",
		    SLICE_ARG(slice_upto(name, 60)),
		    conf_row(conf_nearest(name))->name);
	return k;
}

/* get [NAME] [--json] */
void
operator_get(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;
	struct slice name = control_arg(call, 0);
	bool all = name.p == NULL || slice_eq_text(name, "--json");
	enum conf_key only = all ? CONF_KEYS : named(call, name);
	struct operator_settings s;
	struct listed l;

	if (!all && only == CONF_KEYS) {
		control_done(call, false);
		return;
	}
	op->hooks->settings(op->ctx, &s);
	listed_begin(&l, call);
	for (unsigned k = 0; k < CONF_KEYS; k++)
		if (all || k == only)
			add_row(&l, &s, (enum conf_key)k);
	listed_end(&l);
	control_done(call, true);
}

/* What will still say otherwise when the file says this. */
static void
add_stronger(const struct operator_settings *s, enum conf_key k,
    struct buf *out)
{
	char env[CONF_ENV_MAX];

	switch (conf_source(s->conf, k)) {
	case CONF_FROM_VARIABLE:
		conf_env_name(k, env);
		buf_addf(out, "the variable %s", env);
		break;
	case CONF_FROM_COMMAND_LINE:
		buf_add_text(out, "the server's command line");
		break;
	case CONF_FROM_OVER:
		buf_addf(out, "%s", s->over);
		break;
	case CONF_FROM_DEFAULT:
	case CONF_FROM_INSTALLED:
	case CONF_FROM_FILE:
		break;
	}
}

/*
 * For nudgectl: a line with the file to write, and one for each setting,
 * "reload" or "restart", which it needs, and what wins over the file, if
 * something does.
 */
static void
change(struct control_call *call, struct operator* op,
    const struct conf_change *changes, size_t n)
{
	struct buf *out = control_out(call);
	struct operator_settings s;

	if (!op->hooks->settings_fit(op->ctx, changes, n, out)) {
		control_done(call, false);
		return;
	}
	op->hooks->settings(op->ctx, &s);
	buf_addf(out, "%s\n", s.file);
	for (size_t i = 0; i < n; i++) {
		enum conf_key k = changes[i].k;

		buf_addf(out, "%s ",
		    conf_row(k)->takes == CONF_TAKES_RELOAD ? "reload"
							    : "restart");
		add_stronger(&s, k, out);
		buf_add_char(out, '\n');
	}
	control_done(call, true);
}

void
operator_set(struct control_call *call, void *ctx)
{
	struct conf_change changes[CONF_CHANGES_MAX];
	unsigned words = control_args(call);

	if (words % 2 != 0 || words / 2 > CONF_CHANGES_MAX) {
		buf_add_text(control_out(call),
		    "each NAME needs its VALUE; an empty one is \"\"\n");
		control_done(call, false);
		return;
	}
	for (unsigned i = 0; i < words / 2; i++) {
		changes[i].k = named(call, control_arg(call, 2 * i));
		changes[i].value = control_arg(call, 2 * i + 1);
		if (changes[i].k == CONF_KEYS) {
			control_done(call, false);
			return;
		}
	}
	change(call, ctx, changes, words / 2);
}

void
operator_unset(struct control_call *call, void *ctx)
{
	struct conf_change changes[CONF_CHANGES_MAX];
	unsigned n = control_args(call);

	for (unsigned i = 0; i < n; i++) {
		changes[i].k = named(call, control_arg(call, i));
		changes[i].value = slice_make(NULL, 0);
		if (changes[i].k == CONF_KEYS) {
			control_done(call, false);
			return;
		}
	}
	change(call, ctx, changes, n);
}
