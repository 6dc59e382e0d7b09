/* SPDX-License-Identifier: MIT */
/* The address book by web service: contacts, their cards, groups, oneself. */
#include "tests/proto/soap_play.h"

/* Change a contact: its id, what stands in contactInfo, the words. */
static void
update(struct caller *c, const char *id, const char *inside, const char *words)
{
	struct buf b = BUF_INIT(1 << 16);

	buf_addf(&b, "<contacts><Contact>");
	if (id != NULL)
		buf_addf(&b, "<contactId>%s</contactId>", id);
	buf_addf(&b,
	    "<contactInfo>%s</contactInfo><propertiesChanged>%s"
	    "</propertiesChanged></Contact></contacts>%c",
	    inside, words, 0);
	call_book(c, "ABContactUpdate", b.p);
	buf_free(&b);
}

/* ---- coming and going ---- */

/* covers: soap 11 #82, #85, #86, #87 */
static void
a_contact_is_added_once_with_its_id(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct slice id;

	(void)state;
	world_add(w, "bob@example.com", "Bob%20B.");
	caller_adds(&c, "BOB@example.com");
	book_info_is(&c, "bob@example.com", "contactType", "Regular");
	book_info_is(&c, "bob@example.com", "displayName", "Bob B.");
	book_info_is(&c, "bob@example.com", "quickName", "Bob B.");
	book_info_is(&c, "bob@example.com", "isMessengerUser", "true");
	id = xml_child_text(book_contact(&c, "bob@example.com"), "contactId");
	assert_true(slice_eq_text(id, c.contact));
	caller_sample(&c, "ab/ABContactAdd.Regular");
	caller_faults(&c, "ContactAlreadyExists", "Contact Already Exists ");
	id =
	    xml_path(c.body, "detail/additionalDetails/conflictObjectId")->text;
	assert_true(slice_eq_text(id, c.contact));
	caller_free(&c);
	world_free(w);
}

/* covers: soap 11 #87, #88 */
static void
an_addition_of_nobody_says_why(void **state)
{
	static const struct {
		const char *address, *code, *words;
	} rows[] = {
		{ "nobody@example.com", "InvalidPassportUser",
		    "The Passport user specified is invalid SignInName: "
		    "nobody@example.com" },
		{ "nobody", "BadEmailArgument",
		    "Malformed email Argument Email missing '@' character" },
		{ "nobody@here", "BadEmailArgument", "missing '.' character" },
		{ "", "BadEmailArgument", "missing '@' character" },
		{ "a&amp;b@example.com", "InvalidPassportUser",
		    "SignInName: a&b@example.com" },
	};
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	char inside[300];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		(void)snprintf(inside, sizeof(inside),
		    "<contacts><Contact><contactInfo><passportName>%s"
		    "</passportName></contactInfo></Contact></contacts>",
		    rows[i].address);
		call_book(&c, "ABContactAdd", inside);
		caller_faults(&c, rows[i].code, rows[i].words);
	}
	/* on a small network names need no dot */
	world_add(w, "bob@here", "");
	caller_adds(&c, "bob@here");
	caller_free(&c);
	world_free(w);
}

/* covers: soap 11 #90 */
static void
who_is_deleted_stays_allowed(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct caller bob = caller_new(w, "bob@example.com");

	(void)state;
	caller_adds(&c, "bob@example.com");
	caller_groups(&c, "Friends");
	caller_sample(&c, "ab/ABGroupContactAdd.by-id");
	caller_good(&c, "ABGroupContactAddResponse");
	caller_sample(&c, "ab/ABContactDelete");
	caller_good(&c, "ABContactDeleteResponse");
	book_find_all(&c);
	assert_null(book_contact(&c, "bob@example.com"));
	call_sharing(&c, "FindMembership", "");
	assert_non_null(list_member(&c, "Allow", "bob@example.com"));
	call_sharing(&bob, "FindMembership", "");
	assert_null(list_member(&bob, "Pending", "alice@example.com"));
	caller_sample(&c, "ab/ABContactDelete");
	caller_faults(&c, "ContactDoesNotExist", "Contact Does Not Exist ");
	/* the same pair has the same id again, and no group */
	caller_sample(&c, "ab/ABContactAdd.Regular");
	caller_says(&c, "ABContactAddResult/guid", c.contact);
	book_info_is(&c, "bob@example.com", "groupIds", "");
	assert_null(book_info(&c, "bob@example.com", "groupIds/guid").p);
	caller_free(&bob);
	caller_free(&c);
	world_free(w);
}

