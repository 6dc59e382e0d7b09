/* SPDX-License-Identifier: MIT */
/* Conversations between the versions of the Live years, and older ones. */
#include "tests/proto/sb_play.h"

#include <stdio.h>
#include <string.h>

#define HERE  "{7e3061d3-a564-477f-4e61-8b1c656bb596}"
#define THERE "{c8d443de-df66-4678-8951-9e6d282ac83b}"

/* covers: soap 11 #55 */
static void
a_switchboard_is_named_as_the_version_reads_it(void **state)
{
	static const struct {
		const char *version, *tail;
	} cases[] = {
		{ "MSNP12", "" },
		{ "MSNP13", " U messenger.msn.com" },
		{ "MSNP14", " U messenger.msn.com 1" },
		{ "MSNP16", " U messenger.msn.com 1" },
		{ "MSNP18", " U messenger.msn.com 1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world *w = world_new();
		struct player *alice =
		    play_online(w, "alice@a.com", cases[i].version);
		struct player *bob = play_online(w, "bob@b.com", "MSNP9");
		struct player *b;
		char pattern[128];

		(void)snprintf(pattern, sizeof(pattern),
		    "XFR 9 SB 192.0.2.1:1863 CKI [0-9.]*[0-9]%s",
		    cases[i].tail);
		play_say(alice, "XFR 9 SB");
		play_hears_like(alice, pattern);
		b = sb_open(w, bob, "bob@b.com");
		play_say(b, "CAL 2 alice@a.com");
		play_ignore(b);
		(void)snprintf(pattern, sizeof(pattern),
		    "RNG [0-9]* 192.0.2.1:1863 CKI [0-9.]* bob@b.com "
		    "bob@b.com%s",
		    cases[i].tail);
		play_hears_like(alice, pattern);
		play_hears_nothing(alice);
		world_free(w);
	}
}

static void
who_is_hidden_may_open_one_from_13_on(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP12");

	(void)state;
	play_say(p, "CHG 7 HDN 0\r\nXFR 8 SB");
	play_hears(p, "CHG 7 HDN 0");
	play_hears(p, "913 8");
	p = play_sign_in(w, "alice@a.com", "MSNP13");
	play_say(p, "XFR 8 SB");
	play_hears(p, "913 8 0");
	play_say(p, "CHG 9 HDN 0\r\nXFR 10 SB");
	play_hears(p, "CHG 9 HDN 0");
	play_hears_like(p, "XFR 10 SB *");
	world_free(w);
}

static void
seat(struct player *p, const char *verb, const char *who,
    const struct sb_pass *pass)
{
	if (pass->id[0] == '\0')
		play_sayf(p, "%s 1 %s %s", verb, who, pass->cookie);
	else
		play_sayf(p, "%s 1 %s %s %s", verb, who, pass->cookie,
		    pass->id);
}

static void
places_are_named_to_those_who_know_of_them(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online_at(w, "alice@a.com", "MSNP18", HERE);
	struct player *bob = play_online_at(w, "bob@b.com", "MSNP16", THERE);
	struct player *carol = play_online(w, "carol@c.com", "MSNP12");
	struct player *a = play_connect(w), *b = play_connect(w), *c;
	struct sb_pass pass;

	(void)state;
	play_say(alice, "CHG 6 NLN 7:8");
	play_say(bob, "CHG 6 NLN 5:6");
	play_ignore(alice);
	play_ignore(bob);
	sb_ask(alice, &pass);
	seat(a, "USR", "alice@a.com;" HERE, &pass);
	play_hears(a, "USR 1 OK alice@a.com;" HERE " alice@a.com");
	/* it calls itself first, and is told that it is there */
	play_say(a, "CAL 2 alice@a.com");
	play_hears_like(a, "CAL 2 RINGING *");
	play_hears(a, "JOI alice@a.com;" HERE " alice@a.com 7:8");
	play_hears(a, "JOI alice@a.com alice@a.com 7:8");
	sb_call(a, bob, "bob@b.com", &pass);
	seat(b, "ANS", "Bob@b.com;{C8D443DE-DF66-4678-8951-9E6D282AC83B}",
	    &pass);
	/* the bare line is the last, and counts: field-runs 2.4 */
	play_hears(b, "IRO 1 1 2 alice@a.com;" HERE " alice@a.com 7:8");
	play_hears(b, "IRO 1 2 2 alice@a.com alice@a.com 7:8");
	play_hears(b, "ANS 1 OK");
	play_hears(b, "JOI bob@b.com;" THERE " bob@b.com 5:6");
	play_hears(b, "JOI bob@b.com bob@b.com 5:6");
	play_hears(a, "JOI bob@b.com;" THERE " bob@b.com 5:6");
	play_hears(a, "JOI bob@b.com bob@b.com 5:6");
	sb_call(a, carol, "carol@c.com", &pass);
	c = sb_answer(w, &pass, "carol@c.com");
	play_hears(c, "IRO 1 1 2 alice@a.com alice@a.com 7");
	play_hears(c, "IRO 1 2 2 bob@b.com bob@b.com 5");
	play_hears(c, "ANS 1 OK");
	play_hears(a, "JOI carol@c.com carol@c.com 32:0");
	play_hears(b, "JOI carol@c.com carol@c.com 32:0");
	sb_say(a, 3, "N", "hello", 5);
	sb_hears_msg(b, "alice@a.com", "alice@a.com", "hello", 5);
	sb_hears_msg(c, "alice@a.com", "alice@a.com", "hello", 5);
	play_hang_up(b);
	play_hears(a, "BYE bob@b.com;" THERE);
	play_hears(a, "BYE bob@b.com");
	play_hears(c, "BYE bob@b.com");
	sb_nobody_hears(a, c, NULL);
	/* what is no place opens nothing */
	sb_ask(alice, &pass);
	b = play_connect(w);
	seat(b, "USR", "alice@a.com;x", &pass);
	play_hears(b, "911 1");
	play_is_closed(b, CLOSE_AUTH_FAILED);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_switchboard_is_named_as_the_version_reads_it),
		cmocka_unit_test(who_is_hidden_may_open_one_from_13_on),
		cmocka_unit_test(places_are_named_to_those_who_know_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
