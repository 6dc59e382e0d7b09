/* SPDX-License-Identifier: MIT */
/* Many questions: servers that fail, that send on, that are asked too often. */
#include "tests/unit/upstream_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum {
	MANY = 100
};

static void
answer(struct upstream_world *w, const char *body)
{
	scripted_answer(&w->server, "200 OK", slice_text(body));
}

static uint64_t
count(const struct upstream_world *w, const char *outcome)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "upstream.requests.friends.%s",
	    outcome);
	return upstream_world_count(w, name);
}

/* ---- servers that fail ---- */

/* covers: real-accounts 13 #6 */
static void
whatever_a_server_does_the_answer_comes_in_time(void **state)
{
	struct upstream_world *w = *state;
	struct buf big = BUF_INIT(3 << 20);
	uint64_t before = env_mono_ms(env_real());

	w->says.timeout_s = 1;
	w->says.failures = 1000;
	upstream_world_set(w);
	/* silence */
	assert_int_equal(upstream_world_ask(w, "1"), ELSEWHERE_DOWN);
	assert_in_range(env_mono_ms(env_real()) - before, 900, 3000);
	/* two megabytes */
	while (big.n < 2 << 20)
		buf_add_text(&big, "<a>0123456789</a>");
	scripted_answer(&w->server, "200 OK", buf_slice(&big));
	assert_int_equal(upstream_world_ask(w, "2"), ELSEWHERE_DOWN);
	/* an end in the middle */
	w->server.close = true;
	scripted_raw(&w->server,
	    "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<Envelope>");
	assert_int_equal(upstream_world_ask(w, "3"), ELSEWHERE_DOWN);
	/* no HTTP at all */
	scripted_raw(&w->server, "SSH-2.0-x\r\n");
	assert_int_equal(upstream_world_ask(w, "4"), ELSEWHERE_DOWN);
	assert_int_equal(count(w, "down"), 4);
	buf_free(&big);
}

static void
a_server_that_fails_is_left_alone_and_tried_again(void **state)
{
	struct upstream_world *w = *state;
	struct upstream_ask *a;

	answer(w, "rubbish");
	for (int i = 0; i < 5; i++)
		assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_DOWN);
	assert_int_equal(w->server.asked, 5);
	/* its pause: down at once, and nothing is asked */
	for (int i = 0; i < 3; i++)
		assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_DOWN);
	assert_int_equal(w->server.asked, 5);
	assert_int_equal(count(w, "paused"), 3);
	assert_int_equal(upstream_world_count(w, "upstream.paused.friends"), 1);
	/* one tries, the others do not wait for it */
	w->ms += 31000;
	loop_turn(w->loop);
	answer(w, UPSTREAM_SIGNED_IN);
	a = upstream_world_post(w, 1, "pw", NULL);
	assert_int_equal(upstream_world_ask(w, "other"), ELSEWHERE_DOWN);
	assert_int_equal(upstream_world_wait(w, a), ELSEWHERE_GOOD);
	/* it is back */
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_GOOD);
	assert_int_equal(upstream_world_count(w, "upstream.paused.friends"), 0);
}

static void
wrong_passwords_and_other_faults_are_no_failures_of_a_server(void **state)
{
	struct upstream_world *w = *state;
	char password[16];

	answer(w, UPSTREAM_REFUSED);
	for (int i = 0; i < 10; i++) {
		(void)snprintf(password, sizeof(password), "pw%d", i);
		assert_int_equal(upstream_world_ask(w, password),
		    ELSEWHERE_WRONG);
	}
	answer(w, UPSTREAM_FAULT("S:Client", "0x80048820", ""));
	for (int i = 0; i < 10; i++)
		assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_DOWN);
	answer(w, UPSTREAM_SIGNED_IN);
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_GOOD);
}

