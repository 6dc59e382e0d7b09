/* SPDX-License-Identifier: MIT */
/* What people report of others, in the core. */
#include "tests/proto/play.h"

#include "common/base/blob.h"
#include "core/desk/report.h"
#include "core/private.h"

#include <stdio.h>
#include <string.h>

enum {
	HOUR_MS = 3600 * 1000
};

static const char alice[] = "alice@a.com", bob[] = "bob@b.com";

static void
not_again(struct request *rq)
{
	(void)rq;
}

/* What came of it, when it is durable. */
static enum result
settled(struct world *w, struct request *rq, enum result r)
{
	(void)request_settled(rq);
	world_settle(w);
	if (r == RESULT_OK && rq->store_failed)
		r = RESULT_STORE_FAILED;
	request_end(rq);
	return r;
}

static struct account *
get(struct world *w, struct request *rq, const char *address)
{
	struct account *a;

	while (account_get(rq, slice_text(address), &a) == RESULT_WAIT)
		world_settle(w);
	assert_non_null(a);
	return a;
}

static enum result
make_from(struct world *w, const char *by, const char *about, const char *text,
    const char *ip)
{
	struct addr peer = { .family = 0 };
	const struct report_wish wish = { .kind = REPORT_SPAM,
		.about = slice_text(about),
		.text = slice_text(text),
		.peer = &peer };
	struct account *me;
	struct request rq;
	enum result r;

	if (ip[0] != '\0')
		assert_true(addr_parse_ip(&peer, slice_text(ip)));
	request_begin(&rq, world_core(w), not_again);
	me = get(w, &rq, by);
	while ((r = report_make(&rq, me, &wish)) == RESULT_WAIT)
		world_settle(w);
	return settled(w, &rq, r);
}

static enum result
make(struct world *w, const char *by, const char *about, const char *text)
{
	return make_from(w, by, about, text, "");
}

enum change {
	CLOSE,
	REOPEN,
	DELETE
};

static enum result
change(struct world *w, enum change what, uint64_t id, const char *note)
{
	struct request rq;
	enum result r;

	request_begin(&rq, world_core(w), not_again);
	for (;;) {
		r = what == CLOSE    ? report_close(&rq, id, slice_text(note))
		    : what == REOPEN ? report_reopen(&rq, id)
				     : report_delete(&rq, id);
		if (r != RESULT_WAIT)
			return settled(w, &rq, r);
		world_settle(w);
	}
}

static size_t
all(struct world *w, const struct report **out)
{
	struct request rq;
	enum result r;
	size_t n;

	request_begin(&rq, world_core(w), not_again);
	while ((r = report_all(&rq, out, &n)) == RESULT_WAIT)
		world_settle(w);
	assert_int_equal(r, RESULT_OK);
	assert_true(request_settled(&rq));
	request_end(&rq);
	return n;
}

static void
lose_what_was_loaded(struct world *w)
{
	report_failed(world_core(w), 0);
}

static enum result
delete_account(struct world *w, const char *address)
{
	struct request rq;

	request_begin(&rq, world_core(w), not_again);
	return settled(w, &rq, account_delete(&rq, get(w, &rq, address)));
}

static struct world *
with_people(struct world *w)
{
	world_add(w, alice, "");
	world_add(w, bob, "");
	return w;
}

static void
a_report_is_on_disk_as_it_was_made(void **state)
{
	struct world *w = with_people(world_new());
	const struct report *r;

	(void)state;
	assert_int_equal(make(w, alice, " Bob@B.com", "one\r\n\xE2\x98\x83"),
	    RESULT_BAD_ADDRESS);
	assert_int_equal(make(w, alice, "Bob@B.com", "one\r\n\xE2\x98\x83"),
	    RESULT_OK);
	/* the answer is the same where there is no such account */
	assert_int_equal(make(w, bob, "nobody@b.com", "two"), RESULT_OK);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(all(w, &r), 2);
		assert_int_equal(r[0].id, 1);
		assert_string_equal(r[0].by, alice);
		assert_string_equal(r[0].about, bob);
		assert_int_not_equal(r[0].author, 0);
		assert_int_equal(r[0].target, r[1].author);
		assert_int_equal(r[0].kind, REPORT_SPAM);
		assert_int_equal(r[0].made, env_wall(world_core(w)->env));
		assert_int_equal(r[0].closed, 0);
		assert_true(slice_eq_text(blob_slice(r[0].text),
		    "one\r\n\xE2\x98\x83"));
		assert_string_equal(r[1].about, "nobody@b.com");
		assert_int_equal(r[1].target, 0);
		assert_int_equal(report_open(r, 2), 2);
		lose_what_was_loaded(w);
	}
	assert_int_equal(metrics_get(world_core(w)->metrics, COUNTER_REPORTS),
	    2);
	world_free(w);
}

