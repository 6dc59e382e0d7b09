/* SPDX-License-Identifier: MIT */
/* The grammar of the Authorization header, and nexus.redirect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nexus/nexus.h"
#include "nexus/passport.h"

#define NS_STRING                                                          \
	"lc=1033,id=507,tw=40,fs=1,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom," \
	"ct=1062764229,kpp=1,kv=5,ver=2.1.0173.1,"                         \
	"tpf=43f8a4c8ed940c04e3740be46c4d1619"
#define SEAL "43f8a4c8ed940c04e3740be46c4d1619"
#define ORG  "OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom"

struct good {
	const char *header, *sign_in, *password, *seal;
};

/* NULL: the item is not there. */
static const struct good goods[] = {
	/* MSN 5 to 7 (seed 004) */
	{ "Passport1.4 " ORG
	  ",sign-in=example%40passport.com,pwd=password," NS_STRING,
	    "example@passport.com", "password", SEAL },
	/* Messenger for Mac: the string first (seed 002) */
	{ "Passport1.4 tpf=9zz,fake=1,OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger"
	  ".msn.com,sign-in=hey%40vito.io,pwd=asdf",
	    "hey@vito.io", "asdf", "9zz" },
	/* WinINet */
	{ "Passport1.4 sign-in=user1%40example.com,pwd=password,"
	  "elapsed-time=0,OrgVerb=GET,"
	  "OrgUrl=https://partner.example.com/auth.asp,param1,param2",
	    "user1@example.com", "password", NULL },
	{ "Passport1.4 tname=,OrgVerb=GET,OrgUrl=https://x/,param1,param2",
	    NULL, NULL, NULL },
	{ "Passport1.4 from-PP='t=abc&p=def'", NULL, NULL, NULL },
	{ "Passport1.4", NULL, NULL, NULL },
	{ "passport1.4   SIGN-IN=a%40b , PWD=c ,", "a@b", "c", NULL },
	{ "  Passport1.4\tsign-in=a@b,,pwd=c,", "a@b", "c", NULL },
	{ "Passport1.4 sign-in=a%2Eb%40c.d,pwd=%2C%3D%26%25", "a.b@c.d", ",=&%",
	    NULL },
	{ "Passport1.4 sign-in=a@b,pwd=a+b%2Bc", "a@b", "a+b+c", NULL },
	{ "Passport1.4 sign-in=a@b,pwd=x=y=z", "a@b", "x=y=z", NULL },
	{ "Passport1.4 sign-in='a@b',pwd=\"c d\"", "a@b", "c d", NULL },
	{ "Passport1.4 sign-in=a@b,pwd='c", "a@b", "'c", NULL },
	{ "Passport1.4 sign-in=a@b,pwd=%27c%27", "a@b", "'c'", NULL },
	{ "Passport1.4 sign-in=a@b,pwd=''", "a@b", "", NULL },
	{ "Passport1.4 sign-in=a@b,pwd=", "a@b", "", NULL },
	{ "Passport1.4 sign-in=a@b,pwd=100%", "a@b", "100%", NULL },
	/* MSN.pm, which keeps ten keys (field-runs 2.1) */
	{ "Passport1.4 sign-in=a@b,pwd=c," ORG
	  ",ru=http%3A%2F%2Fx},lc=1033,id=507,tw=40,fs=1,ct=1,kpp=1,kv=5,"
	  "ver=2.1.0173.1,tpf=" SEAL,
	    "a@b", "c", SEAL },
	/* msnlib, whose own keys come first (programs-2 9) */
	{ "Passport1.4 " ORG ",sign-in=a@b,pwd=c,lc=1033,id=507,tw=40,fs=1,"
	  "ru=http://x,ct=0,kpp=1,kv=5,ver=2.1.0173.1," NS_STRING,
	    "a@b", "c", SEAL },
	/* UTF-8, escaped and raw, and Windows-1252 */
	{ "Passport1.4 sign-in=a@b,pwd=p%C3%A4ss", "a@b", "p\xc3\xa4ss", NULL },
	{ "Passport1.4 sign-in=a@b,pwd=p\xc3\xa4ss", "a@b", "p\xc3\xa4ss",
	    NULL },
	{ "Passport1.4 sign-in=a@b,pwd=p%E4ss%80", "a@b",
	    "p\xc3\xa4ss\xe2\x82\xac", NULL },
};

