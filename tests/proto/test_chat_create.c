/* SPDX-License-Identifier: MIT */
/* Making rooms and finding them. */
#include "tests/proto/chat_play.h"

#include <stdio.h>
#include <string.h>

#define FOUND ":chat.nudge 613 >a :192.0.2.1 6667"

struct create_row {
	const char *words;
	const char *answer; /* behind the nickname */
};

/* covers: chat-ircx 20 #42, #43, #44 */
static void
a_room_is_made_or_its_maker_is_told_what_is_wrong(void **state)
{
	/* clang-format off */
	static const struct create_row rows[] = {
		{ "UL %#a %topic - DE-DE 1 73318750 0",             "613 >a :192.0.2.1 6667" },
		{ "GN %#b - ntl 30 en-us 24 key 0 host",            "613 >a :192.0.2.1 6667" },
		{ "GN %#c - - en-us 1 host owner",                  "613 >a :192.0.2.1 6667" },
		{ "gn %#d - lm 100 en-us 1 k,y 0",                  "613 >a :192.0.2.1 6667" },
		{ "GN %#A - - en-us 1 key 0",                       "705 >a :Channel with same name exists" },
		{ "XX %#e - - en-us 1 key 0",                       "701 >a :Category not found" },
		{ "GN e - - en-us 1 key 0",                         "706 >a :Channel name is not valid" },
		{ "GN %#e - g en-us 1 key 0",                       "706 >a :Channel mode is not valid" },
		{ "GN %#e - r en-us 1 key 0",                       "706 >a :Channel mode is not valid" },
		{ "GN %#e - l 0 en-us 1 key 0",                     "706 >a :Channel limit is not valid" },
		{ "GN %#e - l 301 en-us 1 key 0",                   "706 >a :Channel limit is not valid" },
		{ "GN %#e - - english 1 key 0",                     "706 >a :Locale parameter is not valid" },
		{ "GN %#e - - en-us 25 key 0",                      "706 >a :Language parameter is not valid" },
		{ "GN %#e - - en-us x key 0",                       "706 >a :Language parameter is not valid" },
		{ "GN %#e - - en-us 1 "
		  "01234567890123456789012345678901 0",             "706 >a :Key parameter is not valid" },
		{ "GN %#e",                                         "461 >a CREATE :Not enough parameters" },
	};
	/* clang-format on */
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		play_sayf(a, "CREATE %s", rows[i].words);
		play_hearsf(a, ":chat.nudge %s", rows[i].answer);
	}
	assert_int_equal(chat_rooms(world_chat(w)), 4);
	play_say(a, "JOIN %#d k,y");
	play_hears_like(a, ":>a!* JOIN H,U,GO,. :%#d");
	play_ignore(a);
	play_say(a, "PART %#d");
	play_ignore(a);
	/* who does not come in time finds it gone */
	world_pass(w, 301 * 1000);
	assert_int_equal(chat_rooms(world_chat(w)), 0);
	world_free(w);
}

static void
older_controls_say_their_keys_the_other_way_round(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC3");
	struct player *b = chat_guest(w, "b", "IRC5");

	(void)state;
	play_say(a, "CREATE GN %#r - l 20 en-us host owner");
	play_hears(a, FOUND);
	play_say(a, "JOIN %#r owner");
	play_hearsf(a, "%s JOIN :%%#r", chat_prefix("a"));
	play_hearsf(a, "%s MODE %%#r +q >a", chat_prefix("a"));
	play_ignore(a);
	play_say(b, "JOIN %#r host");
	play_hearsf(b, "%s JOIN :%%#r", chat_prefix("b"));
	play_hearsf(b, "%s MODE %%#r +o >b", chat_prefix("b"));
	/* its list has three fields (field-runs 3.5) */
	play_hears(b, ":chat.nudge 353 >b = %#r :H,U,G,.>a H,U,G,@>b");
	world_free(w);
}

/* A guest from this address. */
static struct player *
guest_from(struct world *w, const char *ip, unsigned n)
{
	static const unsigned char guid[GK_GUID] = { 1 };
	struct player *p = play_connect_chat(w, ip);
	unsigned char mine[GK_GUID], c[GK_CHALLENGE];

	memcpy(mine, guid, sizeof(mine));
	mine[1] = (unsigned char)n;
	mine[2] = (unsigned char)(n >> 8);
	chat_versed(p, "IRC8");
	chat_challenged(p, "GateKeeper", 3, c);
	chat_answer(p, "GateKeeper", 3, c, "localhost", mine);
	play_hears_like(p, "AUTH GateKeeper [*] *");
	play_sayf(p, "NICK >g%u", n);
	play_ignore(p);
	return p;
}