static void
what_is_no_text_or_no_address_is_refused(void **state)
{
	struct world *w = with_people(world_new());
	char text[REPORT_TEXT_MAX + 2];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[REPORT_TEXT_MAX + 1] = '\0';
	assert_int_equal(make(w, alice, bob, text), RESULT_BAD_VALUE);
	assert_int_equal(make(w, alice, bob, " \r\n"), RESULT_BAD_VALUE);
	assert_int_equal(make(w, alice, bob, "\xff"), RESULT_BAD_VALUE);
	assert_int_equal(make(w, alice, bob, "a\x1b[2J"), RESULT_BAD_VALUE);
	assert_int_equal(make(w, alice, "bob", "x"), RESULT_BAD_ADDRESS);
	assert_int_equal(make(w, alice, "", "x"), RESULT_BAD_ADDRESS);
	text[REPORT_TEXT_MAX] = '\0';
	assert_int_equal(make(w, alice, bob, text), RESULT_OK);
	world_free(w);
}

static void
reports_are_closed_with_a_note_opened_again_and_deleted(void **state)
{
	struct world *w = with_people(world_new());
	const struct report *r;
	char note[REPORT_NOTE_MAX + 2];

	(void)state;
	assert_int_equal(make(w, alice, bob, "one"), RESULT_OK);
	assert_int_equal(make(w, alice, bob, "two"), RESULT_OK);
	world_pass(w, 5000);
	assert_int_equal(change(w, CLOSE, 1, "told him"), RESULT_OK);
	assert_int_equal(change(w, CLOSE, 3, ""), RESULT_NOT_THERE);
	assert_int_equal(change(w, CLOSE, 1, "a\nb"), RESULT_BAD_VALUE);
	memset(note, 'n', sizeof(note));
	note[REPORT_NOTE_MAX + 1] = '\0';
	assert_int_equal(change(w, CLOSE, 2, note), RESULT_BAD_VALUE);
	lose_what_was_loaded(w);
	assert_int_equal(all(w, &r), 2);
	assert_int_equal(r[0].closed, r[0].made + 5);
	assert_string_equal(r[0].note, "told him");
	assert_int_equal(report_open(r, 2), 1);
	assert_int_equal(change(w, REOPEN, 1, NULL), RESULT_OK);
	assert_int_equal(change(w, REOPEN, 1, NULL), RESULT_UNCHANGED);
	assert_int_equal(change(w, DELETE, 1, NULL), RESULT_OK);
	assert_int_equal(change(w, DELETE, 1, NULL), RESULT_NOT_THERE);
	assert_int_equal(make(w, alice, bob, "three"), RESULT_OK);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(all(w, &r), 2);
		assert_int_equal(r[0].id, 2);
		assert_int_equal(r[1].id, 3);
		lose_what_was_loaded(w);
	}
	world_free(w);
}

static void
a_report_outlives_both_accounts_and_forgets_its_author(void **state)
{
	struct world *w = with_people(world_new());
	const struct report *r;

	(void)state;
	assert_int_equal(make(w, alice, bob, "one"), RESULT_OK);
	assert_int_equal(delete_account(w, bob), RESULT_OK);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(all(w, &r), 1);
		assert_string_equal(r[0].about, bob);
		assert_int_equal(r[0].target, 0);
		assert_string_equal(r[0].by, alice);
		lose_what_was_loaded(w);
	}
	(void)all(w, &r);
	assert_int_equal(delete_account(w, alice), RESULT_OK);
	/* nor do those who come later under these addresses have it */
	(void)with_people(w);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(all(w, &r), 1);
		assert_int_equal(r[0].author, 0);
		assert_int_equal(r[0].target, 0);
		assert_string_equal(r[0].by, "");
		assert_int_equal(change(w, CLOSE, 1, "late"), RESULT_OK);
		lose_what_was_loaded(w);
	}
	world_free(w);
}

