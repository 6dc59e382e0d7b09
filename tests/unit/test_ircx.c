/* SPDX-License-Identifier: MIT */
/* The grammar of chat: lines, quoting, names, member strings. */
#include "chat/ircx/dialect.h"
#include "chat/ircx/name.h"
#include "chat/ircx/quote.h"
#include "chat/ircx/style.h"
#include "chat/ircx/writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
expect(const char *in, enum ircx_read how, size_t used, const char *words)
{
	struct ircx_line line;
	size_t n;
	char got[256] = "";

	assert_int_equal(ircx_read_line(slice_text(in), &line, &n), how);
	assert_int_equal(n, used);
	if (how != IRCX_LINE)
		return;
	(void)snprintf(got, sizeof(got), SLICE_FMT, SLICE_ARG(line.verb));
	for (unsigned i = 0; i < line.nwords; i++) {
		size_t at = strlen(got);

		(void)snprintf(got + at, sizeof(got) - at, "|" SLICE_FMT,
		    SLICE_ARG(line.words[i]));
	}
	assert_string_equal(got, words);
}

static void
lines_have_words_and_a_last_one_behind_a_colon(void **state)
{
	(void)state;
	expect("NICK nick\r\n", IRCX_LINE, 11, "NICK|nick");
	expect("NICK nick\n", IRCX_LINE, 10, "NICK|nick");
	expect(":me!a@b PRIVMSG %#r :a  b :c\r\n", IRCX_LINE, 30,
	    "PRIVMSG|%#r|a  b :c");
	expect("JOIN %#r \r\n", IRCX_LINE, 11, "JOIN|%#r");
	expect("AWAY :\r\n", IRCX_LINE, 8, "AWAY|");
	expect("A  b:c   d\r\n", IRCX_LINE, 12, "A|b:c|d");
	expect("\r\n:only\r\n  \r\nX\n", IRCX_LINE, 15, "X");
	expect("\r\nPI", IRCX_MORE, 2, NULL);
	expect("", IRCX_MORE, 0, NULL);
}

static void
a_line_of_a_kibibyte_without_an_end_is_too_long(void **state)
{
	char line[IRCX_LINE_MAX + 1];

	(void)state;
	memset(line, 'a', sizeof(line));
	line[IRCX_LINE_MAX] = '\0';
	expect(line, IRCX_TOO_LONG, 0, NULL);
	line[IRCX_LINE_MAX - 1] = '\0';
	expect(line, IRCX_MORE, 0, NULL);
}

static void
of_too_many_words_the_last_has_all_the_rest(void **state)
{
	struct ircx_line line;
	struct buf b = BUF_INIT(512);
	size_t used;

	(void)state;
	buf_add_text(&b, "X");
	for (unsigned i = 0; i < IRCX_WORDS_MAX + 3; i++)
		buf_addf(&b, " %u", i);
	buf_add_text(&b, "\n");
	assert_int_equal(ircx_read_line(buf_slice(&b), &line, &used),
	    IRCX_LINE);
	assert_int_equal(line.nwords, IRCX_WORDS_MAX);
	assert_true(slice_eq_text(line.words[31], "31 32 33 34"));
	buf_free(&b);
}

static void
what_ends_a_line_is_in_none_that_is_written(void **state)
{
	struct buf b = BUF_INIT(64);
	struct ircx_line line;
	struct blob *text;
	size_t used;

	(void)state;
	assert_true(ircx_is_one_line(SLICE_LIT("a\tb\\r")));
	assert_false(ircx_is_one_line(slice_make("a\0b", 3)));
	assert_false(ircx_is_one_line(SLICE_LIT("a\rb")));
	assert_false(ircx_is_one_line(SLICE_LIT("a\nb")));
	/* the reader shows them to who must decide */
	assert_int_equal(ircx_read_line(slice_make("A \r\0b\r\n", 7), &line,
			     &used),
	    IRCX_LINE);
	assert_int_equal(used, 7);
	assert_false(ircx_is_one_line(line.text));
	/* two lines in one buffer stay two */
	buf_add(&b, "a\0b\rc\nd", 7);
	ircx_end_line(&b, 0);
	buf_add_text(&b, "\re");
	ircx_end_line(&b, 9);
	assert_int_equal(b.n, 13);
	assert_memory_equal(b.p, "a b c d\r\n e\r\n", 13);
	text = ircx_text(slice_make("\r\0\nx", 4));
	assert_memory_equal(text->p, "   x", 4);
	blob_unref(text);
	buf_free(&b);
}

