/* SPDX-License-Identifier: MIT */
#include "common/net/stream.h"
#include "tests/unit/fake_clock.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	SOFT = 1000,
	HARD = 4000000,
	IN_MAX = 100,
};

/* What the user does with bytes: whole lines are used. */
struct user {
	struct fake_clock clock;
	struct loop *loop;
	struct barrier barrier;
	struct link *link;
	int peer; /* the other end */
	struct buf lines;
	int offers;
	int closed;
	enum close_reason why;
	int drained;
	/* after the next line: */
	bool pause, resume, close, greedy;
};

static size_t
on_input(struct link *l, const char *p, size_t n)
{
	struct user *u = l->session;
	struct slice s = slice_make(p, n);
	size_t at;

	u->offers++;
	assert_int_equal(u->closed, 0);
	assert_false(l->closing);
	at = slice_find(s, '\n');
	if (at == n)
		return 0;
	if (u->greedy)
		while (slice_find(slice_from(s, at + 1), '\n') < n - at - 1)
			at += 1 + slice_find(slice_from(s, at + 1), '\n');
	buf_add(&u->lines, p, at + 1);
	if (u->pause)
		link_pause(l);
	if (u->resume)
		link_resume(l);
	if (u->close) {
		outq_add(&l->out, "bye", 3);
		link_close(l, CLOSE_DONE);
		link_close(l, CLOSE_FLOOD);
	}
	return at + 1;
}

static void
on_drained(struct link *l)
{
	((struct user *)l->session)->drained++;
}

static void
on_closed(struct link *l, enum close_reason why)
{
	struct user *u = l->session;

	u->closed++;
	u->why = why;
	link_close(l, CLOSE_FLOOD);
	link_pause(l);
	link_resume(l);
	outq_add(&l->out, "unheard", 7);
}

static const struct link_user user_calls = {
	.input = on_input,
	.drained = on_drained,
	.closed = on_closed,
};

static int
setup(void **state)
{
	static const struct stream_limits limits = { SOFT, HARD, IN_MAX };
	struct user *u = calloc(1, sizeof(*u));
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	u->loop = loop_new(fake_clock_init(&u->clock));
	u->peer = fd[1];
	buf_init(&u->lines, 10000000);
	barrier_init(&u->barrier);
	u->link = stream_new(u->loop, fd[0], &limits, &u->barrier);
	u->link->user = &user_calls;
	u->link->session = u;
	u->greedy = true;
	stream_start(u->link);
	*state = u;
	return 0;
}

static int
teardown(void **state)
{
	struct user *u = *state;

	if (u->closed == 0) {
		link_close(u->link, CLOSE_DRAIN);
		loop_turn(u->loop);
		u->clock.ms += 6000;
		loop_turn(u->loop);
	}
	assert_int_equal(u->closed, 1);
	if (u->peer >= 0)
		assert_int_equal(close(u->peer), 0);
	loop_free(u->loop);
	assert_true(list_empty(&u->barrier.waiting));
	buf_free(&u->lines);
	free(u);
	return 0;
}

static void
peer_says(struct user *u, const char *text)
{
	ssize_t n = (ssize_t)strlen(text);

	assert_int_equal(send(u->peer, text, (size_t)n, 0), n);
}

/* What one read at the peer returns, as text; "" for the end, "-" for none. */
static const char *
peer_hears(struct user *u, char out[256])
{
	ssize_t n = recv(u->peer, out, 255, MSG_DONTWAIT);

	if (n < 0)
		(void)memcpy(out, errno == EAGAIN ? "-" : "!", 2);
	else
		out[n] = '\0';
	return out;
}

static size_t
peer_swallows(struct user *u)
{
	static char out[65536];
	size_t all = 0;
	ssize_t n;

	while ((n = recv(u->peer, out, sizeof(out), MSG_DONTWAIT)) > 0)
		all += (size_t)n;
	return all;
}

static void
close_peer(struct user *u)
{
	assert_int_equal(close(u->peer), 0);
	u->peer = -1;
}

static void
assert_lines(struct user *u, const char *text)
{
	assert_true(slice_eq_text(buf_slice(&u->lines), text));
}

static void
say(struct user *u, const char *text)
{
	outq_add_slice(&u->link->out, slice_text(text));
}

static void
flood(struct user *u, size_t n)
{
	static char text[10000];

	for (; n > 0; n -= size_min(n, sizeof(text)))
		outq_add(&u->link->out, text, size_min(n, sizeof(text)));
}

/* ---- input ---- */

