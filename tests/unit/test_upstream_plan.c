/* SPDX-License-Identifier: MIT */
/* Whom a question is for and what it asks: settings, tables, relaying. */
#include "tests/unit/upstream_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define GUID_AB "{CFE80F9D-180F-4399-82AB-413F33A1FA11}"
#define GUID_MS "{7108E71A-9926-4FCB-BCC9-9A9D3F32E423}"

static struct slice
home(struct upstream_world *w, const char *address)
{
	return w->seam->home(w->seam->ctx, slice_text(address));
}

/* covers: real-accounts 13 #27 */
static void
a_domain_decides_who_is_asked_and_ours_never_leave(void **state)
{
	struct upstream_world *w = *state;

	w->says.servers = SLICE_LIT("friends=https://a.example/RST.srf,"
				    "club=https://b.example/RST2.srf");
	w->says.domains = SLICE_LIT("friends.example=friends, "
				    "*.friends.example=club, "
				    "*.sub.friends.example=friends,"
				    "a.wide.example=club");
	w->says.local = SLICE_LIT("ours.example *.here.friends.example "
				  "*.wide.example");
	upstream_world_set(w);
	assert_true(slice_eq_text(home(w, "a@friends.example"), "friends"));
	assert_true(slice_eq_text(home(w, "a@FRIENDS.example"), "friends"));
	assert_true(slice_eq_text(home(w, "a@x.friends.example"), "club"));
	assert_true(
	    slice_eq_text(home(w, "a@x.sub.friends.example"), "friends"));
	assert_true(slice_eq_text(home(w, "a@sub.friends.example"), "club"));
	/* the part behind the last '@' */
	assert_true(slice_eq_text(home(w, "a@ours.example@friends.example"),
	    "friends"));
	assert_null(home(w, "a@friends.example@ours.example").p);
	assert_null(home(w, "a@x.here.friends.example").p);
	assert_null(home(w, "a@a.wide.example").p);
	assert_null(home(w, "a@notfriends.example").p);
	assert_null(home(w, "a@friends.example.org").p);
	assert_null(home(w, "a@.friends.example.").p);
	assert_null(home(w, "friends.example").p);
	assert_null(home(w, "").p);
}

/* covers: real-accounts 13 #27 */
static void
all_that_is_left_may_be_one_servers_but_never_what_is_ours(void **state)
{
	struct upstream_world *w = *state;

	w->says.servers = SLICE_LIT("big=https://a.example/RST.srf,"
				    "club=https://b.example/RST2.srf");
	w->says.domains = SLICE_LIT("*=big,*.x=club");
	w->says.local = SLICE_LIT("ours.example *.ours.example");
	upstream_world_set(w);
	assert_true(slice_eq_text(home(w, "a@anything.example"), "big"));
	assert_true(slice_eq_text(home(w, "a@dotless"), "big"));
	assert_true(slice_eq_text(home(w, "a@b.x"), "club"));
	assert_null(home(w, "a@ours.example").p);
	assert_null(home(w, "a@b.ours.example").p);
	assert_null(home(w, "nobody").p);
}

static void
rules_are_those_of_the_settings(void **state)
{
	struct upstream_world *w = *state;
	const struct elsewhere_rules *r;

	w->says.servers = SLICE_LIT("a=https://a.example/RST.srf,"
				    "b=https://b.example/RST2.srf,"
				    "c=https://c.example/RST2.srf");
	w->says.domains = SLICE_LIT("");
	w->says.provision = SLICE_LIT("b=approve,c=off");
	w->says.fallback = SLICE_LIT("b=30");
	upstream_world_set(w);
	r = w->seam->rules(w->seam->ctx, SLICE_LIT("a"));
	assert_true(r->make && !r->approve && r->fallback_days == 0);
	r = w->seam->rules(w->seam->ctx, SLICE_LIT("b"));
	assert_true(r->make && r->approve && r->fallback_days == 30);
	r = w->seam->rules(w->seam->ctx, SLICE_LIT("c"));
	assert_true(!r->make && !r->approve);
	assert_null(w->seam->rules(w->seam->ctx, SLICE_LIT("d")));
}

struct bad_row {
	size_t at;
	const char *value;
	const char *says;
};

