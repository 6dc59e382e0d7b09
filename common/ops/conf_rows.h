/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CONF_ROWS_H
#define NUDGE_CONF_ROWS_H
/* The rows of settings.def as data, for what reads, shows or writes settings
 * of whatever name. */
#include "common/ops/conf.h"

enum conf_type {
	CONF_TYPE_INT,
	CONF_TYPE_BOOL,
	CONF_TYPE_TEXT,
	CONF_TYPE_ENUM,
	CONF_TYPE_SECRET
};

enum conf_reload {
	CONF_TAKES_RELOAD,
	CONF_TAKES_FIXED
};

enum conf_looser {
	CONF_LOOSER_SAME,
	CONF_LOOSER_MORE,
	CONF_LOOSER_LESS,
	CONF_LOOSER_FREE
};

struct conf_row {
	const char *name;
	enum conf_type type;
	const char *def;
	int64_t min, max;
	const char *unit;
	enum conf_reload takes;
	enum conf_looser looser;
	const char *help;
};

enum {
	CONF_ENV_MAX = 64 /* NUDGE_..., with its NUL */
};

const struct conf_row *conf_row(enum conf_key k);
/* The row's key, or CONF_KEYS. */
enum conf_key conf_find(struct slice name);
/* The key whose name takes the fewest changes to become name. */
enum conf_key conf_nearest(struct slice name);
/* ns.port is NUDGE_NS_PORT. */
void conf_env_name(enum conf_key k, char out[CONF_ENV_MAX]);
/* The words before the colon of an ENUM's help. */
struct slice conf_choices(enum conf_key k);
/* INT, BOOL and the place of an ENUM's choice. */
int64_t conf_number(const struct conf *c, enum conf_key k);
/* The value as it is written in a file. */
struct slice conf_written(const struct conf *c, enum conf_key k);

/* What a line of a settings file says. */
struct conf_line {
	struct slice name, value; /* value.p == NULL: a comment */
	struct slice rest;        /* behind the value: a comment, blanks */
};

/* 0, or -1 with a sentence in err. */
int conf_read_line(struct slice line, struct conf_line *out, char *err,
    size_t errlen);
/* The value as a file has it, in quotes where it needs them. */
void conf_add_quoted(struct slice value, struct buf *out);

/* One more sentence, on a line of its own; err begins empty. */
void
conf_complain(char *err, size_t errlen, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* ---- conf_address.c: settings that are lists of addresses ---- */
/* 0, or -1 with a sentence in err. */
int conf_check_addresses(const struct conf *c, char *err, size_t errlen);
/* Would a socket of one list be in the way of one of the other? */
bool conf_addresses_meet(struct slice a, struct slice b);
void conf_warn_addresses(const struct conf *c, struct buf *warn);

#endif
