/* SPDX-License-Identifier: MIT */
/* The picture of a profile: put there, fetched, and taken away. */
#include "tests/proto/storage_play.h"

static const char jpeg[] = "\xff\xd8\xff\xe0\0\x10JFIF\0 a picture";

/* covers: soap 11 #110 */
static void
a_picture_is_what_its_bytes_say(void **state)
{
	static const struct {
		struct slice bytes;
		const char *type;
	} kinds[] = {
		{ { jpeg, sizeof(jpeg) - 1 }, "image/jpeg" },
		{ { "GIF89a....", 10 }, "image/gif" },
		{ { "GIF87a", 6 }, "image/gif" },
		{ { "\x89PNG\r\n\x1a\n\0\0\0", 11 }, "image/png" },
	};
	static const char *const methods[] = { "CreateDocument",
		"UpdateDocument" };
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	char url[200];

	(void)state;
	c.host = "storage.msn.com:443";
	for (size_t i = 0; i < 2 * ARRAY_LEN(kinds); i++) {
		struct slice bytes = kinds[i / 2].bytes;
		const char *type = kinds[i / 2].type;
		char size[24];

		assert_int_equal(upload(&c, methods[i % 2], bytes), 200);
		own_profile(&c);
		caller_says(&c,
		    WORDS "Photo/DocumentStreams/DocumentStream/MimeType",
		    type);
		(void)snprintf(size, sizeof(size), "%zu", bytes.n);
		caller_says(&c,
		    WORDS "Photo/DocumentStreams/DocumentStream/DataSize",
		    size);
		caller_keep(url, sizeof(url),
		    caller_text(&c,
			WORDS "Photo/DocumentStreams/DocumentStream/"
			      "PreAuthURL"));
		caller_says(&c, WORDS "StaticUserTilePublicURL", url);
		assert_true(strncmp(url, "https://storage.msn.com/", 24) == 0);
		world_forget(w);
		assert_int_equal(caller_get(&c, url + 23, ""), 200);
		assert_string_equal(c.type, type);
		assert_true(slice_eq(buf_slice(&c.reply), bytes));
		assert_int_equal(tile(&c, picture_address(&c), "small"), 200);
		assert_true(slice_eq(buf_slice(&c.reply), bytes));
	}
	caller_sample(&c, "storage/FindDocuments");
	(void)snprintf(url, sizeof(url), "%s!205", c.cid);
	caller_says(&c, "FindDocumentsResult/Document/ResourceID", url);
	caller_free(&c);
	world_free(w);
}

static void
a_picture_goes_with_its_relation_to_the_profile(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	caller_sample(&c, "storage/CreateDocument");
	caller_good(&c, "CreateDocumentResponse");
	caller_sample(&c, "storage/CreateRelationships");
	/* out of the tiles it may go and stay the profile's */
	caller_sample(&c, "storage/DeleteRelationships.tiles");
	caller_good(&c, "DeleteRelationshipsResponse");
	assert_int_equal(tile(&c, picture_address(&c), "static"), 200);
	caller_sample(&c, "storage/DeleteRelationships.profile");
	caller_good(&c, "DeleteRelationshipsResponse");
	assert_int_equal(tile(&c, picture_address(&c), "static"), 404);
	own_profile(&c);
	assert_false(there(&c, WORDS "Photo"));
	caller_sample(&c, "storage/FindDocuments");
	caller_good(&c, "FindDocumentsResponse");
	assert_false(there(&c, "FindDocumentsResult/Document"));
	caller_free(&c);
	world_free(w);
}

static void
what_is_no_picture_or_too_large_is_refused(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	static char large[PROFILE_PICTURE_MAX + 1];

	(void)state;
	memcpy(large, "GIF89a", 6);
	upload(&c, "CreateDocument", slice_make(large, sizeof(large)));
	caller_faults(&c, "BadArgument", "");
	upload(&c, "CreateDocument", SLICE_LIT("<html>"));
	caller_faults(&c, "BadArgument", "");
	upload(&c, "UpdateDocument", SLICE_LIT(""));
	caller_faults(&c, "BadArgument", "");
	caller_call(&c, STORE, "UpdateDocument",
	    "<document><DocumentStreams><DocumentStream><Data>!!!</Data>"
	    "</DocumentStream></DocumentStreams></document>");
	caller_faults(&c, "BadArgument", "");
	assert_int_equal(tile(&c, picture_address(&c), "static"), 404);
	/* the largest there may be */
	assert_int_equal(upload(&c, "CreateDocument",
			     slice_make(large, PROFILE_PICTURE_MAX)),
	    200);
	assert_int_equal(tile(&c, picture_address(&c), "static"), 200);
	assert_int_equal(c.reply.n, PROFILE_PICTURE_MAX);
	caller_free(&c);
	world_free(w);
}

