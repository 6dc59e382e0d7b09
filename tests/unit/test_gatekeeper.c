/* SPDX-License-Identifier: MIT */
/* GateKeeper: tokens, challenges and what clients make of them. */
#include "chat/gatekeeper.h"
#include "chat/ircx/quote.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "tests/unit/gkssp_vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
unhex(const char *text, unsigned char *out, size_t n)
{
	struct buf b = BUF_INIT(256);

	assert_true(hex_decode(&b, slice_text(text)));
	assert_int_equal(b.n, n);
	memcpy(out, b.p, n);
	buf_free(&b);
}

/* An answer as a client sends it, in hex: head, MAC and what is behind. */
static bool
answer(unsigned number, const char *challenge, const char *hosts,
    const char *mac, const char *behind)
{
	struct buf hex = BUF_INIT(256), token = BUF_INIT(256);
	unsigned char c[GK_CHALLENGE];
	struct gk_answer got;
	bool ok;

	unhex(challenge, c, sizeof(c));
	buf_addf(&hex, "474b535350004a44%02x00000003000000%s%s", number, mac,
	    behind);
	assert_true(hex_decode(&token, buf_slice(&hex)));
	ok = gk_answer(buf_slice(&token), number, c, slice_text(hosts), &got);
	buf_free(&hex);
	buf_free(&token);
	return ok;
}

#define GUID "b20222bddd94734fae36036afbe7aa6c"

/* covers: chat-ircx 20 #11, #12, #14, #16, #18 */
static void
every_published_answer_is_computed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(gkssp_vectors); i++) {
		const struct gkssp_vector *v = &gkssp_vectors[i];
		struct buf hosts = BUF_INIT(256);

		buf_addf(&hosts, "10.9.8.7, %s %c", v->host, '\0');
		assert_true(
		    answer(v->number, v->challenge, hosts.p, v->mac, GUID));
		buf_free(&hosts);
	}
}

/* covers: chat-ircx 20 #17 */
static void
an_answer_for_another_name_or_for_none_does_not_fit(void **state)
{
	const char *bare = "746f16631412ebd8af4b9853ecfde296";

	(void)state;
	assert_true(answer(2, "0102030405060708", "", bare, GUID));
	assert_false(answer(3, "0102030405060708", "127.0.0.1", bare, GUID));
	assert_false(answer(3, "0102030405060708", "chat.msn.com",
	    "362252d673860f833379a98f99e1e9c1", GUID));
}

/* covers: chat-ircx 20 #15 */
static void
a_name_counts_whole_or_cut_and_in_small_letters_too(void **state)
{
	static const char *const dialled[] = { "directory.example.org",
		"directory.examp", "Directory.Example.org" };
	unsigned char c[GK_CHALLENGE] = "ABCDEFGH", mac[GK_MAC];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dialled); i++) {
		struct buf hex = BUF_INIT(64);

		gk_mac(c, slice_text(dialled[i]), mac);
		hex_encode(&hex, slice_make(mac, sizeof(mac)));
		buf_add_char(&hex, '\0');
		assert_int_equal(answer(3, "4142434445464748",
				     "Directory.Example.ORG", hex.p, GUID),
		    i < 2);
		assert_int_equal(answer(3, "4142434445464748",
				     "directory.example.org", hex.p, GUID),
		    i < 2);
		buf_free(&hex);
	}
}

/* covers: chat-ircx 20 #19, #20 */
static void
the_first_version_has_no_guid_and_the_others_must(void **state)
{
	const char *mac = "746f16631412ebd8af4b9853ecfde296";

	(void)state;
	assert_true(answer(1, "0102030405060708", "", mac, ""));
	assert_false(answer(1, "0102030405060708", "", mac, GUID));
	assert_false(answer(2, "0102030405060708", "", mac, ""));
	assert_false(answer(2, "0102030405060708", "", mac, GUID "00"));
	assert_false(answer(2, "0102030405060708", "", "", ""));
}

/* The chat control 4.5 itself, as it was recorded. */
static void
the_answer_of_the_genuine_control_fits(void **state)
{
	const char *mac = "da2fa1a19b1c3c73a214924aca615a03";

	(void)state;
	assert_true(answer(3, "4142434445464748", "127.0.0.1", mac, GUID));
	assert_false(answer(3, "4142434445464747", "127.0.0.1", mac, GUID));
}

struct hello {
	const char *hex;
	unsigned number; /* 0: refused */
};

