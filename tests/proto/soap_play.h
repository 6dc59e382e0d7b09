/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TESTS_SOAP_PLAY_H
#define NUDGE_TESTS_SOAP_PLAY_H
/*
 * Web service calls to a world of play.h: the address book front on the real
 * core, and around it an HTTP that only pretends.  For a program that includes
 * it once, since its functions have the names of the real ones.
 */
#include "common/base/panic.h"
#include "common/codec/xml_read.h"
#include "soap/soap.h"
#include "tests/proto/play.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	CALL_MAX = 2 * 1024 * 1024,
	CALL_ROUNDS = 100000
};

struct http_request {
	struct slice body;
	const char *host, *cookie, *path, *query, *action;
	void *state;
	void (*cleanup)(void *);
	bool again;
	unsigned status;
	char type[64], location[128];
	struct buf reply;
	struct addr peer;
};

struct slice
http_path(const struct http_request *rq)
{
	return slice_text(rq->path);
}

/* Of a query with one argument. */
bool
http_query_arg(struct http_request *rq, const char *key, struct slice *out)
{
	struct slice s = slice_text(rq->query);
	size_t eq = slice_find(s, '=');

	*out = slice_from(s, eq + 1);
	return eq < s.n && slice_eq_text(slice_upto(s, eq), key);
}

const struct addr *
http_peer(const struct http_request *rq)
{
	return &rq->peer;
}

struct slice
http_body(const struct http_request *rq)
{
	return rq->body;
}

struct slice
http_header(const struct http_request *rq, const char *name)
{
	const char *v = NULL;

	if (strcmp(name, "Host") == 0)
		v = rq->host;
	else if (strcmp(name, "Cookie") == 0)
		v = rq->cookie;
	else if (strcmp(name, "SOAPAction") == 0)
		v = rq->action;
	return v != NULL ? slice_text(v) : (struct slice){ 0 };
}

void
http_set_state(struct http_request *rq, void *state, void (*cleanup)(void *))
{
	rq->state = state;
	rq->cleanup = cleanup;
}

void *
http_state(const struct http_request *rq)
{
	return rq->state;
}

void
http_again(struct http_request *rq)
{
	rq->again = true;
}

void
http_reply(struct http_request *rq, unsigned status)
{
	rq->status = status;
}

void
http_reply_header(struct http_request *rq, const char *name, struct slice value)
{
	if (strcmp(name, "Content-Type") == 0)
		(void)snprintf(rq->type, sizeof(rq->type), SLICE_FMT,
		    SLICE_ARG(value));
	if (strcmp(name, "Location") == 0)
		(void)snprintf(rq->location, sizeof(rq->location), SLICE_FMT,
		    SLICE_ARG(value));
}

void
http_reply_body(struct http_request *rq, struct slice body)
{
	buf_add_slice(&rq->reply, body);
}

void
http_reply_body_kept(struct http_request *rq, const struct buf *body)
{
	buf_add_slice(&rq->reply, buf_slice(body));
}

/* ---- calls ---- */

/* One caller: whose ticket, and what came back last. */
struct caller {
	struct world *w;
	struct soap *soap;
	char ticket[200];
	/*
	 * What stands for $CONTACT, $GROUP, $MEMBER, $CID and $DECIMAL in
	 * samples.
	 */
	char contact[40], group[40], member[24];
	char cid[24], decimal[24];
	/* and for $ID and $KEY in those about messages */
	char id[40], key[40];
	const char *cookie; /* in place of the ticket */
	const char *host;
	const char *action; /* NULL: none is sent */
	unsigned status;
	char type[64], location[128];
	struct buf reply; /* the document, and a NUL */
	struct arena arena;
	struct xml_node *body; /* the first element in its Body */
};

static inline struct caller
caller_new(struct world *w, const char *address)
{
	struct caller c = { .w = w,
		.soap = soap_new(world_core(w)),
		.host = "contacts.example:443",
		.reply = BUF_INIT(CALL_MAX) };

	if (account_peek(world_core(w), slice_text(address)) == NULL)
		world_add(w, address, "");
	(void)snprintf(c.ticket, sizeof(c.ticket), "%s",
	    world_ticket(w, address, TOKEN_TICKET_LONG));
	arena_init(&c.arena, 64 * 1024 * 1024);
	(void)snprintf(c.decimal, sizeof(c.decimal), "%lld",
	    (long long)account_cid(world_account(w, address)));
	(void)snprintf(c.cid, sizeof(c.cid), "%016llx",
	    (unsigned long long)account_cid(world_account(w, address)));
	return c;
}