/* covers: chat-ircx 20 #1, #2, #3 */
static void
seven_bytes_are_quoted_and_come_back(void **state)
{
	struct buf all = BUF_INIT(256), q = BUF_INIT(512), u = BUF_INIT(256);

	(void)state;
	for (unsigned i = 0; i < 256; i++)
		buf_add_char(&all, (char)i);
	ircx_quote(&q, buf_slice(&all));
	assert_int_equal(q.n, 256 + 7);
	assert_true(ircx_is_plain(slice_make("\x01\x7f\xff:!", 5)));
	assert_false(ircx_is_plain(buf_slice(&all)));
	assert_true(ircx_unquote(&u, buf_slice(&q)));
	assert_int_equal(u.n, 256);
	assert_memory_equal(u.p, all.p, 256);
	buf_reset(&q);
	ircx_quote(&q, slice_make("\0\t\n\r ,\\", 7));
	assert_int_equal(q.n, 14);
	assert_memory_equal(q.p, "\\0\\t\\n\\r\\b\\c\\\\", 14);
	buf_free(&all);
	buf_free(&q);
	buf_free(&u);
}

/* covers: chat-ircx 20 #5 */
static void
what_need_not_be_quoted_is_taken_raw_and_a_bad_quote_is_not(void **state)
{
	struct buf u = BUF_INIT(64);

	(void)state;
	assert_true(ircx_unquote(&u, slice_make("a b,c\td\0e", 9)));
	assert_int_equal(u.n, 9);
	assert_false(ircx_unquote(&u, SLICE_LIT("a\\x")));
	assert_false(ircx_unquote(&u, SLICE_LIT("a\\")));
	buf_free(&u);
}

static void
a_room_is_named_with_or_without_the_percent_sign(void **state)
{
	struct slice name;

	(void)state;
	assert_true(ircx_room_name(SLICE_LIT("%#My\\bRoom"), &name));
	assert_true(slice_eq_text(name, "My\\bRoom"));
	assert_true(ircx_room_name(SLICE_LIT("#a"), &name));
	assert_true(slice_eq_text(name, "a"));
	assert_true(ircx_room_name(SLICE_LIT("%#\xc3\xa9"), &name));
	assert_false(ircx_room_name(SLICE_LIT("%#"), &name));
	assert_false(ircx_room_name(SLICE_LIT("%#a b"), &name));
	assert_false(ircx_room_name(SLICE_LIT("%#a,b"), &name));
	assert_false(ircx_room_name(SLICE_LIT("%#a\x07"), &name));
	assert_false(ircx_room_name(SLICE_LIT("&a"), &name));
	assert_false(ircx_room_name(SLICE_LIT("a"), &name));
}

struct nick_row {
	const char *nick;
	bool any, guest, member, plain, staff;
};

static void
each_kind_of_people_has_nicknames_of_its_own(void **state)
{
	/* clang-format off */
	static const struct nick_row rows[] = {
		{ ">logos3",   true,  true,  false, false, false },
		{ "logos3",    true,  false, true,  true,  true },
		{ "nick",      true,  false, true,  true,  true },
		{ "a-[]{}|",   true,  false, true,  true,  true },
		{ "\xc3\xa9t", true,  false, true,  true,  true },
		{ ">",         false, false, false, false, false },
		{ "",          false, false, false, false, false },
		{ ">Sysop1",   true,  false, false, false, false },
		{ "adminX",    true,  false, false, false, true },
		{ "3com",      false, false, false, false, false },
		{ ">3com",     true,  true,  false, false, false },
		{ "a b",       false, false, false, false, false },
		{ "a!b",       false, false, false, false, false },
		{ "'Sysop",    true,  false, false, false, true },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct slice n = slice_text(rows[i].nick);

		assert_int_equal(ircx_nick_ok(n, NICK_ANY), rows[i].any);
		assert_int_equal(ircx_nick_ok(n, NICK_GUEST), rows[i].guest);
		assert_int_equal(ircx_nick_ok(n, NICK_MEMBER), rows[i].member);
		assert_int_equal(ircx_nick_ok(n, NICK_PLAIN), rows[i].plain);
		assert_int_equal(ircx_nick_ok(n, NICK_STAFF), rows[i].staff);
	}
}

