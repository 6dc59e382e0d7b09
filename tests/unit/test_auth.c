/* SPDX-License-Identifier: MIT */
#include "common/auth/penalty.h"
#include "common/auth/token.h"
#include "common/auth/verifier.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- a world that stands still ---- */

struct world {
	struct env env;
	uint64_t mono;
	int64_t wall;
	uint64_t dice;
};

static uint64_t
fake_mono(void *ctx)
{
	return ((struct world *)ctx)->mono;
}

static int64_t
fake_wall(void *ctx)
{
	return ((struct world *)ctx)->wall;
}

static void
fake_random(void *ctx, void *out, size_t n)
{
	struct world *w = ctx;
	unsigned char *p = out;

	for (size_t i = 0; i < n; i++) {
		w->dice = w->dice * 6364136223846793005u + 1442695040888963407u;
		p[i] = (unsigned char)(w->dice >> 56);
	}
}

static void
world_init(struct world *w)
{
	*w = (struct world){ .mono = 5000, .wall = 1000000, .dice = 1 };
	w->env = (struct env){ fake_mono, fake_wall, fake_random, w };
}

/* ---- tokens ---- */

struct sealed {
	struct world w;
	struct token_keys keys;
	struct token t;
	struct buf text;
};

static void
sealed_init(struct sealed *s)
{
	world_init(&s->w);
	token_keys_make(&s->keys, &s->w.env);
	s->t = (struct token){ .purpose = TOKEN_TICKET,
		.account = 0xfedcba9876543210u,
		.epoch = 0x89abcdefu,
		.issued = s->w.wall,
		.expires = s->w.wall + 300 };
	buf_init(&s->text, 1000);
	token_seal(&s->keys, &s->w.env, &s->t, &s->text);
	assert_true(buf_ok(&s->text));
}

static enum token_verdict
open_at(struct sealed *s, struct slice text, int64_t now)
{
	struct token t;

	return token_open(&s->keys, text, 1u << TOKEN_TICKET, now, &t);
}

static void
a_token_comes_back_as_it_was_sealed(void **state)
{
	struct sealed s;
	struct token got;

	(void)state;
	sealed_init(&s);
	assert_int_equal(token_open(&s.keys, buf_slice(&s.text),
			     1u << TOKEN_TICKET | 1u << TOKEN_WEB, s.w.wall,
			     &got),
	    TOKEN_OK);
	assert_int_equal(got.purpose, TOKEN_TICKET);
	assert_true(got.account == s.t.account);
	assert_int_equal(got.epoch, s.t.epoch);
	assert_true(got.issued == s.t.issued);
	assert_true(got.expires == s.t.expires);
	assert_memory_equal(got.nonce, s.t.nonce, TOKEN_NONCE_BYTES);
	buf_free(&s.text);
}

static void
a_token_is_short_and_made_of_harmless_characters(void **state)
{
	struct sealed s;

	(void)state;
	sealed_init(&s);
	for (unsigned round = 0; round < 200; round++) {
		buf_reset(&s.text);
		token_seal(&s.keys, &s.w.env, &s.t, &s.text);
		assert_true(s.text.n <= TOKEN_TEXT_MAX);
		assert_true(isalnum((unsigned char)s.text.p[0]));
		for (size_t i = 0; i < s.text.n; i++)
			assert_true(isalnum((unsigned char)s.text.p[i]) ||
			    s.text.p[i] == '!' || s.text.p[i] == '*');
	}
	buf_free(&s.text);
}

static void
a_token_changed_in_any_byte_is_forged(void **state)
{
	struct sealed s;

	(void)state;
	sealed_init(&s);
	for (size_t i = 0; i < s.text.n; i++) {
		char was = s.text.p[i];

		for (int c = 0; c < 256; c++) {
			if ((char)c == was)
				continue;
			s.text.p[i] = (char)c;
			assert_int_equal(open_at(&s, buf_slice(&s.text),
					     s.w.wall),
			    TOKEN_FORGED);
		}
		s.text.p[i] = was;
	}
	assert_int_equal(open_at(&s, buf_slice(&s.text), s.w.wall), TOKEN_OK);
	buf_free(&s.text);
}

