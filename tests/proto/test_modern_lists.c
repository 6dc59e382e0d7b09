/* SPDX-License-Identifier: MIT */
/* ADL, RML and FQY, and what the other side hears of them. */
#include "tests/proto/play.h"

#include <stdio.h>
#include <string.h>

static unsigned
lists_of(struct world *w, const char *owner, const char *who)
{
	const struct account *a = world_account(w, owner);

	ROSTER_EACH(k, &a->roster)
	{
		if (slice_eq_text(person_address(k->who), who))
			return k->lists;
	}
	return 0;
}

/* The seed's own list: 245 bytes. */
#define SEED                                                               \
	"<ml l=\"1\"><d n=\"local\"><c n=\"away\" l=\"3\" t=\"1\" />"      \
	"<c n=\"brb\" l=\"3\" t=\"1\" /><c n=\"busy\" l=\"3\" t=\"1\" />"  \
	"<c n=\"hidden\" l=\"3\" t=\"1\" /><c n=\"idle\" l=\"3\" t=\"1\" " \
	"/><c n=\"lunch\" l=\"3\" t=\"1\" /><c n=\"online\" l=\"3\" t=\"1" \
	"\" /><c n=\"phone\" l=\"3\" t=\"1\" /></d></ml>"

/* covers: soap 11 #28, #29, #31 */
static void
a_first_list_is_taken_and_changes_nothing(void **state)
{
	struct world *w = world_new();
	struct player *p = play_sign_in(w, "alice@a.com", "MSNP16");
	uint32_t serial = world_account(w, "alice@a.com")->serial;
	char line[512];

	(void)state;
	assert_int_equal(strlen(SEED), 245);
	play_say_with(p, "ADL 5", SEED);
	play_hears(p, "ADL 5 OK");
	play_say_with(p, "ADL 6", "<ml l=\"1\"></ml>");
	play_hears(p, "ADL 6 OK");
	play_say_with(p, "ADL 7", "<ml l=\"1\"/>");
	play_hears(p, "ADL 7 OK");
	/* friends elsewhere whom the web services told of */
	play_say_with(p, "ADL 8",
	    "<ml l=\"1\"><d n=\"y.com\"><c n=\"yo\" l=\"3\" t=\"32\"/></d>"
	    "<t><c n=\"tel:+15551234567\" l=\"3\"/></t></ml>");
	play_hears(p, "ADL 8 OK");
	(void)snprintf(line, sizeof(line), "ADL 9 245\r\n%s", SEED);
	for (size_t i = 0; i < strlen(line); i += 7)
		play_say_bytes(p, line + i, size_min(7, strlen(line) - i));
	play_hears(p, "ADL 9 OK");
	play_hears_nothing(p);
	assert_int_equal(world_account(w, "alice@a.com")->serial, serial);
	assert_int_equal(world_account(w, "alice@a.com")->roster.ncontacts, 0);
	world_free(w);
}

/* covers: soap 11 #30 */
static void
long_lists_come_in_several_pieces(void **state)
{
	struct world *w = world_new();
	struct player *p = play_sign_in(w, "alice@a.com", "MSNP15");
	struct buf b = BUF_INIT(100000), both = BUF_INIT(200000);

	(void)state;
	buf_add_text(&b, "<ml l=\"1\"><d n=\"example.com\">");
	for (int i = 0; b.n < 7370; i++)
		buf_addf(&b, "<c n=\"somebody.%d\" l=\"3\" t=\"1\" />", i);
	buf_add_text(&b, "</d></ml>");
	for (int i = 5; i < 7; i++) {
		buf_addf(&both, "ADL %d %zu\r\n", i, b.n);
		buf_add_slice(&both, buf_slice(&b));
	}
	play_say_bytes(p, both.p, both.n);
	play_hears(p, "ADL 5 OK");
	play_hears(p, "ADL 6 OK");
	/* 64 KiB are read; so many people are not taken */
	buf_reset(&b);
	buf_add_text(&b, "<ml l=\"1\"><d n=\"example.com\">");
	for (int i = 0; b.n < 65000; i++)
		buf_addf(&b, "<c n=\"%d\" l=\"3\"/>", i);
	buf_add_text(&b, "</d></ml>");
	buf_add_char(&b, '\0');
	play_say_with(p, "ADL 7", b.p);
	play_hears(p, "241 7 0");
	play_say(p, "ADL 8 65537");
	play_is_closed(p, CLOSE_PAYLOAD_TOO_LONG);
	buf_free(&b);
	buf_free(&both);
	world_free(w);
}

