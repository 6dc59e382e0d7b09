/* SPDX-License-Identifier: MIT */
/*
 * Requests as clients send them, file by file: each gets a document of the
 * shape they know, or the fault the reference names for it.
 */
#include "tests/proto/soap_play.h"

#define NOBODY "nobody@example.com"

/* Alice has bob on her list and in a group, carol waits to be let in. */
static struct caller
alices_world(struct world *w)
{
	struct caller c, carol;

	world_add(w, "bob@example.com", "Bob");
	c = caller_new(w, "alice@example.com");
	carol = caller_new(w, "carol@example.com");
	caller_groups(&c, "Old friends");
	call_book(&c, "ABContactAdd",
	    "<contacts><Contact><contactInfo><passportName>bob@example.com"
	    "</passportName><annotations><Annotation><Name>AB.NickName</Name>"
	    "<Value>Bobby</Value></Annotation></annotations></contactInfo>"
	    "</Contact></contacts>");
	caller_keep(c.contact, sizeof(c.contact),
	    caller_text(&c, "ABContactAddResult/guid"));
	caller_adds(&carol, "alice@example.com");
	caller_free(&carol);
	call_sharing(&c, "FindMembership", "");
	caller_keep(c.member, sizeof(c.member),
	    xml_child_text(list_member(&c, "Pending", "carol@example.com"),
		"MembershipId"));
	return c;
}

struct sample {
	const char *name;
	const char *good; /* the answer's element, or */
	const char *fault, *words;
};

/* clang-format off */
static const struct sample samples[] = {
	{ "ab/ABAdd",                                 "ABAddResponse",                NULL,                     NULL },
	{ "ab/ABContactAdd.LivePending",              NULL,                           "ContactAlreadyExists",   "Contact Already Exists " },
	{ "ab/ABContactAdd.Regular",                  NULL,                           "ContactAlreadyExists",   "Contact Already Exists " },
	{ "ab/ABContactAdd.mobile",                   "ABContactAddResponse",         NULL,                     NULL },
	{ "ab/ABContactAdd.yahoo",                    NULL,                           "EmailDomainIsFederated", "" },
	{ "ab/ABContactDelete",                       "ABContactDeleteResponse",      NULL,                     NULL },
	{ "ab/ABContactUpdate.details",               "ABContactUpdateResponse",      NULL,                     NULL },
	{ "ab/ABContactUpdate.displayName-me",        "ABContactUpdateResponse",      NULL,                     NULL },
	{ "ab/ABContactUpdate.isMessengerUser-false", "ABContactUpdateResponse",      NULL,                     NULL },
	{ "ab/ABContactUpdate.me-annotations",        "ABContactUpdateResponse",      NULL,                     NULL },
	{ "ab/ABContactUpdate.nickname",              "ABContactUpdateResponse",      NULL,                     NULL },
	{ "ab/ABFindAll.cookie-auth",                 "ABFindAllResponse",            NULL,                     NULL },
	{ "ab/ABFindAll.delta",                       NULL,                           "FullSyncRequired",       "Full sync required.  Details: Delta syncs disabled." },
	{ "ab/ABFindAll.full",                        "ABFindAllResponse",            NULL,                     NULL },
	{ "ab/ABFindByContacts",                      "ABFindByContactsResponse",     NULL,                     NULL },
	{ "ab/ABFindContactsPaged.circle",            NULL,                           "Forbidden",              "API ABFindContactsPaged no longer supported" },
	{ "ab/ABFindContactsPaged.delta",             NULL,                           "FullSyncRequired",       "Full sync required." },
	{ "ab/ABFindContactsPaged.full",              "ABFindContactsPagedResponse",  NULL,                     NULL },
	{ "ab/ABGroupAdd",                            "ABGroupAddResponse",           NULL,                     NULL },
	{ "ab/ABGroupContactAdd.by-id",               "ABGroupContactAddResponse",    NULL,                     NULL },
	{ "ab/ABGroupContactAdd.new",                 "ABGroupContactAddResponse",    NULL,                     NULL },
	{ "ab/ABGroupContactDelete",                  "ABGroupContactDeleteResponse", NULL,                     NULL },
	{ "ab/ABGroupDelete",                         "ABGroupDeleteResponse",        NULL,                     NULL },
	{ "ab/ABGroupUpdate",                         "ABGroupUpdateResponse",        NULL,                     NULL },
	{ "ab/BreakConnection.circle-leave",          NULL,                           "Forbidden",              "API BreakConnection no longer supported" },
	{ "ab/BreakConnection.contact",               "BreakConnectionResponse",      NULL,                     NULL },
	{ "ab/CreateContact.circle",                  NULL,                           "Forbidden",              "API CreateContact no longer supported" },
	{ "ab/CreateContact.wlm2011",                 NULL,                           "ContactAlreadyExists",   "Contact Already Exists " },
	{ "ab/DeleteContact",                         "DeleteContactResponse",        NULL,                     NULL },
	{ "ab/ManageWLConnection.add-contact",        "ManageWLConnectionResponse",   NULL,                     NULL },
	{ "ab/ManageWLConnection.circle-accept",      NULL,                           "Forbidden",              "" },
	{ "ab/ManageWLConnection.circle-decline",     NULL,                           "Forbidden",              "" },
	{ "ab/ManageWLConnection.circle-invite",      NULL,                           "Forbidden",              "" },
	{ "ab/UpdateDynamicItem",                     "UpdateDynamicItemResponse",    NULL,                     NULL },
	{ "sharing/AddMember.Allow",                  "AddMemberResponse",            NULL,                     NULL },
	{ "sharing/AddMember.Block",                  "AddMemberResponse",            NULL,                     NULL },
	{ "sharing/AddMember.Reverse",                "AddMemberResponse",            NULL,                     NULL },
	{ "sharing/AddMember.circle.block",           NULL,                           "UserDoesNotExist",       "User does not exist " },
	{ "sharing/AddMember.storage-role",           "AddMemberResponse",            NULL,                     NULL },
	{ "sharing/AddMember.yahoo",                  NULL,                           "UserDoesNotExist",       "User does not exist " },
	{ "sharing/AddService",                       "AddServiceResponse",           NULL,                     NULL },
	{ "sharing/CreateCircle",                     NULL,                           "Forbidden",              "API CreateCircle no longer supported" },
	{ "sharing/DeleteMember.by-id",               "DeleteMemberResponse",         NULL,                     NULL },
	{ "sharing/DeleteMember.by-name",             NULL,                           "MemberDoesNotExist",     "Member does not exist " },
	{ "sharing/FindMembership.delta",             NULL,                           "FullSyncRequired",       "Full sync required." },
	{ "sharing/FindMembership.full",              "FindMembershipResponse",       NULL,                     NULL },
	{ "sharing/FindMembership.wlm2011",           "FindMembershipResponse",       NULL,                     NULL },
};
/* clang-format on */

