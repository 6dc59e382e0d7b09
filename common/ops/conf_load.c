/* SPDX-License-Identifier: MIT */
/* Settings from a file and from the environment. */
#include "common/ops/conf_rows.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum {
	FILE_MAX = 1024 * 1024,
	ERR_MAX = 512,
	SHOWN_MAX = 60
};

struct reader {
	struct conf *conf;
	unsigned seen[CONF_KEYS]; /* the line that set it */
	char err[ERR_MAX];
};

void
conf_complain(char *err, size_t errlen, const char *fmt, ...)
{
	static const char more[] = "\n(and more)";
	size_t n = strlen(err);
	char line[8 * ERR_MAX];
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	len = strlen(line);
	if (n == 0) {
		(void)snprintf(err, errlen, "%s", line);
		return;
	}
	if (n >= sizeof(more) &&
	    strcmp(err + n - (sizeof(more) - 1), more) == 0)
		return;
	if (n + 1 + len + sizeof(more) <= errlen)
		(void)snprintf(err + n, errlen - n, "\n%s", line);
	else
		(void)snprintf(err + n, errlen - n, "%s", more);
}

/*
 * A value ends at the line's end or at a blank and '#'.  In double quotes it
 * may hold both and begin or end with blanks; there are no escapes.
 */
static bool
cut_value(struct slice s, struct conf_line *out)
{
	const char *end_of_line = s.p + s.n;
	size_t end;

	s = slice_trim(s);
	if (s.n > 0 && s.p[0] == '"') {
		s = slice_from(s, 1);
		end = slice_find(s, '"');
		if (end == s.n)
			return false;
		out->value = slice_upto(s, end);
		s = slice_from(s, end + 1);
		out->rest = slice_make(s.p, (size_t)(end_of_line - s.p));
		s = slice_trim(s);
		return s.n == 0 || s.p[0] == '#';
	}
	for (end = 0; end < s.n; end++)
		if (s.p[end] == '#' &&
		    (end == 0 || s.p[end - 1] == ' ' || s.p[end - 1] == '\t'))
			break;
	out->value = slice_trim(slice_upto(s, end));
	s = slice_from(s, out->value.n);
	out->rest = slice_make(s.p, (size_t)(end_of_line - s.p));
	return true;
}

int
conf_read_line(struct slice line, struct conf_line *out, char *err,
    size_t errlen)
{
	struct slice trimmed = slice_trim(line);
	size_t eq;

	*out = (struct conf_line){ 0 };
	if (trimmed.n == 0 || trimmed.p[0] == '#')
		return 0;
	eq = slice_find(line, '=');
	out->name = slice_trim(slice_upto(line, eq));
	if (eq == line.n) {
		snprintf(err, errlen,
		    "\"" SLICE_FMT "\" is no setting; write: name = value",
		    SLICE_ARG(slice_upto(trimmed, SHOWN_MAX)));
		return -1;
	}
	if (!cut_value(slice_from(line, eq + 1), out)) {
		snprintf(err, errlen,
		    SLICE_FMT ": a value in quotes ends with its second quote",
		    SLICE_ARG(slice_upto(out->name, SHOWN_MAX)));
		return -1;
	}
	return 0;
}

static int
take_line(struct reader *r, struct slice line, unsigned number)
{
	struct conf_line l;
	enum conf_key k;

	if (conf_read_line(line, &l, r->err, sizeof(r->err)) < 0)
		return -1;
	if (l.value.p == NULL)
		return 0;
	k = conf_find(l.name);
	if (k != CONF_KEYS && r->seen[k] != 0) {
		snprintf(r->err, sizeof(r->err),
		    "%s is set already in line %u; keep one of them",
		    conf_row(k)->name, r->seen[k]);
		return -1;
	}
	if (k != CONF_KEYS)
		r->seen[k] = number;
	return conf_set(r->conf, l.name, l.value, r->err, sizeof(r->err));
}

int
conf_load_text(struct conf *c, const char *where, struct slice text, char *err,
    size_t errlen)
{
	struct reader r = { .conf = c };
	unsigned number = 0;
	struct slice line;
	int rc = 0;

	err[0] = '\0';
	if (slice_starts(text, SLICE_LIT("\xff\xfe")) ||
	    slice_starts(text, SLICE_LIT("\xfe\xff"))) {
		conf_complain(err, errlen,
		    "%s is written in UTF-16; save it as UTF-8", where);
		return -1;
	}
	/* some editors begin UTF-8 with this mark */
	if (slice_starts(text, SLICE_LIT("\xef\xbb\xbf")))
		text = slice_from(text, 3);
	while (slice_cut(&text, '\n', &line)) {
		number++;
		if (take_line(&r, line, number) < 0) {
			conf_complain(err, errlen, "%s:%u: %s", where, number,
			    r.err);
			rc = -1;
		}
	}
	return rc;
}

int
conf_load_file(struct conf *c, const char *path, char *err, size_t errlen)
{
	struct buf text = BUF_INIT(FILE_MAX);
	int rc = -1;

	if (access(path, F_OK) != 0)
		snprintf(err, errlen, "cannot read the settings file %s: %s",
		    path, strerror(errno));
	else
		rc = conf_read_file(path, &text, err, errlen);
	if (rc == 0)
		rc = conf_load_text(c, path, buf_slice(&text), err, errlen);
	buf_free(&text);
	return rc;
}

/* The key an environment name means, or CONF_KEYS. */
static enum conf_key
find_env(struct slice name)
{
	char env[CONF_ENV_MAX];
	unsigned k;

	for (k = 0; k < CONF_KEYS; k++) {
		conf_env_name((enum conf_key)k, env);
		if (slice_eq_text(name, env))
			break;
	}
	return (enum conf_key)k;
}

/* As a setting would be written: NUDGE_NS_PORT as ns.port. */
static enum conf_key
nearest_env(struct slice name)
{
	char guess[CONF_ENV_MAX];
	size_t n = 0;

	name = slice_from(name, 6);
	for (; n < name.n && n < sizeof(guess); n++) {
		guess[n] = name.p[n];
		if (guess[n] >= 'A' && guess[n] <= 'Z')
			guess[n] = (char)(guess[n] - 'A' + 'a');
		else if (guess[n] == '_')
			guess[n] = '.';
	}
	return conf_nearest(slice_make(guess, n));
}

int
conf_load_env(struct conf *c, char *const *envp, struct buf *warn, char *err,
    size_t errlen)
{
	char why[ERR_MAX];
	char env[CONF_ENV_MAX];
	int rc = 0;

	err[0] = '\0';
	for (; *envp != NULL; envp++) {
		struct slice value = slice_text(*envp);
		struct slice name = slice_upto(value, slice_find(value, '='));
		enum conf_key k;

		value = slice_from(value, name.n + 1);
		if (!slice_starts(name, SLICE_LIT("NUDGE_")))
			continue;
		k = find_env(name);
		if (k == CONF_KEYS) {
			conf_env_name(nearest_env(name), env);
			buf_addf(warn,
			    "environment: there is no setting " SLICE_FMT
			    "; nearest is %s\n",
			    SLICE_ARG(slice_upto(name, SHOWN_MAX)), env);
			continue;
		}
		if (conf_set(c, slice_text(conf_row(k)->name), value, why,
			sizeof(why)) < 0) {
			conf_complain(err, errlen,
			    "environment: " SLICE_FMT ": %s", SLICE_ARG(name),
			    why);
			rc = -1;
		}
	}
	return rc;
}
