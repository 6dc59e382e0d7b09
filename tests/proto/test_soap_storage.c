/* SPDX-License-Identifier: MIT */
/* Roaming profiles: name, words and picture, written and read again. */
#include "tests/proto/place.h"
#include "tests/proto/storage_play.h"

#define W10   "http://www.msn.com/webservices/storage/w10"
#define Y2008 "http://www.msn.com/webservices/storage/2008"

/* ---- samples ---- */

static const char *const samples[][2] = {
	{ "storage/GetProfile.w10", "GetProfileResponse" },
	{ "storage/GetProfile.2008", "GetProfileResponse" },
	{ "storage/UpdateProfile.set", "UpdateProfileResponse" },
	{ "storage/UpdateProfile.clear-psm", "UpdateProfileResponse" },
	{ "storage/CreateProfile", "CreateProfileResponse" },
	{ "storage/ShareItem", "ShareItemResponse" },
	{ "storage/FindDocuments", "FindDocumentsResponse" },
	{ "storage/CreateDocument", "CreateDocumentResponse" },
	{ "storage/UpdateDocument", "UpdateDocumentResponse" },
	{ "storage/CreateRelationships", "CreateRelationshipsResponse" },
	{ "storage/DeleteRelationships.tiles", "DeleteRelationshipsResponse" },
	{ "storage/DeleteRelationships.profile",
	    "DeleteRelationshipsResponse" },
	{ "feeds/Directory.Get", "GetResponse" },
};

static void
every_sample_is_answered(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		struct world *w = world_new();
		struct caller c = caller_new(w, "alice@example.com");

		caller_sample(&c, samples[i][0]);
		caller_good(&c, samples[i][1]);
		/* the same of somebody else's things is refused */
		c.cid[15] = c.cid[15] == '1' ? '2' : '1';
		caller_sample(&c, samples[i][0]);
		if (strstr(samples[i][0], "GetProfile") != NULL ||
		    strstr(samples[i][0], "FindDoc") != NULL)
			caller_faults(&c, "ItemDoesNotExist", "does not exist");
		else if (strstr(samples[i][0], "CreateProfile") == NULL &&
		    strstr(samples[i][0], "Directory") == NULL)
			caller_faults(&c, "AccessDenied", "");
		caller_free(&c);
		world_free(w);
	}
}

/* Every element of a known answer is there, in its place. */
static void
has_all_of(const struct xml_node *got, const struct xml_node *want)
{
	XML_EACH(it, want) {
		char name[64];

		caller_keep(name, sizeof(name), it->name);
		if (xml_child(got, name) == NULL)
			fail_msg("no %s", name);
		has_all_of(xml_child(got, name), it);
	}
}

/* covers: soap 11 #108, #83 */
static void
profiles_come_in_the_namespace_of_the_request(void **state)
{
	static const char *const names[][3] = {
		{ "storage/GetProfile.w10", "GetProfile.w10", W10 },
		{ "storage/GetProfile.2008", "GetProfile.2008", Y2008 },
	};
	static const struct xml_limits limits = { 64, 10000, 1 << 20 };
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	caller_sample(&c, "storage/UpdateProfile.set");
	caller_sample(&c, "storage/CreateDocument");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		static char text[1 << 16];
		const struct xml_node *root, *head;
		const char *why;
		char path[200];
		ssize_t n;
		int fd;

		caller_sample(&c, names[i][0]);
		caller_good(&c, "GetProfileResponse");
		assert_true(
		    slice_eq_text(xml_attr(c.body, "xmlns"), names[i][2]));
		root = c.body->parent->parent;
		head = xml_path(root, "Header/StorageUserHeader");
		assert_true(
		    slice_eq_text(xml_attr(head, "xmlns"), names[i][2]));
		/* read as 32 bits: field-runs 2.9 */
		assert_true(slice_eq_text(xml_child_text(head, "Cid"), "0"));
		assert_true(slice_eq_text(xml_child_text(head, "TicketToken"),
		    c.ticket));
		(void)snprintf(path, sizeof(path),
		    "tests/soap/responses/%s.xml", names[i][1]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		assert_true(fd >= 0);
		n = read(fd, text, sizeof(text));
		(void)close(fd);
		assert_true(n > 0);
		has_all_of(root,
		    xml_read(&c.arena, slice_make(text, (size_t)n), &limits,
			&why));
	}
	caller_free(&c);
	world_free(w);
}

