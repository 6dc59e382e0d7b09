/* SPDX-License-Identifier: MIT */
/* The gate and the small commands. */
#include "tests/proto/play.h"

#include "core/session.h"
#include "ns/conn.h"

#include <stdio.h>
#include <string.h>

/* covers: ns-classic 15 #104, #102 */
static void
a_ping_keeps_the_session_alive(void **state)
{
	struct world *w = world_new();
	struct player *old = play_online(w, "old@a.com", "MSNP8");
	struct player *new = play_online(w, "new@a.com", "MSNP9");

	(void)state;
	for (int minute = 0; minute < 12; minute++) {
		world_pass(w, 60000);
		play_say(old, "PNG");
		play_hears(old, "QNG");
		play_say(new, "PNG 16");
		play_hears(new, "QNG 60");
		play_hears_nothing(old);
	}
	/* and silence does not */
	world_pass(w, 179000);
	play_hears_nothing(old);
	world_pass(w, 2000);
	play_is_closed(old, CLOSE_IDLE);
	play_is_closed(new, CLOSE_IDLE);
	world_free(w);
}

/* covers: ns-classic 15 #105, #106, #107, #113 */
static void
small_commands_have_small_answers(void **state)
{
	static const char shields[] =
	    "<?xml version=\"1.0\" encoding=\"utf-8\" ?><config><shield><cli "
	    "maj=\"7\" min=\"0\" minbld=\"0\" maxbld=\"9999\" deny=\" \" />"
	    "</shield><block></block></config>";
	struct world *w = world_new();
	struct player *p = play_sign_in(w, "alice@a.com", "MSNP11");
	struct player *old = play_online(w, "old@a.com", "MSNP8");

	(void)state;
	play_say(p, "GCF 1 Shields.xml");
	play_hears(p, "715 1");
	play_sync(p);
	play_say(p, "GCF 2 Shields.xml");
	play_hears(p, "GCF 2 Shields.xml 145");
	play_hears_bytes(p, shields);
	play_say(p, "GCF 3 other.xml");
	play_hears(p, "201 3");
	play_say(old, "GCF 4 Shields.xml");
	play_hears(old, "502 4");
	play_say(p, "URL 5 INBOX");
	play_hears(p,
	    "URL 5 /cgi-bin/HoTMaiL "
	    "https://loginnet.passport.com/ppsecure/md5auth.srf?lc=1033 2");
	play_say(p, "URL 6 COMPOSE bob+x@b.com");
	play_hears(p,
	    "URL 6 /cgi-bin/compose?to=bob%2Bx%40b.com "
	    "https://loginnet.passport.com/ppsecure/md5auth.srf?lc=1033 2");
	play_say(p, "URL 6 PERSON 0x0409");
	play_hears_like(p, "URL 6 /* https://* 2");
	play_say(p, "URL 7 NOVELTY");
	play_hears_like(p, "URL 7 / https://* 2");
	play_say(p, "SND 8 friend@example.com 0x0409 MSMSGS MSMSGS");
	play_hears(p, "SND 8 OK");
	play_say_with(p,
	    "SDC 9 friend@example.com 0x0409 MSMSGS WindowsMessenger X X Al",
	    "Join me on Messenger");
	play_hears(p, "SDC 9 OK");
	play_say(p, "IMS 10 OFF");
	play_hears(p, "IMS 10 0 OFF");
	play_say(p, "IMS 11 ON");
	play_hears(p, "IMS 11 0 ON");
	play_say(p, "IMS 12 MAYBE");
	play_hears(p, "715 12");
	play_say(p, "FND 13 fname=Bob lname=* city=* state=* country=US");
	play_hears(p, "502 13");
	play_say_with(p, "QRY 14 PROD0038W!61ZTF9",
	    "ca90e6a7c94a14aae7b3ae0f6018433e");
	play_hears(p, "QRY 14");
	play_say_with(p, "PGD 15 bob@b.com 1", "<TEXT>hi</TEXT>");
	play_hears(p, "220 15");
	play_say_with(p, "PAG 16 bob@b.com", "<TEXT>hi</TEXT>");
	play_hears(p, "715 16");
	play_say_with(old, "PAG 17 bob@b.com", "<TEXT>hi</TEXT>");
	play_hears(old, "220 17");
	play_hears_nothing(p);
	play_hears_nothing(old);
	world_free(w);
}

