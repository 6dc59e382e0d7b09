/* SPDX-License-Identifier: MIT */
#include "tests/unit/stream_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>

#include <cmocka.h>

/* ---- input ---- */

static void
unused_bytes_come_again_with_more_behind_them(void **state)
{
	struct stream_user *u = *state;

	stream_peer_says(u, "VER 1\nCV");
	loop_turn(u->loop);
	stream_user_assert_lines(u, "VER 1\n");
	stream_peer_says(u, "R 2");
	loop_turn(u->loop);
	stream_user_assert_lines(u, "VER 1\n");
	loop_turn(u->loop);
	assert_int_equal(u->offers, 2);
	stream_peer_says(u, "\nU");
	loop_turn(u->loop);
	stream_peer_says(u, "SR\n");
	loop_turn(u->loop);
	stream_user_assert_lines(u, "VER 1\nCVR 2\nUSR\n");
	assert_int_equal(u->offers, 4);
}

static void
a_paused_link_keeps_bytes_until_it_is_resumed(void **state)
{
	struct stream_user *u = *state;

	u->greedy = false;
	u->pause = true;
	stream_peer_says(u, "a\nb\nc\n");
	loop_turn(u->loop);
	stream_user_assert_lines(u, "a\n");
	stream_peer_says(u, "d\n");
	loop_turn(u->loop);
	loop_turn(u->loop);
	assert_int_equal(u->offers, 1);
	link_resume(u->link);
	link_resume(u->link);
	assert_int_equal(u->offers, 1);
	loop_turn(u->loop);
	stream_user_assert_lines(u, "a\nb\n");
	u->pause = false;
	u->greedy = true;
	link_resume(u->link);
	loop_turn(u->loop);
	loop_turn(u->loop);
	stream_user_assert_lines(u, "a\nb\nc\nd\n");
}

static void
a_pause_before_the_offer_takes_the_resume_back(void **state)
{
	struct stream_user *u = *state;

	u->greedy = false;
	u->pause = true;
	stream_peer_says(u, "a\nb\n");
	loop_turn(u->loop);
	link_resume(u->link);
	link_pause(u->link);
	loop_turn(u->loop);
	assert_int_equal(u->offers, 1);
	link_resume(u->link);
	loop_turn(u->loop);
	stream_user_assert_lines(u, "a\nb\n");
}

static void
pause_and_resume_inside_input_offer_the_rest_in_this_turn(void **state)
{
	struct stream_user *u = *state;

	u->greedy = false;
	u->pause = u->resume = true;
	stream_peer_says(u, "a\nb\nc\nd");
	loop_turn(u->loop);
	stream_user_assert_lines(u, "a\nb\nc\n");
}

static void
too_many_unused_bytes_close_the_link(void **state)
{
	char text[IN_MAX + 1];
	struct stream_user *u = *state;

	memset(text, 'x', sizeof(text));
	text[IN_MAX - 1] = '\0';
	stream_peer_says(u, text);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	stream_peer_says(u, "xx");
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_LINE_TOO_LONG);
}

static void
bytes_kept_to_the_brim_while_paused_close_only_when_unused(void **state)
{
	char text[2 * IN_MAX];
	struct stream_user *u = *state;

	memset(text, 'x', sizeof(text));
	text[0] = text[30] = '\n';
	text[sizeof(text) - 1] = '\0';
	u->greedy = false;
	u->pause = true;
	stream_peer_says(u, text);
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
a_user_that_waits_is_offered_the_same_bytes_again(void **state)
{
	char text[2 * IN_MAX];
	struct stream_user *u = *state;

	memset(text, 'x', sizeof(text));
	text[IN_MAX - 1] = text[sizeof(text) - 2] = '\n';
	text[sizeof(text) - 1] = '\0';
	u->wait = true;
	stream_peer_says(u, text);
	for (int i = 0; i < 5; i++) {
		/* with and without a readiness in between */
		for (int k = (i + 1) % 2; k < 2; k++)
			loop_turn(u->loop);
		assert_int_equal(u->offers, i + 1);
		assert_int_equal(u->closed, 0);
		link_resume(u->link);
	}
	u->wait = false;
	for (int i = 0; i < 3; i++)
		loop_turn(u->loop);
	assert_int_equal(u->lines.n, sizeof(text) - 1);
	assert_int_equal(u->closed, 0);
}

static void
the_end_of_input_closes_the_link_after_what_was_sent(void **state)
{
	struct stream_user *u = *state;

	stream_user_say(u, "answer");
	stream_peer_says(u, "last\nrest");
	assert_int_equal(shutdown(u->peer, SHUT_WR), 0);
	loop_turn(u->loop);
	loop_turn(u->loop);
	stream_user_assert_lines(u, "last\n");
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_PEER);
	assert_int_equal(stream_peer_swallows(u), 6);
}

