/* SPDX-License-Identifier: MIT */
/* Keys, properties, access lists, whispers and the stage. */
#include "tests/proto/chat_play.h"

#include "core/people/roster.h"

#include <stdio.h>
#include <string.h>

/* a made the room and sits in it as its owner. */
static struct player *
owner_of(struct world *w, const char *room)
{
	struct player *a = chat_guest(w, "a", "IRC8");

	play_sayf(a, "CREATE GN %s - - en-us 1 owner 0 host", room);
	play_hears_like(a, ":chat.nudge 613 *");
	play_sayf(a, "JOIN %s owner", room);
	play_hears_like(a, "* JOIN H,U,GO,. *");
	play_ignore(a);
	return a;
}

static struct player *
guest_in(struct world *w, const char *name, const char *room)
{
	struct player *p = chat_guest(w, name, "IRC8");

	chat_joins(p, room);
	return p;
}

/* covers: chat-ircx 20 #65, #68 */
static void
a_key_opens_every_door_and_raises_who_is_inside(void **state)
{
	struct world *w = world_new();
	struct player *a = owner_of(w, "%#r"), *b, *c, *d;

	(void)state;
	play_say(a, "MODE %#r +iml 1");
	play_say(a, "MODE %#r +k member");
	play_ignore(a);
	b = chat_guest(w, "b", "IRC8");
	play_say(b, "JOIN %#r wrong");
	play_hears(b, ":chat.nudge 475 >b %#r :Cannot join channel (+k)");
	play_say(b, "JOIN %#r owner");
	play_hearsf(b, "%s JOIN H,U,GO,. :%%#r", chat_prefix("b"));
	c = chat_guest(w, "c", "IRC8");
	play_say(c, "JOIN %#r host");
	play_hearsf(c, "%s JOIN H,U,GO,@ :%%#r", chat_prefix("c"));
	play_say(a, "MODE %#r -ik+l member 9");
	play_ignore(a);
	d = guest_in(w, "d", "%#r");
	play_ignore(a);
	play_say(d, "MODE >d +h nothing");
	play_hears_nothing(d);
	play_say(d, "MODE >d +h owner");
	play_hearsf(d, "%s MODE %%#r +q >d", chat_prefix("d"));
	play_hearsf(a, "%s MODE %%#r +q >d", chat_prefix("d"));
	play_say(d, "MODE >d +h host");
	play_hearsf(d, "%s MODE %%#r -q >d", chat_prefix("d"));
	play_hearsf(d, "%s MODE %%#r +o >d", chat_prefix("d"));
	play_say(d, "MODE >a +h owner");
	play_hears(d, ":chat.nudge 502 >d :Cant change mode for other users");
	world_free(w);
}

