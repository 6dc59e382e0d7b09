/* SPDX-License-Identifier: MIT */
#include "common/ops/control.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	TURNS = 2000
};

struct world {
	struct loop *loop;
	struct control *control;
	struct env env;
	uint64_t now;
	char dir[64];
	char path[80];
	char err[512];
	struct control_call *kept; /* of the command "wait" */
	unsigned runs;
	struct buf reply;
};

static uint64_t
fake_mono(void *ctx)
{
	return ((struct world *)ctx)->now;
}

static int64_t
fake_wall(void *ctx)
{
	(void)ctx;
	return 1;
}

static void
fake_random(void *ctx, void *out, size_t n)
{
	(void)ctx;
	memset(out, 7, n);
}

static void
run_echo(struct control_call *call, void *ctx)
{
	struct world *w = ctx;
	struct slice name = control_option(call, "name");

	w->runs++;
	for (unsigned i = 0; i < control_args(call); i++)
		buf_addf(control_out(call), "[" SLICE_FMT "]",
		    SLICE_ARG(control_arg(call, i)));
	assert_null(control_arg(call, control_args(call)).p);
	if (name.p != NULL)
		buf_addf(control_out(call), " name=" SLICE_FMT,
		    SLICE_ARG(name));
	control_done(call, true);
}

static void
run_fail(struct control_call *call, void *ctx)
{
	(void)ctx;
	buf_add_text(control_out(call), "no\n");
	control_done(call, false);
}

static void
run_wait(struct control_call *call, void *ctx)
{
	struct world *w = ctx;

	control_set_state(call, w);
	assert_ptr_equal(control_state(call), w);
	w->kept = call;
}

static void
run_long(struct control_call *call, void *ctx)
{
	(void)ctx;
	for (unsigned i = 0; i < CONTROL_REPLY_MAX / 16 + 1; i++)
		buf_add_text(control_out(call), "0123456789abcdef");
	control_done(call, true);
}

static const struct control_command rows[] = {
	{ "user", "WORD", "one word", 1, 1, run_echo, NULL },
	{ "user add", "EMAIL", "two words", 1, 4, run_echo, NULL },
	{ "fail", "", "says no", 0, 0, run_fail, NULL },
	{ "wait", "", "ends later", 0, 0, run_wait, NULL },
	{ "long", "", "says too much", 0, 0, run_long, NULL },
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->env = (struct env){ fake_mono, fake_wall, fake_random, w };
	w->now = 1000;
	snprintf(w->dir, sizeof(w->dir), "/tmp/nudge-control-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->path, sizeof(w->path), "%s/control.sock", w->dir);
	w->loop = loop_new(&w->env);
	w->control = control_open(w->loop, w->path, rows, ARRAY_LEN(rows), w,
	    w->err, sizeof(w->err));
	assert_non_null(w->control);
	buf_init(&w->reply, 4 * CONTROL_REPLY_MAX);
	*state = w;
	return 0;
}

static void
turn(struct world *w)
{
	for (int i = 0; i < 20; i++)
		loop_turn(w->loop);
}

static int
teardown(void **state)
{
	struct world *w = *state;

	control_close(w->control);
	turn(w);
	loop_free(w->loop);
	buf_free(&w->reply);
	assert_int_equal(access(w->path, F_OK), -1);
	assert_int_equal(rmdir(w->dir), 0);
	free(w);
	return 0;
}

static int
dial(const struct world *w)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	memcpy(to.sun_path, w->path, strlen(w->path));
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

static void
put_length(int fd, uint32_t n)
{
	const unsigned char head[4] = { (unsigned char)(n >> 24),
		(unsigned char)(n >> 16), (unsigned char)(n >> 8),
		(unsigned char)n };

	assert_int_equal(send(fd, head, 4, MSG_NOSIGNAL), 4);
}

static void
put_word(int fd, const char *word)
{
	size_t n = strlen(word);

	put_length(fd, (uint32_t)n);
	assert_int_equal(send(fd, word, n, MSG_NOSIGNAL), n);
}

/* Words are separated by blanks. */
static void
say(int fd, const char *text)
{
	struct slice rest = slice_text(text);
	struct slice word;

	while (slice_cut(&rest, ' ', &word)) {
		put_length(fd, (uint32_t)word.n);
		assert_int_equal(send(fd, word.p, word.n, MSG_NOSIGNAL),
		    word.n);
	}
	put_length(fd, CONTROL_WORDS_END);
}

/* Until the server closes; the status, or -1 when it said nothing. */
static int
hear(struct world *w, int fd)
{
	char chunk[4096];

	buf_reset(&w->reply);
	for (int i = 0; i < TURNS; i++) {
		ssize_t n;

		loop_turn(w->loop);
		n = recv(fd, chunk, sizeof(chunk), 0);
		if (n < 0 && errno == EAGAIN)
			continue;
		if (n <= 0)
			break;
		buf_add(&w->reply, chunk, (size_t)n);
	}
	close(fd);
	if (w->reply.n == 0)
		return -1;
	buf_add_char(&w->reply, '\0');
	return w->reply.p[0];
}

static int
ask(struct world *w, const char *words)
{
	int fd = dial(w);

	say(fd, words);
	return hear(w, fd);
}

static bool
replied(const struct world *w, const char *text)
{
	return strstr(w->reply.p + 1, text) != NULL;
}

static void
a_command_gets_the_words_behind_its_name(void **state)
{
	struct world *w = *state;

	assert_int_equal(ask(w, "user x"), 0);
	assert_string_equal(w->reply.p + 1, "[x]");
}

static void
the_longest_name_that_fits_is_the_command(void **state)
{
	struct world *w = *state;

	assert_int_equal(ask(w, "user add a@b --name Bob"), 0);
	assert_string_equal(w->reply.p + 1, "[a@b][--name][Bob] name=Bob");
}

static void
a_failed_command_has_another_status(void **state)
{
	struct world *w = *state;

	assert_int_equal(ask(w, "fail"), 1);
	assert_string_equal(w->reply.p + 1, "no\n");
}

static void
wrong_numbers_of_words_are_answered_with_the_usage(void **state)
{
	struct world *w = *state;

	assert_int_equal(ask(w, "user add"), 1);
	assert_string_equal(w->reply.p + 1, "usage: nudgectl user add EMAIL\n");
	assert_int_equal(ask(w, "user a b"), 1);
	assert_string_equal(w->reply.p + 1, "usage: nudgectl user WORD\n");
	assert_int_equal(w->runs, 0);
}

static void
help_lists_every_row_and_an_unknown_command_too(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(ask(w, i == 0 ? "help" : "dance"), i);
		for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
			assert_true(replied(w, rows[r].name));
			assert_true(replied(w, rows[r].usage));
			assert_true(replied(w, rows[r].help));
		}
	}
}

