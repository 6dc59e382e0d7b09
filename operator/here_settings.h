/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_HERE_SETTINGS_H
#define NUDGE_HERE_SETTINGS_H
/* "nudgectl set" and "unset": the settings file is written here. */
#include "common/base/buf.h"

struct here_settings {
	const char *dir; /* the data folder */
	bool set;        /* words are NAME VALUE ..., else NAME ... */
	char *const *words;
	unsigned n;
};

/* A command said to the server: its status, and what it says. */
typedef int (*here_server)(void *ctx, const char *command, struct buf *out);

/*
 * answer: what the server said to the command, as operator/settings.c tells.
 * The file is written, and the server reads it.  An exit status.
 */
int here_change(const struct here_settings *s, struct slice answer,
    here_server ask, void *ctx);
/* No server runs: the file that it would read.  An exit status. */
int here_change_alone(const struct here_settings *s);

#endif