/* covers: soap 11 #108, #83 */
static void
the_number_is_hex_or_decimal(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	char id[40], upper[24];

	(void)state;
	for (size_t i = 0; i < sizeof(upper) && (upper[i] = c.cid[i]); i++)
		if (upper[i] >= 'a')
			upper[i] = (char)(upper[i] - 'a' + 'A');
	(void)snprintf(id, sizeof(id), "%s!106", c.cid);
	own_profile(&c);
	caller_says(&c, "GetProfileResult/ResourceID", id);
	get_profile(&c, c.decimal);
	caller_says(&c, "GetProfileResult/ResourceID", id);
	get_profile(&c, upper);
	caller_says(&c, "GetProfileResult/ResourceID", id);
	/* as MSN 7.0 has it, and without any handle */
	get_profile(&c, "alice@example.com");
	caller_says(&c, "GetProfileResult/ResourceID", id);
	caller_call(&c, STORE, "GetProfile", "");
	caller_says(&c, "GetProfileResult/ResourceID", id);
	/* the address book says the same number */
	call_book(&c, "ABFindAll", "");
	caller_says(&c, "ABFindAllResult/ab/abInfo/OwnerCID", c.decimal);
	caller_free(&c);
	world_free(w);
}

/* ---- words ---- */

/* covers: soap 11 #109 */
static void
name_and_words_come_back_and_go(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	char then[40];

	(void)state;
	/* nothing was ever set */
	own_profile(&c);
	assert_false(there(&c, WORDS "PersonalStatus"));
	assert_false(there(&c, WORDS "DisplayName"));
	assert_false(there(&c, WORDS "Photo"));
	caller_sample(&c, "storage/UpdateProfile.set");
	caller_good(&c, "UpdateProfileResponse");
	own_profile(&c);
	caller_says(&c, WORDS "DisplayName", "Alice");
	caller_says(&c, WORDS "PersonalStatus", "at lunch");
	caller_keep(then, sizeof(then),
	    caller_text(&c, WORDS "PersonalStatusLastModified"));
	/* the same again is no change; times are those of changes */
	world_pass(w, 60 * 1000);
	caller_sample(&c, "storage/UpdateProfile.set");
	own_profile(&c);
	caller_says(&c, WORDS "PersonalStatusLastModified", then);
	caller_says(&c, WORDS "DisplayNameLastModified", then);
	caller_call(&c, STORE, "UpdateProfile",
	    "<profile><ExpressionProfile><PersonalStatus>caf\xc3\xa9 &lt;3"
	    "</PersonalStatus></ExpressionProfile></profile>");
	own_profile(&c);
	caller_says(&c, WORDS "PersonalStatus", "caf\xc3\xa9 <3");
	caller_says(&c, WORDS "DisplayNameLastModified", then);
	assert_false(
	    slice_eq_text(caller_text(&c, WORDS "PersonalStatusLastModified"),
		then));
	caller_sample(&c, "storage/UpdateProfile.clear-psm");
	own_profile(&c);
	assert_false(there(&c, WORDS "PersonalStatus"));
	assert_false(there(&c, WORDS "PersonalStatusLastModified"));
	caller_says(&c, WORDS "DisplayName", "Alice");
	caller_free(&c);
	world_free(w);
}