static void
settings_that_make_no_sense_are_explained(void **state)
{
	/* clang-format off */
#define AT(field) offsetof(struct upstream_settings, field)
	static const struct bad_row rows[] = {
		{ AT(servers),   "friends",                      "upstream.servers: \"friends\" is no server; write name=address" },
		{ AT(servers),   "Friends=https://a.example/b",  "is no server" },
		{ AT(servers),   "friends=ftp://a.example/b",    "is no server" },
		{ AT(servers),   "friends=https://a.example",    "is no server" },
		{ AT(servers),   "friends=http://a.example/b",   "would send passwords in clear text; write https://" },
		{ AT(servers),   "here=https://a.example/b",     "means this server" },
		{ AT(servers),   "friends=https://a/b,friends=https://c/d", "is there twice" },
		{ AT(domains),   "friends.example",              "upstream.domains: \"friends.example\" is no pair" },
		{ AT(domains),   "friends.example=club",         "names no server of upstream.servers" },
		{ AT(domains),   "a b=friends",                  "is no pair" },
		{ AT(domains),   "a.example=friends,A.example=friends", "is there twice" },
		{ AT(local),     "friends.example",              "is in upstream.local too" },
		{ AT(local),     "a@b",                          "is no domain" },
		{ AT(ca),        "club=/etc/x",                  "upstream.ca: \"club\" is no name in upstream.servers" },
		{ AT(ca),        "/etc/x",                       "write friends=/etc/nudge/friends.pem" },
		{ AT(pin),       "friends=0123",                 "64 hex digits" },
		{ AT(kind),      "friends=soap",                 "friends=rst or friends=rst2" },
		{ AT(mode),      "friends=both",                 "friends=mint or friends=relay" },
		{ AT(provision), "friends=yes",                  "friends=auto" },
		{ AT(fallback),  "friends=9999",                 "at most 365" },
		{ AT(policy),    "friends=some",                 "friends=none" },
		{ AT(truncate),  "friends=3",                    "0 or 8 to 1024" },
		{ AT(plain),     "club",                         "upstream.plain: \"club\" is no name" },
		{ AT(tables),    "a.example MBI MBI",            "is no row" },
	};
#undef AT
	/* clang-format on */
	struct upstream_world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct upstream_settings s = w->says;
		struct slice value = slice_text(rows[i].value);
		char err[300] = "";

		memcpy((char *)&s + rows[i].at, &value, sizeof(value));
		assert_int_equal(upstream_config_parse(w->cfg, &s, err,
				     sizeof(err)),
		    -1);
		if (strstr(err, rows[i].says) == NULL)
			fail_msg("row %zu: %s", i, err);
	}
}

/* What the question asked for, one line each. */
static void
expect_asked(struct upstream_world *w, const struct upstream_asker *asker,
    const char *expected, const char *app)
{
	struct slice all;
	struct buf lines = BUF_INIT(4096);
	struct rst_request rq;
	struct arena a;

	scripted_answer(&w->server, "200 OK", slice_text(UPSTREAM_SIGNED_IN));
	assert_int_equal(upstream_world_wait(w,
			     upstream_world_post(w, 0, "pw", asker)),
	    ELSEWHERE_GOOD);
	all = buf_slice(&w->server.last);
	all = slice_from(all, slice_find_slice(all, SLICE_LIT("\r\n\r\n")) + 4);
	arena_init(&a, 1 << 20);
	assert_true(rst_read(&a, all, RST_2004, &rq));
	assert_true(slice_eq_text(rq.wishes[0].address, RST_BASE));
	for (unsigned i = 1; i < rq.n; i++)
		buf_addf(&lines, SLICE_FMT " " SLICE_FMT "\n",
		    SLICE_ARG(rq.wishes[i].address),
		    SLICE_ARG(rq.wishes[i].policy));
	buf_add_char(&lines, '\0');
	assert_string_equal(lines.p, expected);
	assert_true(slice_eq_text(rq.app, app));
	buf_free(&lines);
	arena_free(&a);
}

#define ROW75 "m75.example ?id=507\nclear.example MBI_KEY_OLD\n"

static void
set_tables(struct upstream_world *w)
{
	w->says.policy = SLICE_LIT("friends=table");
	w->says.tables[UPSTREAM_MSN75] = SLICE_LIT(
	    GUID_AB ", m75.example ?id=507, clear.example MBI_KEY_OLD");
	w->says.tables[UPSTREAM_WLM80] = SLICE_LIT("m80.example ?a=b&c=d");
	w->says.tables[UPSTREAM_WLM81] = SLICE_LIT("m81.example MBI_SSL");
	w->says.tables[UPSTREAM_WLM2009] = SLICE_LIT("m2009.example MBI");
	w->says.tables[UPSTREAM_WLM2011] = SLICE_LIT("m2011.example");
	upstream_world_set(w);
}

