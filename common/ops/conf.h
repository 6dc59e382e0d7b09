/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CONF_H
#define NUDGE_CONF_H
/*
 * Settings are rows of settings.def: name, type, default, range, unit,
 * reloadable, help.  Sources, weakest first: enum conf_source.  Of the
 * environment ns.port is NUDGE_NS_PORT, token.ticket-lifetime is
 * NUDGE_TOKEN_TICKET_LIFETIME.
 */
#include "common/base/buf.h"

enum conf_key {
#define SETTING(id, ...) CONF_##id,
#include "common/ops/settings.def"
#undef SETTING
	CONF_KEYS
};

/* Where a value comes from, the weakest first. */
enum conf_source {
	CONF_FROM_DEFAULT,
	CONF_FROM_INSTALLED, /* what the installation has for a default */
	CONF_FROM_FILE,
	CONF_FROM_VARIABLE,
	CONF_FROM_COMMAND_LINE,
	CONF_FROM_OVER /* a file that wins over all else while it is there */
};

struct conf;

/* All defaults. */
struct conf *conf_new(void);
void conf_free(struct conf *c);
/* What is set from now on comes from there. */
void conf_from(struct conf *c, enum conf_source from);
/*
 * Each returns 0, or -1 with a sentence in err that names the setting, the
 * value (never a secret's) and what would be right.  Those that read more than
 * one setting read on, and err has a line for each that is wrong, as far as it
 * holds them.
 */
int conf_set(struct conf *c, struct slice name, struct slice value, char *err,
    size_t errlen);
/* What a settings file says; where names it in err. */
int conf_load_text(struct conf *c, const char *where, struct slice text,
    char *err, size_t errlen);
int conf_load_file(struct conf *c, const char *path, char *err, size_t errlen);
/* A NUDGE_ name that is no setting is only warned about: it may be somebody
 * else's. */
int conf_load_env(struct conf *c, char *const *envp, struct buf *warn,
    char *err, size_t errlen);
/* Rules between settings; warnings are appended to warn, a line each. */
int
conf_check(const struct conf *c, struct buf *warn, char *err, size_t errlen);
/*
 * Take the reloadable values of next; names of others that differ are
 * appended to ignored, a line each.
 */
void conf_adopt(struct conf *c, const struct conf *next, struct buf *ignored);

int64_t conf_int(const struct conf *c, enum conf_key k);
bool conf_bool(const struct conf *c, enum conf_key k);
/* NUL-terminated behind the slice. */
struct slice conf_text(const struct conf *c, enum conf_key k);
enum conf_source conf_source(const struct conf *c, enum conf_key k);
/* Was it given by any source but the defaults? */
bool conf_given(const struct conf *c, enum conf_key k);

/* --print-config: every setting with its value (secrets as ***). */
void conf_print(const struct conf *c, struct buf *out);
/* --describe: every setting with default, range, unit and help. */
void conf_describe(struct buf *out);

/* ---- conf_edit.c: the settings file is changed by a program ---- */
struct conf_change {
	enum conf_key k;
	struct slice value; /* p == NULL: as if it were not set */
};

enum {
	CONF_CHANGES_MAX = 32 /* of one command */
};

/*
 * text with some values changed or taken out.  Comments, order and line ends
 * stay; a new value comes below the line that comments it out, or last.  0, or -1 with
 * a sentence in err: no file can hold that value.
 */
int conf_edit(struct slice text, const struct conf_change *changes, size_t n,
    struct buf *out, char *err, size_t errlen);
/* A whole file; one that is not there is empty. */
int conf_read_file(const char *path, struct buf *out, char *err, size_t errlen);
/* Replace it at once, or make it; owner and mode stay. */
int
conf_write_file(const char *path, struct slice text, char *err, size_t errlen);

/* ---- conf_looser.c: what changed since ---- */
/* In the data folder: what the last server ran with, and below its first line,
 * which says what file it read. */
#define CONF_PAST      "settings.last"
#define CONF_PAST_FILE "# file: "
/* Does it let people do more?  By the row's column LOOSER. */
bool
conf_is_looser(const struct conf *was, const struct conf *now, enum conf_key k);
/* "accounts.signup closed -> open, tls.rc4 off -> on"; of what was given. */
void conf_add_looser(const struct conf *was, const struct conf *now,
    struct buf *out);
/* What conf_print() wrote, by any version: what is no setting is left out. */
void conf_load_past(struct conf *c, struct slice text);

#endif
