/* SPDX-License-Identifier: MIT */
/* Signing in with the versions of the Live years. */
#include "common/codec/base64.h"
#include "ns/msnp/sso.h"
#include "tests/proto/play.h"

#include <stdio.h>
#include <string.h>

#define GUID  "{7e3061d3-a564-477f-4e61-8b1c656bb596}"
#define OTHER "{C8D443DE-DF66-4678-8951-9E6D282AC83B}"

/* covers: soap 11 #1, #2, #3 */
static void
the_highest_common_version_is_chosen(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect(w);

	(void)state;
	play_say(p, "VER 1 MSNP99 MSNP15 CVR0");
	play_hears(p, "VER 1 MSNP15 CVR0");
	p = play_connect(w);
	play_say(p, "VER 1 MSNP16 MSNP15 MSNP14 MSNP13 CVR0");
	play_hears(p, "VER 1 MSNP16 CVR0");
	p = play_connect(w);
	play_say(p, "VER 1 MSNP21 MSNP20 MSNP19 MSNP18 MSNP17");
	play_hears(p, "VER 1 MSNP18");
	p = play_connect(w);
	play_say(p, "VER 1 MSNP99 CVR0");
	play_hears(p, "VER 1 0");
	play_is_closed(p, CLOSE_NO_DIALECT);
	world_free(w);
}

/* covers: soap 11 #5, #6 */
static void
cvr_has_eight_words_or_nine(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect(w);

	(void)state;
	play_say(p, "VER 1 MSNP18");
	play_ignore(p);
	play_say(p,
	    "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 8.5.1302 BC01 a@a.com");
	play_hears_like(p,
	    "CVR 2 8.5.1302 8.5.1302 8.5.1302 http://* http://*");
	play_say(p,
	    "CVR 3 0x0409 winnt 6.1.0 i386 MSNMSGR 15.4.3502.0922 MSNMSGR "
	    "a@a.com VmVyc2lvbjogMQ0KWGZyQ291bnQ6IDENCg==");
	play_hears_like(p, "CVR 3 15.4.3502.0922 15.4.3502.0922 * http://* *");
	play_say(p,
	    "CVR 4 0x0409 mac 10.14.6 i386 macmsgs 8.0.1 macmsgs a@a.com");
	play_hears_like(p, "CVR 4 8.0.1 8.0.1 8.0.1 http://* http://*");
	world_free(w);
}

static void
hears_the_beginning(struct player *p)
{
	play_hears(p, "VER 1 MSNP18 CVR0");
	play_hears_like(p, "CVR 2 14.0 14.0 14.0 *");
	(void)play_hears_with(p, "GCF 0 *");
	play_hears_like(p, "USR 3 SSO S MBI_KEY_OLD *");
	play_hears_nothing(p);
}

/* covers: soap 11 #7, #8, #9 */
static void
three_commands_come_as_one_or_byte_by_byte(void **state)
{
	static const char text[] =
	    "VER 1 MSNP18 CVR0\nCVR 2 0x0409 winnt 6.1 i386 MSNMSGR 14.0 "
	    "msmsgs a@a.com\nUSR 3 SSO I a@a.com\n";
	struct world *w = world_new();
	struct player *p = play_connect(w);

	(void)state;
	play_say_bytes(p, text, sizeof(text) - 1);
	hears_the_beginning(p);
	p = play_connect(w);
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		play_say_bytes(p, text + i, 1);
	hears_the_beginning(p);
	world_free(w);
}

/* covers: soap 11 #10, #11, #12, #20 */
static void
twn_serves_all_and_may_bring_a_machine(void **state)
{
	static const char *const versions[] = { "MSNP13", "MSNP14", "MSNP15",
		"MSNP16", "MSNP18" };
	struct world *w = world_new();

	(void)state;
	world_add(w, "alice@a.com", "");
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		char ticket[TOKEN_TEXT_MAX + 16];
		struct player *p = play_connect(w);

		play_challenge(p, "alice@a.com", versions[i]);
		assert_null(strchr(play_word(p, 4), ' '));
		/* the Mac's extra word; elsewhere '&' may be encoded */
		(void)snprintf(ticket, sizeof(ticket), "%s",
		    world_ticket(w, "alice@a.com", TOKEN_TICKET_LONG));
		if (i % 2 == 0)
			memcpy(strchr(ticket, '&'), "%26p=", 6);
		play_sayf(p, "USR 4 TWN S %s 235411cb78234a468feb6f1bccca43fd",
		    ticket);
		play_hears(p, "USR 4 OK alice@a.com 1 0");
		play_hears(p, "SBS 0 null");
		(void)play_hears_with(p, "MSG Hotmail Hotmail *");
		if (i >= 3)
			play_hears(p,
			    i == 3 ? "UBX alice@a.com 1 0"
				   : "UBX 1:alice@a.com 0");
		play_hears_nothing(p);
	}
	world_free(w);
}

