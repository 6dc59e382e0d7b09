/* SPDX-License-Identifier: MIT */
/* The pieces of the address book front that need nobody: stamps and cards. */
#include "soap/card.h"
#include "soap/fields.h"
#include "soap/stamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t
parsed(const char *text)
{
	uint64_t stamp = 77;

	assert_true(stamp_parse(slice_text(text), &stamp));
	return stamp;
}

static void
a_stamp_is_written_to_the_tick_and_read_back(void **state)
{
	static const struct {
		uint64_t stamp;
		const char *text;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00.0000000Z" },
		{ 12145548931570000, "2008-06-27T08:21:33.1570000Z" },
		{ 9519551999999999, "2000-03-01T23:59:59.9999999Z" },
		{ 9516960000000001, "2000-02-28T00:00:00.0000001Z" },
		{ 9517824000000000, "2000-02-29T00:00:00.0000000Z" },
		{ 41024447990000000, "2099-12-31T23:59:59.0000000Z" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b = BUF_INIT(64);

		stamp_add(&b, rows[i].stamp);
		assert_int_equal(b.n, STAMP_TEXT);
		if (!slice_eq_text(buf_slice(&b), rows[i].text))
			fail_msg("%s is " SLICE_FMT, rows[i].text,
			    SLICE_ARG(buf_slice(&b)));
		assert_int_equal(parsed(rows[i].text), rows[i].stamp);
		buf_free(&b);
	}
	for (uint64_t day = 0; day < 60000; day++) {
		uint64_t s = day * 86400 * STAMP_PER_SECOND, back;
		struct buf b = BUF_INIT(64);

		stamp_add(&b, s);
		assert_true(stamp_parse(buf_slice(&b), &back));
		assert_int_equal(back, s);
		buf_free(&b);
	}
}

static void
every_spelling_of_a_time_is_understood(void **state)
{
	(void)state;
	assert_int_equal(parsed("2008-06-27T08:21:33.1570000-07:00"),
	    parsed("2008-06-27T15:21:33.157Z"));
	assert_int_equal(parsed("2008-06-27T08:21:33+05:30"),
	    parsed(" 2008-06-27T02:51:33.0 "));
	assert_int_equal(parsed("2008-06-27T08:21:33.123456789Z"),
	    parsed("2008-06-27T08:21:33.1234567"));
	assert_int_equal(parsed("0001-01-01T00:00:00"), 0);
	assert_int_equal(parsed("0001-01-01T00:00:00.0000000-08:00"), 0);
	assert_int_equal(parsed("1969-12-31T23:59:59Z"), 0);
}

static void
what_is_no_time_is_refused(void **state)
{
	static const char *const rows[] = { "", "now", "2008-06-27",
		"2008-06-27T08:21", "2008-06-27 08:21:33",
		"2008-13-27T08:21:33", "2008-00-27T08:21:33",
		"2008-06-00T08:21:33", "2008-06-32T08:21:33",
		"2008-06-27T24:21:33", "2008-06-27T08:60:33",
		"2008-06-27T08:21:61", "2008-06-27T08:21:33.",
		"2008-06-27T08:21:33x", "2008-06-27T08:21:33+1:00",
		"2008-06-27T08:21:33+15:00", "2008-06-27T08:21:33+01:60",
		"2008-06-27T08:21:33ZZ", "-008-06-27T08:21:33",
		"0000-06-27T08:21:33", "2008-06-27T08:21:33.1570000-07:00x" };
	uint64_t stamp;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (stamp_parse(slice_text(rows[i]), &stamp))
			fail_msg("%s is taken for a time", rows[i]);
}

/* ---- cards ---- */

struct sheet {
	struct arena arena;
	struct card card;
};

static struct sheet *
sheet_new(const char *kept)
{
	struct sheet *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	arena_init(&s->arena, 1 << 20);
	card_read(&s->card, &s->arena, slice_text(kept));
	return s;
}

static void
sheet_is(struct sheet *s, const char *kept)
{
	struct buf b = BUF_INIT(1 << 16);

	card_write(&s->card, &b);
	buf_add_char(&b, '\0');
	assert_string_equal(b.p, kept);
	buf_free(&b);
}

static void
sheet_free(struct sheet *s)
{
	arena_free(&s->arena);
	free(s);
}

static void
set(struct sheet *s, const char *key, const char *value)
{
	card_set(&s->card, slice_text(key), slice_text(value));
}

static void
a_card_keeps_its_lines_in_order(void **state)
{
	struct sheet *s = sheet_new("junk\n=x\nb=2\na=1%0a%25\n\nc=\n");

	(void)state;
	assert_false(s->card.changed);
	sheet_is(s, "a=1%0A%25\nb=2\n");
	assert_true(slice_eq_text(card_get(&s->card, SLICE_LIT("a")), "1\n%"));
	set(s, "ab", "x=y z");
	set(s, "b", "");
	set(s, "never", "");
	sheet_is(s, "a=1%0A%25\nab=x=y%20z\n");
	assert_true(s->card.changed);
	card_clear(&s->card, SLICE_LIT("a"));
	sheet_is(s, "");
	assert_false(s->card.refused);
	assert_null(card_get(&s->card, SLICE_LIT("a")).p);
	sheet_free(s);
}

static void
a_card_refuses_what_is_too_much(void **state)
{
	static char text[CARD_VALUE + 2];
	struct sheet *s = sheet_new("");
	char key[16];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	set(s, "a", text);
	assert_true(s->card.refused);
	sheet_free(s);
	s = sheet_new("");
	set(s, text, "a");
	assert_true(s->card.refused);
	sheet_free(s);
	s = sheet_new("");
	set(s, "a", "\xff");
	assert_true(s->card.refused);
	sheet_free(s);
	s = sheet_new("");
	for (int i = 0; i < CARD_LINES; i++) {
		key[0] = (char)('a' + i % 26);
		key[1] = (char)('a' + i / 26);
		key[2] = '\0';
		set(s, key, "v");
	}
	assert_false(s->card.refused);
	set(s, "zzz", "v");
	assert_true(s->card.refused);
	assert_int_equal(s->card.n, CARD_LINES);
	sheet_free(s);
}

static void
take(struct sheet *s, const char *xml, const char *words)
{
	static const struct xml_limits limits = { 16, 1000, 1 << 16 };
	const char *why;
	struct xml_node *root =
	    xml_read(&s->arena, slice_text(xml), &limits, &why);

	assert_non_null(root);
	fields_take(&s->card, root,
	    words ? slice_text(words) : (struct slice){ 0 });
}

static void
parts_of_listed_things_change_one_by_one(void **state)
{
	struct sheet *s = sheet_new("");

	(void)state;
	take(s,
	    "<i><phones><ContactPhone><contactPhoneType>A</contactPhoneType>"
	    "<number>1</number></ContactPhone><ContactPhone><contactPhoneType>B"
	    "</contactPhoneType><number>2</number></ContactPhone></phones>"
	    "<firstName>F</firstName><annotations><Annotation><Name>x y</Name>"
	    "<Value>z</Value></Annotation></annotations></i>",
	    NULL);
	sheet_is(s, ".firstName=F\nax%20y=z\npA.number=1\npB.number=2\n");
	take(s,
	    "<i><phones><ContactPhone><contactPhoneType>B</contactPhoneType>"
	    "<propertiesChanged>Number IsMessengerEnabled</propertiesChanged>"
	    "<isMessengerEnabled>true</isMessengerEnabled></ContactPhone>"
	    "<ContactPhone><contactPhoneType>no type</contactPhoneType>"
	    "<number>3</number></ContactPhone></phones></i>",
	    "ContactPhone");
	sheet_is(s,
	    ".firstName=F\nax%20y=z\npA.number=1\n"
	    "pB.isMessengerEnabled=true\n");
	take(s, "<i/>", "Phone");
	sheet_is(s, ".firstName=F\nax%20y=z\n");
	take(s, "<i/>", "firstname Annotation");
	sheet_is(s, "ax%20y=z\n");
	sheet_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stamp_is_written_to_the_tick_and_read_back),
		cmocka_unit_test(every_spelling_of_a_time_is_understood),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(a_card_keeps_its_lines_in_order),
		cmocka_unit_test(a_card_refuses_what_is_too_much),
		cmocka_unit_test(parts_of_listed_things_change_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