static inline void
caller_free(struct caller *c)
{
	buf_free(&c->reply);
	arena_free(&c->arena);
	soap_free(c->soap);
}

static inline enum http_outcome (
    *caller_route(const char *path))(struct http_request *rq, void *front)
{
	const struct http_route *rows;
	size_t n;

	rows = soap_routes(&n);
	for (size_t i = 0; i < n; i++)
		if (strstr(rows[i].path, path) != NULL)
			return rows[i].handle;
	fail_msg("no route %s", path);
	return NULL;
}

/* The document in the answer; every answer must be one. */
static inline void
caller_read(struct caller *c)
{
	static const struct xml_limits limits = { 64, 1000000, CALL_MAX };
	const char *why = NULL;
	struct xml_node *root;

	arena_reset(&c->arena);
	root = xml_read(&c->arena, buf_slice(&c->reply), &limits, &why);
	if (root == NULL)
		fail_msg("the answer is no document: %s", why);
	assert_true(slice_starts(buf_slice(&c->reply), SLICE_LIT("<?xml ")));
	c->body = xml_child(root, "Body");
	assert_non_null(c->body);
	c->body = c->body->child;
	assert_non_null(c->body);
	buf_add_char(&c->reply, '\0');
}

/* Until the handler has answered. */
static inline void
caller_wait(struct caller *c, struct http_request *rq,
    enum http_outcome (*handle)(struct http_request *rq, void *front))
{
	unsigned rounds = 0;

	while (handle(rq, c->soap) == HTTP_WAIT) {
		while (!rq->again) {
			if (++rounds > CALL_ROUNDS)
				fail_msg("no answer");
			loop_turn(world_core(c->w)->loop);
		}
		rq->again = false;
	}
	if (rq->cleanup != NULL)
		rq->cleanup(rq->state);
	world_settle(c->w);
	c->status = rq->status;
	buf_free(&c->reply);
	c->reply = rq->reply;
	memcpy(c->type, rq->type, sizeof(c->type));
	memcpy(c->location, rq->location, sizeof(c->location));
}

/* Post these bytes; a part of the path is enough. */
static inline unsigned
caller_post(struct caller *c, const char *path, struct slice body)
{
	struct http_request rq = { .body = body,
		.host = c->host,
		.cookie = c->cookie,
		.action = c->action,
		.reply = BUF_INIT(CALL_MAX) };

	caller_wait(c, &rq, caller_route(path));
	assert_string_equal(rq.type, "text/xml; charset=utf-8");
	caller_read(c);
	return c->status;
}

/* Fetch this; what comes back need not be a document. */
static inline unsigned
caller_get(struct caller *c, const char *path, const char *query)
{
	struct http_request rq = { .host = c->host,
		.path = path,
		.query = query,
		.reply = BUF_INIT(CALL_MAX) };
	const struct http_route *rows;
	size_t n;

	rows = soap_get_routes(&n);
	for (size_t i = 0; i < n; i++) {
		struct slice want = slice_text(rows[i].path);
		bool rest = want.p[want.n - 1] == '*';

		if (rest ? !slice_starts_nocase(slice_text(path),
			       slice_upto(want, want.n - 1))
			 : !slice_eq_nocase(want, slice_text(path)))
			continue;
		assert_true(rows[i].methods == HTTP_GET);
		caller_wait(c, &rq, rows[i].handle);
		buf_add_char(&c->reply, '\0');
		c->reply.n--;
		return c->status;
	}
	fail_msg("no route %s", path);
	return 0;
}

/* The same with each "$KEY" replaced; pairs end with NULL. */
static inline struct slice
caller_fill(struct buf *out, struct slice text, const char *const *pairs)
{
	while (text.n > 0) {
		size_t at = slice_find(text, '$');
		bool known = false;

		buf_add_slice(out, slice_upto(text, at));
		text = slice_from(text, at);
		for (size_t i = 0; text.n > 0 && pairs[i] != NULL; i += 2) {
			if (known || !slice_starts(text, slice_text(pairs[i])))
				continue;
			known = true;
			buf_add_text(out, pairs[i + 1]);
			text = slice_from(text, strlen(pairs[i]));
		}
		if (text.n > 0 && !known) {
			buf_add_char(out, '$');
			text = slice_from(text, 1);
		}
	}
	return buf_slice(out);
}

