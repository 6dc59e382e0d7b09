/* SPDX-License-Identifier: MIT */
#include "common/http/fetch.h"

#include "common/base/panic.h"
#include "tests/unit/scripted.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
	ASKS = 12
};

struct ask {
	struct fetch_job job;
	unsigned done;
	enum fetch_end how;
	unsigned status;
	char reply[64];
	char location[FETCH_URL_MAX];
};

struct world {
	struct loop *loop;
	struct fetch_lib *lib;
	struct fetch_config cfg;
	struct fetch *fetch;
	struct scripted server;
	char url[FETCH_URL_MAX];
	struct ask asks[ASKS];
};

static int
make(void **state)
{
	struct world *w = mem_alloc(sizeof(*w));
	char err[256] = "";

	w->loop = loop_new(env_real());
	w->lib = fetch_lib_open(err, sizeof(err));
	if (w->lib == NULL)
		fail_msg("%s", err);
	w->cfg = (struct fetch_config){ .timeout_ms = 2000,
		.parallel = 2,
		.waiting = 2,
		.max_reply = 4096 };
	scripted_open(&w->server);
	snprintf(w->url, sizeof(w->url), "http://127.0.0.1:%u/RST.srf",
	    w->server.port);
	*state = w;
	return 0;
}

static int
end(void **state)
{
	struct world *w = *state;

	fetch_free(w->fetch);
	scripted_close(&w->server);
	fetch_lib_close(w->lib);
	for (int i = 0; i < 10; i++)
		loop_turn(w->loop);
	loop_free(w->loop);
	free(w);
	return 0;
}

static void
done(struct fetch_job *job)
{
	struct ask *a = CONTAINER_OF(job, struct ask, job);

	a->done++;
	a->how = job->how;
	a->status = job->status;
	snprintf(a->reply, sizeof(a->reply), SLICE_FMT,
	    SLICE_ARG(slice_upto(job->reply, 60)));
	snprintf(a->location, sizeof(a->location), SLICE_FMT,
	    SLICE_ARG(job->location));
}

static struct ask *
post(struct world *w, int i, const char *body)
{
	struct ask *a = &w->asks[i];

	if (w->fetch == NULL)
		w->fetch = fetch_new(w->loop, w->lib, &w->cfg);
	*a = (struct ask){ .job = { .url = slice_text(w->url),
			       .type = SLICE_LIT("text/xml"),
			       .body = slice_text(body),
			       .done = done } };
	fetch_post(w->fetch, &a->job);
	assert_int_equal(a->done, 0);
	return a;
}

static void
run(struct world *w, const struct ask *a)
{
	for (int i = 0; i < SCRIPTED_TURNS && a->done == 0; i++)
		scripted_turn(&w->server, w->loop);
	assert_int_equal(a->done, 1);
}

static enum fetch_end
ask(struct world *w)
{
	struct ask *a = post(w, 0, "question");

	run(w, a);
	return a->how;
}

static bool
heard(const struct world *w, const char *text)
{
	struct slice all = buf_slice(&w->server.last);

	return slice_find_slice(all, slice_text(text)) < all.n;
}

static void
a_question_is_posted_and_its_answer_comes(void **state)
{
	struct world *w = *state;
	struct ask *a;

	scripted_answer(&w->server, "200 OK", SLICE_LIT("answer"));
	a = post(w, 0, "question");
	run(w, a);
	assert_int_equal(a->how, FETCH_ANSWERED);
	assert_int_equal(a->status, 200);
	assert_string_equal(a->reply, "answer");
	assert_true(heard(w, "POST /RST.srf HTTP/1.1\r\n"));
	assert_true(heard(w, "Content-Type: text/xml\r\n"));
	assert_true(heard(w, "\r\n\r\nquestion"));
	/* nothing that nobody asked for */
	assert_false(heard(w, "Expect:"));
	assert_false(heard(w, "Cookie:"));
	assert_false(heard(w, "Encoding:"));
	assert_false(heard(w, "X-RST-Via:"));
}

static void
a_connection_is_used_again(void **state)
{
	struct world *w = *state;

	scripted_answer(&w->server, "200 OK", SLICE_LIT("answer"));
	for (int i = 0; i < 5; i++)
		assert_int_equal(ask(w), FETCH_ANSWERED);
	assert_int_equal(w->server.asked, 5);
	assert_int_equal(w->server.accepted, 1);
}

static void
a_connection_that_was_closed_meanwhile_is_opened_again(void **state)
{
	struct world *w = *state;

	scripted_answer(&w->server, "200 OK", SLICE_LIT("answer"));
	w->server.close = true;
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask(w), FETCH_ANSWERED);
	assert_int_equal(w->server.asked, 3);
}

