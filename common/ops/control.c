/* SPDX-License-Identifier: MIT */
#include "common/ops/control.h"

#include "common/base/panic.h"
#include "common/net/stream.h"
#include "common/ops/control_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct control {
	struct loop *loop;
	const struct control_command *rows;
	size_t n;
	void *ctx;
	struct list calls;
	unsigned ncalls;
	char *path;
	int fd;
	struct watch *watch;
};

/* Lives until the link is closed and the command is done. */
struct control_call {
	struct list node;
	struct control *control; /* NULL: cut off */
	struct link *link;       /* NULL: closed */
	struct timer deadline;   /* of the request */
	char *request;
	size_t request_n;
	struct control_words words;
	const struct control_command *row;
	unsigned first; /* behind the name */
	struct buf out;
	void *state;
	void (*roomy)(void *state);
	bool running; /* control_done() is still to come */
	bool started; /* the status byte is queued */
};

static void
free_call(struct control_call *call)
{
	if (call->link != NULL || call->running)
		return;
	timer_stop(&call->deadline);
	if (call->control != NULL) {
		list_remove(&call->node);
		call->control->ncalls--;
	}
	if (call->request != NULL)
		mem_wipe(call->request, call->request_n);
	free(call->request);
	buf_free(&call->out);
	free(call);
}

/* Queue what the command wrote; the first byte ever is the status. */
static void
send_out(struct control_call *call, bool ok)
{
	if (call->link == NULL)
		return;
	if (!call->started)
		outq_add(&call->link->out, ok ? "\0" : "\1", 1);
	call->started = true;
	outq_add_slice(&call->link->out, buf_slice(&call->out));
	buf_reset(&call->out);
}

static void
refuse(struct control_call *call, const char *text)
{
	buf_add_text(&call->out, text);
	send_out(call, false);
	link_close(call->link, CLOSE_BAD_COMMAND);
}

static void
too_slow(struct timer *t)
{
	struct control_call *call =
	    CONTAINER_OF(t, struct control_call, deadline);

	if (call->link != NULL)
		link_close(call->link, CLOSE_REQUEST_DEADLINE);
}

static void
add_help(const struct control *c, struct buf *out)
{
	for (size_t i = 0; i < c->n; i++)
		buf_addf(out, "  %-12s %-36s %s\n", c->rows[i].name,
		    c->rows[i].usage, c->rows[i].help);
}

/* How many words of the call are the row's name; 0: it is another's. */
static unsigned
match(const struct control_call *call, const char *name)
{
	struct slice rest = slice_text(name);
	struct slice word;
	unsigned n = 0;

	while (slice_cut(&rest, ' ', &word)) {
		if (n == call->words.n || !slice_eq(call->words.words[n], word))
			return 0;
		n++;
	}
	return n;
}

static const struct control_command *
find_row(struct control_call *call)
{
	const struct control *c = call->control;
	const struct control_command *best = NULL;

	call->first = 0;
	for (size_t i = 0; i < c->n; i++) {
		unsigned n = match(call, c->rows[i].name);

		if (n > call->first) {
			call->first = n;
			best = &c->rows[i];
		}
	}
	return best;
}

static void
run_call(struct control_call *call)
{
	const struct control *c = call->control;
	const struct control_command *row = find_row(call);
	unsigned args;

	call->running = true;
	if (row == NULL) {
		bool help = call->words.n > 0 &&
		    slice_eq_text(call->words.words[0], "help");

		if (!help)
			buf_add_text(&call->out,
			    "there is no such command; there are:\n");
		add_help(c, &call->out);
		control_done(call, help);
		return;
	}
	args = control_args(call);
	if (args < row->min_args || args > row->max_args) {
		buf_addf(&call->out, "usage: nudgectl %s %s\n", row->name,
		    row->usage);
		control_done(call, false);
		return;
	}
	call->row = row;
	row->run(call, c->ctx);
}