static void
sso_begins_with_15(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect(w);

	(void)state;
	play_say(p, "VER 1 MSNP14");
	play_ignore(p);
	play_say(p, "USR 2 SSO I alice@a.com");
	play_hears(p, "911 2 0");
	play_is_closed(p, CLOSE_AUTH_FAILED);
	world_free(w);
}

/* What hears who has just come in, at this version. */
static void
hears_welcome(struct player *p, const char *own)
{
	const char *profile;

	play_hears(p, "USR 3 OK alice@a.com 1 0");
	play_hears(p, "SBS 0 null");
	profile = play_hears_with(p, "MSG Hotmail Hotmail *");
	assert_non_null(strstr(profile, "\r\nABCHMigrated: 1\r\n"));
	/* port 0x1234 with its bytes the other way round */
	assert_non_null(strstr(profile, "\r\nClientPort: 13330\r\n"));
	assert_true((strstr(profile, "\r\nMPOPEnabled: 1\r\n") != NULL) ==
	    (own != NULL));
	assert_string_equal(profile + strlen(profile) - 4, "\r\n\r\n");
	if (own != NULL)
		play_hears(p, own);
	play_hears_nothing(p);
}

/* covers: soap 11 #13, #21, #22; ns-modern 11 #4 */
static void
sso_gives_a_nonce_and_takes_its_proof(void **state)
{
	static const struct {
		const char *version, *guid, *own;
	} cases[] = {
		{ "MSNP15", "", NULL },
		{ "MSNP16", GUID, "UBX alice@a.com 1 0" },
		{ "MSNP18", "7E3061D3-A564-477F-4E61-8B1C656BB596",
		    "UBX 1:alice@a.com 0" },
	};
	struct world *w = world_new();
	char last[SSO_NONCE_TEXT + 1] = "";

	(void)state;
	world_add(w, "alice@a.com", "");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct player *p = play_connect(w);
		char ticket[TOKEN_TEXT_MAX + 16], nonce[SSO_NONCE_TEXT + 1];

		(void)snprintf(nonce, sizeof(nonce), "%s",
		    play_challenge_sso(p, "alice@a.com", cases[i].version));
		assert_string_not_equal(nonce, last);
		memcpy(last, nonce, sizeof(last));
		(void)snprintf(ticket, sizeof(ticket), "%s",
		    world_ticket(w, "alice@a.com", TOKEN_TICKET_PROVEN));
		play_sayf(p, "USR 3 SSO S %s %s %s", ticket,
		    play_proof(w, ticket, nonce), cases[i].guid);
		hears_welcome(p, cases[i].own);
		play_hang_up(p);
	}
	world_free(w);
}

/* USR S with these words is refused. */
static void
refused(struct world *w, const char *version, const char *ticket,
    const char *proof, const char *guid)
{
	struct player *p = play_connect(w);
	char nonce[SSO_NONCE_TEXT + 1];

	(void)snprintf(nonce, sizeof(nonce), "%s",
	    play_challenge_sso(p, "alice@a.com", version));
	play_sayf(p, "USR 3 SSO S %s %s %s", ticket,
	    proof != NULL ? proof : play_proof(w, ticket, nonce), guid);
	play_hears(p, "911 3 0");
	play_is_closed(p, CLOSE_AUTH_FAILED);
}

