/* SPDX-License-Identifier: MIT */
/*
 * Who and what comes in: tickets, documents that are none, methods nobody has,
 * and the head every answer wears.
 */
#include "tests/proto/soap_play.h"

#define AB "http://www.msn.com/webservices/AddressBook"

/* covers: soap 11 #76 */
static void
who_has_no_good_ticket_is_told_in_both_ways(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	static const enum token_purpose others[] = { TOKEN_WEB, TOKEN_COOKIE,
		TOKEN_CHAT, TOKEN_MENU, TOKEN_RESET };
	char good[sizeof(c.ticket)];

	(void)state;
	memcpy(good, c.ticket, sizeof(good));
	for (size_t i = 0; i < ARRAY_LEN(others) + 4; i++) {
		memcpy(c.ticket, good, sizeof(good));
		if (i < ARRAY_LEN(others))
			(void)snprintf(c.ticket, sizeof(c.ticket), "%s",
			    world_ticket(w, "alice@example.com", others[i]));
		else if (i == ARRAY_LEN(others))
			c.ticket[0] = '\0';
		else if (i == ARRAY_LEN(others) + 1)
			c.ticket[20] = c.ticket[20] == 'A' ? 'B' : 'A';
		else if (i == ARRAY_LEN(others) + 2)
			(void)snprintf(c.ticket, sizeof(c.ticket), "t=&p=");
		else
			world_pass(w, 90000ull * 1000);
		call_sharing(&c, "FindMembership", "");
		caller_faults(&c, "PassportAuthFail", "");
		assert_true(slice_eq_text(xml_child_text(c.body, "faultcode"),
		    "q0:BadContextToken"));
		assert_true(caller_has(&c, "xmlns:q0="));
	}
	caller_free(&c);
	world_free(w);
}

static void
both_tickets_and_the_cookie_are_good_many_times(void **state)
{
	static const enum token_purpose good[] = { TOKEN_TICKET,
		TOKEN_TICKET_LONG };
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	char cookie[300];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		const char *t = world_ticket(w, "alice@example.com", good[i]);

		(void)snprintf(c.ticket, sizeof(c.ticket), "%s", t);
		/* records come and go */
		for (int n = 0; n < 3; n++) {
			world_forget(w);
			call_sharing(&c, "FindMembership", "");
			caller_good(&c, "FindMembershipResponse");
		}
	}
	(void)snprintf(cookie, sizeof(cookie), " MSPProf = x ;MSPAuth= %.*s",
	    (int)strcspn(c.ticket, "&") - 2, c.ticket + 2);
	c.cookie = cookie;
	call_book(&c, "ABFindAll", "");
	caller_good(&c, "ABFindAllResponse");
	c.cookie = "XMSPAuth=1; MSPAuth";
	call_book(&c, "ABFindAll", "");
	caller_faults(&c, "PassportAuthFail", "");
	caller_free(&c);
	world_free(w);
}

static void
a_new_password_ends_every_ticket(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	world_account(w, "alice@example.com")->epoch++;
	call_book(&c, "ABFindAll", "");
	caller_faults(&c, "PassportAuthFail", "");
	caller_free(&c);
	world_free(w);
}

/* ---- documents ---- */

static const struct {
	const char *text, *words;
} broken[] = {
	{ "", "The request cannot be read: " },
	{ "hello", "" },
	{ "<a>", "" },
	{ "<a/>", "no envelope" },
	{ "<Envelope/>", "no body" },
	{ "<Envelope><Body/></Envelope>", "no body" },
	{ "<Envelope><Body>text</Body></Envelope>", "no body" },
	{ "<!DOCTYPE a [<!ENTITY b 'c'>]><Envelope><Body><ABAdd>&b;</ABAdd>"
	  "</Body></Envelope>",
	    "document type" },
	{ "<!DOCTYPE Envelope SYSTEM 'file:///etc/passwd'><Envelope/>",
	    "document type" },
	{ "<Envelope><Body><ABAdd>&nbsp;</ABAdd></Body></Envelope>", "" },
	{ "<Envelope><Body><ABAdd>\xff</ABAdd></Body></Envelope>", "" },
};

/* covers: soap 11 #115 */
static void
what_is_no_document_gets_a_fault(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		caller_post(&c, "abservice.asmx", slice_text(broken[i].text));
		caller_faults(&c, "BadRequest", broken[i].words);
	}
	caller_free(&c);
	world_free(w);
}

static void
post_bomb(struct caller *c, const char *piece, size_t n)
{
	struct buf b = BUF_INIT(8 << 20);

	buf_addf(&b, "<Envelope><Body>");
	while (n-- > 0)
		buf_add_text(&b, piece);
	caller_post(c, "abservice.asmx", buf_slice(&b));
	caller_faults(c, "BadRequest", "");
	buf_free(&b);
}