static size_t
input(struct link *l, const char *p, size_t n)
{
	struct control_call *call = l->session;
	struct control_words *w = &call->words;

	if (call->request != NULL || call->started)
		return n; /* nothing is said after a request */
	switch (control_words_read(slice_make(p, n), w)) {
	case CONTROL_READ_MORE:
		return 0;
	case CONTROL_READ_WRONG:
		refuse(call, "too many words or too long ones\n");
		return n;
	case CONTROL_READ_REQUEST:
		break;
	}
	timer_stop(&call->deadline);
	call->request = mem_copy_text(p, w->used);
	call->request_n = w->used;
	for (unsigned i = 0; i < w->n; i++)
		w->words[i].p = call->request + (w->words[i].p - p);
	/* the link's buffer is anybody's, and a word may be a password */
	mem_wipe((void *)(uintptr_t)p, n);
	run_call(call);
	return n;
}

static void
closed(struct link *l, enum close_reason why)
{
	struct control_call *call = l->session;

	(void)why;
	call->link = NULL;
	if (call->running && call->roomy != NULL)
		call->roomy(call->state);
	else
		free_call(call);
}

static void
drained(struct link *l)
{
	struct control_call *call = l->session;

	if (call->running && call->roomy != NULL)
		call->roomy(call->state);
}

static void
adopt(struct control *c, int fd)
{
	static const struct link_user user = { .input = input,
		.drained = drained,
		.closed = closed };
	static const struct stream_limits limits = {
		.out_soft = CONTROL_REPLY_MAX,
		.out_hard = 2 * CONTROL_REPLY_MAX,
		.in_max = CONTROL_REQUEST_MAX,
	};
	struct control_call *call;
	struct link *l = stream_new(c->loop, fd, &limits, NULL);

	if (l == NULL)
		return;
	call = mem_alloc(sizeof(*call));
	call->control = c;
	call->link = l;
	call->deadline.fire = too_slow;
	buf_init(&call->out, CONTROL_REPLY_MAX);
	list_push(&c->calls, &call->node);
	c->ncalls++;
	l->user = &user;
	l->session = call;
	timer_start(c->loop, &call->deadline, CONTROL_REQUEST_MS);
	stream_start(l);
	if (c->ncalls > CONTROL_CALLS_MAX)
		refuse(call, "too many commands run already; try again\n");
}

static void
acceptable(void *ctx, unsigned events)
{
	struct control *c = ctx;

	(void)events;
	for (unsigned i = 0; i < CONTROL_CALLS_MAX; i++) {
		int fd =
		    accept4(c->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0)
			return;
		adopt(c, fd);
	}
}