/* covers: chat-ircx 20 #71, #72 */
static void
properties_are_told_but_keys_never(void **state)
{
	struct world *w = world_new();
	struct player *a = owner_of(w, "%#r"), *b, *c;

	(void)state;
	b = guest_in(w, "b", "%#r");
	c = guest_in(w, "c", "%#r");
	play_say(a, "MODE %#r +o >c");
	play_say(a, "PROP %#r TOPIC :tea");
	play_say(a, "PROP %#r ONJOIN :Welcome\\nBe nice");
	play_ignore(a);
	play_ignore(b);
	play_ignore(c);
	play_say(a, "PROP %#r TOPIC,ONJOIN");
	play_hears(a, ":chat.nudge 818 >a %#r TOPIC :tea");
	play_hears(a, ":chat.nudge 818 >a %#r ONJOIN :Welcome\\nBe nice");
	play_hears(a, ":chat.nudge 819 >a %#r :End of properties");
	play_say(b, "PROP %#r ONJOIN,OWNERKEY,HOSTKEY,MEMBERKEY,CATEGORY");
	play_hears(b, ":chat.nudge 818 >b %#r CATEGORY :GN");
	play_hears(b, ":chat.nudge 819 >b %#r :End of properties");
	play_say(a, "PROP %#r *");
	for (unsigned i = 0; i < 8; i++) {
		const char *line = play_hears_like(a, ":chat.nudge 81*");

		assert_null(strstr(line, "KEY"));
		if (strstr(line, " 819 ") != NULL)
			break;
	}
	play_ignore(a);
	play_say(a, "PROP %#r OWNERKEY :new");
	play_hearsf(a, "%s PROP %%#r OWNERKEY :new", chat_prefix("a"));
	play_hears_nothing(c);
	play_say(a, "PROP %#r HOSTKEY :door");
	play_hearsf(c, "%s PROP %%#r HOSTKEY :door", chat_prefix("a"));
	play_hears_nothing(b);
	play_ignore(a);
	play_say(c, "PROP %#r OWNERKEY :mine");
	play_hears(c, ":chat.nudge 485 >c %#r :You're not channel owner");
	play_say(b, "PROP %#r SUBJECT :mine");
	play_hears(b, ":chat.nudge 482 >b %#r :You're not channel operator");
	play_say(a, "PROP %#r NONSENSE :x");
	play_hears(a, ":chat.nudge 905 >a %#r :Bad property specified");
	play_say(a, "PROP %#r NAME :x");
	play_hears(a, ":chat.nudge 913 >a %#r :No access");
	play_say(a, "PROP %#r HOSTKEY :a b");
	play_hears(a, ":chat.nudge 906 >a %#r :Bad value specified");
	play_say(a, "PROP %#none TOPIC");
	play_hears(a, ":chat.nudge 924 >a %#none :No such object found");
	play_say(a, "PROP >b NICK,OID");
	play_hears(a, ":chat.nudge 818 >a >b NICK :>b");
	play_hears(a, ":chat.nudge 818 >a >b OID :0");
	play_hears(a, ":chat.nudge 819 >a >b :End of properties");
	/* a member key is the mode */
	play_say(a, "PROP %#r MEMBERKEY :in");
	play_ignore(a);
	play_say(b, "MODE %#r");
	play_hears(b, ":chat.nudge 324 >b %#r +ntlk 50 in");
	world_free(w);
}

/* covers: chat-ircx 20 #73 */
static void
a_room_greets_who_comes_and_who_goes(void **state)
{
	struct world *w = world_new();
	struct player *a = owner_of(w, "%#r"), *b;

	(void)state;
	play_say(a, "PROP %#r ONJOIN :Welcome\\nBe nice");
	play_say(a, "PROP %#r ONPART :Bye");
	b = chat_guest(w, "b", "IRC8");
	play_say(b, "JOIN %#r");
	play_hears_like(b, "* JOIN *");
	play_hears_like(b, ":chat.nudge 353 *");
	play_hears_like(b, ":chat.nudge 366 *");
	play_hears(b, ":%#r PRIVMSG >b :Welcome");
	play_hears(b, ":%#r PRIVMSG >b :Be nice");
	play_hears_nothing(b);
	play_ignore(a);
	play_hears_nothing(a);
	play_say(b, "PART %#r");
	play_hears_like(b, "* PART %#r");
	play_hears(b, ":%#r NOTICE >b :Bye");
	world_free(w);
}

