/* SPDX-License-Identifier: MIT */
/* SYN, groups and settings. */
#include "tests/proto/play.h"

#include <stdio.h>
#include <string.h>

static unsigned
serial(struct world *w, const char *address)
{
	return world_account(w, address)->serial;
}

/* ---- SYN ---- */

/* covers: ns-classic 15 #52, #53, #54, #58 */
static void
msnp8_and_9_read_the_list_by_number(void **state)
{
	static const char *const dialects[] = { "MSNP8", "MSNP9" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct world *w = world_new();
		struct player *p, *bob;
		unsigned n;

		world_add(w, "eve@p.com", "");
		p = play_online(w, "alice@a.com", dialects[i]);
		bob = play_online(w, "bob@b.com", "MSNP8");
		play_say(bob, "ADD 6 FL alice@a.com A");
		play_say(p, "PRP 6 PHH 01%20234");
		play_say(p, "PRP 7 MOB Y");
		play_say(p, "ADG 8 Best%20Friends 0");
		play_say(p, "ADD 9 FL bob@b.com Bob 0");
		play_say(p, "ADD 10 FL bob@b.com Bob 1");
		play_say(p, "ADD 11 AL bob@b.com Bob");
		play_say(p, "ADD 12 BL eve@p.com Eve");
		play_ignore(p);
		n = serial(w, "alice@a.com");
		play_sayf(p, "SYN 13 %u", n - 1);
		play_hearsf(p, "SYN 13 %u 2 2", n);
		play_hears(p, "GTC A");
		play_hears(p, "BLP AL");
		play_hears(p, "PRP PHH 01%20234");
		play_hears(p, "PRP MOB Y");
		play_hears(p, "LSG 0 Other%20Contacts 0");
		play_hears(p, "LSG 1 Best%20Friends 0");
		play_hears(p, "LST bob@b.com Bob 11 0,1");
		play_hears(p, "LST eve@p.com Eve 4");
		play_hears_nothing(p);
		/* nothing new since */
		play_sayf(p, "SYN 14 %u", n);
		play_hearsf(p, "SYN 14 %u", n);
		play_hears_nothing(p);
		/* a client that knows more than we do starts afresh */
		play_sayf(p, "SYN 15 %u", n + 5);
		play_hearsf(p, "SYN 15 %u 2 2", n);
		play_ignore(p);
		play_say(p, "SYN 16 x");
		play_hears(p, "201 16");
		play_say(p, "SYN 17");
		play_hears(p, "201 17");
		world_free(w);
	}
}

/* covers: ns-classic 15 #51 */
static void
a_serial_from_the_future_gets_the_whole_list(void **state)
{
	struct world *w = world_new();
	struct player *p = play_sign_in(w, "alice@a.com", "MSNP8");

	(void)state;
	play_say(p, "SYN 1 4294967295");
	play_hearsf(p, "SYN 1 %u 0 1", serial(w, "alice@a.com"));
	world_free(w);
}

