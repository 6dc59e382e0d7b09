/* SPDX-License-Identifier: MIT */
/* The settings file changed by a program, and what lets people do more. */
#include "common/ops/conf_rows.h"
#include "common/ops/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/nudge-edit-XXXXXX";

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void
assert_edit(const char *text, enum conf_key k, const char *value,
    const char *want)
{
	struct conf_change c = { k,
		value ? slice_text(value) : slice_make(NULL, 0) };
	struct buf out = BUF_INIT(4096);
	char err[256];

	assert_int_equal(conf_edit(slice_text(text), &c, 1, &out, err,
			     sizeof(err)),
	    0);
	buf_add_char(&out, '\0');
	assert_string_equal(out.p, want);
	buf_free(&out);
}

static void
a_value_is_changed_where_it_stands_and_its_comment_stays(void **state)
{
	(void)state;
	assert_edit("# mine\n  ns.port=2000   # odd\nhttp.port = 1\n",
	    CONF_NS_PORT, "2001",
	    "# mine\nns.port = 2001   # odd\nhttp.port = 1\n");
	assert_edit("a\n", CONF_NS_PORT, "1", "a\nns.port = 1\n");
	assert_edit("public.address = \"a # b\"\t# c\n", CONF_PUBLIC_ADDRESS,
	    "d", "public.address = d\t# c\n");
	assert_edit("tls.rc4 = on\n", CONF_NEXUS_LOGIN, "",
	    "tls.rc4 = on\nnexus.login =\n");
}

static void
a_new_one_comes_below_the_line_that_shows_it_or_last(void **state)
{
	(void)state;
	assert_edit("# the port\n#ns.port = 1863\n\n#http.port = 80\n",
	    CONF_NS_PORT, "2000",
	    "# the port\n#ns.port = 1863\nns.port = 2000\n\n#http.port = 80\n");
	assert_edit("#ns.port = 1863", CONF_NS_PORT, "2000",
	    "#ns.port = 1863\nns.port = 2000\n");
	/* but not twice */
	assert_edit("#ns.port = 1863\nns.port = 1\n", CONF_NS_PORT, "2",
	    "#ns.port = 1863\nns.port = 2\n");
	assert_edit("", CONF_NS_PORT, "2000", "ns.port = 2000\n");
	assert_edit("http.port = 1", CONF_NS_PORT, "2000",
	    "http.port = 1\nns.port = 2000\n");
}

static void
line_ends_and_the_mark_of_windows_stay(void **state)
{
	(void)state;
	assert_edit("\xef\xbb\xbfns.port = 1\r\n# x\r\n", CONF_NS_PORT, "2",
	    "\xef\xbb\xbfns.port = 2\r\n# x\r\n");
	assert_edit("\xef\xbb\xbf# x\r\n", CONF_NS_PORT, "2",
	    "\xef\xbb\xbf# x\r\nns.port = 2\r\n");
}

static void
what_is_unset_is_gone_and_nothing_else(void **state)
{
	(void)state;
	assert_edit("# a\nns.port = 1 # b\n#ns.port = 1863\nhttp.port = 2\n",
	    CONF_NS_PORT, NULL, "# a\n#ns.port = 1863\nhttp.port = 2\n");
	assert_edit("http.port = 2\n", CONF_NS_PORT, NULL, "http.port = 2\n");
}

static void
values_are_quoted_where_they_need_it_or_refused(void **state)
{
	struct conf_change c[] = { { CONF_NS_PORT, SLICE_LIT("1") },
		{ CONF_NEXUS_LOGIN, SLICE_LIT("\"a #\"") } };
	struct buf out = BUF_INIT(4096);
	char err[256];

	(void)state;
	assert_edit("", CONF_NEXUS_LOGIN, " a # b ",
	    "nexus.login = \" a # b \"\n");
	assert_int_equal(conf_edit(slice_text(""), c, 2, &out, err,
			     sizeof(err)),
	    -1);
	assert_non_null(strstr(err, "nexus.login"));
	assert_non_null(strstr(err, "quotes"));
	buf_free(&out);
}

