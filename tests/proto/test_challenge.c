/* SPDX-License-Identifier: MIT */
/* CHL and QRY: what is asked, when, and what an answer does. */
#include "common/codec/chl.h"
#include "ns/msnp/dialect.h"
#include "tests/proto/play.h"

#include <stdio.h>
#include <string.h>

/* Who is asked, and one of its products. */
static const char *const programs[][2] = {
	{ "MSNP6", "msmsgs@msnmsgr.com" },
	{ "MSNP7", "msmsgs@msnmsgr.com" },
	{ "MSNP8", "PROD0038W!61ZTF9" },
	{ "MSNP9", "PROD0061VRRZH@4F" },
	{ "MSNP10", "PROD0058#7IL2{QD" },
	{ "MSNP11", "PROD0090YUAUV{2B" },
	{ "MSNP12", "PROD0104U6VVM{UJ" },
	{ "MSNP13", "PROD01065C%ZFN6F" },
	{ "MSNP14", "PROD0112J1LW7%NB" },
	{ "MSNP15", "PROD0113H11T8$X_" },
	{ "MSNP16", "PROD0114ES4Z%Q5W" },
	{ "MSNP18", "PROD0119GSJUC$18" },
};

static struct world *
world_that_asks(enum ns_challenge mode)
{
	struct world *w = world_new();

	world_config(w)->challenge = mode;
	world_reload(w);
	return w;
}

/* Signed in and synchronised; what follows the echo of its CHG is next. */
static struct player *
comes(struct world *w, const char *dialect)
{
	struct player *p = play_sign_in(w, "alice@a.com", dialect);

	play_say(p, "CHG 5 NLN");
	play_hears(p, "CHG 5 NLN");
	return p;
}

/* The digits of the CHL that comes next; good until the next call. */
static const char *
hears_challenge(struct player *p)
{
	static char digits[CHL_DIGITS + 1];

	play_hears_like(p, "CHL 0 *");
	(void)snprintf(digits, sizeof(digits), "%s", play_word(p, 2));
	assert_int_equal(strlen(play_word(p, 2)), CHL_DIGITS);
	assert_int_equal(strspn(digits, "0123456789"), CHL_DIGITS);
	return digits;
}

static void
answers(struct player *p, const char *product, const char *payload)
{
	char line[64];

	(void)snprintf(line, sizeof(line), "QRY 9 %s", product);
	play_say_with(p, line, payload);
}

static void
answers_right(struct player *p, const char *product, const char *digits)
{
	char answer[CHL_ANSWER + 1];

	assert_true(
	    chl_answer(slice_text(digits), slice_text(product), answer));
	answers(p, product, answer);
}

static uint64_t
count(struct world *w, enum counter c)
{
	return metrics_get(world_core(w)->metrics, c);
}

/* Does an error tell the length of a payload? */
static bool
has_lengths(const char *version)
{
	return dialect_has(dialect_find(slice_text(version)), D_BOOK);
}

/* covers: ns-classic 15 #101, #103; soap 11 #27 */
static void
a_right_answer_is_taken_and_a_wrong_one_is_the_end(void **state)
{
	struct world *w = world_that_asks(NS_CHALLENGE_ON);
	unsigned n = ARRAY_LEN(programs);

	(void)state;
	for (unsigned i = 0; i < n; i++) {
		struct player *p = comes(w, programs[i][0]);
		char digits[CHL_DIGITS + 1];

		(void)snprintf(digits, sizeof(digits), "%s",
		    hears_challenge(p));
		play_ignore(p);
		answers_right(p, programs[i][1], digits);
		play_hears(p, "QRY 9");
		/* there is nothing left to answer wrong */
		answers(p, programs[i][1], "0123456789abcdef0123456789abcdef");
		play_hears(p, "QRY 9");
		play_hears_nothing(p);
		play_hang_up(p);

		p = comes(w, programs[i][0]);
		(void)hears_challenge(p);
		play_ignore(p);
		answers(p, programs[i][1], "0123456789abcdef0123456789abcdef");
		play_hears(p,
		    has_lengths(programs[i][0]) ? "540 9 0" : "540 9");
		play_is_closed(p, CLOSE_CHALLENGE_WRONG);
	}
	assert_int_equal(count(w, COUNTER_CHL_SENT), 2 * n);
	assert_int_equal(count(w, COUNTER_CHL_RIGHT), n);
	assert_int_equal(count(w, COUNTER_CHL_WRONG), n);
	world_free(w);
}

