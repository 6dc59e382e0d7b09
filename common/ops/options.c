/* SPDX-License-Identifier: MIT */
#include "common/ops/options.h"

#include "common/ops/conf_rows.h"

#include <stdio.h>
#include <unistd.h>

enum {
	CONFIG,
	DATA,
	SET,
	DEFAULT,
	OVER,
	KEEP,
	CHECK,
	PRINT,
	DESCRIBE,
	VERSION,
	HELP
};

struct flag {
	const char *name;
	bool takes_value;
	const char *help;
};

/* clang-format off */
static const struct flag flags[] = {
	[CONFIG] = { "--config", true, "FILE       read settings from FILE; without it from nudge.conf in the data folder" },
	[DATA] = { "--data", true, "DIR        the data folder (data.dir)" },
	[SET] = { "--set", true, "KEY=VALUE  one setting; may be repeated" },
	[DEFAULT] = { "--default", true, "KEY=VALUE  what a setting is when nothing else says; may be repeated" },
	[OVER] = { "--over", true, "FILE       settings that win over all others, while FILE is there" },
	[KEEP] = { "--keep", false, "           write settings given as variables into the settings file" },
	[CHECK] = { "--check", false, "           check the settings and stop" },
	[PRINT] = { "--print-config", false, "           print every setting and stop" },
	[DESCRIBE] = { "--describe", false, "           explain every setting and stop" },
	[VERSION] = { "--version", false, "           print the version and stop" },
	[HELP] = { "--help", false, "           this text" },
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
		o->keep |= f == &flags[KEEP];
		o->check |= f == &flags[CHECK];
		o->print_config |= f == &flags[PRINT];
		o->describe |= f == &flags[DESCRIBE];
		o->version |= f == &flags[VERSION];
		o->help |= f == &flags[HELP];
		if (f == &flags[CONFIG])
			o->config = value.p;
		if (f == &flags[OVER])
			o->over = value.p;
	}
	return 0;
}

static int
set_pair(struct conf *c, struct slice pair, char *err, size_t errlen)
{
	size_t eq = slice_find(pair, '=');

	return conf_set(c, slice_trim(slice_upto(pair, eq)),
	    slice_trim(slice_from(pair, eq + 1)), err, errlen);
}

/* Of the command line what is wanted: settings, or defaults. */
static int
apply_command_line(const struct options *o, struct conf *c, bool defaults,
    char *err, size_t errlen)
{
	char why[512];
	int i = 1;
	int rc = 0;

	err[0] = '\0';
	conf_from(c, defaults ? CONF_FROM_INSTALLED : CONF_FROM_COMMAND_LINE);
	while (i < o->argc) {
		struct slice value;
		const struct flag *f =
		    next_flag(o, &i, &value, why, sizeof(why));
		int r = 0;

		if (f == NULL) {
			conf_complain(err, errlen, "%s", why);
			return -1;
		}
		if (f == &flags[DATA] && !defaults)
			r = conf_set(c, SLICE_LIT("data.dir"), value, why,
			    sizeof(why));
		else if (f == &flags[defaults ? DEFAULT : SET])
			r = set_pair(c, value, why, sizeof(why));
		if (r != 0) {
			conf_complain(err, errlen, "%s", why);
			rc = -1;
		}
	}
	return rc;
}

int
options_file(const struct options *o, char *out, size_t n)
{
	struct conf *c = conf_new();
	struct buf warn = BUF_INIT(64 * 1024);
	char err[4096];
	int len;

	/* what is wrong elsewhere is told when everything is read */
	(void)conf_load_env(c, o->envp, &warn, err, sizeof(err));
	(void)apply_command_line(o, c, false, err, sizeof(err));
	if (o->config != NULL)
		len = snprintf(out, n, "%s", o->config);
	else
		len = snprintf(out, n, SLICE_FMT "/nudge.conf",
		    SLICE_ARG(conf_text(c, CONF_DATA_DIR)));
	buf_free(&warn);
	conf_free(c);
	return len >= 0 && (size_t)len < n ? 0 : -1;
}

/* The settings file, or what it would be. */
static int
apply_file(const struct options *o, struct conf *c, const struct slice *instead,
    char *err, size_t errlen)
{
	char path[OPTIONS_PATH];
	int rc = 0;

	conf_from(c, CONF_FROM_FILE);
	err[0] = '\0';
	if (options_file(o, path, sizeof(path)) != 0) {
		conf_complain(err, errlen,
		    "the settings file's name is too long");
		return -1;
	}
	if (instead != NULL)
		rc = conf_load_text(c, path, *instead, err, errlen);
	else if (o->config != NULL || access(path, F_OK) == 0)
		rc = conf_load_file(c, path, err, errlen);
	if (o->config == NULL && conf_given(c, CONF_DATA_DIR) &&
	    conf_source(c, CONF_DATA_DIR) == CONF_FROM_FILE) {
		conf_complain(err, errlen,
		    "%s: this file is found by data.dir, so it cannot say "
		    "data.dir; use --data or NUDGE_DATA_DIR",
		    path);
		rc = -1;
	}
	return rc;
}

struct conf *
options_conf_if(const struct options *o, const struct slice *instead,
    struct buf *warn, char *err, size_t errlen)
{
	struct conf *c = conf_new();
	char more[4096];
	bool good = true;

	err[0] = '\0';
	if (apply_command_line(o, c, true, more, sizeof(more)) != 0) {
		conf_complain(err, errlen, "%s", more);
		good = false;
	}
	if (apply_file(o, c, instead, more, sizeof(more)) != 0) {
		conf_complain(err, errlen, "%s", more);
		good = false;
	}
	conf_from(c, CONF_FROM_VARIABLE);
	if (conf_load_env(c, o->envp, warn, more, sizeof(more)) != 0) {
		conf_complain(err, errlen, "%s", more);
		good = false;
	}
	if (apply_command_line(o, c, false, more, sizeof(more)) != 0) {
		conf_complain(err, errlen, "%s", more);
		good = false;
	}
	conf_from(c, CONF_FROM_OVER);
	if (o->over != NULL && access(o->over, F_OK) == 0 &&
	    conf_load_file(c, o->over, more, sizeof(more)) != 0) {
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

struct conf *
options_conf(const struct options *o, struct buf *warn, char *err,
    size_t errlen)
{
	return options_conf_if(o, NULL, warn, err, errlen);
}
