/* SPDX-License-Identifier: MIT */
#include "common/ops/conf_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
	struct conf *conf;
	struct buf out;
	char err[512];
	char path[64];
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	int fd;

	assert_non_null(w);
	w->conf = conf_new();
	buf_init(&w->out, 64 * 1024);
	snprintf(w->path, sizeof(w->path), "/tmp/nudge-conf-XXXXXX");
	fd = mkstemp(w->path);
	assert_true(fd >= 0);
	close(fd);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	unlink(w->path);
	conf_free(w->conf);
	buf_free(&w->out);
	free(w);
	return 0;
}

static int
set(struct world *w, const char *name, const char *value)
{
	return conf_set(w->conf, slice_text(name), slice_text(value), w->err,
	    sizeof(w->err));
}

static int
load(struct world *w, const char *text)
{
	FILE *f = fopen(w->path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	return conf_load_file(w->conf, w->path, w->err, sizeof(w->err));
}

static int
load_env(struct world *w, const char *one)
{
	char other[] = "HOME=/root";
	char *line = strdup(one);
	char *const envp[] = { other, line, NULL };
	struct buf warn = BUF_INIT(4096);
	int rc = conf_load_env(w->conf, envp, &warn, w->err, sizeof(w->err));

	/* what is warned of is looked at like an error */
	if (rc == 0)
		(void)snprintf(w->err, sizeof(w->err), SLICE_FMT,
		    SLICE_ARG(buf_slice(&warn)));
	buf_free(&warn);
	free(line);
	return rc;
}

static void
assert_says(const char *text, const char *what)
{
	if (strstr(text, what) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", text, what);
}

static void
assert_text(const struct world *w, enum conf_key k, const char *want)
{
	struct slice s = conf_text(w->conf, k);

	assert_int_equal(s.n, strlen(want));
	assert_string_equal(s.p, want);
}

static void
without_any_source_every_setting_has_its_default(void **state)
{
	struct world *w = *state;

	assert_int_equal(conf_int(w->conf, CONF_NS_PORT), 1863);
	assert_false(conf_bool(w->conf, CONF_NS_DISPATCH));
	assert_text(w, CONF_DATA_DIR, "data");
	assert_text(w, CONF_SIGNUP, "closed");
	for (unsigned k = 0; k < CONF_KEYS; k++)
		assert_false(conf_given(w->conf, (enum conf_key)k));
}

static void
a_file_is_read_line_by_line_with_comments_and_quotes(void **state)
{
	struct world *w = *state;

	assert_int_equal(load(w,
			     "# ports\n"
			     "\n"
			     "  ns.port=2000   # not the usual one\r\n"
			     "ns.dispatch = yes\n"
			     "public.address = \" a # b \"  # odd\n"
			     "nexus.login = one#two\n"
			     "log.level = debug"),
	    0);
	assert_int_equal(conf_int(w->conf, CONF_NS_PORT), 2000);
	assert_true(conf_given(w->conf, CONF_NS_PORT));
	assert_false(conf_given(w->conf, CONF_HTTP_PORT));
	assert_true(conf_bool(w->conf, CONF_NS_DISPATCH));
	assert_text(w, CONF_PUBLIC_ADDRESS, " a # b ");
	assert_text(w, CONF_NEXUS_LOGIN, "one#two");
	assert_text(w, CONF_LOG_LEVEL, "debug");
}

static void
a_file_may_begin_with_a_mark_and_end_lines_as_windows_does(void **state)
{
	struct world *w = *state;

	assert_int_equal(load(w,
			     "\xef\xbb\xbfns.port = 1864\r\n# x\r\n\r\n"
			     "nexus.login = \"a b\"\r\n"),
	    0);
	assert_int_equal(conf_int(w->conf, CONF_NS_PORT), 1864);
	assert_text(w, CONF_NEXUS_LOGIN, "a b");
	assert_int_equal(load(w, "\xff\xfen"), -1);
	assert_says(w->err, "UTF-8");
}

static void
every_wrong_line_is_told_at_once(void **state)
{
	struct world *w = *state;

	assert_int_equal(load(w,
			     "ns.port = x\nhttp.port = 8081\nns.prot = 1\n"
			     "log.level = loud\n"),
	    -1);
	assert_says(w->err, ":1: ");
	assert_says(w->err, ":3: ");
	assert_says(w->err, ":4: ");
	assert_int_equal(conf_int(w->conf, CONF_HTTP_PORT), 8081);
}

static void
a_wrong_line_is_named_with_file_line_and_what_would_be_right(void **state)
{
	static const struct {
		const char *text, *line, *says;
	} cases[] = {
		{ "\nns.port = 70000\n", ":2:", "0 to 65535" },
		{ "ns.port = 12x\n", ":1:", "\"12x\"" },
		{ "ns.port =\n", ":1:", "0 to 65535" },
		{ "ns.dispatch = maybe\n", ":1:", "on nor off" },
		{ "log.level = loud\n", ":1:", "error|warn|info|debug" },
		{ "log.level = info|debug\n", ":1:", "error|warn|info|debug" },
		{ "ns.prot = 1\n", ":1:", "nearest is ns.port" },
		{ "#\n#\nns.port 1863\n", ":3:", "name = value" },
		{ "= 5\n", ":1:", "there is no setting" },
		{ "nexus.login = \"a\n", ":1:", "second quote" },
		{ "nexus.login = \"a\" b\n", ":1:", "second quote" },
		{ "ns.port = 1\nns.port = 2\n", ":2:", "in line 1" },
		{ "data.dir =\n", ":1:", "1 to 4000 bytes" },
		{ "nexus.login = a\tb\n", ":1:", "control characters" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(load(w, cases[i].text), -1);
		assert_says(w->err, w->path);
		assert_says(w->err, cases[i].line);
		assert_says(w->err, cases[i].says);
	}
}

static void
a_missing_file_is_named(void **state)
{
	struct world *w = *state;

	assert_int_equal(conf_load_file(w->conf, "/nowhere/nudge.conf", w->err,
			     sizeof(w->err)),
	    -1);
	assert_says(w->err, "/nowhere/nudge.conf");
}

static void
the_environment_sets_what_a_file_would(void **state)
{
	struct world *w = *state;

	assert_int_equal(load_env(w, "NUDGE_TOKEN_TICKET_LIFETIME=60"), 0);
	assert_int_equal(conf_int(w->conf, CONF_TICKET_LIFE), 60);
	assert_int_equal(load_env(w, "NUDGER=1"), 0);
}

static void
an_unknown_nudge_variable_is_warned_of_and_the_nearest_named(void **state)
{
	struct world *w = *state;

	assert_int_equal(load_env(w, "NUDGE_NS_PROT=1"), 0);
	assert_says(w->err, "NUDGE_NS_PROT");
	assert_says(w->err, "nearest is NUDGE_NS_PORT");
	assert_int_equal(load_env(w, "NUDGE_NS_PORT=http"), -1);
	assert_says(w->err, "NUDGE_NS_PORT");
	assert_says(w->err, "0 to 65535");
	assert_int_equal(load_env(w, "NUDGE_"), 0);
	assert_says(w->err, "there is no setting NUDGE_");
}

static void
every_setting_has_an_environment_name_of_its_own(void **state)
{
	char a[CONF_ENV_MAX], b[CONF_ENV_MAX];

	(void)state;
	for (unsigned i = 0; i < CONF_KEYS; i++) {
		conf_env_name((enum conf_key)i, a);
		for (unsigned j = 0; j < i; j++) {
			conf_env_name((enum conf_key)j, b);
			assert_string_not_equal(a, b);
		}
	}
}

static void
a_long_wrong_value_is_cut_and_no_control_byte_reaches_the_message(void **state)
{
	struct world *w = *state;
	char big[5000];

	memset(big, 'x', sizeof(big) - 1);
	big[0] = '\n';
	big[sizeof(big) - 1] = '\0';
	assert_int_equal(set(w, "log.level", big), -1);
	assert_null(strchr(w->err, '\n'));
	assert_true(strlen(w->err) < 200);
	assert_int_equal(set(w, big, "1"), -1);
	assert_int_equal(set(w, "data.dir", big + 1), -1);
}

static void
rules_between_settings_are_checked(void **state)
{
	static const struct {
		const char *name, *value, *undo, *says;
	} cases[] = {
		{ "http.port", "443", "80", "http.port and https.port" },
		{ "listen.address", "localhost", "*", "numeric IP" },
		{ "chat.staff", "a@b.com king:c@d.com", "",
		    "\"king:c@d.com\"" },
		{ "chat.staff", "sysop:ann", "", "is no account; write" },
		{ "listen.address", "127.0.0.1 [::1]", "*", "\"[::1]\" is no" },
		{ "listen.address", "*, ::1", "*", "\"::1\" and one before" },
		{ "listen.address", "127.0.0.1 0.0.0.0", "*", "keep one" },
		{ "listen.address", "::1 ::ffff:1.2.3.4 1.2.3.4", "*",
		    "keep one" },
		{ "listen.address", ", ", "*", "has no address" },
		{ "listen.address",
		    "::1 ::2 ::3 ::4 ::5 ::6 ::7 ::8 ::9 ::10 ::11 ::12 ::13 "
		    "::14 ::15 ::16 ::17",
		    "*", "\"::17\" is one address too many" },
		{ "listen.proxy", "localhost", "", "is no network" },
		{ "listen.proxy", "10.0.0.0/8, ns=10.0.0.0/33", "",
		    "\"ns=10.0.0.0/33\" is no network" },
		{ "listen.proxy", "smtp=10.0.0.1", "", "none of ns, http" },
		{ "listen.proxy", "=10.0.0.1", "", "none of ns, http" },
		{ "public.address", "im.example.org:1863", "",
		    "public.address: \"im.example.org:1863\" is no host" },
		{ "admin.address", "x", "127.0.0.1", "admin.address" },
		{ "nexus.redirect", "hotmail.com", "", "is no pair" },
		{ "nexus.redirect", "a=b,=c", "", "is no pair" },
		{ "tls.cert", "/x.pem", "", "tls.key is not" },
		{ "admin.port", "1863", "0", "ns.port and admin.port" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(set(w, cases[i].name, cases[i].value), 0);
		assert_int_equal(conf_check(w->conf, &w->out, w->err,
				     sizeof(w->err)),
		    -1);
		assert_says(w->err, cases[i].says);
		assert_int_equal(set(w, cases[i].name, cases[i].undo), 0);
	}
	assert_int_equal(conf_check(w->conf, &w->out, w->err, sizeof(w->err)),
	    0);
	assert_int_equal(w->out.n, 0);
}

static void
addresses_are_lists(void **state)
{
	static const struct {
		const char *name, *value, *undo;
	} cases[] = {
		{ "listen.address", "0.0.0.0, ::", "*" },
		{ "listen.address", "127.0.0.1 192.0.2.1,::1", "*" },
		{ "admin.address", "127.0.0.1 ::1", "127.0.0.1" },
		{ "listen.proxy",
		    "10.0.0.0/8 ns=::1, http=fd00::/8 https=1.2.3.4 "
		    "admin=127.0.0.1",
		    "" },
		{ "public.address", "10.0.0.0/8=10.0.0.1, im.example.org", "" },
		{ "chat.staff", "a@b.com, guide:c@d.com SYSOP:e@f.com", "" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(set(w, cases[i].name, cases[i].value), 0);
		if (conf_check(w->conf, &w->out, w->err, sizeof(w->err)) != 0)
			fail_msg("%s", w->err);
		assert_int_equal(w->out.n, 0);
		assert_int_equal(set(w, cases[i].name, cases[i].undo), 0);
	}
}

static void
ports_of_addresses_that_do_not_meet_may_be_the_same(void **state)
{
	/* clang-format off */
	static const struct {
		const char *listen, *admin;
		int rc;
	} rows[] = {
		{ "192.0.2.1",        "127.0.0.1",      0 },
		{ "192.0.2.1 ::1",    "127.0.0.1 ::1",  -1 },
		{ "::",               "127.0.0.1",      0 },
		{ "0.0.0.0",          "127.0.0.1",      -1 },
		{ "*",                "::1",            -1 },
	};
	/* clang-format on */
	struct world *w = *state;

	assert_int_equal(set(w, "admin.port", "443"), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(set(w, "listen.address", rows[i].listen), 0);
		assert_int_equal(set(w, "admin.address", rows[i].admin), 0);
		assert_int_equal(conf_check(w->conf, &w->out, w->err,
				     sizeof(w->err)),
		    rows[i].rc);
	}
}

static void
what_works_but_surprises_is_a_warning(void **state)
{
	static const struct {
		const char *name, *value, *undo, *says;
	} cases[] = {
		{ "https.port", "0", "443", "https.port is 0" },
		{ "https.port", "8443", "443", "only look at port 443" },
		{ "http.port", "8080", "80", "only look at port 80" },
		{ "accounts.signup", "first-login", "closed", "first-login" },
		{ "listen.proxy", "ns=::/0", "", "can claim any address" },
		{ "chat.codebase", "/msnchat45.cab", "",
		    "no address of the web" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(set(w, cases[i].name, cases[i].value), 0);
		assert_int_equal(conf_check(w->conf, &w->out, w->err,
				     sizeof(w->err)),
		    0);
		buf_add_char(&w->out, '\0');
		assert_says(w->out.p, cases[i].says);
		buf_reset(&w->out);
		assert_int_equal(set(w, cases[i].name, cases[i].undo), 0);
	}
}

static void
a_reload_takes_what_it_may_and_names_the_rest(void **state)
{
	struct world *w = *state;
	struct conf *next = conf_new();

	assert_int_equal(conf_set(next, SLICE_LIT("log.level"),
			     SLICE_LIT("warn"), w->err, sizeof(w->err)),
	    0);
	assert_int_equal(conf_set(next, SLICE_LIT("ns.port"), SLICE_LIT("5"),
			     w->err, sizeof(w->err)),
	    0);
	conf_adopt(w->conf, next, &w->out);
	conf_free(next);
	assert_text(w, CONF_LOG_LEVEL, "warn");
	assert_int_equal(conf_int(w->conf, CONF_NS_PORT), 1863);
	assert_true(slice_eq_text(buf_slice(&w->out), "ns.port\n"));
}

static void
what_is_printed_can_be_read_again(void **state)
{
	struct world *w = *state;

	assert_int_equal(set(w, "public.address", " x # y"), 0);
	assert_int_equal(set(w, "ns.port", "1999"), 0);
	conf_print(w->conf, &w->out);
	buf_add_char(&w->out, '\0');
	assert_true(buf_ok(&w->out));
	conf_free(w->conf);
	w->conf = conf_new();
	assert_int_equal(load(w, w->out.p), 0);
	assert_text(w, CONF_PUBLIC_ADDRESS, " x # y");
	assert_int_equal(conf_int(w->conf, CONF_NS_PORT), 1999);
}

static void
the_description_tells_of_every_setting(void **state)
{
	struct world *w = *state;

	conf_describe(&w->out);
	buf_add_char(&w->out, '\0');
	assert_true(buf_ok(&w->out));
	for (unsigned k = 0; k < CONF_KEYS; k++) {
		char env[CONF_ENV_MAX];

		conf_env_name((enum conf_key)k, env);
		assert_says(w->out.p, conf_row((enum conf_key)k)->name);
		assert_says(w->out.p, env);
	}
	assert_says(w->out.p, "closed|invite|open|first-login");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(without_any_source_every_setting_has_its_default),
		CASE(a_file_is_read_line_by_line_with_comments_and_quotes),
		CASE(
		    a_wrong_line_is_named_with_file_line_and_what_would_be_right),
		CASE(
		    a_file_may_begin_with_a_mark_and_end_lines_as_windows_does),
		CASE(every_wrong_line_is_told_at_once),
		CASE(a_missing_file_is_named),
		CASE(the_environment_sets_what_a_file_would),
		CASE(
		    an_unknown_nudge_variable_is_warned_of_and_the_nearest_named),
		CASE(every_setting_has_an_environment_name_of_its_own),
		CASE(
		    a_long_wrong_value_is_cut_and_no_control_byte_reaches_the_message),
		CASE(rules_between_settings_are_checked),
		CASE(addresses_are_lists),
		CASE(ports_of_addresses_that_do_not_meet_may_be_the_same),
		CASE(what_works_but_surprises_is_a_warning),
		CASE(a_reload_takes_what_it_may_and_names_the_rest),
		CASE(what_is_printed_can_be_read_again),
		CASE(the_description_tells_of_every_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
