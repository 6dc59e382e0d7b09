/* SPDX-License-Identifier: MIT */
/* Coming into the directory and into the rooms. */
#include "tests/proto/chat_play.h"

#include <stdio.h>
#include <string.h>

static const unsigned char guid[GK_GUID] = { 0x3a, 0x75, 0xb0, 0xeb, 0x27, 0x62,
	0x9d, 0xd8, 0x14, 0x4f, 0x8a, 0xc5, 1, 0x3c, 0x77, 0xb2 };
static const unsigned char zero[GK_GUID];

/* covers: chat-ircx 20 #15, #16, #23, #37, #39, #40, #41 */
static void
the_directory_keeps_silent_and_tells_where_a_room_is(void **state)
{
	struct world *w = world_new();
	struct player *host = chat_guest(w, "host", "IRC8");
	struct player *p = play_connect_chat(w, "192.0.2.10");
	unsigned char c[GK_CHALLENGE];
	char id[GK_IDENTITY + 1];

	(void)state;
	chat_joins(host, "%#The\\bLobby");
	play_say(p, "IRCVERS IRC8 MSN-OCX!9.02.0310.2401");
	play_hears_nothing(p);
	chat_challenged(p, "GateKeeper", 3, c);
	chat_answer(p, "GateKeeper", 3, c, "chat.msn.com", guid);
	/* not the GUID itself, by which anybody could come as it */
	chat_alias(guid, id);
	play_hearsf(p, "AUTH GateKeeper * %s@GateKeeper 0", id);
	play_say(p, "NICK Tester1");
	play_hears(p,
	    ":chat.nudge 001 Tester1 :Welcome to the MSN Chat Directory");
	play_hears_nothing(p);
	play_say(p, "FINDS %#the\\blobby");
	play_hears(p, ":chat.nudge 613 Tester1 :192.0.2.1 6667");
	play_say(p, "FINDS %#nowhere");
	play_hears(p, ":chat.nudge 702 Tester1 :Channel not found");
	world_free(w);
}

/* field-runs 3.5, programs-2 §16 rule 2: Control 3.0 says no NICK here */
static void
the_directory_answers_who_has_no_name_yet(void **state)
{
	struct world *w = world_new();
	struct player *host = chat_guest(w, "host", "IRC8");
	struct player *p = play_connect_chat(w, "192.0.2.10");
	unsigned char c[GK_CHALLENGE];

	(void)state;
	chat_joins(host, "%#Lobby");
	chat_challenged(p, "GateKeeper", 2, c);
	chat_answer(p, "GateKeeper", 2, c, "", guid);
	play_hears_like(p, "AUTH GateKeeper [*] *");
	play_say(p, "IRCVERS IRC5 MSN-OCX!1.1.7.058");
	play_hears_nothing(p);
	play_say(p, "FINDS %#lobby");
	play_hears(p, ":chat.nudge 613 * :192.0.2.1 6667");
	play_say(p, "FINDS %#nowhere");
	play_hears(p, ":chat.nudge 702 * :Channel not found");
	play_say(p, "CREATE GN %#New - - en-us 1 host owner");
	play_hears(p, ":chat.nudge 613 * :192.0.2.1 6667");
	play_say(p, "NICK later");
	play_hears_like(p, ":chat.nudge 001 later :*Directory");
	play_say(p, "FINDS %#new");
	play_hears(p, ":chat.nudge 613 later :192.0.2.1 6667");
	/* of the rooms nobody asks that */
	p = play_connect_chat(w, "192.0.2.10");
	chat_versed(p, "IRC5");
	chat_challenged(p, "GateKeeper", 2, c);
	chat_answer(p, "GateKeeper", 2, c, "", guid);
	play_hears_like(p, "AUTH GateKeeper [*] *");
	play_say(p, "FINDS %#lobby");
	play_hears(p, ":chat.nudge 451 * :You have not registered");
	world_free(w);
}