static void
a_request_may_come_byte_by_byte(void **state)
{
	static const char bytes[] = "\0\0\0\4user\0\0\0\1y\xff\xff\xff\xff";
	struct world *w = *state;
	int fd = dial(w);

	for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
		assert_int_equal(w->runs, 0);
		assert_int_equal(send(fd, bytes + i, 1, MSG_NOSIGNAL), 1);
		turn(w);
	}
	assert_int_equal(hear(w, fd), 0);
	assert_string_equal(w->reply.p + 1, "[y]");
}

static void
too_many_words_and_too_many_bytes_are_refused(void **state)
{
	struct world *w = *state;
	int fd = dial(w);

	for (unsigned i = 0; i <= CONTROL_WORDS_MAX; i++)
		put_word(fd, "");
	assert_int_equal(hear(w, fd), 1);
	fd = dial(w);
	put_length(fd, CONTROL_BYTES_MAX + 1);
	assert_int_equal(hear(w, fd), 1);
	fd = dial(w);
	put_word(fd, "user");
	put_length(fd, UINT32_MAX - 1);
	assert_int_equal(hear(w, fd), 1);
	assert_int_equal(w->runs, 0);
}

static void
the_largest_request_is_served(void **state)
{
	struct world *w = *state;
	size_t n = CONTROL_BYTES_MAX - 4;
	char *big = calloc(1, n);
	int fd = dial(w);
	size_t at = 0;

	assert_non_null(big);
	memset(big, 'b', n);
	put_word(fd, "user");
	put_length(fd, (uint32_t)n);
	for (int i = 0; i < TURNS && at < n; i++) {
		ssize_t sent = send(fd, big + at, n - at, MSG_NOSIGNAL);

		at += sent > 0 ? (size_t)sent : 0;
		turn(w);
	}
	put_length(fd, CONTROL_WORDS_END);
	assert_int_equal(hear(w, fd), 0);
	assert_int_equal(w->reply.n, n + 4); /* status, [, ], NUL */
	free(big);
}

