/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"
#include "common/codec/hex.h"
#include "core/signin.h"
#include "web/front.h"

#include <stdlib.h>

static void
visit_again(struct request *request)
{
	struct web_visit *v = CONTAINER_OF(request, struct web_visit, request);

	http_again(v->http);
}

static void
visit_end(void *state)
{
	struct web_visit *v = state;

	request_end(&v->request);
	free(v);
}

static struct web_visit *
visit_of(struct http_request *rq, struct web *w)
{
	struct web_visit *v = http_state(rq);

	if (v != NULL)
		return v;
	v = mem_alloc(sizeof(*v));
	v->http = rq;
	v->web = w;
	v->result = RESULT_WAIT;
	request_begin(&v->request, w->core, visit_again);
	http_set_state(rq, v, visit_end);
	return v;
}

enum http_outcome
web_visit_run(struct http_request *rq, struct web *w, const struct web_flow *f)
{
	struct web_visit *v = visit_of(rq, w);

	if (v->result == RESULT_WAIT) {
		v->result = f->judge(v);
		if (v->result == RESULT_WAIT)
			return HTTP_WAIT;
	}
	if (!request_settled(&v->request))
		return HTTP_WAIT;
	if (v->request.store_failed)
		v->result = RESULT_STORE_FAILED;
	f->reply(v);
	return HTTP_DONE;
}

/* MSPSec is the one of the cookies that browsers send by TLS alone. */
static struct slice
cookie(const struct http_request *rq)
{
	struct slice rest = http_header(rq, "Cookie"), word;

	while (slice_cut(&rest, ';', &word)) {
		word = slice_trim(word);
		if (slice_starts(word, SLICE_LIT("MSPSec=")))
			return slice_from(word, 7);
	}
	return (struct slice){ 0 };
}

enum result
web_who(struct web_visit *v)
{
	struct slice token = cookie(v->http);

	if (token.n == 0)
		return RESULT_BAD_TICKET;
	return signin_bearer(&v->request, token, 1u << TOKEN_COOKIE, &v->me);
}

void
web_form_key(struct web_visit *v, struct buf *out)
{
	unsigned char key[WEB_KEY_BYTES];

	if (token_derive(&v->web->core->keys, cookie(v->http), "form", key,
		sizeof(key)))
		hex_encode(out, slice_make(key, sizeof(key)));
}

bool
web_form_key_good(struct web_visit *v)
{
	struct buf want = BUF_INIT(WEB_KEY_BYTES * 2);
	struct slice got;
	bool good;

	web_form_key(v, &want);
	good = want.n > 0 && http_form_arg(v->http, "key", &got) &&
	    got.n == want.n && mem_equal_ct(got.p, want.p, want.n);
	buf_free(&want);
	return good;
}
