/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_WEB_CONNECT_PARTS_H
#define NUDGE_WEB_CONNECT_PARTS_H
/*
 * What the files of "connect your client" share.  Programs and systems are
 * rows; what is said of them are parts of files in web/pages.
 */
#include "common/codec/page.h"
#include "common/net/addr.h"
#include "web/connect.h"

enum {
	CONNECT_WINDOWS = 1,
	CONNECT_MAC = 2,
	CONNECT_UNIX = 4
};

struct connect_system {
	const char *key;
	const char *name;
	unsigned platform;
	const char *line_end; /* of its text files */
	const char *hosts;    /* where its hosts file is */
	const char *names;    /* parts of pages */
	const char *cert;
	const char *tls;
	const char *registry;
	const char *usual; /* the program found on it most */
};

struct connect_client {
	const char *key;
	const char *name;
	const char *protocol;
	const char *years;
	unsigned platforms; /* mask */
	const char *first;  /* the oldest system it was made for */
	unsigned names;     /* NAMES_ of common/base/names.h */
	const char *registry;
	const char *tls_name; /* NULL: it uses no TLS */
	bool served;
};

/* ---- connect_rows.c ---- */
extern const struct connect_system connect_systems[];
extern const size_t connect_nsystems;
extern const struct connect_client connect_clients[];
extern const size_t connect_nclients;

/* NULL: there is none. */
const struct connect_system *connect_find_system(struct slice key);
const struct connect_client *connect_find_client(struct slice key);
/* The system a browser says it runs on; NULL when it does not say. */
const struct connect_system *connect_guess(struct slice user_agent);
/* The program runs on it, and was made for it. */
bool
connect_runs(const struct connect_client *c, const struct connect_system *s);
bool
connect_fits(const struct connect_client *c, const struct connect_system *s);
/*
 * The at-th name the program asks for, counted from 0; NULL behind the last.
 */
const char *connect_name(const struct connect_client *c, size_t at);

/* ---- connect_where.c ---- */
/*
 * Where a PC that reads our pages finds us: an address for its hosts file, and
 * host and port for a browser.  The operator's word comes first, then what
 * the browser typed when that is an address, then where it arrived.
 */
struct connect_where {
	char address[ADDR_TEXT_MAX];
	char site[ADDR_TEXT_MAX + 8];
	bool loopback; /* of use on this machine alone */
	bool odd_port; /* site has a port: programs will not find it */
};

struct connect_reached {
	struct slice host; /* the Host header */
	const struct addr *local;
	bool tls;
};
void connect_where(struct connect_where *out, const struct connect_config *cfg,
    const struct connect_reached *by);

/* ---- connect_ask.c: one request, and the places of its pages ---- */
enum {
	CONNECT_FIELDS_MAX = 24,
	CONNECT_PAGE_MAX = 256 * 1024,
};

struct connect_ask {
	struct connect *connect;
	struct http_request *http;
	const struct connect_client *client; /* NULL: not chosen */
	const struct connect_system *system;
	bool chosen; /* both, by the browser's own words */
	struct connect_where where;
	struct page_field fields[CONNECT_FIELDS_MAX];
	size_t nfields;
	struct buf page;
};

/* What was chosen, by query; what was not is guessed. */
void connect_ask_begin(struct connect_ask *a, struct http_request *rq,
    struct connect *c);
void connect_ask_end(struct connect_ask *a);
/* The words of a place; they must live as long as the request. */
void connect_ask_set(struct connect_ask *a, const char *key, struct slice text);
/* Once program and system are settled. */
void connect_ask_describe(struct connect_ask *a);
void
connect_ask_add(struct connect_ask *a, struct slice file, const char *part);

/* ---- connect_tests.c: which pictures of a test arrived ---- */
enum {
	CONNECT_TESTS = 512, /* remembered at once; then the oldest go */
	CONNECT_TEST_MS = 600 * 1000, /* and for how long */
	CONNECT_ID_TEXT = 16
};

enum connect_probe {
	CONNECT_HERE, /* pictures at all */
	CONNECT_NS,   /* port 1863 */
	CONNECT_TLS,
	CONNECT_NAME, /* the first of the names; the others follow */
};

struct connect_test {
	uint64_t id; /* 0: none */
	uint64_t began;
	uint64_t seen; /* bit of each probe */
	const struct connect_client *client;
	const struct connect_system *system;
};

struct connect_tests {
	const struct env *env;
	size_t next;
	struct connect_test tests[CONNECT_TESTS];
};

struct connect_test *connect_test_begin(struct connect_tests *all);
/* By the id in hex; NULL: there is none, or it is too old. */
struct connect_test *
connect_test_find(struct connect_tests *all, struct slice id);
void
connect_test_id(const struct connect_test *t, char out[CONNECT_ID_TEXT + 1]);

/* ---- connect.c ---- */
struct connect {
	const struct env *env;
	struct connect_config cfg;
	struct buf pem, der;
	char sha1[64]; /* the fingerprint Windows shows */
	struct connect_tests tests;
};

/* ---- routes ---- */
enum http_outcome connect_page(struct http_request *rq, void *front);
enum http_outcome connect_get(struct http_request *rq, void *front);
enum http_outcome connect_dns(struct http_request *rq, void *front);
enum http_outcome connect_file(struct http_request *rq, void *front);
enum http_outcome connect_try(struct http_request *rq, void *front);
enum http_outcome connect_try_plain(struct http_request *rq, void *front);
enum http_outcome connect_seen(struct http_request *rq, void *front);
enum http_outcome connect_picture(struct http_request *rq, void *front);

/* ---- the files of web/pages ---- */
extern const struct slice web_page_connect;
extern const struct slice web_page_connect_bat;
extern const struct slice web_page_connect_cert;
extern const struct slice web_page_connect_client;
extern const struct slice web_page_connect_dns;
extern const struct slice web_page_connect_hosts;
extern const struct slice web_page_connect_names;
extern const struct slice web_page_connect_ok;
extern const struct slice web_page_connect_reg;
extern const struct slice web_page_connect_steps;
extern const struct slice web_page_connect_test;
extern const struct slice web_page_connect_tls;

#endif