static void
an_unknown_command_is_502_unless_a_payload_may_follow(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP12");

	(void)state;
	play_say(p, "XYZ 7 some words");
	play_hears(p, "502 7");
	play_say(p, "XYZ 8");
	play_hears(p, "502 8");
	play_say(p, "LKP 9 bob@b.com");
	play_say(p, "GSB 10");
	play_say(p, "LKP");
	play_hears_nothing(p);
	play_say(p, "LSN 11 FL");
	play_hears(p, "502 11");
	/* of a later version: its length is known */
	play_say(p, "UUM 12 bob@b.com 1 1 5\r\nhelloPNG");
	play_hears(p, "502 12");
	play_hears(p, "QNG 60");
	play_say(p, "PUT 13 5\r\nhelloPNG");
	play_hears(p, "502 13");
	play_is_closed(p, CLOSE_BAD_COMMAND);
	p = play_online(w, "alice@a.com", "MSNP12");
	play_say(p, "XYZ word");
	play_is_closed(p, CLOSE_BAD_TRID);
	world_free(w);
}

/* covers: ns-classic 15 #114 */
static void
what_belongs_elsewhere_ends_the_session(void **state)
{
	static const struct {
		const char *said;
		enum close_reason why;
	} cases[] = {
		{ "MSG 4 N 5\r\nhello", CLOSE_WRONG_STATE },
		{ "CAL 4 bob@b.com", CLOSE_WRONG_STATE },
		{ "ANS 4 alice@a.com 1.2 3", CLOSE_WRONG_STATE },
		{ "INF 4", CLOSE_WRONG_STATE },
		{ "LST 4 FL", CLOSE_WRONG_DIALECT },
		{ "LSG 4", CLOSE_WRONG_DIALECT },
		{ "UUX 4 many", CLOSE_BAD_LENGTH },
		{ "UUX 4 -1", CLOSE_BAD_LENGTH },
		{ "UUX 4", CLOSE_BAD_LENGTH },
		{ "UUX 4 65537", CLOSE_PAYLOAD_TOO_LONG },
		{ "UUX 4 99999999999999999999999", CLOSE_BAD_LENGTH },
		{ "SYN x 0", CLOSE_BAD_TRID },
	};
	struct world *w = world_new();
	struct player *p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		p = play_online(w, "alice@a.com", "MSNP12");
		play_say(p, cases[i].said);
		play_is_closed(p, cases[i].why);
	}
	p = play_online(w, "alice@a.com", "MSNP12");
	play_say(p, "VER 4 MSNP12");
	play_hears(p, "715 4");
	play_is_closed(p, CLOSE_WRONG_STATE);
	world_free(w);
}

/* covers: ns-classic 15 #109, #110; field-notes 14 */
static void
a_switchboard_is_for_who_can_be_seen(void **state)
{
	struct world *w = world_new();
	struct player *p = play_sign_in(w, "alice@a.com", "MSNP9");

	(void)state;
	play_say(p, "XFR 1 SB");
	play_hears(p, "913 1");
	play_say(p, "CHG 2 HDN 0\r\nXFR 3 SB");
	play_hears(p, "CHG 2 HDN 0");
	play_hears(p, "913 3");
	play_say(p, "XFR 4 NS");
	play_hears(p, "201 4");
	play_say(p, "CHG 5 NLN 0\r\nXFR 6 SB");
	play_hears(p, "CHG 5 NLN 0");
	play_hears_like(p, "XFR 6 SB 192.0.2.1:1863 CKI *");
	play_hears_nothing(p);
	world_free(w);
}

static void
a_call_rings_at_the_notification_server(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *bob = play_online(w, "bob@b.com", "MSNP12");
	struct player *seat = play_connect(w);
	char cookie[128];

	(void)state;
	play_say(alice, "XFR 6 SB");
	play_hears_like(alice, "XFR 6 SB 192.0.2.1:1863 CKI *");
	(void)snprintf(cookie, sizeof(cookie), "%s", play_word(alice, 5));
	play_sayf(seat, "USR 1 alice@a.com %s", cookie);
	play_hears(seat, "USR 1 OK alice@a.com alice@a.com");
	play_say(seat, "CAL 2 bob@b.com");
	play_hears_like(seat, "CAL 2 RINGING *");
	play_hears_like(bob,
	    "RNG [1-9]* 192.0.2.1:1863 CKI * alice@a.com alice@a.com");
	play_hears_nothing(bob);
	play_say(seat, "PNG");
	play_hears(seat, "QNG 60");
	play_say(seat, "SYN 3 0");
	play_is_closed(seat, CLOSE_WRONG_STATE);
	world_free(w);
}

