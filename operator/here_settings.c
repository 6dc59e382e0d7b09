/* SPDX-License-Identifier: MIT */
#include "operator/here_settings.h"

#include "common/ops/conf_rows.h"
#include "common/ops/options.h"
#include "operator/here.h"
#include "operator/tell.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

enum {
	FILE_MAX = 1024 * 1024,
	ERR_MAX = 4096
};

struct job {
	const struct here_settings *s;
	struct conf_change changes[CONF_CHANGES_MAX];
	unsigned n;
	struct buf path; /* with its NUL */
	struct buf before, after;
	int lock;
	char err[ERR_MAX];
};

/* False, with a sentence, when a name or a value is none. */
static bool
job_begin(struct job *j, const struct here_settings *s)
{
	unsigned step = s->set ? 2 : 1;
	struct conf *c = conf_new();
	char why[512];

	*j = (struct job){ .s = s,
		.path = BUF_INIT(2 * OPTIONS_PATH),
		.before = BUF_INIT(FILE_MAX),
		.after = BUF_INIT(FILE_MAX),
		.lock = -1 };
	if (s->n % step != 0 || s->n / step > CONF_CHANGES_MAX)
		conf_complain(j->err, ERR_MAX,
		    "each NAME needs its VALUE; an empty one is \"\"");
	for (unsigned i = 0; j->err[0] == '\0' && i < s->n; i += step) {
		struct slice name = slice_text(s->words[i]);
		struct conf_change *to = &j->changes[j->n++];

		to->k = conf_find(name);
		if (s->set)
			to->value = slice_text(s->words[i + 1]);
		if ((s->set || to->k == CONF_KEYS) &&
		    conf_set(c, name, to->value, why, sizeof(why)) != 0)
			conf_complain(j->err, ERR_MAX, "%s", why);
	}
	conf_free(c);
	return j->err[0] == '\0';
}

static int
job_end(struct job *j, int status)
{
	if (j->lock >= 0)
		(void)close(j->lock);
	buf_free(&j->path);
	buf_free(&j->before);
	buf_free(&j->after);
	return status;
}

static int
job_fail(struct job *j)
{
	return job_end(j, here_complain(j->err));
}

static void
job_path(struct job *j, struct slice path)
{
	buf_add_slice(&j->path, path);
	buf_add_char(&j->path, '\0');
}

/* The text before and after; whoever else writes waits until the end. */
static bool
job_read(struct job *j)
{
	const char *slash = strrchr(j->path.p, '/');
	struct slice folder = slash == NULL
	    ? SLICE_LIT(".")
	    : slice_make(j->path.p, (size_t)(slash - j->path.p) + 1);
	char *name = slice_dup(folder);

	j->lock = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(name);
	if (j->lock >= 0)
		(void)flock(j->lock, LOCK_EX);
	return conf_read_file(j->path.p, &j->before, j->err, ERR_MAX) == 0 &&
	    conf_edit(buf_slice(&j->before), j->changes, j->n, &j->after,
		j->err, ERR_MAX) == 0;
}

static bool
job_write(struct job *j, const struct buf *text)
{
	return conf_write_file(j->path.p, buf_slice(text), j->err, ERR_MAX) ==
	    0;
}

/* "accounts.signup = closed is in FILE now", and what follows from it. */
static void
confirm(const struct job *j, unsigned i, const char *then)
{
	const char *name = conf_row(j->changes[i].k)->name;
	struct slice value = j->changes[i].value;
	struct buf b = BUF_INIT(8192);

	if (value.p == NULL) {
		buf_addf(&b, "%s is not in %s any more", name, j->path.p);
	} else {
		buf_addf(&b, "%s =%s", name, value.n > 0 ? " " : "");
		conf_add_quoted(value, &b);
		buf_addf(&b, " is in %s now", j->path.p);
	}
	printf(SLICE_FMT "%s\n", SLICE_ARG(buf_slice(&b)), then);
	buf_free(&b);
}

/* How the server takes one, by its answer's line. */
static void
confirm_line(const struct job *j, unsigned i, struct slice line)
{
	struct buf then = BUF_INIT(1024);
	struct slice how;

	(void)slice_cut(&line, ' ', &how);
	if (line.n > 0)
		buf_addf(&then, ", but " SLICE_FMT " wins over it",
		    SLICE_ARG(line));
	else if (slice_eq_text(how, "reload"))
		buf_add_text(&then, ", and the server goes by it");
	else
		buf_addf(&then, "; it counts from the next start: %s",
		    tell_restart());
	buf_add_char(&then, '\0');
	confirm(j, i, then.p);
	buf_free(&then);
}