static void
a_queue_that_is_too_long_is_no_failure_of_a_server(void **state)
{
	struct upstream_world *w = *state;
	char password[16];

	/* the first question of a process takes longer, and has the time */
	answer(w, UPSTREAM_SIGNED_IN);
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_GOOD);
	w->server.asked = 0;
	scripted_raw(&w->server, "");
	w->says.timeout_s = 2;
	w->says.parallel = 1;
	w->says.failures = 2;
	upstream_world_set(w);
	for (unsigned i = 0; i < 10; i++) {
		(void)snprintf(password, sizeof(password), "pw%u", i);
		upstream_world_post(w, i, password, NULL);
	}
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(upstream_world_wait(w, &w->asks[i]),
		    ELSEWHERE_DOWN);
	assert_int_equal(w->server.asked, 1);
	assert_int_equal(upstream_world_count(w, "upstream.paused.friends"), 0);
	answer(w, UPSTREAM_SIGNED_IN);
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_GOOD);
}

static void
failures_that_are_not_in_a_row_do_not_count_together(void **state)
{
	struct upstream_world *w = *state;

	for (int i = 0; i < 3; i++) {
		answer(w, "rubbish");
		for (int j = 0; j < 4; j++)
			assert_int_equal(upstream_world_ask(w, "pw"),
			    ELSEWHERE_DOWN);
		answer(w, UPSTREAM_SIGNED_IN);
		assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_GOOD);
	}
}

/* ---- asked too often ---- */

static void
a_hundred_who_ask_the_same_at_once_are_one_question(void **state)
{
	struct upstream_world *w = *state;

	answer(w, UPSTREAM_SIGNED_IN);
	for (unsigned i = 0; i < MANY; i++)
		upstream_world_post(w, i, "pw", NULL);
	for (unsigned i = 0; i < MANY; i++)
		assert_int_equal(upstream_world_wait(w, &w->asks[i]),
		    ELSEWHERE_GOOD);
	assert_int_equal(w->server.asked, 1);
	assert_string_equal(w->asks[MANY - 1].job.remote_id,
	    "0003BFFDB7D5F624");
	/* another password is another question, and so is the next moment */
	upstream_world_post(w, 0, "pw", NULL);
	upstream_world_post(w, 1, "pw2", NULL);
	(void)upstream_world_wait(w, &w->asks[0]);
	(void)upstream_world_wait(w, &w->asks[1]);
	assert_int_equal(w->server.asked, 3);
}

static void
a_wrong_password_is_not_asked_about_again_for_a_minute(void **state)
{
	struct upstream_world *w = *state;

	answer(w, UPSTREAM_REFUSED);
	for (int i = 0; i < 5; i++)
		assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_WRONG);
	assert_int_equal(w->server.asked, 1);
	assert_int_equal(count(w, "known"), 4);
	/* the right one is asked about all the same */
	answer(w, UPSTREAM_SIGNED_IN);
	assert_int_equal(upstream_world_ask(w, "pw2"), ELSEWHERE_GOOD);
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_WRONG);
	w->ms += 61000;
	loop_turn(w->loop);
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_GOOD);
}

/* ---- circles ---- */

static void
a_question_that_was_here_or_went_far_is_not_passed_on(void **state)
{
	static const char *const refused[] = { "c0ffee", "aa, c0ffee", "aa, bb",
		"aa,bb,cc", "no id!", "C0FFEE" };
	struct upstream_world *w = *state;
	struct upstream_asker asker = { 0 };

	answer(w, UPSTREAM_SIGNED_IN);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		asker.via = slice_text(refused[i]);
		assert_int_equal(upstream_world_wait(w,
				     upstream_world_post(w, 0, "pw", &asker)),
		    ELSEWHERE_DOWN);
	}
	assert_int_equal(w->server.asked, 0);
	assert_int_equal(count(w, "circle"), ARRAY_LEN(refused));
	asker.via = SLICE_LIT("aa");
	assert_int_equal(upstream_world_wait(w,
			     upstream_world_post(w, 0, "pw", &asker)),
	    ELSEWHERE_GOOD);
	assert_true(upstream_world_heard(w, "X-RST-Via: aa, c0ffee\r\n"));
}

