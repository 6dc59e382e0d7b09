/* SPDX-License-Identifier: MIT */
/* Scripts that complete nudgectl's commands, made from their rows. */
#include "operator/tell.h"

#include "operator/words.h"

#include <stdlib.h>
#include <string.h>

/* A word that may follow, and for fish what it means. */
typedef void (*say_fn)(const char *after, struct slice word, const char *help);

/* Once each: the first words of names, or the second ones behind first. */
static void
each_word(const char *first, say_fn say)
{
	struct tell_row row, other;
	size_t skip = first[0] != '\0' ? strlen(first) + 1 : 0;

	for (size_t i = 0; tell_row(i, &row); i++) {
		struct slice word = slice_text(row.name);
		bool again = false;

		if (skip != 0 &&
		    (strncmp(row.name, first, skip - 1) != 0 ||
			row.name[skip - 1] != ' '))
			continue;
		word = slice_from(word, skip);
		word = slice_upto(word, slice_find(word, ' '));
		for (size_t k = 0; skip == 0 && k < i && !again; k++) {
			(void)tell_row(k, &other);
			again = slice_eq(word,
			    slice_upto(slice_text(other.name),
				slice_find(slice_text(other.name), ' ')));
		}
		if (!again)
			say(first, word,
			    skip != 0 || row.name[word.n] == '\0' ? row.help
								  : "");
	}
}

/* The options of a command, and the words it chooses from. */
static void
each_option(const struct tell_row *row, say_fn say)
{
	struct words_rule rules[WORDS_RULES];
	size_t n = words_rules(row->usage, rules);

	for (size_t i = 0; i < n; i++)
		if (rules[i].option)
			say(row->name, rules[i].name, "");
	say(row->name, SLICE_LIT("--help"), "");
}

static bool
wants_file(const struct tell_row *row)
{
	return strstr(row->usage, "FILE") != NULL ||
	    strstr(row->usage, "FOLDER") != NULL;
}

/* ---- bash and zsh ---- */

static void
say_plain(const char *after, struct slice word, const char *help)
{
	(void)after;
	(void)help;
	printf(" " SLICE_FMT, SLICE_ARG(word));
}

/* "case" of what was said before the word: the words that may follow. */
static void
cases(void)
{
	struct tell_row row;

	printf("\t'') choice='");
	each_word("", say_plain);
	puts(" --data --socket --help --version' ;;");
	for (size_t i = 0; tell_row(i, &row); i++) {
		printf("\t'%s') choice='", row.name);
		each_option(&row, say_plain);
		each_word(row.name, say_plain);
		printf("'%s ;;\n", wants_file(&row) ? " files=1" : "");
	}
}

/* First words that are no command of their own: "user". */
static void
say_group(const char *after, struct slice word, const char *help)
{
	char *name = slice_dup(word);
	struct tell_row row;

	(void)after;
	(void)help;
	if (tell_find(&name, 1, &row) == 0) {
		printf("\t'%s') choice='", name);
		each_word(name, say_plain);
		puts("' ;;");
	}
	free(name);
}

/*
 * "said" grows by a word as long as that makes a command, or what commands
 * begin with.
 */
static void
shell(const char *head, const char *array, const char *first,
    const char *current)
{
	struct tell_row row;

	printf("%s\tlocal said='' next choice='' files='' skip='' i\n"
	       "\tfor ((i = %s; i < %s; i++)); do\n"
	       "\t\tnext=${%s[i]}\n"
	       "\t\tif [ -n \"$skip\" ]; then skip=; continue; fi\n"
	       "\t\tcase $next in\n"
	       "\t\t--data|--socket) skip=1; continue ;;\n"
	       "\t\t-*) continue ;;\n"
	       "\t\tesac\n"
	       "\t\tcase \"$said $next\" in\n\t\t",
	    head, first, current, array);
	for (size_t i = 0; tell_row(i, &row); i++) {
		const char *gap = strchr(row.name, ' ');

		printf("%s' %s'", i > 0 ? "|" : "", row.name);
		if (gap != NULL)
			printf("|' %.*s'", (int)(gap - row.name), row.name);
	}
	puts(") said=\"$said $next\" ;;\n"
	     "\t\tesac\n"
	     "\tdone\n"
	     "\tcase ${said# } in");
	cases();
	each_word("", say_group);
	puts("\tesac");
}

