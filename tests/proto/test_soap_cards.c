/* SPDX-License-Identifier: MIT */
/*
 * People in the address book who are no Messenger users (soap 4.1 and 4.4,
 * "remove from Messenger but keep the card").
 */
#include "tests/proto/soap_play.h"

#define EMAIL(type, address, enabled)                                     \
	"<emails><ContactEmail><contactEmailType>" type                   \
	"</contactEmailType><email>" address "</email>"                   \
	"<isMessengerEnabled>" enabled "</isMessengerEnabled>"            \
	"<propertiesChanged>Email IsMessengerEnabled</propertiesChanged>" \
	"</ContactEmail></emails>"

static void
add(struct caller *c, const char *info)
{
	char inside[2000];

	(void)snprintf(inside, sizeof(inside),
	    "<contacts><Contact><contactInfo>%s</contactInfo></Contact>"
	    "</contacts>",
	    info);
	call_book(c, "ABContactAdd", inside);
	caller_good(c, "ABContactAddResponse");
	caller_keep(c->contact, sizeof(c->contact),
	    caller_text(c, "ABContactAddResult/guid"));
}

static void
change(struct caller *c, const char *info, const char *words)
{
	char inside[2000];

	(void)snprintf(inside, sizeof(inside),
	    "<contacts><Contact><contactId>%s</contactId><contactInfo>%s"
	    "</contactInfo><propertiesChanged>%s</propertiesChanged></Contact>"
	    "</contacts>",
	    c->contact, info, words);
	call_book(c, "ABContactUpdate", inside);
}

static void
changes(struct caller *c, const char *info, const char *words)
{
	change(c, info, words);
	caller_good(c, "ABContactUpdateResponse");
}

/* The contact c->contact in what was just answered; NULL: not there. */
static const struct xml_node *
found(struct caller *c)
{
	const struct xml_node *all =
	    xml_path(c->body, "ABFindAllResult/contacts");

	assert_non_null(all);
	XML_EACH(it, all)
		if (slice_eq_text(xml_child_text(it, "contactId"), c->contact))
			return it;
	return NULL;
}

/* It says this, or (text NULL) nothing. */
static void
says(struct caller *c, const char *path, const char *text)
{
	const struct xml_node *k, *n;

	book_find_all(c);
	k = found(c);
	assert_non_null(k);
	n = xml_path(xml_child(k, "contactInfo"), path);
	if (text == NULL) {
		assert_null(n);
		return;
	}
	assert_non_null(n);
	if (!slice_eq_text(n->text, text))
		fail_msg("%s is " SLICE_FMT ", not %s", path,
		    SLICE_ARG(n->text), text);
}

static void
who_is_taken_from_messenger_stays_in_the_address_book(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct player *bob = play_online(w, "bob@example.com", "MSNP9");
	char before[40];

	(void)state;
	caller_adds(&c, "bob@example.com");
	memcpy(before, c.contact, sizeof(before));
	caller_groups(&c, "Friends");
	caller_sample(&c, "ab/ABGroupContactAdd.by-id");
	caller_good(&c, "ABGroupContactAddResponse");
	changes(&c,
	    "<comment>met at sea</comment><displayName>Bo"
	    "</displayName>",
	    "Comment DisplayName");
	play_ignore(bob);
	caller_sample(&c, "ab/ABContactUpdate.isMessengerUser-false");
	caller_good(&c, "ABContactUpdateResponse");
	play_hears_like(bob, "REM 0 RL * alice@example.com");
	says(&c, "isMessengerUser", "false");
	says(&c, "comment", "met at sea");
	says(&c, "displayName", "Bo");
	says(&c, "passportName", "bob@example.com");
	says(&c, "contactType", "Regular");
	says(&c, "groupIds/guid", c.group);
	assert_true(
	    slice_eq_text(xml_child_text(found(&c), "fDeleted"), "false"));
	/* and goes on being changed */
	changes(&c, "<comment>met on land</comment>", "Comment");
	world_forget(w);
	says(&c, "comment", "met on land");
	says(&c, "isMessengerUser", "false");
	/* and is a user again, as the same contact */
	changes(&c, "<isMessengerUser>true</isMessengerUser>",
	    "IsMessengerUser");
	says(&c, "isMessengerUser", "true");
	says(&c, "comment", "met on land");
	says(&c, "groupIds/guid", c.group);
	assert_string_equal(c.contact, before);
	caller_free(&c);
	world_free(w);
}