/* covers: ns-classic 15 #112 */
static void
the_server_says_goodbye(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP9");
	struct player *new = play_connect(w);
	const struct event soon = { .kind = EVENT_MAINTENANCE,
		.u.maintenance = { 5 } };
	const struct event word = { .kind = EVENT_NOTICE,
		.u.notice = { SLICE_LIT("a < b & c") } };

	(void)state;
	session_tell_all(world_core(w), &soon);
	play_hears(p, "MSG Hotmail Hotmail 88");
	play_hears_bytes(p,
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: application/x-msmsgssystemmessage\r\n"
	    "\r\nType: 1\r\nArg1: 5\r\n");
	session_tell_all(world_core(w), &word);
	play_hears_like(p, "NOT *");
	assert_non_null(
	    strstr(play_hears_length(p, (size_t)atol(play_word(p, 1))),
		"<TEXT>a &lt; b &amp; c</TEXT></BODY></MSG></NOTIFICATION>"));
	play_hears_nothing(p);
	core_drain(world_core(w));
	ns_drain(world_ns(w));
	world_settle(w);
	play_hears(p, "OUT SSD");
	play_is_closed(p, CLOSE_DRAIN);
	play_is_closed(new, CLOSE_DRAIN);
	assert_int_equal(ns_connections(world_ns(w)), 0);
	world_free(w);
}

/* ---- the gate ---- */

static void
too_many_commands_are_read_later_and_all_answered(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP9");
	struct buf b = BUF_INIT(65536);
	int got = 0;

	(void)state;
	world_pass(w, 10000);
	for (int i = 0; i < 800; i++)
		buf_add_text(&b, "PNG\r\n");
	play_say_bytes(p, b.p, b.n);
	buf_free(&b);
	for (; got < 399; got++)
		play_hears(p, "QNG 60");
	play_hears_nothing(p);
	assert_int_equal(metrics_get(world_core(w)->metrics,
			     COUNTER_NS_THROTTLED),
	    1);
	world_pass(w, 1000);
	for (; got < 490; got++)
		play_hears(p, "QNG 60");
	world_pass(w, 4000);
	for (; got < 800; got++)
		play_hears(p, "QNG 60");
	play_hears_nothing(p);
	world_free(w);
}

static void
long_words_are_dearer_than_short_ones(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP12");
	char *note = malloc(60001);

	(void)state;
	memset(note, ' ', 60000);
	memcpy(note, "<Data/>", 7);
	note[60000] = '\0';
	world_pass(w, 10000);
	for (int i = 0; i < 8; i++)
		play_say_with(p, "UUX 1", note);
	for (int i = 0; i < 7; i++)
		play_hears(p, "715 1");
	play_hears_nothing(p);
	world_pass(w, 1000);
	play_hears(p, "715 1");
	free(note);
	world_free(w);
}

static void
who_does_not_read_is_not_read(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP12");
	unsigned done;

	(void)state;
	play_stuck(p, true);
	/* 90 lists of some 800 bytes do not fit */
	for (int i = 0; i < 29; i++)
		play_sayf(p, "ADG 1 %040d", i);
	world_pass(w, 10000);
	for (int i = 0; i < 60; i++) {
		world_pass(w, 1000);
		play_say(p, "SYN 2 0 0");
	}
	done =
	    (unsigned)metrics_get(world_core(w)->metrics, COUNTER_NS_COMMANDS);
	play_say(p, "SYN 3 0 0");
	assert_int_equal(metrics_get(world_core(w)->metrics,
			     COUNTER_NS_COMMANDS),
	    done);
	play_stuck(p, false);
	world_settle(w);
	assert_true(play_is_open(p));
	assert_true(
	    metrics_get(world_core(w)->metrics, COUNTER_NS_COMMANDS) > done);
	world_free(w);
}

static void
answers_wait_for_the_store(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob;

	(void)state;
	world_add(w, "bob@b.com", "");
	alice = play_online(w, "alice@a.com", "MSNP9");
	bob = play_online(w, "bob@b.com", "MSNP9");
	world_hold_commits(w);
	play_say(alice, "PNG");
	play_hears(alice, "QNG 60");
	play_say(alice, "ADD 7 FL bob@b.com Bob");
	play_say(alice, "PNG");
	play_hears_nothing(alice);
	/* what tells others of it waits as well */
	play_hears_nothing(bob);
	play_say(bob, "PNG");
	play_hears_nothing(bob);
	world_commit(w);
	play_hears_like(alice, "ADD 7 FL * bob@b.com Bob");
	play_hears_like(bob, "ADD 0 RL * alice@a.com alice@a.com");
	play_hears(bob, "QNG 60");
	world_free(w);
}

/* Nobody needs bob: his record leaves memory. */
static void
forget_bob(struct world *w, struct player *p)
{
	world_core(w)->cfg.cache_accounts = 0;
	play_say(p, "CHG 6 BSY 32");
	play_hears(p, "CHG 6 BSY 32");
	assert_null(account_peek(world_core(w), SLICE_LIT("bob@b.com")));
}

