/* SPDX-License-Identifier: MIT */
/*
 * Settings from one run to the next.  What this one goes by is noted in the
 * data folder, so that the next start can say what lets people do more than
 * before.  What variables say is kept where --keep asks for it, as in Docker
 * and with "make run": who types a variable once means it, and would find it
 * gone after the next upgrade.
 */
#include "common/base/log.h"
#include "common/ops/conf_rows.h"
#include "roof/roof.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	TEXT_MAX = 1024 * 1024,
	NAMES_MAX = 8192,
	KEPT_ERR = 4096
};

/* As seen from the root: nudgectl may be in another folder. */
static void
find_file(struct server *s)
{
	char path[OPTIONS_PATH];
	char *here = getcwd(NULL, 0);
	struct buf all = BUF_INIT(sizeof(s->file) - 1);

	if (options_file(&s->opts, path, sizeof(path)) == 0) {
		if (path[0] != '/' && here != NULL)
			buf_addf(&all, "%s/", here);
		buf_add_text(&all, path);
	}
	if (buf_ok(&all) && all.n > 0)
		memcpy(s->file, all.p, all.n);
	buf_free(&all);
	free(here);
}

static void
past_path(const struct server *s, char *out, size_t n, const char *end)
{
	(void)snprintf(out, n, SLICE_FMT "/" CONF_PAST "%s",
	    SLICE_ARG(text(s, CONF_DATA_DIR)), end);
}

/* A settings file that wins for a while is not what the server is told. */
static struct conf *
told_to_keep(const struct server *s)
{
	struct options o = s->opts;
	struct buf warn = BUF_INIT(65536);
	char err[KEPT_ERR];
	struct conf *c;

	o.over = NULL;
	c = options_conf(&o, &warn, err, sizeof(err));
	buf_free(&warn);
	return c;
}

static void
write_past(const struct server *s, const struct conf *now)
{
	struct buf all = BUF_INIT(TEXT_MAX);
	char path[OPTIONS_PATH], fresh[OPTIONS_PATH];
	bool good = false;
	int fd;

	past_path(s, path, sizeof(path), "");
	past_path(s, fresh, sizeof(fresh), ".new");
	buf_addf(&all,
	    CONF_PAST_FILE "%s\n# What nudged went by last.  It is written at "
			   "each start; settings are not read from it.\n",
	    s->file);
	conf_print(now, &all);
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd >= 0) {
		good =
		    buf_ok(&all) && write(fd, all.p, all.n) == (ssize_t)all.n;
		(void)close(fd);
	}
	if (!good || rename(fresh, path) != 0)
		log_warn("settings-not-noted", LOG_T("file", path),
		    LOG_T("text",
			"the next start cannot say which settings let people "
			"do more than these"));
	buf_free(&all);
}

static void
warn_looser(const struct server *s, const struct conf *now)
{
	struct buf all = BUF_INIT(TEXT_MAX), changes = BUF_INIT(TEXT_MAX);
	struct conf *was = conf_new();
	char path[OPTIONS_PATH], err[KEPT_ERR];

	past_path(s, path, sizeof(path), "");
	if (conf_read_file(path, &all, err, sizeof(err)) == 0 && all.n > 0)
		conf_load_past(was, buf_slice(&all));
	conf_add_looser(was, now, &changes);
	if (changes.n > 0)
		log_warn("looser-settings",
		    LOG_S("changed", buf_slice(&changes)),
		    LOG_T("text",
			"people may do more than in the last run; nudgectl "
			"set NAME VALUE changes it"));
	buf_free(&all);
	buf_free(&changes);
	conf_free(was);
}

static void
tell_variables(const struct server *s, struct slice names, const char *err)
{
	if (names.n == 0)
		return;
	if (err[0] != '\0')
		log_warn("variables", LOG_S("settings", names),
		    LOG_T("not-kept", err),
		    LOG_T("text", "these settings count for this start alone"));
	else if (s->opts.keep)
		log_info("variables", LOG_S("settings", names),
		    LOG_T("file", s->file),
		    LOG_T("text",
			"these settings are in the file now and stay; "
			"nudgectl set NAME VALUE changes one"));
	else
		log_info("variables", LOG_S("settings", names),
		    LOG_T("text",
			"these settings count for this start alone; nudgectl "
			"set NAME VALUE keeps one"));
}

