/* SPDX-License-Identifier: MIT */
/* Life in a room: who is there, who may do what, and what is said. */
#include "tests/proto/chat_play.h"

#include <stdio.h>
#include <string.h>

/* covers: chat-ircx 20 #56, #57, #58, #59, #60, #61 */
static void
each_reads_of_a_newcomer_in_its_own_dialect(void **state)
{
	static const struct {
		const char *version, *joined;
	} rows[] = {
		{ "IRC8", "JOIN H,U,GO :%#r" },
		{ "IRC7", "JOIN H,U,G :%#r" },
		/* field-runs 3.5: Control 3.0 wants none in a JOIN */
		{ "IRC5", "JOIN :%#r" },
		{ "IRC3", "JOIN :%#r" },
	};
	struct world *w = world_new();
	struct player *p[4], *plain = chat_plain(w, "plain"), *last;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		char name[2] = { (char)('a' + (char)i), '\0' };

		p[i] = chat_guest(w, name, rows[i].version);
		chat_joins(p[i], "%#r");
	}
	chat_joins(plain, "#R");
	for (unsigned i = 0; i < 4; i++)
		play_ignore(p[i]);
	last = chat_guest(w, "z", "IRC8");
	play_say(last, "JOIN %#r");
	play_hearsf(last, "%s JOIN H,U,GO :%%#r", chat_prefix("z"));
	play_hears(last,
	    ":chat.nudge 353 >z = %#r :H,U,GO,.>a H,U,GO,>b H,U,GO,>c "
	    "H,U,GO,>d H,U,GO,plain H,U,GO,>z");
	play_hears(last, ":chat.nudge 366 >z %#r :End of /NAMES list.");
	for (unsigned i = 0; i < 4; i++) {
		play_hearsf(p[i], "%s %s", chat_prefix("z"), rows[i].joined);
		play_hears_nothing(p[i]);
	}
	play_hearsf(plain, "%s JOIN :#r", chat_prefix("z"));
	play_say(plain, "NAMES #r");
	play_hears(plain, ":chat.nudge 353 plain = #r :@>a >b >c >d plain >z");
	play_ignore(plain);
	play_say(p[1], "NAMES %#r");
	play_hears(p[1],
	    ":chat.nudge 353 >b = %#r :H,U,G,.>a H,U,G,>b H,U,G,>c H,U,G,>d "
	    "H,U,G,plain H,U,G,>z");
	play_ignore(p[1]);
	play_say(p[3], "NAMES %#r");
	play_hears(p[3], ":chat.nudge 353 >d = %#r :.>a >b >c >d plain >z");
	world_free(w);
}

/* covers: chat-ircx 20 #61 */
static void
who_reads_no_member_strings_is_told_a_level_by_mode(void **state)
{
	struct world *w = world_new();
	struct player *old = chat_guest(w, "old", "IRC3");
	struct player *plain = chat_plain(w, "plain");

	(void)state;
	play_say(old, "JOIN %#r");
	play_hearsf(old, "%s JOIN :%%#r", chat_prefix("old"));
	play_hearsf(old, "%s MODE %%#r +q >old", chat_prefix("old"));
	play_hears(old, ":chat.nudge 353 >old = %#r :.>old");
	play_ignore(old);
	play_say(plain, "JOIN #s");
	play_hears_like(plain, ":plain!*@Anonymous JOIN :#s");
	play_hears_like(plain, ":plain!*@Anonymous MODE #s +o plain");
	play_hears_like(plain, ":chat.nudge 329 plain #s *");
	play_hears(plain, ":chat.nudge 353 plain = #s :@plain");
	world_free(w);
}

/* covers: chat-ircx 20 #62 */
static void
names_of_many_come_in_lines_that_fit(void **state)
{
	struct world *w = world_new();
	struct player *p = chat_plain(w, "first");
	char name[40];
	unsigned found = 0, lines = 0;

	(void)state;
	chat_joins(p, "#r");
	play_say(p, "MODE #r -l");
	for (unsigned i = 0; i < 55; i++) {
		(void)snprintf(name, sizeof(name), "somebody_with_a_name_%u",
		    i);
		chat_joins(chat_plain(w, name), "#r");
	}
	play_ignore(p);
	play_say(p, "NAMES #r");
	for (;;) {
		const char *line = play_hears_like(p, ":chat.nudge 3*");

		assert_true(strlen(line) + 2 <= 512);
		if (strncmp(line, ":chat.nudge 366", 15) == 0)
			break;
		lines++;
		for (const char *at = line;
		     (at = strstr(at, "somebody")) != NULL; at++)
			found++;
	}
	assert_int_equal(found, 55);
	assert_true(lines > 2);
	world_free(w);
}

