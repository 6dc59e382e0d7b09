/* SPDX-License-Identifier: MIT */
/*
 * Membership lists by web service: who is on which, and that everybody's
 * sessions hear of it, whatever they speak.
 */
#include "tests/proto/soap_play.h"

static void
find(struct caller *c)
{
	call_sharing(c, "FindMembership", "");
	caller_good(c, "FindMembershipResponse");
}

static void
is_only_in(struct caller *c, const char *roles, const char *address)
{
	static const char *const all[] = { "Allow", "Block", "Reverse",
		"Pending" };

	find(c);
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if ((list_member(c, all[i], address) != NULL) !=
		    (strstr(roles, all[i]) != NULL))
			fail_msg("%s is wrong for %s", all[i], address);
}

/* covers: soap 11 #93 */
static void
allow_and_block_exclude_each_other(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	world_add(w, "bob@example.com", "");
	caller_member(&c, "AddMember", "Allow", "Bob@Example.com");
	caller_good(&c, "AddMemberResponse");
	is_only_in(&c, "Allow", "bob@example.com");
	caller_member(&c, "AddMember", "Block", "bob@example.com");
	caller_good(&c, "AddMemberResponse");
	is_only_in(&c, "Block", "bob@example.com");
	caller_member(&c, "AddMember", "Allow", "bob@example.com");
	is_only_in(&c, "Allow", "bob@example.com");
	caller_free(&c);
	world_free(w);
}

/* covers: soap 11 #95 */
static void
adding_twice_is_fine_and_deleting_the_absent_is_said(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	world_add(w, "bob@example.com", "");
	caller_member(&c, "AddMember", "Allow", "bob@example.com");
	caller_member(&c, "AddMember", "Allow", "bob@example.com");
	caller_good(&c, "AddMemberResponse");
	caller_member(&c, "DeleteMember", "Allow", "bob@example.com");
	caller_good(&c, "DeleteMemberResponse");
	is_only_in(&c, "", "bob@example.com");
	caller_member(&c, "DeleteMember", "Allow", "bob@example.com");
	caller_faults(&c, "MemberDoesNotExist", "Member does not exist ");
	caller_member(&c, "DeleteMember", "Block", "nobody@example.com");
	caller_faults(&c, "MemberDoesNotExist", "Member does not exist ");
	caller_member(&c, "AddMember", "Allow", "nobody@example.com");
	caller_faults(&c, "UserDoesNotExist", "User does not exist ");
	caller_free(&c);
	world_free(w);
}

/* covers: soap 11 #94 */
static void
members_are_deleted_by_number_alone(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	char inside[400], number[24];

	(void)state;
	world_add(w, "bob@example.com", "");
	world_add(w, "zoe@example.com", "");
	caller_member(&c, "AddMember", "Block", "bob@example.com");
	caller_member(&c, "AddMember", "Block", "zoe@example.com");
	find(&c);
	caller_keep(number, sizeof(number),
	    xml_child_text(list_member(&c, "Block", "zoe@example.com"),
		"MembershipId"));
	assert_true(strspn(number, "0123456789") == strlen(number));
	(void)snprintf(inside, sizeof(inside),
	    "<memberships><Membership><MemberRole>Allow</MemberRole><Members>"
	    "<Member><MembershipId>%s</MembershipId></Member></Members>"
	    "</Membership></memberships>",
	    number);
	/* of another role it is no number of hers */
	call_sharing(&c, "DeleteMember", inside);
	caller_faults(&c, "MemberDoesNotExist", "");
	(void)snprintf(inside, sizeof(inside),
	    "<memberships><Membership><MemberRole>Block</MemberRole><Members>"
	    "<Member><MembershipId>%s</MembershipId></Member></Members>"
	    "</Membership></memberships>",
	    number);
	call_sharing(&c, "DeleteMember", inside);
	caller_good(&c, "DeleteMemberResponse");
	is_only_in(&c, "", "zoe@example.com");
	is_only_in(&c, "Block", "bob@example.com");
	caller_free(&c);
	world_free(w);
}

static void
every_member_of_every_membership_is_taken(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct buf b = BUF_INIT(1 << 16);

	(void)state;
	buf_addf(&b, "<memberships>");
	for (int role = 0; role < 2; role++) {
		buf_addf(&b, "<Membership><MemberRole>%s</MemberRole><Members>",
		    role ? "Block" : "Allow");
		for (int i = 0; i < 12; i++) {
			char address[40];

			(void)snprintf(address, sizeof(address), "u%d-%d@x.com",
			    role, i);
			world_add(w, address, "");
			buf_addf(&b,
			    "<Member><PassportName>%s</PassportName></Member>",
			    address);
		}
		buf_addf(&b, "</Members></Membership>");
	}
	buf_addf(&b, "</memberships>%c", 0);
	/* none of them is in memory: each is waited for */
	world_forget(w);
	call_sharing(&c, "AddMember", b.p);
	caller_good(&c, "AddMemberResponse");
	is_only_in(&c, "Allow", "u0-0@x.com");
	is_only_in(&c, "Allow", "u0-11@x.com");
	is_only_in(&c, "Block", "u1-11@x.com");
	buf_free(&b);
	caller_free(&c);
	world_free(w);
}

