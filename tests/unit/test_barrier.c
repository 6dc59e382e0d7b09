/* SPDX-License-Identifier: MIT */
#include "tests/unit/stream_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
bytes_behind_a_barrier_leave_when_it_is_released(void **state)
{
	char out[256];
	struct stream_user *u = *state;

	stream_user_say(u, "free ");
	outq_barrier(&u->link->out, 7);
	stream_user_say(u, "seven ");
	outq_barrier(&u->link->out, 9);
	stream_user_say(u, "nine");
	loop_turn(u->loop);
	assert_string_equal(stream_peer_hears(u, out), "free ");
	barrier_release(&u->barrier, 6);
	loop_turn(u->loop);
	assert_string_equal(stream_peer_hears(u, out), "-");
	barrier_release(&u->barrier, 8);
	assert_string_equal(stream_peer_hears(u, out), "-");
	loop_turn(u->loop);
	assert_string_equal(stream_peer_hears(u, out), "seven ");
	barrier_release(&u->barrier, 9);
	barrier_release(&u->barrier, 3);
	loop_turn(u->loop);
	assert_string_equal(stream_peer_hears(u, out), "nine");
	stream_user_say(u, "more");
	loop_turn(u->loop);
	assert_string_equal(stream_peer_hears(u, out), "more");
	assert_true(list_empty(&u->barrier.waiting));
}

static void
a_failed_barrier_closes_and_drops_what_waits(void **state)
{
	char out[256];
	struct stream_user *u = *state;

	barrier_release(&u->barrier, 6);
	outq_barrier(&u->link->out, 8);
	stream_user_say(u, "eight");
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
	assert_string_equal(stream_peer_hears(u, out), "");
}

static void
a_failure_meets_bytes_queued_in_its_own_turn(void **state)
{
	char out[256];
	struct stream_user *u = *state;

	outq_barrier(&u->link->out, 3);
	stream_user_say(u, "three");
	outq_barrier(&u->link->out, 5);
	stream_user_say(u, "five");
	barrier_release(&u->barrier, 3);
	barrier_fail(&u->barrier, 5);
	barrier_release(&u->barrier, 6);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_STORE_FAILED);
	assert_string_equal(stream_peer_hears(u, out), "three");
	assert_string_equal(stream_peer_hears(u, out), "");
}

static void
an_old_failure_does_not_meet_later_numbers(void **state)
{
	char out[256];
	struct stream_user *u = *state;

	barrier_fail(&u->barrier, 5);
	outq_barrier(&u->link->out, 6);
	stream_user_say(u, "six");
	loop_turn(u->loop);
	barrier_release(&u->barrier, 6);
	loop_turn(u->loop);
	assert_string_equal(stream_peer_hears(u, out), "six");
	assert_int_equal(u->closed, 0);
}

static void
a_failure_reaches_a_link_whose_peer_is_slow(void **state)
{
	struct stream_user *u = *state;

	stream_user_flood(u, 2000000);
	outq_barrier(&u->link->out, 5);
	stream_user_say(u, "five");
	loop_turn(u->loop);
	barrier_fail(&u->barrier, 5);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	assert_true(u->link->closing);
	for (int i = 0; i < 1000 && u->closed == 0; i++) {
		(void)stream_peer_swallows(u);
		loop_turn(u->loop);
	}
	assert_int_equal(u->why, CLOSE_STORE_FAILED);
}

static void
a_closing_link_waits_for_its_barrier_but_not_for_ever(void **state)
{
	char out[256];
	struct stream_user *u = *state;

	outq_barrier(&u->link->out, 5);
	stream_user_say(u, "OUT");
	link_close(u->link, CLOSE_OUT);
	loop_turn(u->loop);
	u->clock.ms += 3000;
	loop_turn(u->loop);
	assert_int_equal(u->closed, 0);
	barrier_release(&u->barrier, 5);
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_int_equal(u->why, CLOSE_OUT);
	assert_string_equal(stream_peer_hears(u, out), "OUT");
}

static void
a_closing_link_gives_its_barrier_up_after_five_seconds(void **state)
{
	char out[256];
	struct stream_user *u = *state;

	outq_barrier(&u->link->out, 5);
	stream_user_say(u, "OUT");
	link_close(u->link, CLOSE_OUT);
	loop_turn(u->loop);
	u->clock.ms += 5100;
	loop_turn(u->loop);
	assert_int_equal(u->closed, 1);
	assert_string_equal(stream_peer_hears(u, out), "");
}

#define T(f)                                                  \
	cmocka_unit_test_setup_teardown(f, stream_user_setup, \
	    stream_user_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(bytes_behind_a_barrier_leave_when_it_is_released),
		T(a_failed_barrier_closes_and_drops_what_waits),
		T(a_failure_meets_bytes_queued_in_its_own_turn),
		T(an_old_failure_does_not_meet_later_numbers),
		T(a_failure_reaches_a_link_whose_peer_is_slow),
		T(a_closing_link_waits_for_its_barrier_but_not_for_ever),
		T(a_closing_link_gives_its_barrier_up_after_five_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