/* covers: soap 11 #115 */
static void
bombs_do_not_go_off(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	const struct http_route *rows;
	size_t n;

	(void)state;
	post_bomb(&c, "<a>", 200000);
	post_bomb(&c, "<a/>", 200000);
	post_bomb(&c, "<a b='' c='' d=''/>", 50000);
	post_bomb(&c, "x", 2 << 20);
	/* HTTP itself lets no such body in */
	rows = soap_routes(&n);
	for (size_t i = 0; i < n; i++) {
		assert_true(rows[i].max_body < 2 << 20);
		assert_int_equal(rows[i].listeners, HTTP_PLAIN | HTTP_TLS);
	}
	caller_free(&c);
	world_free(w);
}

/* What is cheap to send must be cheap to answer. */
static void
long_lists_of_nothing_are_soon_over(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct buf b = BUF_INIT(1 << 20);

	(void)state;
	buf_addf(&b, "<memberships><Membership><Members>");
	for (int i = 0; i < 7000; i++)
		buf_addf(&b, "<Member/>");
	buf_addf(&b, "</Members></Membership></memberships>%c", 0);
	call_sharing(&c, "AddMember", b.p);
	caller_faults(&c, "BadArgument", "");
	buf_reset(&b);
	buf_addf(&b, "<contactIds>");
	for (int i = 0; i < 7000; i++)
		buf_addf(&b, "<guid>3f2504e0-4f89-11d3-9a0c-%012d</guid>", i);
	buf_addf(&b, "</contactIds>%c", 0);
	call_book(&c, "ABFindByContacts", b.p);
	caller_good(&c, "ABFindByContactsResponse");
	buf_free(&b);
	caller_free(&c);
	world_free(w);
}

/* covers: soap 11 #79 */
static void
prefixes_and_order_do_not_matter(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct buf b = BUF_INIT(8192);
	char ticket[200];

	(void)state;
	caller_keep(ticket, sizeof(ticket),
	    slice_upto(slice_text(c.ticket),
		slice_find(slice_text(c.ticket), '&')));
	buf_addf(&b,
	    "<?xml version='1.0'?>\n<E:Envelope xmlns:E='e' xmlns:x='" AB
	    "'>\n <E:Body> <x:ABFindAll><x:unknown/><x:abView>Full</x:abView>"
	    "<x:abId>00000000-0000-0000-0000-000000000000</x:abId>"
	    "</x:ABFindAll>\n</E:Body><E:Header><x:ABAuthHeader>"
	    "<x:TicketToken>\n%s\n</x:TicketToken></x:ABAuthHeader></E:Header>"
	    "</E:Envelope>",
	    ticket);
	caller_post(&c, "abservice.asmx", buf_slice(&b));
	caller_good(&c, "ABFindAllResponse");
	buf_free(&b);
	caller_free(&c);
	world_free(w);
}

/* covers: soap 11 #102 */
static void
what_nobody_offers_is_forbidden(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	call_book(&c, "ABMakeCoffee", "");
	caller_faults(&c, "Forbidden", "API ABMakeCoffee no longer supported");
	/* a method of the other service is one of this no more */
	call_sharing(&c, "ABFindAll", "");
	caller_faults(&c, "Forbidden", "API ABFindAll no longer supported");
	/* somebody else's book */
	call_book(&c, "ABFindAll",
	    "<abId>3f2504e0-4f89-11d3-9a0c-0305e82c3301</abId>");
	caller_faults(&c, "Forbidden", "");
	call_book(&c, "ABFindAll", "");
	caller_good(&c, "ABFindAllResponse");
	caller_free(&c);
	world_free(w);
}

static const char *
service_path(const char *service)
{
	static const char *const of[][2] = {
#define SERVICE(name, path, ns, head) { #name, path },
#include "soap/services.def"
#undef SERVICE
	};

	for (size_t i = 0; i < ARRAY_LEN(of); i++)
		if (strcmp(of[i][0], service) == 0)
			return of[i][1];
	return NULL;
}

