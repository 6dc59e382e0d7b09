/* SPDX-License-Identifier: MIT */
/* MSNP2 to MSNP7 behind USR OK: lists, presence, the small commands. */
#include "core/session.h"
#include "tests/proto/play.h"

#include <stdio.h>
#include <string.h>

static const char *const dialects[] = { "MSNP2", "MSNP3", "MSNP4", "MSNP5",
	"MSNP6", "MSNP7" };

static unsigned
serial(struct world *w, const char *address)
{
	return world_account(w, address)->serial;
}

/* ---- SYN ---- */

/*
 * Alice knows bob, whom she let into group 1, and has blocked eve; bob knows
 * her and shows her a telephone.
 */
static struct world *
some_lists(void)
{
	struct world *w = world_new();
	struct player *alice, *bob;

	world_add(w, "eve@p.com", "");
	alice = play_online(w, "alice@a.com", "MSNP8");
	bob = play_online(w, "bob@b.com", "MSNP8");
	play_say(bob, "ADD 6 FL alice@a.com A");
	play_say(bob, "ADD 7 AL alice@a.com A");
	play_say(bob, "PRP 8 PHH 555%201111");
	play_say(bob, "PRP 9 MOB Y");
	play_say(alice, "PRP 6 PHH 01%20234");
	play_say(alice, "PRP 7 MOB Y");
	play_say(alice, "ADG 8 Best%20Friends 0");
	play_say(alice, "ADD 9 FL bob@b.com Bob 0");
	play_say(alice, "ADD 10 FL bob@b.com Bob 1");
	play_say(alice, "ADD 11 AL bob@b.com Bob");
	play_say(alice, "ADD 12 BL eve@p.com Eve");
	play_hang_up(alice);
	play_hang_up(bob);
	return w;
}

/* covers: ns-classic 15 #46, #47, #48, #49, #50; ns-classic 15 #8 */
static void
syn_tells_list_after_list(void **state)
{
	struct world *w = some_lists();
	unsigned n = serial(w, "alice@a.com");

	(void)state;
	for (unsigned version = 2; version <= 7; version++) {
		struct player *p =
		    play_sign_in(w, "alice@a.com", dialects[version - 2]);

		play_say(p, "SYN 13 0");
		play_hearsf(p, "SYN 13 %u", n);
		play_hearsf(p, "GTC 13 %u A", n);
		play_hearsf(p, "BLP 13 %u AL", n);
		if (version >= 5) {
			play_hearsf(p, "PRP 13 %u PHH 01%%20234", n);
			play_hearsf(p, "PRP 13 %u MOB Y", n);
		}
		if (version >= 7) {
			play_hearsf(p, "LSG 13 %u 1 2 0 Other%%20Contacts 0",
			    n);
			play_hearsf(p, "LSG 13 %u 2 2 1 Best%%20Friends 0", n);
		}
		play_hearsf(p, "LST 13 FL %u 1 1 bob@b.com Bob%s", n,
		    version >= 7 ? " 0,1" : "");
		if (version >= 5) {
			play_hearsf(p, "BPR %u bob@b.com PHH 555%%201111", n);
			play_hearsf(p, "BPR %u bob@b.com MOB Y", n);
		}
		play_hearsf(p, "LST 13 AL %u 1 1 bob@b.com Bob", n);
		play_hearsf(p, "LST 13 BL %u 1 1 eve@p.com Eve", n);
		play_hearsf(p, "LST 13 RL %u 1 1 bob@b.com Bob", n);
		play_hears_nothing(p);
		play_hang_up(p);
	}
	world_free(w);
}

/* covers: ns-classic 15 #45, #51 */
static void
a_serial_that_is_ours_is_answered_alone(void **state)
{
	struct world *w = some_lists();
	unsigned n = serial(w, "alice@a.com");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct player *p = play_sign_in(w, "alice@a.com", dialects[i]);

		play_sayf(p, "SYN 5 %u", n);
		play_hearsf(p, "SYN 5 %u", n);
		play_hears_nothing(p);
		play_sayf(p, "SYN 6 %u", n + 7);
		play_hearsf(p, "SYN 6 %u", n);
		play_hearsf(p, "GTC 6 %u A", n);
		play_ignore(p);
		play_say(p, "SYN 7 x");
		play_hears(p, "201 7");
		play_hang_up(p);
	}
	world_free(w);
}