/* covers: real-accounts 13 #8, #9, #25 */
static void
headers_of_a_client_choose_its_row_and_odd_ones_do_not(void **state)
{
	struct upstream_world *w = *state;
	struct upstream_asker a = { 0 };

	set_tables(w);
	expect_asked(w, NULL, ROW75, GUID_AB);
	expect_asked(w, &a, ROW75, GUID_AB);
	a.x_client = SLICE_LIT("8.0.0812.00;" GUID_AB);
	expect_asked(w, &a, "m80.example ?a=b&c=d\n", GUID_AB);
	a.x_client = SLICE_LIT("8.5.1302;" GUID_MS);
	expect_asked(w, &a, "m81.example MBI_SSL\n", GUID_MS);
	a.x_client = SLICE_LIT("15.4.3555.308");
	expect_asked(w, &a, "m2011.example \n", GUID_MS);
	a.x_client = SLICE_LIT("7.5;{not a guid}");
	expect_asked(w, &a, ROW75, GUID_AB);
	a.x_client = SLICE_LIT("msnmsgr.exe");
	expect_asked(w, &a, ROW75, GUID_AB);
	a.user_agent = SLICE_LIT(
	    "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 6.2; IDCRL "
	    "5.000.819.1; IDCRL-cfg 16.0.27832.0; App msnmsgr.exe, "
	    "14.0.8117.416, " GUID_MS ")");
	expect_asked(w, &a, "m2009.example MBI\n", GUID_MS);
	/* its own word for a target, a further one, and rubbish */
	a.x_policy = SLICE_LIT(
	    "m2009.example|MBI_KEY, x.example|MBI, y.example, |MBI, z z|MBI");
	expect_asked(w, &a, "m2009.example MBI_KEY\nx.example MBI\n", GUID_MS);
}

static const char wlm_body[] =
    "<Envelope><Header><AuthInfo><HostingApp>" GUID_AB
    "</HostingApp></AuthInfo><Security><UsernameToken>"
    "<Username> Al@friends.example </Username><Password>pw</Password>"
    "</UsernameToken></Security></Header><Body><Many>"
    "</Many><RequestSecurityToken Id=\"RST0\"><AppliesTo>"
    "<EndpointReference><Address>http://Passport.NET/tb</Address>"
    "</EndpointReference></AppliesTo></RequestSecurityToken>"
    "<RequestSecurityToken Id=\"RST1\"><AppliesTo><EndpointReference>"
    "<Address>messengerclear.live.com</Address></EndpointReference>"
    "</AppliesTo><PolicyReference URI=\"MBI_KEY\"/>"
    "</RequestSecurityToken></Body></Envelope>";

static void
read_wlm(struct arena *arena, struct rst_request *rq, struct upstream_asker *a)
{
	arena_init(arena, 1 << 20);
	assert_true(rst_read(arena, slice_text(wlm_body), RST_2004, rq));
	*a = (struct upstream_asker){ .rst = rq,
		.kind = RST_2004,
		.body = slice_text(wlm_body) };
}

/* covers: real-accounts 13 #8, #9 */
static void
what_the_client_asked_for_can_be_asked_for(void **state)
{
	struct upstream_world *w = *state;
	struct upstream_asker a;
	struct rst_request rq;
	struct arena arena;

	read_wlm(&arena, &rq, &a);
	w->says.policy = SLICE_LIT("friends=copy");
	upstream_world_set(w);
	expect_asked(w, &a, "messengerclear.live.com MBI_KEY\n", GUID_AB);
	expect_asked(w, NULL, "", GUID_MS);
	/* a table's row, chosen and filled by what the request says */
	set_tables(w);
	w->says.tables[UPSTREAM_WLM81] =
	    SLICE_LIT("messengerclear.live.com MBI_KEY_OLD, c.example MBI");
	upstream_world_set(w);
	expect_asked(w, &a, "messengerclear.live.com MBI_KEY\nc.example MBI\n",
	    GUID_AB);
	arena_free(&arena);
}

/* ---- passed on as it is ---- */

static const char tickets[] = UPSTREAM_ENVELOPE(UPSTREAM_PP(
    "77") "<S:Body><w:RequestSecurityTokenResponseCollection>" UPSTREAM_TICKET
	  "<w:RequestSecurityTokenResponse><w:AppliesTo><w:EndpointReference>"
	  "<w:Address>messengerclear.live.com</w:Address></w:EndpointReference>"
	  "</w:AppliesTo><w:LifeTime><w:Expires>2008-06-28T08:21:33Z</w:Expires>"
	  "</w:LifeTime><w:RequestedSecurityToken><w:BinarySecurityToken "
	  "Id=\"Compact1\">t=abc+/&amp;p=x</w:BinarySecurityToken>"
	  "</w:RequestedSecurityToken><w:RequestedProofToken><w:BinarySecret>"
	  "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz</w:BinarySecret>"
	  "</w:RequestedProofToken></w:RequestSecurityTokenResponse>"
	  "<w:RequestSecurityTokenResponse><w:RequestedSecurityToken>"
	  "<w:BinarySecurityToken>t=d</w:BinarySecurityToken>"
	  "</w:RequestedSecurityToken></w:RequestSecurityTokenResponse>"
	  "</w:RequestSecurityTokenResponseCollection></S:Body>");