static void
the_name_is_the_one_everybody_sees(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct player *p = play_online(w, "alice@example.com", "MSNP12");
	char then[40];

	(void)state;
	own_profile(&c);
	caller_keep(then, sizeof(then),
	    caller_text(&c, "GetProfileResult/DateModified"));
	caller_call(&c, STORE, "UpdateProfile",
	    "<profile><ExpressionProfile><DisplayName>Al ice</DisplayName>"
	    "</ExpressionProfile></profile>");
	caller_good(&c, "UpdateProfileResponse");
	assert_true(
	    slice_eq_text(account_name(world_account(w, "alice@example.com")),
		"Al%20ice"));
	/* and one said elsewhere is here, with its time */
	world_pass(w, 5000);
	play_ignore(p);
	play_say(p, "PRP 9 MFN New");
	own_profile(&c);
	caller_says(&c, WORDS "DisplayName", "New");
	assert_false(
	    slice_eq_text(caller_text(&c, WORDS "DisplayNameLastModified"),
		then));
	caller_free(&c);
	world_free(w);
}

static void
what_is_too_long_changes_nothing(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct buf b = BUF_INIT(CALL_MAX);

	(void)state;
	buf_addf(&b, "<profile><ExpressionProfile><PersonalStatus>");
	for (unsigned i = 0; i <= PROFILE_STATUS_MAX; i++)
		buf_add_char(&b, 'x');
	buf_addf(&b, "</PersonalStatus></ExpressionProfile></profile>");
	buf_add_char(&b, '\0');
	caller_call(&c, STORE, "UpdateProfile", b.p);
	caller_faults(&c, "BadArgument", "");
	buf_reset(&b);
	buf_addf(&b,
	    "<profile><ExpressionProfile><PersonalStatus>x</PersonalStatus>"
	    "<DisplayName>");
	for (unsigned i = 0; i <= NAME_MAX_ENCODED; i++)
		buf_add_char(&b, 'x');
	buf_addf(&b, "</DisplayName></ExpressionProfile></profile>");
	buf_add_char(&b, '\0');
	caller_call(&c, STORE, "UpdateProfile", b.p);
	caller_faults(&c, "BadArgumentLength", "DisplayName");
	own_profile(&c);
	assert_false(there(&c, WORDS "PersonalStatus"));
	assert_false(there(&c, WORDS "DisplayName"));
	buf_free(&b);
	caller_free(&c);
	world_free(w);
}

/* ---- others ---- */

static void
others_see_a_profile_when_they_are_allowed_and_never_change_it(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct caller bob = caller_new(w, "bob@example.com");
	char own[24];

	(void)state;
	caller_sample(&c, "storage/UpdateProfile.set");
	get_profile(&bob, c.cid);
	caller_faults(&bob, "ItemDoesNotExist", "Alias does not exist");
	caller_member(&c, "AddMember", "Allow", "bob@example.com");
	world_forget(w);
	get_profile(&bob, c.cid);
	caller_says(&bob, WORDS "PersonalStatus", "at lunch");
	get_profile(&bob, "alice@example.com");
	caller_says(&bob, WORDS "PersonalStatus", "at lunch");
	/* Bob's ticket, Alice's things */
	memcpy(own, bob.cid, sizeof(own));
	memcpy(bob.cid, c.cid, sizeof(own));
	caller_sample(&bob, "storage/UpdateProfile.clear-psm");
	caller_faults(&bob, "AccessDenied", "");
	caller_sample(&bob, "storage/CreateDocument");
	caller_faults(&bob, "AccessDenied", "");
	caller_sample(&bob, "storage/UpdateDocument");
	caller_faults(&bob, "AccessDenied", "");
	memcpy(bob.cid, own, sizeof(own));
	own_profile(&c);
	caller_says(&c, WORDS "PersonalStatus", "at lunch");
	assert_false(there(&c, WORDS "Photo"));
	caller_free(&bob);
	caller_free(&c);
	world_free(w);
}