static void
a_token_of_another_length_is_forged(void **state)
{
	struct sealed s;

	(void)state;
	sealed_init(&s);
	for (size_t n = 0; n < s.text.n; n++)
		assert_int_equal(open_at(&s, slice_upto(buf_slice(&s.text), n),
				     s.w.wall),
		    TOKEN_FORGED);
	for (unsigned i = 0; i < 200; i++) {
		buf_add_char(&s.text, 'A');
		assert_int_equal(open_at(&s, buf_slice(&s.text), s.w.wall),
		    TOKEN_FORGED);
	}
	buf_free(&s.text);
}

static void
purpose_and_time_are_told_apart(void **state)
{
	struct sealed s;
	struct token got = { 0 };

	(void)state;
	sealed_init(&s);
	assert_int_equal(token_open(&s.keys, buf_slice(&s.text),
			     1u << TOKEN_WEB | 1u << TOKEN_TICKET_LONG,
			     s.w.wall, &got),
	    TOKEN_WRONG_PURPOSE);
	assert_true(got.account == 0);
	assert_int_equal(open_at(&s, buf_slice(&s.text), s.t.expires - 1),
	    TOKEN_OK);
	assert_int_equal(token_open(&s.keys, buf_slice(&s.text),
			     1u << TOKEN_TICKET, s.t.expires, &got),
	    TOKEN_EXPIRED);
	assert_true(got.account == s.t.account);
	buf_free(&s.text);
}

static void
an_old_key_opens_until_the_second_rotation(void **state)
{
	struct sealed s;
	struct buf fresh = BUF_INIT(1000);

	(void)state;
	sealed_init(&s);
	token_keys_rotate(&s.keys, &s.w.env);
	assert_int_equal(open_at(&s, buf_slice(&s.text), s.w.wall), TOKEN_OK);
	token_seal(&s.keys, &s.w.env, &s.t, &fresh);
	token_keys_rotate(&s.keys, &s.w.env);
	assert_int_equal(open_at(&s, buf_slice(&s.text), s.w.wall),
	    TOKEN_FORGED);
	assert_int_equal(open_at(&s, buf_slice(&fresh), s.w.wall), TOKEN_OK);
	buf_free(&fresh);
	buf_free(&s.text);
}

static void
keys_survive_saving_and_a_damaged_file_is_refused(void **state)
{
	struct sealed s;
	struct buf saved = BUF_INIT(1000);
	struct token_keys loaded;

	(void)state;
	sealed_init(&s);
	token_keys_rotate(&s.keys, &s.w.env);
	token_keys_save(&s.keys, &saved);
	assert_int_equal(token_keys_load(&loaded, buf_slice(&saved)), 0);
	s.keys = loaded;
	assert_int_equal(open_at(&s, buf_slice(&s.text), s.w.wall), TOKEN_OK);
	for (size_t i = 0; i < saved.n; i++) {
		saved.p[i] = (char)(saved.p[i] ^ 1);
		assert_int_equal(token_keys_load(&loaded, buf_slice(&saved)),
		    -1);
		saved.p[i] = (char)(saved.p[i] ^ 1);
		assert_int_equal(token_keys_load(&loaded,
				     slice_upto(buf_slice(&saved), i)),
		    -1);
	}
	buf_add_char(&saved, 'x');
	assert_int_equal(token_keys_load(&loaded, buf_slice(&saved)), -1);
	buf_free(&saved);
	buf_free(&s.text);
}

