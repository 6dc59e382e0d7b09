/* SPDX-License-Identifier: MIT */
/* ADD, ADC, REM, REA, SBP: the lists of MSNP8 to MSNP12. */
#include "tests/proto/play.h"

#include <stdio.h>

/* The serial of an account, which changes with every change of its lists. */
static unsigned
serial(struct world *w, const char *address)
{
	return world_account(w, address)->serial;
}

/* The GUID of this contact, as its owner reads it in a SYN. */
static void
guid_of(struct player *p, const char *address, char guid[37])
{
	char pattern[256];
	struct slice line;
	size_t at;

	(void)snprintf(pattern, sizeof(pattern), "LST N=%s F=*C=*", address);
	play_say(p, "SYN 90 0 0");
	for (;;) {
		line = slice_text(play_hears_like(p, "*"));
		at = slice_find_slice(line, SLICE_LIT(" C="));
		if (slice_find_slice(line, slice_text(address)) < at &&
		    at < line.n)
			break;
	}
	memcpy(guid, line.p + at + 3, 36);
	guid[36] = '\0';
	play_ignore(p);
}

/* covers: ns-classic 15 #61, #65, #66, #67, #10 */
static void
adding_a_friend_tells_both_by_serial(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob;
	unsigned mine, theirs;

	(void)state;
	world_add(w, "alice@a.com", "Alice");
	world_add(w, "bob@b.com", "Bob%20B");
	alice = play_online(w, "alice@a.com", "MSNP9");
	bob = play_online(w, "bob@b.com", "MSNP8");
	mine = serial(w, "alice@a.com");
	theirs = serial(w, "bob@b.com");
	play_say(alice, "ADD 12 FL BOB@b.com Bobby 0");
	play_hearsf(alice, "ADD 12 FL %u bob@b.com Bobby 0", mine + 1);
	play_hearsf(alice, "BPR %u bob@b.com PHH", mine + 1);
	play_hearsf(alice, "BPR %u bob@b.com PHW", mine + 1);
	play_hearsf(alice, "BPR %u bob@b.com PHM", mine + 1);
	play_hearsf(alice, "BPR %u bob@b.com MOB N", mine + 1);
	play_hears(alice, "ILN 12 NLN bob@b.com Bob%20B 32 0");
	play_hears_nothing(alice);
	play_hearsf(bob, "ADD 0 RL %u alice@a.com Alice", theirs + 1);
	play_hears_nothing(bob);
	world_free(w);
}

/* covers: ns-classic 15 #65, #66, #67, #72 */
static void
adding_a_friend_tells_both_by_guid(void **state)
{
	static const char *const dialects[] = { "MSNP10", "MSNP11", "MSNP12" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct world *w = world_new();
		struct player *alice, *bob;
		char guid[37];

		world_add(w, "bob@b.com", "Bob%20B");
		alice = play_online(w, "alice@a.com", dialects[i]);
		bob = play_online(w, "bob@b.com", dialects[i]);
		play_say(alice, "ADC 16 FL N=Bob@b.com F=Bobby");
		play_hears_like(alice, "ADC 16 FL N=bob@b.com F=Bobby C=*");
		(void)snprintf(guid, sizeof(guid), "%s",
		    play_word(alice, 5) + 2);
		play_hears(alice, "BPR bob@b.com PHH");
		play_hears(alice, "BPR bob@b.com PHW");
		play_hears(alice, "BPR bob@b.com PHM");
		play_hears(alice, "BPR bob@b.com MOB N");
		play_hears(alice, "ILN 16 NLN bob@b.com Bob%20B 32 0");
		play_hears_nothing(alice);
		play_hears(bob, "ADC 0 RL N=alice@a.com F=alice@a.com");
		play_hears_nothing(bob);
		play_say(alice, "SYN 17 0 0");
		play_hears_like(alice, "SYN 17 * 1 0");
		play_ignore(alice);
		{
			char again[37];

			guid_of(alice, "bob@b.com", again);
			assert_string_equal(again, guid);
		}
		/* before SYN no telephones are told */
		play_hang_up(alice);
		alice = play_sign_in(w, "alice@a.com", dialects[i]);
		world_add(w, "carol@c.com", "");
		play_say(alice, "ADC 3 FL N=carol@c.com F=C");
		play_hears_like(alice, "ADC 3 FL N=carol@c.com F=C C=*");
		play_hears_nothing(alice);
		world_free(w);
	}
}

