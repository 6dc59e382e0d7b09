/* SPDX-License-Identifier: MIT */
/* Groups by web service, what changed in a book, and who is asked for. */
#include "tests/proto/soap_play.h"

/* ---- groups ---- */

static void
new_group(struct caller *c, const char *name)
{
	char inside[300];

	(void)snprintf(inside, sizeof(inside),
	    "<groupInfo><GroupInfo><name>%s</name></GroupInfo></groupInfo>",
	    name);
	call_book(c, "ABGroupAdd", inside);
}

/* covers: soap 11 #91 */
static void
group_names_are_new_and_not_too_long(void **state)
{
	char name[80];
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	caller_sample(&c, "ab/ABGroupAdd");
	caller_good(&c, "ABGroupAddResponse");
	new_group(&c, "fRIENDS");
	caller_faults(&c, "GroupAlreadyExists", "Group Already Exists ");
	new_group(&c, "(No Group)");
	caller_faults(&c, "GroupAlreadyExists", "Group Already Exists ");
	memset(name, 'g', sizeof(name));
	name[62] = '\0';
	new_group(&c, name);
	caller_faults(&c, "BadArgumentLength",
	    "Argument Exceeded Allowed Length GroupName exceeded length");
	assert_true(
	    slice_eq_text(xml_path(c.body, "detail/parameterFault")->text,
		"GroupName"));
	name[61] = '\0';
	new_group(&c, name);
	caller_good(&c, "ABGroupAddResponse");
	new_group(&c, "");
	caller_faults(&c, "BadArgument", "");
	caller_free(&c);
	world_free(w);
}

/* covers: soap 11 #92 */
static void
contacts_are_filed_and_taken_out(void **state)
{
	const char *bob = "bob@example.com";
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	world_add(w, bob, "");
	caller_groups(&c, "Friends");
	caller_sample(&c, "ab/ABGroupContactAdd.new");
	caller_good(&c, "ABGroupContactAddResponse");
	caller_keep(c.contact, sizeof(c.contact),
	    caller_text(&c, "ABGroupContactAddResult/guid"));
	book_info_is(&c, bob, "groupIds/guid", c.group);
	/* twice is fine */
	caller_sample(&c, "ab/ABGroupContactAdd.new");
	caller_sample(&c, "ab/ABGroupContactAdd.by-id");
	caller_says(&c, "ABGroupContactAddResult/guid", c.contact);
	caller_sample(&c, "ab/ABGroupUpdate");
	caller_good(&c, "ABGroupUpdateResponse");
	book_find_all(&c);
	caller_says(&c, "ABFindAllResult/groups/Group/groupInfo/name",
	    "Best friends");
	caller_sample(&c, "ab/ABGroupContactDelete");
	caller_good(&c, "ABGroupContactDeleteResponse");
	assert_null(book_info(&c, bob, "groupIds/guid").p);
	caller_sample(&c, "ab/ABGroupContactAdd.by-id");
	caller_sample(&c, "ab/ABGroupDelete");
	caller_good(&c, "ABGroupDeleteResponse");
	book_info_is(&c, bob, "isMessengerUser", "true");
	assert_null(book_info(&c, bob, "groupIds/guid").p);
	caller_sample(&c, "ab/ABGroupDelete");
	caller_faults(&c, "GroupDoesNotExist", "");
	caller_sample(&c, "ab/ABGroupContactAdd.by-id");
	caller_faults(&c, "GroupDoesNotExist", "");
	caller_free(&c);
	world_free(w);
}

static void
a_group_becomes_a_favorite(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	char inside[400];

	(void)state;
	caller_groups(&c, "Friends");
	(void)snprintf(inside, sizeof(inside),
	    "<groups><Group><groupId>%s</groupId><groupInfo><IsFavorite>true"
	    "</IsFavorite></groupInfo></Group></groups>",
	    c.group);
	call_book(&c, "ABGroupUpdate", inside);
	caller_good(&c, "ABGroupUpdateResponse");
	book_find_all(&c);
	caller_says(&c, "ABFindAllResult/groups/Group/groupInfo/IsFavorite",
	    "true");
	caller_says(&c, "ABFindAllResult/groups/Group/groupInfo/name",
	    "Friends");
	caller_free(&c);
	world_free(w);
}