static void
what_is_derived_belongs_to_text_label_and_key(void **state)
{
	unsigned char one[32], two[32], wrong[4] = "abc";
	struct sealed s;

	(void)state;
	sealed_init(&s);
	assert_true(token_derive(&s.keys, buf_slice(&s.text), "a", one, 32));
	/* fewer bytes are the first ones */
	assert_true(token_derive(&s.keys, buf_slice(&s.text), "a", two, 24));
	assert_memory_equal(one, two, 24);
	assert_true(token_derive(&s.keys, buf_slice(&s.text), "ab", two, 32));
	assert_memory_not_equal(one, two, 32);
	token_keys_rotate(&s.keys, &s.w.env);
	assert_true(token_derive(&s.keys, buf_slice(&s.text), "a", two, 32));
	assert_memory_equal(one, two, 32);
	token_keys_rotate(&s.keys, &s.w.env);
	assert_false(token_derive(&s.keys, buf_slice(&s.text), "a", wrong, 3));
	assert_string_equal((const char *)wrong, "abc");
	buf_free(&s.text);
}

static void
a_clock_that_is_wrong_makes_no_token_live_for_years(void **state)
{
	struct sealed s;
	struct token got;

	(void)state;
	sealed_init(&s);
	/* before 1970 they are as good as ever */
	s.t.issued = -2000000000;
	s.t.expires = s.t.issued + 86400;
	buf_reset(&s.text);
	token_seal(&s.keys, &s.w.env, &s.t, &s.text);
	assert_int_equal(token_open(&s.keys, buf_slice(&s.text),
			     1u << TOKEN_TICKET, -2000000000, &got),
	    TOKEN_OK);
	assert_int_equal(token_open(&s.keys, buf_slice(&s.text),
			     1u << TOKEN_TICKET, 86400, &got),
	    TOKEN_EXPIRED);
	/* ten years ahead, and then right again */
	s.t.issued = s.w.wall + 10ll * 365 * 86400;
	s.t.expires = s.t.issued + 86400;
	buf_reset(&s.text);
	token_seal(&s.keys, &s.w.env, &s.t, &s.text);
	assert_int_equal(token_open(&s.keys, buf_slice(&s.text),
			     1u << TOKEN_TICKET, s.t.issued, &got),
	    TOKEN_OK);
	assert_int_equal(token_open(&s.keys, buf_slice(&s.text),
			     1u << TOKEN_TICKET, s.w.wall, &got),
	    TOKEN_EXPIRED);
	/* a little is a matter of clocks that are set */
	assert_int_equal(token_open(&s.keys, buf_slice(&s.text),
			     1u << TOKEN_TICKET, s.t.issued - 60, &got),
	    TOKEN_OK);
	buf_free(&s.text);
}

static void
a_nonce_serves_once_and_the_memory_is_bounded(void **state)
{
	struct world w;
	struct token_once *once;
	unsigned char nonce[TOKEN_NONCE_BYTES] = { 0 };

	(void)state;
	world_init(&w);
	once = token_once_new(&w.env, 3);
	for (unsigned char i = 0; i < 3; i++) {
		nonce[0] = i;
		assert_false(token_once_taken(once, nonce));
		assert_true(token_once_take(once, nonce, 100, 50));
		assert_false(token_once_take(once, nonce, 100, 50));
		assert_true(token_once_taken(once, nonce));
	}
	nonce[0] = 3; /* pushes out 0, which is taken for used for all that */
	assert_true(token_once_take(once, nonce, 101, 50));
	nonce[0] = 0;
	assert_false(token_once_take(once, nonce, 100, 50));
	nonce[0] = 4; /* may have been forgotten, for all we know */
	assert_false(token_once_take(once, nonce, 100, 50));
	nonce[0] = 1;
	assert_false(token_once_take(once, nonce, 100, 50));
	assert_false(token_once_take(once, nonce, 100, 99));
	nonce[0] = 9;
	assert_false(token_once_take(once, nonce, 100, 100));
	token_once_free(once);
}