#define ONE(attributes) \
	"<ml><d n=\"b.com\"><c n=\"bob\" " attributes "/></d></ml>"

/* covers: soap 11 #32, #59; ns-modern 11 #1, #3 */
static void
a_list_that_makes_no_sense_is_refused(void **state)
{
	static const struct {
		const char *payload, *error;
	} cases[] = {
		{ "", "241" },
		{ "<ml", "241" },
		{ "<lm/>", "241" },
		{ "<!DOCTYPE ml [<!ENTITY x \"y\">]><ml/>", "241" },
		{ "<ml><d n=\"b.com\"></d></ml>", "240" },
		{ "<ml l=\"1\"><d n=\"b.com\"/></ml>", "240" },
		{ "<ml><d><c n=\"bob\" l=\"1\" t=\"1\"/></d></ml>", "240" },
		{ "<ml><x n=\"b.com\"><c n=\"bob\" l=\"1\"/></x></ml>", "241" },
		{ "<ml><d n=\"b.com\"><x n=\"bob\" l=\"1\"/></d></ml>", "241" },
		{ "<ml><d n=\"b.com\"><c l=\"1\" t=\"1\"/></d></ml>", "241" },
		{ ONE("l=\"8\" t=\"1\""), "241" },
		{ ONE("l=\"16\" t=\"1\""), "241" },
		{ ONE("l=\"9\" t=\"1\""), "241" },
		{ ONE("l=\"0\" t=\"1\""), "241" },
		{ ONE("l=\"x\" t=\"1\""), "241" },
		{ ONE("l=\"-1\" t=\"1\""), "241" },
		{ ONE("t=\"1\""), "241" },
		{ ONE("l=\"6\" t=\"1\""), "241" },
		{ ONE("l=\"1\" t=\"77\""), "204" },
		{ ONE("l=\"1\" t=\"x\""), "204" },
		{ ONE("l=\"1\" t=\"32\""), "204" },
		{ "<ml l=\"1\"><d n=\"live.com\"><c n=\"00000000-0000-0000-"
		  "0009-96c9144c6bc6\" l=\"3\" t=\"9\"/></d></ml>",
		    "933" },
	};
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP18");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		play_say_with(p, "ADL 9", cases[i].payload);
		/* the length of its payload: programs-2 rule A */
		play_hearsf(p, "%s 9 0", cases[i].error);
		/* lists are dear */
		world_pass(w, 1000);
	}
	play_hears_nothing(p);
	assert_int_equal(world_account(w, "alice@a.com")->roster.ncontacts, 0);
	/* before there were circles */
	p = play_online(w, "old@a.com", "MSNP15");
	play_say_with(p, "ADL 9", ONE("l=\"1\" t=\"9\""));
	play_hears(p, "204 9 0");
	world_free(w);
}

#define BOB   "<c n=\"bob\" l=\"3\"/>"
#define WRONG "<c n=\"no&amp;body\" t=\"1\" l=\"3\"/>"

/*
 * field-runs 4: all or nothing.  The error is one that all read a payload
 * behind, in the form that all read (programs-1 0, 9; programs-2 rule A).
 */
static void
a_list_with_somebody_unknown_does_nothing_and_says_who(void **state)
{
	static const struct {
		const char *list, *who;
	} cases[] = {
		{ "<ml><d n=\"b.com\">" BOB WRONG "<c n=\"bert\" l=\"1\"/></d>"
		  "</ml>",
		    "<d n=\"b.com\"><c n=\"no&amp;body\" t=\"1\" /></d>" },
		{ "<ml><d n=\"b.com\">" BOB "</d><d n=\"x.com\">" WRONG
		  "</d><t><c n=\"15551234567\" l=\"1\"/></t></ml>",
		    "<d n=\"x.com\"><c n=\"no&amp;body\" t=\"1\" /></d>"
		    "<t><c n=\"15551234567\" t=\"4\" /></t>" },
		{ "<ml><d n=\"b@b\"><c n=\"bob\" l=\"1\"/></d></ml>",
		    "<d n=\"b@b\"><c n=\"bob\" t=\"1\" /></d>" },
	};
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP18");
	char line[80], want[400];

	(void)state;
	world_add(w, "bob@b.com", "");
	world_add(w, "bert@b.com", "");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		(void)snprintf(want, sizeof(want), "<ml>%s</ml>\r\n",
		    cases[i].who);
		(void)snprintf(line, sizeof(line), "241 9 %zu %zu",
		    strlen(want), strlen(want));
		play_say_with(p, "ADL 9", cases[i].list);
		assert_string_equal(play_hears_with(p, line), want);
		world_pass(w, 1000);
	}
	play_hears_nothing(p);
	assert_int_equal(world_account(w, "alice@a.com")->roster.ncontacts, 0);
	world_free(w);
}

