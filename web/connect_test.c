/* SPDX-License-Identifier: MIT */
/*
 * The self-test.  Its page shows pictures from the names programs ask for, so
 * a browser goes the ways a program would go; which of them arrived is
 * remembered for a while, for browsers that show no pictures and for people
 * who cannot tell.
 */
#include "common/codec/url.h"
#include "web/connect_parts.h"
#include "web/front.h"

#include <stdio.h>

static uint64_t
bit(size_t probe)
{
	return UINT64_C(1) << probe;
}

static void
reply_over(struct connect_ask *a)
{
	connect_ask_set(a, "title", SLICE_LIT("What works from here"));
	connect_ask_set(a, "words",
	    SLICE_LIT("This test is over: each is remembered for ten "
		      "minutes."));
	page_add(&a->page, web_page_head, a->fields, a->nfields);
	connect_ask_add(a, web_page_connect, "over");
	page_add(&a->page, web_page_foot, NULL, 0);
	web_reply_page(a->http, 404, &a->page);
}

/* The test of this request's id, and whom it was for; NULL: it is over. */
static struct connect_test *
test_of(struct connect_ask *a)
{
	struct connect_test *t;
	struct slice id = { 0 };

	(void)http_query_arg(a->http, "t", &id);
	t = connect_test_find(&a->connect->tests, id);
	if (t != NULL) {
		a->client = t->client;
		a->system = t->system;
	}
	return t;
}

/* ---- the page that tries ---- */

static void
add_tries(struct connect_ask *a, struct buf *hosts)
{
	const char *host;

	connect_ask_add(a, web_page_connect_test, "begin");
	connect_ask_add(a, web_page_connect_test, "here");
	for (size_t i = 0; (host = connect_name(a->client, i)) != NULL; i++) {
		connect_ask_set(a, "host", slice_text(host));
		connect_ask_add(a, web_page_connect_test, "name");
		/* some browsers ask by TLS whatever they are told */
		buf_addf(hosts, " http://%s https://%s", host, host);
	}
	connect_ask_add(a, web_page_connect_test, "ns");
	buf_add_text(hosts, " http://messenger.hotmail.com:1863");
	if (a->client->tls_name != NULL)
		connect_ask_add(a, web_page_connect_test, "tls");
	connect_ask_add(a, web_page_connect_test, "end");
}

enum http_outcome
connect_try(struct http_request *rq, void *front)
{
	struct buf hosts = BUF_INIT(WEB_POLICY_MAX);
	char id[CONNECT_ID_TEXT + 1];
	struct connect_test *t;
	struct connect_ask a;

	connect_ask_begin(&a, rq, front);
	t = test_of(&a);
	if (t == NULL) {
		t = connect_test_begin(&a.connect->tests);
		t->client = a.client;
		t->system = a.system;
	}
	connect_test_id(t, id);
	connect_ask_describe(&a);
	connect_ask_set(&a, "id", slice_text(id));
	connect_ask_set(&a, "title", SLICE_LIT("What works from here"));
	page_add(&a.page, web_page_head, a.fields, a.nfields);
	add_tries(&a, &hosts);
	page_add(&a.page, web_page_foot, NULL, 0);
	web_reply_pictures(rq, 200, &a.page, buf_slice(&hosts));
	buf_free(&hosts);
	connect_ask_end(&a);
	return HTTP_DONE;
}

/* A page that came by TLS would show no plain pictures. */
enum http_outcome
connect_try_plain(struct http_request *rq, void *front)
{
	struct connect_ask a;
	struct slice to;

	connect_ask_begin(&a, rq, front);
	to = arena_printf(http_arena(rq),
	    "http://%s/connect/test?client=%s&system=%s", a.where.site,
	    a.client->key, a.system->key);
	web_reply_elsewhere(rq, to.p != NULL ? to.p : "/connect");
	connect_ask_end(&a);
	return HTTP_DONE;
}

/* ---- the pictures ---- */

