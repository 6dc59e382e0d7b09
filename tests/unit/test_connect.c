/* SPDX-License-Identifier: MIT */
/* "Connect your client": its tables, where it is, and what it remembers. */
#include "common/base/names.h"
#include "fake_clock.h"
#include "web/connect_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
has_part(struct slice file, const char *name)
{
	if (page_part(file, name).n == 0)
		fail_msg("no part %s", name);
}

static void
a_file_is_read_by_its_parts(void **state)
{
	const struct slice file =
	    SLICE_LIT("before\n<!-- part: a -->\none\n<!-- part: b.c -->\n"
		      "two\n<!-- part: empty -->\n<!-- part: last -->\nthree");

	(void)state;
	assert_true(slice_eq_text(page_part(file, "a"), "one\n"));
	assert_true(slice_eq_text(page_part(file, "b.c"), "two\n"));
	assert_true(slice_eq_text(page_part(file, "last"), "three"));
	assert_int_equal(page_part(file, "empty").n, 0);
	assert_int_equal(page_part(file, "b").n, 0);
	assert_int_equal(page_part(file, "").n, 0);
	assert_int_equal(page_part(slice_text("<!-- part: x"), "x").n, 0);
	assert_int_equal(page_part(slice_text(""), "x").n, 0);
}

static void
every_system_has_its_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < connect_nsystems; i++) {
		const struct connect_system *s = &connect_systems[i];
		const struct connect_client *usual =
		    connect_find_client(slice_text(s->usual));

		assert_ptr_equal(connect_find_system(slice_text(s->key)), s);
		has_part(web_page_connect_names, s->names);
		has_part(web_page_connect_cert, s->cert);
		has_part(web_page_connect_tls, s->tls);
		if (s->registry != NULL)
			has_part(web_page_connect_reg, s->registry);
		assert_non_null(usual);
		assert_true(connect_runs(usual, s) && connect_fits(usual, s));
	}
}

static void
every_program_has_its_words_and_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < connect_nclients; i++) {
		const struct connect_client *c = &connect_clients[i];
		const char *name;
		bool asks_tls = c->tls_name == NULL, asks_ns = false;
		size_t n;

		assert_ptr_equal(connect_find_client(slice_text(c->key)), c);
		assert_non_null(connect_find_system(slice_text(c->first)));
		has_part(web_page_connect_client, c->key);
		if (c->registry != NULL) {
			has_part(web_page_connect_steps, c->registry);
			has_part(web_page_connect_reg, c->registry);
		}
		for (n = 0; (name = connect_name(c, n)) != NULL; n++) {
			assert_null(strchr(name, '*'));
			asks_ns |= strcmp(name, "messenger.hotmail.com") == 0;
			asks_tls |= c->tls_name != NULL &&
			    strcmp(name, c->tls_name) == 0;
		}
		assert_true(asks_ns && asks_tls);
		/* a test remembers them as the bits of one number */
		assert_true(n >= 2 && n + CONNECT_NAME <= 64);
	}
}