static void
who_waits_for_an_answer_means_the_rooms(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect_chat(w, "192.0.2.10");
	unsigned char c[GK_CHALLENGE];

	(void)state;
	play_say(p, "IRCVERS IRC7 MSN-OCX!7.00.0206.0401");
	world_pass(w, 1000);
	play_hears_nothing(p);
	world_pass(w, 4000);
	play_hears(p, ":chat.nudge 800 * 1 0 GateKeeper,ANON 512 *");
	chat_challenged(p, "GateKeeper", 2, c);
	chat_answer(p, "GateKeeper", 2, c, "", guid);
	play_hears_like(p, "AUTH *");
	play_say(p, "NICK >a");
	play_hears_like(p, ":chat.nudge 001 *Service*");
	/* who goes on at once means the directory */
	p = play_connect_chat(w, "192.0.2.10");
	play_say(p, "IRCVERS IRC7 MSN-OCX!7.00.0206.0401");
	world_pass(w, 1000);
	chat_challenged(p, "GateKeeper", 2, c);
	world_pass(w, 5000);
	play_hears_nothing(p);
	world_pass(w, 31000);
	play_hears_like(p, "ERROR *Sign-in timeout");
	/* and tickets are for the rooms */
	p = play_connect_chat(w, "192.0.2.10");
	play_say(p, "IRCVERS IRC7 MSN-OCX!7.00.0206.0401");
	chat_challenged(p, "GateKeeperPassport", 2, c);
	chat_answer(p, "GateKeeperPassport", 2, c, "", zero);
	play_hears_like(p, "AUTH GateKeeperPassport S :OK");
	world_free(w);
}

/* covers: chat-ircx 20 #38, #47 */
static void
the_directory_lets_two_have_one_name_and_knows_no_rooms(void **state)
{
	struct world *w = world_new();

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct player *p = play_connect_chat(w, "192.0.2.10");
		unsigned char c[GK_CHALLENGE];

		play_say(p, "IRCVERS IRC7 MSN-OCX!7.00.0206.0401");
		chat_challenged(p, "GateKeeper", 2, c);
		chat_answer(p, "GateKeeper", 2, c, "", guid);
		play_hears_like(p, "AUTH GateKeeper [*] *");
		play_say(p, "NICK nick");
		play_hears_like(p, ":chat.nudge 001 nick *");
		play_say(p, "NOOP");
		play_hears(p, ":chat.nudge 421 nick NOOP :Unknown command");
		play_say(p, "JOIN %#r");
		play_hears(p, ":chat.nudge 421 nick JOIN :Unknown command");
		play_say(p, "VERSION");
		play_hears_like(p, ":chat.nudge 351 nick *");
	}
	world_free(w);
}

/* covers: chat-ircx 20 #48, #50, #51 */
static void
a_version_is_answered_by_the_state_and_a_wrong_one_is_not_taken(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect_chat(w, "192.0.2.10");

	(void)state;
	play_say(p, "IRCVERS IRC9 MSN-OCX!1 en-us");
	play_hears(p, ":chat.nudge 906 * IRCVERS :Bad value specified");
	play_say(p, "IRCVERS junk");
	play_hears(p, ":chat.nudge 906 * IRCVERS :Bad value specified");
	play_say(p, "IRCVERS");
	play_hears(p, ":chat.nudge 461 * IRCVERS :Not enough parameters");
	chat_versed(p, "IRC8");
	play_say(p, "ISIRCX");
	play_hears(p, ":chat.nudge 800 * 1 0 GateKeeper,ANON 512 *");
	p = chat_guest(w, "a", "IRC8");
	play_say(p, "IRCVERS IRC8 MSN-OCX!1 en-us");
	play_hears(p, ":chat.nudge 462 >a :You may not reregister");
	play_say(p, "AUTH GateKeeper I :x");
	play_hears(p, ":chat.nudge 462 >a :You may not reregister");
	p = play_connect_chat(w, "192.0.2.10");
	play_say(p, "IRCX");
	play_hears(p, ":chat.nudge 800 * 1 0 GateKeeper,ANON 512 *");
	world_free(w);
}

/* covers: chat-ircx 20 #49 */
static void
a_plain_program_is_told_that_it_is_one(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect_chat(w, "192.0.2.10");

	(void)state;
	play_say(p, "MODE ISIRCX");
	play_hears(p, ":chat.nudge 800 * 0 0 GateKeeper,ANON 512 *");
	world_free(w);
}