/* covers: soap 11 #16, #17, #18, #19 */
static void
whoever_cannot_prove_it_is_refused(void **state)
{
	struct world *w = world_new();
	struct player *p = play_connect(w);
	char mine[TOKEN_TEXT_MAX + 16], theirs[TOKEN_TEXT_MAX + 16];
	char nonce[SSO_NONCE_TEXT + 1];

	(void)state;
	world_add(w, "alice@a.com", "");
	world_add(w, "bob@b.com", "");
	(void)snprintf(mine, sizeof(mine), "%s",
	    world_ticket(w, "alice@a.com", TOKEN_TICKET_PROVEN));
	(void)snprintf(theirs, sizeof(theirs), "%s",
	    world_ticket(w, "bob@b.com", TOKEN_TICKET_PROVEN));
	(void)snprintf(nonce, sizeof(nonce), "%s",
	    play_challenge_sso(p, "alice@a.com", "MSNP18"));
	/* of another connection, of nobody, and none */
	refused(w, "MSNP18", mine, play_proof(w, mine, nonce), GUID);
	refused(w, "MSNP18", mine, "AAAA", GUID);
	refused(w, "MSNP15", mine, "", "");
	/* bob's, all of it in order */
	refused(w, "MSNP15", theirs, NULL, "");
	refused(w, "MSNP15", "t=x&p=", "AAAA", "");
	/* no machine, or nonsense */
	refused(w, "MSNP16", mine, NULL, "");
	refused(w, "MSNP18", mine, NULL, "{1}");
	/* TWN does not continue what SSO began */
	play_sayf(p, "USR 3 TWN S %s", mine);
	play_hears(p, "911 3 0");
	play_is_closed(p, CLOSE_AUTH_FAILED);
	world_free(w);
}

/* covers: soap 11 #23 */
static void
nothing_is_served_before_the_sign_in(void **state)
{
	static const char *const lines[] = { "ADL 3 15\r\n<ml l=\"1\"></ml>",
		"UUN 3 a@a.com 1 0\r\n", "CHG 3 NLN 0", "UUX 3 0\r\n",
		"FQY 3 9\r\n<ml></ml>" };
	struct world *w = world_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct player *p = play_connect(w);

		(void)play_challenge_sso(p, "a@a.com", "MSNP18");
		play_say(p, lines[i]);
		play_is_closed(p, CLOSE_WRONG_STATE);
	}
	world_free(w);
}

/* covers: soap 11 #24, #25 */
static void
who_shares_an_account_depends_on_version_and_machine(void **state)
{
	struct world *w = world_new();
	struct player *a = play_sign_in_at(w, "alice@a.com", "MSNP18", GUID);
	struct player *b = play_sign_in_at(w, "alice@a.com", "MSNP16", OTHER);
	struct player *c;

	(void)state;
	play_hears_like(a, "UBX 1:alice@a.com 0");
	play_hears_nothing(a);
	c = play_sign_in_at(w, "alice@a.com", "MSNP18", GUID);
	play_hears(a, "OUT OTH");
	play_is_closed(a, CLOSE_ELSEWHERE);
	play_ignore(b);
	play_hears_nothing(b);
	a = play_sign_in(w, "alice@a.com", "MSNP15");
	play_hears(b, "OUT OTH");
	play_hears(c, "OUT OTH");
	b = play_sign_in(w, "alice@a.com", "MSNP15");
	play_hears(a, "OUT OTH");
	play_is_closed(a, CLOSE_ELSEWHERE);
	play_hears_nothing(b);
	world_free(w);
}

static void
dispatch_refers_in_the_words_of_the_version(void **state)
{
	struct world *w = world_new();
	struct player *p;

	(void)state;
	world_config(w)->dispatch = true;
	world_reload(w);
	p = play_connect(w);
	play_say(p, "VER 1 MSNP15");
	play_ignore(p);
	play_say(p, "USR 2 SSO I alice@a.com");
	play_hears(p, "XFR 2 NS 192.0.2.1:1863 U D");
	play_is_closed(p, CLOSE_REFERRED);
	world_free(w);
}

/* covers: soap 11 #26 */
static void
small_commands_are_answered_as_ever(void **state)
{
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP18");

	(void)state;
	play_say(p, "PNG");
	play_hears(p, "QNG 60");
	play_say(p, "LKP 3 x\r\nGSB 4");
	play_hears_nothing(p);
	play_say(p, "SND 5 x@y.com 0x0409");
	play_hears(p, "SND 5 OK");
	play_say(p,
	    "SDC 6 x@y.com 0x0409 MSMSGS WindowsMessenger X X A 2\r\nhi");
	play_hears(p, "SDC 6 OK");
	play_say(p, "VAS 7 bob@b.com 1 2 3\r\nbad");
	play_hears_nothing(p);
	play_say(p, "GCF 8 Shields.xml");
	(void)play_hears_with(p, "GCF 8 Shields.xml *");
	play_say(p, "QRY 9 PROD0119GSJUC$18 2\r\nxx");
	play_hears(p, "QRY 9");
	play_say(p, "USR 11 SSO I alice@a.com");
	play_hears(p, "207 11 0");
	play_hears_nothing(p);
	world_free(w);
}

