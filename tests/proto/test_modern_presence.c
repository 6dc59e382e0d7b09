/* SPDX-License-Identifier: MIT */
/* Presence between the versions of the Live years, and older ones. */
#include "tests/proto/play.h"

#include <string.h>

#define GUID "{7e3061d3-a564-477f-4e61-8b1c656bb596}"
#define PSM                                                                   \
	"<Data><PSM>0b48cf1c-b9a5-4793-b8d4-a8ddd6b13c6c</PSM><CurrentMedia>" \
	"</CurrentMedia></Data>"
#define OBJECT "%3Cmsnobj%20Creator%3D%22a%40a.com%22/%3E"

static void
befriend(struct player *p, const char *local, const char *domain)
{
	struct buf b = BUF_INIT(1000);

	buf_addf(&b, "<ml><d n=\"%s\"><c n=\"%s\" l=\"3\" t=\"1\"/></d></ml>",
	    domain, local);
	buf_add_char(&b, '\0');
	play_say_with(p, "ADL 6", b.p);
	play_hears(p, "ADL 6 OK");
	play_ignore(p);
	buf_free(&b);
}

/* alice (old or new) is seen by bob of this version. */
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
	befriend(t.bob, "alice", "a.com");
	play_ignore(t.alice);
	return t;
}