/* covers: chat-ircx 20 #25, #26, #27 */
static void
packages_are_known_or_refused(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect_chat(w, "192.0.2.10");
	unsigned char c[GK_CHALLENGE];

	(void)state;
	play_say(p, "AUTH Foo I :x");
	play_hears(p,
	    ":chat.nudge 912 * Foo :Unsupported authentication package");
	/* how the staff of then signed in is not documented */
	play_say(p, "AUTH NTLM I :NTLMSSP\\0\1\\0\\0\\0");
	play_hears(p,
	    ":chat.nudge 912 * NTLM :Unsupported authentication package");
	play_say(p, "AUTH NTLMPassport I :NTLMSSP\\0");
	play_hears(p,
	    ":chat.nudge 912 * NTLMPassport :Unsupported authentication "
	    "package");
	chat_versed(p, "IRC8");
	chat_challenged(p, "gatekeeper", 2, c);
	chat_answer(p, "gatekeeper", 2, c, "", guid);
	play_hears_like(p, "AUTH gatekeeper [*] *@GateKeeper 0");
	play_say(p, "AUTH GateKeeper I :x");
	play_hears(p, ":chat.nudge 909 * GateKeeper :Already authenticated");
	p = play_connect_chat(w, "192.0.2.10");
	chat_challenged(p, "GateKeeper", 3, c);
	play_say(p, "AUTH GateKeeper *");
	play_hears(p, ":chat.nudge 910 * GateKeeper :Authentication failed");
	play_is_closed(p, CLOSE_AUTH_FAILED);
	world_free(w);
}

static void
is_refused(struct player *p, const char *package)
{
	play_hears_like(p, ":chat.nudge 910 [*] * :Authentication failed");
	play_is_closed(p, CLOSE_AUTH_FAILED);
	(void)package;
}

/* covers: chat-ircx 20 #4, #17, #21, #24, #28 */
static void
wrong_answers_end_the_connection(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect_chat(w, "192.0.2.10");
	unsigned char c[GK_CHALLENGE];

	(void)state;
	play_say(p, "AUTH GateKeeper I :GKSSP\\x");
	is_refused(p, "GateKeeper");
	p = play_connect_chat(w, "192.0.2.10");
	chat_challenged(p, "GateKeeper", 3, c);
	chat_answer(p, "GateKeeper", 3, c, "", guid);
	is_refused(p, "GateKeeper");
	p = play_connect_chat(w, "192.0.2.10");
	chat_challenged(p, "GateKeeper", 2, c);
	c[0] ^= 1;
	chat_answer(p, "GateKeeper", 2, c, "", guid);
	is_refused(p, "GateKeeper");
	p = play_connect_chat(w, "192.0.2.10");
	chat_challenged(p, "GateKeeper", 2, c);
	chat_answer(p, "GateKeeper", 2, c, "", zero);
	is_refused(p, "GateKeeper");
	/* the account's control has no number of its own */
	p = play_connect_chat(w, "192.0.2.10");
	chat_challenged(p, "GateKeeperPassport", 2, c);
	chat_answer(p, "GateKeeperPassport", 2, c, "", zero);
	play_hears(p, "AUTH GateKeeperPassport S :OK");
	world_free(w);
}

/* covers: chat-ircx 20 #19 */
static void
a_first_control_is_given_a_number(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect_chat(w, "192.0.2.10");
	unsigned char c[GK_CHALLENGE];

	(void)state;
	chat_challenged(p, "GateKeeper", 1, c);
	chat_answer(p, "GateKeeper", 1, c, "", NULL);
	play_hears_like(p, "AUTH GateKeeper [*] *@GateKeeper 0");
	assert_string_not_equal(play_word(p, 3),
	    "00000000000000000000000000000000@GateKeeper");
	world_free(w);
}

