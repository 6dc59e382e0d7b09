/* SPDX-License-Identifier: MIT */
#include "operator/tell.h"

#include "common/base/base.h"
#include "operator/words.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name, *usage, *help;
} commands[] = {
#include "commands.inc"
};

static const char usage[] =
    "usage: nudgectl [--data DIR] [--socket PATH] COMMAND [WORDS]\n"
    "       nudgectl help COMMAND\n"
    "       nudgectl --version\n"
    "\n"
    "DIR is the server's data folder: NUDGE_DATA_DIR, or data, or where only\n"
    "that is there /var/lib/nudge.\n"
    "\n";

static const char own_note[] = "\n"
			       "These need no server:\n"
			       "\n";

bool
tell_row(size_t i, struct tell_row *out)
{
	*out = (struct tell_row){ 0 };
	if (i < ARRAY_LEN(commands)) {
		out->name = commands[i].name;
		out->usage = commands[i].usage;
		out->help = commands[i].help;
		return true;
	}
	i -= ARRAY_LEN(commands);
	if (i >= here_ncommands)
		return false;
	out->here = &here_commands[i];
	out->name = out->here->name;
	out->usage = out->here->usage;
	out->help = out->here->help;
	return true;
}

/* How many of the words are the name; 0: they are another's. */
static int
match(const char *name, char **words, int n)
{
	struct slice rest = slice_text(name), word;
	int used = 0;

	for (; slice_cut(&rest, ' ', &word); used++)
		if (used == n || !slice_eq_text(word, words[used]))
			return 0;
	return used;
}

int
tell_find(char **words, int n, struct tell_row *out)
{
	struct tell_row row;
	int best = 0;

	for (size_t i = 0; tell_row(i, &row); i++) {
		int used = match(row.name, words, n);

		if (used > best) {
			best = used;
			*out = row;
		}
	}
	return best;
}

static void
line(FILE *out, const struct tell_row *row)
{
	(void)fprintf(out, "  %-17s %-34s  %s\n", row->name, row->usage,
	    row->help);
}

void
tell_usage(FILE *out, const struct tell_row *row)
{
	(void)fprintf(out, "usage: nudgectl %s%s%s\n", row->name,
	    row->usage[0] != '\0' ? " " : "", row->usage);
}

void
tell_command(const struct tell_row *row)
{
	struct words_rule rule;

	tell_usage(stdout, row);
	printf("\n%s\n", row->help);
	if (words_rule_option(row->usage, "--password", &rule))
		puts("\nWithout --password it is asked for; --password - reads "
		     "one line from\nstandard input.");
	if (words_rule_option(row->usage, "--json", &rule))
		puts("\n--json prints a list of objects for other programs.");
	if (words_rule_option(row->usage, "--passphrase-file", &rule))
		puts("\nThe passphrase is the first line of F; - is standard "
		     "input.");
}

void
tell_all(FILE *out)
{
	struct tell_row row;
	bool own = false;

	(void)fputs(usage, out);
	for (size_t i = 0; tell_row(i, &row); i++) {
		if (row.here != NULL && !own)
			(void)fputs(own_note, out);
		own = row.here != NULL;
		line(out, &row);
	}
}

/* "user": user add, user list, ... */
static bool
begins(const char *name, const char *word)
{
	size_t n = strlen(word);

	return strncmp(name, word, n) == 0 && name[n] == ' ';
}

bool
tell_group(FILE *out, const char *word)
{
	struct tell_row row;
	bool some = false;

	for (size_t i = 0; tell_row(i, &row); i++) {
		if (!begins(row.name, word))
			continue;
		line(out, &row);
		some = true;
	}
	return some;
}

static bool
is_group(const char *word)
{
	struct tell_row row;

	for (size_t i = 0; tell_row(i, &row); i++)
		if (begins(row.name, word))
			return true;
	return false;
}

void
tell_unknown(char **words, int n)
{
	(void)fprintf(stderr, "nudgectl: there is no command %.60s%s%.60s",
	    words[0], n > 1 ? " " : "", n > 1 ? words[1] : "");
	if (!is_group(words[0])) {
		(void)fputs("; try: nudgectl help\n", stderr);
		return;
	}
	(void)fputs("; there are:\n", stderr);
	(void)tell_group(stderr, words[0]);
}

/* help [COMMAND...] */
int
here_help(const char *dir, char **args, int n)
{
	struct tell_row row;

	(void)dir;
	if (n == 0) {
		tell_all(stdout);
		return EXIT_SUCCESS;
	}
	if (n == 1 && tell_find(args, n, &row) == 0 &&
	    tell_group(stdout, args[0]))
		return EXIT_SUCCESS;
	if (tell_find(args, n, &row) == 0) {
		tell_unknown(args, n);
		return HERE_USAGE;
	}
	tell_command(&row);
	return EXIT_SUCCESS;
}

/* ---- how this was installed ---- */

enum installed {
	BUILT,    /* in a source tree */
	IN_IMAGE, /* of Docker or one like it */
	SERVICE
};

static enum installed
installed(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[n > 0 ? n : 0] = '\0';
	if (strstr(path, "/build/") != NULL)
		return BUILT;
	if (access("/.dockerenv", F_OK) == 0 ||
	    access("/run/.containerenv", F_OK) == 0)
		return IN_IMAGE;
	return SERVICE;
}

const char *
tell_start(void)
{
	switch (installed()) {
	case BUILT:
		return "make run";
	case IN_IMAGE:
		return "docker compose up -d";
	case SERVICE:
		break;
	}
	return "sudo systemctl start nudge";
}

const char *
tell_restart(void)
{
	switch (installed()) {
	case BUILT:
		return "end it and say make run";
	case IN_IMAGE:
		return "docker compose restart server";
	case SERVICE:
		break;
	}
	return "sudo systemctl restart nudge";
}

const char *
tell_allowed(void)
{
	switch (installed()) {
	case BUILT:
		return "run this as the user who runs the server";
	case IN_IMAGE:
		return "run this as the image's own user: docker compose exec "
		       "server nudgectl ...";
	case SERVICE:
		break;
	}
	return "run this as root: sudo nudgectl ...";
}
