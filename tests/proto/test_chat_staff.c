/* SPDX-License-Identifier: MIT */
/* The people who look after the rooms, and what they see and do. */
#include "tests/proto/chat_play.h"

#include <stdio.h>
#include <string.h>

static void
let_be_staff(struct world *w, const char *list)
{
	struct chat_config *cfg = world_chat_config(w);

	(void)snprintf(cfg->staff, sizeof(cfg->staff), "%s", list);
	world_reload(w);
}

static void
a_rank_is_told_and_seen_and_may_have_a_name_of_its_own(void **state)
{
	struct world *w = world_new();
	struct player *boss, *sue, *gus, *a, *old;

	(void)state;
	let_be_staff(w, "Boss@a.com, sysop:sue@a.com guide:gus@a.com");
	boss = chat_member(w, "boss@a.com", "'Admin_Boss", "IRC8");
	sue = chat_member(w, "sue@a.com", "Sysop_Sue", "IRC6");
	gus = chat_member(w, "gus@a.com", "gus", "IRC8");
	play_say(boss, "MODE 'admin_boss");
	play_hears(boss, ":chat.nudge 221 'Admin_Boss +ax");
	play_say(sue, "MODE Sysop_Sue");
	play_hears(sue, ":chat.nudge 221 Sysop_Sue +ox");
	play_say(gus, "MODE gus +i");
	play_say(gus, "MODE gus");
	play_hears(gus, ":chat.nudge 221 gus +gix");
	/* programs ask for modes that are not theirs to change */
	play_say(gus, "MODE gus +aosw-gx");
	play_hears_nothing(gus);
	a = chat_guest(w, "a", "IRC8");
	old = chat_guest(w, "old", "IRC6");
	chat_joins(a, "%#r");
	chat_joins(old, "%#r");
	play_say(a, "MODE %#r +i");
	play_say(a, "PROP %#r TOPIC :tea");
	play_ignore(a);
	play_ignore(old);
	/* in, whatever the room says; an owner */
	play_say(boss, "JOIN %#r");
	play_hears_like(a,
	    ":'Admin_Boss!*@GateKeeperPassport JOIN H,A,RXO,. :%#r");
	play_hears_like(old,
	    ":'Admin_Boss!*@GateKeeperPassport JOIN H,A,R,. :%#r");
	play_say(sue, "JOIN %#r");
	play_hears_like(a, ":Sysop_Sue!* JOIN H,S,RXO,. :%#r");
	play_say(gus, "JOIN %#r");
	play_hears_like(a, ":gus!* JOIN H,G,RXO,. :%#r");
	play_ignore(gus);
	play_say(gus, "NAMES %#r");
	play_hears(gus,
	    ":chat.nudge 353 gus = %#r :H,U,GO,.>a H,U,GO,>old "
	    "H,A,RXO,.'Admin_Boss H,S,RXO,.Sysop_Sue H,G,RXO,.gus");
	/* they may change their names */
	play_ignore(a);
	play_say(gus, "NICK Guide_Gus");
	play_hears_like(a, ":gus!* NICK :Guide_Gus");
	play_say(a, "WHOIS Sysop_Sue");
	play_hears_like(a, ":chat.nudge 311 >a Sysop_Sue *");
	play_hears_like(a, ":chat.nudge 319 *");
	play_hears_like(a, ":chat.nudge 312 *");
	play_hears(a, ":chat.nudge 313 >a Sysop_Sue :is a system operator");
	play_hears_like(a, ":chat.nudge 317 *");
	world_free(w);
}

static void
who_comes_as_staff_is_greeted_as_such(void **state)
{
	static const char *const greetings[] = {
		":chat.nudge 386 n :You are now an administrator",
		":chat.nudge 381 n :You are now a system operator",
		":chat.nudge 629 n :You are now a guide"
	};
	static const char *const lists[] = { "n@a.com", "sysop:n@a.com",
		"guide:n@a.com" };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct world *w = world_new();
		struct player *p;
		const char *line;
		bool greeted = false;

		let_be_staff(w, lists[i]);
		world_add(w, "n@a.com", "");
		p = chat_member_before(w, "n@a.com", "IRC8");
		play_say(p, "NICK n");
		while ((line = play_hears_any(p)) != NULL)
			greeted |= strcmp(line, greetings[i]) == 0;
		assert_true(greeted);
		world_free(w);
	}
}