static void
an_address_or_a_number_or_a_name_alone_makes_a_contact(void **state)
{
	static const struct {
		const char *info, *path, *text, *name;
	} rows[] = {
		{ EMAIL("ContactEmailPersonal", "aunt@nowhere.example",
		      "false"),
		    "emails/ContactEmail/email", "aunt@nowhere.example",
		    "aunt@nowhere.example" },
		{ "<phones><ContactPhone><contactPhoneType>"
		  "ContactPhonePersonal</contactPhoneType><number>555 1</number>"
		  "<isMessengerEnabled>false</isMessengerEnabled>"
		  "</ContactPhone></phones>",
		    "phones/ContactPhone/number", "555 1", "555 1" },
		{ "<firstName>Ann</firstName><lastName>Lee</lastName>",
		    "lastName", "Lee", "Ann Lee" },
		{ "<passportName>uncle@nowhere.example</passportName>"
		  "<isMessengerUser>false</isMessengerUser>",
		    "passportName", "uncle@nowhere.example",
		    "uncle@nowhere.example" },
	};
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		add(&c, rows[i].info);
		for (unsigned turns = 0; turns < 2; turns++) {
			says(&c, rows[i].path, rows[i].text);
			says(&c, "displayName", rows[i].name);
			says(&c, "isMessengerUser", "false");
			says(&c, "isMobileIMEnabled", "false");
			says(&c, "contactType", "Regular");
			if (strcmp(rows[i].path, "passportName") != 0)
				says(&c, "passportName", NULL);
			world_forget(w);
		}
		changes(&c, "<comment>kept</comment>", "Comment");
		says(&c, "comment", "kept");
		says(&c, rows[i].path, rows[i].text);
		changes(&c, "<displayName></displayName>", "DisplayName");
		says(&c, "displayName", rows[i].name);
	}
	/* no list that Messenger knows has them */
	call_sharing(&c, "FindMembership", "");
	assert_false(caller_has(&c, "nowhere.example"));
	assert_false(caller_has(&c, "card:"));
	book_find_all(&c);
	assert_false(caller_has(&c, "card:"));
	/* nothing at all is nobody */
	call_book(&c, "ABContactAdd",
	    "<contacts><Contact><contactInfo><comment>x</comment>"
	    "</contactInfo></Contact></contacts>");
	caller_faults(&c, "BadEmailArgument", "");
	caller_free(&c);
	world_free(w);
}

static void
a_card_is_deleted_and_a_delta_tells_of_it(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	char inside[300], since[64];

	(void)state;
	add(&c, "<firstName>Ann</firstName>");
	book_find_all(&c);
	caller_keep(since, sizeof(since),
	    caller_text(&c, "ABFindAllResult/ab/lastChange"));
	world_pass(w, 2000);
	(void)snprintf(inside, sizeof(inside),
	    "<contacts><Contact><contactId>%s</contactId></Contact></contacts>",
	    c.contact);
	call_book(&c, "ABContactDelete", inside);
	caller_good(&c, "ABContactDeleteResponse");
	(void)snprintf(inside, sizeof(inside),
	    "<deltasOnly>true</deltasOnly><lastChange>%s</lastChange>", since);
	call_book(&c, "ABFindAll", inside);
	assert_non_null(found(&c));
	assert_true(
	    slice_eq_text(xml_child_text(found(&c), "fDeleted"), "true"));
	book_find_all(&c);
	assert_null(found(&c));
	change(&c, "<comment>x</comment>", "Comment");
	caller_faults(&c, "ContactDoesNotExist", "Contact Does Not Exist ");
	caller_free(&c);
	world_free(w);
}

