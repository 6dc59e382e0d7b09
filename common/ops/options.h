/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_OPTIONS_H
#define NUDGE_OPTIONS_H
/*
 * The command line of nudged, and settings gathered from every source.
 */
#include "common/ops/conf.h"

enum {
	OPTIONS_PATH = 4200
};

struct options {
	const char *config; /* --config FILE, or NULL */
	const char *over;   /* --over FILE, or NULL */
	char *const *argv;
	int argc;
	char *const *envp;
	bool keep, check, print_config, describe, version, help;
};

/* 0, or -1 with a sentence in err.  argv and envp must live on. */
int options_parse(struct options *o, int argc, char *const *argv,
    char *const *envp, char *err, size_t errlen);
/*
 * A conf from defaults, file, environment and command line, checked;
 * warnings are appended to warn.  NULL and a sentence in err.
 */
struct conf *options_conf(const struct options *o, struct buf *warn, char *err,
    size_t errlen);
/* The same, if the settings file said this instead of what it says. */
struct conf *options_conf_if(const struct options *o,
    const struct slice *instead, struct buf *warn, char *err, size_t errlen);
/*
 * The path of the settings file: that of --config, or nudge.conf in the data
 * folder, which need not be there.  -1: it is too long.
 */
int options_file(const struct options *o, char *out, size_t n);
void options_usage(struct buf *out);

#endif
