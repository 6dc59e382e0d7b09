/* SPDX-License-Identifier: MIT */
/*
 * nudgectl: says words to the server's control socket (common/ops/control.h)
 * and prints what it answers.  Exit status 0: done, 1: failed, 2: wrong usage.
 */
#include "common/base/num.h"
#include "common/base/panic.h"
#include "common/ops/control.h"
#include "operator/here.h"
#include "operator/here_pass.h"

#include <errno.h>
#include <netdb.h>
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
	REPLY_MS = 120 * 1000, /* of silence */
	ACCEPT_MS = 3 * 1000,  /* a listener asked by ping */
	EXIT_USAGE = 2
};

struct ctl {
	const char *dir;
	const char *socket; /* NULL: control.sock in dir */
	struct buf request;
	unsigned nwords;
	char password[HERE_PASS_MAX];
};

static const char usage[] =
    "usage: nudgectl [--data DIR] [--socket PATH] COMMAND [WORDS]\n"
    "\n"
    "DIR is the server's data folder: NUDGE_DATA_DIR, or data, or where only\n"
    "that is there /var/lib/nudge.\n";

/* For when no server is there to be asked. */
static const struct {
	const char *name, *usage, *help;
} commands[] = {
#include "commands.inc"
};

static const char notes[] = "\n"
			    "These need no server:\n"
			    "\n";

static const char password_note[] =
    "\n"
    "Without --password it is asked for; --password - reads one line.  backup\n"
    "takes --passphrase-file F, too, as restore does: its first line.\n";

static void
say_row(const char *name, const char *words, const char *help)
{
	printf("  %-17s %-36s %s\n", name, words, help);
}

static void
say_own(void)
{
	fputs(notes, stdout);
	for (size_t i = 0; i < here_ncommands; i++)
		say_row(here_commands[i].name, here_commands[i].usage,
		    here_commands[i].help);
	fputs(password_note, stdout);
}

static void
say_all(void)
{
	fputs("\n", stdout);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		say_row(commands[i].name, commands[i].usage, commands[i].help);
	say_own();
}

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

static bool
ask_password(struct ctl *ctl, bool twice)
{
	char again[HERE_PASS_MAX] = "";
	bool same;

	if (!isatty(STDIN_FILENO)) {
		fputs("nudgectl: no password: give --password PW, or "
		      "--password - and the password on standard input\n",
		    stderr);
		return false;
	}
	if (!here_ask("Password: ", ctl->password, sizeof(ctl->password)) ||
	    (twice && !here_ask("Once more: ", again, sizeof(again)))) {
		fputs("nudgectl: no password given\n", stderr);
		return false;
	}
	same = !twice || strcmp(ctl->password, again) == 0;
	mem_wipe(again, sizeof(again));
	if (!same)
		fputs("nudgectl: the two are not the same; try again\n",
		    stderr);
	return same;
}

static bool
read_stdin(struct ctl *ctl)
{
	if (here_line(stdin, ctl->password, sizeof(ctl->password)))
		return true;
	fputs("nudgectl: no password on standard input\n", stderr);
	return false;
}

/* A password of another server, which nobody should find in a history. */
static bool
tests_password(char **words, int n)
{
	return n >= 3 && strcmp(words[0], "upstream") == 0 &&
	    strcmp(words[1], "test") == 0;
}

static bool
wants_password(char **words, int n)
{
	return tests_password(words, n) ||
	    (n >= 3 && strcmp(words[0], "user") == 0 &&
		(strcmp(words[1], "add") == 0 ||
		    strcmp(words[1], "passwd") == 0));
}

/* ---- the words ---- */

/*
 * Which word is a file the server writes: its folder is not ours, so the
 * path is made absolute.
 */