static void
a_question_is_passed_on_byte_by_byte_and_so_is_the_answer(void **state)
{
	struct upstream_world *w = *state;
	struct upstream_token got[4];
	struct upstream_asker a;
	struct rst_request rq;
	struct elsewhere_job *job = &w->asks[0].job;
	struct arena arena;

	read_wlm(&arena, &rq, &a);
	w->says.mode = SLICE_LIT("friends=relay");
	upstream_world_set(w);
	scripted_answer(&w->server, "200 OK", slice_text(tickets));
	assert_int_equal(upstream_world_wait(w,
			     upstream_world_post(w, 0, "pw", &a)),
	    ELSEWHERE_GOOD);
	assert_true(upstream_world_heard(w, wlm_body));
	assert_non_null(job->reply);
	assert_true(slice_eq_text(blob_slice(job->reply), tickets));
	assert_string_equal(job->remote_id, "77");
	assert_int_equal(upstream_read_tokens(&arena, blob_slice(job->reply),
			     got, 4),
	    2);
	assert_true(slice_eq_text(got[0].ticket, "t=abc+/&p=x"));
	assert_true(slice_eq_text(got[0].address, "messengerclear.live.com"));
	assert_int_equal(got[0].expires, 1214641293);
	assert_true(got[0].has_secret);
	assert_memory_equal(got[0].secret, "012345678901234567890123", 24);
	assert_false(got[1].has_secret);
	assert_int_equal(got[1].expires, 0);
	assert_int_equal(upstream_read_tokens(&arena, blob_slice(job->reply),
			     got, 1),
	    1);
	blob_unref(job->reply);
	job->reply = NULL;
	/* in the language of the question */
	a.kind = RST_2005;
	assert_int_equal(upstream_world_wait(w,
			     upstream_world_post(w, 0, "pw2", &a)),
	    ELSEWHERE_GOOD);
	assert_true(upstream_world_heard(w, "POST /RST2.srf "));
	blob_unref(job->reply);
	job->reply = NULL;
	/* without a document there is nothing to pass on */
	assert_int_equal(upstream_world_ask(w, "pw3"), ELSEWHERE_GOOD);
	assert_null(job->reply);
	arena_free(&arena);
}

/* Who is judged there must be who is let in here. */
static void
a_document_with_two_readings_is_not_passed_on(void **state)
{
	static const char *const odd[] = {
		"<Envelope><UsernameToken><Username>al</Username><Password>x"
		"</Password></UsernameToken><UsernameToken><Username>bo"
		"</Username><Password>pw</Password></UsernameToken></Envelope>",
		"<UsernameToken><Username>al</Username><Username>bo</Username>"
		"<Password>x</Password></UsernameToken>",
		"<UsernameToken><Username>al</Username><Password>x</Password>"
		"<Password>pw</Password></UsernameToken>",
		"<UsernameToken><Username>al<!-- --></Username><Password>x"
		"</Password></UsernameToken>",
		"<UsernameToken><Username><![CDATA[al]]></Username><Password>x"
		"</Password></UsernameToken>",
		"<usernametoken><username>al</username><password>x</password>"
		"</usernametoken><UsernameToken><Username>bo</Username>"
		"<Password>pw</Password></UsernameToken>",
		"",
	};
	struct upstream_world *w = *state;
	struct upstream_asker a;

	w->says.mode = SLICE_LIT("friends=relay");
	upstream_world_set(w);
	scripted_answer(&w->server, "200 OK", slice_text(UPSTREAM_SIGNED_IN));
	assert_true(upstream_is_plain(slice_text(wlm_body)));
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		a = (struct upstream_asker){ .body = slice_text(odd[i]) };
		assert_int_equal(upstream_world_wait(w,
				     upstream_world_post(w, 0, "pw", &a)),
		    ELSEWHERE_GOOD);
		assert_true(upstream_world_heard(w,
		    "<wsse:Username>al@friends.example</wsse:Username>"));
		assert_null(w->asks[0].job.reply);
	}
}

#define T(name)                                                    \
	cmocka_unit_test_setup_teardown(name, upstream_world_make, \
	    upstream_world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_domain_decides_who_is_asked_and_ours_never_leave),
		T(all_that_is_left_may_be_one_servers_but_never_what_is_ours),
		T(rules_are_those_of_the_settings),
		T(settings_that_make_no_sense_are_explained),
		T(headers_of_a_client_choose_its_row_and_odd_ones_do_not),
		T(what_the_client_asked_for_can_be_asked_for),
		T(a_question_is_passed_on_byte_by_byte_and_so_is_the_answer),
		T(a_document_with_two_readings_is_not_passed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