/* covers: chat-ircx 20 #66, #74, #75 */
static void
an_access_list_is_kept_and_obeyed(void **state)
{
	struct world *w = world_new();
	struct player *a = owner_of(w, "%#r"), *b = guest_in(w, "b", "%#r");
	char id[80];

	(void)state;
	(void)snprintf(id, sizeof(id), "%.32s",
	    strchr(chat_prefix("b"), '!') + 1);
	play_ignore(a);
	play_sayf(a, "ACCESS %%#r ADD DENY *!%s@*$* 15 :rude", id);
	play_hears_like(a,
	    ":chat.nudge 801 >a %#r DENY [*]!*@[*]$[*] 15 *@GateKeeper :rude");
	play_sayf(a, "ACCESS %%#r ADD DENY *!%s@*$*", id);
	play_hears(a, ":chat.nudge 914 >a %#r :Duplicate access entry");
	play_say(a, "ACCESS %#r LIST");
	play_hears(a, ":chat.nudge 803 >a %#r :Start of access entries");
	play_hears_like(a, ":chat.nudge 804 >a %#r DENY *");
	play_hears(a, ":chat.nudge 805 >a %#r :End of access entries");
	play_say(b, "ACCESS %#r LIST");
	play_hears(b, ":chat.nudge 913 >b %#r :No access");
	play_say(a, "KICK %#r >b");
	play_ignore(a);
	play_ignore(b);
	play_say(b, "JOIN %#r");
	play_hears(b, ":chat.nudge 474 >b %#r :Cannot join channel (+b)");
	play_say(a, "ACCESS %#r ADD KING x");
	play_hears(a, ":chat.nudge 903 >a %#r :Bad level");
	play_say(a, "ACCESS %#r DELETE DENY x");
	play_hears(a, ":chat.nudge 915 >a %#r :Unknown access entry");
	play_say(a, "ACCESS %#r NONSENSE");
	play_hears(a, ":chat.nudge 900 >a ACCESS :Bad command");
	play_say(a, "ACCESS %#r ADD DENY bad");
	play_hears_like(a, ":chat.nudge 801 >a %#r DENY bad![*]@[*]$[*] 0 *");
	play_say(a, "ACCESS %#r DELETE DENY bad");
	play_hears(a, ":chat.nudge 802 >a %#r DENY bad!*@*$*");
	play_say(a, "ACCESS %#r ADD DENY bad$x");
	play_hears_like(a, ":chat.nudge 801 >a %#r DENY bad![*]@[*]$x 0 *");
	play_say(a, "ACCESS %#r ADD DENY i@d");
	play_hears_like(a, ":chat.nudge 801 >a %#r DENY [*]!i@d$[*] 0 *");
	play_say(a, "ACCESS %#r ADD DENY :a b");
	play_hears(a, ":chat.nudge 902 >a ACCESS :Badly formed parameters");
	play_say(a, "ACCESS %#r CLEAR");
	play_hears(a, ":chat.nudge 820 >a %#r * :Clear");
	chat_joins(b, "%#r");
	play_ignore(a);
	/* what an owner wrote, a host cannot take away */
	play_say(a, "MODE %#r +o >b");
	play_say(a, "ACCESS %#r ADD VOICE x");
	play_ignore(a);
	play_ignore(b);
	play_say(b, "ACCESS %#r ADD OWNER x");
	play_hears(b, ":chat.nudge 913 >b %#r :No access");
	play_say(b, "ACCESS %#r DELETE VOICE x");
	play_hears(b, ":chat.nudge 913 >b %#r :No access");
	play_say(b, "ACCESS %#r CLEAR VOICE");
	play_hears(b,
	    ":chat.nudge 922 >b %#r :Some entries not cleared due to "
	    "security");
	play_say(b, "ACCESS >a LIST");
	play_hears_like(b, ":chat.nudge 925 >b >a *");
	play_say(b, "ACCESS >b LIST");
	play_hears(b, ":chat.nudge 803 >b >b :Start of access entries");
	play_ignore(b);
	play_say(b, "ACCESS %#none LIST");
	play_hears_like(b, ":chat.nudge 924 >b %#none *");
	world_free(w);
}

static void
an_entry_is_over_after_its_minutes_and_the_list_has_an_end(void **state)
{
	struct world *w = world_new();
	struct player *a = owner_of(w, "%#r"), *b = chat_plain(w, "b");

	(void)state;
	play_say(a, "ACCESS %#r ADD DENY b 1");
	play_ignore(a);
	play_say(b, "JOIN #r");
	play_hears(b, ":chat.nudge 474 b #r :Cannot join channel (+b)");
	world_pass(w, 61 * 1000);
	chat_joins(b, "#r");
	play_ignore(a);
	for (unsigned i = 0; i < 100; i++) {
		play_sayf(a, "ACCESS %%#r ADD GRANT x%u", i);
		play_hears_like(a, ":chat.nudge 801 *");
	}
	play_say(a, "ACCESS %#r ADD GRANT y");
	play_hears(a, ":chat.nudge 916 >a %#r :Too many access entries");
	world_free(w);
}