static void
who_is_deleted_while_reports_are_loaded_is_forgotten(void **state)
{
	struct world *w = with_people(world_new());
	struct core *c = world_core(w);
	const struct report *r;
	struct request rq, other;
	struct account *a;
	size_t n;

	(void)state;
	assert_int_equal(make(w, alice, bob, "one"), RESULT_OK);
	lose_what_was_loaded(w);
	request_begin(&other, c, not_again);
	a = get(w, &other, alice);
	request_begin(&rq, c, not_again);
	assert_int_equal(report_all(&rq, &r, &n), RESULT_WAIT);
	assert_int_equal(account_delete(&other, a), RESULT_OK);
	world_settle(w);
	request_end(&other);
	assert_int_equal(report_all(&rq, &r, &n), RESULT_OK);
	assert_int_equal(n, 1);
	assert_string_equal(r[0].by, "");
	assert_int_equal(r[0].author, 0);
	request_end(&rq);
	world_free(w);
}

static void
nobody_reports_without_end(void **state)
{
	struct world *w = with_people(world_new());
	const struct report *r;
	unsigned made = 0;

	(void)state;
	while (made < REPORTS_OPEN_MAX) {
		for (unsigned i = 0; i < REPORTS_PER_HOUR; i++, made++)
			assert_int_equal(make(w, alice, bob, "x"), RESULT_OK);
		assert_int_equal(make(w, alice, bob, "x"), RESULT_TOO_ACTIVE);
		/* what is refused for another reason counts nothing */
		assert_int_equal(make(w, bob, alice, ""), RESULT_BAD_VALUE);
		world_pass(w, HOUR_MS);
	}
	assert_int_equal(make(w, alice, bob, "x"), RESULT_TOO_ACTIVE);
	assert_int_equal(make(w, bob, alice, "x"), RESULT_OK);
	assert_int_equal(change(w, CLOSE, 1, ""), RESULT_OK);
	assert_int_equal(make(w, alice, bob, "x"), RESULT_OK);
	assert_int_equal(all(w, &r), REPORTS_OPEN_MAX + 2);
	world_free(w);
}

/* All that there is room for, by accounts of these numbers. */
static void
fill(struct world *w, const char *author)
{
	char sql[512];

	(void)snprintf(sql, sizeof(sql),
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	    "WHERE i < %d) INSERT INTO accounts (id, address, password) "
	    "SELECT 999 + i, i || '@n.com', '' FROM n",
	    REPORTS_MAX);
	world_sql(w, sql);
	(void)snprintf(sql, sizeof(sql),
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	    "WHERE i < %d) INSERT INTO reports SELECT i, %s, NULL, 'x@y.z', "
	    "'nobody knows', 1, 0, 'x', '' FROM n",
	    REPORTS_MAX, author);
	world_sql(w, sql);
}

static void
a_hundred_people_keep_nobody_from_reporting(void **state)
{
	struct world *w = with_people(world_on_disk());
	const struct report *r;

	(void)state;
	/* twenty each */
	fill(w, "1000 + i % 100");
	assert_int_equal(make(w, alice, bob, "x"), RESULT_OK);
	assert_int_equal(all(w, &r), REPORTS_MAX);
	assert_int_equal(r[REPORTS_MAX - 1].id, REPORTS_MAX + 1);
	assert_string_equal(r[REPORTS_MAX - 1].by, alice);
	/* nor do theirs go as long as others have more */
	for (unsigned i = 1; i < REPORTS_PER_HOUR; i++)
		assert_int_equal(make(w, alice, bob, "x"), RESULT_OK);
	assert_int_equal(all(w, &r), REPORTS_MAX);
	assert_int_equal(r[REPORTS_MAX - 1].id, REPORTS_MAX + REPORTS_PER_HOUR);
	assert_int_equal(r[REPORTS_MAX - REPORTS_PER_HOUR].id, REPORTS_MAX + 1);
	world_free(w);
}