static void
what_a_paused_link_kept_is_delivered_before_the_end(void **state)
{
	struct stream_user *u = *state;

	u->greedy = false;
	u->pause = true;
	stream_peer_says(u, "a\nb\n");
	loop_turn(u->loop);
	stream_peer_close(u);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	u->pause = false;
	link_resume(u->link);
	loop_turn(u->loop);
	loop_turn(u->loop);
	stream_user_assert_lines(u, "a\nb\n");
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_PEER);
}

static void
the_end_does_not_overtake_bytes_about_to_be_offered(void **state)
{
	struct stream_user *u = *state;

	u->greedy = false;
	u->pause = true;
	stream_peer_says(u, "a\nb\n");
	loop_turn(u->loop);
	stream_peer_close(u);
	link_resume(u->link);
	loop_turn(u->loop);
	stream_user_assert_lines(u, "a\nb\n");
	assert_int_equal(u->closed, 0);
	link_resume(u->link);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_PEER);
}

/* ---- output ---- */

static void
one_turn_is_one_write(void **state)
{
	char out[256];
	struct stream_user *u = *state;

	stream_peer_says(u, "x\n");
	stream_user_say(u, "one ");
	stream_user_say(u, "two ");
	assert_string_equal(stream_peer_hears(u, out), "-");
	loop_turn(u->loop);
	stream_user_say(u, "three");
	assert_string_equal(stream_peer_hears(u, out), "one two ");
	loop_turn(u->loop);
	assert_string_equal(stream_peer_hears(u, out), "three");
	assert_null(u->link->out.head);
}

static void
many_pieces_leave_in_one_turn(void **state)
{
	struct stream_user *u = *state;
	char text[300] = { 0 };
	struct blob *b = blob_new(text, sizeof(text));

	for (int i = 0; i < 200; i++)
		outq_add_blob(&u->link->out, b);
	loop_turn(u->loop);
	assert_int_equal(stream_peer_swallows(u), 200 * 300);
	assert_int_equal(b->refs, 1);
	blob_unref(b);
}

static void
a_slow_peer_gets_everything_in_the_end_and_drained_is_told(void **state)
{
	struct stream_user *u = *state;
	size_t got = 0;

	stream_user_flood(u, 3000000);
	for (int i = 0; i < 1000 && got < 3000000; i++) {
		loop_turn(u->loop);
		if (u->link->out.bytes >= SOFT / 2)
			assert_int_equal(u->drained, 0);
		got += stream_peer_swallows(u);
	}
	assert_int_equal(got, 3000000);
	loop_turn(u->loop);
	assert_int_equal(u->drained, 1);
	stream_user_flood(u, SOFT);
	loop_turn(u->loop);
	assert_int_equal(u->drained, 1);
	assert_int_equal(u->closed, 0);
}

static void
drained_waits_for_half_the_soft_limit(void **state)
{
	struct stream_user *u = *state;

	stream_user_flood(u, SOFT / 2 + 100);
	outq_barrier(&u->link->out, 5);
	stream_user_flood(u, SOFT / 2);
	loop_turn(u->loop);
	assert_int_equal(u->link->out.bytes, SOFT / 2);
	assert_int_equal(u->drained, 0);
	barrier_release(&u->barrier, 5);
	loop_turn(u->loop);
	assert_int_equal(u->drained, 1);
}

static void
the_hard_limit_closes_and_drops_the_output(void **state)
{
	struct stream_user *u = *state;
	size_t got;

	stream_user_flood(u, HARD);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	stream_user_flood(u, HARD);
	assert_true(u->link->out.failed);
	assert_int_equal(u->closed, 0);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_OUTPUT_FULL);
	got = stream_peer_swallows(u);
	assert_true(got > 0 && got < HARD);
}

static void
a_peer_that_went_away_is_a_reset(void **state)
{
	struct stream_user *u = *state;

	stream_peer_says(u, "half");
	loop_turn(u->loop);
	stream_user_flood(u, 500000);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	stream_peer_close(u);
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
	struct stream_user *u = *state;

	u->greedy = false;
	u->close = true;
	stream_peer_says(u, "a\nb\nc\n");
	loop_turn(u->loop);
	stream_user_assert_lines(u, "a\n");
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_DONE);
	assert_string_equal(stream_peer_hears(u, out), "bye");
	assert_string_equal(stream_peer_hears(u, out), "");
}