static void
many_are_deleted_in_one_call(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct buf b = BUF_INIT(1 << 16);

	(void)state;
	buf_addf(&b, "<contacts>");
	for (int i = 0; i < 10; i++) {
		char address[40];

		(void)snprintf(address, sizeof(address), "u%d@x.com", i);
		world_add(w, address, "");
		caller_adds(&c, address);
		buf_addf(&b, "<Contact><contactId>%s</contactId></Contact>",
		    c.contact);
	}
	buf_addf(&b, "</contacts>%c", 0);
	world_forget(w);
	call_book(&c, "ABContactDelete", b.p);
	caller_good(&c, "ABContactDeleteResponse");
	book_find_all(&c);
	assert_false(caller_has(&c, "@x.com"));
	buf_free(&b);
	caller_free(&c);
	world_free(w);
}

static void
a_telephone_is_a_contact_without_address(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	caller_sample(&c, "ab/ABContactAdd.mobile");
	caller_good(&c, "ABContactAddResponse");
	book_find_all(&c);
	assert_true(caller_has(&c,
	    "<number>+15551234567</number>"
	    "<isMessengerEnabled>true</isMessengerEnabled>"));
	assert_false(caller_has(&c, "<passportName>tel:"));
	caller_sample(&c, "ab/ABContactAdd.mobile");
	caller_faults(&c, "ContactAlreadyExists", "");
	caller_free(&c);
	world_free(w);
}

/* covers: soap 11 #100 */
static void
the_last_clients_add_and_break_relations(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	world_add(w, "bob@example.com", "");
	caller_sample(&c, "ab/CreateContact.wlm2011");
	caller_good(&c, "CreateContactResponse");
	caller_says(&c, "CreateContactResult/contactInfo/contactType",
	    "LivePending");
	caller_keep(c.contact, sizeof(c.contact),
	    caller_text(&c, "CreateContactResult/contactId"));
	caller_sample(&c, "ab/ManageWLConnection.add-contact");
	caller_good(&c, "ManageWLConnectionResponse");
	caller_says(&c, "ManageWLConnectionResult/contactId", c.contact);
	call_sharing(&c, "FindMembership", "");
	assert_non_null(list_member(&c, "Allow", "bob@example.com"));
	caller_sample(&c, "ab/BreakConnection.contact");
	caller_good(&c, "BreakConnectionResponse");
	book_find_all(&c);
	assert_null(book_contact(&c, "bob@example.com"));
	caller_free(&c);
	world_free(w);
}

/* ---- cards ---- */

/* covers: soap 11 #89 */
static void
what_is_named_changes_and_what_is_missing_then_is_cleared(void **state)
{
	const char *bob = "bob@example.com";
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	world_add(w, bob, "");
	caller_adds(&c, bob);
	caller_sample(&c, "ab/ABContactUpdate.details");
	caller_good(&c, "ABContactUpdateResponse");
	book_info_is(&c, bob, "firstName", "Bob");
	book_info_is(&c, bob, "lastName", "Jones");
	book_info_is(&c, bob, "comment", "met at school");
	book_info_is(&c, bob, "birthdate", "1980-05-17T00:00:00Z");
	book_info_is(&c, bob, "emails/ContactEmail/email", "bob@home.example");
	book_info_is(&c, bob, "emails/ContactEmail/Capability", "0");
	book_info_is(&c, bob, "phones/ContactPhone/contactPhoneType",
	    "ContactPhonePersonal");
	book_info_is(&c, bob, "phones/ContactPhone/number", "555 0100");
	book_info_is(&c, bob, "locations/ContactLocation/city", "Leeds");
	caller_sample(&c, "ab/ABContactUpdate.nickname");
	/* words nobody knows are passed over, spellings differ */
	update(&c, c.contact,
	    "<lastName>Smith</lastName><comment>not named</comment>",
	    " contactlastname Frobnicate ContactFirstName ");
	caller_good(&c, "ABContactUpdateResponse");
	book_info_is(&c, bob, "lastName", "Smith");
	assert_null(book_info(&c, bob, "firstName").p);
	book_info_is(&c, bob, "comment", "met at school");
	book_info_is(&c, bob, "annotations/Annotation/Name", "AB.NickName");
	book_info_is(&c, bob, "annotations/Annotation/Value", "Bobby");
	update(&c, c.contact,
	    "<annotations><Annotation><Name>AB.NickName</Name><Value/>"
	    "</Annotation></annotations>",
	    "Annotation ContactPhone");
	assert_null(book_info(&c, bob, "annotations").p);
	assert_null(book_info(&c, bob, "phones").p);
	book_info_is(&c, bob, "locations/ContactLocation/city", "Leeds");
	caller_free(&c);
	world_free(w);
}