static void
masks_match_with_stars_and_question_marks(void **state)
{
	(void)state;
	assert_true(ircx_match(SLICE_LIT("*"), SLICE_LIT("")));
	assert_true(ircx_match(SLICE_LIT("a*C?"), SLICE_LIT("AxxcD")));
	assert_true(ircx_match(SLICE_LIT("*!ab@*$*"), SLICE_LIT("n!AB@x$s")));
	assert_true(ircx_match(SLICE_LIT("*a*b"), SLICE_LIT("xaab")));
	assert_false(ircx_match(SLICE_LIT("a"), SLICE_LIT("ab")));
	assert_false(ircx_match(SLICE_LIT("ab"), SLICE_LIT("a")));
	assert_false(ircx_match(SLICE_LIT("*a*b"), SLICE_LIT("xbba")));
	assert_false(ircx_match(SLICE_LIT("?"), SLICE_LIT("")));
}

static const char *
shown(const char *dialect, bool joined, const struct member_look *m)
{
	static char text[128];
	const struct ircx_dialect *d =
	    dialect[0] == '\0' ? ircx_dialect(DIALECT_PLAIN) : NULL;
	struct buf b = BUF_INIT(sizeof(text) - 1);

	if (d == NULL)
		d = strcmp(dialect, "IRCX") == 0
		    ? ircx_dialect(DIALECT_IRCX)
		    : ircx_dialect_find(slice_text(dialect));
	assert_non_null(d);
	if (joined)
		ircx_add_joined(d, &b, m);
	else
		ircx_add_member(d, &b, m);
	if (b.n > 0)
		memcpy(text, b.p, b.n);
	text[b.n] = '\0';
	buf_free(&b);
	return text;
}

/* covers: chat-ircx 20 #57, #58, #59, #60, #64 */
static void
a_member_is_shown_by_the_number_of_the_reader(void **state)
{
	struct member_look guest = { .nick = SLICE_LIT(">name"),
		.guest = true,
		.profile = 15 };
	struct member_look man = { .nick = SLICE_LIT("name"),
		.level = LEVEL_OWNER,
		.profile = 11 };

	(void)state;
	assert_string_equal(shown("IRC8", false, &guest), "H,U,GO,>name");
	assert_string_equal(shown("IRC7", false, &guest), "H,U,G,>name");
	assert_string_equal(shown("IRC6", false, &guest), "H,U,G,>name");
	assert_string_equal(shown("IRC4", false, &guest), ">name");
	assert_string_equal(shown("IRC8", true, &guest), "H,U,GO ");
	assert_string_equal(shown("IRC8", false, &man), "H,U,MYO,.name");
	assert_string_equal(shown("IRC7", false, &man), "H,U,MY,.name");
	assert_string_equal(shown("IRC5", false, &man), "H,U,P,.name");
	assert_string_equal(shown("IRC3", false, &man), ".name");
	assert_string_equal(shown("IRCX", false, &man), ".name");
	assert_string_equal(shown("", false, &man), "@name");
	/* control 3.0: no letters in JOIN (field-runs 3.5) */
	assert_string_equal(shown("IRC5", true, &man), "");
	assert_string_equal(shown("IRC3", true, &man), "");
	man.level = LEVEL_HOST;
	assert_string_equal(shown("IRC8", true, &man), "H,U,MYO,@ ");
	man.profile = 5;
	man.away = true;
	assert_string_equal(shown("IRC8", false, &man), "G,U,FXO,@name");
	man.profile = 0;
	man.subscriber = true;
	assert_string_equal(shown("IRC8", false, &man), "G,U,RXB,@name");
	assert_string_equal(shown("IRC6", false, &man), "G,U,R,@name");
	man.profile = 9;
	assert_string_equal(shown("IRC7", false, &man), "G,U,PY,@name");
}