/* Each method with nothing inside, and with nonsense. */
static void
every_method_bears_an_empty_document(void **state)
{
	static const char *const names[] = {
#define METHOD(service, name, function, flags) #service, #name,
#include "soap/methods.def"
#undef METHOD
	};
	static const char *const inside[] = { "",
		"<contacts/><groups/><memberships/><groupFilter/>"
		"<contactHandle/><contactInfo/>",
		"<contacts><Contact/></contacts><groups><Group/></groups>"
		"<memberships><Membership><MemberRole>Allow</MemberRole>"
		"<Members><Member/></Members></Membership></memberships>"
		"<groupFilter><groupIds><guid/></groupIds></groupFilter>"
		"<groupInfo><GroupInfo/></groupInfo>" };
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i += 2)
		for (size_t k = 0; k < ARRAY_LEN(inside); k++) {
			char want[64];

			caller_call(&c, service_path(names[i]), names[i + 1],
			    inside[k]);
			(void)snprintf(want, sizeof(want), "%sResponse",
			    names[i + 1]);
			if (c.status == 200)
				caller_good(&c, want);
			else
				assert_true(
				    slice_eq_text(c.body->name, "Fault"));
		}
	caller_free(&c);
	world_free(w);
}

/* ---- answers ---- */

#define HEADER "Header/ServiceHeader/"

static struct slice
head(struct caller *c, const char *path)
{
	const struct xml_node *n = xml_path(c->body->parent->parent, path);

	return n != NULL ? n->text : (struct slice){ 0 };
}

/* covers: soap 11 #78 */
static void
the_header_names_the_host_the_client_used(void **state)
{
	static const char *const odd[] = { NULL, "", "a b", "x<y>",
		"[::1]:80" };
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	char key[64], session[64];

	(void)state;
	call_book(&c, "ABAdd", "");
	assert_true(slice_eq_text(head(&c, HEADER "PreferredHostName"),
	    "contacts.example"));
	assert_true(slice_eq_text(head(&c, HEADER "CacheKeyChanged"), "true"));
	caller_keep(key, sizeof(key), head(&c, HEADER "CacheKey"));
	caller_keep(session, sizeof(session), head(&c, HEADER "SessionId"));
	assert_true(strncmp(key, "12r1:", 5) == 0);
	assert_int_equal(strlen(session), 36);
	call_book(&c, "ABFindAll", "");
	assert_true(slice_eq_text(head(&c, HEADER "CacheKey"), key));
	assert_false(slice_eq_text(head(&c, HEADER "SessionId"), session));
	/* clients look for this prefix as plain text */
	assert_true(caller_has(&c, "<soap:Envelope "));
	assert_true(caller_has(&c, "<soap:Header>"));
	assert_true(caller_has(&c, "<soap:Body>"));
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		c.host = odd[i];
		call_book(&c, "ABAdd", "");
		caller_good(&c, "ABAddResponse");
		assert_null(head(&c, HEADER "PreferredHostName").p);
	}
	caller_free(&c);
	world_free(w);
}

static void
a_store_that_fails_is_said_so(void **state)
{
	struct world *w = world_on_disk();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	world_add(w, "bob@example.com", "");
	world_sql(w, "DROP TABLE contacts");
	caller_sample(&c, "ab/ABContactAdd.Regular");
	caller_faults(&c, "ServiceUnavailable", "");
	assert_true(
	    slice_eq_text(xml_child_text(c.body, "faultcode"), "soap:Server"));
	call_book(&c, "ABFindAll", "");
	caller_faults(&c, "ServiceUnavailable", "");
	caller_free(&c);
	world_free(w);
}

/* A client that hangs up while its call waits. */
static void
who_goes_away_leaves_nothing_behind(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	struct buf b = BUF_INIT(8192);
	struct http_request rq = { .host = "x" };

	(void)state;
	buf_addf(&b,
	    "<Envelope><Header><ABAuthHeader><TicketToken>%.*s</TicketToken>"
	    "</ABAuthHeader></Header><Body><ABFindAll/></Body></Envelope>",
	    (int)strcspn(c.ticket, "&"), c.ticket);
	rq.body = buf_slice(&b);
	world_forget(w);
	assert_int_equal(caller_route("abservice.asmx")(&rq, c.soap),
	    HTTP_WAIT);
	rq.cleanup(rq.state);
	world_settle(w);
	assert_false(rq.again);
	assert_int_equal(world_core(w)->nrequests, 0);
	buf_free(&b);
	caller_free(&c);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_has_no_good_ticket_is_told_in_both_ways),
		cmocka_unit_test(
		    both_tickets_and_the_cookie_are_good_many_times),
		cmocka_unit_test(a_new_password_ends_every_ticket),
		cmocka_unit_test(what_is_no_document_gets_a_fault),
		cmocka_unit_test(bombs_do_not_go_off),
		cmocka_unit_test(long_lists_of_nothing_are_soon_over),
		cmocka_unit_test(prefixes_and_order_do_not_matter),
		cmocka_unit_test(what_nobody_offers_is_forbidden),
		cmocka_unit_test(every_method_bears_an_empty_document),
		cmocka_unit_test(the_header_names_the_host_the_client_used),
		cmocka_unit_test(a_store_that_fails_is_said_so),
		cmocka_unit_test(who_goes_away_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