static void
a_fault_with_status_500_is_an_answer(void **state)
{
	struct world *w = *state;

	scripted_answer(&w->server, "500 Oh", SLICE_LIT("fault"));
	assert_int_equal(ask(w), FETCH_ANSWERED);
	assert_int_equal(w->asks[0].status, 500);
	assert_string_equal(w->asks[0].reply, "fault");
}

static void
no_redirect_is_followed_and_where_it_leads_is_told(void **state)
{
	struct world *w = *state;

	scripted_raw(&w->server,
	    "HTTP/1.1 302 There\r\nLocation: https://b.example/RST.srf\r\n"
	    "Set-Cookie: a=b\r\nContent-Length: 0\r\n\r\n");
	assert_int_equal(ask(w), FETCH_ANSWERED);
	assert_int_equal(w->asks[0].status, 302);
	assert_string_equal(w->asks[0].location, "https://b.example/RST.srf");
	assert_int_equal(w->server.asked, 1);
	/* and the cookie is not brought back */
	assert_int_equal(ask(w), FETCH_ANSWERED);
	assert_false(heard(w, "Cookie"));
}

static void
who_says_nothing_is_too_late(void **state)
{
	struct world *w = *state;

	w->cfg.timeout_ms = 600;
	assert_int_equal(ask(w), FETCH_TOO_LATE);
	assert_int_equal(w->server.asked, 1);
}

static void
a_question_may_have_less_time_than_others(void **state)
{
	struct world *w = *state;
	uint64_t before = env_mono_ms(env_real());
	struct ask *a = &w->asks[0];

	w->cfg.timeout_ms = 60000;
	w->fetch = fetch_new(w->loop, w->lib, &w->cfg);
	*a = (struct ask){ .job = { .url = slice_text(w->url),
			       .within_ms = 100,
			       .done = done } };
	fetch_post(w->fetch, &a->job);
	run(w, a);
	assert_int_equal(a->how, FETCH_TOO_LATE);
	assert_in_range(env_mono_ms(env_real()) - before, 90, 20000);
}

static void
a_slow_drip_is_too_late(void **state)
{
	struct world *w = *state;

	w->cfg.timeout_ms = 200;
	w->server.drip = true;
	scripted_answer(&w->server, "200 OK",
	    SLICE_LIT("0123456789012345678901234567890123456789"
		      "0123456789012345678901234567890123456789"
		      "0123456789012345678901234567890123456789"
		      "0123456789012345678901234567890123456789"));
	assert_int_equal(ask(w), FETCH_TOO_LATE);
}

