/* SPDX-License-Identifier: MIT */
/* From the first byte to USR OK. */
#include "tests/proto/play.h"

#include "common/base/num.h"

#include <stdio.h>

static const char *const dialects[] = { "MSNP8", "MSNP9", "MSNP10", "MSNP11",
	"MSNP12" };

/* ---- framing ---- */

/* covers: ns-classic 15 #1, #2, #3, #12; field-notes 9 */
static void
lines_may_come_in_any_pieces(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect(w);
	struct player *q = play_connect(w);

	(void)state;
	play_say_bytes(p, "VER 0 MSNP8\n", 12);
	play_hears(p, "VER 0 MSNP8");
	play_say_bytes(p, "\r\nCV", 4);
	play_say_bytes(p, "R 4294967295 0x0409 win 4.10 i386 MSN", 37);
	play_hears_nothing(p);
	play_say(p, "MSGR 5.0.0544 MSMSGS\ta@b\r\nPNX");
	play_hears_like(p, "CVR 4294967295 5.0.0544 *");
	play_is_closed(p, CLOSE_BAD_COMMAND);

	play_say(q, "VER 0 MSNP9\r\nCVR 1 a b c d e 6.0\r\nUSR 2 TWN I a@b");
	play_hears(q, "VER 0 MSNP9");
	play_hears_like(q, "CVR 1 6.0 6.0 6.0 http:* http:*");
	play_hears_like(q, "USR 2 TWN S *");
	play_hears_nothing(q);
	world_free(w);
}

static void
a_browser_that_tries_the_port_is_sent_on(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect(w);

	(void)state;
	play_say(p,
	    "GET /connect/ok.gif?t=0123456789abcdef&n=ns HTTP/1.1\r\n"
	    "Accept: */*\r\nHost: messenger.hotmail.com:1863\r\n");
	play_hears(p, "HTTP/1.1 302 Found");
	play_hears(p,
	    "Location: http://messenger.hotmail.com/connect/ok.gif"
	    "?t=0123456789abcdef&n=ns");
	play_hears(p, "Cache-Control: no-cache, no-store");
	play_hears(p, "Content-Length: 0");
	play_hears(p, "Connection: close");
	play_hears(p, "");
	play_is_closed(p, CLOSE_DONE);
	world_free(w);
}

/* covers: ns-classic 15 #4, #11 */
static void
what_is_no_msnp_is_cut_off(void **state)
{
	static const struct {
		const char *text;
		enum close_reason why;
	} cases[] = {
		{ "VER abc MSNP8", CLOSE_BAD_TRID },
		{ "VER 4294967296 MSNP8", CLOSE_BAD_TRID },
		{ "VER -1 MSNP8", CLOSE_BAD_TRID },
		{ "VER", CLOSE_BAD_TRID },
		{ "VER 1", CLOSE_BAD_ARGUMENTS },
		{ "ver 1 MSNP8", CLOSE_BAD_COMMAND },
		{ "GET / HTTP/1.1", CLOSE_BAD_COMMAND },
		{ "GET /connect/ok.gif?t=A HTTP/1.1", CLOSE_BAD_COMMAND },
		{ "GET /connect/ok.gif?t=1 HTTQ", CLOSE_BAD_COMMAND },
		{ "GET /connect/ok.gif?t=1", CLOSE_BAD_ARGUMENTS },
		{ "PNG", CLOSE_WRONG_STATE },
		{ "CVR 1 a b c d e f", CLOSE_WRONG_STATE },
		{ "SYN 1 0", CLOSE_WRONG_STATE },
		{ "CVQ 1 a b c d e f", CLOSE_WRONG_STATE },
	};
	struct world *w = world_new();
	struct player *p;
	char *flood = malloc(70 * 1024);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		p = play_connect(w);
		play_say(p, cases[i].text);
		play_is_closed(p, cases[i].why);
	}
	p = play_connect(w);
	memset(flood, 'x', 70 * 1024);
	play_say_bytes(p, flood, 70 * 1024);
	play_is_closed(p, CLOSE_LINE_TOO_LONG);
	free(flood);
	world_free(w);
}

/* ---- VER, CVR ---- */

