/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TEST_NEXUS_FAKES_H
#define NUDGE_TEST_NEXUS_FAKES_H
/*
 * The HTTP and the core that test_nexus.c and test_rst_front.c put around the
 * Passport front; for these programs alone, since the names are those of the
 * real ones.
 */
#include "common/base/blob.h"
#include "common/base/panic.h"
#include "core/door/relayed.h"
#include "core/door/signin.h"
#include "core/people/account.h"
#include "nexus/nexus.h"
#include "nexus/upstream/upstream.h"

#include <stdio.h>

/* ---- the make-believe HTTP ---- */
struct http_request {
	enum http_method method;
	const char *path, *query, *auth, *host;
	const char *form[8];               /* key, value, ... */
	const char *user, *pass;           /* X-User, X-Password */
	const char *policy, *client, *via; /* X-Policy, X-Client, X-RST-Via */
	char sent[4096];                   /* the body */
	bool tls;
	struct addr peer;
	void *state;
	void (*cleanup)(void *);
	unsigned agains;
	unsigned status;
	bool closed;
	char headers[8192];
	char body[16384];
};

/* ---- the make-believe core ---- */
static struct {
	enum result result, bearer;
	unsigned hash_waits; /* how often signin_password says WAIT */
	bool unsettled, store_failed;
	unsigned begun, ended, asked;
	char address[200], password[200];
	struct upstream_asker asker; /* what was there when it was asked */
	const char *url;             /* of MOVED */
	struct blob *reply;          /* to be passed on */
	unsigned relayed;
	char ticket[200]; /* the last one of these */
	unsigned char secret[24];
	bool has_secret;
	enum token_purpose purpose;
	int64_t expires;
	enum result put;
	struct account account;
	struct person *person;
} core_now;

enum http_method
http_method(const struct http_request *rq)
{
	return rq->method;
}

struct slice
http_path(const struct http_request *rq)
{
	return slice_text(rq->path);
}

struct slice
http_body(const struct http_request *rq)
{
	return slice_text(rq->sent);
}

struct slice
http_query(const struct http_request *rq)
{
	return slice_text(rq->query);
}

bool
http_query_arg(struct http_request *rq, const char *key, struct slice *out)
{
	(void)rq;
	(void)key;
	(void)out;
	return false;
}

struct slice
http_header(const struct http_request *rq, const char *name)
{
	const char *v = NULL;

	if (strcmp(name, "Authorization") == 0)
		v = rq->auth;
	if (strcmp(name, "Host") == 0)
		v = rq->host;
	else if (strcmp(name, "X-User") == 0)
		v = rq->user;
	else if (strcmp(name, "X-Password") == 0)
		v = rq->pass;
	else if (strcmp(name, "X-Policy") == 0)
		v = rq->policy;
	else if (strcmp(name, "X-Client") == 0)
		v = rq->client;
	else if (strcmp(name, "X-RST-Via") == 0)
		v = rq->via;
	else if (strcmp(name, "Authorization") != 0)
		v = NULL;
	return v == NULL ? (struct slice){ 0 } : slice_text(v);
}

bool
http_form_arg(struct http_request *rq, const char *key, struct slice *out)
{
	for (size_t i = 0; i + 1 < ARRAY_LEN(rq->form); i += 2) {
		if (rq->form[i] == NULL || strcmp(rq->form[i], key) != 0)
			continue;
		/* the front overwrites secrets: give it its own copy */
		snprintf(rq->body + 4096, 256, "%s", rq->form[i + 1]);
		*out = slice_text(rq->form[i + 1]);
		if (strcmp(key, "passwd") == 0)
			*out = slice_text(rq->body + 4096);
		return true;
	}
	return false;
}

const struct addr *
http_peer(const struct http_request *rq)
{
	return &rq->peer;
}

bool
http_is_tls(const struct http_request *rq)
{
	return rq->tls;
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
	rq->agains++;
}

void
http_reply(struct http_request *rq, unsigned status)
{
	rq->status = status;
}

void
http_reply_header(struct http_request *rq, const char *name, struct slice value)
{
	size_t n = strlen(rq->headers);

	snprintf(rq->headers + n, sizeof(rq->headers) - n,
	    "%s: " SLICE_FMT "\n", name, SLICE_ARG(value));
}

void
http_reply_body(struct http_request *rq, struct slice body)
{
	snprintf(rq->body, sizeof(rq->body), SLICE_FMT, SLICE_ARG(body));
}