/* covers: ns-classic 15 #47, #60 */
static void
empty_lists_are_told_too_and_the_reverse_list_is_last(void **state)
{
	struct world *w = world_new();
	struct player *p = play_sign_in(w, "alice@a.com", "MSNP7");
	unsigned n = serial(w, "alice@a.com");

	(void)state;
	play_say(p, "SYN 5 0");
	play_hearsf(p, "SYN 5 %u", n);
	play_hearsf(p, "GTC 5 %u A", n);
	play_hearsf(p, "BLP 5 %u AL", n);
	play_hearsf(p, "LSG 5 %u 1 1 0 Other%%20Contacts 0", n);
	play_hearsf(p, "LST 5 FL %u 0 0", n);
	play_hearsf(p, "LST 5 AL %u 0 0", n);
	play_hearsf(p, "LST 5 BL %u 0 0", n);
	play_hearsf(p, "LST 5 RL %u 0 0", n);
	play_hears_nothing(p);
	world_free(w);
}

static void
lists_and_groups_are_told_alone_when_asked_for(void **state)
{
	struct world *w = some_lists();
	unsigned n = serial(w, "alice@a.com");
	struct player *p = play_sign_in(w, "alice@a.com", "MSNP7");
	struct player *old;

	(void)state;
	play_say(p, "LST 11 FL");
	play_hearsf(p, "LST 11 FL %u 1 1 bob@b.com Bob 0,1", n);
	play_say(p, "LST 12 BL");
	play_hearsf(p, "LST 12 BL %u 1 1 eve@p.com Eve", n);
	play_say(p, "LST 13 PL");
	play_hears(p, "201 13");
	play_say(p, "LST 14");
	play_hears(p, "201 14");
	play_say(p, "LSG 15");
	play_hearsf(p, "LSG 15 %u 1 2 0 Other%%20Contacts 0", n);
	play_hearsf(p, "LSG 15 %u 2 2 1 Best%%20Friends 0", n);
	play_hears_nothing(p);
	/* before there were groups */
	old = play_sign_in(w, "bob@b.com", "MSNP6");
	play_say(old, "LSG 16");
	play_is_closed(old, CLOSE_WRONG_DIALECT);
	world_free(w);
}

/* ---- changes ---- */

/* covers: ns-classic 15 #61, #65, #66, #67 */
static void
whoever_is_added_is_told_of_and_tells(void **state)
{
	struct world *w = world_new();

	(void)state;
	for (unsigned version = 2; version <= 7; version++) {
		struct player *p, *q;
		char me[16], you[16];
		unsigned n, theirs;

		(void)snprintf(me, sizeof(me), "a%u@a.com", version);
		(void)snprintf(you, sizeof(you), "b%u@b.com", version);
		p = play_online(w, me, dialects[version - 2]);
		q = play_online(w, you, "MSNP3");
		n = serial(w, me);
		theirs = serial(w, you);
		play_sayf(p, "ADD 6 FL %s Bob", you);
		play_hearsf(p, "ADD 6 FL %u %s Bob", n + 1, you);
		if (version >= 5) {
			play_hearsf(p, "BPR %u %s PHH", n + 1, you);
			play_hearsf(p, "BPR %u %s PHW", n + 1, you);
			play_hearsf(p, "BPR %u %s PHM", n + 1, you);
			play_hearsf(p, "BPR %u %s MOB N", n + 1, you);
		}
		play_hearsf(p, "ILN 6 NLN %s %s", you, you);
		play_hears_nothing(p);
		play_hearsf(q, "ADD 0 RL %u %s %s", theirs + 1, me, me);
		play_sayf(p, "ADD 7 FL %s Bob", you);
		play_hears(p, "215 7");
		/* the first programs allow twice: no harm in it */
		play_sayf(p, "ADD 8 AL %s Bob", you);
		play_hearsf(p, "ADD 8 AL %u %s Bob", n + 2, you);
		play_sayf(p, "ADD 9 AL %s Bob", you);
		play_hears(p, "215 9");
		play_sayf(p, "ADD 10 BL %s Bob", you);
		play_hears(p, "219 10");
		play_say(p, "ADD 11 FL ghost@b.com G");
		play_hears(p, "205 11");
		play_sayf(p, "REA 12 %s New", me);
		play_hearsf(p, "REA 12 %u %s New", n + 3, me);
		play_sayf(p, "REM 13 FL %s", you);
		play_hearsf(p, "REM 13 FL %u %s", n + 4, you);
		play_hearsf(q, "REM 0 RL %u %s", theirs + 2, me);
		play_hears_nothing(p);
		play_hears_nothing(q);
	}
	world_free(w);
}

