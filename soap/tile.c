/* SPDX-License-Identifier: MIT */
/* Pictures, fetched by the addresses that profiles name (soap 7.5). */
#include "common/base/panic.h"
#include "soap/storage.h"

#include <stdlib.h>

#define TILE_PATH "/storage/usertile/"

struct tile {
	struct request request;
	struct http_request *http;
};

static void
tile_again(struct request *request)
{
	struct tile *t = CONTAINER_OF(request, struct tile, request);

	http_again(t->http);
}

static void
tile_end(void *state)
{
	struct tile *t = state;

	request_end(&t->request);
	free(t);
}

/* ".../<address>/static" or "/small"; the address is empty otherwise. */
static struct slice
tile_address(struct slice path)
{
	struct slice rest = slice_from(path, sizeof(TILE_PATH) - 1), address;

	if (!slice_cut(&rest, '/', &address) ||
	    !(slice_eq_text(rest, "static") || slice_eq_text(rest, "small")))
		return (struct slice){ 0 };
	return address;
}

static enum result
tile_find(struct tile *t, const struct profile **p)
{
	struct slice address = tile_address(http_path(t->http));
	int64_t cid = profile_address_of(t->request.core, address);
	struct account *a;
	enum result r;

	if (cid == 0)
		return RESULT_NO_SUCH_ACCOUNT;
	r = account_get_cid(&t->request, cid, &a);
	if (r != RESULT_OK)
		return r;
	if (a->flags & ACCOUNT_DISABLED)
		return RESULT_DISABLED;
	r = profile_get(&t->request, a, true, p);
	/* of a picture that was there before */
	if (r == RESULT_OK && !slice_eq_text(address, (*p)->address))
		r = RESULT_NO_SUCH_ACCOUNT;
	return r;
}

static void
tile_send(struct http_request *rq, const struct profile *p)
{
	http_reply(rq, 200);
	http_reply_header(rq, "Content-Type",
	    slice_text(storage_mime(p->type)));
	http_reply_header(rq, "X-Content-Type-Options", SLICE_LIT("nosniff"));
	http_reply_header(rq, "Cache-Control", SLICE_LIT("no-cache"));
	http_reply_body(rq, p->picture);
}

enum http_outcome
soap_get_tile(struct http_request *rq, void *front)
{
	struct soap *s = front;
	struct tile *t = http_state(rq);
	const struct profile *p;
	enum result r;

	if (t == NULL) {
		t = mem_alloc(sizeof(*t));
		t->http = rq;
		request_begin(&t->request, s->core, tile_again);
		http_set_state(rq, t, tile_end);
	}
	r = tile_find(t, &p);
	if (r == RESULT_WAIT)
		return HTTP_WAIT;
	if (r == RESULT_OK)
		tile_send(rq, p);
	else
		http_reply(rq, r == RESULT_STORE_FAILED ? 503 : 404);
	return HTTP_DONE;
}