/* covers: ns-classic 15 #55, #56, #57, #73 */
static void
msnp10_to_12_read_the_list_by_guid(void **state)
{
	static const struct {
		const char *dialect, *network;
	} cases[] = { { "MSNP10", "" }, { "MSNP11", "" }, { "MSNP12", " 1" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world *w = world_new();
		struct player *p;
		char group[37], bob[37];

		world_add(w, "alice@a.com", "Alice%20A");
		world_add(w, "bob@b.com", "");
		world_add(w, "eve@p.com", "");
		p = play_online(w, "alice@a.com", cases[i].dialect);
		play_say(p, "ADG 8 Best%20Friends");
		play_hears_like(p, "ADG 8 Best%20Friends [0-9a-f]*-*");
		(void)snprintf(group, 37, "%s", play_word(p, 3));
		play_say(p, "ADC 9 FL N=bob@b.com F=Bob");
		play_hears_like(p, "ADC 9 FL N=bob@b.com F=Bob C=*");
		(void)snprintf(bob, 37, "%s", play_word(p, 5) + 2);
		play_ignore(p);
		play_say(p, "ADC 10 BL N=eve@p.com");
		play_hears(p, "ADC 10 BL N=eve@p.com");
		play_sayf(p, "ADC 11 FL C=%s %s", bob, group);
		play_hearsf(p, "ADC 11 FL C=%s %s", bob, group);
		play_sayf(p, "ADC 12 FL C=%s %s", bob, group);
		play_hears(p, "215 12");
		play_sayf(p, "ADC 13 FL C=%s %s", bob, bob);
		play_hears(p, "224 13");
		play_sayf(p, "ADC 14 FL C=%s %s", group, group);
		play_hears(p, "208 14");
		play_sayf(p, "ADC 15 FL C=%s", bob);
		play_hears(p, "201 15");
		play_say(p, "SYN 16 0 0");
		play_hears_like(p,
		    "SYN 16 2004-11-09T*0000-00:00 2004-11-09T*0000-00:00 2 1");
		play_hears(p, "GTC A");
		play_hears(p, "BLP AL");
		play_hears(p, "PRP MFN Alice%20A");
		play_hearsf(p, "LSG Best%%20Friends %s", group);
		play_hearsf(p, "LST N=bob@b.com F=Bob C=%s 1%s %s", bob,
		    cases[i].network, group);
		play_hearsf(p, "LST N=eve@p.com F=eve@p.com 4%s",
		    cases[i].network);
		play_hears_nothing(p);
		world_free(w);
	}
}

/* covers: ns-classic 15 #60 */
static void
an_empty_list_is_counted_too(void **state)
{
	struct world *w = world_new();
	struct player *old, *new;

	(void)state;
	old = play_sign_in(w, "old@a.com", "MSNP9");
	play_say(old, "SYN 1 0");
	play_hearsf(old, "SYN 1 %u 0 1", serial(w, "old@a.com"));
	play_hears(old, "GTC A");
	play_hears(old, "BLP AL");
	play_hears(old, "LSG 0 Other%20Contacts 0");
	play_hears_nothing(old);
	new = play_sign_in(w, "new@a.com", "MSNP12");
	play_say(new, "SYN 1 0 0");
	play_hears_like(new, "SYN 1 * 0 0");
	play_hears(new, "GTC A");
	play_hears(new, "BLP AL");
	play_hears(new, "PRP MFN new@a.com");
	play_hears_nothing(new);
	world_free(w);
}

/* ---- groups ---- */

/* covers: ns-classic 15 #75, #76, #77, #79 */
static void
groups_by_number(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP8");
	unsigned n = serial(w, "alice@a.com");

	(void)state;
	play_say(p, "ADG 1 New%20Group 0");
	play_hearsf(p, "ADG 1 %u New%%20Group 1 0", n + 1);
	play_say(p, "ADG 2 New%20Group 0");
	play_hears(p, "228 2");
	play_sayf(p, "ADG 3 %062d 0", 1);
	play_hears(p, "229 3");
	play_sayf(p, "ADG 4 %061d 0", 1);
	play_hearsf(p, "ADG 4 %u %061d 2 0", n + 2, 1);
	play_say(p, "REG 5 1 New%20Name 0");
	play_hearsf(p, "REG 5 %u 1 New%%20Name 0", n + 3);
	play_say(p, "REG 6 0 Colleagues 0");
	play_hearsf(p, "REG 6 %u 0 Colleagues 0", n + 4);
	play_say(p, "REG 7 9 X 0");
	play_hears(p, "224 7");
	play_say(p, "REG 8 x X 0");
	play_hears(p, "224 8");
	play_say(p, "RMG 9 0");
	play_hears(p, "230 9");
	play_say(p, "RMG 10 9");
	play_hears(p, "224 10");
	play_say(p, "RMG 11 1");
	play_hearsf(p, "RMG 11 %u 1", n + 5);
	/* the smallest free number again, up to 30 groups with group 0 */
	play_say(p, "ADG 12 A1");
	play_hearsf(p, "ADG 12 %u A1 1 0", n + 6);
	for (int i = 3; i < 30; i++) {
		play_sayf(p, "ADG 13 A%d 0", i);
		play_hearsf(p, "ADG 13 %u A%d %d 0", n + 4 + (unsigned)i, i, i);
	}
	play_say(p, "ADG 14 A30 0");
	play_hears(p, "223 14");
	play_say(p, "ADG 15");
	play_hears(p, "201 15");
	play_say(p, "SYN 16 0");
	play_hears_like(p, "SYN 16 * 0 30");
	play_hears_like(p, "GTC *");
	play_hears_like(p, "BLP *");
	play_hears(p, "LSG 0 Colleagues 0");
	world_free(w);
}

/* covers: ns-classic 15 #77, #78, #79 */
static void
groups_by_guid(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP11");
	char group[37];

	(void)state;
	play_say(p, "ADG 1 New%20Group");
	play_hears_like(p, "ADG 1 New%20Group *-*-*-*-*");
	(void)snprintf(group, 37, "%s", play_word(p, 3));
	play_sayf(p, "REG 2 %s Newer", group);
	play_hearsf(p, "REG 2 %s Newer", group);
	play_say(p, "REG 3 0 X");
	play_hears(p, "224 3");
	play_say(p, "RMG 4 0");
	play_hears(p, "224 4");
	play_sayf(p, "RMG 5 %s", group);
	play_hearsf(p, "RMG 5 1 %s", group);
	play_sayf(p, "RMG 6 %s", group);
	play_hears(p, "224 6");
	/* Messenger 7.0 names the group it has just made */
	play_say(p, "ADG 7 New%20Group");
	play_hears_like(p, "ADG 7 New%20Group *");
	(void)snprintf(group, 37, "%s", play_word(p, 3));
	play_say(p, "RMG 8 New%2520Group");
	play_hearsf(p, "RMG 8 1 %s", group);
	play_hears_nothing(p);
	world_free(w);
}

static void
people_move_between_groups_by_number(void **state)
{
	struct world *w = world_new();
	struct player *p;

	(void)state;
	world_add(w, "bob@b.com", "");
	p = play_online(w, "alice@a.com", "MSNP9");
	play_say(p, "ADG 1 A 0\r\nADD 2 FL bob@b.com Bob 0");
	play_ignore(p);
	play_say(p, "ADD 3 FL bob@b.com Bob 0");
	play_hears(p, "215 3");
	play_say(p, "ADD 4 FL bob@b.com Bob 1");
	play_hears_like(p, "ADD 4 FL * bob@b.com Bob 1");
	play_hears_nothing(p);
	play_say(p, "REM 5 FL bob@b.com 0");
	play_hears_like(p, "REM 5 FL * bob@b.com 0");
	play_say(p, "REM 6 FL bob@b.com 0");
	play_hears(p, "225 6");
	play_say(p, "REM 7 FL bob@b.com 2");
	play_hears(p, "224 7");
	play_say(p, "SYN 8 0");
	play_hears_like(p, "SYN 8 * 1 2");
	play_hears_like(p, "GTC *");
	play_hears_like(p, "BLP *");
	play_hears_like(p, "LSG 0 *");
	play_hears(p, "LSG 1 A 0");
	play_hears(p, "LST bob@b.com Bob 1 1");
	/* out of the last group is off the list */
	play_say(p, "REM 9 FL bob@b.com 1");
	play_hears_like(p, "REM 9 FL * bob@b.com 1");
	play_say(p, "REM 10 FL bob@b.com");
	play_hears(p, "216 10");
	/* a group that goes leaves its people where everybody is */
	play_say(p, "ADD 11 FL bob@b.com Bob 1\r\nRMG 12 1");
	play_ignore(p);
	play_say(p, "SYN 13 0");
	play_hears_like(p, "SYN 13 * 1 1");
	play_hears_like(p, "GTC *");
	play_hears_like(p, "BLP *");
	play_hears_like(p, "LSG 0 *");
	play_hears(p, "LST bob@b.com Bob 1 0");
	world_free(w);
}

/* covers: ns-classic 15 #74 */
static void
out_of_a_group_by_guid_stays_a_friend(void **state)
{
	struct world *w = world_new();
	struct player *p;
	char group[37], bob[37];

	(void)state;
	world_add(w, "bob@b.com", "");
	p = play_online(w, "alice@a.com", "MSNP12");
	play_say(p, "ADG 1 A");
	play_hears_like(p, "ADG 1 A *");
	(void)snprintf(group, 37, "%s", play_word(p, 3));
	play_sayf(p, "ADC 2 FL N=bob@b.com F=Bob %s", group);
	play_hears_like(p, "ADC 2 FL N=bob@b.com F=Bob C=* [0-9a-f]*-*");
	(void)snprintf(bob, 37, "%s", play_word(p, 5) + 2);
	play_ignore(p);
	play_sayf(p, "REM 247 FL %s %s", bob, group);
	play_hearsf(p, "REM 247 FL %s %s", bob, group);
	play_sayf(p, "REM 248 FL %s %s", bob, group);
	play_hears(p, "225 248");
	play_say(p, "SYN 5 0 0");
	play_hears_like(p, "SYN 5 * 1 1");
	play_hears_like(p, "GTC *");
	play_hears_like(p, "BLP *");
	play_hears_like(p, "PRP *");
	play_hears_like(p, "LSG A *");
	play_hearsf(p, "LST N=bob@b.com F=Bob C=%s 1 1", bob);
	world_free(w);
}

/* ---- settings ---- */

/* covers: ns-classic 15 #80 */
static void
settings_that_are_so_already_are_echoed(void **state)
{
	struct world *w = world_new();
	struct player *old, *new;
	unsigned n;

	(void)state;
	old = play_online(w, "old@a.com", "MSNP8");
	new = play_online(w, "new@a.com", "MSNP10");
	n = serial(w, "old@a.com");
	/* 218, as it is documented, shuts programs out: field-runs 2.2, 2.3 */
	play_say(old, "GTC 1 A");
	play_hearsf(old, "GTC 1 %u A", n);
	play_say(old, "GTC 2 N");
	play_hearsf(old, "GTC 2 %u N", n + 1);
	play_say(old, "BLP 3 AL");
	play_hearsf(old, "BLP 3 %u AL", n + 1);
	play_say(old, "BLP 4 BL");
	play_hearsf(old, "BLP 4 %u BL", n + 2);
	play_say(old, "BLP 5");
	play_hears(old, "201 5");
	play_say(new, "GTC 1 N\r\nBLP 2 BL\r\nBLP 3 BL");
	play_hears(new, "GTC 1 N");
	play_hears(new, "BLP 2 BL");
	play_hears(new, "BLP 3 BL");
	play_say(new, "SYN 4 0 0");
	play_hears_like(new, "SYN 4 *");
	play_hears(new, "GTC N");
	play_hears(new, "BLP BL");
	play_ignore(new);
	play_say(new, "GTC 5 X");
	play_is_closed(new, CLOSE_BAD_ARGUMENTS);
	play_say(old, "BLP 6 bl");
	play_is_closed(old, CLOSE_BAD_ARGUMENTS);
	world_free(w);
}

/* covers: ns-classic 15 #8, #84 */
static void
properties_have_three_letters(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP11");
	struct player *q = play_online(w, "bob@b.com", "MSNP9");

	(void)state;
	play_say(p, "PRP 1 PHW 555%201");
	play_hears(p, "PRP 1 PHW 555%201");
	play_say(p, "PRP 2 PHW");
	play_hears(p, "PRP 2 PHW");
	play_say(p, "PRP 3 MOB Y");
	play_hears(p, "PRP 3 MOB Y");
	play_say(p, "PRP 4 MOB Y");
	play_hears(p, "PRP 4 MOB Y");
	play_say(p, "PRP 5 MOB maybe");
	play_hears(p, "201 5");
	play_say(p, "PRP 6 XYZ 1");
	play_hears(p, "715 6");
	play_say(p, "PRP 7 PH 1");
	play_hears(p, "715 7");
	play_say(q, "PRP 8 MFN Bob");
	play_hears(q, "715 8");
	play_say(p, "PRP 9 PHHX 1");
	play_is_closed(p, CLOSE_BAD_ARGUMENTS);
	play_sayf(q, "PRP 10 PHH %095d", 1);
	play_hears_like(q, "PRP 10 * PHH 0*1");
	play_sayf(q, "PRP 11 PHH %096d", 1);
	play_is_closed(q, CLOSE_BAD_ARGUMENTS);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(msnp8_and_9_read_the_list_by_number),
		cmocka_unit_test(a_serial_from_the_future_gets_the_whole_list),
		cmocka_unit_test(msnp10_to_12_read_the_list_by_guid),
		cmocka_unit_test(an_empty_list_is_counted_too),
		cmocka_unit_test(groups_by_number),
		cmocka_unit_test(groups_by_guid),
		cmocka_unit_test(people_move_between_groups_by_number),
		cmocka_unit_test(out_of_a_group_by_guid_stays_a_friend),
		cmocka_unit_test(settings_that_are_so_already_are_echoed),
		cmocka_unit_test(properties_have_three_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