/* A call of one method with this inside; '&' of the ticket escaped. */
static inline unsigned
caller_call(struct caller *c, const char *path, const char *method,
    const char *inside)
{
	struct buf b = BUF_INIT(CALL_MAX);
	unsigned status;

	buf_addf(&b,
	    "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">"
	    "<s:Header><ABAuthHeader><TicketToken>");
	for (const char *p = c->cookie == NULL ? c->ticket : ""; *p; p++)
		if (*p == '&')
			buf_add_text(&b, "&amp;");
		else
			buf_add_char(&b, *p);
	buf_addf(&b,
	    "</TicketToken></ABAuthHeader></s:Header><s:Body><%s>%s</%s>"
	    "</s:Body></s:Envelope>",
	    method, inside, method);
	status = caller_post(c, path, buf_slice(&b));
	buf_free(&b);
	return status;
}

static inline unsigned
call_sharing(struct caller *c, const char *method, const char *inside)
{
	return caller_call(c, "SharingService", method, inside);
}

static inline unsigned
call_book(struct caller *c, const char *method, const char *inside)
{
	return caller_call(c, "abservice.asmx", method, inside);
}

/* Where clients send such a file. */
static inline const char *
caller_service(const char *name)
{
	static const char *const of[][2] = {
		{ "ab/", "abservice.asmx" },
		{ "sharing/", "SharingService" },
		{ "oim/Store", "oim.asmx" },
		{ "oim/", "rsi.asmx" },
		{ "storage/", "SchematizedStore" },
		{ "config/", "MsgrConfig" },
		{ "feeds/Directory", "profile.asmx" },
		{ "feeds/Spaces", "contactcardservice" },
		{ "feeds/Get", "whatsnewservice" },
	};

	for (size_t i = 0; i < ARRAY_LEN(of); i++)
		if (strncmp(name, of[i][0], strlen(of[i][0])) == 0)
			return of[i][1];
	fail_msg("nobody takes %s", name);
	return NULL;
}

/* A file of tests/soap, its words with a '$' filled in. */
static inline unsigned
caller_sample(struct caller *c, const char *name)
{
	struct buf ticket = BUF_INIT(1024), b = BUF_INIT(CALL_MAX);
	struct buf text = BUF_INIT(CALL_MAX);
	const char *pairs[] = { "$TICKET", NULL, "$CONTACT", c->contact,
		"$GROUP", c->group, "$MEMBER", c->member, "$CID", c->cid,
		"$DECIMAL", c->decimal, "$ID", c->id, "$KEY", c->key, NULL };
	char path[200], piece[4096];
	unsigned status;
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "tests/soap/%s.xml", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		buf_add(&text, piece, (size_t)n);
	(void)close(fd);
	for (const char *p = c->ticket; *p != '\0'; p++)
		if (*p == '&')
			buf_add_text(&ticket, "&amp;");
		else
			buf_add_char(&ticket, *p);
	buf_add_char(&ticket, '\0');
	pairs[1] = ticket.p;
	status = caller_post(c, caller_service(name),
	    caller_fill(&b, buf_slice(&text), pairs));
	buf_free(&ticket);
	buf_free(&b);
	buf_free(&text);
	return status;
}

/* The fault's errorcode, and words of its text. */
static inline void
caller_faults(struct caller *c, const char *code, const char *words)
{
	struct slice s =
	    xml_child_text(xml_child(c->body, "detail"), "errorcode");

	assert_int_equal(c->status, 500);
	if (!slice_eq_text(s, code))
		fail_msg("wanted %s, got %s", code, c->reply.p);
	s = xml_child_text(c->body, "faultstring");
	if (slice_find_slice(s, slice_text(words)) == s.n && words[0] != '\0')
		fail_msg("wanted %s, got %s", words, c->reply.p);
}

/* All went well, and the answer is that method's. */
static inline void
caller_good(struct caller *c, const char *element)
{
	if (c->status != 200 || !slice_eq_text(c->body->name, element))
		fail_msg("wanted %s, got %u %s", element, c->status,
		    c->reply.p);
}

/* Text at a path below the method's answer; fails when it is not there. */
static inline struct slice
caller_text(struct caller *c, const char *path)
{
	const struct xml_node *n = xml_path(c->body, path);

	if (n == NULL)
		fail_msg("no %s in %s", path, c->reply.p);
	return n->text;
}