/* covers: ns-classic 15 #65, #82 */
static void
telephones_are_for_who_is_allowed(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob, *carol;

	(void)state;
	alice = play_online(w, "alice@a.com", "MSNP9");
	bob = play_online(w, "bob@b.com", "MSNP9");
	carol = play_online(w, "carol@c.com", "MSNP12");
	play_say(alice, "PRP 7 PHH 555%201234");
	play_hearsf(alice, "PRP 7 %u PHH 555%%201234",
	    serial(w, "alice@a.com"));
	play_say(alice, "ADD 8 AL bob@b.com Bob");
	play_say(alice, "ADD 9 AL carol@c.com Carol");
	play_ignore(alice);
	play_say(bob, "ADD 7 FL alice@a.com A");
	play_hears_like(bob, "ADD 7 FL * alice@a.com A");
	play_hears_like(bob, "BPR * alice@a.com PHH 555%201234");
	play_hears_like(bob, "BPR * alice@a.com PHW");
	play_hears_like(bob, "BPR * alice@a.com PHM");
	play_hears_like(bob, "BPR * alice@a.com MOB N");
	play_ignore(bob);
	play_say(carol, "ADC 7 FL N=alice@a.com F=A");
	play_ignore(carol);
	play_ignore(alice);

	play_say(alice, "PRP 10 PHM 0170%2055");
	play_ignore(alice);
	play_hearsf(bob, "BPR %u alice@a.com PHM 0170%%2055",
	    serial(w, "bob@b.com"));
	play_hears(carol, "BPR alice@a.com PHM 0170%2055");
	/* and away with it */
	play_say(alice, "PRP 11 PHM");
	play_hearsf(alice, "PRP 11 %u PHM", serial(w, "alice@a.com"));
	play_hearsf(bob, "BPR %u alice@a.com PHM", serial(w, "bob@b.com"));
	play_hears(carol, "BPR alice@a.com PHM");
	play_hears_nothing(bob);
	/* who is not allowed learns nothing */
	play_say(alice, "REM 12 AL bob@b.com");
	play_say(alice, "PRP 13 PHW 1");
	play_hears_nothing(bob);
	play_hears(carol, "BPR alice@a.com PHW 1");
	play_say(carol, "SYN 20 0 0");
	play_hears_like(carol, "SYN 20 *");
	play_hears(carol, "GTC A");
	play_hears(carol, "BLP AL");
	play_hears(carol, "PRP MFN carol@c.com");
	play_hears_like(carol, "LST N=alice@a.com F=A C=* 1 1");
	play_hears(carol, "BPR PHH 555%201234");
	play_hears(carol, "BPR PHW 1");
	play_hears_nothing(carol);
	world_free(w);
}

/* covers: ns-classic 15 #62, #63, #64, #70 */
static void
impossible_changes_have_their_numbers(void **state)
{
	static const struct {
		const char *said, *old_heard, *adc, *new_heard;
	} cases[] = {
		{ "ADD 1 FL ghost@x.com G", "205 1",
		    "ADC 1 FL N=ghost@x.com F=G", "208 1" },
		{ "ADD 2 AL ghost@x.com G", "205 2", "ADC 2 AL N=ghost@x.com",
		    "208 2" },
		{ "ADD 3 FL nonsense N", "201 3", "ADC 3 FL N=nonsense F=N",
		    "201 3" },
		{ "ADD 4 FL bob@b.com B", "215 4", "ADC 4 FL N=bob@b.com F=B",
		    "215 4" },
		{ "ADD 5 AL bob@b.com B", "219 5", "ADC 5 AL N=bob@b.com",
		    "219 5" },
		{ "ADD 6 BL bob@b.com B", "215 6", "ADC 6 BL N=bob@b.com",
		    "215 6" },
		{ "REM 7 AL bob@b.com", "216 7", "REM 7 AL bob@b.com",
		    "216 7" },
		{ "REM 8 AL ghost@x.com", "205 8", "REM 8 AL ghost@x.com",
		    "208 8" },
		{ "REM 9 FL carol@c.com", "216 9",
		    "REM 9 FL 00000000-0000-0000-0000-000000000000", "208 9" },
		{ "ADD 10 XL bob@b.com B", "201 10", "ADC 10 XL N=bob@b.com",
		    "201 10" },
		{ "ADD 11 FL bob@b.com", "201 11", "ADC 11 FL", "201 11" },
		{ "ADD 12 FL carol@c.com C 7", "224 12",
		    "ADC 12 FL N=carol@c.com F=C nogroup", "224 12" },
		{ "ADD 13 FL carol@c.com a b c", "201 13",
		    "ADC 13 FL N=carol@c.com N=carol@c.com", "201 13" },
		{ "REM 14 FL", "201 14", "REM 14 FL", "201 14" },
		{ "REM 15 FL carol@c.com 1", "216 15", "REM 15 FL carol@c.com",
		    "403 15" },
		{ "REM 16 XL bob@b.com", "201 16", "REM 16 XL bob@b.com",
		    "201 16" },
		{ "REM 17 PL bob@b.com", "201 17", "REM 17 PL bob@b.com",
		    "216 17" },
		{ "ADD 18 PL bob@b.com B", "201 18", "ADC 18 FL C=xyz g",
		    "403 18" },
	};
	struct world *w = world_new();
	struct player *old, *new;

	(void)state;
	world_add(w, "bob@b.com", "");
	world_add(w, "carol@c.com", "");
	old = play_online(w, "old@a.com", "MSNP9");
	new = play_online(w, "new@a.com", "MSNP12");
	play_say(old, "ADD 6 FL bob@b.com Bob\r\nADD 7 BL bob@b.com Bob");
	play_say(new, "ADC 6 FL N=bob@b.com F=Bob\r\nADC 7 BL N=bob@b.com");
	play_ignore(old);
	play_ignore(new);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		play_say(old, cases[i].said);
		play_hears(old, cases[i].old_heard);
		play_say(new, cases[i].adc);
		play_hears(new, cases[i].new_heard);
	}
	play_hears_nothing(old);
	play_hears_nothing(new);
	world_free(w);
}

