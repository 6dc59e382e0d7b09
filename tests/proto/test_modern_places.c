/* SPDX-License-Identifier: MIT */
/* Several places of one account, and bytes between people and places. */
#include "common/base/num.h"
#include "core/session.h"
#include "ns/msnp/ceiling.h"
#include "tests/proto/play.h"

#include <stdio.h>
#include <string.h>

#define HERE    "{7e3061d3-a564-477f-4e61-8b1c656bb596}"
#define THERE   "{c8d443de-df66-4678-8951-9e6d282ac83b}"
#define NOWHERE "{00000000-0000-0000-0000-000000000001}"
#define SHOWN(n) \
	"<EndpointData><Capabilities>" n "</Capabilities></EndpointData>"
#define KEPT                                                             \
	"<PrivateEndpointData><EpName>Home &amp; Co</EpName><Idle>false" \
	"</Idle><ClientType>1</ClientType><State>NLN</State>"            \
	"</PrivateEndpointData>"
#define DATA                                                            \
	"<Data><PSM>hi</PSM><CurrentMedia></CurrentMedia><MachineGuid>" \
	"{7E3061D3-A564-477F-4E61-8B1C656BB596}</MachineGuid></Data>"

/* alice at two places, bob who has her on his list. */
struct home {
	struct world *w;
	struct player *here, *there, *bob;
};

static struct home
home_of(const char *bob)
{
	struct home t = { .w = world_new() };

	world_add(t.w, "alice@a.com", "Alice");
	t.here = play_online_at(t.w, "alice@a.com", "MSNP18", HERE);
	t.there = play_online_at(t.w, "alice@a.com", "MSNP16", THERE);
	t.bob = play_online(t.w, "bob@b.com", bob);
	play_say_with(t.bob, "ADL 6",
	    "<ml><d n=\"a.com\"><c n=\"alice\" l=\"3\" t=\"1\"/></d></ml>");
	play_ignore(t.here);
	play_ignore(t.there);
	play_ignore(t.bob);
	return t;
}

/* covers: soap 11 #24, #46, #48, #49 */
static void
every_place_is_told_of_and_only_the_owner_hears_all(void **state)
{
	static const char others[] =
	    "<Data><PSM>hi</PSM><CurrentMedia></CurrentMedia><MachineGuid>"
	    "{7E3061D3-A564-477F-4E61-8B1C656BB596}</MachineGuid>"
	    "<EndpointData id=\"" HERE "\"><Capabilities>9:8</Capabilities>"
	    "</EndpointData><EndpointData id=\"" THERE
	    "\"><Capabilities>32:0</Capabilities></EndpointData>";
	static const char own[] =
	    "<PrivateEndpointData id=\"" HERE "\"><EpName>Home &amp; Co"
	    "</EpName><Idle>false</Idle><ClientType>1</ClientType><State>NLN"
	    "</State></PrivateEndpointData>";
	struct home t = home_of("MSNP18");
	const char *text;

	(void)state;
	play_say_with(t.here, "UUX 7", SHOWN("9:8"));
	play_hears(t.here, "UUX 7 0");
	play_ignore(t.bob);
	play_say_with(t.here, "UUX 8", KEPT);
	play_ignore(t.here);
	play_ignore(t.there);
	play_hears_nothing(t.bob);
	play_say_with(t.here, "UUX 9", DATA);
	play_hears(t.here, "UUX 9 0");
	text = play_hears_with(t.bob, "UBX 1:alice@a.com *");
	assert_memory_equal(text, others, sizeof(others) - 1);
	assert_string_equal(text + sizeof(others) - 1, "</Data>");
	play_hears_nothing(t.bob);
	text = play_hears_with(t.here, "UBX 1:alice@a.com *");
	assert_memory_equal(text, others, sizeof(others) - 1);
	text += sizeof(others) - 1;
	assert_memory_equal(text, own, sizeof(own) - 1);
	assert_string_equal(text + sizeof(own) - 1, "</Data>");
	/* of how one is nothing was said: field-runs 2.5 */
	play_hears_nothing(t.here);
	text = play_hears_with(t.there, "UBX alice@a.com 1 *");
	assert_non_null(strstr(text, own));
	play_hears_nothing(t.there);
	world_free(t.w);
}

#define PICTURE "%3Cmsnobj%20Creator%3D%22alice%40a.com%22%2F%3E"

/*
 * field-runs 2.5: libpurple takes the NLN of its own for its own, and drops
 * its picture when there is none in it.
 */