static void
whatever_is_no_answer_is_wrong(void **state)
{
	static const char *const cases[] = {
		"QRY 9 PROD00517IFH4@RV 3\r\nabc",
		"QRY 9 x 0\r\n",
	};
	static const char bare[] =
	    "QRY 9 32\r\n0123456789abcdef0123456789abcdef";
	struct world *w = world_that_asks(NS_CHALLENGE_ON);
	struct player *p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		p = comes(w, "MSNP9");
		(void)hears_challenge(p);
		play_say_bytes(p, cases[i], strlen(cases[i]));
		play_hears(p, "540 9");
		play_is_closed(p, CLOSE_CHALLENGE_WRONG);
	}
	/* without a product nobody can say what is right */
	p = comes(w, "MSNP9");
	(void)hears_challenge(p);
	play_say_bytes(p, bare, sizeof(bare) - 1);
	play_hears(p, "QRY 9");
	/* a product of later years, and an answer as it gives it */
	p = comes(w, "MSNP9");
	answers_right(p, "PROD0090YUAUV{2B", hears_challenge(p));
	play_hears(p, "540 9");
	play_is_closed(p, CLOSE_CHALLENGE_WRONG);
	world_free(w);
}

static void
who_cannot_be_judged_is_believed(void **state)
{
	struct world *w = world_that_asks(NS_CHALLENGE_ON);
	struct player *p = comes(w, "MSNP12");

	(void)state;
	(void)hears_challenge(p);
	answers(p, "PROD008955JTJ_S7", "0123456789abcdef0123456789abcdef");
	play_hears(p, "QRY 9");
	assert_int_equal(count(w, COUNTER_CHL_UNKNOWN), 1);
	play_hears_nothing(p);
	world_free(w);
}

static void
silence_is_no_answer(void **state)
{
	struct world *w = world_that_asks(NS_CHALLENGE_ON);
	struct player *p = comes(w, "MSNP7");

	(void)state;
	(void)hears_challenge(p);
	world_pass(w, 50000);
	play_say(p, "PNG");
	play_hears(p, "QNG");
	world_pass(w, 6000);
	/* never without a word: programs-1 1, 2, 3 */
	play_hears(p, "OUT SSD");
	play_is_closed(p, CLOSE_CHALLENGE_LATE);
	assert_int_equal(count(w, COUNTER_CHL_LATE), 1);
	world_free(w);
}

static void
the_next_one_comes_after_20_to_60_minutes(void **state)
{
	struct world *w = world_that_asks(NS_CHALLENGE_ON);
	struct player *p;
	char old[CHL_DIGITS + 1];

	(void)state;
	world_config(w)->idle_ms = 2 * 3600 * 1000;
	world_reload(w);
	p = comes(w, "MSNP7");
	(void)snprintf(old, sizeof(old), "%s", hears_challenge(p));
	answers_right(p, programs[1][1], old);
	play_hears(p, "QRY 9");
	world_pass(w, 20 * 60 * 1000 - 2000);
	play_hears_nothing(p);
	for (int i = 0; i < 45 && count(w, COUNTER_CHL_SENT) < 2; i++)
		world_pass(w, 60 * 1000 - 5000);
	assert_string_not_equal(hears_challenge(p), old);
	world_free(w);
}