/* covers: ns-classic 15 #71 */
static void
what_a_client_may_never_say_ends_the_connection(void **state)
{
	static const struct {
		const char *dialect, *said;
		enum close_reason why;
	} cases[] = {
		{ "MSNP9", "ADD 1 RL bob@b.com B", CLOSE_BAD_ARGUMENTS },
		{ "MSNP9", "REM 1 RL bob@b.com", CLOSE_BAD_ARGUMENTS },
		{ "MSNP12", "REM 1 RL bob@b.com", CLOSE_BAD_ARGUMENTS },
		{ "MSNP12", "ADC 1 PL N=bob@b.com", CLOSE_BAD_ARGUMENTS },
		{ "MSNP10", "ADC 1 RL N=bob@b.com", CLOSE_BAD_ARGUMENTS },
		{ "MSNP12", "ADC 1 RL N=bob@b.com", CLOSE_BAD_ARGUMENTS },
		{ "MSNP9", "ADC 1 FL N=bob@b.com F=B", CLOSE_WRONG_DIALECT },
		{ "MSNP10", "ADD 1 FL bob@b.com B", CLOSE_WRONG_DIALECT },
		{ "MSNP9", "SBP 1 x MFN y", CLOSE_WRONG_DIALECT },
	};
	struct world *w = world_new();

	(void)state;
	world_add(w, "bob@b.com", "");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct player *p =
		    play_online(w, "alice@a.com", cases[i].dialect);

		play_say(p, cases[i].said);
		play_is_closed(p, cases[i].why);
	}
	world_free(w);
}

/* covers: ns-classic 15 #69 */
static void
removing_a_friend_tells_the_friend(void **state)
{
	struct world *w = world_new();
	struct player *old, *new;
	char guid[37];

	(void)state;
	old = play_online(w, "old@a.com", "MSNP8");
	new = play_online(w, "new@a.com", "MSNP11");
	play_say(old, "ADD 6 FL new@a.com N");
	play_say(new, "ADC 6 FL N=old@a.com F=O");
	play_ignore(old);
	play_ignore(new);
	play_say(old, "REM 7 FL NEW@a.com");
	play_hearsf(old, "REM 7 FL %u new@a.com", serial(w, "old@a.com"));
	play_hears(new, "REM 0 RL old@a.com");
	guid_of(new, "old@a.com", guid);
	play_sayf(new, "REM 8 FL %s", guid);
	play_hearsf(new, "REM 8 FL %s", guid);
	play_hearsf(old, "REM 0 RL %u new@a.com", serial(w, "old@a.com"));
	/* presence goes with the list */
	play_say(old, "CHG 9 BSY 1");
	play_ignore(old);
	play_hears_nothing(new);
	world_free(w);
}

