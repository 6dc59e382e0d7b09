/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CONF_H
#define NUDGE_CONF_H
/*
 * Settings are rows of settings.def: name, type, default, range, unit,
 * reloadable, help.  Sources, weakest first: defaults, file, environment
 * (ns.port is NUDGE_NS_PORT, token.ticket-lifetime is
 * NUDGE_TOKEN_TICKET_LIFETIME), command line.
 */
#include "common/base/buf.h"

enum conf_key {
#define SETTING(id, ...) CONF_##id,
#include "common/ops/settings.def"
#undef SETTING
	CONF_KEYS
};

struct conf;

/* All defaults. */
struct conf *conf_new(void);
void conf_free(struct conf *c);
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
/* Was it given by any source? */
bool conf_given(const struct conf *c, enum conf_key k);

/* --print-config: every setting with its value (secrets as ***). */
void conf_print(const struct conf *c, struct buf *out);
/* --describe: every setting with default, range, unit and help. */
void conf_describe(struct buf *out);

#endif