/* A line that warns of something that was changed. */
static bool
is_about(const struct job *j, struct slice line)
{
	for (unsigned i = 0; i < j->n; i++)
		if (slice_starts(line,
			slice_text(conf_row(j->changes[i].k)->name)))
			return slice_find(line, ':') < line.n;
	return false;
}

/* The running server takes it, or the file is as it was. */
static bool
take(struct job *j, here_server ask, void *ctx)
{
	struct buf said = BUF_INIT(64 * 1024);
	bool good = ask(ctx, "reload", &said) == 0;
	struct slice rest = buf_slice(&said), line;

	while (slice_cut(&rest, '\n', &line))
		if (line.n > 0 && (!good || is_about(j, line)))
			(void)fprintf(stderr, "nudgectl: " SLICE_FMT "\n",
			    SLICE_ARG(line));
	if (!good) {
		(void)job_write(j, &j->before);
		(void)ask(ctx, "reload", &said);
		(void)fprintf(stderr,
		    "nudgectl: nothing is changed, %s is as it was\n",
		    j->path.p);
	}
	buf_free(&said);
	return good;
}

int
here_change(const struct here_settings *s, struct slice answer, here_server ask,
    void *ctx)
{
	struct slice path, lines, line;
	bool live = false;
	struct job j;

	if (!job_begin(&j, s) || !slice_cut(&answer, '\n', &path))
		return job_fail(&j);
	job_path(&j, path);
	if (!job_read(&j) || !job_write(&j, &j.after))
		return job_fail(&j);
	lines = answer;
	while (slice_cut(&lines, '\n', &line))
		live |= slice_starts(line, SLICE_LIT("reload"));
	if (live && !take(&j, ask, ctx))
		return job_end(&j, EXIT_FAILURE);
	for (unsigned i = 0; i < j.n && slice_cut(&answer, '\n', &line); i++)
		confirm_line(&j, i, line);
	return job_end(&j, EXIT_SUCCESS);
}

/* ---- without a server ---- */

/* Which file the last server read: it left a note in the data folder. */
static void
last_file(struct job *j)
{
	static const char service[] = "/etc/nudge/nudge.conf";
	struct buf note = BUF_INIT(OPTIONS_PATH), text = BUF_INIT(FILE_MAX);
	struct slice line, rest;

	buf_addf(&note, "%s/" CONF_PAST, j->s->dir);
	buf_add_char(&note, '\0');
	if (conf_read_file(note.p, &text, j->err, ERR_MAX) == 0) {
		rest = buf_slice(&text);
		if (slice_cut(&rest, '\n', &line) &&
		    slice_starts(line, SLICE_LIT(CONF_PAST_FILE)))
			job_path(j, slice_from(line, strlen(CONF_PAST_FILE)));
	}
	if (j->path.n == 0 && strcmp(j->s->dir, "/var/lib/nudge") == 0 &&
	    access(service, F_OK) == 0)
		job_path(j, slice_text(service));
	if (j->path.n == 0) {
		buf_addf(&j->path, "%s/nudge.conf", j->s->dir);
		buf_add_char(&j->path, '\0');
	}
	buf_free(&note);
	buf_free(&text);
}

/* Would a server start with it? */
static bool
fits(struct job *j)
{
	char *argv[] = { (char[]){ "nudged" }, (char[]){ "--config" },
		j->path.p };
	struct options o = { .config = j->path.p,
		.argv = argv,
		.argc = 3,
		.envp = environ };
	struct slice text =
	    j->after.n > 0 ? buf_slice(&j->after) : SLICE_LIT("");
	struct buf warn = BUF_INIT(64 * 1024);
	struct conf *c = options_conf_if(&o, &text, &warn, j->err, ERR_MAX);

	buf_free(&warn);
	conf_free(c);
	return c != NULL;
}

int
here_change_alone(const struct here_settings *s)
{
	struct job j;

	if (!job_begin(&j, s))
		return job_fail(&j);
	last_file(&j);
	if (!job_read(&j))
		return job_fail(&j);
	/* a file with several mistakes is mended one by one */
	if (!fits(&j))
		(void)fprintf(stderr,
		    "nudgectl: a server would not start with this yet:\n%s\n",
		    j.err);
	if (!job_write(&j, &j.after))
		return job_fail(&j);
	for (unsigned i = 0; i < j.n; i++)
		confirm(&j, i, "; no server runs, the next one goes by it");
	return job_end(&j, EXIT_SUCCESS);
}