/* covers: ns-classic 15 #68, #59 */
static void
who_was_away_finds_the_newcomer_in_the_next_syn(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob;

	(void)state;
	world_add(w, "alice@a.com", "Alice");
	world_add(w, "bob@b.com", "");
	alice = play_online(w, "alice@a.com", "MSNP9");
	play_say(alice, "ADD 6 FL bob@b.com Bob");
	bob = play_sign_in(w, "bob@b.com", "MSNP9");
	play_say(bob, "SYN 1 0");
	play_hears_like(bob, "SYN 1 * 1 1");
	play_hears(bob, "GTC A");
	play_hears(bob, "BLP AL");
	play_hears(bob, "LSG 0 Other%20Contacts 0");
	play_hears(bob, "LST alice@a.com Alice 8");
	play_hears_nothing(bob);
	play_hang_up(bob);
	bob = play_sign_in(w, "bob@b.com", "MSNP11");
	play_say(bob, "SYN 1 0 0");
	play_hears_like(bob, "SYN 1 * 1 0");
	play_hears(bob, "GTC A");
	play_hears(bob, "BLP AL");
	play_hears(bob, "PRP MFN bob@b.com");
	play_hears(bob, "LST N=alice@a.com F=Alice 16");
	play_hears_nothing(bob);
	world_free(w);
}

static void
pending_people_are_accepted_in_either_order(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob;

	(void)state;
	world_add(w, "alice@a.com", "Alice");
	bob = play_online(w, "bob@b.com", "MSNP12");
	alice = play_online(w, "alice@a.com", "MSNP9");
	play_say(alice, "ADD 6 FL bob@b.com Bob");
	play_hears(bob, "ADC 0 RL N=alice@a.com F=Alice");
	play_say(bob, "ADC 7 AL N=alice@a.com");
	play_hears(bob, "ADC 7 AL N=alice@a.com");
	play_say(bob, "ADC 8 RL N=ALICE@a.com");
	play_hears(bob, "ADC 8 RL N=alice@a.com");
	play_say(bob, "REM 9 PL alice@a.com");
	play_hears(bob, "216 9");
	play_say(bob, "SYN 10 0 0");
	play_hears_like(bob, "SYN 10 * 1 0");
	play_hears_like(bob, "GTC *");
	play_hears_like(bob, "BLP *");
	play_hears_like(bob, "PRP *");
	play_hears(bob, "LST N=alice@a.com F=Alice 10 1");

	/* the other way round */
	play_say(alice, "REM 7 FL bob@b.com\r\nADD 8 FL bob@b.com Bob");
	play_say(bob, "REM 11 AL alice@a.com");
	play_say(alice, "REM 9 FL bob@b.com\r\nADD 10 FL bob@b.com Bob");
	play_ignore(bob);
	play_say(bob, "REM 12 PL alice@a.com");
	play_hears(bob, "REM 12 PL alice@a.com");
	play_say(bob, "ADC 13 RL N=alice@a.com");
	play_hears(bob, "215 13");
	play_hears_nothing(bob);
	world_free(w);
}

/* The words of ns-classic 12.5. */
static void
deciding_by_number_counts_one_and_is_known_to_later_versions(void **state)
{
	struct world *w = world_new();
	struct player *example, *eve;
	unsigned n;

	(void)state;
	world_add(w, "example@p.com", "example%20friendlyname");
	example = play_online(w, "example@p.com", "MSNP9");
	eve = play_online(w, "eve@p.com", "MSNP9");
	n = serial(w, "eve@p.com");
	play_say(example, "ADD 7 FL eve@p.com eve@p.com 0");
	play_hearsf(eve, "ADD 0 RL %u example@p.com example%%20friendlyname",
	    n + 1);
	play_say(eve, "ADD 9 AL example@p.com example@p.com");
	play_hearsf(eve, "ADD 9 AL %u example@p.com example@p.com", n + 2);
	play_say(eve, "ADD 10 FL example@p.com example@p.com 0");
	play_hearsf(eve, "ADD 10 FL %u example@p.com example@p.com 0", n + 3);
	play_hang_up(eve);
	eve = play_sign_in(w, "eve@p.com", "MSNP12");
	play_say(eve, "SYN 1 0 0");
	play_hears_like(eve, "SYN 1 * 1 0");
	play_hears_like(eve, "GTC *");
	play_hears_like(eve, "BLP *");
	play_hears_like(eve, "PRP *");
	play_hears_like(eve, "LST N=example@p.com F=* C=* 11 1");
	world_free(w);
}