/* covers: chat-ircx 20 #76 */
static void
the_best_entry_that_fits_decides(void **state)
{
	struct world *w = world_new();
	struct player *a = owner_of(w, "%#r"), *p;

	(void)state;
	play_say(a, "ACCESS %#r ADD DENY *");
	play_say(a, "ACCESS %#r ADD HOST *!*@GateKeeper$*");
	play_say(a, "ACCESS %#r ADD OWNER >boss");
	play_say(a, "ACCESS %#r ADD VOICE *speaker");
	p = chat_guest(w, "boss", "IRC8");
	play_say(p, "JOIN %#r");
	play_hearsf(p, "%s JOIN H,U,GO,. :%%#r", chat_prefix("boss"));
	p = chat_guest(w, "speaker", "IRC8");
	play_say(p, "JOIN %#r");
	play_hearsf(p, "%s JOIN H,U,GO,@ :%%#r", chat_prefix("speaker"));
	p = chat_plain(w, "speaker");
	play_say(p, "JOIN #r");
	play_hears_like(p, ":speaker!* JOIN :#r");
	play_hears_like(p, ":speaker!* MODE #r +v speaker");
	p = chat_plain(w, "nobody");
	play_say(p, "JOIN #r");
	play_hears_like(p, ":chat.nudge 474 *");
	/* where some are granted and none denied, the others are */
	play_say(a, "ACCESS %#r CLEAR");
	play_say(a, "ACCESS %#r ADD GRANT somebody");
	play_say(p, "JOIN #r");
	play_hears_like(p, ":chat.nudge 474 *");
	p = chat_plain(w, "somebody");
	chat_joins(p, "#r");
	world_free(w);
}

static void
a_ban_is_an_entry(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_plain(w, "a"), *b = chat_plain(w, "b");

	(void)state;
	chat_joins(a, "#r");
	play_say(a, "MODE #r +b b!*@*");
	play_hears_like(a, ":a!* MODE #r +b b![*]@[*]");
	play_say(b, "JOIN #r");
	play_hears_like(b, ":chat.nudge 474 *");
	play_say(a, "MODE #r b");
	/* as it was given, by whom and when: irssi compares it */
	play_hears_like(a, ":chat.nudge 367 a #r b![*]@[*] a 11000000*");
	play_hears(a, ":chat.nudge 368 a #r :End of channel ban list");
	play_say(a, "MODE #r -b b!*@*");
	play_hears_like(a, ":a!* MODE #r -b *");
	chat_joins(b, "#r");
	world_free(w);
}

/* covers: chat-ircx 20 #77, #78 */
static void
whispers_go_to_one_and_rooms_may_forbid_them(void **state)
{
	struct world *w = world_new();
	struct player *a = owner_of(w, "%#r"), *b = guest_in(w, "b", "%#r");
	struct player *c = guest_in(w, "c", "%#r"), *d = chat_plain(w, "d");

	(void)state;
	play_ignore(a);
	play_ignore(b);
	play_say(b, "WHISPER %#r >x :psst");
	play_hears(b, ":chat.nudge 401 >b >x :No such nick/channel");
	play_say(b, "WHISPER %#r d :psst");
	play_hears(b, ":chat.nudge 441 >b d :They aren't on that channel");
	chat_joins(d, "#r");
	play_ignore(a);
	play_ignore(b);
	play_ignore(c);
	play_say(b, "WHISPER %#r >c,d :psst");
	play_hearsf(c, "%s WHISPER %%#r >c :psst", chat_prefix("b"));
	play_hearsf(d, "%s PRIVMSG d :psst", chat_prefix("b"));
	play_hears_nothing(a);
	play_hears_nothing(b);
	play_say(a, "MODE %#r +w");
	play_ignore(a);
	play_ignore(b);
	play_ignore(c);
	play_say(b, "WHISPER %#r >c :psst");
	play_hears(b, ":chat.nudge 923 >b %#r :Does not permit whispers");
	play_say(b, "WHISPER %#r >a :psst");
	play_hearsf(a, "%s WHISPER %%#r >a :psst", chat_prefix("b"));
	play_say(a, "MODE %#r -w+W");
	play_ignore(a);
	play_ignore(b);
	play_say(b, "WHISPER %#r >a :psst");
	play_hears(b, ":chat.nudge 923 >b %#r :Does not permit whispers");
	play_say(b, "WHISPER %#r");
	play_hears(b, ":chat.nudge 411 >b :No recipient given");
	play_say(b, "WHISPER %#r >a");
	play_hears(b, ":chat.nudge 412 >b :No text to send");
	world_free(w);
}