/* covers: chat-ircx 20 #52, #54, #55 */
static void
a_guest_has_a_mark_and_a_name_of_its_own(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect_chat(w, "192.0.2.10"), *q;
	unsigned char c[GK_CHALLENGE];
	char id[GK_IDENTITY + 1];
	static const char *const welcome[] = { "001", "002", "003", "004",
		"251", "265", "375", "376" };

	(void)state;
	q = chat_guest(w, "taken", "IRC8");
	chat_versed(p, "IRC8");
	chat_challenged(p, "GateKeeper", 2, c);
	chat_answer(p, "GateKeeper", 2, c, "", guid);
	play_hears_like(p, "AUTH *");
	play_say(p, "NICK name");
	play_hears(p, ":chat.nudge 432 * name :Erroneous nickname");
	play_say(p, "NICK >Sysop1");
	play_hears(p, ":chat.nudge 432 * >Sysop1 :Erroneous nickname");
	play_say(p, "NICK >TAKEN");
	play_hears(p, ":chat.nudge 433 * >TAKEN :Nickname is already in use");
	play_say(p, "NICK >TAKEN17");
	for (unsigned i = 0; i < ARRAY_LEN(welcome); i++) {
		play_hears_like(p, ":chat.nudge * >TAKEN17 *");
		assert_string_equal(play_word(p, 1), welcome[i]);
	}
	play_hears_nothing(p);
	play_hears_nothing(q);
	play_say(p, "JOIN %#r key");
	chat_alias(guid, id);
	play_hearsf(p, ":>TAKEN17!%s@GateKeeper JOIN H,U,GO,. :%%#r", id);
	play_hears(p, ":chat.nudge 353 >TAKEN17 = %#r :H,U,GO,.>TAKEN17");
	play_hears(p, ":chat.nudge 366 >TAKEN17 %#r :End of /NAMES list.");
	play_hears_nothing(p);
	world_free(w);
}

static void
who_comes_back_replaces_its_ghost(void **state)
{
	struct world *w = world_new();
	struct player *old = chat_guest(w, "me", "IRC8");
	struct player *again = chat_guest(w, "me", "IRC8");

	(void)state;
	play_hears(old, "ERROR :Closing Link: >me[GateKeeper] Signed in again");
	play_is_closed(old, CLOSE_ELSEWHERE);
	play_hears_nothing(again);
	world_free(w);
}

/* covers: chat-ircx 20 #29, #30, #31, #32, #33, #34 */
static void
an_account_comes_in_by_its_ticket(void **state)
{
	struct world *w = world_new();
	struct player *p;
	unsigned char c[GK_CHALLENGE];
	const char *ticket;

	(void)state;
	world_add(w, "alice@a.com", "");
	for (unsigned how = 0; how < 5; how++) {
		p = play_connect_chat(w, "192.0.2.10");
		chat_versed(p, "IRC8");
		chat_challenged(p, "GateKeeperPassport", 3, c);
		chat_answer(p, "GateKeeperPassport", 3, c, "192.0.2.1", zero);
		play_hears(p, "AUTH GateKeeperPassport S :OK");
		ticket = world_ticket(w, "alice@a.com", TOKEN_TICKET_LONG);
		assert_true(strlen(ticket) + 16 + 200 <= 480);
		switch (how) {
		case 0: /* forged */
			play_say(p,
			    "AUTH GateKeeperPassport S :0000000ATICKET-ABC"
			    "0000000DPROFILE-12345");
			is_refused(p, "GateKeeperPassport");
			continue;
		case 1: /* no length */
			play_say(p,
			    "AUTH GateKeeperPassport S :0000000GTICKET-ABC");
			is_refused(p, "GateKeeperPassport");
			continue;
		case 2: /* of another kind */
			play_sayf(p, "AUTH GateKeeper S :%08zX%s00000000",
			    strlen(ticket), ticket);
			is_refused(p, "GateKeeperPassport");
			continue;
		case 3: /* in two lines, small digits */
			play_sayf(p, "AUTH GateKeeperPassport S :%08zx%s",
			    strlen(ticket), ticket);
			play_hears(p, "AUTH GateKeeperPassport S :OK");
			play_say(p, "AUTH GateKeeperPassport S :00000004prof");
			break;
		default:
			play_sayf(p,
			    "AUTH GateKeeperPassport S :%08zX%s00000004prof",
			    strlen(ticket), ticket);
		}
		play_hears_like(p,
		    "AUTH GateKeeperPassport [*] ????????????????"
		    "@GateKeeperPassport 0");
	}
	world_free(w);
}