static void
records_that_are_not_in_memory_are_waited_for(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP9");

	(void)state;
	world_add(w, "bob@b.com", "Bob");
	forget_bob(w, p);
	/* the second command does not overtake the first */
	play_say_unsettled(p, "ADD 7 FL bob@b.com Bobby\r\nPNG");
	play_hears_nothing(p);
	world_settle(w);
	play_hears_like(p, "ADD 7 FL * bob@b.com Bobby");
	play_hears_like(p, "BPR * PHH");
	play_hears_like(p, "BPR * PHW");
	play_hears_like(p, "BPR * PHM");
	play_hears_like(p, "BPR * MOB N");
	play_hears(p, "QNG 60");
	play_hears_nothing(p);
	world_free(w);
}

static void
a_session_that_dies_while_it_waits_takes_its_command_along(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP9");
	struct player *bob;

	(void)state;
	world_add(w, "bob@b.com", "Bob");
	forget_bob(w, p);
	play_say_unsettled(p, "ADD 7 FL bob@b.com Bobby");
	world_core(w)->cfg.cache_accounts = 64;
	play_drop(p);
	world_settle(w);
	bob = play_sign_in(w, "bob@b.com", "MSNP9");
	play_say(bob, "SYN 1 0");
	play_hears_like(bob, "SYN 1 * 0 1");
	world_free(w);
}

static void
tickets_and_cookies_are_never_logged(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect(w), *seat = play_connect(w);
	char secret[256];

	(void)state;
	world_add(w, "alice@a.com", "");
	play_challenge(p, "alice@a.com", "MSNP12");
	play_sayf(p, "USR 4 TWN S %s 0123456789abcdef",
	    world_ticket(w, "alice@a.com", TOKEN_TICKET));
	play_hears_like(p, "USR 4 OK *");
	play_ignore(p);
	assert_true(world_logged(w, "USR 4 TWN S *** ***"));
	assert_true(world_logged(w, "USR 4 OK alice@a.com 1 0"));
	assert_false(world_logged(w, "&p="));
	assert_false(world_logged(w, "MSPAuth"));
	play_say(p, "CHG 5 NLN 0\r\nXFR 6 SB");
	play_hears(p, "CHG 5 NLN 0");
	play_hears_like(p, "XFR 6 SB * CKI *");
	(void)snprintf(secret, sizeof(secret), "%s", play_word(p, 5));
	play_sayf(seat, "USR 1 alice@a.com %s", secret);
	play_hears_like(seat, "USR 1 OK *");
	assert_true(world_logged(w, "USR 1 alice@a.com ***"));
	assert_false(world_logged(w, secret));
	play_say(p, "OUT");
	assert_true(world_logged(w,
	    "event=ns-end peer=192.0.2.10:4660 reason=out "
	    "account=alice@a.com dialect=MSNP12"));
	world_free(w);
}

static void
an_idle_connection_is_small(void **state)
{
	(void)state;
	assert_true(sizeof(struct conn) <= 400);
}

static void
count_row(void *ctx, const struct ns_online *who)
{
	unsigned *n = ctx;

	assert_true(slice_eq_text(who->address, "alice@a.com"));
	assert_true(slice_eq_text(who->name, "alice@a.com"));
	assert_string_equal(who->dialect, "MSNP9");
	assert_int_equal(who->peer->family, 4);
	assert_true(who->since > 0);
	++*n;
}

static void
who_is_online_can_be_listed(void **state)
{
	struct world *w = world_new();
	unsigned n = 0;

	(void)state;
	(void)play_connect(w);
	(void)play_online(w, "alice@a.com", "MSNP9");
	ns_each_online(world_ns(w), count_row, &n);
	assert_int_equal(n, 1);
	assert_int_equal(ns_connections(world_ns(w)), 2);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ping_keeps_the_session_alive),
		cmocka_unit_test(small_commands_have_small_answers),
		cmocka_unit_test(
		    an_unknown_command_is_502_unless_a_payload_may_follow),
		cmocka_unit_test(what_belongs_elsewhere_ends_the_session),
		cmocka_unit_test(a_switchboard_is_for_who_can_be_seen),
		cmocka_unit_test(a_call_rings_at_the_notification_server),
		cmocka_unit_test(the_server_says_goodbye),
		cmocka_unit_test(
		    too_many_commands_are_read_later_and_all_answered),
		cmocka_unit_test(long_words_are_dearer_than_short_ones),
		cmocka_unit_test(who_does_not_read_is_not_read),
		cmocka_unit_test(answers_wait_for_the_store),
		cmocka_unit_test(records_that_are_not_in_memory_are_waited_for),
		cmocka_unit_test(
		    a_session_that_dies_while_it_waits_takes_its_command_along),
		cmocka_unit_test(tickets_and_cookies_are_never_logged),
		cmocka_unit_test(an_idle_connection_is_small),
		cmocka_unit_test(who_is_online_can_be_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