/* Passwords that were not encoded, or may not have been. */
struct raw {
	const char *header, *password, *raw;
};

static const struct raw raws[] = {
	{ "Passport1.4 " ORG ",sign-in=a@b,pwd=a%41b,c&d," NS_STRING, "aAb,c&d",
	    "a%41b,c&d" },
	{ "Passport1.4 " ORG ",sign-in=a@b,pwd=ab,cd=ef," NS_STRING, "ab,cd=ef",
	    NULL },
	{ "Passport1.4 " ORG ",sign-in=a@b,pwd=,," NS_STRING, ",", NULL },
	{ "Passport1.4 " ORG ",sign-in=a@b,pwd=plain," NS_STRING, "plain",
	    NULL },
	{ "Passport1.4 sign-in=a@b,pwd=a%09b", "a\tb", "a%09b" },
	{ "Passport1.4 sign-in=a@b,pwd='c d'", "c d", "'c d'" },
	{ "Passport1.4 sign-in=a@b,pwd=%E4", "\xc3\xa4", "%E4" },
	/* no two readings: what is no UTF-8 came from a code page */
	{ "Passport1.4 sign-in=a@b,pwd=\xe4", "\xc3\xa4", NULL },
};

static void
assert_slice(struct slice got, const char *want)
{
	if (want == NULL) {
		assert_null(got.p);
		return;
	}
	assert_non_null(got.p);
	assert_int_equal(got.n, strlen(want));
	assert_memory_equal(got.p, want, got.n);
}

/* covers: passport 13 #6, #8-12; field-runs 2.1, programs-2 17 */
static void
every_form_seen_in_the_wild_is_understood(void **state)
{
	struct passport_request rq;
	struct arena arena;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(goods); i++) {
		arena_init(&arena, 64 * 1024);
		assert_int_equal(passport_parse(slice_text(goods[i].header),
				     &arena, &rq),
		    PASSPORT_OK);
		assert_slice(rq.sign_in, goods[i].sign_in);
		assert_slice(rq.password, goods[i].password);
		assert_slice(rq.seal, goods[i].seal);
		passport_wipe(&rq);
		arena_free(&arena);
	}
}

/* programs-2 17: jMSN, Kwerty and msnp11-sdk do not encode it. */
static void
a_password_ends_where_the_challenge_begins_and_is_kept_as_it_was(void **state)
{
	struct passport_request rq;
	struct arena arena;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(raws); i++) {
		arena_init(&arena, 64 * 1024);
		assert_int_equal(passport_parse(slice_text(raws[i].header),
				     &arena, &rq),
		    PASSPORT_OK);
		assert_slice(rq.password, raws[i].password);
		assert_slice(rq.raw, raws[i].raw);
		passport_wipe(&rq);
		arena_free(&arena);
	}
}

static enum passport_verdict
verdict_of(struct slice header)
{
	struct passport_request rq;
	enum passport_verdict v;
	struct arena arena;

	arena_init(&arena, 64 * 1024);
	v = passport_parse(header, &arena, &rq);
	arena_free(&arena);
	return v;
}

static void
a_header_of_another_scheme_counts_as_absent(void **state)
{
	static const char *const others[] = { "", "Basic YTpi", "Passport",
		"Passport1.40 sign-in=a@b,pwd=c", "Passport1.4,sign-in=a@b" };

	(void)state;
	assert_int_equal(verdict_of((struct slice){ 0 }), PASSPORT_ABSENT);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_int_equal(verdict_of(slice_text(others[i])),
		    PASSPORT_ABSENT);
}

static void
a_header_that_could_mean_two_things_is_broken(void **state)
{
	static const char *const broken[] = {
		"Passport1.4 =x,sign-in=a@b,pwd=c",
		"Passport1.4 sign-in=a@b,sign-in=b@b,pwd=c",
		"Passport1.4 sign-in=a@b,pwd=c,PWD=d",
		"Passport1.4 sign-in=a@b,pwd=c,tpf=1,tpf=2",
		"Passport1.4 sign-in=a%0A@b,pwd=c",
		"Passport1.4 sign-in=a@b,pwd=c%00d",
		"Passport1.4 sign-in=a@b\x01,pwd=c",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++)
		assert_int_equal(verdict_of(slice_text(broken[i])),
		    PASSPORT_BROKEN);
}