static void
of_oneself_one_hears_after_chg_alone_and_keeps_ones_picture(void **state)
{
	struct home t = home_of("MSNP18");

	(void)state;
	/* both in one write, as libpurple says it */
	play_sayf(t.here, "UUX 7 %zu\r\n%s", strlen(SHOWN("9:8")),
	    SHOWN("9:8") "CHG 8 NLN 9:8 " PICTURE);
	play_hears(t.here, "UUX 7 0");
	play_hears(t.here, "CHG 8 NLN 9:8 " PICTURE);
	(void)play_hears_with(t.here, "UBX 1:alice@a.com *");
	play_hears(t.here, "NLN NLN 1:alice@a.com Alice 9:8 " PICTURE);
	play_hears_nothing(t.here);
	play_ignore(t.there);
	/* words alone are no news of how one is */
	play_say_with(t.here, "UUX 9", DATA);
	play_hears(t.here, "UUX 9 0");
	(void)play_hears_with(t.here, "UBX 1:alice@a.com *");
	play_hears_nothing(t.here);
	play_ignore(t.there);
	/* another place speaks, which has no picture and knows less */
	play_say(t.there, "CHG 10 NLN 5:4 0");
	play_hears(t.there, "CHG 10 NLN 5:4 0");
	(void)play_hears_with(t.here, "UBX 1:alice@a.com *");
	play_hears(t.here, "NLN NLN 1:alice@a.com Alice 9:8 " PICTURE);
	play_hears_nothing(t.here);
	world_free(t.w);
}

/* covers: ns-modern 11 #4 */
static void
a_place_that_goes_is_told_of_and_the_account_stays(void **state)
{
	struct home t = home_of("MSNP16");
	const char *text;

	(void)state;
	play_say_with(t.here, "UUX 7", SHOWN("1:1"));
	play_say_with(t.there, "UUX 7", SHOWN("2:2"));
	play_ignore(t.here);
	play_ignore(t.bob);
	play_hang_up(t.there);
	text = play_hears_with(t.bob, "UBX alice@a.com 1 *");
	assert_non_null(strstr(text, HERE));
	assert_null(strstr(text, THERE));
	play_hears_nothing(t.bob);
	text = play_hears_with(t.here, "UBX 1:alice@a.com *");
	assert_null(strstr(text, THERE));
	play_ignore(t.here);
	play_say(t.here, "OUT");
	play_hears(t.bob, "FLN alice@a.com 1 0:0");
	play_hears_nothing(t.bob);
	world_free(t.w);
}

/* Versions without places read the same words without them. */
static void
older_versions_hear_nothing_of_places(void **state)
{
	struct home t = home_of("MSNP15");

	(void)state;
	play_say_with(t.here, "UUX 7", DATA);
	assert_string_equal(play_hears_with(t.bob, "UBX alice@a.com 1 *"),
	    DATA);
	play_say_with(t.here, "UUX 8", KEPT);
	play_hears_nothing(t.bob);
	world_free(t.w);
}

static void
what_a_place_shows_is_written_anew(void **state)
{
	struct home t = home_of("MSNP18");
	const char *text;

	(void)state;
	/* attributes, comments and whatever is deeper stay behind */
	play_say_with(t.here, "UUX 7",
	    "<EndpointData a=\"&gt;\" id=\"" NOWHERE "\"><!-- x -->"
	    "<Capabilities b='1'>5:6<i>7</i></Capabilities>&lt;y/>"
	    "</EndpointData>");
	play_hears(t.here, "UUX 7 0");
	text = play_hears_with(t.bob, "UBX 1:alice@a.com *");
	assert_non_null(strstr(text,
	    "<EndpointData id=\"" HERE
	    "\"><Capabilities>5:6</Capabilities></EndpointData>"));
	assert_null(strstr(text, NOWHERE));
	world_free(t.w);
}