static void
bash(void)
{
	shell("# bash completion for nudgectl\n_nudgectl()\n{\n", "COMP_WORDS",
	    "1", "COMP_CWORD");
	puts("\tlocal cur=${COMP_WORDS[COMP_CWORD]}\n"
	     "\tCOMPREPLY=($(compgen -W \"$choice\" -- \"$cur\"))\n"
	     "\t[ -z \"$files\" ] || [[ $cur == -* ]] ||\n"
	     "\t\tCOMPREPLY+=($(compgen -f -- \"$cur\"))\n"
	     "}\n"
	     "complete -o filenames -F _nudgectl nudgectl");
}

static void
zsh(void)
{
	shell("#compdef nudgectl\n_nudgectl()\n{\n", "words", "2", "CURRENT");
	puts("\tcompadd -- ${=choice}\n"
	     "\t[ -z \"$files\" ] || _files\n"
	     "}\n"
	     "_nudgectl \"$@\"");
}

/* ---- fish ---- */

static void
say_fish(const char *after, struct slice word, const char *help)
{
	printf(
	    "complete -c nudgectl -n '__nudgectl_said \"%s\"' -f -a '" SLICE_FMT
	    "'",
	    after, SLICE_ARG(word));
	if (help[0] != '\0') {
		printf(" -d '");
		for (; *help != '\0'; help++)
			printf("%s%c", *help == '\'' ? "\\" : "", *help);
		putchar('\'');
	}
	putchar('\n');
}

static void
say_fish_group(const char *after, struct slice word, const char *help)
{
	char *name = slice_dup(word);

	(void)after;
	(void)help;
	each_word(name, say_fish);
	free(name);
}

static void
fish(void)
{
	struct tell_row row;

	puts("# fish completion for nudgectl\n"
	     "function __nudgectl_said\n"
	     "\tset -l said (commandline -opc)[2..-1]\n"
	     "\tset -l skip\n"
	     "\tset -l words\n"
	     "\tfor word in $said\n"
	     "\t\tif set -q skip[1]\n"
	     "\t\t\tset -e skip\n"
	     "\t\t\tset -l skip\n"
	     "\t\telse if contains -- $word --data --socket\n"
	     "\t\t\tset skip 1\n"
	     "\t\telse if not string match -q -- '-*' $word\n"
	     "\t\t\tset -a words $word\n"
	     "\t\tend\n"
	     "\tend\n"
	     "\ttest \"$choice\" = \"$argv[1]\"\n"
	     "\tor string match -q -- \"$argv[1] *\" \"$choice\"\n"
	     "\tand test -n \"$argv[1]\"\n"
	     "end\n"
	     "complete -c nudgectl -s h -l help -f\n"
	     "complete -c nudgectl -l version -f\n"
	     "complete -c nudgectl -l data -r\n"
	     "complete -c nudgectl -l socket -r");
	each_word("", say_fish);
	each_word("", say_fish_group);
	for (size_t i = 0; tell_row(i, &row); i++) {
		each_option(&row, say_fish);
		if (wants_file(&row))
			printf("complete -c nudgectl -n '__nudgectl_said "
			       "\"%s\"' -F\n",
			    row.name);
	}
}

/* completion SHELL */
int
here_completion(const char *dir, char **args, int n)
{
	static const struct {
		const char *name;
		void (*say)(void);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

	(void)dir;
	for (size_t i = 0; n == 1 && i < ARRAY_LEN(shells); i++)
		if (strcmp(args[0], shells[i].name) == 0) {
			shells[i].say();
			return EXIT_SUCCESS;
		}
	(void)here_complain("completion: bash, zsh or fish");
	return HERE_USAGE;
}