/* covers: soap 11 #39 */
static void
each_version_reads_presence_in_its_own_words(void **state)
{
	static const struct {
		const char *viewer, *seen, *note, *gone;
	} cases[] = {
		{ "MSNP13", "NLN BRB alice@a.com Alice 2789003324 " OBJECT,
		    "UBX alice@a.com *", "FLN alice@a.com" },
		{ "MSNP14", "NLN BRB alice@a.com 1 Alice 2789003324 " OBJECT,
		    "UBX alice@a.com 1 *", "FLN alice@a.com 1 0" },
		{ "MSNP15", "NLN BRB alice@a.com 1 Alice 2789003324 " OBJECT,
		    "UBX alice@a.com 1 *", "FLN alice@a.com 1 0" },
		{ "MSNP16", "NLN BRB alice@a.com 1 Alice 2789003324:48 " OBJECT,
		    "UBX alice@a.com 1 *", "FLN alice@a.com 1 0:0" },
		{ "MSNP18", "NLN BRB 1:alice@a.com Alice 2789003324:48 " OBJECT,
		    "UBX 1:alice@a.com *", "FLN 1:alice@a.com 0:0" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct pair t = watched("MSNP15", cases[i].viewer);

		play_say(t.alice, "CHG 9 BRB 2789003324:48 " OBJECT);
		play_hears(t.alice, "CHG 9 BRB 2789003324:48 " OBJECT);
		play_hears(t.bob, cases[i].seen);
		play_say_with(t.alice, "UUX 10", PSM);
		play_hears(t.alice, "UUX 10 0");
		assert_string_equal(play_hears_with(t.bob, cases[i].note), PSM);
		play_say(t.alice, "CHG 11 HDN 2789003324:48 0");
		play_hears(t.alice, "CHG 11 HDN 2789003324:48 0");
		play_hears(t.bob, cases[i].gone);
		play_hears_nothing(t.bob);
		world_free(t.w);
	}
}

/* covers: soap 11 #39, #45, #46, #47; ns-modern 11 #7 */
static void
the_first_chg_brings_each_friend_with_words(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob, *carol;

	(void)state;
	alice = play_online(w, "alice@a.com", "MSNP18");
	bob = play_online(w, "bob@b.com", "MSNP12");
	carol = play_online(w, "carol@c.com", "MSNP8");
	(void)carol;
	befriend(alice, "bob", "b.com");
	befriend(alice, "carol", "c.com");
	play_say_with(bob, "UUX 6", PSM);
	play_hang_up(alice);
	alice = play_sign_in(w, "alice@a.com", "MSNP18");
	play_say(bob, "CHG 8 AWY 5 " OBJECT);
	play_hears_nothing(alice);
	play_say(alice, "CHG 7 NLN 2789003300:48 0");
	play_hears(alice, "CHG 7 NLN 2789003300:48 0");
	play_hears(alice, "NLN AWY 1:bob@b.com bob@b.com 5:0 " OBJECT);
	play_hears(alice, "UBX 1:bob@b.com 89");
	play_hears_bytes(alice, PSM);
	play_hears(alice, "NLN NLN 1:carol@c.com carol@c.com 32:0 0");
	play_hears(alice, "UBX 1:carol@c.com 0");
	/* and of oneself */
	assert_string_equal(play_hears_with(alice, "UBX 1:alice@a.com *"),
	    "<Data><EndpointData id=\"" GUID "\"><Capabilities>2789003300:48"
	    "</Capabilities></EndpointData></Data>");
	play_hears(alice, "NLN NLN 1:alice@a.com alice@a.com 2789003300:48 0");
	play_hears_nothing(alice);
	world_free(w);
}

/* covers: soap 11 #42, #44 */
static void
chg_is_echoed_word_by_word(void **state)
{
	struct world *w = world_new();
	struct player *p = play_sign_in(w, "alice@a.com", "MSNP15");

	(void)state;
	play_say(p, "CHG 8 NLN 1085276192:131088");
	play_hears(p, "CHG 8 NLN 1085276192:131088");
	play_say(p, "CHG 9 BSY");
	play_hears(p, "CHG 9 BSY");
	play_say(p, "CHG 10 NLN 2789003300:48 0");
	play_hears(p, "CHG 10 NLN 2789003300:48 0");
	play_say(p, "CHG 11 FLN");
	play_hears(p, "201 11 0");
	play_say(p, "CHG 12 NLN 1:4294967296");
	play_hears(p, "201 12 0");
	play_hears_nothing(p);
	world_free(w);
}

/* covers: soap 11 #43 */
static void
a_hidden_one_goes_on_seeing_others(void **state)
{
	struct pair t = watched("MSNP14", "MSNP16");

	(void)state;
	play_say(t.bob, "CHG 8 HDN 5:6");
	play_hears(t.bob, "CHG 8 HDN 5:6");
	(void)play_hears_with(t.bob, "UBX bob@b.com 1 *");
	play_say(t.alice, "CHG 9 LUN 7");
	play_hears(t.bob, "NLN LUN alice@a.com 1 Alice 7:0 0");
	play_hears_nothing(t.bob);
	world_free(t.w);
}

static struct player *
mac_sign_in(struct world *w, const char *address, const char *version)
{
	struct player *p = play_connect(w);

	play_sayf(p, "VER 1 %s CVR0", version);
	play_hearsf(p, "VER 1 %s CVR0", version);
	play_sayf(p, "CVR 2 0x0409 mac 10.14.6 i386 macmsgs 8.0.1 macmsgs %s",
	    address);
	play_hears_like(p, "CVR 2 8.0.1 8.0.1 8.0.1 * *");
	play_sayf(p, "USR 3 TWN I %s", address);
	(void)play_hears_with(p, "GCF 0 *");
	play_hears_like(p, "USR 3 TWN S *");
	play_sayf(p, "USR 4 TWN S %s 235411cb78234a468feb6f1bccca43fd",
	    world_ticket(w, address, TOKEN_TICKET));
	play_hearsf(p, "USR 4 OK %s 1 0", address);
	play_ignore(p);
	return p;
}

/* covers: soap 11 #40, #41, #46; field-notes 12 */
static void
the_mac_reads_one_number_and_always_an_object(void **state)
{
	static const char *const versions[] = { "MSNP13", "MSNP14", "MSNP15",
		"MSNP16" };
	static const char *const net[] = { "", " 1", " 1", " 1" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		struct pair t = watched("MSNP18", "MSNP16");
		struct player *mac;

		play_hang_up(t.bob);
		play_say_with(t.alice, "UUX 7", PSM);
		mac = mac_sign_in(t.w, "bob@b.com", versions[i]);
		play_say(mac, "CHG 8 NLN 1085276192:131088");
		play_hears(mac, "CHG 8 NLN 1085276192:131088");
		play_hearsf(mac,
		    "ILN 8 NLN alice@a.com%s Alice 32 %%3Cmsnobj%%2F%%3E",
		    net[i]);
		play_hears_like(mac, "UBX alice@a.com* *");
		play_ignore(mac);
		play_say(t.alice, "CHG 9 BSY 7:8 0");
		play_hearsf(mac,
		    "NLN BSY alice@a.com%s Alice 7 %%3Cmsnobj%%2F%%3E", net[i]);
		play_ignore(mac);
		play_say(t.alice, "CHG 10 BSY 7:8 " OBJECT);
		play_hearsf(mac, "NLN BSY alice@a.com%s Alice 7 %s", net[i],
		    OBJECT);
		/* the three payloads of the seed */
		play_ignore(mac);
		play_say_with(mac, "UUX 9",
		    "<Data><PSM></PSM><CurrentMedia></CurrentMedia></Data>");
		play_hears(mac, "UUX 9 0");
		play_ignore(mac);
		play_say_with(mac, "UUX 10",
		    "<EndpointData><Capabilities>1085276192:131088"
		    "</Capabilities></EndpointData>");
		play_hears(mac, "UUX 10 0");
		play_ignore(mac);
		play_say_with(mac, "UUX 11",
		    "<PrivateEndpointData><EpName>Rhodes</EpName><ClientType>1"
		    "</ClientType></PrivateEndpointData>");
		play_hears(mac, "UUX 11 0");
		play_ignore(mac);
		play_say(mac, "UUN 15 bob@b.com 8 9\r\nignore me");
		play_hears(mac, "UUN 15 OK");
		play_hears_nothing(mac);
		world_free(t.w);
	}
}

/* Old and new see the same facts. */
static void
a_session_of_2002_and_one_of_2009_see_each_other(void **state)
{
	struct world *w = world_new();
	struct player *old, *new;

	(void)state;
	world_add(w, "old@o.com", "Old%20One");
	world_add(w, "new@n.com", "New%20One");
	old = play_online(w, "old@o.com", "MSNP9");
	new = play_online(w, "new@n.com", "MSNP18");
	play_say(old, "ADD 6 FL new@n.com N");
	play_hears_like(old, "ADD 6 FL * new@n.com N");
	play_ignore(old);
	(void)play_hears_with(new, "NOT *");
	(void)play_hears_with(new, "ADL 0 *");
	befriend(new, "old", "o.com");
	play_hears_like(old, "ADD 0 RL * new@n.com New%20One");
	play_ignore(new);
	play_say(old, "CHG 7 PHN 99");
	play_hears(new, "NLN PHN 1:old@o.com Old%20One 99:0 0");
	play_say(new, "CHG 8 LUN 2789003324:48 " OBJECT);
	play_ignore(new);
	play_ignore(old);
	play_say(new, "CHG 8 AWY 2789003324:48 " OBJECT);
	play_hears(old, "NLN AWY new@n.com New%20One 2789003324 " OBJECT);
	play_ignore(new);
	play_say_with(new, "UUX 9", PSM);
	play_hears(new, "UUX 9 0");
	play_hears_nothing(old);
	play_hang_up(new);
	play_hears(old, "FLN new@n.com");
	new = play_online(w, "new@n.com", "MSNP18");
	play_hears(old, "NLN NLN new@n.com New%20One 32 0");
	play_hang_up(old);
	play_hears(new, "FLN 1:old@o.com 0:0");
	play_hears_nothing(new);
	world_free(w);
}

static void
what_was_said_reaches_all_versions_unchanged(void **state)
{
	static const char data[] =
	    "<Data><PSM>Yep, I&apos;m &lt;here&gt;.</PSM><CurrentMedia>\\0Music"
	    "\\01\\0{0} - {1}\\0T\\0A\\0\\0\\0</CurrentMedia><MachineGuid>" GUID
	    "</MachineGuid><DDP></DDP><SignatureSound></SignatureSound><Scene>"
	    "</Scene><ColorScheme>-3</ColorScheme></Data>";
	static const char *const viewers[] = { "MSNP13", "MSNP15" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(viewers); i++) {
		struct pair t = watched("MSNP15", viewers[i]);

		play_say_with(t.alice, "UUX 7", data);
		play_hears(t.alice, "UUX 7 0");
		assert_string_equal(play_hears_with(t.bob, "UBX *"), data);
		play_say_with(t.alice, "UUX 8", "<Data><PSM>");
		play_hears(t.alice, "715 8 0");
		play_say_with(t.alice, "UUX 9",
		    "<!DOCTYPE d [<!ENTITY x \"y\">]><Data><PSM>&x;</PSM></Data>");
		play_hears(t.alice, "715 9 0");
		play_say_with(t.alice, "UUX 10", "");
		play_hears(t.alice, "UUX 10 0");
		assert_string_equal(play_hears_with(t.bob, "UBX *"), "");
		/* of a place, which these versions do not have */
		play_say_with(t.alice, "UUX 11",
		    "<EndpointData><Capabilities>1:2</Capabilities>"
		    "</EndpointData>");
		play_hears(t.alice, "UUX 11 0");
		play_hears_nothing(t.bob);
		world_free(t.w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_version_reads_presence_in_its_own_words),
		cmocka_unit_test(the_first_chg_brings_each_friend_with_words),
		cmocka_unit_test(chg_is_echoed_word_by_word),
		cmocka_unit_test(a_hidden_one_goes_on_seeing_others),
		cmocka_unit_test(the_mac_reads_one_number_and_always_an_object),
		cmocka_unit_test(
		    a_session_of_2002_and_one_of_2009_see_each_other),
		cmocka_unit_test(what_was_said_reaches_all_versions_unchanged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