/* covers: chat-ircx 20 #63, #66, #67, #70 */
static void
modes_are_told_and_keep_people_out(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8");
	struct player *b = chat_guest(w, "b", "IRC8");

	(void)state;
	chat_joins(a, "%#r");
	play_say(a, "MODE %#r");
	play_hears(a, ":chat.nudge 324 >a %#r +ntl 50");
	play_say(a, "MODE %#r +p-t+l 1");
	play_hearsf(a, "%s MODE %%#r +p", chat_prefix("a"));
	play_hearsf(a, "%s MODE %%#r -t", chat_prefix("a"));
	play_hearsf(a, "%s MODE %%#r +l 1", chat_prefix("a"));
	play_say(a, "MODE %#r +h");
	play_hearsf(a, "%s MODE %%#r -p", chat_prefix("a"));
	play_hearsf(a, "%s MODE %%#r +h", chat_prefix("a"));
	play_say(a, "MODE %#r");
	play_hears(a, ":chat.nudge 324 >a %#r +hnl 1");
	play_say(b, "JOIN %#r");
	play_hears(b, ":chat.nudge 471 >b %#r :Cannot join channel (+l)");
	play_hears_nothing(a);
	play_say(a, "MODE %#r +u-l+i");
	play_ignore(a);
	play_say(b, "JOIN %#r");
	play_hears(b, ":chat.nudge 473 >b %#r :Cannot join channel (+i)");
	play_hearsf(a, "%s KNOCK %%#r 473", chat_prefix("b"));
	play_say(a, "MODE %#r -i+k secret");
	play_ignore(a);
	play_say(b, "JOIN %#r");
	play_hears(b, ":chat.nudge 475 >b %#r :Cannot join channel (+k)");
	play_ignore(a);
	play_say(a, "MODE %#r +a");
	play_ignore(a);
	play_say(b, "JOIN %#r secret");
	play_hears(b,
	    ":chat.nudge 556 >b %#r :Only authenticated users may join "
	    "channel.");
	play_ignore(a);
	play_say(b, "MODE %#r +m");
	play_hears(b, ":chat.nudge 482 >b %#r :You're not channel operator");
	play_say(a, "MODE %#r +r");
	play_hears_like(a, ":chat.nudge 556 >a *");
	play_say(a, "MODE %#r +y");
	play_hears_like(a, ":chat.nudge 472 >a y *");
	world_free(w);
}

/* covers: chat-ircx 20 #69 */
static void
hosts_may_not_touch_owners(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8");
	struct player *b = chat_guest(w, "b", "IRC8");
	struct player *c = chat_plain(w, "c");

	(void)state;
	chat_joins(a, "%#r");
	chat_joins(b, "%#r");
	chat_joins(c, "#r");
	play_ignore(a);
	play_ignore(b);
	play_say(a, "MODE %#r +o >b");
	play_hearsf(a, "%s MODE %%#r +o >b", chat_prefix("a"));
	play_hearsf(b, "%s MODE %%#r +o >b", chat_prefix("a"));
	play_hearsf(c, "%s MODE #r +o >b", chat_prefix("a"));
	play_say(b, "MODE %#r -q >a");
	play_hears(b, ":chat.nudge 485 >b %#r :You're not channel owner");
	play_say(b, "MODE %#r +q c");
	play_hears(b, ":chat.nudge 485 >b %#r :You're not channel owner");
	play_say(b, "KICK %#r >a :out");
	play_hears(b, ":chat.nudge 485 >b %#r :You're not channel owner");
	play_say(c, "KICK #r >b");
	play_hears(c, ":chat.nudge 482 c #r :You're not channel operator");
	play_say(a, "MODE %#r +q >b");
	play_hearsf(b, "%s MODE %%#r +q >b", chat_prefix("a"));
	play_hearsf(c, "%s MODE #r +o >b", chat_prefix("a"));
	play_ignore(a);
	/* one may always step down */
	play_say(a, "MODE %#r -q >a");
	play_hearsf(a, "%s MODE %%#r -q >a", chat_prefix("a"));
	play_say(a, "MODE %#r +m");
	play_hears(a, ":chat.nudge 482 >a %#r :You're not channel operator");
	world_free(w);
}