/* covers: ns-classic 15 #13, #15, #16 */
static void
the_best_common_version_is_spoken(void **state)
{
	static const char *const cases[][2] = {
		{ "VER 1 MSNP12 MSNP11 CVR0", "VER 1 MSNP12 MSNP11 CVR0" },
		/* byte for byte, for tmsnc: field-runs 2.13 */
		{ "VER 1 MSNP11 MSNP10 CVR0", "VER 1 MSNP11 MSNP10 CVR0" },
		{ "VER 1 MSNP9 FOO MSNP11 CVR0", "VER 1 MSNP11 MSNP9 CVR0" },
		{ "VER 1 MSNP16 MSNP15 MSNP12 CVR0", "VER 1 MSNP16 CVR0" },
		{ "VER 1 msnp8 cvr0", "VER 1 MSNP8 CVR0" },
		{ "VER 1 MSNP8 MSNP10 MSNP9", "VER 1 MSNP10 MSNP9 MSNP8" },
		{ "VER 1 MSNP99 MSNP9 CVR0", "VER 1 MSNP9 CVR0" },
		{ "VER 0 MSNP21 MSNP12", "VER 0 MSNP12" },
	};
	static const char *const none[] = { "VER 1 MSNP99 CVR1",
		"VER 1 MSNP1 MSNP0", "VER 1 MSNP99 CVR0", "VER 1 0" };
	struct world *w = world_new();
	struct player *p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		p = play_connect(w);
		play_say(p, cases[i][0]);
		play_hears(p, cases[i][1]);
		play_hears_nothing(p);
	}
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		p = play_connect(w);
		play_say(p, none[i]);
		play_hears(p, "VER 1 0");
		play_is_closed(p, CLOSE_NO_DIALECT);
	}
	world_free(w);
}

/* covers: ns-classic 15 #17 */
static void
who_only_asks_for_updates_is_told_there_are_none(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect(w);

	(void)state;
	play_say(p, "VER 0 CVR0");
	play_hears(p, "VER 0 CVR0");
	play_say(p, "CVQ 1 0x0409 winnt 5.1 i386 MSMSGS 4.5.0121 MSMSGS");
	play_hears(p,
	    "CVQ 1 4.5.0121 4.5.0121 4.5.0121 http://messenger.msn.com/ "
	    "http://messenger.msn.com/");
	play_is_closed(p, CLOSE_DONE);
	world_free(w);
}

/* covers: ns-classic 15 #18, #19 */
static void
ver_comes_once_and_cvr_any_time(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect(w);

	(void)state;
	play_say(p, "VER 1 MSNP8 CVR0");
	play_hears(p, "VER 1 MSNP8 CVR0");
	play_say(p, "CVR 2 0x0409 win 4.10 i386 MSNMSGR 5.0.0544 MSMSGS a@b.c");
	play_hears(p,
	    "CVR 2 5.0.0544 5.0.0544 5.0.0544 http://messenger.msn.com/ "
	    "http://messenger.msn.com/");
	play_say(p, "CVR 3 1 2 3 4 5");
	play_hears(p, "710 3");
	play_say(p, "VER 4 MSNP8");
	play_hears(p, "715 4");
	play_is_closed(p, CLOSE_WRONG_STATE);
	world_free(w);
}

/* ---- USR ---- */

/* covers: ns-classic 15 #23, #29 */
static void
what_older_versions_said_ends_the_connection(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect(w);

	(void)state;
	play_say(p, "VER 1 MSNP8");
	play_hears(p, "VER 1 MSNP8");
	play_say(p, "INF 2 ");
	play_is_closed(p, CLOSE_WRONG_DIALECT);
	p = play_connect(w);
	play_say(p, "VER 1 MSNP8\r\nUSR 3 MD5 I a@b");
	play_hears(p, "VER 1 MSNP8");
	play_is_closed(p, CLOSE_WRONG_DIALECT);
	world_free(w);
}