static void
a_ticket_that_has_to_wait_for_its_account_is_taken_once(void **state)
{
	struct world *w = world_new();
	char ticket[TOKEN_TEXT_MAX + 16];
	struct player *p = play_connect_chat(w, "192.0.2.10");
	unsigned char c[GK_CHALLENGE];

	(void)state;
	world_add(w, "alice@a.com", "");
	(void)snprintf(ticket, sizeof(ticket), "%s",
	    world_ticket(w, "alice@a.com", TOKEN_CHAT));
	world_forget(w);
	chat_versed(p, "IRC8");
	chat_challenged(p, "GateKeeperPassport", 3, c);
	chat_answer(p, "GateKeeperPassport", 3, c, "192.0.2.1", zero);
	play_hears(p, "AUTH GateKeeperPassport S :OK");
	play_sayf(p, "AUTH GateKeeperPassport S :%08zX%s00000004prof",
	    strlen(ticket), ticket);
	play_hears_like(p, "AUTH GateKeeperPassport [*] *");
	play_say(p, "NICK Alice");
	play_hears_like(p, ":chat.nudge 001 Alice *");
	play_ignore(p);
	assert_false(world_logged(w, ticket + 10));
	/* covers 53: and it keeps its name */
	play_say(p, "NICK Bob");
	play_hears(p,
	    ":chat.nudge 439 Alice Bob :Nick name changes not permitted.");
	world_free(w);
}

static void
somebody_may_say_that_it_is_nobody(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect_chat(w, "192.0.2.10");

	(void)state;
	play_say(p, "IRCX");
	play_ignore(p);
	play_say(p, "AUTH ANON I :x");
	play_hears_like(p,
	    "AUTH ANON [*] ????????????????????????????????"
	    "@Anonymous 0");
	play_say(p, "NICK any");
	play_say(p, "USER a b c :d");
	play_hears_like(p, ":chat.nudge 001 any *");
	play_ignore(p);
	/* names are bytes, and letters beyond ASCII are letters */
	play_say(p, "JOIN %#Caf\xc3\xa9\\b\xe2\x98\x83");
	play_hears_like(p, ":any!* JOIN :%#Caf\xc3\xa9\\b\xe2\x98\x83");
	play_ignore(p);
	play_say(p, "LIST #CAF\xc3\xa9\\B\xe2\x98\x83");
	play_ignore(p);
	play_say(p, "NICK \xc3\xa9t\xc3\xa9");
	play_hears_like(p, ":any!* NICK :\xc3\xa9t\xc3\xa9");
	world_chat_config(w)->plain = false;
	world_reload(w);
	p = play_connect_chat(w, "192.0.2.10");
	play_say(p, "AUTH ANON I :x");
	play_hears_like(p, ":chat.nudge 912 [*] ANON *");
	world_free(w);
}

static void
an_ordinary_program_comes_in_when_it_may(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect_chat(w, "192.0.2.10");

	(void)state;
	play_say(p, "CAP LS 302");
	play_hears_like(p, ":chat.nudge CAP [*] LS :*");
	play_say(p, "NICK bob");
	play_say(p, "USER bob 0 * :Bob");
	play_hears_nothing(p);
	play_say(p, "CAP END");
	play_hears_like(p, ":chat.nudge 001 bob *");
	play_ignore(p);
	world_chat_config(w)->plain = false;
	world_reload(w);
	p = play_connect_chat(w, "192.0.2.10");
	play_say(p, "NICK carol");
	play_say(p, "USER carol 0 * :C");
	play_hears_like(p, ":chat.nudge NOTICE AUTH *");
	play_say(p, "JOIN #r");
	play_hears(p, ":chat.nudge 451 * :You have not registered");
	world_pass(w, 31000);
	play_hears(p, "ERROR :Closing Link: carol[Anonymous] Sign-in timeout");
	play_is_closed(p, CLOSE_SIGN_IN_DEADLINE);
	world_free(w);
}

