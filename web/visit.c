/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"
#include "web/front.h"

#include <stdlib.h>

enum {
	MADE_MAX = 256
};

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
	web_wipe(buf_slice(&v->made));
	buf_free(&v->made);
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
	buf_init(&v->made, MADE_MAX);
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
	if (!v->replied || v->request.store_failed)
		f->reply(v);
	v->replied = true;
	if (v->me != NULL)
		request_saw(&v->request, v->me->seq);
	/* the page may show what is not durable yet */
	return request_settled(&v->request) ? HTTP_DONE : HTTP_WAIT;
}

/* ---- pages that want TLS ---- */

static bool
is_host(struct slice host)
{
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
		    !(c >= 'A' && c <= 'Z') && strchr(".-_[:]", c) == NULL)
			return false;
	}
	return host.n > 0;
}

/* The host as the browser calls it, without its port. */
static void
add_host(struct buf *out, const struct http_request *rq)
{
	struct slice host = http_header(rq, "Host");
	size_t end = slice_find_slice(host, SLICE_LIT("]:"));
	char ip[ADDR_TEXT_MAX];

	if (!is_host(host))
		host = slice_text(addr_text(http_local(rq), ip));
	else if (host.p[0] == '[')
		host = slice_upto(host, end + 1);
	else
		host = slice_upto(host, slice_find(host, ':'));
	buf_add_slice(out, host);
}

void
web_add_secure(struct buf *out, const struct http_request *rq,
    const struct web *w)
{
	buf_add_text(out, "https://");
	add_host(out, rq);
	if (w->cfg.https_port != 443)
		buf_addf(out, ":%u", w->cfg.https_port);
}

void
web_add_site(struct buf *out, const struct http_request *rq)
{
	struct slice host = http_header(rq, "Host");
	size_t end = host.n > 0 && host.p[0] == '[' ? slice_find(host, ']')
						    : slice_find(host, ':');

	buf_add_text(out, http_is_tls(rq) ? "https://" : "http://");
	add_host(out, rq);
	if (is_host(host) && host.p[0] == '[')
		end++;
	if (is_host(host))
		buf_add_slice(out, slice_from(host, end));
}

static void
lead_to_tls(struct http_request *rq, const struct web *w)
{
	struct buf page = BUF_INIT(WEB_PAGE_MAX), link = BUF_INIT(4096);
	struct slice query = http_query(rq);
	struct page_field fields[] = {
		{ "title", SLICE_LIT("A secure page") },
		{ "words",
		    SLICE_LIT("Passwords are typed only where nobody on the "
			      "way can read them.") },
		{ "link", { 0 } },
	};

	web_add_secure(&link, rq, w);
	buf_add_slice(&link, http_path(rq));
	if (query.n > 0)
		buf_add_char(&link, '?');
	buf_add_slice(&link, query);
	fields[2].text = buf_ok(&link) ? buf_slice(&link) : SLICE_LIT("/");
	page_add(&page, web_page_head, fields, ARRAY_LEN(fields));
	if (w->cfg.https_port != 0)
		page_add(&page, web_page_secure, fields, ARRAY_LEN(fields));
	page_add(&page, web_page_foot_guest, NULL, 0);
	web_reply_page(rq, 403, &page);
	buf_free(&link);
	buf_free(&page);
}

enum http_outcome
web_visit_safely(struct http_request *rq, struct web *w,
    const struct web_flow *f)
{
	/* what is under way ends as it began, whatever the settings say */
	if (!http_is_tls(rq) && !w->cfg.plain_passwords &&
	    http_state(rq) == NULL) {
		lead_to_tls(rq, w);
		return HTTP_DONE;
	}
	return web_visit_run(rq, w, f);
}
