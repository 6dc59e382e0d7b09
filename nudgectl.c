/* SPDX-License-Identifier: MIT */
/*
 * nudgectl: says words to the server's control socket (common/ops/control.h)
 * and prints what it answers.  Exit status 0: done, 1: failed, 2: wrong usage.
 */
#include "common/base/num.h"
#include "common/base/panic.h"
#include "common/base/version.h"
#include "common/ops/control.h"
#include "operator/here.h"
#include "operator/here_backup.h"
#include "operator/here_pass.h"
#include "operator/here_settings.h"
#include "operator/tell.h"
#include "operator/words.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
	CONNECT_MS = 5 * 1000,
	REPLY_MS = 120 * 1000 /* of silence */
};

struct ctl {
	const char *dir;
	const char *socket; /* NULL: control.sock in dir */
	struct tell_row row;
	struct words words;
	struct buf request;
	unsigned nwords;
	struct here_backup *backup; /* NULL: another command */
	char password[HERE_PASS_MAX];
};

static void
add_word(struct ctl *ctl, struct slice word)
{
	uint32_t n = (uint32_t)word.n;
	const unsigned char head[4] = { (unsigned char)(n >> 24),
		(unsigned char)(n >> 16), (unsigned char)(n >> 8),
		(unsigned char)n };

	ctl->nwords++;
	buf_add(&ctl->request, head, sizeof(head));
	buf_add_slice(&ctl->request, word);
}

/* ---- passwords ---- */

/* The value of --password in the row is "-": a password of another server,
 * which is not a new one, and which nobody should find in a history. */
static bool
is_other(const struct words_rule *rule)
{
	return slice_eq_text(rule->value, "-");
}

static bool
ask_password(struct ctl *ctl, bool fresh)
{
	char again[HERE_PASS_MAX] = "";
	bool same;

	if (!isatty(STDIN_FILENO)) {
		fputs("nudgectl: no password: give --password PW, or "
		      "--password - and the password on standard input\n",
		    stderr);
		return false;
	}
	if (!here_ask("Password: ", ctl->password, sizeof(ctl->password))) {
		fputs("nudgectl: no password given\n", stderr);
		return false;
	}
	if (fresh && !here_long_enough(ctl->password))
		return here_refuse_short();
	if (fresh && !here_ask("Once more: ", again, sizeof(again))) {
		fputs("nudgectl: no password given\n", stderr);
		return false;
	}
	same = !fresh || strcmp(ctl->password, again) == 0;
	mem_wipe(again, sizeof(again));
	if (!same)
		fputs("nudgectl: the two are not the same; try again\n",
		    stderr);
	return same;
}

static bool
read_stdin(struct ctl *ctl, bool fresh)
{
	if (!here_line(stdin, ctl->password, sizeof(ctl->password))) {
		fputs("nudgectl: no password on standard input\n", stderr);
		return false;
	}
	return !fresh || here_long_enough(ctl->password) || here_refuse_short();
}

/* A password from where it is given, as the row says. */
static bool
add_password(struct ctl *ctl, const struct words_rule *rule)
{
	const struct words_option *given =
	    words_option(&ctl->words, "--password");
	const char *password = ctl->password;

	if (given == NULL) {
		if (!ask_password(ctl, !is_other(rule)))
			return false;
	} else if (strcmp(given->value, "-") == 0) {
		if (!read_stdin(ctl, !is_other(rule)))
			return false;
	} else if (is_other(rule)) {
		fputs("nudgectl: give this password when asked, or with "
		      "--password - on standard input\n",
		    stderr);
		return false;
	} else {
		password = given->value;
		if (!here_long_enough(password))
			fprintf(stderr,
			    "nudgectl: fewer than %d letters: easily guessed\n",
			    HERE_PASS_MIN);
	}
	add_word(ctl, SLICE_LIT("--password"));
	add_word(ctl, slice_text(password));
	return true;
}

/* ---- the words ---- */

/* A file that the server writes: its folder is not ours, so it is absolute. */
static bool
is_path(const struct ctl *ctl, unsigned i)
{
	struct words_rule rule;

	return words_rule_place(ctl->row.usage, i, &rule) &&
	    (slice_eq_text(rule.name, "FILE") ||
		slice_eq_text(rule.name, "FOLDER"));
}

