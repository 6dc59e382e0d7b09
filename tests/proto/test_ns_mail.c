/* SPDX-License-Identifier: MIT */
/* Messages for people who are away, at the notification server. */
#include "core/talk/mailbox.h"
#include "tests/proto/play.h"

#include <string.h>

#define TEXT                                                               \
	"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n" \
	"Dest-Agent: client\r\n\r\nsee you"
#define HEAD "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgs"

/* Eve sends, bob is away. */
struct stage {
	struct world *w;
	struct player *eve;
};

static struct stage
stage_new(void)
{
	struct stage t = { .w = world_new() };

	world_add(t.w, "bob@b.com", "Bob");
	world_add(t.w, "eve@e.com", "E%20\xE2\x98\x83");
	t.eve = play_online(t.w, "eve@e.com", "MSNP18");
	play_ignore(t.eve);
	return t;
}

static void
send_by(struct player *p, unsigned n)
{
	while (n-- > 0) {
		play_say_with(p, "UUM 5 bob@b.com 1 1", TEXT);
		play_hears_nothing(p);
	}
}

static void
send_some(struct stage *t, unsigned n)
{
	send_by(t->eve, n);
}

/* Bob comes; what he is told behind the echo of his CHG is next. */
static struct player *
bob_comes(struct stage *t, const char *dialect)
{
	struct player *bob = play_sign_in(t->w, "bob@b.com", dialect);

	play_say(bob, "CHG 7 NLN 0");
	play_hears(bob, "CHG 7 NLN 0");
	return bob;
}

static void
skip_own_places(struct player *bob, const char *dialect)
{
	if (strcmp(dialect, "MSNP16") == 0 || strcmp(dialect, "MSNP18") == 0) {
		(void)play_hears_with(bob, "UBX *");
		(void)play_hears_like(bob, "NLN *");
	}
}

static void
hears_type(struct player *p, const char *type, const char *words)
{
	const char *payload = play_hears_with(p, "MSG Hotmail Hotmail *");

	assert_memory_equal(payload, HEAD, strlen(HEAD));
	payload += strlen(HEAD);
	assert_memory_equal(payload, type, strlen(type));
	if (strstr(payload, words) == NULL)
		fail_msg("no %s in %s", words, payload);
}

/* covers: soap 11 #53, #105; field-notes 16 */
static void
each_version_is_told_at_first_what_waits(void **state)
{
	static const char *const dialects[] = { "MSNP11", "MSNP12", "MSNP13",
		"MSNP14", "MSNP15", "MSNP16", "MSNP18" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct stage t = stage_new();
		struct player *bob;

		send_some(&t, 2);
		bob = bob_comes(&t, dialects[i]);
		skip_own_places(bob, dialects[i]);
		hears_type(bob, "initialmdatanotification; charset=UTF-8\r\n",
		    "\r\n\r\nMail-Data: <MD><E><I>0</I><IU>0</IU><O>0</O><OU>0"
		    "</OU></E><Q><QTM>409600</QTM><QNM>204800</QNM></Q>"
		    "<M><T>11</T><S>6</S><RT>");
		play_hears_nothing(bob);
		play_say(bob, "CHG 8 BSY 0");
		play_hears(bob, "CHG 8 BSY 0");
		if (i >= 5)
			skip_own_places(bob, dialects[i]);
		play_hears_nothing(bob);
		world_free(t.w);
	}
}

static void
versions_without_mail_data_are_told_how_many_wait(void **state)
{
	static const char *const dialects[] = { "MSNP8", "MSNP9", "MSNP10" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct stage t = stage_new();
		struct player *bob;

		send_some(&t, 3);
		bob = bob_comes(&t, dialects[i]);
		hears_type(bob, "initialemailnotification; charset=UTF-8\r\n",
		    "\r\n\r\nInbox-Unread: 3\r\nFolders-Unread: 0\r\n");
		play_hears_nothing(bob);
		/* he seems to be away */
		play_say(bob, "CHG 8 HDN 0");
		play_hears(bob, "CHG 8 HDN 0");
		send_some(&t, 1);
		hears_type(bob, "emailnotification; charset=UTF-8\r\n",
		    "From-Addr: eve@e.com\r\n");
		world_free(t.w);
	}
}