/* ---- deltas ---- */

static void
a_delta_of_the_book_has_what_changed_and_what_is_gone(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	char since[64], inside[300], bob[40];
	const struct xml_node *k;

	(void)state;
	world_add(w, "bob@example.com", "");
	world_add(w, "zoe@example.com", "");
	caller_adds(&c, "bob@example.com");
	memcpy(bob, c.contact, sizeof(bob));
	caller_groups(&c, "Friends");
	caller_sample(&c, "ab/ABGroupContactAdd.by-id");
	caller_adds(&c, "zoe@example.com");
	book_find_all(&c);
	caller_keep(since, sizeof(since),
	    caller_text(&c, "ABFindAllResult/ab/lastChange"));
	caller_sample(&c, "ab/ABContactDelete");
	memcpy(c.contact, bob, sizeof(bob));
	caller_sample(&c, "ab/ABGroupContactDelete");
	(void)snprintf(inside, sizeof(inside),
	    "<filterOptions><DeltasOnly>true</DeltasOnly><LastChanged>%s"
	    "</LastChanged></filterOptions>",
	    since);
	call_book(&c, "ABFindContactsPaged", inside);
	caller_good(&c, "ABFindContactsPagedResponse");
	k = book_contact(&c, "zoe@example.com");
	assert_true(slice_eq_text(xml_child_text(k, "fDeleted"), "true"));
	k = book_contact(&c, "bob@example.com");
	assert_true(slice_eq_text(xml_child_text(k, "fDeleted"), "false"));
	k = xml_path(k, "contactInfo/groupIdsDeleted/guid");
	assert_true(slice_eq_text(k->text, c.group));
	assert_null(xml_path(c.body, "ABFindContactsPagedResult/Groups/Group"));
	assert_non_null(
	    xml_path(c.body, "ABFindContactsPagedResult/Ab/lastChange"));
	assert_non_null(xml_path(c.body,
	    "ABFindContactsPagedResult/CircleResult/CircleTicket"));
	caller_free(&c);
	world_free(w);
}

/* covers: soap 11 #96 */
static void
the_circle_ticket_is_a_document_itself(void **state)
{
	static const struct xml_limits limits = { 8, 100, 8192 };
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct xml_node *root;
	struct slice text;
	struct arena arena;
	const char *why;
	char copy[4096];

	(void)state;
	call_book(&c, "ABFindContactsPaged", "");
	text = caller_text(&c,
	    "ABFindContactsPagedResult/CircleResult/CircleTicket");
	caller_keep(copy, sizeof(copy), text);
	/* it says utf-16 and is utf-8, as the real ones: read it without */
	text =
	    slice_from(slice_text(copy), slice_find(slice_text(copy), '>') + 1);
	arena_init(&arena, 1 << 20);
	root = xml_read(&arena, text, &limits, &why);
	assert_non_null(root);
	assert_true(slice_eq_text(root->name, "SignedTicket"));
	assert_true(xml_child_text(root, "Data").n > 0);
	assert_true(xml_child_text(root, "Sig").n > 0);
	arena_free(&arena);
	caller_free(&c);
	world_free(w);
}

static void
only_wanted_contacts_are_shown(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	world_add(w, "bob@example.com", "");
	world_add(w, "zoe@example.com", "");
	caller_adds(&c, "zoe@example.com");
	caller_adds(&c, "bob@example.com");
	caller_sample(&c, "ab/ABFindByContacts");
	caller_good(&c, "ABFindByContactsResponse");
	assert_true(caller_has(&c, "<passportName>bob@example.com<"));
	assert_false(caller_has(&c, "zoe@example.com"));
	caller_free(&c);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(group_names_are_new_and_not_too_long),
		cmocka_unit_test(contacts_are_filed_and_taken_out),
		cmocka_unit_test(a_group_becomes_a_favorite),
		cmocka_unit_test(
		    a_delta_of_the_book_has_what_changed_and_what_is_gone),
		cmocka_unit_test(the_circle_ticket_is_a_document_itself),
		cmocka_unit_test(only_wanted_contacts_are_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
