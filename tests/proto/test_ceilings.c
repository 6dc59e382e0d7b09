/* SPDX-License-Identifier: MIT */
/*
 * How long things may be, from both sides: what is taken at its ceiling is
 * told to others within theirs, and what is longer is refused and told to
 * nobody (programs-1 9, 10; ns/msnp/ceilings.def).
 */
#include "core/session.h"
#include "ns/msnp/ceiling.h"
#include "tests/proto/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HERE  "{7e3061d3-a564-477f-4e61-8b1c656bb596}"
#define THERE "{c8d443de-df66-4678-8951-9e6d282ac83b}"

static char filler[CEILING_TAKE_LINE];

static const char *
filled(char ch, size_t n)
{
	assert_true(n < sizeof(filler));
	memset(filler, ch, n);
	filler[n] = '\0';
	return filler;
}

/* Friends with the longest address and name there may be. */
struct friends {
	struct world *w;
	struct player *alice, *bob;
	char address[ADDRESS_MAX + 1];
};

static struct friends
friends_of(const char *version)
{
	struct friends f = { .w = world_new() };
	char list[400];

	memset(f.address, 'a', ADDRESS_MAX);
	memcpy(f.address + ADDRESS_MAX - 6, "@a.com", 7);
	world_add(f.w, f.address, filled('n', NAME_MAX_ENCODED));
	world_add(f.w, "bob@b.com", "Bob");
	f.alice = play_online_at(f.w, f.address, version, HERE);
	f.bob = play_online_at(f.w, "bob@b.com", "MSNP18", THERE);
	(void)snprintf(list, sizeof(list),
	    "<ml><d n=\"a.com\"><c n=\"%.*s\" l=\"3\"/></d></ml>",
	    ADDRESS_MAX - 6, f.address);
	play_say_with(f.bob, "ADL 6", list);
	play_say_with(f.alice, "ADL 6",
	    "<ml><d n=\"b.com\"><c n=\"bob\" l=\"3\"/></d></ml>");
	play_ignore(f.alice);
	play_ignore(f.bob);
	return f;
}

static void
a_picture_at_its_ceiling_fits_into_a_line_and_a_longer_one_is_refused(
    void **state)
{
	struct friends f = friends_of("MSNP18");
	const char *line;

	(void)state;
	play_sayf(f.alice, "CHG 7 NLN 4294967295:4294967295 %s",
	    filled('o', CEILING_TAKE_OBJECT));
	line = play_hears_like(f.bob, "NLN NLN *");
	assert_in_range(strlen(line) + 2, CEILING_TAKE_OBJECT,
	    CEILING_GIVE_PRESENCE);
	play_ignore(f.alice);
	play_ignore(f.bob);
	play_sayf(f.alice, "CHG 8 BSY 1:2 %s",
	    filled('o', CEILING_TAKE_OBJECT + 1));
	play_hears(f.alice, "201 8 0");
	play_hears_nothing(f.alice);
	play_hears_nothing(f.bob);
	world_free(f.w);
}

