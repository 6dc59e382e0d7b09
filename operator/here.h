/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_HERE_H
#define NUDGE_HERE_H
/* What nudgectl does by itself, without a server. */
#include <stddef.h>

struct here_command {
	const char *name;  /* one word */
	const char *usage; /* the words behind the name */
	const char *help;
	int min_args, max_args;
	/* dir: the data folder.  An exit status; says what went wrong. */
	int (*run)(const char *dir, char **args, int n);
};

extern const struct here_command here_commands[];
extern const size_t here_ncommands;

/* EXIT_FAILURE, and err on standard error. */
int here_complain(const char *err);

/* ---- the rows' functions, by file ---- */
/* restore.c */
int here_restore(const char *dir, char **args, int n);

#endif