/* covers: ns-classic 15 #32 */
static void
usr_i_gets_one_word_with_the_fields_of_the_time(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect(w);
	struct slice line;
	char forged[40];

	(void)state;
	play_say(p, "VER 1 MSNP12 CVR0\r\nUSR 3 TWN I Nobody@LOCALHOST");
	play_hears(p, "VER 1 MSNP12 CVR0");
	/* these keys and no other, in this order: field-runs 2.1 */
	line = slice_text(play_hears_like(p,
	    "USR 3 TWN S lc=1033,id=507,tw=40,fs=1,ru=http%3A%2F%2Fmessenger"
	    "%2Emsn%2Ecom,ct=1100000005,kpp=1,kv=5,ver=2.1.0173.1,tpf=*"));
	line = slice_from(line, slice_find_slice(line, SLICE_LIT(",tpf=")) + 5);
	assert_int_equal(line.n, 32);
	assert_int_equal(signin_challenge_age(world_core(w), line),
	    SIGNIN_FRESH);
	(void)snprintf(forged, sizeof(forged), SLICE_FMT, SLICE_ARG(line));
	for (size_t i = 0; i < line.n; i++) {
		forged[i] ^= 1;
		assert_int_equal(signin_challenge_age(world_core(w),
				     slice_text(forged)),
		    SIGNIN_FOREIGN);
		forged[i] ^= 1;
	}
	world_pass(w, 300 * 1000);
	assert_int_equal(signin_challenge_age(world_core(w),
			     slice_text(forged)),
	    SIGNIN_FRESH);
	world_pass(w, 1000);
	assert_int_equal(signin_challenge_age(world_core(w),
			     slice_text(forged)),
	    SIGNIN_STALE);
	world_free(w);
}

/* covers: ns-classic 15 #33, #34, #38, #40, #41, #43 */
static void
a_good_ticket_signs_in_and_brings_the_profile(void **state)
{
	struct world *w = world_new();

	(void)state;
	world_add(w, "alice@a.com", "Alice%20in");
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct player *p = play_connect(w);
		const char *ticket;
		char want[1024];
		uint32_t length;
		bool old = i < 2;

		play_challenge(p, "ALICE@a.com", dialects[i]);
		ticket = world_ticket(w, "alice@a.com", TOKEN_TICKET);
		play_sayf(p, "USR 4 TWN S %s 0123456789abcdef", ticket);
		play_hearsf(p, "USR 4 OK alice@a.com %s1 0",
		    old ? "Alice%20in " : "");
		if (i >= 3)
			play_hears(p, "SBS 0 null");
		play_hears_like(p, "MSG Hotmail Hotmail *");
		assert_true(
		    num_parse_u32(slice_text(play_word(p, 3)), &length));
		(void)snprintf(want, sizeof(want),
		    "MIME-Version: 1.0\r\n"
		    "Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\n"
		    "LoginTime: 1100000005\r\nEmailEnabled: %d\r\n"
		    "MemberIdHigh: 0\r\nMemberIdLow: 1\r\n"
		    "lang_preference: 1033\r\n"
		    "preferredEmail: alice@a.com\r\ncountry: US\r\n"
		    "PostalCode: \r\nGender: \r\nKid: 0\r\nAge: \r\n"
		    "BDayPre: \r\nBirthday: \r\nWallet: \r\nFlags: 1027\r\n"
		    "sid: 507\r\nkv: 5\r\nMSPAuth: %.*s\r\n"
		    "ClientIP: 192.0.2.10\r\nClientPort: %u\r\n%s\r\n",
		    i < 3, (int)strcspn(ticket + 2, "&"), ticket + 2, 0x3412,
		    old ? "" : "ABCHMigrated: 1\r\n");
		play_hears_bytes(p, want);
		assert_int_equal(length, strlen(want));
		play_hears_nothing(p);
	}
	world_free(w);
}

/* covers: ns-classic 15 #35, #36 */
static void
a_bad_ticket_is_refused_with_911(void **state)
{
	struct world *w = world_new();
	struct player *p;
	char used[256];

	(void)state;
	world_add(w, "alice@a.com", "");
	world_add(w, "bob@b.com", "");
	p = play_connect(w);
	play_challenge(p, "alice@a.com", "MSNP9");
	play_say(p, "USR 4 TWN S t=forged&p=x");
	play_hears(p, "911 4");
	play_is_closed(p, CLOSE_AUTH_FAILED);

	p = play_connect(w);
	play_challenge(p, "alice@a.com", "MSNP9");
	play_sayf(p, "USR 4 TWN S %s",
	    world_ticket(w, "bob@b.com", TOKEN_TICKET_LONG));
	play_hears(p, "911 4");
	play_is_closed(p, CLOSE_AUTH_FAILED);

	/* a ticket of login2.srf serves once */
	p = play_connect(w);
	play_challenge(p, "alice@a.com", "MSNP9");
	(void)snprintf(used, sizeof(used), "%s",
	    world_ticket(w, "alice@a.com", TOKEN_TICKET));
	play_sayf(p, "USR 4 TWN S %s", used);
	play_hears_like(p, "USR 4 OK *");
	p = play_connect(w);
	play_challenge(p, "alice@a.com", "MSNP9");
	play_sayf(p, "USR 4 TWN S %s", used);
	play_hears(p, "911 4");
	play_is_closed(p, CLOSE_AUTH_FAILED);

	/* an account nobody has asks for a ticket like any other */
	p = play_connect(w);
	play_challenge(p, "ghost@b.com", "MSNP9");
	play_sayf(p, "USR 4 TWN S %s", used);
	play_hears(p, "911 4");
	play_is_closed(p, CLOSE_AUTH_FAILED);
	world_free(w);
}