static void
words_at_their_ceiling_fit_into_a_note_with_ten_places(void **state)
{
	struct friends f = friends_of("MSNP18");
	const char *text;
	char guid[64];
	int n;

	(void)state;
	for (unsigned i = 2; i < ENDPOINTS_MAX + 1; i++) {
		struct player *p;

		(void)snprintf(guid, sizeof(guid),
		    "{00000000-0000-0000-0000-0000000001%02u}", i);
		p = play_online_at(f.w, f.address, "MSNP18", guid);
		play_sayf(p, "CHG 7 NLN 4294967295:4294967295 0");
		play_say_with(p, "UUX 8",
		    "<EndpointData><Capabilities>4294967295:4294967295"
		    "</Capabilities></EndpointData>");
		play_sayf(p,
		    "UUX 9 %d\r\n<PrivateEndpointData><EpName>%s</EpName>"
		    "</PrivateEndpointData>",
		    900 + 60, filled('e', 900));
	}
	play_ignore(f.alice);
	play_ignore(f.bob);
	play_sayf(f.alice, "UUX 10 %d\r\n<Data><PSM>%s</PSM></Data>",
	    CEILING_TAKE_NOTE, filled('w', CEILING_TAKE_NOTE - 24));
	play_hears(f.alice, "UUX 10 0");
	play_hears_like(f.bob, "NLN NLN *");
	text = play_hears_with(f.bob, "UBX 1:*");
	assert_in_range(strlen(text), CEILING_TAKE_NOTE, CEILING_GIVE_NOTE);
	for (n = 0; text != NULL; n++)
		text = strstr(text + 1, "<EndpointData");
	assert_int_equal(n - 1, ENDPOINTS_MAX);
	/* and one's own, with what the places keep as far as there is room */
	text = play_hears_with(f.alice, "UBX 1:*");
	assert_in_range(strlen(text), CEILING_TAKE_NOTE, CEILING_GIVE_NOTE);
	play_ignore(f.alice);
	play_ignore(f.bob);
	play_sayf(f.alice, "UUX 11 %d\r\n<Data><PSM>%s</PSM></Data>",
	    CEILING_TAKE_NOTE + 1, filled('w', CEILING_TAKE_NOTE - 23));
	play_hears(f.alice, "715 11 0");
	play_hears_nothing(f.bob);
	world_free(f.w);
}

static void
datagrams_at_their_ceiling_pass_and_longer_ones_are_refused(void **state)
{
	struct friends f = friends_of("MSNP18");

	(void)state;
	_Static_assert(CEILING_TAKE_DATA == CEILING_GIVE_DATA, "as they are");
	play_say_with(f.alice, "UUN 7 bob@b.com 3",
	    filled('d', CEILING_TAKE_DATA));
	play_hears(f.alice, "UUN 7 OK");
	assert_int_equal(strlen(play_hears_with(f.bob, "UBN *")),
	    CEILING_GIVE_DATA);
	play_say_with(f.alice, "UUM 8 bob@b.com 1 2",
	    filled('d', CEILING_TAKE_DATA));
	(void)play_hears_with(f.bob, "UBM *");
	play_hears_nothing(f.alice);
	play_say_with(f.alice, "UUN 9 bob@b.com 3",
	    filled('d', CEILING_TAKE_DATA + 1));
	play_hears(f.alice, "201 9 0");
	play_say_with(f.alice, "UUM 10 bob@b.com 1 2",
	    filled('d', CEILING_TAKE_DATA + 1));
	play_hears(f.alice, "201 10 0");
	play_hears_nothing(f.bob);
	/* a payload is taken before it is refused: the stream goes on */
	play_say(f.alice, "PNG");
	play_hears_like(f.alice, "QNG *");
	world_free(f.w);
}

static void
lines_at_their_ceiling_are_read_and_longer_ones_end_the_connection(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP18");

	(void)state;
	play_sayf(p, "URL 7 %s", filled('x', CEILING_TAKE_LINE - 8));
	play_hears_like(p, "URL 7 *");
	play_sayf(p, "URL 8 %s", filled('x', CEILING_TAKE_LINE - 7));
	play_is_closed(p, CLOSE_LINE_TOO_LONG);
	p = play_sign_in(w, "alice@a.com", "MSNP18");
	play_sayf(p, "UUN 9 bob@b.com 3 %d", CEILING_TAKE_PAYLOAD + 1);
	play_is_closed(p, CLOSE_PAYLOAD_TOO_LONG);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_picture_at_its_ceiling_fits_into_a_line_and_a_longer_one_is_refused),
		cmocka_unit_test(
		    words_at_their_ceiling_fit_into_a_note_with_ten_places),
		cmocka_unit_test(
		    datagrams_at_their_ceiling_pass_and_longer_ones_are_refused),
		cmocka_unit_test(
		    lines_at_their_ceiling_are_read_and_longer_ones_end_the_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