static void
odd_characters_come_back_as_they_went(void **state)
{
	const char *bob = "bob@example.com";
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct player *p;

	(void)state;
	world_add(w, bob, "");
	p = play_online(w, "alice@example.com", "MSNP12");
	caller_adds(&c, bob);
	update(&c, c.contact,
	    "<comment>a=b%41&lt;&amp;&gt;\n\xc3\xa9 \xe6\x97\xa5</comment>"
	    "<displayName>B &amp; 100% \xc3\xa9</displayName>"
	    "<annotations><Annotation><Name>X=&lt;y></Name><Value>1=2</Value>"
	    "</Annotation></annotations>",
	    "Comment DisplayName Annotation");
	caller_good(&c, "ABContactUpdateResponse");
	book_info_is(&c, bob, "comment", "a=b%41<&>\n\xc3\xa9 \xe6\x97\xa5");
	book_info_is(&c, bob, "displayName", "B & 100% \xc3\xa9");
	book_info_is(&c, bob, "annotations/Annotation/Name", "X=<y>");
	book_info_is(&c, bob, "annotations/Annotation/Value", "1=2");
	/* sessions see the name in their own spelling */
	play_ignore(p);
	play_say(p, "SYN 9 0 0");
	for (int i = 0; i < 40; i++)
		if (strncmp(play_hears_like(p, "*"), "LST ", 4) == 0)
			break;
	assert_string_equal(play_word(p, 2), "F=B%20&%20100%25%20\xc3\xa9");
	caller_free(&c);
	world_free(w);
}