static void
nobody_is_told_of_an_empty_mailbox(void **state)
{
	static const char *const dialects[] = { "MSNP8", "MSNP11", "MSNP15" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct stage t = stage_new();

		play_hears_nothing(bob_comes(&t, dialects[i]));
		world_free(t.w);
	}
}

/* covers: soap 11 #106 */
static void
more_than_25_are_too_many_to_list(void **state)
{
	struct stage t = stage_new();
	struct player *bob;
	const char *payload;

	(void)state;
	send_some(&t, 25);
	bob = bob_comes(&t, "MSNP15");
	payload = play_hears_with(bob, "MSG Hotmail Hotmail *");
	for (int i = 0; i < 25; i++) {
		payload = strstr(payload, "<E>eve@e.com</E>");
		assert_non_null(payload);
		payload++;
	}
	play_hang_up(bob);
	send_some(&t, 1);
	bob = bob_comes(&t, "MSNP15");
	hears_type(bob, "initialmdatanotification; charset=UTF-8\r\n",
	    "\r\n\r\nMail-Data: too-large\r\nInbox-URL: ");
	world_free(t.w);
}

static void
who_hides_is_told_at_once(void **state)
{
	struct stage t = stage_new();
	struct player *bob = play_sign_in(t.w, "bob@b.com", "MSNP12");

	(void)state;
	/* not before the first announcement, which tells it all */
	send_some(&t, 1);
	play_hears_nothing(bob);
	play_say(bob, "CHG 7 HDN 0");
	play_hears(bob, "CHG 7 HDN 0");
	hears_type(bob, "initialmdatanotification;", "<I>");
	send_some(&t, 1);
	hears_type(bob, "oimnotification; charset=UTF-8\r\n",
	    "\r\n\r\nMail-Data: <MD><M><T>11</T><S>6</S><RS>0</RS><SZ>7</SZ>"
	    "<E>eve@e.com</E><I>");
	play_hears_nothing(bob);
	world_free(t.w);
}

static void
the_sender_is_named_in_an_encoded_word(void **state)
{
	struct stage t = stage_new();
	struct player *bob;

	(void)state;
	send_some(&t, 1);
	bob = bob_comes(&t, "MSNP11");
	/* E, a blank and a snowman */
	hears_type(bob, "initialmdata", "<N>=?utf-8?B?RSDimIM=?=</N></M></MD>");
	world_free(t.w);
}

static void
who_does_not_want_it_gets_none(void **state)
{
	struct stage t = stage_new();
	struct player *bob = play_online(t.w, "bob@b.com", "MSNP9");

	(void)state;
	play_say(bob, "ADD 9 BL eve@e.com eve@e.com");
	play_hang_up(bob);
	play_ignore(t.eve);
	play_say_with(t.eve, "UUM 6 bob@b.com 1 1", TEXT);
	play_hears(t.eve, "217 6 0");
	play_say_with(t.eve, "UUM 7 nobody@b.com 1 1", TEXT);
	play_hears(t.eve, "217 7 0");
	play_say_with(t.eve, "UUM 8 nobody 1 1", TEXT);
	play_hears(t.eve, "217 8 0");
	assert_int_equal(mailbox_count(world_account(t.w, "bob@b.com")), 0);
	world_free(t.w);
}

static void
only_plain_text_is_kept(void **state)
{
	struct stage t = stage_new();

	(void)state;
	play_say_with(t.eve, "UUM 6 bob@b.com 1 1",
	    "Content-Type: text/x-msmsgscontrol\r\n\r\nx");
	play_hears(t.eve, "217 6 0");
	play_say_with(t.eve, "UUM 7 bob@b.com 1 1", "no headers");
	play_hears(t.eve, "217 7 0");
	play_say_with(t.eve, "UUM 8 bob@b.com 1 1",
	    "Content-Type: text/plain\r\n\r\n");
	play_hears(t.eve, "201 8 0");
	play_say_with(t.eve, "UUM 9 bob@b.com 1 1",
	    "Content-Type: text/plain\r\n\r\n\xff");
	play_hears(t.eve, "201 9 0");
	assert_int_equal(mailbox_count(world_account(t.w, "bob@b.com")), 0);
	world_free(t.w);
}