/* covers: soap 11 #85 */
static void
who_is_added_has_the_other_in_pending_alone(void **state)
{
	struct world *w = world_new();
	struct caller alice = caller_new(w, "alice@example.com");
	struct caller bob = caller_new(w, "bob@example.com");

	(void)state;
	caller_adds(&alice, "bob@example.com");
	is_only_in(&alice, "Allow", "bob@example.com");
	is_only_in(&bob, "Pending", "alice@example.com");
	/* "I saw it" */
	caller_member(&bob, "AddMember", "Reverse", "alice@example.com");
	caller_good(&bob, "AddMemberResponse");
	is_only_in(&bob, "Reverse", "alice@example.com");
	caller_member(&bob, "AddMember", "Allow", "alice@example.com");
	is_only_in(&bob, "Allow Reverse", "alice@example.com");
	caller_free(&alice);
	caller_free(&bob);
	world_free(w);
}

static void
words_of_who_asks_are_shown_until_decided(void **state)
{
	struct world *w = world_new();
	struct caller alice = caller_new(w, "alice@example.com");
	struct caller bob = caller_new(w, "bob@example.com");
	const struct xml_node *m;

	(void)state;
	caller_sample(&alice, "ab/ABContactAdd.LivePending");
	caller_good(&alice, "ABContactAddResponse");
	find(&bob);
	m = list_member(&bob, "Pending", "alice@example.com");
	assert_non_null(m);
	assert_true(slice_eq_text(xml_child_text(m, "DisplayName"),
	    "alice@example.com"));
	m = xml_path(m, "Annotations/Annotation");
	assert_true(
	    slice_eq_text(xml_child_text(m, "Name"), "MSN.IM.InviteMessage"));
	assert_true(
	    slice_eq_text(xml_child_text(m, "Value"), "Hi, it is Alice"));
	caller_member(&bob, "AddMember", "Allow", "alice@example.com");
	find(&bob);
	assert_false(caller_has(&bob, "Hi, it is Alice"));
	caller_free(&alice);
	caller_free(&bob);
	world_free(w);
}

static void
whoever_is_allowed_or_refused_is_pending_no_more(void **state)
{
	struct world *w = world_new();
	struct caller alice = caller_new(w, "alice@example.com");
	struct caller bob = caller_new(w, "bob@example.com");
	struct caller carol = caller_new(w, "carol@example.com");

	(void)state;
	caller_adds(&bob, "alice@example.com");
	caller_adds(&carol, "alice@example.com");
	caller_member(&alice, "AddMember", "Allow", "bob@example.com");
	is_only_in(&alice, "Allow Reverse", "bob@example.com");
	caller_member(&alice, "DeleteMember", "Pending", "carol@example.com");
	caller_good(&alice, "DeleteMemberResponse");
	is_only_in(&alice, "Reverse", "carol@example.com");
	caller_free(&alice);
	caller_free(&bob);
	caller_free(&carol);
	world_free(w);
}

/* ---- sessions ---- */

static void
a_block_by_web_service_is_seen_at_once(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@example.com", "MSNP9");
	struct player *bob = play_online(w, "bob@example.com", "MSNP12");
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	play_say(bob, "ADC 6 FL N=alice@example.com F=A");
	play_hears_like(bob, "ADC 6 FL *");
	play_ignore(bob);
	play_ignore(alice);
	caller_member(&c, "AddMember", "Block", "bob@example.com");
	caller_good(&c, "AddMemberResponse");
	play_hears(bob, "FLN alice@example.com");
	caller_member(&c, "AddMember", "Allow", "bob@example.com");
	play_hears_like(bob, "NLN NLN alice@example.com *");
	caller_free(&c);
	world_free(w);
}

static void
an_addition_by_web_service_is_told_to_who_is_added(void **state)
{
	struct world *w = world_new();
	struct player *bob = play_online(w, "bob@example.com", "MSNP12");
	struct player *eve = play_online(w, "eve@example.com", "MSNP9");
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	play_ignore(bob);
	play_ignore(eve);
	caller_adds(&c, "bob@example.com");
	play_hears_like(bob, "ADC 0 RL N=alice@example.com *");
	caller_adds(&c, "eve@example.com");
	play_hears_like(eve, "ADD 0 RL * alice@example.com *");
	call_book(&c, "ABFindAll", "");
	assert_non_null(book_contact(&c, "eve@example.com"));
	caller_free(&c);
	world_free(w);
}