/* covers: field-notes 7 */
static void
a_ticket_of_the_token_service_serves_again_and_again(void **state)
{
	struct world *w = world_new();
	char ticket[256];

	(void)state;
	world_add(w, "alice@a.com", "");
	(void)snprintf(ticket, sizeof(ticket), "%s",
	    world_ticket(w, "alice@a.com", TOKEN_TICKET_LONG));
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct player *p = play_connect(w);

		play_challenge(p, "alice@a.com", dialects[i]);
		play_sayf(p, "USR 4 TWN S %s", ticket);
		play_hears_like(p, "USR 4 OK alice@a.com *");
	}
	world_free(w);
}

static void
usr_out_of_order_or_misspelt_is_refused(void **state)
{
	static const char *const refused[] = { "USR 3 TWN S t=x",
		"USR 3 TWN I a", "USR 3 TWN I a@", "USR 3 TWN I hotmail.com",
		"USR 3 TWN X a@b", "USR 3 KERB I a@b" };
	struct world *w = world_new();
	struct player *p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		p = play_connect(w);
		play_sayf(p, "VER 1 MSNP10\r\n%s", refused[i]);
		play_hears(p, "VER 1 MSNP10");
		play_hears(p, "911 3");
		play_is_closed(p, CLOSE_AUTH_FAILED);
	}
	p = play_connect(w);
	play_challenge(p, "a@b", "MSNP10");
	play_say(p, "USR 4 TWN S");
	play_is_closed(p, CLOSE_BAD_ARGUMENTS);
	world_free(w);
}

static void
the_server_says_why_it_takes_nobody_now(void **state)
{
	struct world *w = world_new();
	struct crowd *crowd;
	struct player *p, *q;

	(void)state;
	world_add(w, "alice@a.com", "");
	crowd = world_crowd(w, 1);
	p = play_connect(w);
	q = play_connect(w);
	play_say(p, "VER 1 MSNP9\r\nUSR 2 TWN I a@b");
	play_hears(p, "VER 1 MSNP9");
	play_hears(p, "910 2");
	play_is_closed(p, CLOSE_BUSY);
	/* one place is free again */
	play_challenge(q, "alice@a.com", "MSNP9");
	core_drain(world_core(w));
	play_sayf(q, "USR 4 TWN S %s",
	    world_ticket(w, "alice@a.com", TOKEN_TICKET));
	play_hears(q, "601 4");
	play_is_closed(q, CLOSE_DRAIN);
	world_free(w);
	crowd_free(crowd);
}

/* covers: ns-classic 15 #39 */
static void
a_second_usr_is_207_and_harmless(void **state)
{
	struct world *w = world_new();
	struct player *p = play_sign_in(w, "alice@a.com", "MSNP11");

	(void)state;
	play_say(p, "USR 9 TWN I alice@a.com");
	play_hears(p, "207 9");
	play_hears_nothing(p);
	world_free(w);
}

/* covers: ns-classic 15 #44 */
static void
the_newest_sign_in_wins_and_nobody_notices(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob, *again;

	(void)state;
	alice = play_online(w, "alice@a.com", "MSNP9");
	bob = play_online(w, "bob@b.com", "MSNP9");
	play_say(bob, "ADD 6 FL alice@a.com Alice");
	play_ignore(bob);
	play_ignore(alice);
	again = play_sign_in(w, "alice@a.com", "MSNP12");
	play_hears(alice, "OUT OTH");
	play_is_closed(alice, CLOSE_ELSEWHERE);
	play_hears_nothing(bob);
	play_say(again, "CHG 5 NLN 32");
	play_hears(again, "CHG 5 NLN 32");
	play_hears_nothing(bob);
	play_hang_up(again);
	play_hears(bob, "FLN alice@a.com");
	world_free(w);
}