static void
two_megabytes_are_too_large_told_or_not(void **state)
{
	struct world *w = *state;
	struct buf body = BUF_INIT(3 << 20);

	while (body.n < 2 << 20)
		buf_add_text(&body, "0123456789abcdef");
	scripted_answer(&w->server, "200 OK", buf_slice(&body));
	assert_int_equal(ask(w), FETCH_TOO_LARGE);
	/* the same without a length */
	scripted_raw(&w->server, "HTTP/1.1 200 OK\r\n\r\n");
	buf_add_slice(&w->server.answer, buf_slice(&body));
	w->server.close = true;
	assert_int_equal(ask(w), FETCH_TOO_LARGE);
	/* and in chunks */
	scripted_raw(&w->server,
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n");
	buf_add_slice(&w->server.answer, buf_slice(&body));
	assert_int_equal(ask(w), FETCH_TOO_LARGE);
	buf_free(&body);
}

static void
headers_without_end_are_too_large(void **state)
{
	struct world *w = *state;

	scripted_raw(&w->server, "HTTP/1.1 200 OK\r\n");
	for (int i = 0; i < 4000; i++)
		buf_add_text(&w->server.answer, "X-Much: 0123456789\r\n");
	assert_int_equal(ask(w), FETCH_TOO_LARGE);
}

static void
what_ends_in_the_middle_is_cut_off(void **state)
{
	struct world *w = *state;

	w->server.close = true;
	scripted_raw(&w->server,
	    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
	assert_int_equal(ask(w), FETCH_CUT_OFF);
	scripted_raw(&w->server, "HTTP/1.1 200 OK\r\nCont");
	(void)ask(w);
	assert_string_equal(w->asks[0].reply, "");
}

static void
rubbish_is_broken(void **state)
{
	struct world *w = *state;

	w->server.close = true;
	scripted_raw(&w->server, "220 mail.example ESMTP\r\n");
	assert_int_equal(ask(w), FETCH_BROKEN);
}

static void
nobody_there_is_unreachable(void **state)
{
	struct world *w = *state;

	/* a port nobody has: the one next to a server that just left */
	scripted_close(&w->server);
	assert_int_equal(post(w, 0, "q")->done, 0);
	for (int i = 0; i < 3000 && w->asks[0].done == 0; i++)
		loop_turn(w->loop);
	assert_int_equal(w->asks[0].how, FETCH_UNREACHABLE);
	scripted_open(&w->server);
}

static void
some_are_asked_at_once_some_wait_and_the_rest_is_refused(void **state)
{
	struct world *w = *state;
	unsigned ends[2] = { 0 };

	scripted_answer(&w->server, "200 OK", SLICE_LIT("answer"));
	post(w, 0, "q");
	loop_turn(w->loop);
	post(w, 1, "q");
	loop_turn(w->loop);
	for (int i = 2; i < 8; i++)
		post(w, i, "q");
	for (int i = 0; i < 8; i++) {
		run(w, &w->asks[i]);
		ends[w->asks[i].how == FETCH_BUSY]++;
	}
	assert_int_equal(ends[0], 4);
	assert_int_equal(ends[1], 4);
	assert_in_range(w->server.accepted, 1, 2);
}

static void
who_waits_behind_the_silent_does_not_wait_longer_than_they(void **state)
{
	struct world *w = *state;
	uint64_t before = env_mono_ms(env_real());

	w->cfg.timeout_ms = 200;
	for (int i = 0; i < 4; i++)
		post(w, i, "q");
	for (int i = 0; i < 4; i++) {
		run(w, &w->asks[i]);
		assert_int_equal(w->asks[i].how,
		    i < 2 ? FETCH_TOO_LATE : FETCH_BUSY);
	}
	assert_in_range(env_mono_ms(env_real()) - before, 150, 2000);
}

static void
stopping_ends_every_question(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 6; i++)
		post(w, i, "q");
	for (int i = 0; i < 20; i++)
		scripted_turn(&w->server, w->loop);
	post(w, 6, "q");
	fetch_free(w->fetch);
	w->fetch = NULL;
	for (int i = 0; i < 7; i++)
		assert_int_equal(w->asks[i].done, 1);
	assert_int_equal(w->asks[0].how, FETCH_STOPPED);
	assert_int_equal(w->asks[3].how, FETCH_STOPPED);
}

static void
the_retired_finish_what_they_began(void **state)
{
	struct world *w = *state;
	struct ask *a = post(w, 0, "q");

	scripted_answer(&w->server, "200 OK", SLICE_LIT("answer"));
	loop_turn(w->loop);
	fetch_retire(w->fetch);
	w->fetch = NULL;
	run(w, a);
	assert_int_equal(a->how, FETCH_ANSWERED);
}

static void
addresses_that_are_no_servers_are_not_asked(void **state)
{
	static const char *const urls[] = { "", "127.0.0.1", "ftp://127.0.0.1/",
		"file:///etc/passwd", "http://example.com/RST.srf",
		"https://a@b.example/", "https://b.example/\r\nX: y",
		"https://b.example /", "https:///x", "https://b.example:0/",
		"https://b.example:x/", "https://[::1/", "https://[x]/",
		"http://127.0.0.1.example/", "https://b.example/#a",
		"http://0x7f.1/" };
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		snprintf(w->url, sizeof(w->url), "%s", urls[i]);
		assert_int_equal(ask(w), FETCH_FORBIDDEN);
	}
}

static void
urls_are_taken_apart(void **state)
{
	struct fetch_url u;

	(void)state;
	assert_true(fetch_url_parse(SLICE_LIT("https://B.example:4/p?q"), &u));
	assert_true(u.tls && slice_eq_text(u.host, "B.example") &&
	    slice_eq_text(u.place, "B.example:4") &&
	    slice_eq_text(u.path, "/p?q"));
	assert_true(fetch_url_parse(SLICE_LIT("http://[::1]:80"), &u));
	assert_true(!u.tls && slice_eq_text(u.host, "::1") &&
	    fetch_url_is_here(&u) && u.path.n == 0);
	assert_true(fetch_url_parse(SLICE_LIT("http://localhost/"), &u));
	assert_true(fetch_url_is_here(&u));
	assert_true(fetch_url_parse(SLICE_LIT("http://192.0.2.1/"), &u));
	assert_false(fetch_url_is_here(&u));
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_question_is_posted_and_its_answer_comes),
		T(a_connection_is_used_again),
		T(a_connection_that_was_closed_meanwhile_is_opened_again),
		T(a_fault_with_status_500_is_an_answer),
		T(no_redirect_is_followed_and_where_it_leads_is_told),
		T(who_says_nothing_is_too_late),
		T(a_question_may_have_less_time_than_others),
		T(a_slow_drip_is_too_late),
		T(two_megabytes_are_too_large_told_or_not),
		T(headers_without_end_are_too_large),
		T(what_ends_in_the_middle_is_cut_off),
		T(rubbish_is_broken),
		T(nobody_there_is_unreachable),
		T(some_are_asked_at_once_some_wait_and_the_rest_is_refused),
		T(who_waits_behind_the_silent_does_not_wait_longer_than_they),
		T(stopping_ends_every_question),
		T(the_retired_finish_what_they_began),
		T(addresses_that_are_no_servers_are_not_asked),
		T(urls_are_taken_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
