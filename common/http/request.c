/* SPDX-License-Identifier: MIT */
#include "common/http/http_priv.h"

#include "common/base/panic.h"
#include "common/codec/multipart.h"
#include "common/codec/url.h"

#include <microhttpd.h>
#include <stdlib.h>

enum {
	ARENA_MAX = 8 * 1024 * 1024,
	REPLY_MAX = 16 * 1024 * 1024,
};

struct http_request *
http_request_new(struct http *h, struct http_conn *c)
{
	struct http_request *rq = mem_alloc(sizeof(*rq));

	rq->http = h;
	rq->conn = c;
	arena_init(&rq->arena, ARENA_MAX);
	buf_init(&rq->body, 0);
	buf_init(&rq->reply, REPLY_MAX);
	rq->last = &rq->lines;
	rq->bytes.peer = &c->peer;
	list_push(&h->requests, &rq->node);
	return rq;
}

void
http_request_free(struct http_request *rq)
{
	list_remove(&rq->node);
	list_remove(&rq->again);
	if (rq->cleanup != NULL)
		rq->cleanup(rq->state);
	http_body_done(rq);
	buf_free(&rq->reply);
	http_reply_drop_file(rq);
	arena_free(&rq->arena);
	free(rq);
}

enum http_method
http_method(const struct http_request *rq)
{
	return rq->method;
}

struct slice
http_path(const struct http_request *rq)
{
	return rq->path;
}

struct slice
http_query(const struct http_request *rq)
{
	return rq->query;
}

/* Find key in "a=1&b=2". */
static bool
pair_find(struct slice all, const char *key, struct slice *value, bool any_case)
{
	const struct slice want = slice_text(key);
	struct slice pair, name;

	while (slice_cut(&all, '&', &pair)) {
		*value = slice_make("", 0);
		if (!slice_cut(&pair, '=', &name) ||
		    !(any_case ? slice_eq_nocase(name, want)
			       : slice_eq(name, want)))
			continue;
		if (pair.n > 0)
			*value = pair;
		return true;
	}
	return false;
}

static bool
pair_decode(struct http_request *rq, struct slice *value,
    void (*decode)(struct buf *, struct slice))
{
	struct buf b = BUF_INIT(value->n + 1);

	decode(&b, *value);
	*value = arena_copy(&rq->arena, buf_slice(&b));
	if (b.p != NULL)
		mem_wipe(b.p, b.cap);
	buf_free(&b);
	return value->p != NULL;
}

bool
http_query_arg(struct http_request *rq, const char *key, struct slice *out)
{
	return pair_find(rq->query, key, out, false) &&
	    pair_decode(rq, out, url_decode);
}

bool
http_query_arg_nocase(struct http_request *rq, const char *key,
    struct slice *out)
{
	return pair_find(rq->query, key, out, true) &&
	    pair_decode(rq, out, url_decode);
}

bool
http_query_form_arg(struct http_request *rq, const char *key, struct slice *out)
{
	return pair_find(rq->query, key, out, false) &&
	    pair_decode(rq, out, url_decode_form);
}

bool
http_form_arg(struct http_request *rq, const char *key, struct slice *out)
{
	struct slice type = http_header(rq, MHD_HTTP_HEADER_CONTENT_TYPE);
	struct slice boundary;

	if (multipart_boundary(type, &boundary))
		return multipart_find(buf_slice(&rq->body), boundary, key, out);
	return pair_find(buf_slice(&rq->body), key, out, false) &&
	    pair_decode(rq, out, url_decode_form);
}

static enum MHD_Result
look_for_host(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_n,
    const char *value, size_t value_n)
{
	struct slice *host = cls;

	(void)kind;
	if (value == http_no_host ||
	    !slice_eq_nocase(slice_make(key, key_n),
		SLICE_LIT(MHD_HTTP_HEADER_HOST)))
		return MHD_YES;
	*host = slice_make(value != NULL ? value : "", value_n);
	return MHD_NO;
}

struct slice
http_header(const struct http_request *rq, const char *name)
{
	struct slice host = { 0 };
	const char *p = NULL;
	size_t n = 0;

	if (MHD_lookup_connection_value_n(rq->mhd, MHD_HEADER_KIND, name,
		strlen(name), &p, &n) != MHD_YES)
		return slice_make(NULL, 0);
	if (p == http_no_host) {
		(void)MHD_get_connection_values_n(rq->mhd, MHD_HEADER_KIND,
		    look_for_host, &host);
		return host;
	}
	return slice_make(p != NULL ? p : "", n);
}

struct slice
http_body(const struct http_request *rq)
{
	return buf_slice(&rq->body);
}

void
http_body_done(struct http_request *rq)
{
	crowd_leave(&rq->bytes);
	/* Bodies carry passwords (login forms, RST). */
	if (rq->body.p != NULL)
		mem_wipe(rq->body.p, rq->body.cap);
	buf_free(&rq->body);
}

const struct addr *
http_peer(const struct http_request *rq)
{
	return &rq->conn->peer;
}

const struct addr *
http_local(const struct http_request *rq)
{
	return &rq->conn->local;
}

bool
http_is_tls(const struct http_request *rq)
{
	return rq->conn->kind != HTTP_PLAIN;
}

struct arena *
http_arena(struct http_request *rq)
{
	return &rq->arena;
}

void
http_set_state(struct http_request *rq, void *state,
    void (*cleanup)(void *state))
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
	if (!list_linked(&rq->again))
		list_push(&rq->http->again, &rq->again);
	http_pump_soon(rq->http);
}