/* covers: soap 11 #50, #51, #52; ns-modern 11 #1, #2 */
static void
datagrams_go_to_places_and_people(void **state)
{
	struct home t = home_of("MSNP13");
	struct player *eve = play_online(t.w, "eve@e.com", "MSNP18");
	static const char *const own[] = { "2", "02", "4", "5", "8" };

	(void)state;
	play_say(t.here, "UUN 15 alice@a.com 8 9\r\nignore me");
	play_hears(t.here, "UUN 15 OK");
	assert_string_equal(play_hears_with(t.there, "UBN alice@a.com 8 9"),
	    "ignore me");
	play_hears_nothing(t.here);
	/* one place of somebody */
	play_say(eve,
	    "UUN 16 Alice@A.com;{7E3061D3-A564-477F-4E61-"
	    "8B1C656BB596} 3 2\r\nhi");
	play_hears(eve, "UUN 16 OK");
	assert_string_equal(play_hears_with(t.here,
				"UBN eve@e.com;" HERE " 3 2"),
	    "hi");
	play_hears_nothing(t.there);
	/* all places */
	play_say(eve, "UUN 17 alice@a.com 1 0\r\n");
	play_hears(eve, "UUN 17 OK");
	play_hears(t.here, "UBN eve@e.com 1 0");
	play_hears(t.there, "UBN eve@e.com 1 0");
	/* from a place to a version without them */
	play_say(eve, "UUN 18 bob@b.com 12 1\r\nx");
	play_hears(eve, "UUN 18 OK");
	assert_string_equal(play_hears_with(t.bob, "UBN eve@e.com 12 1"), "x");
	/* signing others out is not for strangers */
	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		play_sayf(eve, "UUN 19 alice@a.com %s 2\r\nno", own[i]);
		/* sayf ends the line: an empty one is passed over */
		play_hears(eve, "217 19 0");
	}
	play_say(eve, "UUN 20 alice@a.com;" NOWHERE " 3 2\r\nhi");
	play_hears(eve, "217 20 0");
	play_say(eve, "UUN 21 nobody@n.com 3 2\r\nhi");
	play_hears(eve, "217 21 0");
	play_say(eve, "UUN 22 nonsense 3 2\r\nhi");
	play_hears(eve, "217 22 0");
	play_say(eve, "UUN 23 alice@a.com x 2\r\nhi");
	play_hears(eve, "201 23 0");
	play_say(eve, "UUN 24 alice@a.com;x 3 2\r\nhi");
	play_hears(eve, "201 24 0");
	/* the other place alone, by name */
	play_say(t.here, "UUN 25 alice@a.com;" THERE " 4 14\r\ngoawyplzthxbye");
	play_hears(t.here, "UUN 25 OK");
	assert_string_equal(play_hears_with(t.there,
				"UBN alice@a.com;" HERE " 4 14"),
	    "goawyplzthxbye");
	/* blocked, hidden, of a version that knows no datagrams */
	play_say_with(t.here, "ADL 26",
	    "<ml><d n=\"e.com\"><c n=\"eve\" l=\"4\"/></d></ml>");
	play_say(eve, "UUN 27 alice@a.com 3 2\r\nhi");
	play_hears(eve, "217 27 0");
	play_say(t.bob, "CHG 28 HDN 0");
	play_say(eve, "UUN 29 bob@b.com 3 2\r\nhi");
	play_hears(eve, "217 29 0");
	(void)play_online(t.w, "old@o.com", "MSNP12");
	play_say(eve, "UUN 30 old@o.com 3 2\r\nhi");
	play_hears(eve, "217 30 0");
	play_hears_nothing(eve);
	world_free(t.w);
}

/* covers: ns-modern 6.1; msnp21 table of 6.1; relay 4.1, 13 */
static void
only_oneself_can_order_a_client_to_leave_or_to_connect(void **state)
{
	static const char *const orders[] = { "gtfo", "GtFo", " gtfo\r\n",
		"gtfo now", "<x>gtfo</x>", "<a b=\"c\"><![CDATA[gt]]>fo</a>",
		"&#103;tf&#x6F;", "g<b/>t f\tO", "goawyplzthxbye",
		"GOAWYPLZTHXBYE-nomorempop", "x goawy\rplz thxbye x" };
	static const char *const kinds[] = { "0", "1", "3", "6", "7", "9", "10",
		"11", "12", "99" };
	struct home t = home_of("MSNP15");
	char line[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
			(void)snprintf(line, sizeof(line),
			    "UUN 9 alice@a.com %s", kinds[k]);
			play_say_with(t.bob, line, orders[i]);
			play_hears(t.bob, "217 9 0");
		}
	}
	play_say_with(t.bob, "UUN 9 alice@a.com 2", "INVITE 192.0.2.7 word");
	play_hears(t.bob, "217 9 0");
	play_hears_nothing(t.here);
	play_hears_nothing(t.there);
	/* one's own places, and words that only look alike */
	play_say_with(t.here, "UUN 9 alice@a.com 2", "INVITE here word");
	play_hears(t.here, "UUN 9 OK");
	assert_string_equal(play_hears_with(t.there, "UBN alice@a.com 2 16"),
	    "INVITE here word");
	play_say_with(t.here, "UUN 9 alice@a.com 3", "gtfo");
	play_hears(t.here, "UUN 9 OK");
	(void)play_hears_with(t.there, "UBN alice@a.com 3 4");
	play_say_with(t.bob, "UUN 9 alice@a.com 3", "go away, please; gt fa");
	play_hears(t.bob, "UUN 9 OK");
	(void)play_hears_with(t.here, "UBN bob@b.com 3 22");
	world_free(t.w);
}