static void
a_circle_does_not_wait_for_its_own_question(void **state)
{
	struct upstream_world *w = *state;
	struct upstream_asker asker = { .via = SLICE_LIT("c0ffee, bb") };
	struct upstream_ask *first = upstream_world_post(w, 1, "pw", NULL);

	assert_int_equal(upstream_world_wait(w,
			     upstream_world_post(w, 0, "pw", &asker)),
	    ELSEWHERE_DOWN);
	assert_int_equal(first->done, 0);
	answer(w, UPSTREAM_REFUSED);
	assert_int_equal(upstream_world_wait(w, first), ELSEWHERE_WRONG);
}

/* ---- redirects ---- */

#define MOVED(url)                                   \
	UPSTREAM_FAULT("psf:Redirect", "0x80048852", \
	    "<psf:redirectUrl>" url "</psf:redirectUrl>")

static void
a_redirect_to_others_is_told(void **state)
{
	struct upstream_world *w = *state;

	answer(w, MOVED("https://login.other.example/RST.srf?lc=1033&amp;a=b"));
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_MOVED);
	assert_string_equal(w->asks[0].job.url,
	    "https://login.other.example/RST.srf?lc=1033&a=b");
	scripted_raw(&w->server,
	    "HTTP/1.1 302 There\r\nLocation: https://b.example/RST.srf\r\n"
	    "Content-Length: 0\r\n\r\n");
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_MOVED);
	assert_string_equal(w->asks[0].job.url, "https://b.example/RST.srf");
	assert_int_equal(w->server.asked, 2);
	assert_int_equal(count(w, "moved"), 2);
}

static void
a_redirect_that_would_harm_is_none(void **state)
{
	static const char *const bodies[] = { MOVED("http://b.example/"),
		MOVED("ftp://b.example/"), MOVED(""), MOVED("https://a@b/"),
		MOVED("https://b.example/&#10;X:"), MOVED("javascript:a"),
		UPSTREAM_FAULT("psf:Redirect", "0x0", "") };
	struct upstream_world *w = *state;

	w->says.failures = 1;
	upstream_world_set(w);
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		answer(w, bodies[i]);
		assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_DOWN);
		assert_string_equal(w->asks[0].job.url, "");
	}
	assert_int_equal(w->server.asked, ARRAY_LEN(bodies));
}

static void
redirects(struct upstream_world *w, const char *path)
{
	static char list[64], body[1024];

	(void)snprintf(list, sizeof(list), "friends=127.0.0.1:%u",
	    w->server.port);
	w->says.redirects = slice_text(list);
	upstream_world_set(w);
	(void)snprintf(body, sizeof(body), MOVED("http://127.0.0.1:%u%s"),
	    w->server.port, path);
	answer(w, body);
}

/* covers: real-accounts 13 #6 */
static void
redirects_in_a_circle_end(void **state)
{
	struct upstream_world *w = *state;

	/* to where it was asked in the first place */
	redirects(w, "/RST.srf");
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_DOWN);
	assert_int_equal(w->server.asked, 1);
	/* over another place to that same one */
	redirects(w, "/pp600/RST.srf");
	assert_int_equal(upstream_world_ask(w, "pw"), ELSEWHERE_DOWN);
	assert_int_equal(w->server.asked, 3);
	assert_true(upstream_world_heard(w, "POST /pp600/RST.srf "));
}

