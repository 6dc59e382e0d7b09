/* SPDX-License-Identifier: MIT */
/* Modes and properties that the staff alone sets, and what they do. */
#include "tests/proto/chat_play.h"

#include <stdio.h>

/* boss, of the staff, made the room; it looks at nothing more. */
static struct player *
boss_of(struct world *w, const char *room, const char *modes)
{
	struct chat_config *cfg = world_chat_config(w);
	struct player *boss;

	(void)snprintf(cfg->staff, sizeof(cfg->staff), "boss@a.com");
	(void)snprintf(cfg->words, sizeof(cfg->words),
	    "darn, Heck caf\xc3\xa9");
	world_reload(w);
	boss = chat_member(w, "boss@a.com", "boss", "IRC8");
	play_sayf(boss, "CREATE GN %s - %s en-us 1 key 0", room, modes);
	play_hears_like(boss, ":chat.nudge 613 *");
	play_sayf(boss, "JOIN %s", room);
	play_ignore(boss);
	return boss;
}

/* covers: chat-ircx 20 #90 */
static void
words_that_may_not_be_said_are_named_to_who_says_them(void **state)
{
	struct world *w = world_new();
	struct player *boss = boss_of(w, "%#r", "nt"), *a, *b;

	(void)state;
	a = chat_guest(w, "a", "IRC8");
	b = chat_guest(w, "b", "IRC8");
	chat_joins(a, "%#r");
	chat_joins(b, "%#r");
	play_say(a, "PRIVMSG %#r :darn");
	play_hears_like(b, "* PRIVMSG %#r :darn");
	play_say(boss, "MODE %#r +f");
	play_hears_like(b, ":boss!* MODE %#r +f");
	play_ignore(a);
	play_say(a, "PRIVMSG %#r :oh, DARN!");
	play_hears(a,
	    ":chat.nudge 932 >a darn :Profanity is not permitted in this "
	    "channel");
	play_say(a, "PRIVMSG %#r :\1S \1\1Arial;0 heck\1");
	play_hears_like(a, ":chat.nudge 932 >a Heck *");
	play_say(a, "PRIVMSG %#r :caf\xc3\xa9");
	play_hears_like(a, ":chat.nudge 932 >a caf\xc3\xa9 *");
	play_say(a, "NOTICE %#r :darn");
	play_hears_nothing(a);
	play_hears_nothing(b);
	play_say(a, "PRIVMSG %#r :\1S \1\1Heck;0 darned heckle\1");
	play_hears_like(b, "* PRIVMSG %#r :*darned heckle*");
	play_say(a, "PRIVMSG %#r :darn\xc3\xa9");
	play_hears_like(b, "* PRIVMSG %#r :darn*");
	play_hears_nothing(a);
	world_free(w);
}

static void
only_subscribers_and_hosts_speak_where_the_staff_says_so(void **state)
{
	struct world *w = world_new();
	struct player *a, *b, *c;

	(void)state;
	(void)boss_of(w, "%#r", "S");
	a = chat_member(w, "a@a.com", "a", "IRC8");
	b = chat_guest(w, "b", "IRC8");
	c = chat_guest(w, "c", "IRC8");
	play_sayf(a, "PROP $ SUBSCRIBERINFO :%s",
	    world_ticket(w, "a@a.com", TOKEN_SUBSCRIBER));
	chat_joins(a, "%#r");
	chat_joins(b, "%#r");
	play_ignore(a);
	play_say(b, "PRIVMSG %#r :x");
	play_hears(b, ":chat.nudge 404 >b %#r :Cannot send to channel");
	play_say(c, "PRIVMSG %#r :x");
	play_hears(c, ":chat.nudge 404 >c %#r :Cannot send to channel");
	play_hears_nothing(a);
	play_say(a, "PRIVMSG %#r :x");
	play_hears_like(b, ":a!* PRIVMSG %#r :x");
	world_free(w);
}

static void
a_full_room_that_may_be_cloned_has_clones(void **state)
{
	struct world *w = world_new();
	struct player *boss = boss_of(w, "%#r", "dl 2"), *a, *b, *c, *d;

	(void)state;
	play_say(boss, "PROP %#r TOPIC :tea");
	play_say(boss, "PROP %#r HOSTKEY :host");
	play_say(boss, "ACCESS %#r ADD DENY >bad");
	play_ignore(boss);
	a = chat_guest(w, "a", "IRC8");
	chat_joins(a, "%#r");
	play_ignore(boss);
	b = chat_guest(w, "b", "IRC8");
	play_say(b, "JOIN %#r");
	play_hears(boss, ":chat.nudge CLONE %#r1 0");
	play_hears_nothing(a);
	play_hearsf(b, "%s JOIN H,U,GO :%%#r1", chat_prefix("b"));
	play_hears(b, ":chat.nudge 332 >b %#r1 :tea");
	play_ignore(b);
	play_say(b, "MODE %#r1");
	play_hears(b, ":chat.nudge 324 >b %#r1 +el 2");
	play_say(b, "JOIN %#r");
	play_hears_like(b, ":chat.nudge 927 >b %#r1 *");
	c = chat_guest(w, "c", "IRC8");
	chat_joins(c, "%#r");
	play_hearsf(b, "%s JOIN H,U,GO :%%#r1", chat_prefix("c"));
	play_hears_nothing(boss);
	/* the first clone is full, a second is made; keys and bans hold */
	d = chat_guest(w, "d", "IRC8");
	play_say(d, "JOIN %#r");
	play_hears(boss, ":chat.nudge CLONE %#r2 0");
	play_ignore(d);
	play_say(d, "MODE >d +h host");
	play_hearsf(d, "%s MODE %%#r2 +o >d", chat_prefix("d"));
	d = chat_guest(w, "bad", "IRC8");
	play_say(d, "JOIN %#r");
	play_hears_like(d, ":chat.nudge 474 >bad %#r *");
	play_say(d, "JOIN %#r2");
	play_hears_like(d, ":chat.nudge 474 >bad %#r2 *");
	world_free(w);
}