static void
what_a_session_does_is_in_the_next_answer(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@example.com", "MSNP9");
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	world_add(w, "bob@example.com", "");
	play_say(alice, "ADD 6 BL bob@example.com bob");
	is_only_in(&c, "Block", "bob@example.com");
	play_say(alice, "ADD 7 FL bob@example.com Bob%20B.");
	call_book(&c, "ABFindAll", "");
	assert_true(slice_eq_text(xml_path(book_contact(&c, "bob@example.com"),
				      "contactInfo/displayName")
				      ->text,
	    "Bob B."));
	caller_free(&c);
	world_free(w);
}

/* ---- deltas ---- */

static void
delta(struct caller *c, const char *since)
{
	char inside[200];

	(void)snprintf(inside, sizeof(inside),
	    "<deltasOnly>true</deltasOnly><lastChange>%s</lastChange>", since);
	call_sharing(c, "FindMembership", inside);
}

#define SERVICE "FindMembershipResult/Services/Service"

/* covers: soap 11 #77 */
static void
a_delta_has_what_changed_and_what_is_gone(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	const struct xml_node *m;
	char since[64];

	(void)state;
	world_add(w, "bob@example.com", "");
	world_add(w, "zoe@example.com", "");
	caller_member(&c, "AddMember", "Allow", "bob@example.com");
	caller_member(&c, "AddMember", "Allow", "zoe@example.com");
	find(&c);
	caller_says(&c, SERVICE "/Memberships/Membership/MembershipIsComplete",
	    "true");
	caller_keep(since, sizeof(since),
	    caller_text(&c, SERVICE "/LastChange"));
	assert_int_equal(strlen(since), 28);
	delta(&c, since);
	caller_good(&c, "FindMembershipResponse");
	assert_null(xml_path(c.body, SERVICE));
	assert_non_null(
	    xml_path(c.body, "FindMembershipResult/OwnerNamespace"));
	caller_member(&c, "DeleteMember", "Allow", "bob@example.com");
	delta(&c, since);
	caller_good(&c, "FindMembershipResponse");
	caller_says(&c, SERVICE "/Memberships/Membership/MembershipIsComplete",
	    "false");
	m = list_member(&c, "Allow", "bob@example.com");
	assert_true(slice_eq_text(xml_child_text(m, "Deleted"), "true"));
	assert_null(list_member(&c, "Allow", "zoe@example.com"));
	assert_true(
	    strcmp(since, caller_text(&c, SERVICE "/LastChange").p) < 0);
	/* another spelling of the same time; a time not from here */
	since[27] = '\0';
	delta(&c, since);
	caller_good(&c, "FindMembershipResponse");
	delta(&c, "2003-06-27T08:21:33.1570000-07:00");
	caller_faults(&c, "FullSyncRequired", "Full sync required");
	delta(&c, "2044-06-27T08:21:33Z");
	caller_faults(&c, "FullSyncRequired", "Full sync required");
	delta(&c, "yesterday");
	caller_faults(&c, "FullSyncRequired", "Full sync required");
	delta(&c, "0001-01-01T00:00:00");
	caller_good(&c, "FindMembershipResponse");
	assert_non_null(list_member(&c, "Allow", "zoe@example.com"));
	caller_free(&c);
	world_free(w);
}

static void
only_the_messengers_lists_are_kept(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	call_sharing(&c, "FindMembership",
	    "<serviceFilter><Types><ServiceType>Profile</ServiceType></Types>"
	    "</serviceFilter>");
	caller_good(&c, "FindMembershipResponse");
	assert_null(xml_path(c.body, SERVICE));
	call_sharing(&c, "FindMembershipByRole",
	    "<includedRoles><RoleId>Block</RoleId></includedRoles>");
	caller_says(&c,
	    "FindMembershipByRoleResult/Services/Service/Memberships/"
	    "Membership/MemberRole",
	    "Block");
	assert_false(caller_has(&c, "<MemberRole>Allow"));
	caller_free(&c);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allow_and_block_exclude_each_other),
		cmocka_unit_test(
		    adding_twice_is_fine_and_deleting_the_absent_is_said),
		cmocka_unit_test(members_are_deleted_by_number_alone),
		cmocka_unit_test(every_member_of_every_membership_is_taken),
		cmocka_unit_test(who_is_added_has_the_other_in_pending_alone),
		cmocka_unit_test(words_of_who_asks_are_shown_until_decided),
		cmocka_unit_test(
		    whoever_is_allowed_or_refused_is_pending_no_more),
		cmocka_unit_test(a_block_by_web_service_is_seen_at_once),
		cmocka_unit_test(
		    an_addition_by_web_service_is_told_to_who_is_added),
		cmocka_unit_test(what_a_session_does_is_in_the_next_answer),
		cmocka_unit_test(a_delta_has_what_changed_and_what_is_gone),
		cmocka_unit_test(only_the_messengers_lists_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