static void
closed_is_never_called_inside_a_call(void **state)
{
	struct stream_user *u = *state;

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
	struct stream_user *u = *state;

	stream_user_flood(u, 2000000);
	loop_turn(u->loop);
	link_close(u->link, CLOSE_KICKED);
	stream_peer_says(u, "a\n");
	loop_turn(u->loop);
	loop_turn(u->loop);
	assert_int_equal(u->offers, 0);
	assert_int_equal(u->closed, 0);
	for (int i = 0; i < 1000 && u->closed == 0; i++) {
		(void)stream_peer_swallows(u);
		loop_turn(u->loop);
	}
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_KICKED);
}

static void
a_peer_that_takes_nothing_is_given_five_seconds(void **state)
{
	struct stream_user *u = *state;

	stream_user_flood(u, 2000000);
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

/* ---- TCP ---- */

static void
a_reset_is_told_as_a_reset(void **state)
{
	const struct linger hard = { .l_onoff = 1 };
	struct stream_user *u = *state;

	stream_peer_says(u, "half");
	assert_int_equal(setsockopt(u->peer, SOL_SOCKET, SO_LINGER, &hard,
			     sizeof(hard)),
	    0);
	stream_peer_close(u);
	for (int i = 0; i < 3; i++)
		loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_PEER_RESET);
}

static void
a_reset_reaches_a_paused_link_when_it_is_resumed(void **state)
{
	const struct linger hard = { .l_onoff = 1 };
	struct stream_user *u = *state;

	link_pause(u->link);
	assert_int_equal(setsockopt(u->peer, SOL_SOCKET, SO_LINGER, &hard,
			     sizeof(hard)),
	    0);
	stream_peer_close(u);
	for (int i = 0; i < 3; i++)
		loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	link_resume(u->link);
	for (int i = 0; i < 3; i++)
		loop_turn(u->loop);
	assert_int_equal(u->why, CLOSE_PEER_RESET);
}

static void
a_last_word_survives_input_nobody_read(void **state)
{
	char out[256];
	struct stream_user *u = *state;

	u->close = true;
	u->greedy = false;
	for (int i = 0; i < 100; i++)
		stream_peer_says(u, "a line that fills the socket's buffer\n");
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_string_equal(stream_peer_hears(u, out), "bye");
	assert_string_equal(stream_peer_hears(u, out), "");
}

static void
a_stream_knows_its_addresses(void **state)
{
	struct stream_user *u = *state;
	struct addr local;

	link_local(u->link, &local);
	assert_true(addr_is_loopback(&u->link->peer));
	assert_true(addr_is_loopback(&local));
	assert_true(u->link->peer.port != 0);
	assert_true(u->link->peer.port != local.port);
}

static void
a_descriptor_the_system_refuses_makes_no_link(void **state)
{
	static const struct stream_limits limits = { SOFT, HARD, IN_MAX };
	struct stream_user *u = *state;

	assert_null(stream_new(u->loop, -1, &limits, NULL));
}

#define T(f)                                                  \
	cmocka_unit_test_setup_teardown(f, stream_user_setup, \
	    stream_user_teardown)
#define TCP(f)                                                    \
	cmocka_unit_test_setup_teardown(f, stream_user_setup_tcp, \
	    stream_user_teardown)

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
		T(a_user_that_waits_is_offered_the_same_bytes_again),
		T(the_end_of_input_closes_the_link_after_what_was_sent),
		T(what_a_paused_link_kept_is_delivered_before_the_end),
		T(the_end_does_not_overtake_bytes_about_to_be_offered),
		T(one_turn_is_one_write),
		T(many_pieces_leave_in_one_turn),
		T(a_slow_peer_gets_everything_in_the_end_and_drained_is_told),
		T(drained_waits_for_half_the_soft_limit),
		T(the_hard_limit_closes_and_drops_the_output),
		T(a_peer_that_went_away_is_a_reset),
		T(closing_flushes_and_tells_once_with_the_first_reason),
		T(closed_is_never_called_inside_a_call),
		T(a_closing_link_reads_no_more),
		T(a_peer_that_takes_nothing_is_given_five_seconds),
		T(a_descriptor_the_system_refuses_makes_no_link),
		TCP(a_reset_is_told_as_a_reset),
		TCP(a_reset_reaches_a_paused_link_when_it_is_resumed),
		TCP(a_last_word_survives_input_nobody_read),
		TCP(a_stream_knows_its_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