/* covers: ns-classic 15 #30; field-notes 15 */
static void
dispatch_refers_each_sign_in_once(void **state)
{
	struct world *w = world_new();
	struct player *p;

	(void)state;
	world_add(w, "alice@a.com", "");
	world_config(w)->dispatch = true;
	world_reload(w);
	p = play_connect(w);
	play_say(p, "VER 1 MSNP8\r\nUSR 2 TWN I Alice@a.com");
	play_hears(p, "VER 1 MSNP8");
	play_hears(p, "XFR 2 NS 192.0.2.1:1863 0 192.0.2.1:1863");
	play_is_closed(p, CLOSE_REFERRED);
	/* it comes back */
	p = play_connect(w);
	play_challenge(p, "alice@a.com", "MSNP8");
	/* somebody else, or from elsewhere, or much later */
	p = play_connect(w);
	play_say(p, "VER 1 MSNP8\r\nUSR 2 TWN I bob@a.com");
	play_hears(p, "VER 1 MSNP8");
	play_hears_like(p, "XFR 2 NS *");
	p = play_connect_from(w, "192.0.2.11", false);
	play_say(p, "VER 1 MSNP8\r\nUSR 2 TWN I alice@a.com");
	play_hears(p, "VER 1 MSNP8");
	play_hears_like(p, "XFR 2 NS *");
	world_pass(w, 121000);
	p = play_connect(w);
	play_say(p, "VER 1 MSNP8\r\nUSR 2 TWN I alice@a.com");
	play_hears(p, "VER 1 MSNP8");
	play_hears_like(p, "XFR 2 NS *");
	/* a gateway's client has no other address to go to */
	p = play_connect_from(w, "192.0.2.12", true);
	play_challenge(p, "alice@a.com", "MSNP8");
	world_free(w);
}

static void
the_public_address_is_told_when_there_is_one(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect(w);

	(void)state;
	(void)snprintf(world_config(w)->public_address, PUBLIC_TEXT_MAX,
	    "im.example.org, 192.0.2.12=lan.example.org");
	world_config(w)->dispatch = true;
	world_reload(w);
	play_say(p, "VER 1 MSNP8\r\nUSR 2 TWN I a@b");
	play_hears(p, "VER 1 MSNP8");
	play_hears(p, "XFR 2 NS im.example.org:1863 0 im.example.org:1863");
	p = play_connect_from(w, "192.0.2.12", false);
	play_say(p, "VER 1 MSNP8\r\nUSR 2 TWN I a@b");
	play_hears(p, "VER 1 MSNP8");
	play_hears(p, "XFR 2 NS lan.example.org:1863 0 lan.example.org:1863");
	world_free(w);
}

static void
who_does_not_sign_in_within_a_minute_is_dropped(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect(w), *q = play_connect(w);

	(void)state;
	play_say(q, "VER 1 MSNP9");
	play_hears(q, "VER 1 MSNP9");
	world_pass(w, 59000);
	play_hears_nothing(p);
	play_hears_nothing(q);
	world_pass(w, 2000);
	play_is_closed(p, CLOSE_SIGN_IN_DEADLINE);
	play_is_closed(q, CLOSE_SIGN_IN_DEADLINE);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_may_come_in_any_pieces),
		cmocka_unit_test(what_is_no_msnp_is_cut_off),
		cmocka_unit_test(a_browser_that_tries_the_port_is_sent_on),
		cmocka_unit_test(the_best_common_version_is_spoken),
		cmocka_unit_test(
		    who_only_asks_for_updates_is_told_there_are_none),
		cmocka_unit_test(ver_comes_once_and_cvr_any_time),
		cmocka_unit_test(what_older_versions_said_ends_the_connection),
		cmocka_unit_test(
		    usr_i_gets_one_word_with_the_fields_of_the_time),
		cmocka_unit_test(a_good_ticket_signs_in_and_brings_the_profile),
		cmocka_unit_test(a_bad_ticket_is_refused_with_911),
		cmocka_unit_test(
		    a_ticket_of_the_token_service_serves_again_and_again),
		cmocka_unit_test(usr_out_of_order_or_misspelt_is_refused),
		cmocka_unit_test(the_server_says_why_it_takes_nobody_now),
		cmocka_unit_test(a_second_usr_is_207_and_harmless),
		cmocka_unit_test(the_newest_sign_in_wins_and_nobody_notices),
		cmocka_unit_test(dispatch_refers_each_sign_in_once),
		cmocka_unit_test(the_public_address_is_told_when_there_is_one),
		cmocka_unit_test(
		    who_does_not_sign_in_within_a_minute_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
