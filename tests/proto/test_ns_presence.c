/* SPDX-License-Identifier: MIT */
/* Who sees whom, and in which words. */
#include "tests/proto/play.h"

#define OBJECT                                                          \
	"%3Cmsnobj%20Creator%3D%22a%40a.com%22%20Size%3D%221%22%20Type" \
	"%3D%223%22%20Location%3D%220%22%20Friendly%3D%22AAA%3D%22/%3E"

/* bob has alice on his list, both are online. */
struct pair {
	struct world *w;
	struct player *alice, *bob;
};

static struct pair
watched(const char *alice, const char *bob)
{
	struct pair t = { .w = world_new() };

	world_add(t.w, "alice@a.com", "Alice");
	t.alice = play_online(t.w, "alice@a.com", alice);
	t.bob = play_online(t.w, "bob@b.com", bob);
	if (bob[4] == '1')
		play_say(t.bob, "ADC 6 FL N=alice@a.com F=Alice");
	else
		play_say(t.bob, "ADD 6 FL alice@a.com Alice");
	play_ignore(t.alice);
	play_ignore(t.bob);
	return t;
}

/* covers: ns-classic 15 #87, #88 */
static void
the_first_chg_is_echoed_and_brings_who_is_visible(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob, *carol, *hidden, *dave, *later;

	(void)state;
	alice = play_online(w, "alice@a.com", "MSNP9");
	play_say(alice, "ADD 6 FL bob@b.com Bob");
	play_ignore(alice);
	world_add(w, "bob@b.com", "Bobby%20B");
	world_add(w, "offline@o.com", "");
	bob = play_online(w, "bob@b.com", "MSNP9");
	play_say(bob, "CHG 6 BSY 40 " OBJECT);
	carol = play_online(w, "carol@c.com", "MSNP8");
	(void)carol;
	hidden = play_sign_in(w, "hidden@h.com", "MSNP9");
	play_say(hidden, "CHG 5 HDN 32");
	dave = play_online(w, "dave@d.com", "MSNP9");
	later = play_sign_in(w, "later@l.com", "MSNP9");
	(void)later;
	play_hears_nothing(alice);
	play_say(alice,
	    "ADD 7 FL bob@b.com Bob\r\nADD 8 FL carol@c.com C\r\n"
	    "ADD 9 FL hidden@h.com H\r\nADD 10 FL dave@d.com D\r\n"
	    "ADD 11 FL offline@o.com O\r\nADD 12 FL later@l.com L");
	play_say(dave, "ADD 6 BL alice@a.com A");
	play_hang_up(alice);

	alice = play_sign_in(w, "alice@a.com", "MSNP9");
	play_say(alice, "CHG 31 AWY 536870948 0");
	play_hears(alice, "CHG 31 AWY 536870948 0");
	play_hearsf(alice, "ILN 31 BSY bob@b.com Bobby%%20B 40 %s", OBJECT);
	play_hears(alice, "ILN 31 NLN carol@c.com carol@c.com 32 0");
	play_hears_nothing(alice);
	/* not again */
	play_say(alice, "CHG 32 NLN 536870948 0");
	play_hears(alice, "CHG 32 NLN 536870948 0");
	play_hears_nothing(alice);
	world_free(w);
}