/* A socket file nobody listens on is what a killed server left behind. */
static bool
is_stale(const struct sockaddr_un *at)
{
	struct stat st;
	bool stale;
	int fd;

	/* connect() refuses a file that is no socket with the same words */
	if (lstat(at->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	stale = connect(fd, (const struct sockaddr *)at, sizeof(*at)) < 0 &&
	    errno == ECONNREFUSED;
	close(fd);
	return stale;
}

/* The socket's mode is 0600 from its first moment (Linux keeps fchmod's). */
static int
bind_private(int fd, const struct sockaddr_un *at)
{
	const struct sockaddr *sa = (const struct sockaddr *)at;

	if (fchmod(fd, 0600) < 0)
		return -1;
	if (bind(fd, sa, sizeof(*at)) < 0) {
		if (errno != EADDRINUSE)
			return -1;
		if (!is_stale(at)) {
			errno = EADDRINUSE;
			return -1;
		}
		if (unlink(at->sun_path) < 0 || bind(fd, sa, sizeof(*at)) < 0)
			return -1;
	}
	return chmod(at->sun_path, 0600);
}

static int
open_socket(const char *path, char *err, size_t errlen)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	size_t n = strlen(path);
	int fd;

	if (n >= sizeof(at.sun_path)) {
		snprintf(err, errlen,
		    "the control socket's path %.1024s is longer than %zu bytes; "
		    "choose a data folder with a shorter name",
		    path, sizeof(at.sun_path) - 1);
		return -1;
	}
	memcpy(at.sun_path, path, n);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && bind_private(fd, &at) == 0 &&
	    listen(fd, CONTROL_CALLS_MAX) == 0)
		return fd;
	snprintf(err, errlen, "cannot open the control socket %s: %s", path,
	    errno == EADDRINUSE
		? "another server answers on it, or it is no socket"
		: strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

struct control *
control_open(struct loop *l, const char *path,
    const struct control_command *rows, size_t n, void *ctx, char *err,
    size_t errlen)
{
	int fd = open_socket(path, err, errlen);
	struct control *c;

	if (fd < 0)
		return NULL;
	c = mem_alloc(sizeof(*c));
	c->loop = l;
	c->rows = rows;
	c->n = n;
	c->ctx = ctx;
	c->fd = fd;
	c->path = mem_copy_text(path, strlen(path));
	list_init(&c->calls);
	c->watch = watch_open(l, fd, acceptable, c);
	if (c->watch == NULL) {
		snprintf(err, errlen, "cannot watch the control socket %s",
		    path);
		control_close(c);
		return NULL;
	}
	watch_set(c->watch, WATCH_READ);
	return c;
}

void
control_close(struct control *c)
{
	if (c == NULL)
		return;
	unlink(c->path);
	LIST_EACH(it, &c->calls) {
		struct control_call *call =
		    CONTAINER_OF(it, struct control_call, node);

		list_remove(it);
		timer_stop(&call->deadline);
		call->control = NULL;
		if (call->link != NULL)
			link_close(call->link, CLOSE_DRAIN);
	}
	if (c->watch != NULL)
		watch_close(c->watch);
	close(c->fd);
	free(c->path);
	free(c);
}

struct slice
control_arg(const struct control_call *call, unsigned i)
{
	if (i >= control_args(call))
		return slice_make(NULL, 0);
	return call->words.words[call->first + i];
}

unsigned
control_args(const struct control_call *call)
{
	return call->words.n - call->first;
}

bool
control_flag(const struct control_call *call, const char *key)
{
	for (unsigned i = call->first; i < call->words.n; i++) {
		struct slice word = call->words.words[i];

		if (slice_starts(word, SLICE_LIT("--")) &&
		    slice_eq_text(slice_from(word, 2), key))
			return true;
	}
	return false;
}

struct slice
control_option(const struct control_call *call, const char *key)
{
	for (unsigned i = call->first; i + 1 < call->words.n; i++) {
		struct slice word = call->words.words[i];

		if (slice_starts(word, SLICE_LIT("--")) &&
		    slice_eq_text(slice_from(word, 2), key))
			return call->words.words[i + 1];
	}
	return slice_make(NULL, 0);
}

struct buf *
control_out(struct control_call *call)
{
	return &call->out;
}

void
control_flush(struct control_call *call)
{
	if (!control_alive(call)) {
		buf_reset(&call->out);
		return;
	}
	send_out(call, true);
}

/* The line of the row. */
static void
confirm(struct control_call *call)
{
	struct slice rest = slice_text(call->row->done);
	size_t at = slice_find(rest, '@');

	buf_add_slice(&call->out, slice_upto(rest, at));
	if (at < rest.n)
		buf_add_slice(&call->out, control_arg(call, 0));
	buf_add_slice(&call->out, slice_from(rest, at + 1));
	buf_add_char(&call->out, '\n');
}

void
control_done(struct control_call *call, bool ok)
{
	ASSERT(call->running);
	call->running = false;
	if (ok && !call->started && call->out.n == 0 && call->row != NULL &&
	    call->row->done != NULL)
		confirm(call);
	if (control_alive(call)) {
		if (!buf_ok(&call->out)) {
			ok = false;
			buf_reset(&call->out);
			buf_add_text(&call->out, "the reply is too long\n");
		}
		send_out(call, ok);
		link_close(call->link, CLOSE_DONE);
	}
	free_call(call);
}

void
control_set_state(struct control_call *call, void *state)
{
	call->state = state;
}

void *
control_state(const struct control_call *call)
{
	return call->state;
}

void
control_on_room(struct control_call *call, void (*roomy)(void *state))
{
	call->roomy = roomy;
}

bool
control_full(const struct control_call *call)
{
	return control_alive(call) && outq_full(&call->link->out);
}

bool
control_alive(const struct control_call *call)
{
	return call->control != NULL && call->link != NULL &&
	    !call->link->closing;
}