static void
too_much_on_a_card_is_refused_and_nothing_changes(void **state)
{
	static char text[9000], inside[10000];
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	world_add(w, "bob@example.com", "");
	caller_adds(&c, "bob@example.com");
	memset(text, 'x', sizeof(text) - 1);
	(void)snprintf(inside, sizeof(inside),
	    "<firstName>B</firstName><comment>%s</comment>", text);
	update(&c, c.contact, inside, "Comment ContactFirstName");
	caller_faults(&c, "BadArgumentLength", "");
	assert_null(book_info(&c, "bob@example.com", "firstName").p);
	(void)snprintf(inside, sizeof(inside), "<displayName>%s</displayName>",
	    text);
	update(&c, c.contact, inside, "DisplayName");
	caller_faults(&c, "BadArgumentLength", "");
	update(&c, "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "", "Comment");
	caller_faults(&c, "ContactDoesNotExist", "Contact Does Not Exist ");
	caller_free(&c);
	world_free(w);
}

static void
who_is_no_messenger_user_is_one_again(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	world_add(w, "bob@example.com", "");
	caller_adds(&c, "bob@example.com");
	caller_sample(&c, "ab/ABContactUpdate.isMessengerUser-false");
	caller_good(&c, "ABContactUpdateResponse");
	book_info_is(&c, "bob@example.com", "isMessengerUser", "false");
	update(&c, c.contact, "<isMessengerUser>true</isMessengerUser>",
	    "IsMessengerUser");
	caller_good(&c, "ABContactUpdateResponse");
	book_info_is(&c, "bob@example.com", "isMessengerUser", "true");
	caller_free(&c);
	world_free(w);
}

/* ---- oneself ---- */

static const char *
my_setting(struct caller *c, const char *name)
{
	static char value[40];
	const struct xml_node *me;

	book_find_all(c);
	me = book_contact(c, "alice@example.com");
	assert_non_null(me);
	me = xml_path(me, "contactInfo/annotations");
	XML_EACH(it, me)
		if (slice_eq_text(xml_child_text(it, "Name"), name)) {
			caller_keep(value, sizeof(value),
			    xml_child_text(it, "Value"));
			return value;
		}
	return "none";
}

/* covers: soap 11 #81, #84 */
static void
my_settings_come_back_and_every_dialect_has_them(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct account *a = world_account(w, "alice@example.com");

	(void)state;
	assert_string_equal(my_setting(&c, "MSN.IM.BLP"), "1");
	assert_string_equal(my_setting(&c, "MSN.IM.MPOP"), "1");
	update(&c, NULL,
	    "<contactType>Me</contactType><annotations>"
	    "<Annotation><Name>MSN.IM.BLP</Name><Value>2</Value></Annotation>"
	    "<Annotation><Name>MSN.IM.GTC</Name><Value>2</Value></Annotation>"
	    "<Annotation><Name>MSN.IM.MPOP</Name><Value>0</Value></Annotation>"
	    "<Annotation><Name>X.Y</Name><Value>z</Value></Annotation>"
	    "</annotations>",
	    "Annotation");
	caller_good(&c, "ABContactUpdateResponse");
	assert_string_equal(my_setting(&c, "MSN.IM.BLP"), "2");
	assert_string_equal(my_setting(&c, "MSN.IM.GTC"), "2");
	assert_string_equal(my_setting(&c, "MSN.IM.MPOP"), "0");
	assert_string_equal(my_setting(&c, "X.Y"), "z");
	a = world_account(w, "alice@example.com");
	assert_int_equal(a->flags & (ACCOUNT_ALLOW_ALL | ACCOUNT_PROMPT), 0);
	caller_sample(&c, "ab/ABContactUpdate.me-annotations");
	assert_string_equal(my_setting(&c, "MSN.IM.BLP"), "1");
	assert_string_equal(my_setting(&c, "MSN.IM.GTC"), "1");
	assert_string_equal(my_setting(&c, "MSN.IM.MPOP"), "1");
	assert_string_equal(my_setting(&c, "MSN.IM.RoamLiveProperties"), "1");
	assert_string_equal(my_setting(&c, "MSN.IM.MBEA"), "0");
	caller_free(&c);
	world_free(w);
}

static void
my_name_is_seen_by_those_who_see_me(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@example.com", "MSNP12");
	struct player *bob = play_online(w, "bob@example.com", "MSNP9");
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	play_say(bob, "ADD 6 FL alice@example.com a");
	play_ignore(bob);
	play_ignore(alice);
	caller_sample(&c, "ab/ABContactUpdate.displayName-me");
	caller_good(&c, "ABContactUpdateResponse");
	play_hears_like(bob, "NLN NLN alice@example.com Alice *");
	book_info_is(&c, "alice@example.com", "displayName", "Alice");
	book_info_is(&c, "alice@example.com", "contactType", "Me");
	caller_free(&c);
	world_free(w);
}

/* covers: soap 11 #83 */
static void
my_number_is_the_same_everywhere(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	char cid[24];

	(void)state;
	(void)snprintf(cid, sizeof(cid), "%lld",
	    (long long)account_cid(world_account(w, "alice@example.com")));
	book_info_is(&c, "alice@example.com", "CID", cid);
	caller_says(&c, "ABFindAllResult/ab/abInfo/OwnerCID", cid);
	call_sharing(&c, "FindMembership", "");
	caller_says(&c, "FindMembershipResult/OwnerNamespace/Info/CreatorCID",
	    cid);
	caller_free(&c);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_contact_is_added_once_with_its_id),
		cmocka_unit_test(an_addition_of_nobody_says_why),
		cmocka_unit_test(who_is_deleted_stays_allowed),
		cmocka_unit_test(many_are_deleted_in_one_call),
		cmocka_unit_test(a_telephone_is_a_contact_without_address),
		cmocka_unit_test(the_last_clients_add_and_break_relations),
		cmocka_unit_test(
		    what_is_named_changes_and_what_is_missing_then_is_cleared),
		cmocka_unit_test(odd_characters_come_back_as_they_went),
		cmocka_unit_test(
		    too_much_on_a_card_is_refused_and_nothing_changes),
		cmocka_unit_test(who_is_no_messenger_user_is_one_again),
		cmocka_unit_test(
		    my_settings_come_back_and_every_dialect_has_them),
		cmocka_unit_test(my_name_is_seen_by_those_who_see_me),
		cmocka_unit_test(my_number_is_the_same_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