static void
unused_bytes_come_again_with_more_behind_them(void **state)
{
	struct user *u = *state;

	peer_says(u, "VER 1\nCV");
	loop_turn(u->loop);
	assert_lines(u, "VER 1\n");
	peer_says(u, "R 2");
	loop_turn(u->loop);
	assert_lines(u, "VER 1\n");
	loop_turn(u->loop);
	assert_int_equal(u->offers, 2);
	peer_says(u, "\nU");
	loop_turn(u->loop);
	peer_says(u, "SR\n");
	loop_turn(u->loop);
	assert_lines(u, "VER 1\nCVR 2\nUSR\n");
	assert_int_equal(u->offers, 4);
}

static void
a_paused_link_keeps_bytes_until_it_is_resumed(void **state)
{
	struct user *u = *state;

	u->greedy = false;
	u->pause = true;
	peer_says(u, "a\nb\nc\n");
	loop_turn(u->loop);
	assert_lines(u, "a\n");
	peer_says(u, "d\n");
	loop_turn(u->loop);
	loop_turn(u->loop);
	assert_int_equal(u->offers, 1);
	link_resume(u->link);
	link_resume(u->link);
	assert_int_equal(u->offers, 1);
	loop_turn(u->loop);
	assert_lines(u, "a\nb\n");
	u->pause = false;
	u->greedy = true;
	link_resume(u->link);
	loop_turn(u->loop);
	loop_turn(u->loop);
	assert_lines(u, "a\nb\nc\nd\n");
}

static void
a_pause_before_the_offer_takes_the_resume_back(void **state)
{
	struct user *u = *state;

	u->greedy = false;
	u->pause = true;
	peer_says(u, "a\nb\n");
	loop_turn(u->loop);
	link_resume(u->link);
	link_pause(u->link);
	loop_turn(u->loop);
	assert_int_equal(u->offers, 1);
	link_resume(u->link);
	loop_turn(u->loop);
	assert_lines(u, "a\nb\n");
}

static void
pause_and_resume_inside_input_offer_the_rest_in_this_turn(void **state)
{
	struct user *u = *state;

	u->greedy = false;
	u->pause = u->resume = true;
	peer_says(u, "a\nb\nc\nd");
	loop_turn(u->loop);
	assert_lines(u, "a\nb\nc\n");
}

static void
too_many_unused_bytes_close_the_link(void **state)
{
	char text[IN_MAX + 1];
	struct user *u = *state;

	memset(text, 'x', sizeof(text));
	text[IN_MAX - 1] = '\0';
	peer_says(u, text);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	peer_says(u, "xx");
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_LINE_TOO_LONG);
}

static void
bytes_kept_to_the_brim_while_paused_close_only_when_unused(void **state)
{
	char text[2 * IN_MAX];
	struct user *u = *state;

	memset(text, 'x', sizeof(text));
	text[0] = text[30] = '\n';
	text[sizeof(text) - 1] = '\0';
	u->greedy = false;
	u->pause = true;
	peer_says(u, text);
	loop_turn(u->loop);
	link_resume(u->link);
	loop_turn(u->loop);
	assert_int_equal(u->lines.n, 31);
	link_resume(u->link);
	for (int i = 0; i < 4; i++)
		loop_turn(u->loop);
	assert_int_equal(u->why, CLOSE_LINE_TOO_LONG);
	assert_int_equal(u->lines.n, 31);
}

static void
the_end_of_input_closes_the_link_after_what_was_sent(void **state)
{
	struct user *u = *state;

	say(u, "answer");
	peer_says(u, "last\nrest");
	assert_int_equal(shutdown(u->peer, SHUT_WR), 0);
	loop_turn(u->loop);
	loop_turn(u->loop);
	assert_lines(u, "last\n");
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_PEER);
	assert_int_equal(peer_swallows(u), 6);
}

static void
what_a_paused_link_kept_is_delivered_before_the_end(void **state)
{
	struct user *u = *state;

	u->greedy = false;
	u->pause = true;
	peer_says(u, "a\nb\n");
	loop_turn(u->loop);
	close_peer(u);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	u->pause = false;
	link_resume(u->link);
	loop_turn(u->loop);
	loop_turn(u->loop);
	assert_lines(u, "a\nb\n");
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_PEER);
}

/* ---- output ---- */

static void
one_turn_is_one_write(void **state)
{
	char out[256];
	struct user *u = *state;

	peer_says(u, "x\n");
	say(u, "one ");
	say(u, "two ");
	assert_string_equal(peer_hears(u, out), "-");
	loop_turn(u->loop);
	say(u, "three");
	assert_string_equal(peer_hears(u, out), "one two ");
	loop_turn(u->loop);
	assert_string_equal(peer_hears(u, out), "three");
	assert_null(u->link->out.head);
}

