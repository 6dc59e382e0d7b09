/* SPDX-License-Identifier: MIT */
/* The way of one request, and who may go it. */
#include "common/base/log.h"
#include "common/base/panic.h"
#include "web/admin/parts.h"

#include <stdlib.h>

static void
visit_again(struct request *request)
{
	struct admin_visit *v =
	    CONTAINER_OF(request, struct admin_visit, request);

	http_again(v->http);
}

static void
visit_end(void *state)
{
	struct admin_visit *v = state;

	admin_find_forget(v);
	admin_csv_forget(v);
	admin_copy_forget(v);
	mem_wipe(v->password, sizeof(v->password));
	request_end(&v->request);
	web_wipe(buf_slice(&v->made));
	buf_free(&v->made);
	buf_free(&v->body);
	free(v);
}

static bool
form_is_ours(struct admin_visit *v)
{
	struct buf want = BUF_INIT(WEB_KEY_BYTES * 2);
	struct slice got;
	bool good;

	admin_form_key(v, &want);
	good = want.n > 0 && !http_from_elsewhere(v->http) &&
	    http_form_arg(v->http, "key", &got) && got.n == want.n &&
	    mem_equal_ct(got.p, want.p, want.n);
	buf_free(&want);
	return good;
}

static struct admin_visit *
visit_of(struct http_request *rq, struct admin *a)
{
	struct admin_visit *v = http_state(rq);

	if (v != NULL)
		return v;
	v = mem_alloc(sizeof(*v));
	v->http = rq;
	v->admin = a;
	v->result = RESULT_WAIT;
	v->posted = http_method(rq) == HTTP_POST;
	buf_init(&v->body, ADMIN_PAGE_MAX);
	buf_init(&v->made, ADMIN_MADE_MAX);
	request_begin(&v->request, a->core, visit_again);
	http_set_state(rq, v, visit_end);
	v->inside = admin_inside(v);
	v->stale = v->inside && v->posted && !form_is_ours(v);
	return v;
}

static void
reply_outside(struct admin_visit *v)
{
	const struct admin_page page = { .title = "Run this server",
		.words = "These pages are for whoever runs this server.",
		.status = 403 };

	admin_add(v, web_page_admin_door, "how", NULL, 0);
	admin_reply(v, &page);
}

static void
reply_misled(struct admin_visit *v)
{
	const struct admin_page page = { .title = "Run this server",
		.words = "These pages do not answer to this name. Call them by "
			 "the address of this server, or tell the name in "
			 "admin.names.",
		.bad = true,
		.status = 421 };

	v->inside = false;
	admin_reply(v, &page);
}

static void
reply_stale(struct admin_visit *v)
{
	const struct admin_page page = { .title = "Run this server",
		.words = "This page was too old. Please go back, load it "
			 "again, and try once more.",
		.bad = true,
		.status = 403 };

	admin_reply(v, &page);
}

enum http_outcome
admin_run(struct http_request *rq, struct admin *a, const struct admin_flow *f)
{
	struct admin_visit *v = visit_of(rq, a);
	bool door = slice_eq_nocase(http_path(rq), SLICE_LIT("/admin/enter"));

	if (v->result == RESULT_WAIT && !admin_host_known(v)) {
		reply_misled(v);
		return HTTP_DONE;
	}
	if (!v->inside && !door) {
		reply_outside(v);
		return HTTP_DONE;
	}
	if (v->stale && !door) {
		reply_stale(v);
		return HTTP_DONE;
	}
	if (v->result == RESULT_WAIT) {
		v->result = f->judge != NULL ? f->judge(v) : RESULT_OK;
		if (v->result == RESULT_WAIT)
			return HTTP_WAIT;
	}
	if (!request_settled(&v->request))
		return HTTP_WAIT;
	if (v->request.store_failed)
		v->result = RESULT_STORE_FAILED;
	if (!v->replied || v->request.store_failed) {
		buf_reset(&v->body);
		f->reply(v);
	}
	v->replied = true;
	/* the page may show what is not durable yet */
	return request_settled(&v->request) ? HTTP_DONE : HTTP_WAIT;
}

/* ---- what was typed ---- */

struct slice
admin_field(struct admin_visit *v, const char *key)
{
	struct slice s = { 0 };

	if (!http_form_arg(v->http, key, &s) &&
	    !http_query_arg(v->http, key, &s))
		return slice_text("");
	return s;
}

struct slice
admin_upload(struct admin_visit *v, const char *text)
{
	struct slice file = slice_trim(admin_field(v, "upload"));

	/* some programs begin a text with this, to say that it is UTF-8 */
	if (slice_starts(file, SLICE_LIT("\xef\xbb\xbf")))
		file = slice_from(file, 3);
	return file.n > 0 ? file : slice_trim(admin_field(v, text));
}

bool
admin_pressed(struct admin_visit *v, const char *button)
{
	struct slice s;

	return v->posted && http_form_arg(v->http, button, &s);
}

void
admin_note(struct admin_visit *v, const char *what, struct slice whom)
{
	char peer[ADDR_TEXT_MAX];

	log_info("admin", LOG_T("do", what), LOG_S("to", whom),
	    LOG_T("peer", addr_text(http_peer(v->http), peer)),
	    LOG_T("result", result_text(v->result)));
}