#define TEXT                                                               \
	"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n" \
	"Dest-Agent: client\r\n\r\ntext"

static void
a_message_without_a_switchboard_reaches_who_is_there(void **state)
{
	struct home t = home_of("MSNP14");
	struct player *eve = play_online(t.w, "eve@e.com", "MSNP18");

	(void)state;
	play_say_with(eve, "UUM 5 bob@b.com 1 1", TEXT);
	assert_string_equal(play_hears_with(t.bob, "UBM eve@e.com 1 1 *"),
	    TEXT);
	play_hears_nothing(eve);
	play_say_with(eve, "UUM 6 alice@a.com 1 2", TEXT);
	assert_string_equal(play_hears_with(t.here,
				"UBM eve@e.com 1 alice@a.com 1 2 *"),
	    TEXT);
	assert_string_equal(play_hears_with(t.there,
				"UBM eve@e.com 1 alice@a.com 1 2 *"),
	    TEXT);
	play_say_with(eve, "UUM 7 nobody@n.com 1 1", TEXT);
	play_hears(eve, "217 7 0");
	play_say_with(eve, "UUM 8 yo@y.com 32 1", TEXT);
	play_hears(eve, "217 8 0");
	play_say_with(eve, "UUM 9 bob@b.com 77 1", TEXT);
	play_hears(eve, "204 9 0");
	play_say_with(eve, "UUM 10 bob@b.com x 1", TEXT);
	play_hears(eve, "204 10 0");
	play_say_with(eve, "UUM 11 bob@b.com 1 5", TEXT);
	play_hears(eve, "201 11 0");
	play_say_with(eve, "UUM 12 bob@b.com 1 0", TEXT);
	play_hears(eve, "201 12 0");
	play_hang_up(t.bob);
	/* a nudge is for who is there */
	play_say_with(eve, "UUM 13 bob@b.com 1 3", TEXT);
	play_hears(eve, "217 13 0");
	/* to people here only from 18 on */
	play_ignore(t.there);
	play_say_with(t.there, "UUM 14 eve@e.com 1 1", TEXT);
	play_hears(t.there, "204 14 0");
	play_hears_nothing(eve);
	world_free(t.w);
}

/* The state of the account is that of its most available place. */
static void
contacts_see_one_state_of_all_places(void **state)
{
	struct home t = home_of("MSNP18");

	(void)state;
	play_say(t.there, "CHG 7 AWY 5:6");
	play_hears(t.there, "CHG 7 AWY 5:6");
	play_hears_nothing(t.bob);
	play_ignore(t.here);
	play_say(t.here, "CHG 7 BSY 7:8");
	play_hears(t.here, "CHG 7 BSY 7:8");
	play_hears(t.bob, "NLN BSY 1:alice@a.com Alice 7:8 0");
	play_hears_nothing(t.bob);
	play_say(t.here, "CHG 8 HDN 7:8");
	play_hears(t.bob, "NLN AWY 1:alice@a.com Alice 5:6 0");
	play_ignore(t.bob);
	play_say(t.there, "CHG 9 HDN 5:6");
	play_hears(t.bob, "FLN 1:alice@a.com 0:0");
	world_free(t.w);
}

/* Whoever signed in here before said it in another form. */
static void
words_of_an_older_session_are_no_stumbling_block(void **state)
{
	struct home t = home_of("MSNP18");
	struct player *p = play_online(t.w, "alice@a.com", "MSNP12");

	(void)state;
	play_say_with(p, "UUX 7", "<Odd>words</Odd>");
	play_ignore(t.bob);
	p = play_online_at(t.w, "alice@a.com", "MSNP18", HERE);
	play_say_with(p, "UUX 8", SHOWN("3:4"));
	play_hears_with(t.bob, "UBX 1:alice@a.com *");
	play_ignore(t.bob);
	play_say_with(p, "UUX 9", "<Data><PSM>x</PSM></Data>\r\n");
	assert_string_equal(play_hears_with(t.bob, "UBX 1:alice@a.com *"),
	    "<Data><PSM>x</PSM><EndpointData id=\"" HERE
	    "\"><Capabilities>3:4</Capabilities></EndpointData></Data>");
	play_say_with(p, "UUX 9", "<Data/>");
	assert_string_equal(play_hears_with(t.bob, "UBX 1:alice@a.com *"),
	    "<Data><EndpointData id=\"" HERE "\"><Capabilities>3:4"
	    "</Capabilities></EndpointData></Data>");
	world_free(t.w);
}

