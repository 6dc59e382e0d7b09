/* SPDX-License-Identifier: MIT */
#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/list.h"
#include "common/base/map.h"
#include "common/base/num.h"
#include "common/base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
a_slice_is_cut_at_every_separator_and_the_last_word_ends_it(void **state)
{
	struct slice rest = SLICE_LIT("a,,b");
	struct slice word;

	(void)state;
	assert_true(slice_cut(&rest, ',', &word) && slice_eq_text(word, "a"));
	assert_true(slice_cut(&rest, ',', &word) && word.n == 0);
	assert_true(slice_cut(&rest, ',', &word) && slice_eq_text(word, "b"));
	assert_false(slice_cut(&rest, ',', &word));
}

static void
a_list_is_cut_into_words_between_commas_blanks_or_both(void **state)
{
	struct slice rest = SLICE_LIT(" , a,b\tc , ,d ");
	struct slice none = { 0 };
	struct slice word;

	(void)state;
	for (const char *want = "abcd"; *want != '\0'; want++) {
		assert_true(slice_cut_word(&rest, &word));
		assert_true(slice_eq(word, slice_make(want, 1)));
	}
	assert_false(slice_cut_word(&rest, &word));
	assert_false(slice_cut_word(&rest, &word));
	assert_false(slice_cut_word(&none, &word));
}

static void
a_buffer_beyond_its_ceiling_fails_and_stays_failed(void **state)
{
	struct buf b = BUF_INIT(8);

	(void)state;
	buf_add_text(&b, "12345678");
	assert_true(buf_ok(&b));
	buf_add_char(&b, '9');
	assert_false(buf_ok(&b));
	buf_reset(&b);
	buf_addf(&b, "%d", 1234567);
	assert_true(buf_ok(&b));
	assert_int_equal(b.n, 7);
	buf_free(&b);
}

static void
a_buffer_gives_room_and_repeats_itself_within_its_ceiling(void **state)
{
	struct buf b = BUF_INIT(100);
	char *p;

	(void)state;
	assert_null(buf_extend(&b, 0));
	buf_add_again(&b, 0, 0);
	p = buf_extend(&b, 60);
	assert_non_null(p);
	memset(p, 'x', 60);
	memcpy(p + 10, "word", 4);
	/* it grows, and must copy from where it is then */
	buf_add_again(&b, 10, 4);
	assert_true(slice_eq_text(slice_from(buf_slice(&b), 60), "word"));
	assert_null(buf_extend(&b, 37));
	assert_false(buf_ok(&b));
	buf_add_again(&b, 0, 1);
	assert_int_equal(b.n, 64);
	buf_free(&b);
}

static void
numbers_take_the_whole_slice_or_fail(void **state)
{
	uint64_t v;
	uint32_t w;
	int64_t i;

	(void)state;
	assert_true(num_parse_u64(SLICE_LIT("18446744073709551615"), &v));
	assert_true(v == UINT64_MAX);
	assert_false(num_parse_u64(SLICE_LIT("18446744073709551616"), &v));
	assert_false(num_parse_u64(SLICE_LIT("1x"), &v));
	assert_false(num_parse_u64(SLICE_LIT(""), &v));
	assert_false(num_parse_u32(SLICE_LIT("4294967296"), &w));
	assert_true(num_parse_u32(SLICE_LIT("007"), &w) && w == 7);
	assert_true(num_parse_i64(SLICE_LIT("-5"), &i) && i == -5);
}

static void
utf8_refuses_overlong_forms_and_surrogates(void **state)
{
	(void)state;
	assert_true(utf8_valid(SLICE_LIT("p\xc3\xa4ss \xf0\x9f\x98\x80")));
	assert_false(utf8_valid(SLICE_LIT("\xc0\xaf")));
	assert_false(utf8_valid(SLICE_LIT("\xed\xa0\x80")));
	assert_false(utf8_valid(SLICE_LIT("\xc3")));
	assert_int_equal(utf8_first(SLICE_LIT("\xc3\xa4ss")), 2);
	assert_int_equal(utf8_first(SLICE_LIT("\xc3")), 0);
	assert_int_equal(utf8_first(SLICE_LIT("")), 0);
}

struct thing {
	struct map_node node;
	struct slice name;
};

static struct slice
thing_key(const struct map_node *n)
{
	return ((const struct thing *)(const void *)n)->name;
}

static void
a_map_finds_what_was_put_and_forgets_what_was_removed(void **state)
{
	static char names[1000][8];
	static struct thing things[1000];
	struct map m;

	(void)state;
	map_init(&m, thing_key, (const unsigned char *)"0123456789abcdef");
	for (size_t i = 0; i < 1000; i++) {
		size_t n = num_format_u64(i, names[i]);

		things[i].name = slice_make(names[i], n);
		map_put(&m, &things[i].node);
	}
	for (size_t i = 0; i < 1000; i += 2)
		map_remove(&m, &things[i].node);
	for (size_t i = 0; i < 1000; i++)
		assert_true(
		    (map_get(&m, things[i].name) != NULL) == (i % 2 == 1));
	assert_int_equal(m.count, 500);
	map_free(&m);
}

static void
an_arena_gives_up_at_its_ceiling(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 10000);
	assert_non_null(arena_alloc(&a, 9000));
	assert_null(arena_alloc(&a, 9000));
	arena_reset(&a);
	assert_non_null(arena_alloc(&a, 9000));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_slice_is_cut_at_every_separator_and_the_last_word_ends_it),
		cmocka_unit_test(
		    a_list_is_cut_into_words_between_commas_blanks_or_both),
		cmocka_unit_test(
		    a_buffer_beyond_its_ceiling_fails_and_stays_failed),
		cmocka_unit_test(
		    a_buffer_gives_room_and_repeats_itself_within_its_ceiling),
		cmocka_unit_test(numbers_take_the_whole_slice_or_fail),
		cmocka_unit_test(utf8_refuses_overlong_forms_and_surrogates),
		cmocka_unit_test(
		    a_map_finds_what_was_put_and_forgets_what_was_removed),
		cmocka_unit_test(an_arena_gives_up_at_its_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