static void
a_card_with_an_address_can_become_a_user(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct player *bob = play_online(w, "bob@example.com", "MSNP9");
	char inside[300], since[64];

	(void)state;
	add(&c,
	    EMAIL("ContactEmailPersonal", "bob@example.com",
		"false") "<comment>my neighbour</comment>");
	book_find_all(&c);
	caller_keep(since, sizeof(since),
	    caller_text(&c, "ABFindAllResult/ab/lastChange"));
	play_hears_nothing(bob);
	world_pass(w, 2000);
	changes(&c, "<isMessengerUser>true</isMessengerUser>",
	    "IsMessengerUser");
	play_hears_like(bob, "ADD 0 RL * alice@example.com *");
	for (unsigned turns = 0; turns < 2; turns++) {
		says(&c, "passportName", "bob@example.com");
		says(&c, "isMessengerUser", "true");
		says(&c, "comment", "my neighbour");
		world_forget(w);
	}
	/* one that knew the card is told of one contact, not that it went */
	(void)snprintf(inside, sizeof(inside),
	    "<deltasOnly>true</deltasOnly><lastChange>%s</lastChange>", since);
	call_book(&c, "ABFindAll", inside);
	assert_true(
	    slice_eq_text(xml_child_text(found(&c), "fDeleted"), "false"));
	/* nobody lives there: it stays what it was */
	add(&c, EMAIL("ContactEmailPersonal", "aunt@nowhere.example", "false"));
	change(&c, "<isMessengerUser>true</isMessengerUser>",
	    "IsMessengerUser");
	caller_faults(&c, "InvalidPassportUser",
	    "The Passport user specified is invalid SignInName: "
	    "aunt@nowhere.example");
	says(&c, "isMessengerUser", "false");
	caller_free(&c);
	world_free(w);
}

/* Old programs know nothing of address books. */
static void
no_notification_server_tells_of_cards(void **state)
{
	static const char *const dialects[] = { "MSNP7", "MSNP9", "MSNP12" };
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	world_add(w, "bob@example.com", "");
	add(&c,
	    "<passportName>bob@example.com</passportName>"
	    "<isMessengerUser>false</isMessengerUser>");
	add(&c, "<firstName>Ann</firstName>");
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct player *p =
		    play_sign_in(w, "alice@example.com", dialects[i]);
		const char *line;

		play_say(p, "SYN 5 0 0");
		while ((line = play_hears_any(p)) != NULL)
			if (strstr(line, "bob@") || strstr(line, "card:"))
				fail_msg("%s", line);
		play_hang_up(p);
	}
	caller_free(&c);
	world_free(w);
}

static void
an_address_book_has_room_for_so_many_and_no_more(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	world_core(w)->cfg.max_forward = 2;
	add(&c, "<firstName>One</firstName>");
	add(&c, "<firstName>Two</firstName>");
	call_book(&c, "ABContactAdd",
	    "<contacts><Contact><contactInfo><firstName>Three</firstName>"
	    "</contactInfo></Contact></contacts>");
	assert_int_equal(c.status, 500);
	world_add(w, "bob@example.com", "");
	caller_adds(&c, "bob@example.com");
	change(&c, "<isMessengerUser>false</isMessengerUser>",
	    "IsMessengerUser");
	assert_int_equal(c.status, 500);
	says(&c, "isMessengerUser", "true");
	caller_free(&c);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    who_is_taken_from_messenger_stays_in_the_address_book),
		cmocka_unit_test(
		    an_address_or_a_number_or_a_name_alone_makes_a_contact),
		cmocka_unit_test(a_card_is_deleted_and_a_delta_tells_of_it),
		cmocka_unit_test(a_card_with_an_address_can_become_a_user),
		cmocka_unit_test(no_notification_server_tells_of_cards),
		cmocka_unit_test(
		    an_address_book_has_room_for_so_many_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