static void
nonces_are_remembered_until_they_expire_however_many_come(void **state)
{
	struct world w;
	struct token_once *once;
	unsigned char nonce[TOKEN_NONCE_BYTES] = { 0 };

	(void)state;
	world_init(&w);
	once = token_once_new(&w.env, 2000);
	/* 20 a second, each good for 50 s: 1000 at a time, many times over */
	for (uint32_t i = 0; i < 20000; i++) {
		int64_t now = 1000 + i / 20;
		uint32_t back = i < 999 ? i : 999;
		uint32_t old = i - back;

		memcpy(nonce, &i, sizeof(i));
		assert_true(token_once_take(once, nonce, now + 50, now));
		assert_false(token_once_take(once, nonce, now + 50, now));
		memcpy(nonce, &old, sizeof(old));
		if (1000 + old / 20 + 50 > now)
			assert_false(
			    token_once_take(once, nonce, now + 50, now));
	}
	token_once_free(once);
}

/* ---- what was right once ---- */

static void
verifiers_are_found_again_however_many_there_are(void **state)
{
	struct verifiers v;

	(void)state;
	verifiers_init(&v, 5000);
	assert_null(verifier_find(&v, 1));
	for (uint64_t i = 1; i <= 5000; i++)
		verifier_put(&v, i * 977, 1, i);
	for (uint64_t i = 1; i <= 5000; i++) {
		assert_non_null(verifier_find(&v, i * 977));
		assert_true(verifier_find(&v, i * 977)->proof == i);
		assert_null(verifier_find(&v, i * 977 + 1));
	}
	verifier_put(&v, 977, 2, 7);
	assert_true(verifier_find(&v, 977)->proof == 7);
	assert_int_equal(verifier_find(&v, 977)->epoch, 2);
	assert_int_equal(v.count, 5000);
	verifiers_free(&v);
}

static void
verifiers_in_use_outlive_those_that_are_not(void **state)
{
	struct verifiers v;
	unsigned left = 0;

	(void)state;
	verifiers_init(&v, 100);
	for (uint64_t i = 1; i <= 5000; i++) {
		verifier_put(&v, i, 1, i);
		for (uint64_t k = 1; k <= 10 && k <= i; k++) {
			assert_non_null(verifier_find(&v, k));
			verifier_used(&v, verifier_find(&v, k));
		}
		assert_true(v.count <= 100);
	}
	for (uint64_t i = 1; i <= 5000; i++) {
		const struct verifier *one = verifier_find(&v, i);

		assert_true(one == NULL || one->proof == i);
		left += one != NULL;
	}
	assert_int_equal(left, 100);
	verifiers_free(&v);
}

/* ---- penalties ---- */

static void
ten_failures_lock_for_the_rest_of_the_minute(void **state)
{
	struct slice key = SLICE_LIT("10.0.0.1 a@example.com");
	struct world w;
	struct penalty *p;

	(void)state;
	world_init(&w);
	p = penalty_new(&w.env, 100, 10, 60);
	for (unsigned i = 0; i < 10; i++) {
		assert_false(penalty_locked(p, key));
		penalty_fail(p, key);
		w.mono += 1000;
	}
	assert_true(penalty_locked(p, key));
	assert_false(penalty_locked(p, SLICE_LIT("somebody else")));
	w.mono += 49999;
	assert_true(penalty_locked(p, key));
	w.mono += 1;
	assert_false(penalty_locked(p, key));
	penalty_fail(p, key);
	assert_false(penalty_locked(p, key));
	penalty_free(p);
}

static void
forgiveness_starts_the_count_again(void **state)
{
	struct world w;
	struct penalty *p;

	(void)state;
	world_init(&w);
	p = penalty_new(&w.env, 100, 2, 60);
	penalty_fail(p, SLICE_LIT("k"));
	penalty_fail(p, SLICE_LIT("k"));
	assert_true(penalty_locked(p, SLICE_LIT("k")));
	penalty_forgive(p, SLICE_LIT("k"));
	penalty_forgive(p, SLICE_LIT("never failed"));
	assert_false(penalty_locked(p, SLICE_LIT("k")));
	penalty_fail(p, SLICE_LIT("k"));
	assert_false(penalty_locked(p, SLICE_LIT("k")));
	penalty_free(p);
}