static void
groups_came_with_version_7(void **state)
{
	static const char *const asked[] = { "ADG 6 New 0", "RMG 6 1",
		"REG 6 1 New 0" };
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP6");
	unsigned n;

	(void)state;
	world_add(w, "bob@b.com", "");
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		play_say(p, asked[i]);
		play_hears(p, "502 6");
	}
	play_say(p, "ADD 7 FL bob@b.com Bob 0");
	play_hears(p, "201 7");
	play_say(p, "REM 8 FL bob@b.com 0");
	play_hears(p, "201 8");
	play_hears_nothing(p);

	p = play_online(w, "alice@a.com", "MSNP7");
	n = serial(w, "alice@a.com");
	play_say(p, "ADG 9 New 0");
	play_hearsf(p, "ADG 9 %u New 1 0", n + 1);
	play_say(p, "ADD 10 FL bob@b.com Bob 1");
	play_hears_like(p, "ADD 10 FL * bob@b.com Bob 1");
	play_ignore(p);
	play_say(p, "REG 11 1 Old 0");
	play_hears_like(p, "REG 11 * 1 Old 0");
	play_say(p, "REM 12 FL bob@b.com 1");
	play_hears_like(p, "REM 12 FL * bob@b.com 1");
	play_say(p, "RMG 13 1");
	play_hears_like(p, "RMG 13 * 1");
	play_hears_nothing(p);
	world_free(w);
}

/* covers: ns-classic 15 #82 */
static void
telephones_came_with_version_5(void **state)
{
	struct world *w = some_lists();
	struct player *p = play_sign_in(w, "alice@a.com", "MSNP4");
	struct player *bob = play_online(w, "bob@b.com", "MSNP7");

	(void)state;
	play_sync(p);
	play_say(bob, "PRP 8 PHW 555");
	play_hears_like(bob, "PRP 8 * PHW 555");
	play_hears_nothing(p);
	play_say(p, "PRP 9 PHH 1");
	play_is_closed(p, CLOSE_WRONG_DIALECT);
	p = play_sign_in(w, "alice@a.com", "MSNP5");
	play_sync(p);
	play_say(bob, "PRP 9 PHW 556");
	play_hearsf(p, "BPR %u bob@b.com PHW 556", serial(w, "alice@a.com"));
	world_free(w);
}

/* ---- presence ---- */

/* covers: ns-classic 15 #87, #89, #93 */
static void
presence_is_a_state_an_address_and_a_name(void **state)
{
	struct world *w = world_new();
	struct player *bob = play_online(w, "bob@b.com", "MSNP12");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct player *p = play_sign_in(w, "alice@a.com", dialects[i]);

		play_sync(p);
		play_say(p, "ADD 6 FL bob@b.com Bob");
		play_ignore(p);
		play_ignore(bob);
		/* some builds write a number there */
		play_say(p, "CHG 7 NLN 0 x");
		play_hears(p, "CHG 7 NLN");
		play_hears(p, "ILN 7 NLN bob@b.com bob@b.com");
		play_hears_nothing(p);
		play_say(bob, "CHG 8 BSY 1342558260 %3Cmsnobj%2F%3E");
		play_hears(p, "NLN BSY bob@b.com bob@b.com");
		play_say(bob, "CHG 9 HDN 0 0");
		play_hears(p, "FLN bob@b.com");
		play_say(bob, "CHG 9 NLN 0 0");
		play_hears(p, "NLN NLN bob@b.com bob@b.com");
		play_say(p, "PNG");
		play_hears(p, "QNG");
		play_hears_nothing(p);
		play_hang_up(p);
	}
	world_free(w);
}

/* covers: ns-classic 15 #21 */
static void
cvr_is_answered_after_the_first_chg(void **state)
{
	struct world *w = world_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct player *p = play_online(w, "alice@a.com", dialects[i]);

		play_sayf(p, "CVR 9 0x0409 winnt 5.0 i386 MSMSGS 1.0.0863%s",
		    i >= 2 ? " MSMSGS" : "");
		play_hears(p,
		    "CVR 9 1.0.0863 1.0.0863 1.0.0863 "
		    "http://messenger.msn.com/ http://messenger.msn.com/");
		play_hang_up(p);
	}
	world_free(w);
}

/* ---- the small ones ---- */