/* One more of somebody in this network, of whom there are ever others. */
static enum result
one_more(struct world *w, const char *net, unsigned n)
{
	char by[ADDRESS_MAX + 1], ip[ADDR_TEXT_MAX];

	(void)snprintf(by, sizeof(by), "s%u@net%zu.com", n / REPORTS_PER_HOUR,
	    strlen(net));
	(void)snprintf(ip, sizeof(ip), "%s%u", net, n % 200 + 1);
	if (n % REPORTS_PER_HOUR == 0)
		world_add(w, by, "");
	return make_from(w, by, bob, "x", ip);
}

static void
many_accounts_of_one_network_fill_a_tenth_of_the_list(void **state)
{
	/* of one /24, of one /48 */
	static const char *const nets[] = { "192.0.2.", "2001:db8:66:1" };
	struct world *w = with_people(world_new());
	const struct report *r;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(nets); i++) {
		for (unsigned n = 0; n < REPORTS_NET_MAX; n++) {
			char net[ADDR_TEXT_MAX];

			(void)snprintf(net, sizeof(net), "%s%s", nets[i],
			    i == 0      ? ""
				: n % 2 ? "0::"
					: "1::");
			assert_int_equal(one_more(w, net, n), RESULT_OK);
		}
		assert_int_equal(make_from(w, alice, bob, "x",
				     i ? "2001:db8:66::" : "192.0.2.255"),
		    RESULT_TOO_ACTIVE);
	}
	assert_int_equal(make_from(w, alice, bob, "x", "192.0.3.1"), RESULT_OK);
	assert_int_equal(make_from(w, bob, alice, "x", "2001:db8:67::1"),
	    RESULT_OK);
	assert_int_equal(all(w, &r), 2 * REPORTS_NET_MAX + 2);
	/* what is closed counts no more */
	assert_int_equal(change(w, CLOSE, 1, ""), RESULT_OK);
	assert_int_equal(make_from(w, alice, bob, "x", "192.0.2.255"),
	    RESULT_OK);
	world_free(w);
}

static void
of_a_full_list_the_network_that_has_most_gives_way(void **state)
{
	struct world *w = with_people(world_on_disk());
	const struct report *r;

	(void)state;
	/* each of somebody else, but for four */
	fill(w, "999 + i");
	world_sql(w, "DELETE FROM reports WHERE id <= 4");
	for (unsigned n = 0; n < 4; n++)
		assert_int_equal(one_more(w, "192.0.2.", n * REPORTS_PER_HOUR),
		    RESULT_OK);
	assert_int_equal(make_from(w, alice, bob, "x", "192.0.2.9"),
	    RESULT_LIST_FULL);
	assert_int_equal(make_from(w, alice, bob, "x", "192.0.3.1"), RESULT_OK);
	assert_int_equal(all(w, &r), REPORTS_MAX);
	assert_string_equal(r[REPORTS_MAX - 1].by, alice);
	assert_string_equal(r[REPORTS_MAX - 4].by, "s1@net8.com");
	assert_int_equal(r[0].id, 5);
	world_free(w);
}

static void
old_closed_reports_make_room_and_open_ones_do_not(void **state)
{
	struct world *w = with_people(world_on_disk());
	const struct report *r;

	(void)state;
	/* each of somebody else */
	fill(w, "999 + i");
	assert_int_equal(make(w, alice, bob, "x"), RESULT_LIST_FULL);
	assert_int_equal(change(w, CLOSE, 9, ""), RESULT_OK);
	assert_int_equal(change(w, CLOSE, 7, ""), RESULT_OK);
	assert_int_equal(make(w, alice, bob, "x"), RESULT_OK);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(all(w, &r), REPORTS_MAX);
		assert_int_equal(r[6].id, 8);
		assert_int_equal(r[7].id, 9);
		assert_int_equal(r[0].kind, REPORT_OTHER);
		assert_int_equal(r[REPORTS_MAX - 1].id, REPORTS_MAX + 1);
		lose_what_was_loaded(w);
	}
	world_free(w);
}