static void
somebodys_own_room_is_no_clone(void **state)
{
	struct world *w = world_new();
	struct player *boss = boss_of(w, "%#r", "dl 1"), *a, *b;

	(void)state;
	a = chat_guest(w, "a", "IRC8");
	chat_joins(a, "%#r1");
	b = chat_guest(w, "b", "IRC8");
	chat_joins(b, "%#r");
	play_hears(boss, ":chat.nudge CLONE %#r2 0");
	play_hears_nothing(a);
	/* no more rooms: full is full */
	world_chat_config(w)->max_rooms = 3;
	world_reload(w);
	a = chat_guest(w, "c", "IRC8");
	play_say(a, "JOIN %#r");
	play_hears(a, ":chat.nudge 471 >c %#r :Cannot join channel (+l)");
	world_free(w);
}

static void
some_modes_are_for_the_staff_and_some_for_nobody(void **state)
{
	static const char staffs[] = "dfS", nobodys[] = "exz";
	struct world *w = world_new();
	struct player *boss = boss_of(w, "%#s", "nt"), *a;

	(void)state;
	a = chat_guest(w, "a", "IRC8");
	chat_joins(a, "%#r");
	for (unsigned i = 0; i < 3; i++) {
		play_sayf(a, "MODE %%#r +%c", staffs[i]);
		play_hears_like(a, ":chat.nudge 481 >a :*");
		play_sayf(a, "CREATE GN %%#new - %c en-us 1 key 0", staffs[i]);
		play_hears(a, ":chat.nudge 706 >a :Channel mode is not valid");
		play_sayf(boss, "MODE %%#r +%c", staffs[i]);
		play_hears_like(a, ":boss!* MODE %#r +?");
		play_sayf(boss, "MODE %%#s +%c", nobodys[i]);
		play_hears_like(boss, ":chat.nudge 481 boss :*");
	}
	play_say(a, "MODE %#r");
	play_hears(a, ":chat.nudge 324 >a %#r +dfnStl 50");
	play_say(a, "CREATE GN %#new - g en-us 1 key 0");
	play_hears_like(a, ":chat.nudge 706 *");
	play_ignore(boss);
	play_say(boss, "CREATE GN %#new - dfgS en-us 1 key 0");
	play_hears_like(boss, ":chat.nudge 613 *");
	play_say(boss, "MODE %#new");
	play_hears(boss, ":chat.nudge 324 boss %#new +dfgS");
	play_say(boss, "CREATE GN %#other - e en-us 1 key 0");
	play_hears_like(boss, ":chat.nudge 706 *");
	world_free(w);
}

static void
an_owner_may_let_time_pass_between_what_members_say(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8"), *b;

	(void)state;
	chat_joins(a, "%#r");
	b = chat_guest(w, "b", "IRC8");
	chat_joins(b, "%#r");
	play_ignore(a);
	play_say(b, "PROP %#r LAG :2");
	play_hears_like(b, ":chat.nudge 485 *");
	play_say(a, "PROP %#r LAG :3");
	play_hears_like(a, ":chat.nudge 906 *");
	play_say(a, "PROP %#r LAG :2");
	play_hearsf(b, "%s PROP %%#r LAG :2", chat_prefix("a"));
	play_say(b, "PROP %#r LAG");
	play_hears(b, ":chat.nudge 818 >b %#r LAG :2");
	play_ignore(a);
	play_say(b, "PRIVMSG %#r :one");
	play_say(b, "PRIVMSG %#r :two");
	play_hears_like(a, "* :one");
	play_hears_nothing(a);
	world_pass(w, 1900);
	play_hears_nothing(a);
	world_pass(w, 200);
	play_hears_like(a, "* :two");
	/* hosts are not kept waiting */
	play_ignore(b);
	play_say(a, "PRIVMSG %#r :one");
	play_say(a, "PRIVMSG %#r :two");
	play_hears_like(b, "* :one");
	play_hears_like(b, "* :two");
	play_say(a, "PROP %#r LAG :");
	play_hears_like(b, "* PROP %#r LAG :");
	play_say(a, "PROP %#r LAG");
	play_ignore(b);
	play_hears_like(a, "* PROP %#r LAG :");
	play_hears(a, ":chat.nudge 818 >a %#r LAG :0");
	world_free(w);
}