/* What variables say: names for people, and changes for the file. */
static size_t
find_variables(const struct conf *now, struct buf *names,
    struct conf_change changes[CONF_KEYS])
{
	size_t n = 0;

	for (unsigned i = 0; i < CONF_KEYS; i++) {
		enum conf_key k = (enum conf_key)i;

		if (conf_source(now, k) != CONF_FROM_VARIABLE ||
		    k == CONF_DATA_DIR)
			continue;
		buf_addf(names, "%s%s", n > 0 ? "," : "", conf_row(k)->name);
		changes[n++] = (struct conf_change){ k, conf_written(now, k) };
	}
	return n;
}

static void
keep_variables(const struct server *s, const struct conf *now)
{
	struct buf was = BUF_INIT(TEXT_MAX), next = BUF_INIT(TEXT_MAX);
	struct buf names = BUF_INIT(NAMES_MAX);
	struct conf_change changes[CONF_KEYS];
	size_t n = find_variables(now, &names, changes);
	char err[KEPT_ERR] = "";

	if (s->opts.keep && n > 0 &&
	    conf_read_file(s->file, &was, err, sizeof(err)) == 0 &&
	    conf_edit(buf_slice(&was), changes, n, &next, err, sizeof(err)) ==
		0 &&
	    !slice_eq(buf_slice(&was), buf_slice(&next)))
		(void)conf_write_file(s->file, buf_slice(&next), err,
		    sizeof(err));
	tell_variables(s, buf_slice(&names), err);
	buf_free(&was);
	buf_free(&next);
	buf_free(&names);
}

void
roof_kept_start(struct server *s)
{
	struct conf *now = told_to_keep(s);

	find_file(s);
	if (now == NULL)
		return;
	warn_looser(s, now);
	keep_variables(s, now);
	write_past(s, now);
	conf_free(now);
}

void
roof_kept_reload(const struct server *s)
{
	struct conf *now = told_to_keep(s);

	if (now == NULL)
		return;
	write_past(s, now);
	conf_free(now);
}

/* ---- what the operator asks ---- */

void
roof_settings(void *ctx, struct operator_settings *out)
{
	const struct server *s = ctx;

	*out = (struct operator_settings){ s->conf, s->file, s->opts.over };
}

/* Each value by itself, so that a wrong one is told without a line number. */
static bool
values_fit(const struct conf_change *changes, size_t n, char *err,
    size_t errlen)
{
	struct conf *c = conf_new();
	char why[512];

	for (size_t i = 0; i < n; i++)
		if (changes[i].value.p != NULL &&
		    conf_set(c, slice_text(conf_row(changes[i].k)->name),
			changes[i].value, why, sizeof(why)) != 0)
			conf_complain(err, errlen, "%s", why);
	conf_free(c);
	return err[0] == '\0';
}

bool
roof_settings_fit(void *ctx, const struct conf_change *changes, size_t n,
    struct buf *out)
{
	struct server *s = ctx;
	struct buf was = BUF_INIT(TEXT_MAX), next = BUF_INIT(TEXT_MAX);
	struct buf warn = BUF_INIT(65536);
	char err[KEPT_ERR] = "";
	struct conf *c = NULL;

	if (values_fit(changes, n, err, sizeof(err)) &&
	    conf_read_file(s->file, &was, err, sizeof(err)) == 0 &&
	    conf_edit(buf_slice(&was), changes, n, &next, err, sizeof(err)) ==
		0) {
		struct slice then =
		    next.n > 0 ? buf_slice(&next) : SLICE_LIT("");

		c = options_conf_if(&s->opts, &then, &warn, err, sizeof(err));
	}
	if (c == NULL)
		buf_addf(out, "%s\n", err);
	conf_free(c);
	buf_free(&was);
	buf_free(&next);
	buf_free(&warn);
	return c != NULL;
}