/* A ticket as the address book has it, with this seal. */
static void
say_circle_ticket(struct player *p, const char *declaration, struct slice seal)
{
	struct buf text = BUF_INIT(4096), word = BUF_INIT(8000);

	buf_add_text(&text, declaration);
	buf_add_text(&text,
	    "<SignedTicket ver=\"1\" keyVer=\"1\"><Data>AAAA</Data><Sig>");
	base64_encode(&text, seal);
	buf_add_text(&text, "</Sig></SignedTicket>");
	base64_encode(&word, buf_slice(&text));
	play_sayf(p, "USR 30 SHA A " SLICE_FMT, SLICE_ARG(buf_slice(&word)));
	buf_free(&text);
	buf_free(&word);
}

/* covers: soap 11 #58 */
static void
the_ticket_of_the_address_book_is_known(void **state)
{
	static const char utf16[] =
	    "<?xml version=\"1.0\" encoding=\"utf-16\"?>";
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP18");
	struct buf mine = BUF_INIT(200), theirs = mine, other = mine;

	(void)state;
	world_add(w, "bob@b.com", "");
	signin_issue(world_core(w), world_account(w, "alice@a.com"), TOKEN_WEB,
	    &mine);
	signin_issue(world_core(w), world_account(w, "bob@b.com"), TOKEN_WEB,
	    &theirs);
	signin_issue(world_core(w), world_account(w, "alice@a.com"),
	    TOKEN_COOKIE, &other);
	say_circle_ticket(p, utf16, buf_slice(&mine));
	play_hears(p, "USR 30 OK alice@a.com 0 0");
	say_circle_ticket(p, "", buf_slice(&mine));
	play_hears(p, "USR 30 OK alice@a.com 0 0");
	mine.p[mine.n - 3] ^= 1;
	say_circle_ticket(p, utf16, buf_slice(&mine));
	play_hears(p, "911 30 0");
	say_circle_ticket(p, utf16, buf_slice(&theirs));
	play_hears(p, "911 30 0");
	say_circle_ticket(p, utf16, buf_slice(&other));
	play_hears(p, "911 30 0");
	say_circle_ticket(p, "<?xml", buf_slice(&other));
	play_hears(p, "911 30 0");
	play_say(p, "USR 31 SHA A AAAA\r\nUSR 32 SHA A !\r\nUSR 33 SHA A");
	play_hears(p, "911 31 0");
	play_hears(p, "911 32 0");
	play_hears(p, "207 33 0");
	play_hears_nothing(p);
	buf_free(&mine);
	buf_free(&theirs);
	buf_free(&other);
	world_free(w);
}

/* covers: soap 11 #54 */
static void
url_has_three_values(void **state)
{
	static const char *const asked[] = { "MOBILE", "PROFILE 0x0409",
		"CHGMOB", "INBOX" };
	struct world *w = world_new();
	struct player *p = play_online(w, "alice@a.com", "MSNP16");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		play_sayf(p, "URL 12 %s", asked[i]);
		play_hears_like(p, "URL 12 /* http* [0-9]");
	}
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_highest_common_version_is_chosen),
		cmocka_unit_test(cvr_has_eight_words_or_nine),
		cmocka_unit_test(three_commands_come_as_one_or_byte_by_byte),
		cmocka_unit_test(twn_serves_all_and_may_bring_a_machine),
		cmocka_unit_test(sso_begins_with_15),
		cmocka_unit_test(sso_gives_a_nonce_and_takes_its_proof),
		cmocka_unit_test(whoever_cannot_prove_it_is_refused),
		cmocka_unit_test(nothing_is_served_before_the_sign_in),
		cmocka_unit_test(
		    who_shares_an_account_depends_on_version_and_machine),
		cmocka_unit_test(dispatch_refers_in_the_words_of_the_version),
		cmocka_unit_test(small_commands_are_answered_as_ever),
		cmocka_unit_test(the_ticket_of_the_address_book_is_known),
		cmocka_unit_test(url_has_three_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