static void
what_the_staff_notes_of_a_room_is_read_by_owners(void **state)
{
	struct world *w = world_new();
	struct player *boss = boss_of(w, "%#s", "nt"), *a, *b;

	(void)state;
	a = chat_guest(w, "a", "IRC8");
	b = chat_guest(w, "b", "IRC8");
	chat_joins(a, "%#r");
	chat_joins(b, "%#r");
	play_ignore(a);
	play_say(a, "PROP %#r ACCOUNT :x");
	play_hears_like(a, ":chat.nudge 913 *");
	play_say(boss, "PROP %#r ACCOUNT :Tea Ltd.");
	play_hears_like(a, ":boss!* PROP %#r ACCOUNT :Tea Ltd.");
	play_hears_nothing(b);
	play_say(boss, "PROP %#r CLIENTGUID :{x}");
	play_say(boss, "PROP %#r SERVICEPATH :tea.ocx");
	play_ignore(a);
	play_say(a, "PROP %#r ACCOUNT,CLIENTGUID,SERVICEPATH");
	play_hears(a, ":chat.nudge 818 >a %#r ACCOUNT :Tea Ltd.");
	play_hears(a, ":chat.nudge 818 >a %#r CLIENTGUID :{x}");
	play_hears(a, ":chat.nudge 818 >a %#r SERVICEPATH :tea.ocx");
	play_hears_like(a, ":chat.nudge 819 *");
	play_say(b, "PROP %#r ACCOUNT");
	play_hears_like(b, ":chat.nudge 819 *");
	play_say(b, "PROP $ CLIENT,NICK");
	play_hears(b, ":chat.nudge 818 >b $ CLIENT :");
	play_hears(b, ":chat.nudge 818 >b $ NICK :>b");
	world_free(w);
}

static void
one_may_shut_ones_ears(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8"), *b, *c;

	(void)state;
	b = chat_guest(w, "b", "IRC8");
	c = chat_plain(w, "c");
	chat_joins(a, "%#r");
	chat_joins(b, "%#r");
	chat_joins(c, "#r");
	play_ignore(a);
	play_ignore(b);
	play_say(a, "ACCESS >a ADD HOST >b");
	play_hears(a, ":chat.nudge 903 >a >a :Bad level");
	play_say(a, "ACCESS >a ADD DENY >b 1 :loud");
	play_hears_like(a, ":chat.nudge 801 >a >a DENY >b![*]@[*]$[*] 1 *");
	play_say(b, "PRIVMSG >a :x");
	play_hears(b, ":chat.nudge 923 >b >a :Does not permit whispers");
	play_say(b, "WHISPER %#r >a :x");
	play_hears_like(b, ":chat.nudge 923 *");
	play_say(b, "INVITE >a %#r");
	play_hears_like(b, ":chat.nudge 401 *");
	play_hears_nothing(a);
	/* a room is heard as a whole */
	play_say(b, "PRIVMSG %#r :x");
	play_hears_like(a, "* PRIVMSG %#r :x");
	world_pass(w, 61 * 1000);
	play_say(b, "PRIVMSG >a :x");
	play_hears_like(a, "* PRIVMSG >a :x");
	/* the same as ordinary programs say it */
	play_ignore(c);
	play_say(c, "SILENCE +>b");
	play_hears_like(c, ":c!*@Anonymous SILENCE +>b");
	play_say(c, "SILENCE");
	play_hears(c, ":chat.nudge 271 c c >b!*@*$*");
	play_hears(c, ":chat.nudge 272 c :End of Silence List");
	play_say(b, "PRIVMSG c :x");
	play_hears_like(b, ":chat.nudge 923 *");
	play_say(a, "PRIVMSG c :x");
	play_hears_like(c, ":>a!* PRIVMSG c :x");
	play_say(c, "SILENCE ->b");
	play_hears_like(c, ":c!* SILENCE ->b");
	play_say(b, "PRIVMSG c :y");
	play_hears_like(c, ":>b!* PRIVMSG c :y");
	for (unsigned i = 0; i < 16; i++)
		play_sayf(c, "SILENCE x%u", i);
	play_ignore(c);
	play_say(c, "SILENCE y");
	play_hears(c, ":chat.nudge 511 c y :Your silence list is full");
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    words_that_may_not_be_said_are_named_to_who_says_them),
		cmocka_unit_test(
		    only_subscribers_and_hosts_speak_where_the_staff_says_so),
		cmocka_unit_test(a_full_room_that_may_be_cloned_has_clones),
		cmocka_unit_test(somebodys_own_room_is_no_clone),
		cmocka_unit_test(
		    some_modes_are_for_the_staff_and_some_for_nobody),
		cmocka_unit_test(
		    an_owner_may_let_time_pass_between_what_members_say),
		cmocka_unit_test(
		    what_the_staff_notes_of_a_room_is_read_by_owners),
		cmocka_unit_test(one_may_shut_ones_ears),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