static bool
may_open(struct player *p, unsigned n)
{
	const char *line;
	bool good = true;

	play_sayf(p, "JOIN %%#room%u", n);
	while ((line = play_hears_any(p)) != NULL)
		if (strstr(line, " 907 ") != NULL)
			good = false;
	return good;
}

/* How many rooms guests, each from the next address, can open. */
static unsigned
take_all(struct world *w, const char *head, const char *tail, unsigned *n)
{
	unsigned opened = 0;
	char ip[64];

	for (unsigned i = 0; i < 12; i++) {
		struct player *p;

		(void)snprintf(ip, sizeof(ip), "%s%u%s", head, i + 1, tail);
		p = guest_from(w, ip, *n);
		for (unsigned k = 0; k < 10; k++)
			opened += may_open(p, (*n)++);
	}
	return opened;
}

static void
who_takes_all_rooms_leaves_some_to_others(void **state)
{
	struct world *w = world_new();
	unsigned n = 1;

	(void)state;
	world_chat_config(w)->max_rooms = 100;
	world_chat_config(w)->lines = 0;
	world_reload(w);
	/* a /24; a /48 with many /56; another /24 */
	assert_int_equal(take_all(w, "192.0.2.", "", &n), 50);
	assert_in_range(take_all(w, "2001:db8:1:", "00::1", &n), 20, 30);
	assert_in_range(take_all(w, "198.51.100.", "", &n), 10, 15);
	/* whoever comes next finds room, here and there */
	for (unsigned i = 0; i < 3; i++) {
		assert_true(may_open(guest_from(w, "203.0.113.9", n), n));
		n++;
	}
	assert_false(may_open(guest_from(w, "192.0.2.99", n), n));
	world_free(w);
}

static void
no_more_rooms_than_there_may_be(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8");

	(void)state;
	world_chat_config(w)->max_rooms = 1;
	world_reload(w);
	play_say(a, "CREATE GN %#r - - en-us 1 owner 0");
	play_hears(a, FOUND);
	play_say(a, "CREATE GN %#s - - en-us 1 owner 0");
	play_hears(a, ":chat.nudge 703 >a :Server down. Retry later.");
	play_say(a, "JOIN %#s");
	play_hears(a, ":chat.nudge 907 >a :Not enough resources");
	world_free(w);
}

/* covers: chat-ircx 20 #45, #46, #60 */
static void
its_topic_is_utf8_and_its_maker_is_the_owner(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8");
	struct player *plain = chat_plain(w, "plain");

	(void)state;
	play_say(a, "CREATE GN %#r %An\\bamazing\\btopic - en-us 1 62269 0");
	play_hears(a, FOUND);
	play_say(plain, "JOIN #r");
	play_hears_like(plain, ":plain!* JOIN :#r");
	play_hears(plain, ":chat.nudge 332 plain #r :An amazing topic");
	play_ignore(plain);
	play_say(a, "JOIN %#r 62269");
	play_hearsf(a, "%s JOIN H,U,GO,. :%%#r", chat_prefix("a"));
	play_hears(a, ":chat.nudge 332 >a %#r :%An\\bamazing\\btopic");
	play_hears(a, ":chat.nudge 353 >a = %#r :H,U,GO,plain H,U,GO,.>a");
	play_ignore(a);
	play_ignore(plain);
	/* who knows no properties is told of a new topic as of old */
	play_say(a, "PROP %#r TOPIC :%New\\c\\bbetter");
	play_hears_like(plain, ":>a!* TOPIC #r :New, better");
	play_hearsf(a, "%s PROP %%#r TOPIC :%%New\\c\\bbetter",
	    chat_prefix("a"));
	/* a control is told once: it shows either (field-runs 3.4) */
	play_hears_nothing(a);
	play_say(a, "TOPIC %#r");
	play_hears(a, ":chat.nudge 332 >a %#r :%New\\c\\bbetter");
	play_say(plain, "TOPIC #r :mine");
	play_hears(plain,
	    ":chat.nudge 482 plain #r :You're not channel operator");
	play_say(a, "TOPIC %#r :");
	play_ignore(a);
	play_say(a, "TOPIC %#r");
	play_hears(a, ":chat.nudge 331 >a %#r :No topic is set");
	world_free(w);
}