static void
a_browser_says_what_it_runs_on(void **state)
{
	static const struct {
		const char *agent;
		const char *system;
	} cases[] = {
		{ "Mozilla/4.0 (compatible; MSIE 5.0; Windows 98; DigExt)",
		    "win98" },
		{ "Mozilla/4.0 (compatible; MSIE 5.5; Windows 98; Win 9x 4.90)",
		    "winme" },
		{ "Mozilla/4.0 (compatible; MSIE 4.01; Windows 95)", "win95" },
		{ "Mozilla/4.0 (compatible; MSIE 4.01; Windows NT)", "nt4" },
		{ "Mozilla/4.0 (compatible; MSIE 5.01; Windows NT 5.0)",
		    "win2000" },
		{ "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)",
		    "winxp" },
		{ "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.0)",
		    "vista" },
		{ "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0)",
		    "win7" },
		{ "Mozilla/5.0 (Windows NT 6.3; Win64; x64)", "win8" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "win10" },
		{ "Mozilla/4.0 (compatible; MSIE 5.17; Mac_PowerPC)", "mac9" },
		{ "Mozilla/5.0 (Macintosh; U; PPC Mac OS X; en)", "osx4" },
		{ "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_6)", "osx5" },
		{ "Mozilla/5.0 (X11; Linux x86_64)", "unix" },
		{ "Mozilla/5.0 (Linux; Android 14)", NULL },
		{ "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)",
		    NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct connect_system *s =
		    connect_guess(slice_text(cases[i].agent));

		if (cases[i].system == NULL)
			assert_null(s);
		else
			assert_string_equal(s->key, cases[i].system);
	}
}

static void
we_are_where_the_operator_says_or_the_browser_went(void **state)
{
	static const struct {
		const char *told;
		const char *host;
		bool tls;
		const char *address;
		const char *site;
	} cases[] = {
		{ "", "10.0.0.5", false, "10.0.0.5", "10.0.0.5" },
		{ "", "10.0.0.5:80", false, "10.0.0.5", "10.0.0.5" },
		{ "", "10.0.0.5:8080", false, "10.0.0.5", "10.0.0.5:8080" },
		{ "", "10.0.0.5:8443", true, "10.0.0.5", "10.0.0.5:8000" },
		{ "", "[fd00::1])8", false, "fd00::1", "[fd00::1]" },
		{ "", "[fd00::1]:8080", false, "fd00::1", "[fd00::1]:8080" },
		/* a name is no address: where the connection arrived */
		{ "", "chat.example.org", false, "192.0.2.9",
		    "192.0.2.9:8000" },
		{ "", "", false, "192.0.2.9", "192.0.2.9:8000" },
		{ "", "10.0.0.5:<b>", false, "10.0.0.5", "10.0.0.5" },
		{ "", "10.0.0.5\"><b>", false, "192.0.2.9", "192.0.2.9:8000" },
		{ "", "10.0.0.5:123456", false, "10.0.0.5", "10.0.0.5" },
		{ "203.0.113.7", "10.0.0.5", false, "203.0.113.7",
		    "203.0.113.7" },
		{ "chat.example.org", "10.0.0.5", false, "10.0.0.5",
		    "10.0.0.5" },
	};
	struct addr local = { .port = 8000 };

	(void)state;
	assert_true(addr_parse_ip(&local, SLICE_LIT("192.0.2.9")));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct connect_config cfg = { .http_port = 8000 };
		const struct connect_reached by = { slice_text(cases[i].host),
			&local, cases[i].tls };
		struct connect_where w;

		memcpy(cfg.public_address, cases[i].told,
		    strlen(cases[i].told));
		connect_where(&w, &cfg, &by);
		assert_string_equal(w.address, cases[i].address);
		assert_string_equal(w.site, cases[i].site);
		assert_int_equal(w.odd_port,
		    strstr(cases[i].site, ":80") != NULL);
	}
}

static void
a_test_is_remembered_for_ten_minutes(void **state)
{
	struct connect_tests *all = calloc(1, sizeof(*all));
	struct fake_clock clock;
	struct connect_test *t;
	char id[CONNECT_ID_TEXT + 1];

	(void)state;
	all->env = fake_clock_init(&clock);
	assert_null(connect_test_find(all, SLICE_LIT("0000000000000000")));
	t = connect_test_begin(all);
	connect_test_id(t, id);
	assert_int_equal(strlen(id), CONNECT_ID_TEXT);
	assert_ptr_equal(connect_test_find(all, slice_text(id)), t);
	assert_null(connect_test_find(all, slice_upto(slice_text(id), 15)));
	assert_null(connect_test_find(all, SLICE_LIT("000000000000020x")));
	assert_null(connect_test_find(all, SLICE_LIT("ffffffffffffffff")));
	clock.ms += CONNECT_TEST_MS;
	assert_ptr_equal(connect_test_find(all, slice_text(id)), t);
	clock.ms++;
	assert_null(connect_test_find(all, slice_text(id)));
	free(all);
}

static void
the_oldest_test_makes_room(void **state)
{
	struct connect_tests *all = calloc(1, sizeof(*all));
	struct fake_clock clock;
	char id[3][CONNECT_ID_TEXT + 1];

	(void)state;
	all->env = fake_clock_init(&clock);
	clock.random = 0x5a;
	connect_test_id(connect_test_begin(all), id[0]);
	connect_test_id(connect_test_begin(all), id[1]);
	for (size_t i = 0; i < CONNECT_TESTS - 2; i++)
		(void)connect_test_begin(all);
	assert_non_null(connect_test_find(all, slice_text(id[0])));
	clock.random = 0x5b;
	connect_test_id(connect_test_begin(all), id[2]);
	assert_null(connect_test_find(all, slice_text(id[0])));
	assert_non_null(connect_test_find(all, slice_text(id[1])));
	assert_non_null(connect_test_find(all, slice_text(id[2])));
	free(all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_read_by_its_parts),
		cmocka_unit_test(every_system_has_its_words),
		cmocka_unit_test(every_program_has_its_words_and_names),
		cmocka_unit_test(a_browser_says_what_it_runs_on),
		cmocka_unit_test(
		    we_are_where_the_operator_says_or_the_browser_went),
		cmocka_unit_test(a_test_is_remembered_for_ten_minutes),
		cmocka_unit_test(the_oldest_test_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
