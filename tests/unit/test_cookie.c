/* SPDX-License-Identifier: MIT */
/* Cookies, as a request's header has them. */
#include "common/http/cookie.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct http_request {
	const char *cookie;
	const char *host;
};

struct slice
http_header(const struct http_request *rq, const char *name)
{
	const char *text = strcmp(name, "Cookie") == 0 ? rq->cookie : rq->host;

	return text != NULL ? slice_text(text) : (struct slice){ 0 };
}

static void
a_cookie_is_found_by_its_whole_name(void **state)
{
	static const struct {
		const char *header, *want;
	} rows[] = {
		{ NULL, NULL },
		{ "", NULL },
		{ "a", NULL },
		{ "a=1", "1" },
		{ "a=", "" },
		{ "b=2; a=1", "1" },
		{ "b=2;a=1;", "1" },
		{ " a=1 ", "1" },
		{ "xa=2; ax=3; A=4", NULL },
		{ "a=first; a=second", "first" },
		{ "b=a=1; a=x=y", "x=y" },
		{ ";;=;a=1", "1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct http_request rq = { .cookie = rows[i].header };
		struct slice got = http_cookie(&rq, "a");

		if (rows[i].want == NULL) {
			assert_null(got.p);
			continue;
		}
		assert_non_null(got.p);
		assert_true(slice_eq_text(got, rows[i].want));
	}
}

static void
a_cookie_is_for_the_names_of_the_service_or_for_one_host(void **state)
{
	static const struct {
		const char *host, *want;
	} rows[] = {
		{ NULL, "domain=.passport.com;" },
		{ "loginnet.passport.com", "domain=.passport.com;" },
		{ "login.live.com:443", "domain=.live.com;" },
		{ "LOGIN.LIVE.COM", "domain=.live.com;" },
		{ "notlive.com", "" },
		{ "192.0.2.1:8443", "" },
		{ "chat.example.org", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct http_request rq = { .host = rows[i].host };

		assert_string_equal(http_cookie_domain(&rq), rows[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cookie_is_found_by_its_whole_name),
		cmocka_unit_test(
		    a_cookie_is_for_the_names_of_the_service_or_for_one_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