/* covers: chat-ircx 20 #88 */
static void
the_staff_sees_what_is_hidden_and_changes_what_it_wants(void **state)
{
	struct world *w = world_new();
	struct player *boss, *a = chat_guest(w, "a", "IRC8"), *b;

	(void)state;
	let_be_staff(w, "boss@a.com");
	boss = chat_member(w, "boss@a.com", "boss", "IRC8");
	chat_joins(a, "%#dark");
	play_say(a, "MODE %#dark +sk door");
	play_ignore(a);
	play_say(boss, "LISTX");
	play_hears_like(boss, ":chat.nudge 811 *");
	play_hears(boss, ":chat.nudge 812 boss %#dark +nstlk 1 50 :");
	play_hears_like(boss, ":chat.nudge 817 *");
	play_say(boss, "MODE %#dark");
	play_hears(boss, ":chat.nudge 324 boss %#dark +nstlk 50 door");
	play_say(boss, "MODE %#dark -s");
	play_hears_like(a, ":boss!*@GateKeeperPassport MODE %#dark -s");
	play_say(boss, "PROP %#dark PICS :none");
	play_hears_like(a, ":boss!* PROP %#dark PICS :none");
	play_say(boss, "ACCESS %#dark ADD DENY bad");
	play_hears_like(boss, ":chat.nudge 801 boss %#dark DENY *");
	play_say(a, "PROP %#dark PICS :mine");
	play_hears(a, ":chat.nudge 913 >a %#dark :No access");
	play_say(boss, "WHOIS >a");
	play_hears_like(boss, ":chat.nudge 311 *");
	play_hears_like(boss, ":chat.nudge 319 *");
	play_hears_like(boss, ":chat.nudge 312 *");
	play_hears_like(boss, ":chat.nudge 320 boss >a :from IP 192.0.2.10*");
	/* nobody else is told an address */
	b = chat_guest(w, "b", "IRC8");
	play_say(b, "WHOIS >a");
	play_hears_like(b, ":chat.nudge 311 *");
	play_hears_like(b, ":chat.nudge 319 *");
	play_hears_like(b, ":chat.nudge 312 *");
	play_hears_like(b, ":chat.nudge 317 *");
	world_free(w);
}

static void
who_is_gagged_does_not_notice_and_who_is_killed_does(void **state)
{
	struct world *w = world_new();
	struct player *boss, *gus, *a = chat_guest(w, "a", "IRC8");
	struct player *b = chat_guest(w, "b", "IRC8");

	(void)state;
	let_be_staff(w, "boss@a.com, guide:gus@a.com");
	boss = chat_member(w, "boss@a.com", "boss", "IRC8");
	gus = chat_member(w, "gus@a.com", "gus", "IRC8");
	chat_joins(a, "%#r");
	chat_joins(b, "%#r");
	play_ignore(a);
	play_say(a, "MODE >b +z");
	play_hears_like(a, ":chat.nudge 502 *");
	play_say(gus, "MODE >b +z");
	play_hears(gus, ":gus MODE >b +z");
	play_hears_nothing(b);
	play_say(b, "PRIVMSG %#r :loud");
	play_say(b, "NOTICE >a :loud");
	play_say(b, "WHISPER %#r >a :loud");
	play_say(b, "DATA >a TAG :loud");
	play_hears_nothing(a);
	play_hears_nothing(b);
	play_say(gus, "MODE >b -z");
	play_ignore(gus);
	play_say(b, "PRIVMSG %#r :quiet");
	play_hearsf(a, "%s PRIVMSG %%#r :quiet", chat_prefix("b"));
	play_say(gus, "MODE boss +z");
	play_hears_like(gus, ":chat.nudge 481 *");
	play_say(gus, "MODE >b +y");
	play_hears_like(gus, ":chat.nudge 501 *");
	/* KILL is for sysops and above */
	play_say(a, "KILL >b :me");
	play_hears_like(a, ":chat.nudge 481 *");
	play_say(gus, "KILL >b :me");
	play_hears_like(gus, ":chat.nudge 481 *");
	play_say(boss, "KILL nobody");
	play_hears_like(boss, ":chat.nudge 401 *");
	play_say(boss, "KILL >b :enough");
	play_hears(b,
	    "ERROR :Closing Link: >b[GateKeeper] 007 (Killed by boss "
	    "(enough))");
	play_is_closed(b, CLOSE_KICKED);
	play_hears_like(a, ":>b!* QUIT *");
	/* ranks have messages of their own */
	play_say(gus, "DATA >a SYS.X :x");
	play_hears_like(gus, ":chat.nudge 908 *");
	play_say(boss, "DATA >a ADM.X :x");
	play_hears_like(a, ":boss!* DATA >a ADM.X :x");
	world_free(w);
}