/* Which way a picture came; what it says of itself must be so. */
static size_t
probe_of(struct http_request *rq, const struct connect_test *t, bool *good)
{
	struct slice host = http_header(rq, "Host"), kind = { 0 };
	const char *name;

	*good = true;
	(void)http_query_arg(rq, "n", &kind);
	if (slice_eq_text(kind, "here"))
		return CONNECT_HERE;
	if (slice_eq_text(kind, "ns"))
		return CONNECT_NS;
	if (slice_eq_text(kind, "tls") && http_is_tls(rq))
		return CONNECT_TLS;
	host = slice_upto(host, slice_find(host, ':'));
	for (size_t i = 0; (name = connect_name(t->client, i)) != NULL; i++)
		if (slice_eq_nocase(host, slice_text(name)))
			return CONNECT_NAME + i;
	*good = false;
	return 0;
}

enum http_outcome
connect_picture(struct http_request *rq, void *front)
{
	struct connect_test *t;
	struct connect_ask a;
	size_t probe;
	bool good;

	connect_ask_begin(&a, rq, front);
	t = test_of(&a);
	if (t != NULL && http_method(rq) == HTTP_GET) {
		probe = probe_of(rq, t, &good);
		if (good)
			t->seen |= bit(probe);
	}
	http_reply(rq, 200);
	http_reply_header(rq, "Content-Type", SLICE_LIT("image/gif"));
	http_reply_header(rq, "Cache-Control", SLICE_LIT("no-cache, no-store"));
	http_reply_header(rq, "X-Content-Type-Options", SLICE_LIT("nosniff"));
	http_reply_body(rq, web_page_connect_ok);
	connect_ask_end(&a);
	return HTTP_DONE;
}

/* ---- what arrived ---- */

struct verdict {
	const struct connect_test *test;
	size_t asked, arrived;
};

static void
add_verdict(struct connect_ask *a, struct verdict *v, size_t probe,
    const char *what, const char *part)
{
	bool yes = (v->test->seen & bit(probe)) != 0;

	v->asked++;
	v->arrived += yes;
	connect_ask_set(a, "what", slice_text(what));
	connect_ask_add(a, web_page_connect_test, yes ? "yes" : part);
}

static void
add_verdicts(struct connect_ask *a, struct verdict *v)
{
	const char *host;

	connect_ask_add(a, web_page_connect_test, "table");
	add_verdict(a, v, CONNECT_HERE, "Pictures, in this browser", "no.here");
	for (size_t i = 0; (host = connect_name(a->client, i)) != NULL; i++)
		add_verdict(a, v, CONNECT_NAME + i, host, "no.name");
	add_verdict(a, v, CONNECT_NS, "Port 1863", "no.ns");
	if (a->client->tls_name != NULL)
		add_verdict(a, v, CONNECT_TLS,
		    "Encryption, with this server's certificate", "no.tls");
	connect_ask_add(a, web_page_connect_test, "done");
}

enum http_outcome
connect_seen(struct http_request *rq, void *front)
{
	struct buf table = BUF_INIT(CONNECT_PAGE_MAX);
	char id[CONNECT_ID_TEXT + 1], words[120];
	struct verdict v = { 0 };
	struct connect_ask a;

	connect_ask_begin(&a, rq, front);
	v.test = test_of(&a);
	if (v.test == NULL) {
		reply_over(&a);
		connect_ask_end(&a);
		return HTTP_DONE;
	}
	connect_test_id(v.test, id);
	connect_ask_describe(&a);
	connect_ask_set(&a, "id", slice_text(id));
	add_verdicts(&a, &v);
	buf_add_slice(&table, buf_slice(&a.page));
	buf_reset(&a.page);
	(void)snprintf(words, sizeof(words),
	    v.arrived == v.asked
		? "All %zu arrived. Start the program and sign in."
		: "%zu of %zu arrived.",
	    v.arrived, v.asked);
	connect_ask_set(&a, "title", SLICE_LIT("What works from here"));
	connect_ask_set(&a, "words", slice_text(words));
	page_add(&a.page, web_page_head, a.fields, a.nfields);
	buf_add_slice(&a.page, buf_slice(&table));
	page_add(&a.page, web_page_foot, NULL, 0);
	web_reply_page(rq, 200, &a.page);
	buf_free(&table);
	connect_ask_end(&a);
	return HTTP_DONE;
}
