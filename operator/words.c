/* SPDX-License-Identifier: MIT */
#include "operator/words.h"

#include <stdio.h>

/* ---- usages ---- */

static bool
is_mark(char c)
{
	return c == ' ' || c == '[' || c == ']' || c == '|';
}

/* What stands before a word of a usage. */
struct at {
	unsigned depth, group;
	bool bar;   /* an alternative */
	bool value; /* the value of the option before it */
};

static void
pass_mark(struct at *at, char c)
{
	if (c == '[') {
		at->depth++;
		at->group++;
	} else if (c == ']') {
		at->depth--;
	} else if (c == '|') {
		at->bar = true;
	}
	if (c != ' ')
		at->value = false;
}

static void
take_rule(struct words_rule *r, const struct at *at, struct slice word)
{
	*r = (struct words_rule){ .name = word,
		.option = slice_starts(word, SLICE_LIT("--")),
		.optional = at->depth > 0,
		.group = at->depth > 0 ? at->group : 0 };
	r->many = !r->option && word.n > 3 &&
	    slice_eq_text(slice_from(word, word.n - 3), "...");
	if (r->many)
		r->name = slice_upto(word, word.n - 3);
}

size_t
words_rules(const char *usage, struct words_rule rules[WORDS_RULES])
{
	struct at at = { 0 };
	size_t n = 0;

	while (*usage != '\0') {
		struct slice word = slice_make(usage, 0);

		if (is_mark(*usage)) {
			pass_mark(&at, *usage++);
			continue;
		}
		while (*usage != '\0' && !is_mark(*usage)) {
			usage++;
			word.n++;
		}
		if (at.value) {
			rules[n - 1].value = word;
			at.value = false;
		} else if (!at.bar || slice_starts(word, SLICE_LIT("--"))) {
			if (n == WORDS_RULES)
				break;
			take_rule(&rules[n], &at, word);
			at.value = rules[n++].option;
		}
		at.bar = false;
	}
	return n;
}

bool
words_rule_option(const char *usage, const char *name, struct words_rule *out)
{
	struct words_rule rules[WORDS_RULES];
	size_t n = words_rules(usage, rules);

	for (size_t i = 0; i < n; i++)
		if (rules[i].option && slice_eq_text(rules[i].name, name)) {
			*out = rules[i];
			return true;
		}
	return false;
}

bool
words_rule_place(const char *usage, unsigned i, struct words_rule *out)
{
	struct words_rule rules[WORDS_RULES];
	size_t n = words_rules(usage, rules);

	for (size_t k = 0; k < n; k++) {
		if (rules[k].option)
			continue;
		*out = rules[k];
		if (i == 0 || rules[k].many)
			return true;
		i--;
	}
	return false;
}

/* ---- what was given ---- */

const struct words_option *
words_option(const struct words *w, const char *name)
{
	for (unsigned i = 0; i < w->noptions; i++)
		if (strcmp(w->options[i].name, name) == 0)
			return &w->options[i];
	return NULL;
}

/* "-x" and "--x"; "-", "-5" and "- x" are words. */
static bool
is_option(const char *word)
{
	size_t dashes = strspn(word, "-");
	char c = word[dashes];

	return (dashes == 1 || dashes == 2) &&
	    ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

/* One that excludes this rule, among those given; or NULL. */
static const char *
rival(const struct words *w, const char *usage, const struct words_rule *rule)
{
	struct words_rule other;

	for (unsigned i = 0; i < w->noptions; i++)
		if (words_rule_option(usage, w->options[i].name, &other) &&
		    (slice_eq(other.name, rule->name) ||
			(rule->group != 0 && other.group == rule->group)))
			return w->options[i].name;
	return NULL;
}

/* The option at argv[0]: how many words it takes, or -1. */
static int
take_option(struct words *w, const char *usage, char **argv, int n, char *err,
    size_t errlen)
{
	struct words_rule rule;
	const char *before;
	char *eq = strchr(argv[0], '=');
	char *value = NULL;
	int used = 1;

	if (eq != NULL) {
		*eq = '\0';
		value = eq + 1;
	}
	if (!words_rule_option(usage, argv[0], &rule)) {
		(void)snprintf(err, errlen, "unknown option %s", argv[0]);
		return -1;
	}
	before = rival(w, usage, &rule);
	if (before != NULL || w->noptions == WORDS_OPTIONS) {
		if (before == NULL || strcmp(before, argv[0]) == 0)
			(void)snprintf(err, errlen, "%s is given twice",
			    argv[0]);
		else
			(void)snprintf(err, errlen,
			    "%s and %s do not go together", before, argv[0]);
		return -1;
	}
	if (rule.value.n == 0 && value != NULL) {
		(void)snprintf(err, errlen, "%s takes no value", argv[0]);
		return -1;
	}
	if (rule.value.n > 0 && value == NULL) {
		if (n < 2) {
			(void)snprintf(err, errlen, "%s needs a value: %.*s",
			    argv[0], SLICE_ARG(rule.value));
			return -1;
		}
		value = argv[1];
		used = 2;
	}
	w->options[w->noptions++] = (struct words_option){ argv[0], value };
	return used;
}

static int
count_places(const struct words *w, const char *usage, char *err, size_t errlen)
{
	struct words_rule rule;
	unsigned n = w->nplaces;

	if (n > 0 && !words_rule_place(usage, n - 1, &rule)) {
		unsigned i = 0;

		while (words_rule_place(usage, i, &rule))
			i++;
		(void)snprintf(err, errlen, "\"%.60s\" is one word too many",
		    w->places[i]);
		return -1;
	}
	if (words_rule_place(usage, n, &rule) && !rule.optional &&
	    (n == 0 || !rule.many)) {
		(void)snprintf(err, errlen, SLICE_FMT " is missing",
		    SLICE_ARG(rule.name));
		return -1;
	}
	return 0;
}

int
words_parse(struct words *w, const char *usage, char **argv, int n, char *err,
    size_t errlen)
{
	bool options = true;

	*w = (struct words){ 0 };
	for (int i = 0; i < n;) {
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
			i++;
		} else if (options &&
		    (strcmp(argv[i], "-h") == 0 ||
			strcmp(argv[i], "--help") == 0)) {
			w->help = true;
			return 0;
		} else if (options && is_option(argv[i])) {
			int used =
			    take_option(w, usage, argv + i, n - i, err, errlen);

			if (used < 0)
				return -1;
			i += used;
		} else if (w->nplaces == WORDS_MAX) {
			(void)snprintf(err, errlen, "too many words");
			return -1;
		} else {
			w->places[w->nplaces++] = argv[i++];
		}
	}
	return count_places(w, usage, err, errlen);
}