static void
the_staff_keeps_somebody_out_of_all_rooms(void **state)
{
	struct world *w = world_new();
	struct player *boss, *gus, *p;

	(void)state;
	let_be_staff(w, "boss@a.com, guide:gus@a.com");
	boss = chat_member(w, "boss@a.com", "boss", "IRC8");
	gus = chat_member(w, "gus@a.com", "gus", "IRC8");
	play_say(gus, "ACCESS * LIST");
	play_hears(gus, ":chat.nudge 913 gus * :No access");
	play_say(boss, "ACCESS * ADD OWNER *");
	play_hears(boss, ":chat.nudge 903 boss * :Bad level");
	play_sayf(boss, "ACCESS * ADD DENY *!%.32s@*$* 1 :loud",
	    strchr(chat_prefix("a"), '!') + 1);
	play_hears_like(boss,
	    ":chat.nudge 801 boss [*] DENY [*]!*@[*]$[*] 1 *@Gate* :loud");
	p = chat_guest_before(w, "a");
	play_say(p, "NICK >other");
	play_hears(p, ":chat.nudge 465 * :You are banned from this server");
	play_hears_like(p, "ERROR :*Banned");
	play_is_closed(p, CLOSE_BANNED);
	(void)chat_guest(w, "b", "IRC8");
	play_say(boss, "ACCESS $ LIST");
	play_hears(boss, ":chat.nudge 803 boss $ :Start of access entries");
	play_hears_like(boss, ":chat.nudge 804 boss $ DENY *");
	play_hears_like(boss, ":chat.nudge 805 *");
	world_pass(w, 61 * 1000);
	play_ignore(boss);
	play_say(boss, "ACCESS * LIST");
	play_hears_like(boss, ":chat.nudge 803 *");
	play_hears_like(boss, ":chat.nudge 805 *");
	(void)chat_guest(w, "a", "IRC8");
	world_free(w);
}

static void
events_are_asked_for_by_type_and_mask(void **state)
{
	struct world *w = world_new();
	struct player *boss;

	(void)state;
	let_be_staff(w, "boss@a.com");
	boss = chat_member(w, "boss@a.com", "boss", "IRC8");
	play_say(boss, "EVENT LIST");
	play_hears(boss, ":chat.nudge 808 boss :Start of events");
	play_hears(boss, ":chat.nudge 810 boss :End of events");
	play_say(boss, "EVENT ADD USER >*");
	play_hears(boss, ":chat.nudge 806 boss USER >*");
	play_say(boss, "EVENT ADD user >*");
	play_hears(boss, ":chat.nudge 918 boss USER >* :Duplicate event entry");
	play_say(boss, "EVENT ADD CONNECTION");
	play_hears(boss, ":chat.nudge 806 boss CONNECT *");
	play_say(boss, "EVENT LIST USER");
	play_hears(boss, ":chat.nudge 808 boss :Start of events");
	play_hears(boss, ":chat.nudge 809 boss USER >*");
	play_hears(boss, ":chat.nudge 810 boss :End of events");
	play_say(boss, "EVENT DELETE CHANNEL");
	play_hears(boss, ":chat.nudge 919 boss CHANNEL * :Unknown event entry");
	play_say(boss, "EVENT DELETE CONNECT");
	play_hears(boss, ":chat.nudge 807 boss CONNECT *");
	play_say(boss, "EVENT ADD WEATHER");
	play_hears(boss, ":chat.nudge 920 boss WEATHER :No such event type");
	play_say(boss, "EVENT LIST WEATHER");
	play_hears_like(boss, ":chat.nudge 920 *");
	play_say(boss, "EVENT LOOK USER");
	play_hears(boss, ":chat.nudge 900 boss EVENT :Bad command");
	play_say(boss, "EVENT ADD");
	play_hears_like(boss, ":chat.nudge 461 boss EVENT *");
	for (unsigned i = 1; i < 10; i++) {
		play_sayf(boss, "EVENT ADD MEMBER m%u", i);
		play_hears_like(boss, ":chat.nudge 806 boss MEMBER m*");
	}
	play_say(boss, "EVENT ADD MEMBER m");
	play_hears(boss,
	    ":chat.nudge 921 boss MEMBER :Too many events specified");
	world_free(w);
}