/* covers: passport 13 #43 */
static void
a_header_over_4_kib_is_too_long_and_one_below_is_not(void **state)
{
	char text[PASSPORT_HEADER_MAX + 1];
	const struct slice head = SLICE_LIT("Passport1.4 sign-in=a@b,pwd=");

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, head.p, head.n);
	assert_int_equal(verdict_of(slice_make(text, PASSPORT_HEADER_MAX)),
	    PASSPORT_OK);
	assert_int_equal(verdict_of(slice_make(text, PASSPORT_HEADER_MAX + 1)),
	    PASSPORT_TOO_LONG);
}

/* covers: passport 13 #36 */
static void
a_wiped_password_is_gone(void **state)
{
	struct passport_request rq;
	struct arena arena;

	(void)state;
	arena_init(&arena, 64 * 1024);
	assert_int_equal(passport_parse(SLICE_LIT("Passport1.4 pwd=secret"),
			     &arena, &rq),
	    PASSPORT_OK);
	passport_wipe(&rq);
	assert_memory_equal(rq.password.p, "\0\0\0\0\0\0", 6);
	arena_free(&arena);
}

static void
redirects_are_pairs_of_domain_and_host(void **state)
{
	struct nexus_config cfg;
	char err[256] = "";

	(void)state;
	assert_int_equal(nexus_config_parse(&cfg, SLICE_LIT(""),
			     SLICE_LIT("hotmail.com=loginnet.passport.com, "
				       "MSN.com = m.example.org:8443"),
			     err, sizeof(err)),
	    0);
	assert_string_equal(cfg.login, "login.live.com");
	assert_slice(nexus_config_redirect(&cfg, SLICE_LIT("A@Hotmail.com")),
	    "loginnet.passport.com");
	assert_slice(nexus_config_redirect(&cfg, SLICE_LIT("a@msn.com")),
	    "m.example.org:8443");
	assert_null(nexus_config_redirect(&cfg, SLICE_LIT("a@b.com")).p);
	assert_null(nexus_config_redirect(&cfg, SLICE_LIT("hotmail.com")).p);
	assert_null(nexus_config_redirect(&cfg, SLICE_LIT("")).p);
}

static void
a_setting_that_is_wrong_is_named_with_what_would_be_right(void **state)
{
	static const char *const wrong[] = { "hotmail.com", "=a", "a=", "a=b,",
		"a=b c", "a=https://b", "a=b,,c=d", "a=b\r\nX: y" };
	struct nexus_config cfg = { .login = "kept", .redirect = "kept" };
	char err[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(nexus_config_parse(&cfg, SLICE_LIT(""),
				     slice_text(wrong[i]), err, sizeof(err)),
		    -1);
		assert_non_null(strstr(err, "nexus.redirect: "));
		assert_non_null(strstr(err, "domain=host"));
	}
	assert_int_equal(nexus_config_parse(&cfg, SLICE_LIT("https://x/"),
			     SLICE_LIT(""), err, sizeof(err)),
	    -1);
	assert_non_null(strstr(err, "nexus.login: "));
	assert_string_equal(cfg.login, "kept");
	assert_string_equal(cfg.redirect, "kept");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_seen_in_the_wild_is_understood),
		cmocka_unit_test(
		    a_password_ends_where_the_challenge_begins_and_is_kept_as_it_was),
		cmocka_unit_test(a_header_of_another_scheme_counts_as_absent),
		cmocka_unit_test(a_header_that_could_mean_two_things_is_broken),
		cmocka_unit_test(
		    a_header_over_4_kib_is_too_long_and_one_below_is_not),
		cmocka_unit_test(a_wiped_password_is_gone),
		cmocka_unit_test(redirects_are_pairs_of_domain_and_host),
		cmocka_unit_test(
		    a_setting_that_is_wrong_is_named_with_what_would_be_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
