/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_HERE_PASS_H
#define NUDGE_HERE_PASS_H
/* Passwords and passphrases, as nudgectl is given them. */
#include "common/auth/passphrase.h"

#include <stdio.h>

enum {
	HERE_PASS_MIN = 8,  /* letters of a new one, as on the pages */
	HERE_PASS_OLD = 16, /* letters that every old program can send */
	HERE_PASS_MAX = 1024
};

/* A line that is not empty, without its end. */
bool here_line(FILE *in, char *out, size_t max);
/* From the terminal that standard input is, not shown. */
bool here_ask(const char *prompt, char *out, size_t max);
/* Has a new password HERE_PASS_MIN letters?  Warns of more than old ones. */
bool here_long_enough(const char *password);
/* False, and says why. */
bool here_refuse_short(void);
/*
 * A passphrase: the first line of file ("-": standard input), or asked for if
 * it is NULL; twice, if a new one is to be given.  False says why.
 */
bool here_passphrase(const char *file, bool twice, char out[HERE_PASS_MAX]);
/* The key of a new one, as hexadecimal digits, and how it is made again. */
struct here_key {
	char setting[PASSPHRASE_SETTING_MAX + 1];
	char hex[2 * PASSPHRASE_KEY_BYTES + 1];
};
bool here_new_key(const char *file, struct here_key *out);

#endif