static void
penalties_forget_the_oldest_key_when_full(void **state)
{
	struct world w;
	struct penalty *p;

	(void)state;
	world_init(&w);
	p = penalty_new(&w.env, 2, 1, 60);
	penalty_fail(p, SLICE_LIT("first"));
	penalty_fail(p, SLICE_LIT(""));
	penalty_fail(p, SLICE_LIT("third"));
	assert_false(penalty_locked(p, SLICE_LIT("first")));
	assert_true(penalty_locked(p, SLICE_LIT("")));
	assert_true(penalty_locked(p, SLICE_LIT("third")));
	penalty_free(p);
}

static void
penalties_tell_keys_of_any_length_apart(void **state)
{
	/* up to 31 bytes are kept as they are, longer ones as a digest */
	static const char text[40] = "a key, and zero bytes";
	struct world w;
	struct penalty *p;

	(void)state;
	world_init(&w);
	for (size_t n = 0; n <= sizeof(text); n++) {
		p = penalty_new(&w.env, 100, 1, 60);
		penalty_fail(p, slice_make(text, n));
		for (size_t other = 0; other <= sizeof(text); other++)
			assert_int_equal(penalty_locked(p,
					     slice_make(text, other)),
			    other == n);
		penalty_free(p);
	}
}

static void
what_is_allowed_may_change_while_somebody_is_counted(void **state)
{
	struct world w;
	struct penalty *p;

	(void)state;
	world_init(&w);
	p = penalty_new(&w.env, 100, 2, 60);
	penalty_fail(p, SLICE_LIT("k"));
	penalty_fail(p, SLICE_LIT("k"));
	assert_true(penalty_locked(p, SLICE_LIT("k")));
	penalty_allow(p, 3);
	assert_false(penalty_locked(p, SLICE_LIT("k")));
	penalty_fail(p, SLICE_LIT("k"));
	assert_true(penalty_locked(p, SLICE_LIT("k")));
	penalty_allow(p, 1);
	assert_true(penalty_locked(p, SLICE_LIT("k")));
	penalty_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_comes_back_as_it_was_sealed),
		cmocka_unit_test(
		    a_token_is_short_and_made_of_harmless_characters),
		cmocka_unit_test(a_token_changed_in_any_byte_is_forged),
		cmocka_unit_test(a_token_of_another_length_is_forged),
		cmocka_unit_test(purpose_and_time_are_told_apart),
		cmocka_unit_test(an_old_key_opens_until_the_second_rotation),
		cmocka_unit_test(
		    keys_survive_saving_and_a_damaged_file_is_refused),
		cmocka_unit_test(what_is_derived_belongs_to_text_label_and_key),
		cmocka_unit_test(
		    a_clock_that_is_wrong_makes_no_token_live_for_years),
		cmocka_unit_test(a_nonce_serves_once_and_the_memory_is_bounded),
		cmocka_unit_test(
		    nonces_are_remembered_until_they_expire_however_many_come),
		cmocka_unit_test(
		    verifiers_are_found_again_however_many_there_are),
		cmocka_unit_test(verifiers_in_use_outlive_those_that_are_not),
		cmocka_unit_test(ten_failures_lock_for_the_rest_of_the_minute),
		cmocka_unit_test(forgiveness_starts_the_count_again),
		cmocka_unit_test(penalties_forget_the_oldest_key_when_full),
		cmocka_unit_test(penalties_tell_keys_of_any_length_apart),
		cmocka_unit_test(
		    what_is_allowed_may_change_while_somebody_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