/* covers: ns-classic 15 #102 */
static void
nobody_is_asked_when_it_is_off(void **state)
{
	struct world *w = world_new();

	(void)state;
	world_config(w)->idle_ms = 2 * 3600 * 1000;
	world_reload(w);
	for (unsigned i = 0; i < ARRAY_LEN(programs); i += 4) {
		struct player *p = comes(w, programs[i][0]);

		play_ignore(p);
		world_pass(w, 11 * 60 * 1000);
		play_hears_nothing(p);
		answers(p, "x", "0123456789abcdef0123456789abcdef");
		play_hears(p, "QRY 9");
		play_hang_up(p);
	}
	assert_int_equal(count(w, COUNTER_CHL_SENT), 0);
	world_free(w);
}

static void
observing_only_counts(void **state)
{
	struct world *w = world_that_asks(NS_CHALLENGE_OBSERVE);
	struct player *p;

	(void)state;
	world_config(w)->idle_ms = 2 * 3600 * 1000;
	world_reload(w);
	p = comes(w, "MSNP9");
	(void)hears_challenge(p);
	answers(p, programs[2][1], "0123456789abcdef0123456789abcdef");
	play_hears(p, "QRY 9");
	play_hang_up(p);
	p = comes(w, "MSNP9");
	(void)hears_challenge(p);
	world_pass(w, 60000);
	play_hears_nothing(p);
	assert_int_equal(count(w, COUNTER_CHL_WRONG), 1);
	assert_int_equal(count(w, COUNTER_CHL_LATE), 1);
	assert_true(world_logged(w, "ns-challenge"));
	/* and a reload ends it */
	world_config(w)->challenge = NS_CHALLENGE_OFF;
	world_reload(w);
	world_pass(w, 61 * 60 * 1000);
	play_hears_nothing(p);
	world_free(w);
}

static void
the_first_versions_are_never_asked(void **state)
{
	static const char *const dialects[] = { "MSNP2", "MSNP3", "MSNP4",
		"MSNP5" };
	struct world *w = world_that_asks(NS_CHALLENGE_ON);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct player *p = comes(w, dialects[i]);

		world_pass(w, 61000);
		play_hears_nothing(p);
		answers(p, "x", "0123456789abcdef0123456789abcdef");
		play_is_closed(p, CLOSE_WRONG_DIALECT);
	}
	world_free(w);
}

static void
who_asks_to_be_asked_is(void **state)
{
	struct world *w = world_that_asks(NS_CHALLENGE_ON);
	struct player *p = play_sign_in(w, "alice@a.com", "MSNP9");
	char digits[CHL_DIGITS + 1];

	(void)state;
	play_say(p, "CHL 4");
	play_hears_like(p, "CHL 4 *");
	(void)snprintf(digits, sizeof(digits), "%s", play_word(p, 2));
	/* while it has one it gets no other */
	play_say(p, "CHG 5 NLN");
	play_hears(p, "CHG 5 NLN");
	play_say(p, "CHL 6");
	play_hearsf(p, "CHL 6 %s", digits);
	play_hears_nothing(p);
	answers_right(p, programs[2][1], digits);
	play_hears(p, "QRY 9");
	assert_int_equal(count(w, COUNTER_CHL_RIGHT), 1);
	/* also where nobody minds the answer */
	world_config(w)->challenge = NS_CHALLENGE_OFF;
	world_reload(w);
	p = play_sign_in(w, "bob@b.com", "MSNP6");
	play_say(p, "CHL 4");
	play_hears_like(p, "CHL 4 *");
	assert_int_equal(strlen(play_word(p, 2)), CHL_DIGITS);
	answers(p, "x", "0123456789abcdef0123456789abcdef");
	play_hears(p, "QRY 9");
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_right_answer_is_taken_and_a_wrong_one_is_the_end),
		cmocka_unit_test(whatever_is_no_answer_is_wrong),
		cmocka_unit_test(who_cannot_be_judged_is_believed),
		cmocka_unit_test(silence_is_no_answer),
		cmocka_unit_test(the_next_one_comes_after_20_to_60_minutes),
		cmocka_unit_test(nobody_is_asked_when_it_is_off),
		cmocka_unit_test(observing_only_counts),
		cmocka_unit_test(the_first_versions_are_never_asked),
		cmocka_unit_test(who_asks_to_be_asked_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