static void
only_eight_numbers_are_versions(void **state)
{
	(void)state;
	assert_non_null(ircx_dialect_find(SLICE_LIT("IRC1")));
	assert_non_null(ircx_dialect_find(SLICE_LIT("irc8")));
	assert_null(ircx_dialect_find(SLICE_LIT("IRC9")));
	assert_null(ircx_dialect_find(SLICE_LIT("IRC0")));
	assert_null(ircx_dialect_find(SLICE_LIT("IRCX")));
	assert_null(ircx_dialect_find(SLICE_LIT("")));
	for (unsigned i = 0; i < DIALECTS; i++)
		assert_int_equal(ircx_dialect(i)->index, i);
}

static void
a_line_is_cut_to_512_bytes_between_characters(void **state)
{
	struct buf b = BUF_INIT(4096);

	(void)state;
	buf_add_text(&b, "before\r\n");
	for (unsigned i = 0; i < 400; i++)
		buf_add_text(&b, "\xc3\xa9");
	buf_add_char(&b, 1);
	ircx_end_line(&b, 8);
	assert_true(b.n - 8 <= IRCX_SAID_MAX && b.n - 8 >= IRCX_SAID_MAX - 2);
	assert_memory_equal(b.p + b.n - 4, "\xa9\1\r\n", 4);
	buf_reset(&b);
	buf_add_text(&b, "short");
	ircx_end_line(&b, 0);
	assert_int_equal(b.n, 7);
	buf_free(&b);
}

static void
unstyled(const char *said, const char *text)
{
	struct slice got = ircx_unstyled(slice_text(said));

	assert_int_equal(got.n, strlen(text));
	assert_memory_equal(got.p, text, got.n);
}

static void
a_text_is_read_without_its_style(void **state)
{
	(void)state;
	unstyled("\1S \x0b\1Palatino\\bLinotype;0 Hi Folks\1", "Hi Folks");
	unstyled("\1S \\n\1Arial;0 a; b\1", "a; b");
	unstyled("\1S \1\1Arial;0 cut off", "cut off");
	unstyled("\1S \1\1Arial;0 \1", "");
	unstyled("\1S \1\1Arial;0\1", "\1S \1\1Arial;0\1");
	unstyled("\1S nothing of it\1", "\1S nothing of it\1");
	unstyled("\1S ", "\1S ");
	unstyled("\1ACTION a;b c\1", "\1ACTION a;b c\1");
	unstyled("", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    lines_have_words_and_a_last_one_behind_a_colon),
		cmocka_unit_test(
		    a_line_of_a_kibibyte_without_an_end_is_too_long),
		cmocka_unit_test(of_too_many_words_the_last_has_all_the_rest),
		cmocka_unit_test(what_ends_a_line_is_in_none_that_is_written),
		cmocka_unit_test(seven_bytes_are_quoted_and_come_back),
		cmocka_unit_test(
		    what_need_not_be_quoted_is_taken_raw_and_a_bad_quote_is_not),
		cmocka_unit_test(
		    a_room_is_named_with_or_without_the_percent_sign),
		cmocka_unit_test(each_kind_of_people_has_nicknames_of_its_own),
		cmocka_unit_test(masks_match_with_stars_and_question_marks),
		cmocka_unit_test(a_member_is_shown_by_the_number_of_the_reader),
		cmocka_unit_test(only_eight_numbers_are_versions),
		cmocka_unit_test(a_text_is_read_without_its_style),
		cmocka_unit_test(a_line_is_cut_to_512_bytes_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