/* field-runs 4.2: no program was seen to send it, and no harm is in it. */
static void
a_domain_may_come_twice(void **state)
{
	static const char list[] = "<ml><d n=\"b.com\">" BOB
				   "</d><d n=\"B.com\"><c n=\"bert\" l=\"2\"/>"
				   "</d></ml>";
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP18");

	(void)state;
	world_add(w, "bob@b.com", "");
	world_add(w, "bert@b.com", "");
	play_say_with(p, "ADL 9", list);
	play_hears(p, "ADL 9 OK");
	assert_int_equal(world_account(w, "alice@a.com")->roster.ncontacts, 2);
	play_say_with(p, "FQY 10", list);
	assert_string_equal(play_hears_with(p, "FQY 10 *"),
	    "<ml><d n=\"b.com\"><c n=\"bob\" t=\"1\"/></d>"
	    "<d n=\"B.com\"><c n=\"bert\" t=\"1\"/></d></ml>");
	play_say_with(p, "RML 11", list);
	play_hears(p, "RML 11 OK");
	assert_int_equal(world_account(w, "alice@a.com")->roster.ncontacts, 0);
	world_free(w);
}

/* covers: soap 11 #33 */
static void
a_later_list_is_a_change_and_shows_who_is_there(void **state)
{
	static const struct {
		const char *version, *seen, *note;
	} cases[] = {
		{ "MSNP13", "ILN 6 BSY bob@b.com Bob 32 0", NULL },
		{ "MSNP14", "ILN 6 BSY bob@b.com 1 Bob 32 0", NULL },
		{ "MSNP16", "ILN 6 BSY bob@b.com 1 Bob 32:0 0",
		    "UBX bob@b.com 1 0" },
		{ "MSNP18", "NLN BSY 1:bob@b.com Bob 32:0 0",
		    "UBX 1:bob@b.com 0" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world *w = world_new();
		struct player *alice, *bob;

		world_add(w, "bob@b.com", "Bob");
		bob = play_online(w, "bob@b.com", "MSNP9");
		play_say(bob, "CHG 6 BSY 32");
		alice = play_online(w, "alice@a.com", cases[i].version);
		play_ignore(bob);
		play_say_with(alice, "ADL 6", ONE("l=\"3\" t=\"1\""));
		play_hears(alice, "ADL 6 OK");
		play_hears(alice, cases[i].seen);
		if (cases[i].note != NULL)
			play_hears(alice, cases[i].note);
		play_hears_nothing(alice);
		play_hears_like(bob, "ADD 0 RL * alice@a.com alice@a.com");
		assert_int_equal(lists_of(w, "alice@a.com", "bob@b.com"),
		    LIST_FORWARD | LIST_ALLOW);
		assert_int_equal(lists_of(w, "bob@b.com", "alice@a.com"),
		    LIST_REVERSE | LIST_PENDING);
		/* what was done before is fine, and shown again */
		play_say_with(alice, "ADL 6", ONE("l=\"1\" t=\"1\""));
		play_hears(alice, "ADL 6 OK");
		play_hears(alice, cases[i].seen);
		world_free(w);
	}
}

static void
several_domains_and_telephones_go_in_one_list(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP15");
	struct buf b = BUF_INIT(10000);

	(void)state;
	/* more than a request could hold at once, none in memory */
	buf_add_text(&b, "<ml>");
	for (int i = 0; i < 12; i++) {
		char address[32];

		(void)snprintf(address, sizeof(address), "u%d@d%d.com", i, i);
		world_add(w, address, "");
		buf_addf(&b,
		    "<d n=\"D%d.com\"><c t=\"1\" l=\"3\" n=\"U%d\"/></d>", i,
		    i);
	}
	buf_add_text(&b, "<t><c n=\"tel:+15551234567\" l=\"1\"/></t></ml>");
	buf_add_char(&b, '\0');
	world_forget(w);
	play_say_with(p, "ADL 5", b.p);
	play_hears(p, "ADL 5 OK");
	play_hears_nothing(p);
	assert_int_equal(world_account(w, "alice@a.com")->roster.nforward, 13);
	assert_int_equal(lists_of(w, "alice@a.com", "u11@d11.com"),
	    LIST_FORWARD | LIST_ALLOW);
	assert_int_equal(lists_of(w, "alice@a.com", "tel:+15551234567"),
	    LIST_FORWARD);
	world_forget(w);
	play_say_with(p, "RML 6", b.p);
	play_hears(p, "RML 6 OK");
	assert_int_equal(world_account(w, "alice@a.com")->roster.ncontacts, 0);
	play_say_with(p, "RML 7", b.p);
	play_hears(p, "RML 7 OK");
	buf_free(&b);
	world_free(w);
}

static void
a_change_is_answered_when_it_is_durable(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP18");

	(void)state;
	world_add(w, "bob@b.com", "");
	world_add(w, "carol@b.com", "");
	world_forget(w);
	world_hold_commits(w);
	/* the last of them is there already: it changes nothing */
	play_say_with(p, "ADL 5",
	    "<ml><d n=\"b.com\"><c n=\"bob\" l=\"1\"/><c n=\"carol\" l=\"2\"/>"
	    "<c n=\"bob\" l=\"1\"/></d></ml>");
	play_hears_nothing(p);
	world_commit(w);
	play_hears(p, "ADL 5 OK");
	world_free(w);
}

static void
who_goes_while_a_list_is_at_work_takes_it_along(void **state)
{
	struct world *w = world_new();
	struct player *p;

	(void)state;
	world_add(w, "bob@b.com", "");
	world_add(w, "carol@b.com", "");
	for (int i = 0; i < 2; i++) {
		static const char *const said[] = {
			"ADL 5 77\r\n<ml><d n=\"b.com\"><c n=\"bob\" l=\"1\"/>"
			"<c n=\"carol\" l=\"2\"/></d></ml>     ",
			"FQY 5 77\r\n<ml><d n=\"b.com\"><c n=\"bob\"/>"
			"<c n=\"carol\"/></d></ml>                 "
		};

		p = play_sign_in(w, "alice@a.com", "MSNP18");
		world_forget(w);
		play_say_unsettled(p, said[i]);
		play_drop(p);
		world_settle(w);
		assert_false(play_is_open(p));
	}
	world_free(w);
}

static void
a_full_list_is_210(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP15");

	(void)state;
	world_add(w, "bob@b.com", "");
	world_add(w, "carol@b.com", "");
	world_core(w)->cfg.max_forward = 1;
	play_say_with(p, "ADL 5",
	    "<ml><d n=\"b.com\"><c n=\"bob\" l=\"1\"/>"
	    "<c n=\"carol\" l=\"1\"/></d></ml>");
	play_hears(p, "210 5 0");
	world_free(w);
}

/* covers: soap 11 #34 */
static void
blocking_and_removing_show_at_once(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob;

	(void)state;
	alice = play_online(w, "alice@a.com", "MSNP15");
	bob = play_online(w, "bob@b.com", "MSNP18");
	play_say_with(alice, "ADL 6", ONE("l=\"3\""));
	play_say_with(bob, "ADL 6",
	    "<ml><d n=\"a.com\"><c n=\"alice\" l=\"3\" t=\"1\"/></d></ml>");
	play_ignore(alice);
	play_ignore(bob);
	play_say_with(alice, "RML 7", ONE("l=\"2\" t=\"1\""));
	play_hears(alice, "RML 7 OK");
	play_say_with(alice, "ADL 8", ONE("l=\"4\" t=\"1\""));
	play_hears(alice, "ADL 8 OK");
	play_hears(bob, "FLN 1:alice@a.com 0:0");
	play_hears_nothing(bob);
	assert_int_equal(lists_of(w, "alice@a.com", "bob@b.com"),
	    LIST_FORWARD | LIST_BLOCK | LIST_REVERSE);
	/* the other order, and the halves alone */
	play_say_with(alice, "ADL 9", ONE("l=\"2\""));
	play_hears(alice, "ADL 9 OK");
	play_hears(bob, "NLN NLN 1:alice@a.com alice@a.com 32:0 0");
	play_say_with(alice, "RML 10", ONE("l=\"4\""));
	play_hears(alice, "RML 10 OK");
	play_hears_nothing(bob);
	/* who is not on my list is not told of */
	play_say_with(alice, "RML 11", ONE("l=\"1\""));
	play_hears(alice, "RML 11 OK");
	play_hears_with(bob, "NOT *");
	assert_string_equal(play_hears_with(bob, "RML 0 *"),
	    "<ml><d n=\"a.com\"><c n=\"alice\" t=\"1\" l=\"8\" /></d></ml>");
	play_say(bob, "CHG 12 AWY 32:0");
	play_hears(bob, "CHG 12 AWY 32:0");
	play_hears_nothing(alice);
	world_free(w);
}

/* covers: soap 11 #35; ns-modern 11 #5 */
static void
whoever_is_added_hears_of_it(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob;
	char want[64];
	const char *text;

	(void)state;
	world_add(w, "alice@a.com", "Alice%20%26%20Co");
	alice = play_online(w, "alice@a.com", "MSNP9");
	bob = play_online(w, "bob@b.com", "MSNP13");
	play_say(alice, "ADD 6 FL bob@b.com Bob");
	text = play_hears_with(bob, "NOT *");
	assert_non_null(strstr(text,
	    "<NOTIFICATION id=\"0\" siteid=\"45705\" "
	    "siteurl=\"http://contacts.msn.com\"><TO pid=\"0x"));
	assert_non_null(strstr(text,
	    "name=\"bob@b.com\"><VIA agent="
	    "\"messenger\"/></TO><MSG id=\"0\">"));
	(void)snprintf(want, sizeof(want), "&lt;CID&gt;%lld&lt;/CID&gt;",
	    (long long)account_cid(world_account(w, "bob@b.com")));
	assert_non_null(strstr(text, want));
	assert_non_null(
	    strstr(text, "&lt;Service&gt;ABCHInternal&lt;/Service&gt;"));
	assert_string_equal(play_hears_with(bob, "ADL 0 *"),
	    "<ml><d n=\"a.com\"><c n=\"alice\" t=\"1\" l=\"8\" "
	    "f=\"Alice%20%26%20Co\" /></d></ml>");
	play_hears_nothing(bob);
	play_say(alice, "REM 7 FL bob@b.com");
	(void)play_hears_with(bob, "NOT *");
	(void)play_hears_with(bob, "RML 0 *");
	/* oneself is no news */
	play_say_with(bob, "ADL 8", ONE("l=\"1\""));
	play_hears(bob, "ADL 8 OK");
	play_hears_like(bob, "ILN 8 NLN bob@b.com *");
	play_hears_nothing(bob);
	world_free(w);
}

/* covers: soap 11 #57 */
static void
a_change_at_one_place_is_told_at_the_other(void **state)
{
	struct world *w = world_new();
	struct player *here, *there;

	(void)state;
	world_add(w, "bob@b.com", "");
	here = play_online_at(w, "alice@a.com", "MSNP18",
	    "{7e3061d3-a564-477f-4e61-8b1c656bb596}");
	there = play_online_at(w, "alice@a.com", "MSNP16",
	    "{c8d443de-df66-4678-8951-9e6d282ac83b}");
	play_ignore(here);
	play_say_with(here, "ADL 6", ONE("l=\"2\""));
	play_hears(here, "ADL 6 OK");
	play_hears_nothing(here);
	(void)play_hears_with(there, "NOT *");
	play_hears_nothing(there);
	world_free(w);
}

/* covers: soap 11 #36 */
static void
fqy_tells_the_network_of_an_address(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP14");

	(void)state;
	world_add(w, "bob@b.com", "");
	world_add(w, "eve@b.com", "");
	world_add(w, "zoe@z.com", "");
	world_forget(w);
	play_say_with(p, "FQY 10",
	    "<ml><d n=\"b.com\"><c n=\"bob\"/></d></ml>");
	assert_string_equal(play_hears_with(p, "FQY 10 *"),
	    "<ml><d n=\"b.com\"><c n=\"bob\" t=\"1\"/></d></ml>");
	play_say_with(p, "FQY 11", "<ml><d n=\"b.com\"><c n=\"nn\"/></d></ml>");
	play_hears(p, "208 11 0");
	/* many at once: one line with all of them */
	world_forget(w);
	play_say_with(p, "FQY 12",
	    "<ml><d n=\"b.com\"><c n=\"bob\"/><c n=\"a&amp;b\"/><c n=\"eve\"/>"
	    "<c n=\"f\"/><c n=\"g\"/><c n=\"h\"/></d>"
	    "<d n=\"z.com\"><c n=\"zoe\"/></d></ml>");
	assert_string_equal(play_hears_with(p, "FQY 12 *"),
	    "<ml><d n=\"b.com\"><c n=\"bob\" t=\"1\"/><c n=\"a&amp;b\" t=\"0\"/>"
	    "<c n=\"eve\" t=\"1\"/><c n=\"f\" t=\"0\"/><c n=\"g\" t=\"0\"/>"
	    "<c n=\"h\" t=\"0\"/></d><d n=\"z.com\"><c n=\"zoe\" t=\"1\"/></d>"
	    "</ml>");
	play_say_with(p, "FQY 13", "<ml></ml>");
	play_hears(p, "241 13 0");
	play_say_with(p, "FQY 14", "<ml><t><c n=\"tel:+1555\"/></t></ml>");
	play_hears(p, "241 14 0");
	play_hears_nothing(p);
	p = play_online(w, "old@a.com", "MSNP13");
	play_say_with(p, "FQY 10",
	    "<ml><d n=\"b.com\"><c n=\"bob\"/></d></ml>");
	play_hears(p, "502 10 0");
	world_free(w);
}

/* covers: soap 11 #37, #38 */
static void
settings_are_echoed_however_often_they_are_said(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP15");
	struct player *bob = play_online(w, "bob@b.com", "MSNP14");

	(void)state;
	play_say_with(bob, "ADL 6",
	    "<ml><d n=\"a.com\"><c n=\"alice\" l=\"1\"/></d></ml>");
	play_ignore(bob);
	play_ignore(alice);
	play_say(alice, "PRP 6 MFN Alice%20B");
	play_hears(alice, "PRP 6 MFN Alice%20B");
	play_hears(bob, "NLN NLN alice@a.com 1 Alice%20B 32 0");
	play_say(alice, "BLP 7 AL\r\nBLP 8 AL\r\nBLP 9 BL\r\nBLP 10 BL");
	play_hears(alice, "BLP 7 AL");
	play_hears(alice, "BLP 8 AL");
	play_hears(alice, "BLP 9 BL");
	play_hears(alice, "BLP 10 BL");
	play_hears(bob, "FLN alice@a.com 1 0");
	play_say(alice, "PRP 11 MBE N\r\nPRP 12 PHH 555\r\nPRP 13 PHH");
	play_hears(alice, "PRP 11 MBE N");
	play_hears(alice, "PRP 12 PHH 555");
	play_hears(alice, "PRP 13 PHH");
	play_hears_nothing(alice);
	world_free(w);
}

/* covers: soap 11 #56 */
static void
what_the_web_services_took_over_is_502(void **state)
{
	static const char *const versions[] = { "MSNP13", "MSNP18" };
	static const char *const lines[] = { "SYN 9 0", "ADC 9 FL N=b@b.b",
		"ADD 9 FL b@b.b b", "REM 9 FL b@b.b", "ADG 9 g", "RMG 9 1",
		"REG 9 1 g", "GTC 9 A", "SBP 9 a b c", "REA 9 a@a.com b",
		"SYN 9" };
	struct world *w = world_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		struct player *p = play_online(w, "alice@a.com", versions[i]);

		for (size_t k = 0; k < ARRAY_LEN(lines); k++) {
			play_say(p, lines[k]);
			play_hears(p, "502 9 0");
		}
		play_hears_nothing(p);
	}
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_list_is_taken_and_changes_nothing),
		cmocka_unit_test(long_lists_come_in_several_pieces),
		cmocka_unit_test(a_list_that_makes_no_sense_is_refused),
		cmocka_unit_test(
		    a_list_with_somebody_unknown_does_nothing_and_says_who),
		cmocka_unit_test(a_domain_may_come_twice),
		cmocka_unit_test(
		    a_later_list_is_a_change_and_shows_who_is_there),
		cmocka_unit_test(several_domains_and_telephones_go_in_one_list),
		cmocka_unit_test(a_change_is_answered_when_it_is_durable),
		cmocka_unit_test(
		    who_goes_while_a_list_is_at_work_takes_it_along),
		cmocka_unit_test(a_full_list_is_210),
		cmocka_unit_test(blocking_and_removing_show_at_once),
		cmocka_unit_test(whoever_is_added_hears_of_it),
		cmocka_unit_test(a_change_at_one_place_is_told_at_the_other),
		cmocka_unit_test(fqy_tells_the_network_of_an_address),
		cmocka_unit_test(
		    settings_are_echoed_however_often_they_are_said),
		cmocka_unit_test(what_the_web_services_took_over_is_502),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