static void
telephones_are_contacts_from_msnp11(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP12");
	char guid[37];

	(void)state;
	play_say(p, "ADC 6 FL N=tel:15551111222 F=Mum");
	play_hears_like(p, "ADC 6 FL N=tel:15551111222 F=Mum C=*");
	play_hears_nothing(p);
	guid_of(p, "tel:15551111222", guid);
	play_say(p, "SYN 7 0 0");
	play_hears_like(p, "SYN 7 * 1 0");
	play_hears_like(p, "GTC *");
	play_hears_like(p, "BLP *");
	play_hears_like(p, "PRP *");
	play_hears_like(p, "LST N=tel:15551111222 F=Mum C=* 1 4");
	play_sayf(p, "REM 8 FL %s", guid);
	play_hearsf(p, "REM 8 FL %s", guid);
	play_say(p, "ADC 9 FL N=tel:12x F=Mum");
	play_hears(p, "201 9");
	play_hears_nothing(p);
	world_free(w);
}

/* covers: ns-classic 15 #85 */
static void
contacts_have_names_of_my_own(void **state)
{
	struct world *w = world_new();
	struct player *old, *new;
	char guid[37];

	(void)state;
	world_add(w, "bob@b.com", "Bob");
	old = play_online(w, "old@a.com", "MSNP9");
	new = play_online(w, "new@a.com", "MSNP10");
	play_say(old, "ADD 6 FL bob@b.com bob@b.com");
	play_ignore(old);
	play_say(old, "REA 7 bob@b.com The%20Bob");
	play_hearsf(old, "REA 7 %u bob@b.com The%%20Bob",
	    serial(w, "old@a.com"));
	play_say(old, "REA 8 new@a.com N");
	play_hears(old, "216 8");
	play_say(old, "REA 9 ghost@x.com N");
	play_hears(old, "205 9");
	play_sayf(old, "REA 10 bob@b.com %0400d", 1);
	play_hears(old, "209 10");
	play_say(old, "REA 11 bob@b.com");
	play_hears(old, "201 11");
	play_hears_nothing(old);

	play_say(new, "ADC 6 FL N=bob@b.com F=Bob");
	guid_of(new, "bob@b.com", guid);
	play_sayf(new, "SBP 7 %s MFN Bob%%20New", guid);
	play_hearsf(new, "SBP 7 %s MFN Bob%%20New", guid);
	play_sayf(new, "SBP 8 %s HSB 1", guid);
	play_hearsf(new, "SBP 8 %s HSB 1", guid);
	play_say(new, "SBP 9 00000000-0000-0000-0000-000000000000 MFN x");
	play_hears(new, "208 9");
	play_say(new, "SBP 10 bob@b.com MFN x");
	play_hears(new, "403 10");
	play_say(new, "SYN 11 0 0");
	play_hears_like(new, "SYN 11 * 1 0");
	play_hears_like(new, "GTC *");
	play_hears_like(new, "BLP *");
	play_hears_like(new, "PRP *");
	play_hearsf(new, "LST N=bob@b.com F=Bob%%20New C=%s 1", guid);
	world_free(w);
}

static void
the_forward_list_ends_somewhere(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP8");

	(void)state;
	world_core(w)->cfg.max_forward = 1;
	world_add(w, "bob@b.com", "");
	play_say(p, "ADD 6 FL alice@a.com Me");
	play_hears_like(p, "ADD 6 FL * alice@a.com Me");
	play_ignore(p);
	play_say(p, "ADD 7 FL bob@b.com Bob");
	play_hears(p, "210 7");
	play_hears_nothing(p);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adding_a_friend_tells_both_by_serial),
		cmocka_unit_test(adding_a_friend_tells_both_by_guid),
		cmocka_unit_test(telephones_are_for_who_is_allowed),
		cmocka_unit_test(impossible_changes_have_their_numbers),
		cmocka_unit_test(
		    what_a_client_may_never_say_ends_the_connection),
		cmocka_unit_test(removing_a_friend_tells_the_friend),
		cmocka_unit_test(
		    who_was_away_finds_the_newcomer_in_the_next_syn),
		cmocka_unit_test(pending_people_are_accepted_in_either_order),
		cmocka_unit_test(
		    deciding_by_number_counts_one_and_is_known_to_later_versions),
		cmocka_unit_test(telephones_are_contacts_from_msnp11),
		cmocka_unit_test(contacts_have_names_of_my_own),
		cmocka_unit_test(the_forward_list_ends_somewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