/* covers: chat-ircx 20 #80 */
static void
what_is_said_passes_byte_by_byte(void **state)
{
	static const char said[] =
	    "PRIVMSG %#r :\1S \x0b\1Palatino\\bLinotype;0 Hi \xff\xc3 :x \1";
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8");
	struct player *b = chat_guest(w, "b", "IRC6");
	struct player *c = chat_plain(w, "c"), *d = chat_plain(w, "d");

	(void)state;
	chat_joins(a, "%#r");
	chat_joins(b, "%#r");
	chat_joins(c, "#r");
	play_ignore(a);
	play_ignore(b);
	play_say(a, said);
	play_hearsf(b, "%s %s", chat_prefix("a"), said);
	/* to ordinary programs the style is a strange request */
	play_hearsf(c, "%s PRIVMSG #r :Hi \xff\xc3 :x ", chat_prefix("a"));
	play_hears_nothing(a);
	play_say(a, "PRIVMSG %#r :\1ACTION waves\1");
	play_hearsf(c, "%s PRIVMSG #r :\1ACTION waves\1", chat_prefix("a"));
	play_ignore(b);
	chat_joins(d, "#r");
	play_ignore(a);
	play_ignore(b);
	play_say(c, "PRIVMSG #r :\1S \1\1Arial;0 as it is\1");
	play_hears_like(d, ":c!* PRIVMSG #r :\1S \1\1Arial;0 as it is\1");
	play_hears_like(a, ":c!* PRIVMSG %#r :\1S \1\1Arial;0 as it is\1");
	play_say(d, "PART #r");
	play_ignore(a);
	play_ignore(b);
	play_ignore(c);
	play_ignore(d);
	play_say(c, "PRIVMSG #r :hello from a plain program");
	play_hears_like(a,
	    ":c!*@Anonymous PRIVMSG %#r :hello from a plain program");
	play_say(d, "PRIVMSG #r :from outside");
	play_hears(d, ":chat.nudge 404 d #r :Cannot send to channel");
	play_say(d, "NOTICE #r :from outside");
	play_say(d, "PRIVMSG #nowhere :x");
	play_hears(d, ":chat.nudge 403 d #nowhere :No such channel");
	play_say(d, "PRIVMSG");
	play_hears(d, ":chat.nudge 411 d :No recipient given");
	play_say(d, "PRIVMSG c");
	play_hears(d, ":chat.nudge 412 d :No text to send");
	play_say(d, "PRIVMSG nobody :x");
	play_hears(d, ":chat.nudge 401 d nobody :No such nick/channel");
	play_say(a, "MODE %#r +m");
	play_say(c, "PRIVMSG #r :x");
	play_hears_like(c, "* MODE #r +m");
	play_hears(c, ":chat.nudge 404 c #r :Cannot send to channel");
	play_say(a, "MODE %#r +v c");
	play_say(c, "PRIVMSG #r :y");
	play_ignore(a);
	play_hears_like(c, "* MODE #r +v c");
	play_hears_nothing(c);
	world_free(w);
}

/* covers: chat-ircx 20 #81 */
static void
who_is_away_is_seen_to_be(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8");
	struct player *b = chat_guest(w, "b", "IRC8");
	struct player *c = chat_plain(w, "c");

	(void)state;
	chat_joins(a, "%#r");
	chat_joins(b, "%#r");
	chat_joins(c, "#r");
	play_ignore(a);
	play_ignore(b);
	play_say(a, "AWAY :lunch");
	play_hears(a, ":chat.nudge 306 >a :You have been marked as being away");
	play_hearsf(b, "%s 822 :lunch", chat_prefix("a"));
	play_hears_nothing(c);
	play_say(c, "PRIVMSG >a :there?");
	play_hears(c, ":chat.nudge 301 c >a :lunch");
	play_say(b, "NAMES %#r");
	play_hears(b,
	    ":chat.nudge 353 >b = %#r :G,U,GO,.>a H,U,GO,>b H,U,GO,c");
	play_ignore(b);
	play_ignore(a);
	play_say(a, "AWAY");
	play_hears(a,
	    ":chat.nudge 305 >a :You are no longer marked as being away");
	play_hearsf(b, "%s 821 :User unaway", chat_prefix("a"));
	world_free(w);
}

/* covers: chat-ircx 20 #82, #86 */
static void
people_are_invited_and_thrown_out(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8");
	struct player *b = chat_guest(w, "b", "IRC8");
	struct player *c = chat_plain(w, "c");

	(void)state;
	chat_joins(a, "%#r");
	play_say(a, "MODE %#r +i");
	play_ignore(a);
	play_say(a, "INVITE >b %#r");
	play_hears(a, ":chat.nudge 341 >a >b %#r");
	play_hearsf(b, "%s INVITE >b 192.0.2.1 :%%#r", chat_prefix("a"));
	play_say(a, "INVITE c");
	play_hears(a, ":chat.nudge 341 >a c %#r");
	play_hearsf(c, "%s INVITE c :#r", chat_prefix("a"));
	chat_joins(b, "%#r");
	chat_joins(c, "#r");
	play_ignore(a);
	play_ignore(b);
	play_say(a, "KICK %#r >b,c,x :enough");
	play_hearsf(b, "%s KICK %%#r >b :enough", chat_prefix("a"));
	play_hearsf(c, "%s KICK #r >b :enough", chat_prefix("a"));
	play_hearsf(c, "%s KICK #r c :enough", chat_prefix("a"));
	play_hearsf(a, "%s KICK %%#r >b :enough", chat_prefix("a"));
	play_hearsf(a, "%s KICK %%#r c :enough", chat_prefix("a"));
	play_hears(a, ":chat.nudge 441 >a x :They aren't on that channel");
	play_hears_nothing(b);
	/* invited once, welcome again */
	chat_joins(b, "%#r");
	play_hearsf(a, "%s JOIN H,U,GO :%%#r", chat_prefix("b"));
	play_say(a, "KICK %#r >a");
	/* programs show the kicker where there is no reason */
	play_hears_like(a, "* KICK %#r >a :>a");
	play_hears_nothing(a);
	world_free(w);
}