/* covers: ns-classic 15 #105, #106, #108, #113 */
static void
each_version_has_its_commands(void **state)
{
	struct world *w = world_new();

	(void)state;
	for (unsigned version = 2; version <= 7; version++) {
		struct player *p =
		    play_online(w, "alice@a.com", dialects[version - 2]);

		play_say(p, "URL 5 INBOX");
		play_hearsf(p,
		    "URL 5 /cgi-bin/HoTMaiL https://loginnet.passport.com/"
		    "ppsecure/md5auth.srf?lc=1033%s",
		    version >= 3 ? " 2" : "");
		play_say(p, "SND 6 friend@example.com");
		play_hears(p, "SND 6 OK");
		play_say(p,
		    "FND 7 fname=Bob lname=* city=* state=* country=US");
		play_hears(p, "FND 7 0 0");
		play_say(p, "IMS 8 OFF");
		play_hears(p, version >= 3 ? "IMS 8 0 OFF" : "502 8");
		play_say_with(p, "PAG 9 bob@b.com", "<TEXT>hi</TEXT>");
		play_hears(p, version >= 5 ? "220 9" : "715 9");
		play_say_with(p, "PGD 10 bob@b.com 1", "<TEXT>hi</TEXT>");
		play_hears(p, "502 10");
		play_hears_nothing(p);
		play_say_with(p,
		    "SDC 11 f@example.com 0x0409 MSMSGS WindowsMessenger X X A",
		    "Join me on Messenger");
		if (version >= 5)
			play_hears(p, "SDC 11 OK");
		else
			play_is_closed(p, CLOSE_WRONG_DIALECT);
		play_hang_up(p);
	}
	world_free(w);
}

static void
announcements_reach_whoever_has_a_form_for_them(void **state)
{
	const struct event notice = { .kind = EVENT_NOTICE,
		.u.notice = { SLICE_LIT("hello") } };
	const struct event soon = { .kind = EVENT_MAINTENANCE,
		.u.maintenance = { 5 } };
	struct world *w = world_new();

	(void)state;
	for (unsigned version = 2; version <= 7; version++) {
		struct player *p =
		    play_online(w, "alice@a.com", dialects[version - 2]);

		session_tell_all(world_core(w), &notice);
		session_tell_all(world_core(w), &soon);
		world_settle(w);
		if (version >= 5)
			assert_non_null(strstr(play_hears_with(p, "NOT *"),
			    "<TEXT>hello</TEXT>"));
		(void)play_hears_with(p, "MSG Hotmail Hotmail 88");
		play_hears_nothing(p);
		play_hang_up(p);
	}
	world_free(w);
}

/* ---- what waits ---- */

static void
hears_type(struct player *p, const char *type, const char *words)
{
	static const char head[] = "MIME-Version: 1.0\r\nContent-Type: ";
	const char *payload = play_hears_with(p, "MSG Hotmail Hotmail *");

	assert_memory_equal(payload, head, sizeof(head) - 1);
	payload += sizeof(head) - 1;
	assert_memory_equal(payload, type, strlen(type));
	if (strstr(payload, words) == NULL)
		fail_msg("no %s in %s", words, payload);
}

static void
messages_that_wait_are_told_of_as_mail(void **state)
{
	static const char text[] =
	    "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nsee you";

	(void)state;
	for (unsigned version = 2; version <= 7; version++) {
		struct world *w = world_new();
		struct player *eve = play_online(w, "eve@e.com", "MSNP18");
		struct player *p;

		world_add(w, "bob@b.com", "");
		play_ignore(eve);
		play_say_with(eve, "UUM 5 bob@b.com 1 1", text);
		p = play_sign_in(w, "bob@b.com", dialects[version - 2]);
		play_say(p, "CHG 7 NLN");
		play_hears(p, "CHG 7 NLN");
		hears_type(p,
		    version == 2 ? "application/x-msmsgsemailnotification; "
				 : "text/x-msmsgsinitialemailnotification; ",
		    "Inbox-Unread: 1\r\n");
		play_say(p, "CHG 8 HDN");
		play_hears(p, "CHG 8 HDN");
		play_say_with(eve, "UUM 6 bob@b.com 1 1", text);
		hears_type(p,
		    version == 2 ? "application/x-msmsgsemailnotification; "
				 : "text/x-msmsgsemailnotification; ",
		    "From-Addr: eve@e.com\r\n");
		play_hears_nothing(p);
		world_free(w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(syn_tells_list_after_list),
		cmocka_unit_test(a_serial_that_is_ours_is_answered_alone),
		cmocka_unit_test(
		    empty_lists_are_told_too_and_the_reverse_list_is_last),
		cmocka_unit_test(
		    lists_and_groups_are_told_alone_when_asked_for),
		cmocka_unit_test(whoever_is_added_is_told_of_and_tells),
		cmocka_unit_test(groups_came_with_version_7),
		cmocka_unit_test(telephones_came_with_version_5),
		cmocka_unit_test(presence_is_a_state_an_address_and_a_name),
		cmocka_unit_test(cvr_is_answered_after_the_first_chg),
		cmocka_unit_test(each_version_has_its_commands),
		cmocka_unit_test(
		    announcements_reach_whoever_has_a_form_for_them),
		cmocka_unit_test(messages_that_wait_are_told_of_as_mail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