static void
a_file_is_replaced_at_once_and_keeps_mode_and_links(void **state)
{
	struct buf out = BUF_INIT(4096);
	char path[128], link[128], err[512];
	struct stat st;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/a", folder);
	(void)snprintf(link, sizeof(link), "%s/b", folder);
	assert_int_equal(conf_read_file(path, &out, err, sizeof(err)), 0);
	assert_int_equal(out.n, 0);
	assert_int_equal(conf_write_file(path, SLICE_LIT("1"), err,
			     sizeof(err)),
	    0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(symlink(path, link), 0);
	assert_int_equal(conf_write_file(link, SLICE_LIT("22"), err,
			     sizeof(err)),
	    0);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(st.st_size, 2);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(conf_write_file("/dev/full/x", SLICE_LIT("1"), err,
			     sizeof(err)),
	    -1);
	assert_non_null(strstr(err, "/dev/full/x"));
	buf_free(&out);
}

/* ---- looser ---- */

static bool
looser(enum conf_key k, const char *was, const char *now)
{
	struct conf *a = conf_new(), *b = conf_new();
	struct slice name = slice_text(conf_row(k)->name);
	char err[256];
	bool is;

	assert_int_equal(conf_set(a, name, slice_text(was), err, sizeof(err)),
	    0);
	assert_int_equal(conf_set(b, name, slice_text(now), err, sizeof(err)),
	    0);
	is = conf_is_looser(a, b, k);
	conf_free(a);
	conf_free(b);
	return is;
}

static void
assert_grows(enum conf_key k, const char *const *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			assert_int_equal(looser(k, steps[i], steps[j]), j > i);
}

#define GROWS(k, ...)                                         \
	assert_grows(k, (const char *const[]){ __VA_ARGS__ }, \
	    sizeof((const char *const[]){ __VA_ARGS__ }) /    \
		sizeof(const char *))

static void
every_kind_of_setting_knows_what_lets_people_do_more(void **state)
{
	(void)state;
	GROWS(CONF_SIGNUP, "closed", "invite", "open", "first-login");
	GROWS(CONF_TLS_RC4, "off", "on");
	GROWS(CONF_LIMIT_SIGNUPS, "1", "20", "21");
	GROWS(CONF_SB_RATE, "1", "20", "0");
	GROWS(CONF_GUESS_DELAY, "60", "15", "0");
	GROWS(CONF_NS_CHALLENGE, "on", "observe", "off");
	GROWS(CONF_NEXUS_WEB, "", "https://a.example",
	    "https://a.example, https://b.example", "*");
	GROWS(CONF_ADMIN_ADDRESS, "127.0.0.1", "127.0.0.1 192.0.2.1", "*");
	GROWS(CONF_RESERVED_NAMES, "MSN, Nudge", "MSN", "");
	/* one for another */
	assert_true(looser(CONF_UP_PLAIN, "a", "b"));
	assert_true(looser(CONF_UP_PLAIN, "b", "a"));
	assert_false(looser(CONF_UP_PLAIN, "a, b", "B a"));
	assert_false(looser(CONF_NS_PORT, "1", "2"));
	assert_false(looser(CONF_LOG_LEVEL, "error", "debug"));
}

static void
of_the_past_counts_what_this_version_knows(void **state)
{
	struct conf *was = conf_new(), *now = conf_new();
	struct buf out = BUF_INIT(4096);
	char err[256];

	(void)state;
	conf_load_past(was,
	    slice_text("# file: x\naccounts.signup = closed\nno.more = 1\n"
		       "tls.rc4 = perhaps\nbad\nlimit.signups = 5\n"
		       "public.address =\n"));
	assert_int_equal(conf_set(now, SLICE_LIT("accounts.signup"),
			     SLICE_LIT("open"), err, sizeof(err)),
	    0);
	assert_int_equal(conf_set(now, SLICE_LIT("tls.rc4"), SLICE_LIT("on"),
			     err, sizeof(err)),
	    0);
	conf_add_looser(was, now, &out);
	buf_add_char(&out, '\0');
	/* a default that grew counts too; what the past did not say does not */
	assert_string_equal(out.p,
	    "accounts.signup closed -> open, limit.signups 5 -> 20");
	buf_free(&out);
	conf_free(was);
	conf_free(now);
}

/* ---- where values come from ---- */

static void
write_text(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
remove_text(const char *name)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(unlink(path), 0);
}

static void
assert_is(const struct conf *c, enum conf_key k, int64_t value,
    enum conf_source from)
{
	assert_int_equal(conf_int(c, k), value);
	assert_int_equal(conf_source(c, k), from);
}

static void
the_strongest_source_wins_and_is_known(void **state)
{
	char over[128], env[] = "NUDGE_CHAT_PORT=4";
	char *argv[] = { (char[]){ "nudged" }, (char[]){ "--data" }, folder,
		(char[]){ "--default" }, (char[]){ "http.port=1" },
		(char[]){ "--default" }, (char[]){ "https.port=1" },
		(char[]){ "--set" }, (char[]){ "admin.port=5" },
		(char[]){ "--over" }, over, NULL };
	char *envp[] = { env, NULL };
	struct buf warn = BUF_INIT(65536);
	struct slice none = SLICE_LIT("http.port = 9");
	char err[4096], path[OPTIONS_PATH];
	struct options o;
	struct conf *c;

	(void)state;
	(void)snprintf(over, sizeof(over), "%s/over", folder);
	write_text("nudge.conf",
	    "https.port = 3\nchat.port = 3\nadmin.port = 3\nchat.lines = 3\n");
	assert_int_equal(options_parse(&o, ARRAY_LEN(argv) - 1, argv, envp, err,
			     sizeof(err)),
	    0);
	assert_int_equal(options_file(&o, path, sizeof(path)), 0);
	assert_string_equal(path + strlen(folder), "/nudge.conf");
	c = options_conf(&o, &warn, err, sizeof(err));
	assert_non_null(c);
	assert_is(c, CONF_NS_PORT, 1863, CONF_FROM_DEFAULT);
	assert_is(c, CONF_HTTP_PORT, 1, CONF_FROM_INSTALLED);
	assert_is(c, CONF_HTTPS_PORT, 3, CONF_FROM_FILE);
	assert_is(c, CONF_CHAT_PORT, 4, CONF_FROM_VARIABLE);
	assert_is(c, CONF_ADMIN_PORT, 5, CONF_FROM_COMMAND_LINE);
	conf_free(c);
	write_text("over", "admin.port = 6\n");
	c = options_conf(&o, &warn, err, sizeof(err));
	assert_non_null(c);
	assert_is(c, CONF_ADMIN_PORT, 6, CONF_FROM_OVER);
	conf_free(c);
	/* if the file were another one */
	c = options_conf_if(&o, &none, &warn, err, sizeof(err));
	assert_non_null(c);
	assert_is(c, CONF_HTTP_PORT, 9, CONF_FROM_FILE);
	assert_is(c, CONF_CHAT_LINES, 2, CONF_FROM_DEFAULT);
	conf_free(c);
	/* the folder's own file cannot say where the folder is */
	write_text("nudge.conf", "data.dir = /tmp\n");
	argv[1] = (char[]){ "--set" };
	argv[2] = (char[]){ "chat.rooms=7" };
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(mkdir("data", 0700), 0);
	assert_int_equal(rename("nudge.conf", "data/nudge.conf"), 0);
	assert_int_equal(options_parse(&o, ARRAY_LEN(argv) - 1, argv, envp, err,
			     sizeof(err)),
	    0);
	assert_null(options_conf(&o, &warn, err, sizeof(err)));
	assert_non_null(strstr(err, "data.dir"));
	buf_free(&warn);
	remove_text("data/nudge.conf");
	assert_int_equal(rmdir("data"), 0);
	remove_text("over");
	assert_int_equal(chdir("/"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_value_is_changed_where_it_stands_and_its_comment_stays),
		cmocka_unit_test(
		    a_new_one_comes_below_the_line_that_shows_it_or_last),
		cmocka_unit_test(line_ends_and_the_mark_of_windows_stay),
		cmocka_unit_test(what_is_unset_is_gone_and_nothing_else),
		cmocka_unit_test(
		    values_are_quoted_where_they_need_it_or_refused),
		cmocka_unit_test(
		    a_file_is_replaced_at_once_and_keeps_mode_and_links),
		cmocka_unit_test(
		    every_kind_of_setting_knows_what_lets_people_do_more),
		cmocka_unit_test(of_the_past_counts_what_this_version_knows),
		cmocka_unit_test(the_strongest_source_wins_and_is_known),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