static void
leaving_is_told_once_to_whoever_sees_it(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_plain(w, "a"), *b = chat_plain(w, "b");

	(void)state;
	chat_joins(a, "#r,#s,#t");
	chat_joins(b, "#r,#s");
	play_ignore(a);
	play_say(b, "NICK bee");
	play_hears_like(a, ":b!*@Anonymous NICK :bee");
	play_hears_nothing(a);
	play_hears_like(b, ":b!*@Anonymous NICK :bee");
	play_say(b, "PART #s :bye");
	play_hears_like(a, ":bee!*@Anonymous PART #s :bye");
	play_ignore(b);
	play_say(b, "QUIT :gone");
	play_hears_like(a, ":bee!*@Anonymous QUIT :gone");
	play_hears_nothing(a);
	play_hears_like(b, "ERROR :*");
	play_is_closed(b, CLOSE_OUT);
	assert_int_equal(chat_rooms(world_chat(w)), 3);
	play_hang_up(a);
	assert_int_equal(chat_rooms(world_chat(w)), 0);
	world_free(w);
}

/* covers: chat-ircx 20 #88 */
static void
nobody_is_told_where_somebody_connects_from(void **state)
{
	static const char *const asked[] = { "WHO #r", "WHOIS c", "USERHOST c",
		"WHO c", "ISON c", "NAMES #r" };
	struct world *w = world_new();
	struct player *c = chat_plain(w, "c"), *d = chat_plain(w, "d");

	(void)state;
	chat_joins(c, "#r");
	chat_joins(d, "#r");
	for (unsigned i = 0; i < ARRAY_LEN(asked); i++) {
		play_say(d, asked[i]);
		for (unsigned k = 0; k < 2; k++)
			assert_null(
			    strstr(play_hears_like(d, ":*"), "192.0.2"));
	}
	world_free(w);
}

static void
in_an_auditorium_members_see_the_stage_alone(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8");
	struct player *b = chat_guest(w, "b", "IRC8");
	struct player *c = chat_guest(w, "c", "IRC8");

	(void)state;
	play_say(a, "CREATE GN %#r - x en-us 1 owner 0");
	play_ignore(a);
	chat_joins(a, "%#r owner");
	chat_joins(b, "%#r");
	play_hearsf(a, "%s JOIN H,U,GO :%%#r", chat_prefix("b"));
	play_say(c, "JOIN %#r");
	play_hearsf(c, "%s JOIN H,U,GO :%%#r", chat_prefix("c"));
	play_hears(c, ":chat.nudge 353 >c = %#r :H,U,GO,.>a H,U,GO,>c");
	play_ignore(c);
	play_ignore(a);
	play_hears_nothing(b);
	play_say(b, "PRIVMSG %#r :question");
	play_hearsf(a, "%s PRIVMSG %%#r :question", chat_prefix("b"));
	play_hears_nothing(c);
	play_say(a, "PRIVMSG %#r :answer");
	play_hearsf(b, "%s PRIVMSG %%#r :answer", chat_prefix("a"));
	play_hearsf(c, "%s PRIVMSG %%#r :answer", chat_prefix("a"));
	play_say(c, "QUIT");
	play_hearsf(a, "%s QUIT :>c", chat_prefix("c"));
	play_hears_nothing(b);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reads_of_a_newcomer_in_its_own_dialect),
		cmocka_unit_test(
		    who_reads_no_member_strings_is_told_a_level_by_mode),
		cmocka_unit_test(names_of_many_come_in_lines_that_fit),
		cmocka_unit_test(modes_are_told_and_keep_people_out),
		cmocka_unit_test(hosts_may_not_touch_owners),
		cmocka_unit_test(what_is_said_passes_byte_by_byte),
		cmocka_unit_test(who_is_away_is_seen_to_be),
		cmocka_unit_test(people_are_invited_and_thrown_out),
		cmocka_unit_test(leaving_is_told_once_to_whoever_sees_it),
		cmocka_unit_test(nobody_is_told_where_somebody_connects_from),
		cmocka_unit_test(in_an_auditorium_members_see_the_stage_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