static void
again(struct request *rq)
{
	(void)rq;
}

static void
block(struct world *w, const char *who, const char *whom)
{
	struct request rq;
	struct account *a, *b;

	request_begin(&rq, world_core(w), again);
	assert_int_equal(account_get(&rq, slice_text(who), &a), RESULT_OK);
	assert_int_equal(account_get(&rq, slice_text(whom), &b), RESULT_OK);
	assert_int_equal(roster_add_privacy(&rq, a, b->person, LIST_BLOCK,
			     slice_make("", 0)),
	    RESULT_OK);
	request_end(&rq);
	world_settle(w);
}

static void
whom_somebody_blocked_in_messenger_cannot_whisper_here(void **state)
{
	struct world *w = world_new();
	struct player *a, *b;

	(void)state;
	a = chat_member(w, "alice@a.com", "Alice", "IRC8");
	b = chat_member(w, "bob@b.com", "Bob", "IRC8");
	block(w, "alice@a.com", "bob@b.com");
	chat_joins(a, "%#r");
	chat_joins(b, "%#r");
	play_ignore(a);
	play_say(b, "WHISPER %#r Alice :psst");
	play_hears(b, ":chat.nudge 923 Bob %#r :Does not permit whispers");
	play_say(b, "PRIVMSG Alice :psst");
	play_hears(b, ":chat.nudge 923 Bob Alice :Does not permit whispers");
	play_say(b, "INVITE Alice %#r");
	play_hears(b, ":chat.nudge 401 Bob Alice :No such nick/channel");
	play_hears_nothing(a);
	/* the room hears everybody, and who blocks may still speak */
	play_say(b, "PRIVMSG %#r :hello");
	play_hears_like(a, ":Bob!* PRIVMSG %#r :hello");
	play_say(a, "WHISPER %#r Bob :no");
	play_hears_like(b, ":Alice!* WHISPER %#r Bob :no");
	world_free(w);
}

/* covers: chat-ircx 20 #53 */
static void
a_member_shows_a_profile_and_keeps_its_name(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_member(w, "alice@a.com", "Alice", "IRC8");

	(void)state;
	play_say(a, "PROP $ MSNPROFILE :11");
	play_say(a, "PROP $ ROLE :forged");
	play_hears_nothing(a);
	play_say(a, "PROP $ OTHER :x");
	play_hears(a, ":chat.nudge 905 Alice $ :Bad property specified");
	play_say(a, "JOIN %#r");
	play_hears_like(a, ":Alice!*@GateKeeperPassport JOIN H,U,MYO,. :%#r");
	play_hears(a, ":chat.nudge 353 Alice = %#r :H,U,MYO,.Alice");
	play_ignore(a);
	/* chat-ircx 9.3: the number it said, by either name; a guest has none */
	play_say(a, "PROP Alice PROFILE");
	play_hears(a, ":chat.nudge 818 Alice Alice PROFILE :11");
	play_ignore(a);
	play_say(a, "PROP Alice PUID");
	play_hears_like(a,
	    ":chat.nudge 818 Alice Alice PUID :????????????????");
	play_ignore(a);
	play_say(a, "NICK Alicia");
	play_hears(a,
	    ":chat.nudge 439 Alice Alicia :Nick name changes not permitted.");
	world_free(w);
}