/* covers: ns-classic 15 #93; field-notes 12, 13 */
static void
each_version_reads_presence_in_its_own_words(void **state)
{
	static const struct {
		const char *viewer, *tail;
	} cases[] = {
		{ "MSNP8", "" },
		{ "MSNP9", " " OBJECT },
		{ "MSNP10", " " OBJECT },
		{ "MSNP11", " " OBJECT },
		{ "MSNP12", " " OBJECT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct pair t = watched("MSNP12", cases[i].viewer);
		bool objects = cases[i].tail[0] != '\0';

		play_say(t.alice, "CHG 9 BRB 4026531840 " OBJECT);
		play_hearsf(t.alice, "CHG 9 BRB 4026531840 %s", OBJECT);
		play_hearsf(t.bob, "NLN BRB alice@a.com Alice 4026531840%s",
		    cases[i].tail);
		/* the object alone changed */
		play_say(t.alice, "CHG 10 BRB 4026531840 0");
		if (objects)
			play_hears(t.bob,
			    "NLN BRB alice@a.com Alice 4026531840 0");
		else
			play_ignore(t.bob);
		/* nothing changed that others could see */
		play_say(t.alice, "CHG 11 BRB 4026531840 0");
		play_hears_nothing(t.bob);
		/* none was given at all: no element is made up */
		play_say(t.alice, "CHG 12 PHN 7");
		play_hearsf(t.bob, "NLN PHN alice@a.com Alice 7%s",
		    objects ? " 0" : "");
		world_free(t.w);
	}
}

/* covers: ns-classic 15 #90, #91; field-notes 11 */
static void
chg_takes_what_clients_send_and_refuses_nonsense(void **state)
{
	struct world *w = world_new();
	struct look look;
	struct player *p = play_sign_in(w, "alice@a.com", "MSNP8");

	(void)state;
	/* before SYN, without a number, with a blank at the end */
	play_say(p, "CHG 5 NLN ");
	play_hears(p, "CHG 5 NLN");
	play_say(p, "CHG 6 IDL 2788999228:48");
	play_hears(p, "CHG 6 IDL 2788999228:48");
	play_say(p, "CHG 7 LUN 0032 " OBJECT);
	play_hearsf(p, "CHG 7 LUN 0032 %s", OBJECT);
	play_say(p, "CHG 8 FLN 32");
	play_hears(p, "201 8");
	play_say(p, "CHG 9 nln 32");
	play_hears(p, "201 9");
	play_say(p, "CHG 10 XXX");
	play_hears(p, "201 10");
	play_say(p, "CHG 11 NLN many");
	play_hears(p, "201 11");
	play_say(p, "CHG 12 NLN 3:");
	play_hears(p, "201 12");
	play_say(p, "CHG 13");
	play_hears(p, "201 13");
	assert_true(presence_look(world_account(w, "alice@a.com"), &look));
	assert_int_equal(look.avail, AVAIL_LUNCH);
	play_hears_nothing(p);
	world_free(w);
}

/* covers: ns-classic 15 #89 */
static void
hiding_looks_like_leaving_and_takes_nothing_from_the_hidden(void **state)
{
	struct pair t = watched("MSNP9", "MSNP9");

	(void)state;
	play_say(t.alice, "ADD 7 FL bob@b.com Bob");
	play_ignore(t.alice);
	play_ignore(t.bob);
	play_say(t.alice, "CHG 8 HDN 32 0");
	play_hears(t.alice, "CHG 8 HDN 32 0");
	play_hears(t.bob, "FLN alice@a.com");
	play_say(t.alice, "CHG 9 HDN 32 " OBJECT);
	play_ignore(t.alice);
	play_hears_nothing(t.bob);
	play_say(t.bob, "CHG 9 BSY 32");
	play_hears(t.alice, "NLN BSY bob@b.com bob@b.com 32 0");
	play_ignore(t.bob);
	play_say(t.alice, "CHG 10 NLN 32");
	play_hears(t.bob, "NLN NLN alice@a.com Alice 32 0");
	world_free(t.w);
}

/* covers: ns-classic 15 #92, #81 */
static void
blocking_and_allowing_show_at_once(void **state)
{
	struct pair t = watched("MSNP9", "MSNP9");

	(void)state;
	play_say(t.alice, "ADD 20 BL bob@b.com Bob");
	play_hears_like(t.alice, "ADD 20 BL * bob@b.com Bob");
	play_hears(t.bob, "FLN alice@a.com");
	/* who blocks still sees */
	play_say(t.alice, "REM 22 BL bob@b.com");
	play_hears_like(t.alice, "REM 22 BL * bob@b.com");
	play_hears(t.bob, "NLN NLN alice@a.com Alice 32 0");
	play_say(t.alice, "BLP 23 BL");
	play_hears_like(t.alice, "BLP 23 * BL");
	play_hears(t.bob, "FLN alice@a.com");
	play_say(t.alice, "ADD 24 AL bob@b.com Bob");
	play_ignore(t.alice);
	play_hears(t.bob, "NLN NLN alice@a.com Alice 32 0");
	play_say(t.alice, "REM 25 AL bob@b.com");
	play_ignore(t.alice);
	play_hears(t.bob, "FLN alice@a.com");
	play_say(t.alice, "BLP 26 AL");
	play_hears_like(t.alice, "BLP 26 * AL");
	play_hears(t.bob, "NLN NLN alice@a.com Alice 32 0");
	play_hears_nothing(t.bob);
	play_hears_nothing(t.alice);
	world_free(t.w);
}

/* covers: ns-classic 15 #94 */
static void
nobody_is_told_before_its_own_first_chg(void **state)
{
	struct pair t = watched("MSNP9", "MSNP9");
	struct player *bob;

	(void)state;
	bob = play_sign_in(t.w, "bob@b.com", "MSNP10");
	play_say(t.alice, "CHG 9 BSY 32");
	play_hears_nothing(bob);
	play_say(t.alice, "CHG 10 HDN 32");
	play_hears_nothing(bob);
	play_say(t.alice, "CHG 11 AWY 32");
	play_hears_nothing(bob);
	play_say(bob, "CHG 2 NLN 0");
	play_hears(bob, "CHG 2 NLN 0");
	play_hears(bob, "ILN 2 AWY alice@a.com Alice 32 0");
	play_hears_nothing(bob);
	world_free(t.w);
}

/* covers: ns-classic 15 #95, #111 */
static void
leaving_is_seen_with_and_without_a_word(void **state)
{
	struct pair t = watched("MSNP9", "MSNP12");
	struct player *alice;

	(void)state;
	play_hang_up(t.alice);
	play_hears(t.bob, "FLN alice@a.com");
	alice = play_online(t.w, "alice@a.com", "MSNP9");
	play_hears(t.bob, "NLN NLN alice@a.com Alice 32 0");
	play_say(alice, "OUT");
	play_is_closed(alice, CLOSE_OUT);
	play_hears(t.bob, "FLN alice@a.com");
	play_hears_nothing(t.bob);
	world_free(t.w);
}

/* covers: ns-classic 15 #6, #7, #96, #97, #98 */
static void
personal_messages_reach_who_can_read_them(void **state)
{
	static const char note[] =
	    "<Data><PSM>a &amp; b\r\nPNG\r\n</PSM><CurrentMedia></CurrentMedia>"
	    "</Data>";
	struct pair t = watched("MSNP11", "MSNP12");
	struct player *carol;

	(void)state;
	carol = play_online(t.w, "carol@c.com", "MSNP9");
	play_say(carol, "ADD 6 FL alice@a.com Alice");
	play_ignore(carol);
	play_ignore(t.alice);

	/* in two pieces, with a command inside that is none */
	play_say_bytes(t.alice, "UUX 12 69\r\n<Data><PSM>a &a", 26);
	play_hears_nothing(t.alice);
	play_say_bytes(t.alice, note + 15, 69 - 15);
	play_hears(t.alice, "UUX 12 0");
	play_hears_nothing(t.alice);
	play_hears(t.bob, "UBX alice@a.com 69");
	play_hears_bytes(t.bob, note);
	play_hears_nothing(t.bob);
	play_hears_nothing(carol);

	/* the same again says nothing new */
	play_say_with(t.alice, "UUX 13", note);
	play_hears(t.alice, "UUX 13 0");
	play_hears_nothing(t.bob);

	/* hidden: kept for later */
	play_say(t.alice, "CHG 14 HDN 32");
	play_hears(t.bob, "FLN alice@a.com");
	play_say_with(t.alice, "UUX 15", "<Data/>");
	play_hears_nothing(t.bob);
	play_say(t.alice, "CHG 16 NLN 32");
	play_hears(t.bob, "NLN NLN alice@a.com Alice 32 0");
	play_hears(t.bob, "UBX alice@a.com 7");
	play_hears_bytes(t.bob, "<Data/>");
	play_ignore(t.alice);

	/* taken back */
	play_say_with(t.alice, "UUX 17", "");
	play_hears(t.alice, "UUX 17 0");
	play_hears(t.bob, "UBX alice@a.com 0");
	play_hears_nothing(t.bob);
	world_free(t.w);
}

static void
a_note_follows_the_first_iln(void **state)
{
	struct pair t = watched("MSNP12", "MSNP12");
	struct player *bob;

	(void)state;
	play_say_with(t.alice, "UUX 12", "<Data><PSM>x</PSM></Data>");
	play_ignore(t.bob);
	bob = play_sign_in(t.w, "bob@b.com", "MSNP11");
	play_say(bob, "CHG 2 NLN 0");
	play_hears(bob, "CHG 2 NLN 0");
	play_hears(bob, "ILN 2 NLN alice@a.com Alice 32 0");
	play_hears(bob, "UBX alice@a.com 25");
	play_hears_bytes(bob, "<Data><PSM>x</PSM></Data>");
	play_hears_nothing(bob);
	world_free(t.w);
}

static void
uux_that_is_no_xml_is_715_and_unknown_before_msnp11(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP12");
	struct player *q = play_online(w, "bob@b.com", "MSNP9");

	(void)state;
	play_say_with(p, "UUX 7", "<Data><PSM>");
	play_hears(p, "715 7");
	play_say_with(p, "UUX 8", "hello");
	play_hears(p, "715 8");
	play_hears_nothing(p);
	play_say_with(q, "UUX 8", "<Data/>");
	play_hears(q, "502 8");
	play_say(q, "PNG");
	play_hears(q, "QNG 60");
	world_free(w);
}

/* covers: ns-classic 15 #9, #83, #86, #99 */
static void
a_new_name_is_seen_by_who_sees_its_owner(void **state)
{
	struct pair t = watched("MSNP9", "MSNP9");
	struct player *alice;

	(void)state;
	play_say(t.alice, "REA 9 ALICE@a.com Alice%20in%20%57onderland");
	play_hears_like(t.alice,
	    "REA 9 * alice@a.com Alice%20in%20%57onderland");
	play_hears(t.bob, "NLN NLN alice@a.com Alice%20in%20%57onderland 32 0");
	play_hang_up(t.alice);
	play_ignore(t.bob);

	alice = play_online(t.w, "alice@a.com", "MSNP10");
	play_hears(t.bob, "NLN NLN alice@a.com Alice%20in%20%57onderland 32 0");
	play_say(alice, "PRP 115 MFN ~~woot~~");
	play_hears(alice, "PRP 115 MFN ~~woot~~");
	play_hears(t.bob, "NLN NLN alice@a.com ~~woot~~ 32 0");
	play_say(alice, "REA 10 alice@a.com X");
	play_hears(alice, "502 10");
	play_say(alice, "PRP 116 MFN");
	play_hears(alice, "209 116");
	/* never empty */
	play_say(alice, "PRP 117 MFN alice@a.com");
	play_hears(t.bob, "NLN NLN alice@a.com alice@a.com 32 0");
	world_free(t.w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_first_chg_is_echoed_and_brings_who_is_visible),
		cmocka_unit_test(each_version_reads_presence_in_its_own_words),
		cmocka_unit_test(
		    chg_takes_what_clients_send_and_refuses_nonsense),
		cmocka_unit_test(
		    hiding_looks_like_leaving_and_takes_nothing_from_the_hidden),
		cmocka_unit_test(blocking_and_allowing_show_at_once),
		cmocka_unit_test(nobody_is_told_before_its_own_first_chg),
		cmocka_unit_test(leaving_is_seen_with_and_without_a_word),
		cmocka_unit_test(personal_messages_reach_who_can_read_them),
		cmocka_unit_test(a_note_follows_the_first_iln),
		cmocka_unit_test(
		    uux_that_is_no_xml_is_715_and_unknown_before_msnp11),
		cmocka_unit_test(a_new_name_is_seen_by_who_sees_its_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