static void
many_pieces_leave_in_one_turn(void **state)
{
	struct user *u = *state;
	char text[300] = { 0 };
	struct blob *b = blob_new(text, sizeof(text));

	for (int i = 0; i < 200; i++)
		outq_add_blob(&u->link->out, b);
	loop_turn(u->loop);
	assert_int_equal(peer_swallows(u), 200 * 300);
	assert_int_equal(b->refs, 1);
	blob_unref(b);
}

static void
a_slow_peer_gets_everything_in_the_end_and_drained_is_told(void **state)
{
	struct user *u = *state;
	size_t got = 0;

	flood(u, 3000000);
	for (int i = 0; i < 1000 && got < 3000000; i++) {
		loop_turn(u->loop);
		if (u->link->out.bytes >= SOFT / 2)
			assert_int_equal(u->drained, 0);
		got += peer_swallows(u);
	}
	assert_int_equal(got, 3000000);
	loop_turn(u->loop);
	assert_int_equal(u->drained, 1);
	flood(u, SOFT);
	loop_turn(u->loop);
	assert_int_equal(u->drained, 1);
	assert_int_equal(u->closed, 0);
}

static void
the_hard_limit_closes_and_drops_the_output(void **state)
{
	struct user *u = *state;
	size_t got;

	flood(u, HARD);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	flood(u, HARD);
	assert_true(u->link->out.failed);
	assert_int_equal(u->closed, 0);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_OUTPUT_FULL);
	got = peer_swallows(u);
	assert_true(got > 0 && got < HARD);
}

static void
a_peer_that_went_away_is_a_reset(void **state)
{
	struct user *u = *state;

	peer_says(u, "half");
	loop_turn(u->loop);
	flood(u, 500000);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	close_peer(u);
	loop_turn(u->loop);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_PEER_RESET);
}

/* ---- closing ---- */

static void
closing_flushes_and_tells_once_with_the_first_reason(void **state)
{
	char out[256];
	struct user *u = *state;

	u->greedy = false;
	u->close = true;
	peer_says(u, "a\nb\nc\n");
	loop_turn(u->loop);
	assert_lines(u, "a\n");
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_DONE);
	assert_string_equal(peer_hears(u, out), "bye");
	assert_string_equal(peer_hears(u, out), "");
}

static void
closed_is_never_called_inside_a_call(void **state)
{
	struct user *u = *state;

	link_close(u->link, CLOSE_KICKED);
	link_close(u->link, CLOSE_OUT);
	link_resume(u->link);
	assert_int_equal(u->closed, 0);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_KICKED);
}

static void
a_closing_link_reads_no_more(void **state)
{
	struct user *u = *state;

	flood(u, 2000000);
	loop_turn(u->loop);
	link_close(u->link, CLOSE_KICKED);
	peer_says(u, "a\n");
	loop_turn(u->loop);
	loop_turn(u->loop);
	assert_int_equal(u->offers, 0);
	assert_int_equal(u->closed, 0);
	for (int i = 0; i < 1000 && u->closed == 0; i++) {
		(void)peer_swallows(u);
		loop_turn(u->loop);
	}
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_KICKED);
}

static void
a_peer_that_takes_nothing_is_given_five_seconds(void **state)
{
	struct user *u = *state;

	flood(u, 2000000);
	link_close(u->link, CLOSE_IDLE);
	loop_turn(u->loop);
	u->clock.ms += 4900;
	loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	u->clock.ms += 200;
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_IDLE);
}

/* ---- barriers ---- */

static void
bytes_behind_a_barrier_leave_when_it_is_released(void **state)
{
	char out[256];
	struct user *u = *state;

	say(u, "free ");
	outq_barrier(&u->link->out, 7);
	say(u, "seven ");
	outq_barrier(&u->link->out, 9);
	say(u, "nine");
	loop_turn(u->loop);
	assert_string_equal(peer_hears(u, out), "free ");
	barrier_release(&u->barrier, 6);
	loop_turn(u->loop);
	assert_string_equal(peer_hears(u, out), "-");
	barrier_release(&u->barrier, 8);
	assert_string_equal(peer_hears(u, out), "-");
	loop_turn(u->loop);
	assert_string_equal(peer_hears(u, out), "seven ");
	barrier_release(&u->barrier, 9);
	barrier_release(&u->barrier, 3);
	loop_turn(u->loop);
	assert_string_equal(peer_hears(u, out), "nine");
	say(u, "more");
	loop_turn(u->loop);
	assert_string_equal(peer_hears(u, out), "more");
	assert_true(list_empty(&u->barrier.waiting));
}