/* covers: chat-ircx 20 #6, #7 */
static void
a_hello_tells_its_version_and_two_bytes_mean_nothing(void **state)
{
	static const struct hello rows[] = {
		{ "474b5353500003720200000001000000", 2 },
		{ "474b53535000cccc0100000001000000", 1 },
		{ "474b535350004a440300000001000000", 3 },
		{ "474b5353500000000400000001000000", 4 },
		{ "474b535350000000030000000100000000ff", 3 },
		{ "474b5353500000000500000001000000", 0 },
		{ "474b5353500000000000000001000000", 0 },
		{ "474b5353500000000000000300000001", 0 }, /* big-endian */
		{ "474b5353500000000300000002000000", 0 },
		{ "474b53535000000003000000010000", 0 },
		{ "474b5353510000000300000001000000", 0 },
		{ "", 0 },
	};
	uint32_t number;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b = BUF_INIT(64);
		bool ok;

		assert_true(hex_decode(&b, slice_text(rows[i].hex)));
		ok = gk_hello(buf_slice(&b), &number);
		assert_int_equal(ok, rows[i].number != 0);
		if (ok)
			assert_int_equal(number, rows[i].number);
		buf_free(&b);
	}
}

/* covers: chat-ircx 20 #8, #9, #10 */
static void
the_challenge_token_has_24_bytes_and_the_clients_version(void **state)
{
	static const char want[] = "GKSSP\0\0\0\3\0\0\0\2\0\0\0ABCDEFGH";
	struct buf b = BUF_INIT(64);

	(void)state;
	gk_add_challenge(&b, 3, (const unsigned char *)"ABCDEFGH");
	assert_int_equal(b.n, 24);
	assert_memory_equal(b.p, want, 24);
	buf_free(&b);
}

/* covers: chat-ircx 20 #13 */
static void
the_script_of_2002_answers_as_the_server_expects(void **state)
{
	unsigned char inner[64], outer[64], c[GK_CHALLENGE], a[MD5_BYTES];
	unsigned char mac[GK_MAC];

	(void)state;
	/* its two long strings: the key under two masks */
	memset(inner, '6', sizeof(inner));
	memcpy(inner, "edp{}e|wxrdse}}u", 16);
	memset(outer, '\\', sizeof(outer));
	unhex("0f0e1a11170f161d12180e190f17171f", outer, 16);
	for (unsigned i = 0; i < 1000; i++) {
		struct slice in[] = { slice_make(inner, 64),
			slice_make(c, sizeof(c)) };
		struct slice out[] = { slice_make(outer, 64),
			slice_make(a, sizeof(a)) };

		gk_challenge(env_real(), c);
		digest_md5(in, 2, a);
		digest_md5(out, 2, a);
		gk_mac(c, slice_make("", 0), mac);
		assert_memory_equal(a, mac, sizeof(mac));
		/* and neither it nor the challenge would have to be quoted */
		assert_true(ircx_is_plain(slice_make(a, sizeof(a))));
		assert_true(ircx_is_plain(slice_make(c, sizeof(c))));
		for (unsigned k = 0; k < sizeof(c); k++)
			assert_true(c[k] > ' ' && c[k] <= '~');
	}
}

static void
a_guid_is_shown_as_windows_shows_it(void **state)
{
	unsigned char guid[GK_GUID];
	char text[GK_IDENTITY + 1];

	(void)state;
	unhex("3A75B0EB27629DD8144F8AC5013C77B2", guid, sizeof(guid));
	gk_identity(guid, text);
	assert_string_equal(text, "EBB0753A6227D89D144F8AC5013C77B2");
}

static void
what_others_see_of_a_guid_needs_the_servers_key(void **state)
{
	unsigned char guid[GK_GUID] = { 1 };
	char one[GK_IDENTITY + 1], other[GK_IDENTITY + 1];

	(void)state;
	gk_alias(SLICE_LIT("key"), guid, one);
	gk_alias(SLICE_LIT("key"), guid, other);
	assert_string_equal(one, other);
	assert_int_equal(strlen(one), GK_IDENTITY);
	assert_int_equal(strspn(one, "0123456789ABCDEF"), GK_IDENTITY);
	gk_alias(SLICE_LIT("kez"), guid, other);
	assert_string_not_equal(one, other);
	guid[15] = 1;
	gk_alias(SLICE_LIT("key"), guid, other);
	assert_string_not_equal(one, other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_others_see_of_a_guid_needs_the_servers_key),
		cmocka_unit_test(every_published_answer_is_computed),
		cmocka_unit_test(
		    an_answer_for_another_name_or_for_none_does_not_fit),
		cmocka_unit_test(
		    a_name_counts_whole_or_cut_and_in_small_letters_too),
		cmocka_unit_test(
		    the_first_version_has_no_guid_and_the_others_must),
		cmocka_unit_test(the_answer_of_the_genuine_control_fits),
		cmocka_unit_test(
		    a_hello_tells_its_version_and_two_bytes_mean_nothing),
		cmocka_unit_test(
		    the_challenge_token_has_24_bytes_and_the_clients_version),
		cmocka_unit_test(
		    the_script_of_2002_answers_as_the_server_expects),
		cmocka_unit_test(a_guid_is_shown_as_windows_shows_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
