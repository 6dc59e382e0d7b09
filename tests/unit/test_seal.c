/* SPDX-License-Identifier: MIT */
/* Secrets under a key: opened as they were sealed, or not at all. */
#include "common/codec/seal.h"

#include "common/codec/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const unsigned char key[SEAL_KEY_BYTES] = { 1, 2, 3 };

static struct buf
sealed(const char *label, const char *text)
{
	struct buf b = BUF_INIT(1024);

	seal_make(key, env_real(), slice_text(label), slice_text(text), &b);
	assert_true(buf_ok(&b));
	return b;
}

static bool
opens(const unsigned char *with, const char *label, struct slice s,
    const char *text)
{
	struct buf b = BUF_INIT(1024);
	bool good = seal_open(with, slice_text(label), s, &b);

	if (good)
		assert_true(slice_eq_text(buf_slice(&b), text));
	else
		assert_int_equal(b.n, 0);
	buf_free(&b);
	return good;
}

static void
what_was_sealed_is_opened_with_its_key_and_label(void **state)
{
	static const char *const texts[] = { "", "x", "a longer secret \xff" };
	unsigned char other[SEAL_KEY_BYTES];

	(void)state;
	memcpy(other, key, sizeof(key));
	other[SEAL_KEY_BYTES - 1] ^= 1;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct buf b = sealed("of ann", texts[i]);
		struct slice s = buf_slice(&b);

		assert_int_equal(s.n, slice_text(texts[i]).n + SEAL_MORE_BYTES);
		assert_true(opens(key, "of ann", s, texts[i]));
		assert_false(opens(other, "of ann", s, texts[i]));
		assert_false(opens(key, "of bob", s, texts[i]));
		assert_false(opens(key, "", s, texts[i]));
		buf_free(&b);
	}
}

static void
whatever_bit_is_changed_nothing_is_opened(void **state)
{
	struct buf b = sealed("l", "secret");

	(void)state;
	for (size_t i = 0; i < b.n * 8; i++) {
		b.p[i / 8] = (char)(b.p[i / 8] ^ 1 << i % 8);
		assert_false(opens(key, "l", buf_slice(&b), "secret"));
		b.p[i / 8] = (char)(b.p[i / 8] ^ 1 << i % 8);
	}
	for (size_t n = 0; n < b.n; n++)
		assert_false(
		    opens(key, "l", slice_upto(buf_slice(&b), n), "secret"));
	assert_true(opens(key, "l", buf_slice(&b), "secret"));
	buf_free(&b);
}

static void
the_same_secret_is_never_sealed_alike(void **state)
{
	struct buf a = sealed("l", "secret"), b = sealed("l", "secret");

	(void)state;
	assert_false(slice_eq(buf_slice(&a), buf_slice(&b)));
	assert_int_equal(slice_find_slice(buf_slice(&a), SLICE_LIT("secret")),
	    a.n);
	buf_free(&a);
	buf_free(&b);
}

/* Case 16 of the mode's own paper, without the last 4 bytes of its text. */
static void
the_cipher_is_the_documented_one(void **state)
{
	static const char *const parts[] = {
		/* nonce, text enciphered, tag */
		"cafebabefacedbaddecaf888",
		("522dc1f099567d07f47f37a32a84427d"
		 "643a8cdcbfe5c0c97598a2bd2555d1aa"
		 "8cb08e48590dbb3da7b08b1056828838"
		 "c5f61e6393ba7a0abcc9f662"),
		"76fc6ece0f4e1768cddf8853bb2d551b",
	};
	struct buf k = BUF_INIT(32), s = BUF_INIT(256), label = BUF_INIT(64),
		   text = BUF_INIT(256), want = BUF_INIT(256);

	(void)state;
	assert_true(hex_decode(&k,
	    SLICE_LIT("feffe9928665731c6d6a8f9467308308"
		      "feffe9928665731c6d6a8f9467308308")));
	assert_true(hex_decode(&label,
	    SLICE_LIT("feedfacedeadbeeffeedfacedeadbeefabaddad2")));
	assert_true(hex_decode(&want,
	    SLICE_LIT("d9313225f88406e5a55909c5aff5269a"
		      "86a7a9531534f7da2e4c303d8a318a72"
		      "1c3c0c95956809532fcf0e2449a6b525"
		      "b16aedf5aa0de657ba637b39")));
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		assert_true(hex_decode(&s, slice_text(parts[i])));
	assert_true(seal_open((const unsigned char *)k.p, buf_slice(&label),
	    buf_slice(&s), &text));
	assert_true(slice_eq(buf_slice(&text), buf_slice(&want)));
	buf_free(&k);
	buf_free(&s);
	buf_free(&label);
	buf_free(&text);
	buf_free(&want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_was_sealed_is_opened_with_its_key_and_label),
		cmocka_unit_test(whatever_bit_is_changed_nothing_is_opened),
		cmocka_unit_test(the_same_secret_is_never_sealed_alike),
		cmocka_unit_test(the_cipher_is_the_documented_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