static void
half_a_request_is_dropped_at_its_deadline(void **state)
{
	struct world *w = *state;
	int fd = dial(w);

	put_word(fd, "user");
	turn(w);
	w->now += CONTROL_REQUEST_MS - 100;
	turn(w);
	assert_int_equal(recv(fd, w->err, 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
	w->now += 300;
	assert_int_equal(hear(w, fd), -1);
}

static void
a_command_may_end_later_and_say_things_before(void **state)
{
	struct world *w = *state;
	int fd = dial(w);
	char byte[8];

	say(fd, "wait");
	turn(w);
	assert_non_null(w->kept);
	w->now += 10 * CONTROL_REQUEST_MS; /* no deadline for the command */
	turn(w);
	assert_true(control_alive(w->kept));
	buf_add_text(control_out(w->kept), "one");
	control_flush(w->kept);
	turn(w);
	assert_int_equal(recv(fd, byte, sizeof(byte), 0), 4);
	assert_memory_equal(byte, "\0one", 4);
	buf_add_text(control_out(w->kept), "two");
	control_done(w->kept, true);
	turn(w);
	assert_int_equal(recv(fd, byte, sizeof(byte), 0), 3);
	assert_memory_equal(byte, "two", 3);
	close(fd);
}

static void
a_caller_who_hangs_up_is_not_alive(void **state)
{
	struct world *w = *state;
	int fd = dial(w);

	say(fd, "wait");
	turn(w);
	assert_true(control_alive(w->kept));
	close(fd);
	turn(w);
	assert_false(control_alive(w->kept));
	buf_add_text(control_out(w->kept), "lost");
	control_flush(w->kept);
	control_done(w->kept, true);
}

static void
a_caller_who_does_not_read_is_not_alive(void **state)
{
	struct world *w = *state;
	int fd = dial(w);
	int i;

	say(fd, "wait");
	turn(w);
	for (i = 0; i < 100 && control_alive(w->kept); i++) {
		for (unsigned n = 0; n < 4096; n++)
			buf_add_text(control_out(w->kept), "0123456789abcdef");
		control_flush(w->kept);
		turn(w);
	}
	assert_true(i < 100);
	control_done(w->kept, true);
	close(fd);
}

static void
a_reply_beyond_its_ceiling_is_a_failure(void **state)
{
	struct world *w = *state;

	assert_int_equal(ask(w, "long"), 1);
	assert_true(replied(w, "too long"));
}

static void
more_callers_than_places_are_told_so(void **state)
{
	struct world *w = *state;
	int fd[CONTROL_CALLS_MAX];
	int extra;

	for (unsigned i = 0; i < CONTROL_CALLS_MAX; i++) {
		fd[i] = dial(w);
		turn(w);
	}
	extra = dial(w);
	assert_int_equal(hear(w, extra), 1);
	assert_true(replied(w, "too many"));
	for (unsigned i = 0; i < CONTROL_CALLS_MAX; i++)
		close(fd[i]);
	turn(w);
	assert_int_equal(ask(w, "user z"), 0);
}

static void
closing_cuts_off_what_runs(void **state)
{
	struct world *w = *state;
	int fd = dial(w);

	say(fd, "wait");
	turn(w);
	control_close(w->control);
	assert_false(control_alive(w->kept));
	turn(w);
	control_done(w->kept, true);
	assert_int_equal(hear(w, fd), -1);
	w->control = control_open(w->loop, w->path, rows, ARRAY_LEN(rows), w,
	    w->err, sizeof(w->err));
	assert_non_null(w->control);
}

static void
the_socket_belongs_to_its_user_alone(void **state)
{
	struct world *w = *state;
	struct stat st;

	assert_int_equal(stat(w->path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
the_socket_of_a_dead_server_is_replaced_but_not_of_a_living(void **state)
{
	struct world *w = *state;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct control *second;
	char path[80];
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	second = control_open(w->loop, w->path, rows, ARRAY_LEN(rows), w,
	    w->err, sizeof(w->err));
	assert_null(second);
	assert_non_null(strstr(w->err, "another server answers"));
	snprintf(path, sizeof(path), "%s/dead.sock", w->dir);
	memcpy(at.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	close(fd);
	second = control_open(w->loop, path, rows, ARRAY_LEN(rows), w, w->err,
	    sizeof(w->err));
	assert_non_null(second);
	control_close(second);
	turn(w);
}

static void
a_file_that_is_no_socket_is_never_removed(void **state)
{
	struct world *w = *state;
	char path[80];
	int fd;

	snprintf(path, sizeof(path), "%s/precious", w->dir);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_null(control_open(w->loop, path, rows, ARRAY_LEN(rows), w,
	    w->err, sizeof(w->err)));
	assert_int_equal(access(path, F_OK), 0);
	unlink(path);
}

static void
a_path_that_does_not_fit_is_explained(void **state)
{
	struct world *w = *state;
	char path[300];

	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	assert_null(control_open(w->loop, path, rows, ARRAY_LEN(rows), w,
	    w->err, sizeof(w->err)));
	assert_non_null(strstr(w->err, "shorter name"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_command_gets_the_words_behind_its_name),
		CASE(the_longest_name_that_fits_is_the_command),
		CASE(a_failed_command_has_another_status),
		CASE(wrong_numbers_of_words_are_answered_with_the_usage),
		CASE(help_lists_every_row_and_an_unknown_command_too),
		CASE(a_request_may_come_byte_by_byte),
		CASE(too_many_words_and_too_many_bytes_are_refused),
		CASE(the_largest_request_is_served),
		CASE(half_a_request_is_dropped_at_its_deadline),
		CASE(a_command_may_end_later_and_say_things_before),
		CASE(a_caller_who_hangs_up_is_not_alive),
		CASE(a_caller_who_does_not_read_is_not_alive),
		CASE(a_reply_beyond_its_ceiling_is_a_failure),
		CASE(more_callers_than_places_are_told_so),
		CASE(closing_cuts_off_what_runs),
		CASE(the_socket_belongs_to_its_user_alone),
		CASE(
		    the_socket_of_a_dead_server_is_replaced_but_not_of_a_living),
		CASE(a_file_that_is_no_socket_is_never_removed),
		CASE(a_path_that_does_not_fit_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
