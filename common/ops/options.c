/* SPDX-License-Identifier: MIT */
#include "common/ops/options.h"

#include "common/ops/conf_rows.h"

#include <stdio.h>

struct flag {
	const char *name;
	bool takes_value;
	const char *help;
};

/* clang-format off */
static const struct flag flags[] = {
	{ "--config",       true,  "FILE       read settings from FILE" },
	{ "--data",         true,  "DIR        the data folder (data.dir)" },
	{ "--set",          true,  "KEY=VALUE  one setting; may be repeated" },
	{ "--check",        false, "           check the settings and stop" },
	{ "--print-config", false, "           print every setting and stop" },
	{ "--describe",     false, "           explain every setting and stop" },
	{ "--version",      false, "           print the version and stop" },
	{ "--help",         false, "           this text" },
};
/* clang-format on */

void
options_usage(struct buf *out)
{
	buf_add_text(out, "usage: nudged [OPTIONS]\n");
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		buf_addf(out, "  %-15s %s\n", flags[i].name, flags[i].help);
}

static const struct flag *
flag_find(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (slice_eq_text(name, flags[i].name))
			return &flags[i];
	return NULL;
}

/*
 * The flag at argv[*i] and its value, written "--flag value" or
 * "--flag=value"; *i moves behind both.
 */
static const struct flag *
next_flag(const struct options *o, int *i, struct slice *value, char *err,
    size_t errlen)
{
	struct slice word = slice_text(o->argv[(*i)++]);
	size_t eq = slice_find(word, '=');
	const struct flag *f = flag_find(slice_upto(word, eq));

	*value = (struct slice){ 0 };
	if (f == NULL || (eq < word.n && !f->takes_value)) {
		(void)snprintf(err, errlen,
		    "unknown option " SLICE_FMT "; try --help",
		    SLICE_ARG(word));
		return NULL;
	}
	if (eq < word.n)
		*value = slice_from(word, eq + 1);
	else if (f->takes_value && *i < o->argc)
		*value = slice_text(o->argv[(*i)++]);
	if (f->takes_value && value->p == NULL) {
		(void)snprintf(err, errlen, "%s needs a value", f->name);
		return NULL;
	}
	return f;
}

int
options_parse(struct options *o, int argc, char *const *argv, char *const *envp,
    char *err, size_t errlen)
{
	int i = 1;

	*o = (struct options){ .argc = argc, .argv = argv, .envp = envp };
	while (i < argc) {
		struct slice value;
		const struct flag *f = next_flag(o, &i, &value, err, errlen);

		if (f == NULL)
			return -1;
		o->check |= f == &flags[3];
		o->print_config |= f == &flags[4];
		o->describe |= f == &flags[5];
		o->version |= f == &flags[6];
		o->help |= f == &flags[7];
		if (f == &flags[0])
			o->config = value.p;
	}
	return 0;
}

static int
apply_command_line(const struct options *o, struct conf *c, char *err,
    size_t errlen)
{
	char why[512];
	int i = 1;
	int rc = 0;

	err[0] = '\0';
	while (i < o->argc) {
		struct slice value;
		const struct flag *f =
		    next_flag(o, &i, &value, why, sizeof(why));
		struct slice key;
		int r = 0;

		if (f == NULL) {
			conf_complain(err, errlen, "%s", why);
			return -1;
		}
		if (f == &flags[1]) {
			r = conf_set(c, SLICE_LIT("data.dir"), value, why,
			    sizeof(why));
		} else if (f == &flags[2]) {
			size_t eq = slice_find(value, '=');

			key = slice_upto(value, eq);
			r = conf_set(c, slice_trim(key),
			    slice_trim(slice_from(value, eq + 1)), why,
			    sizeof(why));
		}
		if (r != 0) {
			conf_complain(err, errlen, "%s", why);
			rc = -1;
		}
	}
	return rc;
}

struct conf *
options_conf(const struct options *o, struct buf *warn, char *err,
    size_t errlen)
{
	struct conf *c = conf_new();
	char more[4096];
	bool good = true;

	err[0] = '\0';
	if (o->config != NULL)
		good = conf_load_file(c, o->config, err, errlen) == 0;
	if (conf_load_env(c, o->envp, warn, more, sizeof(more)) != 0) {
		conf_complain(err, errlen, "%s", more);
		good = false;
	}
	if (apply_command_line(o, c, more, sizeof(more)) != 0) {
		conf_complain(err, errlen, "%s", more);
		good = false;
	}
	/* rules between values mean nothing while some are missing */
	if (good)
		good = conf_check(c, warn, err, errlen) == 0;
	if (good)
		return c;
	conf_free(c);
	return NULL;
}