static bool
add_path(struct ctl *ctl, const char *path)
{
	struct buf full = BUF_INIT(8192);
	char *here;

	if (path[0] == '/') {
		add_word(ctl, slice_text(path));
		return true;
	}
	here = getcwd(NULL, 0);
	if (here == NULL) {
		fprintf(stderr, "nudgectl: which folder is this? %s\n",
		    strerror(errno));
		return false;
	}
	buf_addf(&full, "%s/%s", here, path);
	add_word(ctl, buf_slice(&full));
	buf_free(&full);
	free(here);
	return true;
}

/*
 * "--passphrase", or "--passphrase-file F": what the server is told is the
 * key that it makes, and how.
 */
static bool
add_sealed(struct ctl *ctl, const char *file)
{
	struct here_key key;
	bool good = here_new_key(file, &key);

	if (good) {
		add_word(ctl, SLICE_LIT("--sealed"));
		add_word(ctl, slice_text(key.setting));
		add_word(ctl, slice_text(key.hex));
	}
	mem_wipe(&key, sizeof(key));
	return good;
}

static bool
add_option(struct ctl *ctl, const struct words_option *o)
{
	if (strcmp(o->name, "--password") == 0)
		return true; /* add_password() */
	if (ctl->backup != NULL &&
	    (strcmp(o->name, "--force") == 0 || strcmp(o->name, "--keep") == 0))
		return true; /* here_backup_open() */
	if (strcmp(o->name, "--passphrase") == 0 ||
	    strcmp(o->name, "--passphrase-file") == 0)
		return add_sealed(ctl, o->value);
	add_word(ctl, slice_text(o->name));
	if (o->value != NULL)
		add_word(ctl, slice_text(o->value));
	return true;
}

/* The name, the words and then the options: the order the server knows. */
static bool
add_words(struct ctl *ctl)
{
	struct slice name = slice_text(ctl->row.name), word;
	const struct words *w = &ctl->words;
	struct words_rule rule;

	while (slice_cut(&name, ' ', &word))
		add_word(ctl, word);
	for (unsigned i = 0; i < w->nplaces; i++) {
		if (ctl->backup != NULL)
			add_word(ctl, SLICE_LIT("-")); /* we write it */
		else if (!is_path(ctl, i))
			add_word(ctl, slice_text(w->places[i]));
		else if (!add_path(ctl, w->places[i]))
			return false;
	}
	if (words_rule_option(ctl->row.usage, "--password", &rule) &&
	    !add_password(ctl, &rule))
		return false;
	for (unsigned i = 0; i < w->noptions; i++)
		if (!add_option(ctl, &w->options[i]))
			return false;
	buf_add(&ctl->request, "\xff\xff\xff\xff", 4);
	if (buf_ok(&ctl->request) && ctl->nwords <= CONTROL_WORDS_MAX)
		return true;
	fputs("nudgectl: too many words\n", stderr);
	return false;
}

/* ---- the conversation ---- */

/* A connected socket, or -1: nobody is there. */
static int
open_control(const struct ctl *ctl)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct buf path = BUF_INIT(sizeof(to.sun_path) - 1);
	int fd = -1;

	if (ctl->socket != NULL)
		buf_add_text(&path, ctl->socket);
	else
		buf_addf(&path, "%s/control.sock", ctl->dir);
	if (!buf_ok(&path)) {
		errno = ENAMETOOLONG;
		goto out;
	}
	memcpy(to.sun_path, path.p, path.n);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
	    connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0) {
		int why = errno;

		close(fd);
		fd = -1;
		errno = why;
	}
out:
	buf_free(&path);
	return fd;
}

static void
say_nobody(const struct ctl *ctl)
{
	const char *where = ctl->socket != NULL ? ctl->socket : ctl->dir;

	if (errno == ENOENT || errno == ECONNREFUSED)
		fprintf(stderr,
		    "nudgectl: no server is running on %s; start it with: "
		    "%s\n",
		    where, tell_start());
	else if (errno == EACCES || errno == EPERM)
		fprintf(stderr, "nudgectl: %s belongs to another user; %s\n",
		    where, tell_allowed());
	else
		fprintf(stderr, "nudgectl: cannot reach the server on %s: %s\n",
		    where, strerror(errno));
}

