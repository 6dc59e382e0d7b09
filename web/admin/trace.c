/* SPDX-License-Identifier: MIT */
/*
 * What the programs of one account say and hear, on a page that looks again by
 * itself; the same lines that "nudgectl trace" shows.  They are kept while
 * somebody looks, and no longer.
 */
#include "core/desk/trace.h"
#include "common/base/blob.h"
#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "web/admin/parts.h"

#include <stdlib.h>

enum {
	AGAIN_S = 2
};

struct seen {
	int64_t at; /* Unix seconds */
	struct blob *line;
};

struct admin_watch {
	struct trace trace;
	struct timer idle; /* fires when nobody has looked for long */
	struct admin *admin;
	struct seen seen[WATCH_LINES];
	uint64_t n; /* that came; number i is at i % WATCH_LINES */
	char address[ADDRESS_MAX + 1];
};

/* No longer than that, and not within a letter. */
static struct slice
cut(struct slice line)
{
	size_t n = size_min(line.n, WATCH_LINE_MAX);

	while (n < line.n && n > 0 && (line.p[n] & 0xc0) == 0x80)
		n--;
	return slice_upto(line, n);
}

static void
said(struct trace *t, struct slice line)
{
	struct admin_watch *w = CONTAINER_OF(t, struct admin_watch, trace);
	struct seen *s = &w->seen[w->n++ % WATCH_LINES];
	struct buf text = BUF_INIT(3 * WATCH_LINE_MAX);

	if (utf8_valid(cut(line)))
		buf_add_slice(&text, cut(line));
	else
		utf8_add_cp1252(&text, cut(line));
	blob_unref(s->line);
	s->at = env_wall(w->admin->core->env);
	s->line = blob_new(text.p, text.n);
	buf_free(&text);
}

void
admin_watch_end(struct admin *a)
{
	struct admin_watch *w = a->watch;

	if (w == NULL)
		return;
	trace_end(&w->trace);
	timer_stop(&w->idle);
	for (unsigned i = 0; i < WATCH_LINES; i++)
		blob_unref(w->seen[i].line);
	free(w);
	a->watch = NULL;
}

static void
nobody_looks(struct timer *t)
{
	admin_watch_end(CONTAINER_OF(t, struct admin_watch, idle)->admin);
}

static void
looked(struct admin_watch *w)
{
	timer_start(w->admin->core->loop, &w->idle, WATCH_IDLE_MS);
}

static void
start(struct admin *a, const char *address)
{
	struct admin_watch *w = mem_alloc(sizeof(*w));

	admin_watch_end(a);
	memcpy(w->address, address, sizeof(w->address));
	w->admin = a;
	w->idle.fire = nobody_looks;
	w->trace.address = slice_text(w->address);
	w->trace.said = said;
	trace_begin(a->core, &w->trace);
	looked(w);
	a->watch = w;
}

static enum result
trace_judge(struct admin_visit *v)
{
	char address[ADDRESS_MAX + 1];

	if (admin_pressed(v, "stop"))
		admin_watch_end(v->admin);
	if (!admin_pressed(v, "start"))
		return RESULT_OK;
	if (!address_canonical(slice_trim(admin_field(v, "address")), address))
		return RESULT_BAD_ADDRESS;
	start(v->admin, address);
	admin_note(v, "trace", slice_text(address));
	return RESULT_OK;
}

/* The newest first. */
static void
add_seen(struct admin_visit *v, const struct admin_watch *w)
{
	for (uint64_t i = w->n; i-- > 0 && i + WATCH_LINES >= w->n;) {
		const struct seen *s = &w->seen[i % WATCH_LINES];

		admin_add_time(&v->body, s->at);
		buf_add_char(&v->body, ' ');
		web_add_lines(&v->body, blob_slice(s->line));
	}
}

static void
reply_watching(struct admin_visit *v, struct admin_watch *w)
{
	struct buf words = BUF_INIT(512);
	struct admin_page page = { .title = "Trace", .again = AGAIN_S };

	looked(w);
	buf_addf(&words,
	    "Watching %s: %llu lines so far; the newest %u are here. It ends "
	    "when nobody looks at this page for a minute.",
	    w->address, (unsigned long long)w->n, WATCH_LINES);
	buf_add(&words, "", 1);
	page.words = words.p;
	admin_add(v, web_page_admin_trace, "stop", NULL, 0);
	add_seen(v, w);
	admin_add(v, web_page_admin_trace, "end", NULL, 0);
	admin_reply(v, &page);
	buf_free(&words);
}

static void
trace_reply(struct admin_visit *v)
{
	const struct page_field address = { "address",
		admin_field(v, "address") };
	struct admin_page page = { .title = "Trace",
		.words = "What the programs of one account say and hear, "
			 "without secrets and without what people write.",
		.bad = v->result != RESULT_OK };

	if (v->posted)
		admin_note(v, admin_pressed(v, "stop") ? "unwatch" : "watch",
		    address.text);
	if (v->posted && v->result == RESULT_OK) {
		web_reply_elsewhere(v->http, "/admin/trace");
		return;
	}
	/* the way from another account's page begins anew */
	if (v->result == RESULT_OK && v->admin->watch != NULL &&
	    address.text.n == 0) {
		reply_watching(v, v->admin->watch);
		return;
	}
	if (page.bad)
		page.words = admin_words(v->result);
	admin_add(v, web_page_admin_trace, "start", &address, 1);
	admin_reply(v, &page);
}

enum http_outcome
admin_trace(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { trace_judge, trace_reply };

	return admin_run(rq, front, &flow);
}