void
http_reply_close(struct http_request *rq)
{
	rq->closed = true;
}

void
http_add_date(struct buf *b, int64_t unix_time)
{
	buf_addf(b, "<%lld>", (long long)unix_time);
}

void
request_begin(struct request *rq, struct core *c,
    void (*again)(struct request *rq))
{
	memset(rq, 0, sizeof(*rq));
	rq->core = c;
	rq->again = again;
	core_now.begun++;
}

void
request_end(struct request *rq)
{
	(void)rq;
	core_now.ended++;
}

bool
request_settled(struct request *rq)
{
	rq->store_failed = core_now.store_failed;
	return !core_now.unsettled;
}

enum result
signin_password_either(struct request *rq, const struct addr *peer,
    struct slice address, const struct slice passwords[2], struct account **out)
{
	const struct slice password = passwords[0];

	(void)peer;
	core_now.asker = *(const struct upstream_asker *)rq->asker;
	core_now.asked++;
	snprintf(core_now.address, sizeof(core_now.address), SLICE_FMT,
	    SLICE_ARG(address));
	snprintf(core_now.password, sizeof(core_now.password), SLICE_FMT,
	    SLICE_ARG(password));
	if (core_now.hash_waits > 0) {
		core_now.hash_waits--;
		return RESULT_WAIT;
	}
	*out = &core_now.account;
	return core_now.result;
}

enum result
signin_password(struct request *rq, const struct addr *peer,
    struct slice address, struct slice password, struct account **out)
{
	const struct slice passwords[2] = { password, { 0 } };

	return signin_password_either(rq, peer, address, passwords, out);
}

const struct blob *
signin_elsewhere_reply(const struct request *rq)
{
	(void)rq;
	return core_now.reply;
}

enum result
relayed_put(struct core *c, const struct account *a,
    const struct relayed_words *words, int64_t expires)
{
	const unsigned char *secret = words->secret;

	(void)c;
	(void)a;
	core_now.relayed++;
	snprintf(core_now.ticket, sizeof(core_now.ticket), SLICE_FMT,
	    SLICE_ARG(words->ticket));
	core_now.purpose = words->purpose;
	core_now.has_secret = secret != NULL;
	if (secret != NULL)
		memcpy(core_now.secret, secret, sizeof(core_now.secret));
	core_now.expires = expires;
	return core_now.put;
}

struct slice
signin_moved(const struct request *rq)
{
	(void)rq;
	return slice_text(core_now.url);
}

void
signin_issue(struct core *c, const struct account *a,
    enum token_purpose purpose, struct buf *out)
{
	(void)c;
	(void)a;
	buf_addf(out, "token%d", (int)purpose);
}

void
signin_note_proof(struct request *rq, struct account *a)
{
	(void)rq;
	a->flags |= ACCOUNT_PROVES;
}

bool
signin_proves(const struct account *a)
{
	return (a->flags & ACCOUNT_PROVES) != 0;
}

void
signin_derive(struct core *c, const struct token *from,
    enum token_purpose purpose, struct buf *out)
{
	(void)c;
	buf_addf(out, "token%d-of-%d", (int)purpose, (int)from->purpose);
}

bool
signin_secret(const struct core *c, struct slice ticket,
    unsigned char out[SIGNIN_SECRET_BYTES])
{
	(void)c;
	memset(out, ticket.p[0], SIGNIN_SECRET_BYTES);
	return true;
}

int64_t
account_cid(const struct account *a)
{
	(void)a;
	return 0x1234;
}

enum result
signin_token(struct request *rq, struct slice ticket, enum token_door door,
    struct token *token, struct account **out)
{
	(void)rq;
	ASSERT(door == DOOR_MENU);
	*token = (struct token){ .purpose = TOKEN_TICKET };
	*out = &core_now.account;
	return slice_eq_text(ticket, "mine") ? core_now.bearer
					     : RESULT_BAD_TICKET;
}

void
signin_leave(struct core *c, struct slice cookie)
{
	(void)c;
	(void)cookie;
}

enum signin_challenge
signin_challenge_age(struct core *c, struct slice seal)
{
	(void)c;
	if (slice_eq_text(seal, "good"))
		return SIGNIN_FRESH;
	return slice_eq_text(seal, "old") ? SIGNIN_STALE : SIGNIN_FOREIGN;
}

struct slice
account_address(const struct account *a)
{
	(void)a;
	return SLICE_LIT("amy@example.com");
}

#endif