static void
the_directory_tells_what_profiles_tell(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct caller bob = caller_new(w, "bob@example.com");
	char inside[400];
	unsigned views = 0;

	(void)state;
	caller_sample(&c, "storage/UpdateProfile.set");
	caller_sample(&c, "storage/CreateDocument");
	caller_sample(&c, "feeds/Directory.Get");
	caller_good(&c, "GetResponse");
	assert_true(slice_eq_text(xml_attr(c.body, "xmlns"),
	    "http://profile.live.com/"));
	caller_says(&c, "GetResult/View/ViewName", "WLX.DC.CoreProfile");
	assert_true(caller_has(&c,
	    "<A><N>ExpressionProfile.PersonalStatus</N>"
	    "<V xsi:type=\"xsd:string\">at lunch</V></A>"));
	assert_true(caller_has(&c, "<N>UserTileStaticUrl</N>"));
	/* a stranger's is empty; many are asked for at once */
	(void)snprintf(inside, sizeof(inside),
	    "<request><ViewName>V</ViewName><Ids><Id><V1>%s</V1></Id><Id><V1>"
	    "%s</V1></Id><Id><V1>junk</V1></Id></Ids></request>",
	    c.decimal, bob.decimal);
	world_forget(w);
	caller_call(&c, "profile.asmx", "GetMany", inside);
	caller_good(&c, "GetManyResponse");
	XML_EACH(it, xml_child(c.body, "GetManyResult"))
		views += (xml_path(it, "Attributes/A") != NULL) ? 10 : 1;
	assert_int_equal(views, 12);
	caller_call(&c, "profile.asmx", "Set", "");
	caller_good(&c, "SetResponse");
	caller_free(&bob);
	caller_free(&c);
	world_free(w);
}

/* ---- the store ---- */

static void
profiles_outlive_memory_and_die_with_the_account(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct request rq;
	char picture[PROFILE_ADDRESS_BYTES + 1];
	struct account *a;

	(void)state;
	caller_sample(&c, "storage/UpdateProfile.set");
	caller_sample(&c, "storage/CreateDocument");
	(void)snprintf(picture, sizeof(picture), "%s", picture_address(&c));
	world_forget(w);
	own_profile(&c);
	caller_says(&c, WORDS "PersonalStatus", "at lunch");
	a = world_account(w, "alice@example.com");
	a = place_begin(w, &rq, "alice@example.com");
	assert_int_equal(account_delete(&rq, a), RESULT_OK);
	/* words for who is gone: nothing happens, and nothing breaks */
	assert_int_equal(profile_set_status(&rq, a, SLICE_LIT("x")), RESULT_OK);
	request_end(&rq);
	world_settle(w);
	get_profile(&c, c.cid);
	caller_faults(&c, "PassportAuthFail", "");
	assert_int_equal(tile(&c, picture, "static"), 404);
	caller_free(&c);
	world_free(w);
}

static void
a_store_that_fails_is_said_so(void **state)
{
	struct world *w = world_on_disk();
	struct caller c = caller_new(w, "alice@example.com");
	char picture[PROFILE_ADDRESS_BYTES + 1];

	(void)state;
	caller_sample(&c, "storage/CreateDocument");
	(void)snprintf(picture, sizeof(picture), "%s", picture_address(&c));
	world_sql(w, "DROP TABLE profiles");
	get_profile(&c, c.cid);
	caller_faults(&c, "ServiceUnavailable", "");
	assert_int_equal(tile(&c, picture, "static"), 503);
	caller_sample(&c, "storage/UpdateProfile.set");
	caller_faults(&c, "ServiceUnavailable", "");
	caller_free(&c);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sample_is_answered),
		cmocka_unit_test(profiles_come_in_the_namespace_of_the_request),
		cmocka_unit_test(the_number_is_hex_or_decimal),
		cmocka_unit_test(name_and_words_come_back_and_go),
		cmocka_unit_test(the_name_is_the_one_everybody_sees),
		cmocka_unit_test(what_is_too_long_changes_nothing),
		cmocka_unit_test(
		    others_see_a_profile_when_they_are_allowed_and_never_change_it),
		cmocka_unit_test(the_directory_tells_what_profiles_tell),
		cmocka_unit_test(
		    profiles_outlive_memory_and_die_with_the_account),
		cmocka_unit_test(a_store_that_fails_is_said_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