static void
a_redirect_to_a_known_place_is_followed(void **state)
{
	struct upstream_world *w = *state;
	struct upstream_ask *a;

	redirects(w, "/pp600/RST.srf");
	a = upstream_world_post(w, 0, "pw", NULL);
	for (int i = 0; i < SCRIPTED_TURNS && w->server.asked == 0; i++)
		scripted_turn(&w->server, w->loop);
	/* the next answer is another one */
	for (int i = 0; i < SCRIPTED_TURNS && w->server.asked == 1; i++) {
		scripted_turn(&w->server, w->loop);
		if (w->server.asked == 2)
			answer(w, UPSTREAM_SIGNED_IN);
	}
	(void)upstream_world_wait(w, a);
	assert_true(upstream_world_heard(w, "<wsse:Password>pw<"));
	assert_true(upstream_world_heard(w, "POST /pp600/RST.srf "));
}

/* ---- ends ---- */

static void
a_stop_answers_everybody(void **state)
{
	struct upstream_world *w = *state;

	for (unsigned i = 0; i < 20; i++) {
		char password[16];

		(void)snprintf(password, sizeof(password), "pw%u", i % 10);
		upstream_world_post(w, i, password, NULL);
	}
	for (int i = 0; i < 20; i++)
		scripted_turn(&w->server, w->loop);
	upstream_world_post(w, 20, "late", NULL);
	upstream_free(w->up);
	w->up = NULL;
	for (unsigned i = 0; i < 21; i++) {
		assert_int_equal(w->asks[i].done, 1);
		assert_int_equal(w->asks[i].job.verdict, ELSEWHERE_DOWN);
	}
}

static void
new_settings_do_not_lose_questions(void **state)
{
	struct upstream_world *w = *state;
	struct upstream_ask *a = upstream_world_post(w, 0, "pw", NULL);
	struct upstream_ask *b;

	for (int i = 0; i < 20; i++)
		scripted_turn(&w->server, w->loop);
	upstream_world_set(w);
	answer(w, UPSTREAM_SIGNED_IN);
	assert_int_equal(upstream_world_wait(w, a), ELSEWHERE_GOOD);
	/* one whose server is taken away while it is asked */
	w->server.answer.n = 0;
	a = upstream_world_post(w, 0, "pw", NULL);
	for (int i = 0; i < 20; i++)
		scripted_turn(&w->server, w->loop);
	w->says.servers = w->says.domains = SLICE_LIT("");
	upstream_world_set(w);
	assert_null(w->seam->rules(w->seam->ctx, SLICE_LIT("friends")));
	b = upstream_world_post(w, 1, "pw", NULL);
	assert_int_equal(upstream_world_wait(w, b), ELSEWHERE_DOWN);
	answer(w, UPSTREAM_SIGNED_IN);
	assert_int_equal(upstream_world_wait(w, a), ELSEWHERE_GOOD);
	/* and one that is stopped then */
	w->says.servers = slice_text(w->servers);
	upstream_world_set(w);
	w->server.answer.n = 0;
	a = upstream_world_post(w, 0, "pw9", NULL);
	for (int i = 0; i < 20; i++)
		scripted_turn(&w->server, w->loop);
	upstream_world_set(w);
	upstream_free(w->up);
	w->up = NULL;
	assert_int_equal(a->done, 1);
}

#define T(name)                                                    \
	cmocka_unit_test_setup_teardown(name, upstream_world_make, \
	    upstream_world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(whatever_a_server_does_the_answer_comes_in_time),
		T(a_server_that_fails_is_left_alone_and_tried_again),
		T(wrong_passwords_and_other_faults_are_no_failures_of_a_server),
		T(a_queue_that_is_too_long_is_no_failure_of_a_server),
		T(failures_that_are_not_in_a_row_do_not_count_together),
		T(a_hundred_who_ask_the_same_at_once_are_one_question),
		T(a_wrong_password_is_not_asked_about_again_for_a_minute),
		T(a_question_that_was_here_or_went_far_is_not_passed_on),
		T(a_circle_does_not_wait_for_its_own_question),
		T(a_redirect_to_others_is_told),
		T(a_redirect_that_would_harm_is_none),
		T(redirects_in_a_circle_end),
		T(a_redirect_to_a_known_place_is_followed),
		T(a_stop_answers_everybody),
		T(new_settings_do_not_lose_questions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