static void
refused(struct player *p, const char *number)
{
	play_say_with(p, "UUM 6 bob@b.com 1 1", TEXT);
	play_hears_like(p, number);
}

/* So many of one sender, and no more; it takes two minutes. */
static void
use_share(struct stage *t, struct player *p, unsigned share)
{
	unsigned first = share < MAIL_PER_MINUTE ? share : MAIL_PER_MINUTE;

	send_by(p, first);
	refused(p, "713 6 0");
	world_pass(t->w, 61000);
	play_ignore(p);
	send_by(p, share - first);
	world_pass(t->w, 61000);
	play_ignore(p);
	/* not for having been quick: too many of one, or all are */
	refused(p, "[79]1[03] 6 0");
}

static void
nobody_fills_a_mailbox_alone_and_strangers_not_at_all(void **state)
{
	static const char *const friends[] = { "f1@f.com", "f2@f.com" };
	static const unsigned shares[] = { MAIL_PER_SENDER,
		MAIL_PER_SENDER / 2 };
	struct stage t = stage_new();
	struct player *p, *bob;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(friends); i++)
		world_add(t.w, friends[i], "F");
	world_add(t.w, "sam@s.com", "S");
	world_add(t.w, "tom@t.com", "T");
	bob = play_online(t.w, "bob@b.com", "MSNP9");
	play_say(bob, "ADD 8 AL f1@f.com f1@f.com");
	play_say(bob, "ADD 9 AL f2@f.com f2@f.com");
	play_say(bob, "OUT");
	world_settle(t.w);
	use_share(&t, t.eve, MAIL_PER_SENDER);
	p = play_online(t.w, "sam@s.com", "MSNP18");
	play_ignore(p);
	use_share(&t, p, MAIL_PER_SENDER);
	assert_int_equal(mailbox_count(world_account(t.w, "bob@b.com")),
	    MAIL_STRANGERS);
	/* the third stranger finds no room, whoever bob knows does */
	p = play_online(t.w, "tom@t.com", "MSNP18");
	play_ignore(p);
	refused(p, "910 6 0");
	for (size_t i = 0; i < ARRAY_LEN(friends); i++) {
		p = play_online(t.w, friends[i], "MSNP18");
		play_ignore(p);
		use_share(&t, p, shares[i]);
	}
	/* four filled it as far as they may, and there is room for others */
	assert_int_equal(mailbox_count(world_account(t.w, "bob@b.com")),
	    MAILBOX_MAX - shares[1]);
	world_free(t.w);
}

static void
nobody_is_told_before_it_is_durable(void **state)
{
	struct stage t = stage_new();
	struct player *bob = play_sign_in(t.w, "bob@b.com", "MSNP12");

	(void)state;
	play_say(bob, "CHG 7 HDN 0");
	play_hears(bob, "CHG 7 HDN 0");
	world_hold_commits(t.w);
	send_some(&t, 1);
	play_hears_nothing(bob);
	world_commit(t.w);
	hears_type(bob, "oimnotification;", "<E>eve@e.com</E>");
	world_free(t.w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_version_is_told_at_first_what_waits),
		cmocka_unit_test(
		    versions_without_mail_data_are_told_how_many_wait),
		cmocka_unit_test(nobody_is_told_of_an_empty_mailbox),
		cmocka_unit_test(more_than_25_are_too_many_to_list),
		cmocka_unit_test(who_hides_is_told_at_once),
		cmocka_unit_test(the_sender_is_named_in_an_encoded_word),
		cmocka_unit_test(who_does_not_want_it_gets_none),
		cmocka_unit_test(only_plain_text_is_kept),
		cmocka_unit_test(
		    nobody_fills_a_mailbox_alone_and_strangers_not_at_all),
		cmocka_unit_test(nobody_is_told_before_it_is_durable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