/* covers: chat-ircx 20 #79 */
static void
data_has_a_tag_and_some_tags_a_rank(void **state)
{
	struct world *w = world_new();
	struct player *a = owner_of(w, "%#r"), *b = guest_in(w, "b", "%#r");
	struct player *d = chat_plain(w, "d");

	(void)state;
	chat_joins(d, "#r");
	play_ignore(a);
	play_ignore(b);
	play_say(b, "DATA %#r SYS.X :x");
	play_hears(b,
	    ":chat.nudge 908 >b SYS.X :No permissions to perform command");
	play_say(b, "DATA %#r 1X :x");
	play_hears(b, ":chat.nudge 904 >b 1X :Bad message tag");
	play_say(b, "DATA %#r HST.X :x");
	play_hears_like(b, ":chat.nudge 908 *");
	play_say(b, "DATA %#r AV.1 :x y");
	play_hearsf(a, "%s DATA %%#r AV.1 :x y", chat_prefix("b"));
	play_say(a, "REQUEST %#r >b OWN.Q :z");
	play_hearsf(b, "%s REQUEST %%#r >b OWN.Q :z", chat_prefix("a"));
	play_say(b, "REPLY >a Q :w");
	play_hearsf(a, "%s REPLY >a Q :w", chat_prefix("b"));
	play_hears_nothing(d);
	play_say(d, "DATA #r Q :x");
	play_hears(d, ":chat.nudge 421 d DATA :Unknown command");
	play_say(a, "EVENT ADD USER");
	play_hears(a,
	    ":chat.nudge 908 >a EVENT :No permissions to perform command");
	world_free(w);
}

/* covers: chat-ircx 20 #85 */
static void
questions_reach_the_stage(void **state)
{
	struct world *w = world_new();
	struct player *a = owner_of(w, "%#r"), *b = guest_in(w, "b", "%#r");
	struct player *c = guest_in(w, "c", "%#r");

	(void)state;
	play_ignore(a);
	play_ignore(b);
	play_say(b, "ESUBMIT %#r :why?");
	play_hears(b, ":chat.nudge 404 >b %#r :Cannot send to channel");
	play_say(a, "MODE %#r +g");
	play_ignore(a);
	play_ignore(b);
	play_ignore(c);
	play_say(b, "ESUBMIT %#r :why?");
	play_hearsf(a, "%s EQUESTION %%#r >b %%#r :why?", chat_prefix("b"));
	play_hears_nothing(c);
	play_say(b, "EPRIVMSG %#r :because");
	play_hears(b, ":chat.nudge 404 >b %#r :Cannot send to channel");
	play_say(a, "EPRIVMSG %#r :because");
	play_hearsf(c, "%s EPRIVMSG %%#r :because", chat_prefix("a"));
	play_say(a, "EQUESTION %#r >b :why?");
	play_hears_nothing(a);
	play_say(a, "MODE %#r +o >c");
	play_ignore(a);
	play_ignore(c);
	play_say(a, "EQUESTION %#r >b :why?");
	play_hearsf(c, "%s EQUESTION %%#r >b %%#r :why?", chat_prefix("a"));
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_key_opens_every_door_and_raises_who_is_inside),
		cmocka_unit_test(properties_are_told_but_keys_never),
		cmocka_unit_test(a_room_greets_who_comes_and_who_goes),
		cmocka_unit_test(an_access_list_is_kept_and_obeyed),
		cmocka_unit_test(
		    an_entry_is_over_after_its_minutes_and_the_list_has_an_end),
		cmocka_unit_test(the_best_entry_that_fits_decides),
		cmocka_unit_test(a_ban_is_an_entry),
		cmocka_unit_test(whispers_go_to_one_and_rooms_may_forbid_them),
		cmocka_unit_test(
		    whom_somebody_blocked_in_messenger_cannot_whisper_here),
		cmocka_unit_test(a_member_shows_a_profile_and_keeps_its_name),
		cmocka_unit_test(data_has_a_tag_and_some_tags_a_rank),
		cmocka_unit_test(questions_reach_the_stage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