static void
odd_addresses_of_pictures_find_nothing(void **state)
{
	static const char *const odd[] = { "0", "x", "ffffffffffffffff",
		"0000000000000000", "00000000000000001", "-1",
		"123456789012345678901234567890" };
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(odd); i++)
		assert_int_equal(tile(&c, odd[i], "static"), 404);
	caller_sample(&c, "storage/CreateDocument");
	assert_int_equal(tile(&c, picture_address(&c), "large"), 404);
	assert_int_equal(tile(&c, picture_address(&c), ""), 404);
	assert_int_equal(tile(&c, c.cid, "static"), 404);
	assert_int_equal(tile(&c, c.decimal, "static"), 404);
	assert_int_equal(tile(&c, picture_address(&c), "static"), 200);
	caller_free(&c);
	world_free(w);
}

/* Numbers of accounts are told to many; pictures only to who may see them. */
static void
an_address_of_a_picture_cannot_be_guessed_or_outlive_it(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	char first[PROFILE_ADDRESS_BYTES + 1], guess[sizeof(first)];

	(void)state;
	assert_int_equal(upload(&c, "CreateDocument", SLICE_LIT("GIF89a.")),
	    200);
	(void)snprintf(first, sizeof(first), "%s", picture_address(&c));
	assert_int_equal(tile(&c, first, "static"), 200);
	/* every bit of it counts */
	for (size_t i = 0; i < PROFILE_ADDRESS_BYTES; i++) {
		memcpy(guess, first, sizeof(guess));
		guess[i] = guess[i] == '0' ? '1' : '0';
		assert_int_equal(tile(&c, guess, "static"), 404);
	}
	world_pass(w, 2000);
	assert_int_equal(upload(&c, "CreateDocument", SLICE_LIT("GIF87a.")),
	    200);
	assert_int_equal(tile(&c, first, "static"), 404);
	assert_int_equal(tile(&c, picture_address(&c), "static"), 200);
	/* the same after a start: clients keep addresses */
	(void)snprintf(first, sizeof(first), "%s", picture_address(&c));
	world_forget(w);
	assert_int_equal(tile(&c, first, "static"), 200);
	caller_free(&c);
	world_free(w);
}

static enum http_outcome
fetch_tile(struct http_request *rq, struct soap *s)
{
	const struct http_route *rows;
	size_t n;

	rows = soap_get_routes(&n);
	for (size_t i = 0; i < n; i++)
		if (strstr(rows[i].path, "usertile") != NULL)
			return rows[i].handle(rq, s);
	fail_msg("no route");
	return HTTP_DONE;
}

static void
who_goes_away_leaves_nothing_behind(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	char path[200];
	struct http_request rq = { .path = path };

	(void)state;
	caller_sample(&c, "storage/CreateDocument");
	(void)snprintf(path, sizeof(path), "/storage/usertile/%s/static",
	    picture_address(&c));
	for (unsigned turns = 0; turns < 2; turns++) {
		world_forget(w);
		rq.state = NULL;
		rq.again = false;
		assert_int_equal(fetch_tile(&rq, c.soap), HTTP_WAIT);
		if (turns == 1) {
			while (!rq.again)
				loop_turn(world_core(w)->loop);
			assert_int_equal(fetch_tile(&rq, c.soap), HTTP_WAIT);
		}
		rq.cleanup(rq.state);
		world_settle(w);
		assert_int_equal(world_core(w)->nrequests, 0);
	}
	caller_free(&c);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_picture_is_what_its_bytes_say),
		cmocka_unit_test(
		    a_picture_goes_with_its_relation_to_the_profile),
		cmocka_unit_test(what_is_no_picture_or_too_large_is_refused),
		cmocka_unit_test(odd_addresses_of_pictures_find_nothing),
		cmocka_unit_test(
		    an_address_of_a_picture_cannot_be_guessed_or_outlive_it),
		cmocka_unit_test(who_goes_away_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