static int
path_word(char **words, int n)
{
	int i = n;

	if (n >= 2 && strcmp(words[0], "backup") == 0)
		i = 1;
	else if (n >= 3 && strcmp(words[0], "certs") == 0 &&
	    strcmp(words[1], "export") == 0)
		i = 2;
	while (i < n && words[i][0] == '-')
		i++;
	return i < n ? i : -1;
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

/* Is word i how a backup is sealed?  *used words are. */
static bool
seals(char **words, int n, int i, int *used)
{
	*used = strcmp(words[i], "--passphrase-file") == 0 ? 2 : 1;
	return strcmp(words[0], "backup") == 0 && i > 1 && i + *used <= n &&
	    (*used == 2 || strcmp(words[i], "--passphrase") == 0);
}

static bool
add_words(struct ctl *ctl, char **words, int n)
{
	int path = path_word(words, n);
	bool wants = wants_password(words, n);
	bool given = false;
	int used;

	for (int i = 0; i < n; i++) {
		if (seals(words, n, i, &used)) {
			if (!add_sealed(ctl, used == 2 ? words[i + 1] : NULL))
				return false;
			i += used - 1;
			continue;
		}
		if (i == path) {
			if (!add_path(ctl, words[i]))
				return false;
			continue;
		}
		add_word(ctl, slice_text(words[i]));
		if (!wants || strcmp(words[i], "--password") != 0)
			continue;
		given = true;
		if (tests_password(words, n) &&
		    (i + 1 == n || strcmp(words[i + 1], "-") != 0)) {
			fputs("nudgectl: give this password when asked, or "
			      "with --password - on standard input\n",
			    stderr);
			return false;
		}
		if (i + 1 < n && strcmp(words[i + 1], "-") == 0) {
			if (!read_stdin(ctl))
				return false;
			add_word(ctl, slice_text(ctl->password));
			i++;
		}
	}
	if (wants && !given) {
		if (!ask_password(ctl, !tests_password(words, n)))
			return false;
		add_word(ctl, SLICE_LIT("--password"));
		add_word(ctl, slice_text(ctl->password));
	}
	buf_add(&ctl->request, "\xff\xff\xff\xff", 4);
	if (buf_ok(&ctl->request) && ctl->nwords <= CONTROL_WORDS_MAX)
		return true;
	fputs("nudgectl: too many words\n", stderr);
	return false;
}

/* ---- the conversation ---- */

static bool
wait_for(int fd, short events, int ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int rc;

	do
		rc = poll(&p, 1, ms);
	while (rc < 0 && errno == EINTR);
	return rc > 0;
}

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
		    "make run\n",
		    where);
	else if (errno == EACCES || errno == EPERM)
		fprintf(stderr,
		    "nudgectl: %s belongs to another user; run this as the "
		    "user who runs the server\n",
		    where);
	else
		fprintf(stderr, "nudgectl: cannot reach the server on %s: %s\n",
		    where, strerror(errno));
}

static bool
send_request(int fd, struct slice s)
{
	while (s.n > 0) {
		ssize_t n;

		if (!wait_for(fd, POLLOUT, CONNECT_MS))
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

		if (!wait_for(fd, POLLIN, silence_ms)) {
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

/* ---- ping ---- */

/* Does something accept connections there within ACCEPT_MS? */
static bool
accepts(const char *host, const char *port)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *to = NULL;
	socklen_t len = sizeof(int);
	int err = -1;
	int fd;

	if (getaddrinfo(host, port, &hints, &to) != 0)
		return false;
	fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);
	if (fd >= 0) {
		err = connect(fd, to->ai_addr, to->ai_addrlen);
		if (err < 0 && errno == EINPROGRESS &&
		    wait_for(fd, POLLOUT, ACCEPT_MS) &&
		    getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) < 0)
			err = -1;
		close(fd);
	}
	freeaddrinfo(to);
	return err == 0;
}

/* One line: name host port. */
static bool
ping_listener(struct slice line)
{
	struct slice name, host, port;
	char *h, *p;
	bool good;

	if (!slice_cut(&line, ' ', &name) || !slice_cut(&line, ' ', &host) ||
	    !slice_cut(&line, ' ', &port)) {
		fputs("nudgectl: a listener this program cannot read\n",
		    stderr);
		return false;
	}
	if (slice_eq_text(host, "*") || slice_eq_text(host, "0.0.0.0"))
		host = SLICE_LIT("127.0.0.1");
	else if (slice_eq_text(host, "::"))
		host = SLICE_LIT("::1");
	h = slice_dup(host);
	p = slice_dup(port);
	good = accepts(h, p);
	if (good)
		printf(SLICE_FMT " accepts on %s port %s\n", SLICE_ARG(name), h,
		    p);
	else
		fprintf(stderr,
		    "nudgectl: " SLICE_FMT
		    " does not accept connections on %s port %s\n",
		    SLICE_ARG(name), h, p);
	free(h);
	free(p);
	return good;
}

