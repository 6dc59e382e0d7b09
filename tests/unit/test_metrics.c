/* SPDX-License-Identifier: MIT */
#include "common/ops/metrics.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static uint64_t
read_number(void *ctx)
{
	return *(uint64_t *)ctx;
}

static bool
has(const struct buf *b, const char *line)
{
	return slice_find_slice(buf_slice(b), slice_text(line)) < b->n;
}

static void
counters_add_up(void **state)
{
	struct metrics *m = metrics_new();

	(void)state;
	metrics_add(m, COUNTER_NS_COMMANDS, 2);
	metrics_add(m, COUNTER_NS_COMMANDS, 3);
	assert_int_equal(metrics_get(m, COUNTER_NS_COMMANDS), 5);
	assert_int_equal(metrics_get(m, COUNTER_NS_ERRORS), 0);
	metrics_free(m);
}

static void
lines_hold_every_counter_close_reason_and_gauge(void **state)
{
	struct metrics *m = metrics_new();
	struct buf b = BUF_INIT(64 * 1024);
	uint64_t online = 7;
	size_t lines = 0;

	(void)state;
	metrics_gauge(m, "sessions.online", "who is here", read_number,
	    &online);
	metrics_add(m, COUNTER_NS_SIGN_INS, 1);
	metrics_closed(m, CLOSE_LINE_TOO_LONG);
	metrics_closed(m, CLOSE_LINE_TOO_LONG);
	online = 8;
	metrics_lines(m, &b);
	assert_true(buf_ok(&b));
	assert_true(has(&b, "ns.sign-ins 1\n"));
	assert_true(has(&b, "\nns.errors 0\n"));
	assert_true(has(&b, "\nclose.line-too-long 2\n"));
	assert_true(has(&b, "\nclose.peer 0\n"));
	assert_true(has(&b, "\nsessions.online 8\n"));
	for (size_t i = 0; i < b.n; i++)
		lines += b.p[i] == '\n';
	assert_int_equal(lines, COUNTERS + CLOSE_REASONS + 1);
	buf_free(&b);
	metrics_free(m);
}

static void
open_metrics_text_names_types_and_ends_with_eof(void **state)
{
	struct metrics *m = metrics_new();
	struct buf b = BUF_INIT(64 * 1024);
	uint64_t online = 3;

	(void)state;
	metrics_gauge(m, "sessions.online", "who \"is\"\nhere", read_number,
	    &online);
	metrics_add(m, COUNTER_NS_SIGN_INS, 4);
	metrics_closed(m, CLOSE_IDLE);
	metrics_open(m, &b);
	assert_true(buf_ok(&b));
	assert_true(has(&b,
	    "# TYPE nudge_ns_sign_ins counter\n"
	    "# HELP nudge_ns_sign_ins sessions that reached USR OK\n"
	    "nudge_ns_sign_ins_total 4\n"));
	assert_true(has(&b, "\nnudge_close_total{reason=\"idle\"} 1\n"));
	assert_true(has(&b,
	    "# TYPE nudge_sessions_online gauge\n"
	    "# HELP nudge_sessions_online who \\\"is\\\"\\nhere\n"
	    "nudge_sessions_online 3\n"));
	assert_true(slice_ends_nocase(buf_slice(&b), SLICE_LIT("\n# EOF\n")));
	buf_free(&b);
	metrics_free(m);
}

static void
add_rows(void *ctx, struct metrics_rows *rows)
{
	const struct metrics_label labels[] = { { "upstream", ctx },
		{ "outcome", "good" } };

	metrics_row(rows, labels, 2, 5);
	metrics_row(rows, labels, 1, 6);
	metrics_row(rows, NULL, 0, 7);
}

static void
a_family_has_its_labels_in_either_form(void **state)
{
	static char odd[] = "a\"b\\c";
	struct metrics *m = metrics_new();
	struct buf b = BUF_INIT(64 * 1024);

	(void)state;
	metrics_family(m, METRICS_COUNTER, "up.requests", "asked", add_rows,
	    odd);
	metrics_family(m, METRICS_GAUGE, "up.paused", "not asked", add_rows,
	    odd);
	metrics_lines(m, &b);
	assert_true(has(&b,
	    "up.requests.a\"b\\c.good 5\nup.requests.a\"b\\c 6\n"
	    "up.requests 7\nup.paused.a\"b\\c.good 5\n"));
	buf_reset(&b);
	metrics_open(m, &b);
	assert_true(has(&b,
	    "# TYPE nudge_up_requests counter\n"
	    "# HELP nudge_up_requests asked\n"
	    "nudge_up_requests_total{upstream=\"a\\\"b\\\\c\",outcome=\"good\"} "
	    "5\nnudge_up_requests_total{upstream=\"a\\\"b\\\\c\"} 6\n"
	    "nudge_up_requests_total 7\n"
	    "# TYPE nudge_up_paused gauge\n"));
	assert_true(has(&b, "\nnudge_up_paused 7\n# EOF\n"));
	buf_free(&b);
	metrics_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_add_up),
		cmocka_unit_test(
		    lines_hold_every_counter_close_reason_and_gauge),
		cmocka_unit_test(
		    open_metrics_text_names_types_and_ends_with_eof),
		cmocka_unit_test(a_family_has_its_labels_in_either_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