/* covers: chat-ircx 20 #83, #84 */
static void
rooms_are_listed_by_what_is_asked(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8");
	struct player *b = chat_plain(w, "b");

	(void)state;
	play_say(a, "CREATE GN %#cats %Meow\\bmeow - en-us 1 k 0");
	play_say(a, "CREATE GN %#wildcat - h en-us 1 k 0");
	play_say(a, "CREATE GN %#dogs - - en-us 1 k 0");
	play_ignore(a);
	chat_joins(b, "#cats");
	play_say(a, "LISTX N=*cat*,<5 10");
	play_hears(a, ":chat.nudge 811 >a :Start of ListX");
	play_hears(a, ":chat.nudge 812 >a %#cats +ntl 1 50 :%Meow\\bmeow");
	play_hears(a, ":chat.nudge 817 >a :End of ListX");
	play_say(a, "LISTX >5");
	play_hears(a, ":chat.nudge 811 >a :Start of ListX");
	play_hears(a, ":chat.nudge 817 >a :End of ListX");
	play_say(a, "LISTX <9 1");
	play_hears(a, ":chat.nudge 811 >a :Start of ListX");
	play_hears_like(a, ":chat.nudge 812 >a *");
	play_hears(a, ":chat.nudge 816 >a :Truncation of ListX");
	play_say(a, "LISTX %#wildcat,%#dogs");
	play_hears(a, ":chat.nudge 811 >a :Start of ListX");
	play_hears(a, ":chat.nudge 812 >a %#dogs +ntl 0 50 :");
	play_hears(a, ":chat.nudge 817 >a :End of ListX");
	play_say(a, "LISTX nonsense");
	play_hears(a, ":chat.nudge 900 >a LISTX :Bad command");
	play_say(a, "LISTX C<1,T<1,R=0,L=en*,S=*");
	play_hears(a, ":chat.nudge 811 >a :Start of ListX");
	play_hears_like(a, ":chat.nudge 812 >a %#cats *");
	play_hears(a, ":chat.nudge 817 >a :End of ListX");
	play_say(a, "FINDS %#wildcat");
	play_hears(a, FOUND);
	play_say(b, "LIST #cats");
	play_hears(b, ":chat.nudge 321 b Channel :Users  Name");
	play_hears(b, ":chat.nudge 322 b #cats 1 :Meow meow");
	play_hears(b, ":chat.nudge 323 b :End of /LIST");
	play_say(a, "LISTC");
	play_hears(a, ":chat.nudge 610 >a :LISTC Start");
	play_hears(a, ":chat.nudge 611 >a UL :Unlisted");
	play_hears(a, ":chat.nudge 611 >a GE :City\\bChats");
	world_free(w);
}

/* covers: chat-ircx 20 #89 */
static void
people_are_found_in_their_room(void **state)
{
	struct world *w = world_new();
	struct player *a = chat_guest(w, "a", "IRC8");
	struct player *b = chat_guest(w, "b", "IRC8");

	(void)state;
	play_say(a, "FINDU >b");
	play_hears(a, ":chat.nudge 709 >a :User not found");
	chat_joins(b, "%#r");
	play_say(a, "FINDU >b");
	play_hears(a, ":chat.nudge 641 >a :Start of FINDU");
	play_hears(a, ":chat.nudge 642 >a >b * 192.0.2.1 %#r");
	play_hears(a, ":chat.nudge 643 >a :End of FINDU");
	play_say(a, "GOTO %#r >b");
	play_hearsf(a, "%s JOIN H,U,GO :%%#r", chat_prefix("a"));
	play_ignore(a);
	play_say(a, "PART %#r");
	play_hearsf(a, "%s PART %%#r", chat_prefix("a"));
	play_say(b, "MODE >b +i");
	play_say(a, "FINDU >b");
	play_hears(a, ":chat.nudge 709 >a :User not found");
	play_say(a, "GOTO %#r >c");
	play_hears(a, ":chat.nudge 401 >a >c :No such nick/channel");
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_room_is_made_or_its_maker_is_told_what_is_wrong),
		cmocka_unit_test(
		    older_controls_say_their_keys_the_other_way_round),
		cmocka_unit_test(who_takes_all_rooms_leaves_some_to_others),
		cmocka_unit_test(no_more_rooms_than_there_may_be),
		cmocka_unit_test(its_topic_is_utf8_and_its_maker_is_the_owner),
		cmocka_unit_test(rooms_are_listed_by_what_is_asked),
		cmocka_unit_test(people_are_found_in_their_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