/* covers: chat-ircx 20 #87 */
static void
who_answers_no_ping_is_gone(void **state)
{
	struct world *w = world_new();
	struct player *p = chat_guest(w, "a", "IRC8");

	(void)state;
	play_say(p, "PING :abc");
	play_hears(p, ":chat.nudge PONG chat.nudge :abc");
	world_pass(w, 91000);
	play_hears(p, "PING :chat.nudge");
	play_say(p, "PONG chat.nudge");
	world_pass(w, 91000);
	play_hears(p, "PING :chat.nudge");
	world_pass(w, 91000);
	play_hears(p, "ERROR :Closing Link: >a[GateKeeper] 011 (Ping timeout)");
	play_is_closed(p, CLOSE_IDLE);
	world_free(w);
}

static void
who_says_too_much_is_not_read_for_a_while(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8");
	struct player *b = chat_guest(w, "b", "IRC8");

	(void)state;
	chat_joins(a, "%#r");
	chat_joins(b, "%#r");
	play_ignore(a);
	world_chat_config(w)->lines = 2;
	world_reload(w);
	for (unsigned i = 0; i < 14; i++)
		play_sayf(a, "PRIVMSG %%#r :%u", i);
	for (unsigned i = 0; i < 10; i++)
		play_hearsf(b, "%s PRIVMSG %%#r :%u", chat_prefix("a"), i);
	play_hears_nothing(b);
	world_pass(w, 3000);
	for (unsigned i = 10; i < 14; i++)
		play_hearsf(b, "%s PRIVMSG %%#r :%u", chat_prefix("a"), i);
	play_hears_nothing(a);
	world_free(w);
}

static void
a_stranger_may_not_say_much(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect_chat(w, "192.0.2.10");
	char line[1100];

	(void)state;
	memset(line, 'x', sizeof(line));
	line[900] = '\0';
	for (unsigned i = 0; i < 9; i++)
		play_sayf(p, "PONG %s", line);
	play_sayf(p, "PONG %s", line);
	play_hears_like(p, "ERROR *(Input flooding)");
	play_is_closed(p, CLOSE_FLOOD);
	p = play_connect_chat(w, "192.0.2.10");
	line[900] = 'x';
	line[1050] = '\0';
	play_sayf(p, "%s", line);
	/* it is passed over; one without an end is not for ever */
	play_hears(p, ":chat.nudge 417 * :Input line was too long");
	play_hears_nothing(p);
	play_say(p, "PING :on");
	play_hears(p, ":chat.nudge PONG chat.nudge :on");
	p = chat_plain(w, "long");
	for (unsigned i = 0; i < 17; i++)
		play_say_bytes(p, line, 1024);
	play_hears(p, ":chat.nudge 417 long :Input line was too long");
	play_hears_like(p, "ERROR *Line too long");
	play_is_closed(p, CLOSE_LINE_TOO_LONG);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_directory_keeps_silent_and_tells_where_a_room_is),
		cmocka_unit_test(the_directory_answers_who_has_no_name_yet),
		cmocka_unit_test(who_waits_for_an_answer_means_the_rooms),
		cmocka_unit_test(
		    the_directory_lets_two_have_one_name_and_knows_no_rooms),
		cmocka_unit_test(
		    a_version_is_answered_by_the_state_and_a_wrong_one_is_not_taken),
		cmocka_unit_test(a_plain_program_is_told_that_it_is_one),
		cmocka_unit_test(packages_are_known_or_refused),
		cmocka_unit_test(wrong_answers_end_the_connection),
		cmocka_unit_test(a_first_control_is_given_a_number),
		cmocka_unit_test(a_guest_has_a_mark_and_a_name_of_its_own),
		cmocka_unit_test(who_comes_back_replaces_its_ghost),
		cmocka_unit_test(an_account_comes_in_by_its_ticket),
		cmocka_unit_test(
		    a_ticket_that_has_to_wait_for_its_account_is_taken_once),
		cmocka_unit_test(somebody_may_say_that_it_is_nobody),
		cmocka_unit_test(an_ordinary_program_comes_in_when_it_may),
		cmocka_unit_test(who_answers_no_ping_is_gone),
		cmocka_unit_test(who_says_too_much_is_not_read_for_a_while),
		cmocka_unit_test(a_stranger_may_not_say_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
