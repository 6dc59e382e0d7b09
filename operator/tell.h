/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TELL_H
#define NUDGE_TELL_H
/* What nudgectl tells of the commands: the rows of commands.c and here.c. */
#include "operator/here.h"

#include <stdio.h>

struct tell_row {
	const char *name, *usage, *help;
	const struct here_command *here; /* NULL: the server does it */
};

/* Row i; false behind the last. */
bool tell_row(size_t i, struct tell_row *out);
/*
 * The command that begins the words: how many words its name has, or 0 when
 * there is none.
 */
int tell_find(char **words, int n, struct tell_row *out);
/* "usage: nudgectl NAME WORDS" */
void tell_usage(FILE *out, const struct tell_row *row);
/* Everything about one. */
void tell_command(const struct tell_row *row);
void tell_all(FILE *out);
/* Those whose name begins with this word and has more; false: none. */
bool tell_group(FILE *out, const char *word);
/* There is no such command; those that begin so, if there are some. */
void tell_unknown(char **words, int n);
/* "start it with: ..." as this program was installed; and how to be allowed. */
const char *tell_start(void);
/* What starts it again, with settings that need it. */
const char *tell_restart(void);
const char *tell_allowed(void);

#endif