static void
events_are_told_to_whom_watches(void **state)
{
	static const char *const types[] = { "CHANNEL", "MEMBER", "SERVER",
		"CONNECT", "SOCKET", "USER" };
	struct world *w = world_new();
	struct player *boss, *a;

	(void)state;
	let_be_staff(w, "boss@a.com");
	boss = chat_member(w, "boss@a.com", "boss", "IRC8");
	for (unsigned i = 0; i < 6; i++)
		play_sayf(boss, "EVENT ADD %s", types[i]);
	play_ignore(boss);
	a = chat_guest(w, "a", "IRC8");
	play_hears_like(boss,
	    ":chat.nudge EVENT [0-9]* CONNECT OPEN 192.0.2.10:* [*]");
	play_hears_like(boss,
	    ":chat.nudge EVENT [0-9]* USER LOGON >a!*@GateKeeper");
	play_say(a, "JOIN %#r");
	play_hears_like(boss, "* CHANNEL CREATE %#r >a!*@GateKeeper");
	play_hears_like(boss, "* MEMBER JOIN %#r >a!*@GateKeeper");
	play_say(a, "MODE %#r +m");
	play_hears_like(boss, "* CHANNEL MODE %#r >a!*@GateKeeper +m");
	play_say(a, "TOPIC %#r :tea");
	play_hears_like(boss, "* CHANNEL TOPIC %#r >a!*@GateKeeper tea");
	play_say(a, "MODE %#r -q >a");
	play_hears_like(boss, "* MEMBER MODE %#r >a!*@GateKeeper -");
	play_say(a, "NICK >aa");
	play_hears_like(boss, "* USER NICK >aa >a!*@GateKeeper");
	play_say(a, "PART %#r");
	play_hears_like(boss, "* MEMBER PART %#r >aa!*@GateKeeper");
	play_hears_like(boss, "* CHANNEL DESTROY %#r");
	world_chat_config(w)->lines = 1;
	world_reload(w);
	play_hears_like(boss, "* SERVER RELOAD chat.nudge");
	for (unsigned i = 0; i < 15; i++)
		play_say(a, "PRIVMSG nobody :x");
	play_hears_like(boss, "* SOCKET SLOW 192.0.2.10:* >aa");
	world_chat_config(w)->lines = 0;
	world_reload(w);
	world_pass(w, 2000);
	play_ignore(boss);
	play_say(a, "QUIT");
	play_hears_like(boss, "* USER LOGOFF >aa!*@GateKeeper");
	play_hears_like(boss, "* CONNECT CLOSE 192.0.2.10:* >aa out");
	a = play_connect_chat(w, "192.0.2.10");
	play_hears_like(boss, "* CONNECT OPEN *");
	play_say(a, "AUTH GateKeeper I :junk");
	play_hears_like(boss, "* SOCKET ERROR 192.0.2.10:* [*] auth-failed");
	play_hears_like(boss, "* CONNECT CLOSE *");
	/* a mask is for those whom it fits */
	for (unsigned i = 0; i < 6; i++)
		play_sayf(boss, "EVENT DELETE %s", types[i]);
	play_say(boss, "EVENT ADD USER >b*");
	play_say(boss, "EVENT ADD CHANNEL b*");
	play_ignore(boss);
	a = chat_guest(w, "ab", "IRC8");
	chat_joins(a, "%#ab");
	play_hears_nothing(boss);
	a = chat_guest(w, "ba", "IRC8");
	play_hears_like(boss, "* USER LOGON >ba!*@GateKeeper");
	chat_joins(a, "%#Ba");
	play_hears_like(boss, "* CHANNEL CREATE %#Ba *");
	/* who is no longer of the staff is told nothing more */
	let_be_staff(w, "sue@a.com");
	play_ignore(boss);
	a = chat_guest(w, "a", "IRC8");
	play_hears_nothing(boss);
	play_say(boss, "EVENT LIST");
	play_hears(boss,
	    ":chat.nudge 908 boss EVENT :No permissions to perform command");
	world_free(w);
}