static void
a_failed_barrier_closes_and_drops_what_waits(void **state)
{
	char out[256];
	struct user *u = *state;

	barrier_release(&u->barrier, 6);
	outq_barrier(&u->link->out, 8);
	say(u, "eight");
	loop_turn(u->loop);
	barrier_fail(&u->barrier, 7);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	barrier_fail(&u->barrier, 9);
	barrier_release(&u->barrier, 20);
	assert_int_equal(u->closed, 0);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_STORE_FAILED);
	assert_string_equal(peer_hears(u, out), "");
}

static void
a_failure_meets_bytes_queued_in_its_own_turn(void **state)
{
	char out[256];
	struct user *u = *state;

	outq_barrier(&u->link->out, 3);
	say(u, "three");
	outq_barrier(&u->link->out, 5);
	say(u, "five");
	barrier_release(&u->barrier, 3);
	barrier_fail(&u->barrier, 5);
	barrier_release(&u->barrier, 6);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_STORE_FAILED);
	assert_string_equal(peer_hears(u, out), "three");
	assert_string_equal(peer_hears(u, out), "");
}

static void
an_old_failure_does_not_meet_later_numbers(void **state)
{
	char out[256];
	struct user *u = *state;

	barrier_fail(&u->barrier, 5);
	outq_barrier(&u->link->out, 6);
	say(u, "six");
	loop_turn(u->loop);
	barrier_release(&u->barrier, 6);
	loop_turn(u->loop);
	assert_string_equal(peer_hears(u, out), "six");
	assert_int_equal(u->closed, 0);
}

static void
a_failure_reaches_a_link_whose_peer_is_slow(void **state)
{
	struct user *u = *state;

	flood(u, 2000000);
	outq_barrier(&u->link->out, 5);
	say(u, "five");
	loop_turn(u->loop);
	barrier_fail(&u->barrier, 5);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	assert_true(u->link->closing);
	for (int i = 0; i < 1000 && u->closed == 0; i++) {
		(void)peer_swallows(u);
		loop_turn(u->loop);
	}
	assert_int_equal(u->why, CLOSE_STORE_FAILED);
}

static void
a_closing_link_waits_for_its_barrier_but_not_for_ever(void **state)
{
	char out[256];
	struct user *u = *state;

	outq_barrier(&u->link->out, 5);
	say(u, "OUT");
	link_close(u->link, CLOSE_OUT);
	loop_turn(u->loop);
	u->clock.ms += 3000;
	loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	barrier_release(&u->barrier, 5);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_OUT);
	assert_string_equal(peer_hears(u, out), "OUT");
}

static void
a_closing_link_gives_its_barrier_up_after_five_seconds(void **state)
{
	char out[256];
	struct user *u = *state;

	outq_barrier(&u->link->out, 5);
	say(u, "OUT");
	link_close(u->link, CLOSE_OUT);
	loop_turn(u->loop);
	u->clock.ms += 5100;
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_string_equal(peer_hears(u, out), "");
}

static void
a_descriptor_the_system_refuses_makes_no_link(void **state)
{
	static const struct stream_limits limits = { SOFT, HARD, IN_MAX };
	struct user *u = *state;

	assert_null(stream_new(u->loop, -1, &limits, NULL));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(unused_bytes_come_again_with_more_behind_them),
		T(a_paused_link_keeps_bytes_until_it_is_resumed),
		T(a_pause_before_the_offer_takes_the_resume_back),
		T(pause_and_resume_inside_input_offer_the_rest_in_this_turn),
		T(too_many_unused_bytes_close_the_link),
		T(bytes_kept_to_the_brim_while_paused_close_only_when_unused),
		T(the_end_of_input_closes_the_link_after_what_was_sent),
		T(what_a_paused_link_kept_is_delivered_before_the_end),
		T(one_turn_is_one_write),
		T(many_pieces_leave_in_one_turn),
		T(a_slow_peer_gets_everything_in_the_end_and_drained_is_told),
		T(the_hard_limit_closes_and_drops_the_output),
		T(a_peer_that_went_away_is_a_reset),
		T(closing_flushes_and_tells_once_with_the_first_reason),
		T(closed_is_never_called_inside_a_call),
		T(a_closing_link_reads_no_more),
		T(a_peer_that_takes_nothing_is_given_five_seconds),
		T(bytes_behind_a_barrier_leave_when_it_is_released),
		T(a_failed_barrier_closes_and_drops_what_waits),
		T(a_failure_meets_bytes_queued_in_its_own_turn),
		T(an_old_failure_does_not_meet_later_numbers),
		T(a_failure_reaches_a_link_whose_peer_is_slow),
		T(a_closing_link_waits_for_its_barrier_but_not_for_ever),
		T(a_closing_link_gives_its_barrier_up_after_five_seconds),
		T(a_descriptor_the_system_refuses_makes_no_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