static int
ping(int fd)
{
	struct buf text = BUF_INIT(CONTROL_REPLY_MAX);
	int status = read_reply(fd, REPLY_MS, &text);
	struct slice rest = buf_slice(&text);
	struct slice line;
	bool good = status == 0;

	if (status > 0)
		fprintf(stderr, SLICE_FMT, SLICE_ARG(rest));
	while (status == 0 && slice_cut(&rest, '\n', &line))
		if (line.n > 0 && !ping_listener(line))
			good = false;
	buf_free(&text);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
run(struct ctl *ctl, char **words, int n)
{
	bool alone = n == 1;
	bool help = alone && strcmp(words[0], "help") == 0;
	bool trace = strcmp(words[0], "trace") == 0;
	int fd = open_control(ctl);
	int rc = EXIT_FAILURE;

	if (help)
		fputs(usage, stdout);
	if (fd < 0 && help) {
		say_all();
		return EXIT_SUCCESS;
	}
	if (fd < 0) {
		say_nobody(ctl);
		return EXIT_FAILURE;
	}
	if (help)
		fputs("\n", stdout);
	fflush(stdout);
	close(fd);
	/* Somebody may type a password now; the server would not wait. */
	if (!add_words(ctl, words, n))
		return EXIT_USAGE;
	fd = open_control(ctl);
	if (fd < 0) {
		say_nobody(ctl);
		return EXIT_FAILURE;
	}
	if (!send_request(fd, buf_slice(&ctl->request))) {
		fputs("nudgectl: the server does not listen\n", stderr);
	} else if (alone && strcmp(words[0], "ping") == 0) {
		rc = ping(fd);
	} else {
		rc = read_reply(fd, trace ? -1 : REPLY_MS, NULL) == 0
		    ? EXIT_SUCCESS
		    : EXIT_FAILURE;
	}
	close(fd);
	if (help)
		say_own();
	return rc;
}

/* A command that needs no server, or NULL. */
static const struct here_command *
find_here(const char *name)
{
	for (size_t i = 0; i < here_ncommands; i++)
		if (strcmp(name, here_commands[i].name) == 0)
			return &here_commands[i];
	return NULL;
}

static int
run_here(const struct here_command *c, const char *dir, char **args, int n)
{
	if (n >= c->min_args && n <= c->max_args)
		return c->run(dir, args, n);
	fprintf(stderr, "usage: nudgectl %s %s\n", c->name, c->usage);
	return EXIT_USAGE;
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

int
main(int argc, char **argv)
{
	struct ctl ctl = { .request = BUF_INIT(
			       CONTROL_BYTES_MAX + 4 * CONTROL_WORDS_MAX + 4) };
	const struct here_command *here;
	int i = 1;
	int rc;

	signal(SIGPIPE, SIG_IGN);
	ctl.dir = default_folder();
	for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
		if (strcmp(argv[i], "--data") == 0)
			ctl.dir = argv[i + 1];
		else if (strcmp(argv[i], "--socket") == 0)
			ctl.socket = argv[i + 1];
		else
			break;
	}
	if (i < argc && strcmp(argv[i], "--help") == 0) {
		fputs(usage, stdout);
		say_all();
		return EXIT_SUCCESS;
	}
	if (i >= argc || argv[i][0] == '-') {
		fprintf(stderr, "%s\nTry: nudgectl help\n", usage);
		return EXIT_USAGE;
	}
	here = find_here(argv[i]);
	if (here != NULL)
		return run_here(here, ctl.dir, argv + i + 1, argc - i - 1);
	rc = run(&ctl, argv + i, argc - i);
	mem_wipe(ctl.password, sizeof(ctl.password));
	if (ctl.request.p != NULL)
		mem_wipe(ctl.request.p, ctl.request.n);
	buf_free(&ctl.request);
	return rc;
}