static inline void
caller_says(struct caller *c, const char *path, const char *text)
{
	struct slice s = caller_text(c, path);

	if (!slice_eq_text(s, text))
		fail_msg("%s is " SLICE_FMT ", not %s", path, SLICE_ARG(s),
		    text);
}

static inline bool
caller_has(struct caller *c, const char *words)
{
	return strstr(c->reply.p, words) != NULL;
}

/* ---- what lists say ---- */

/* The contact of this address in a book's answer; NULL: not there. */
static inline const struct xml_node *
book_contact(struct caller *c, const char *address)
{
	const struct xml_node *all = xml_path(c->body,
	    "ABFindAllResult/"
	    "contacts");

	if (all == NULL)
		all = xml_path(c->body, "ABFindContactsPagedResult/Contacts");
	assert_non_null(all);
	XML_EACH(it, all)
		if (slice_eq_text(xml_child_text(xml_child(it, "contactInfo"),
				      "passportName"),
			address))
			return it;
	return NULL;
}

static inline void
book_find_all(struct caller *c)
{
	call_book(c, "ABFindAll", "");
	caller_good(c, "ABFindAllResponse");
}

/* Text below a contact's contactInfo. */
static inline struct slice
book_info(struct caller *c, const char *address, const char *path)
{
	const struct xml_node *k;

	book_find_all(c);
	k = book_contact(c, address);
	assert_non_null(k);
	k = xml_path(xml_child(k, "contactInfo"), path);
	return k != NULL ? k->text : (struct slice){ 0 };
}

static inline void
book_info_is(struct caller *c, const char *address, const char *path,
    const char *text)
{
	struct slice s = book_info(c, address, path);

	if (!slice_eq_text(s, text))
		fail_msg("%s is " SLICE_FMT ", not %s", path, SLICE_ARG(s),
		    text);
}

/* The member in this role; NULL: not there. */
static inline const struct xml_node *
list_member(struct caller *c, const char *role, const char *address)
{
	const struct xml_node *all = xml_path(c->body,
	    "FindMembershipResult/Services/Service/Memberships");

	if (all == NULL)
		return NULL;
	XML_EACH(it, all) {
		const struct xml_node *members = xml_child(it, "Members");

		if (!slice_eq_text(xml_child_text(it, "MemberRole"), role))
			continue;
		XML_EACH(m, members)
			if (slice_eq_text(xml_child_text(m, "PassportName"),
				address))
				return m;
	}
	return NULL;
}

/* Keep a text as a C string. */
static inline void
caller_keep(char *out, size_t size, struct slice s)
{
	assert_true(s.n < size);
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
}

/* Add somebody; c->contact is the id then. */
static inline void
caller_adds(struct caller *c, const char *address)
{
	char inside[600];

	(void)snprintf(inside, sizeof(inside),
	    "<contacts><Contact><contactInfo><contactType>Regular</contactType>"
	    "<passportName>%s</passportName></contactInfo></Contact></contacts>"
	    "<options><EnableAllowListManagement>true"
	    "</EnableAllowListManagement></options>",
	    address);
	call_book(c, "ABContactAdd", inside);
	caller_good(c, "ABContactAddResponse");
	caller_keep(c->contact, sizeof(c->contact),
	    caller_text(c, "ABContactAddResult/guid"));
}

/* Make a group; c->group is the id then. */
static inline void
caller_groups(struct caller *c, const char *name)
{
	char inside[400];

	(void)snprintf(inside, sizeof(inside),
	    "<groupInfo><GroupInfo><name>%s</name></GroupInfo></groupInfo>",
	    name);
	call_book(c, "ABGroupAdd", inside);
	caller_good(c, "ABGroupAddResponse");
	caller_keep(c->group, sizeof(c->group),
	    caller_text(c, "ABGroupAddResult/guid"));
}

/* Change one membership: "AddMember", "Allow", address. */
static inline unsigned
caller_member(struct caller *c, const char *method, const char *role,
    const char *address)
{
	char inside[600];

	(void)snprintf(inside, sizeof(inside),
	    "<serviceHandle><Type>Messenger</Type></serviceHandle>"
	    "<memberships><Membership><MemberRole>%s</MemberRole><Members>"
	    "<Member><PassportName>%s</PassportName></Member></Members>"
	    "</Membership></memberships>",
	    role, address);
	return call_sharing(c, method, inside);
}

#endif