static void
what_was_not_kept_did_not_happen(void **state)
{
	struct world *w = with_people(world_on_disk());
	const struct report *r;

	(void)state;
	assert_int_equal(make(w, alice, bob, "one"), RESULT_OK);
	world_sql(w, "ALTER TABLE reports RENAME TO away");
	assert_int_equal(change(w, CLOSE, 1, "x"), RESULT_STORE_FAILED);
	assert_int_equal(make(w, alice, bob, "two"), RESULT_STORE_FAILED);
	world_sql(w, "ALTER TABLE away RENAME TO reports");
	world_pass(w, 2000);
	world_settle(w);
	assert_int_equal(all(w, &r), 1);
	assert_int_equal(r[0].closed, 0);
	/* nor did the end of an account, of which reports told already */
	world_sql(w, "ALTER TABLE contacts RENAME TO away");
	assert_int_equal(delete_account(w, alice), RESULT_STORE_FAILED);
	world_sql(w, "ALTER TABLE away RENAME TO contacts");
	world_pass(w, 2000);
	world_settle(w);
	assert_int_equal(all(w, &r), 1);
	assert_string_equal(r[0].by, alice);
	world_free(w);
}

static void
what_a_program_sent_becomes_text(void **state)
{
	static const struct {
		const char *sent, *text;
	} rows[] = {
		{ "a\r\n\tb", "a\r\n\tb" },
		{ "a\x1b\x7f\x01", "a???" },
		{ "\xE2\x98\x83", "\xE2\x98\x83" },
		{ "\xE2\x98x", "??x" },
		{ "", "" },
	};
	char big[REPORT_TEXT_MAX + 4];
	struct buf out = BUF_INIT(REPORT_TEXT_MAX);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_reset(&out);
		report_add_clean(&out, slice_text(rows[i].sent));
		assert_true(slice_eq_text(buf_slice(&out), rows[i].text));
	}
	/* a letter that would be cut in two is left out */
	memset(big, 'x', sizeof(big));
	memcpy(big + REPORT_TEXT_MAX - 1, "\xE2\x98\x83", 3);
	buf_reset(&out);
	report_add_clean(&out, slice_make(big, sizeof(big)));
	assert_int_equal(out.n, REPORT_TEXT_MAX - 1);
	assert_int_equal(out.p[out.n - 1], 'x');
	buf_free(&out);
}

/* VAS as ns-modern 9.5 has it: stored, and not answered. */
static void
a_program_reports_and_hears_nothing(void **state)
{
	struct world *w = with_people(world_new());
	struct player *p = play_online(w, alice, "MSNP18");
	const struct report *r;

	(void)state;
	play_say_with(p, "VAS 7 Bob@b.com 1 2", "<r>bad \x01</r>");
	play_hears_nothing(p);
	play_say_with(p, "VAS 8 nobody@b.com 1 2", "");
	play_say_with(p, "VAS 9 nobody 1 2", "no address");
	play_say(p, "VAS 10 0");
	play_hears_nothing(p);
	assert_int_equal(all(w, &r), 2);
	assert_string_equal(r[0].by, alice);
	assert_string_equal(r[0].about, bob);
	assert_int_equal(r[0].kind, REPORT_PROGRAM);
	assert_true(slice_eq_text(blob_slice(r[0].text), "<r>bad ?</r>"));
	assert_true(slice_eq_text(blob_slice(r[1].text), "(no words)"));
	for (unsigned i = 0; i < 2 * REPORTS_PER_HOUR; i++)
		play_say_with(p, "VAS 11 bob@b.com 1 2", "again");
	play_hears_nothing(p);
	assert_int_equal(all(w, &r), REPORTS_PER_HOUR);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_is_on_disk_as_it_was_made),
		cmocka_unit_test(what_is_no_text_or_no_address_is_refused),
		cmocka_unit_test(
		    reports_are_closed_with_a_note_opened_again_and_deleted),
		cmocka_unit_test(
		    a_report_outlives_both_accounts_and_forgets_its_author),
		cmocka_unit_test(
		    who_is_deleted_while_reports_are_loaded_is_forgotten),
		cmocka_unit_test(nobody_reports_without_end),
		cmocka_unit_test(a_hundred_people_keep_nobody_from_reporting),
		cmocka_unit_test(
		    many_accounts_of_one_network_fill_a_tenth_of_the_list),
		cmocka_unit_test(
		    of_a_full_list_the_network_that_has_most_gives_way),
		cmocka_unit_test(
		    old_closed_reports_make_room_and_open_ones_do_not),
		cmocka_unit_test(what_was_not_kept_did_not_happen),
		cmocka_unit_test(what_a_program_sent_becomes_text),
		cmocka_unit_test(a_program_reports_and_hears_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