static void
a_role_counts_when_this_server_signed_it(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8"), *sue;
	char ticket[TOKEN_TEXT_MAX + 16];

	(void)state;
	let_be_staff(w, "boss@a.com");
	world_add(w, "boss@a.com", "");
	world_add(w, "sue@a.com", "");
	play_say(a, "PROP $ ROLE :umode=a&utype=A");
	play_sayf(a, "PROP $ ROLE :%s",
	    world_ticket(w, "boss@a.com", TOKEN_CHAT));
	play_sayf(a, "PROP $ ROLE :%s",
	    world_ticket(w, "sue@a.com", TOKEN_ROLE));
	play_hears_nothing(a);
	play_say(a, "EVENT LIST");
	play_hears_like(a, ":chat.nudge 908 *");
	play_sayf(a, "PROP $ ROLE :%s",
	    world_ticket(w, "boss@a.com", TOKEN_ROLE));
	play_hears(a, ":chat.nudge 386 >a :You are now an administrator");
	play_say(a, "EVENT LIST");
	play_hears_like(a, ":chat.nudge 808 *");
	/* somebody else's role is nothing to an account */
	sue = chat_member(w, "sue@a.com", "sue", "IRC8");
	(void)snprintf(ticket, sizeof(ticket), "%s",
	    world_ticket(w, "boss@a.com", TOKEN_ROLE));
	play_sayf(sue, "PROP $ ROLE :%s", ticket);
	play_hears_nothing(sue);
	play_say(sue, "EVENT LIST");
	play_hears_like(sue, ":chat.nudge 908 *");
	world_free(w);
}

/* covers: chat-ircx 20 #58 */
static void
a_subscriber_is_shown_as_one(void **state)
{
	struct world *w = world_new();
	struct player *a, *b = chat_guest(w, "b", "IRC8");

	(void)state;
	chat_joins(b, "%#r");
	a = chat_member(w, "a@a.com", "a", "IRC8");
	play_say(a, "PROP $ SUBSCRIBERINFO :subscriber=1");
	play_sayf(a, "PROP $ SUBSCRIBERINFO :%s",
	    world_ticket(w, "a@a.com", TOKEN_ROLE));
	play_say(a, "JOIN %#r");
	play_hears_like(b, ":a!* JOIN H,U,RXO :%#r");
	play_say(a, "PART %#r");
	play_ignore(a);
	play_ignore(b);
	play_sayf(a, "PROP $ SUBSCRIBERINFO :%s",
	    world_ticket(w, "a@a.com", TOKEN_SUBSCRIBER));
	play_hears_nothing(a);
	play_say(a, "JOIN %#r");
	play_hears_like(b, ":a!* JOIN H,U,RXB :%#r");
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_rank_is_told_and_seen_and_may_have_a_name_of_its_own),
		cmocka_unit_test(who_comes_as_staff_is_greeted_as_such),
		cmocka_unit_test(
		    the_staff_sees_what_is_hidden_and_changes_what_it_wants),
		cmocka_unit_test(
		    who_is_gagged_does_not_notice_and_who_is_killed_does),
		cmocka_unit_test(the_staff_keeps_somebody_out_of_all_rooms),
		cmocka_unit_test(events_are_asked_for_by_type_and_mask),
		cmocka_unit_test(events_are_told_to_whom_watches),
		cmocka_unit_test(a_role_counts_when_this_server_signed_it),
		cmocka_unit_test(a_subscriber_is_shown_as_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