static bool
send_request(int fd, struct slice s)
{
	while (s.n > 0) {
		ssize_t n;

		if (!here_wait(fd, POLLOUT, CONNECT_MS))
			return false;
		n = send(fd, s.p, s.n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		s = slice_from(s, n > 0 ? (size_t)n : 0);
	}
	return true;
}

/*
 * Read the reply: what stands behind the status goes to text, or is printed
 * as it comes.  The status, or -1 when the server broke off.
 */
static int
read_reply(int fd, int silence_ms, struct buf *text)
{
	char chunk[16 * 1024];
	int status = -1;

	for (;;) {
		size_t at = 0;
		ssize_t n;

		if (!here_wait(fd, POLLIN, silence_ms)) {
			fputs("nudgectl: the server does not answer\n", stderr);
			return -1;
		}
		n = recv(fd, chunk, sizeof(chunk), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (status < 0) {
			status = (unsigned char)chunk[0];
			at = 1;
		}
		if (text != NULL) {
			buf_add(text, chunk + at, (size_t)n - at);
			continue;
		}
		fwrite(chunk + at, 1, (size_t)n - at,
		    status == 0 ? stdout : stderr);
		fflush(stdout);
	}
	if (status < 0)
		fputs("nudgectl: the server broke off\n", stderr);
	return status;
}

/* ---- backup ---- */

static bool
open_backup(struct ctl *ctl)
{
	const struct words_option *keep = words_option(&ctl->words, "--keep");

	return here_backup_open(ctl->backup, ctl->words.places[0],
	    keep != NULL ? keep->value : NULL,
	    words_option(&ctl->words, "--force") != NULL);
}

/* ---- settings ---- */

static bool
is_change(const struct ctl *ctl)
{
	return strcmp(ctl->row.name, "set") == 0 ||
	    strcmp(ctl->row.name, "unset") == 0;
}

static struct here_settings
settings(const struct ctl *ctl)
{
	return (struct here_settings){ ctl->dir,
		strcmp(ctl->row.name, "set") == 0, ctl->words.places,
		ctl->words.nplaces };
}

/* One more command of one word, said to the same server. */
static int
ask_server(void *ctx, const char *command, struct buf *out)
{
	struct ctl next = { .dir = ((struct ctl *)ctx)->dir,
		.socket = ((struct ctl *)ctx)->socket,
		.request = BUF_INIT(64) };
	int fd = open_control(&next);
	int status = -1;

	add_word(&next, slice_text(command));
	buf_add(&next.request, "\xff\xff\xff\xff", 4);
	if (fd >= 0 && send_request(fd, buf_slice(&next.request)))
		status = read_reply(fd, REPLY_MS, out);
	if (fd >= 0)
		close(fd);
	buf_free(&next.request);
	return status;
}

/* The server says what to write where. */
static int
change(struct ctl *ctl, int fd)
{
	struct here_settings s = settings(ctl);
	struct buf text = BUF_INIT(CONTROL_REPLY_MAX);
	int status = read_reply(fd, REPLY_MS, &text);
	int rc = EXIT_FAILURE;

	if (status == 0)
		rc = here_change(&s, buf_slice(&text), ask_server, ctl);
	else if (status > 0)
		fprintf(stderr, SLICE_FMT, SLICE_ARG(buf_slice(&text)));
	buf_free(&text);
	return rc;
}

static int
run(struct ctl *ctl)
{
	bool trace = strcmp(ctl->row.name, "trace") == 0;
	struct here_backup copy;
	int fd = open_control(ctl);
	int rc = EXIT_FAILURE;

	if (fd < 0 && is_change(ctl) &&
	    (errno == ENOENT || errno == ECONNREFUSED)) {
		struct here_settings s = settings(ctl);

		return here_change_alone(&s);
	}
	if (fd < 0) {
		say_nobody(ctl);
		return EXIT_FAILURE;
	}
	close(fd);
	if (strcmp(ctl->row.name, "backup") == 0)
		ctl->backup = &copy;
	/* Somebody may type a password now; the server would not wait. */
	if (!add_words(ctl))
		return HERE_USAGE;
	if (ctl->backup != NULL && !open_backup(ctl))
		return EXIT_FAILURE;
	fd = open_control(ctl);
	if (fd < 0) {
		say_nobody(ctl);
		if (ctl->backup != NULL)
			(void)here_backup_end(ctl->backup, false);
		return EXIT_FAILURE;
	}
	if (!send_request(fd, buf_slice(&ctl->request))) {
		fputs("nudgectl: the server does not listen\n", stderr);
		if (ctl->backup != NULL)
			(void)here_backup_end(ctl->backup, false);
	} else if (ctl->backup != NULL) {
		rc = here_backup_receive(ctl->backup, fd) ? EXIT_SUCCESS
							  : EXIT_FAILURE;
	} else if (is_change(ctl)) {
		rc = change(ctl, fd);
	} else {
		rc = read_reply(fd, trace ? -1 : REPLY_MS, NULL) == 0
		    ? EXIT_SUCCESS
		    : EXIT_FAILURE;
	}
	close(fd);
	return rc;
}

/* A command that needs no server: its words, then its options. */
static int
run_here(const struct ctl *ctl)
{
	const struct words *w = &ctl->words;
	char *args[WORDS_MAX + 2 * WORDS_OPTIONS];
	int n = 0;

	for (unsigned i = 0; i < w->nplaces; i++)
		args[n++] = w->places[i];
	for (unsigned i = 0; i < w->noptions; i++) {
		args[n++] = w->options[i].name;
		if (w->options[i].value != NULL)
			args[n++] = w->options[i].value;
	}
	return ctl->row.here->run(ctl->dir, args, n);
}

static int
command(struct ctl *ctl, char **words, int n)
{
	char err[256];
	int used = tell_find(words, n, &ctl->row);

	if (used == 0 && n == 2 &&
	    (strcmp(words[1], "--help") == 0 || strcmp(words[1], "-h") == 0) &&
	    tell_group(stdout, words[0]))
		return EXIT_SUCCESS;
	if (used == 0) {
		tell_unknown(words, n);
		return HERE_USAGE;
	}
	if (words_parse(&ctl->words, ctl->row.usage, words + used, n - used,
		err, sizeof(err)) < 0) {
		fprintf(stderr, "nudgectl: %s\n", err);
		tell_usage(stderr, &ctl->row);
		return HERE_USAGE;
	}
	if (ctl->words.help) {
		tell_command(&ctl->row);
		return EXIT_SUCCESS;
	}
	return ctl->row.here != NULL ? run_here(ctl) : run(ctl);
}

/* The service's own folder when there is none here. */
static const char *
default_folder(void)
{
	static const char service[] = "/var/lib/nudge";
	const char *dir = getenv("NUDGE_DATA_DIR");

	if (dir != NULL && dir[0] != '\0')
		return dir;
	if (access("data", F_OK) < 0 && access(service, F_OK) == 0)
		return service;
	return "data";
}

/*
 * What stands before the command: its place among the words, or -1 with the
 * exit status in *rc.
 */
static int
own_options(struct ctl *ctl, int argc, char **argv, int *rc)
{
	static const char own[] = "[--data DIR] [--socket PATH] [--version]";
	const struct words_option *o;
	struct words w;
	char err[256];
	int i = 1;

	while (i < argc && argv[i][0] == '-')
		i += (strcmp(argv[i], "--data") == 0 ||
			 strcmp(argv[i], "--socket") == 0)
		    ? 2
		    : 1;
	if (i > argc)
		i = argc;
	*rc = HERE_USAGE;
	if (words_parse(&w, own, argv + 1, i - 1, err, sizeof(err)) < 0) {
		fprintf(stderr, "nudgectl: %s; try: nudgectl help\n", err);
		return -1;
	}
	if ((o = words_option(&w, "--data")) != NULL)
		ctl->dir = o->value;
	if ((o = words_option(&w, "--socket")) != NULL)
		ctl->socket = o->value;
	if (w.help || words_option(&w, "--version") != NULL) {
		*rc = EXIT_SUCCESS;
		if (w.help)
			tell_all(stdout);
		else
			printf("nudgectl %s\n", nudge_version);
		return -1;
	}
	if (i == argc) {
		tell_all(stderr);
		return -1;
	}
	return i;
}

int
main(int argc, char **argv)
{
	struct ctl ctl = { .request = BUF_INIT(
			       CONTROL_BYTES_MAX + 4 * CONTROL_WORDS_MAX + 4) };
	int i, rc;

	signal(SIGPIPE, SIG_IGN);
	ctl.dir = default_folder();
	i = own_options(&ctl, argc, argv, &rc);
	if (i > 0)
		rc = command(&ctl, argv + i, argc - i);
	if (ctl.request.n > 0)
		mem_wipe(ctl.request.p, ctl.request.n);
	mem_wipe(ctl.password, sizeof(ctl.password));
	buf_free(&ctl.request);
	return rc;
}