/* What all places say goes into one UBX: nobody may make it burst. */
static void
places_are_few_and_say_little(void **state)
{
	struct home t = home_of("MSNP18");
	struct player *p = NULL;
	char guid[64], text[2100];
	uint32_t told;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	play_sayf(t.here,
	    "UUX 7 %zu\r\n<EndpointData><Capabilities>%s</Capabilities>"
	    "</EndpointData>",
	    strlen(text) + strlen(SHOWN("")), text);
	play_hears(t.here, "715 7 0");
	text[990] = '\0';
	for (unsigned i = 2; i < ENDPOINTS_MAX; i++) {
		(void)snprintf(guid, sizeof(guid),
		    "{00000000-0000-0000-0000-0000000001%02u}", i);
		p = play_online_at(t.w, "alice@a.com", "MSNP18", guid);
		play_sayf(p,
		    "UUX 7 %zu\r\n<EndpointData><Capabilities>%s"
		    "</Capabilities></EndpointData>",
		    strlen(text) + strlen(SHOWN("")), text);
		play_hears(p, "UUX 7 0");
		play_sayf(p,
		    "UUX 8 %zu\r\n<PrivateEndpointData><EpName>%s</EpName>"
		    "</PrivateEndpointData>",
		    strlen(text) + 60, text);
	}
	play_ignore(t.here);
	play_ignore(t.bob);
	play_say(p, "CHG 9 BSY 1:2");
	play_hears_like(t.here, "UBX 1:alice@a.com ????");
	assert_true(num_parse_u32(slice_text(play_word(t.here, 2)), &told));
	assert_in_range(told, 3000, CEILING_GIVE_NOTE);
	/* one more, and the one that was silent longest has to go */
	(void)play_online_at(t.w, "alice@a.com", "MSNP18", NOWHERE);
	play_ignore(t.here);
	play_ignore(t.there);
	assert_true(play_is_open(t.here) != play_is_open(t.there));
	world_free(t.w);
}

/* Whoever has much to read is not given more. */
static void
datagrams_do_not_pile_up(void **state)
{
	struct home t = home_of("MSNP18");
	static char bytes[4001];
	int i;

	(void)state;
	memset(bytes, 'x', sizeof(bytes) - 1);
	play_stuck(t.bob, true);
	for (i = 0; i < 1000; i++) {
		world_pass(t.w, 1000);
		play_ignore(t.here);
		play_say(t.bob, "PNG");
		play_say_with(t.here, "UUN 9 bob@b.com 3", bytes);
		if (strcmp(play_hears_like(t.here, "* *"), "217 9 0") == 0)
			break;
	}
	assert_in_range(i, 2, 999);
	assert_true(play_is_open(t.bob));
	play_say(t.here, "UUN 10 bob@b.com 3 65537");
	play_is_closed(t.here, CLOSE_PAYLOAD_TOO_LONG);
	world_free(t.w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_place_is_told_of_and_only_the_owner_hears_all),
		cmocka_unit_test(
		    of_oneself_one_hears_after_chg_alone_and_keeps_ones_picture),
		cmocka_unit_test(
		    a_place_that_goes_is_told_of_and_the_account_stays),
		cmocka_unit_test(older_versions_hear_nothing_of_places),
		cmocka_unit_test(what_a_place_shows_is_written_anew),
		cmocka_unit_test(datagrams_go_to_places_and_people),
		cmocka_unit_test(
		    only_oneself_can_order_a_client_to_leave_or_to_connect),
		cmocka_unit_test(
		    a_message_without_a_switchboard_reaches_who_is_there),
		cmocka_unit_test(contacts_see_one_state_of_all_places),
		cmocka_unit_test(
		    words_of_an_older_session_are_no_stumbling_block),
		cmocka_unit_test(places_are_few_and_say_little),
		cmocka_unit_test(datagrams_do_not_pile_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