/* covers: soap 11 #74, #75, #77, #81, #96, #101, #102 */
static void
every_sample_gets_its_answer_or_its_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		const struct sample *s = &samples[i];
		struct world *w = world_new();
		struct caller c = alices_world(w);
		char cookie[256];

		(void)snprintf(cookie, sizeof(cookie),
		    "MSPProf=; MSPAuth=%.160s", c.ticket + 2);
		*strchr(cookie, '&') = '\0';
		if (strstr(s->name, "cookie") != NULL)
			c.cookie = cookie;
		caller_sample(&c, s->name);
		if (s->good != NULL)
			caller_good(&c, s->good);
		else
			caller_faults(&c, s->fault, s->words);
		caller_free(&c);
		world_free(w);
	}
}

/* ---- shapes ---- */

/* Every element of the pattern has one of its name in the same place. */
static void
is_shaped_like(const struct xml_node *got, const struct xml_node *want)
{
	/* circles and details nobody has here */
	static const char *const not_here[] = { "Circles", "Annotations",
		"firstName" };

	XML_EACH(it, want) {
		const struct xml_node *other = NULL;
		bool skip = false;
		unsigned n = 0;

		/* the third Membership with the third */
		XML_EACH(before, want) {
			if (before == it)
				break;
			n += slice_eq(before->name, it->name);
		}
		for (size_t i = 0; i < ARRAY_LEN(not_here); i++)
			skip |= slice_eq_text(it->name, not_here[i]);
		XML_EACH(has, got)
			if (slice_eq(has->name, it->name) && n-- == 0)
				other = has;
		if (skip)
			continue;
		if (other == NULL)
			fail_msg("no " SLICE_FMT " in " SLICE_FMT,
			    SLICE_ARG(it->name), SLICE_ARG(got->name));
		is_shaped_like(other, it);
	}
}

static const char *const shaped[][2] = {
	{ "ab/ABAdd", "ABAdd" },
	{ "ab/ABContactAdd.mobile", "ABContactAdd" },
	{ "ab/ABFindAll.full", "ABFindAll" },
	{ "ab/ABFindContactsPaged.full", "ABFindContactsPaged" },
	{ "ab/ABGroupAdd", "ABGroupAdd" },
	{ "ab/ABGroupContactAdd.by-id", "ABGroupContactAdd" },
	{ "ab/ABContactUpdate.nickname", "Empty.ABContactUpdate" },
	{ "sharing/FindMembership.full", "FindMembership" },
	{ "ab/ABContactAdd.Regular", "Fault.ContactAlreadyExists" },
	{ "ab/ABFindAll.delta", "Fault.FullSyncRequired" },
};

/* covers: soap 11 #78, #82 */
static void
answers_have_every_element_of_the_known_ones(void **state)
{
	static const struct xml_limits limits = { 64, 100000, 1 << 20 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shaped); i++) {
		struct world *w = world_new();
		struct caller c = alices_world(w);
		struct caller bob = caller_new(w, "bob@example.com");
		struct xml_node *want;
		struct arena arena;
		const char *why;
		char path[200];
		static char text[1 << 17];
		ssize_t n;
		int fd;

		arena_init(&arena, 8 << 20);
		(void)snprintf(path, sizeof(path),
		    "tests/soap/responses/%s.xml", shaped[i][1]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		assert_true(fd >= 0);
		n = read(fd, text, sizeof(text));
		assert_true(n > 0);
		(void)close(fd);
		want = xml_read(&arena, slice_make(text, (size_t)n), &limits,
		    &why);
		assert_non_null(want);
		/* so that every list has somebody */
		caller_sample(&c, "sharing/AddMember.Allow");
		caller_sample(&c, "ab/ABGroupContactAdd.by-id");
		caller_adds(&bob, "alice@example.com");
		caller_free(&bob);
		caller_sample(&c, shaped[i][0]);
		is_shaped_like(c.body->parent->parent, want);
		arena_free(&arena);
		caller_free(&c);
		world_free(w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sample_gets_its_answer_or_its_fault),
		cmocka_unit_test(answers_have_every_element_of_the_known_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
