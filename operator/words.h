/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_WORDS_H
#define NUDGE_WORDS_H
/*
 * The words behind a command's name, read as the usage in its row says:
 *   EMAIL [ADDRESS] TEXT...      words, some optional, the last may repeat
 *   [--name NAME] [--a|--b]      options, with a value or without; not both
 *   [--password -]               this value and no other
 */
#include "common/base/slice.h"

enum {
	WORDS_MAX = 64,
	WORDS_OPTIONS = 8,
	WORDS_RULES = 16
};

/* One part of a usage. */
struct words_rule {
	struct slice name;  /* EMAIL or --name */
	struct slice value; /* of an option; n == 0: it takes none */
	bool option, optional, many;
	unsigned group; /* of options only one may be given; 0: no group */
};

struct words_option {
	char *name; /* with its dashes */
	char *value;
};

struct words {
	char *places[WORDS_MAX];
	struct words_option options[WORDS_OPTIONS];
	unsigned nplaces, noptions;
	bool help; /* -h or --help: nothing else counts */
};

/* How many rules a usage has. */
size_t words_rules(const char *usage, struct words_rule rules[WORDS_RULES]);
/* The rule of an option, or of the word at that place; false: there is none. */
bool
words_rule_option(const char *usage, const char *name, struct words_rule *out);
bool words_rule_place(const char *usage, unsigned i, struct words_rule *out);
/*
 * 0, or -1 with a sentence in err.  Options may stand anywhere; "--" ends
 * them.  "--name=value" is cut in two where it stands.
 */
int words_parse(struct words *w, const char *usage, char **argv, int n,
    char *err, size_t errlen);
/* What was given, or NULL. */
const struct words_option *
words_option(const struct words *w, const char *name);

#endif
