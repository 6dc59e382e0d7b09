/* SPDX-License-Identifier: MIT */
/* How it goes: charts of the last hour, all counters, and who is there. */
#include "common/base/num.h"
#include "common/codec/url.h"
#include "core/desk/report.h"
#include "web/admin/parts.h"

enum {
	ONLINE_MAX = 2000, /* rows of one page */
	ONLINE_AGAIN_S = 10,
	STEP = 4, /* between two minutes of a chart */
	HEIGHT = 48,
	POINTS_MAX = 4096,
	LINES_MAX = 64 * 1024
};

static uint32_t
largest(const uint32_t *at, unsigned n)
{
	uint32_t most = 0;

	for (unsigned i = 0; i < n; i++)
		most = at[i] > most ? at[i] : most;
	return most;
}

/* The newest is at the right end. */
static void
add_chart(struct admin_visit *v, enum admin_line line)
{
	struct buf points = BUF_INIT(POINTS_MAX), now = BUF_INIT(32),
		   top = BUF_INIT(32);
	uint32_t at[ADMIN_MINUTES] = { 0 };
	unsigned n = admin_ring_read(v->admin, line, at);
	uint32_t most = largest(at, n);

	for (unsigned i = 0; i < n; i++) {
		uint64_t up = most ? (uint64_t)at[i] * (HEIGHT - 2) / most : 0;

		buf_addf(&points, "%u,%u ", (ADMIN_MINUTES - n + i) * STEP,
		    HEIGHT - 1 - (unsigned)up);
	}
	buf_add_u64(&now, n > 0 ? at[n - 1] : 0);
	buf_add_u64(&top, most);
	admin_add(v, web_page_admin_overview, "chart",
	    (const struct page_field[]){
		{ "name", slice_text(admin_ring_name(line)) },
		{ "now", buf_slice(&now) }, { "most", buf_slice(&top) },
		{ "points", buf_slice(&points) } },
	    4);
	buf_free(&points);
	buf_free(&now);
	buf_free(&top);
}

static void
add_counters(struct admin_visit *v)
{
	struct buf text = BUF_INIT(LINES_MAX);
	struct slice rest, line, name;

	metrics_lines(v->admin->core->metrics, &text);
	rest = buf_slice(&text);
	while (slice_cut(&rest, '\n', &line)) {
		if (!slice_cut(&line, ' ', &name) || name.n == 0 ||
		    slice_eq_text(slice_trim(line), "0"))
			continue;
		admin_add(v, web_page_admin_overview, "counter",
		    (const struct page_field[]){ { "name", name },
			{ "value", slice_trim(line) } },
		    2);
	}
	buf_free(&text);
}

static enum result
overview_judge(struct admin_visit *v)
{
	const struct report *all;
	size_t n;

	return report_all(&v->request, &all, &n);
}

/* "?" when they cannot be read. */
static void
add_open(struct admin_visit *v, struct buf *out)
{
	const struct report *all;
	size_t n;

	if (report_all(&v->request, &all, &n) == RESULT_OK)
		buf_add_u64(out, report_open(all, n));
	else
		buf_add_char(out, '?');
}

static void
overview_reply(struct admin_visit *v)
{
	const struct admin_page page = { .title = "Overview",
		.words = "How this server is doing." };
	const struct core *c = v->admin->core;
	struct buf up = BUF_INIT(64), sessions = BUF_INIT(32),
		   reports = BUF_INIT(32);

	admin_add_span(&up, env_wall(c->env) - v->admin->began);
	buf_add_u64(&sessions, c->nsessions);
	add_open(v, &reports);
	admin_add(v, web_page_admin_overview, "start",
	    (const struct page_field[]){
		{ "version", slice_text(v->admin->hooks->version) },
		{ "up", buf_slice(&up) }, { "sessions", buf_slice(&sessions) },
		{ "reports", buf_slice(&reports) },
		{ "disk",
		    store_full(c->store)           ? SLICE_LIT("IS FULL")
			: store_writable(c->store) ? SLICE_LIT("keeps changes")
						   : SLICE_LIT("FAILS") } },
	    5);
	for (unsigned i = 0; i < ADMIN_LINES; i++)
		add_chart(v, (enum admin_line)i);
	admin_add(v, web_page_admin_overview, "counters", NULL, 0);
	add_counters(v);
	admin_add(v, web_page_admin_overview, "end", NULL, 0);
	admin_reply(v, &page);
	buf_free(&up);
	buf_free(&sessions);
	buf_free(&reports);
}

enum http_outcome
admin_overview(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { overview_judge,
		overview_reply };

	return admin_run(rq, front, &flow);
}

/* ---- who is there ---- */

struct listing {
	struct admin_visit *v;
	size_t n;
};

static void
online_row(void *ctx, const struct admin_online *who)
{
	struct listing *l = ctx;
	struct buf name = BUF_INIT(NAME_MAX_ENCODED), since = BUF_INIT(64),
		   address = BUF_INIT(ADDRESS_MAX * 3);
	char ip[ADDR_TEXT_MAX];

	if (l->n++ >= ONLINE_MAX)
		return;
	url_decode(&name, who->name);
	url_encode(&address, who->address);
	admin_add_span(&since, env_wall(l->v->admin->core->env) - who->since);
	admin_add(l->v, web_page_admin_overview, "person",
	    (const struct page_field[]){ { "address", who->address },
		{ "link", buf_slice(&address) }, { "name", buf_slice(&name) },
		{ "client", slice_text(who->client) },
		{ "dialect", slice_text(who->dialect) },
		{ "peer", slice_text(addr_text(who->peer, ip)) },
		{ "since", buf_slice(&since) } },
	    7);
	buf_free(&name);
	buf_free(&since);
	buf_free(&address);
}

static void
online_reply(struct admin_visit *v)
{
	struct admin *a = v->admin;
	struct listing l = { .v = v };
	struct buf words = BUF_INIT(128);
	struct admin_page page = { .title = "Who is online",
		.again = ONLINE_AGAIN_S };

	admin_add(v, web_page_admin_overview, "people", NULL, 0);
	a->hooks->each_online(a->ctx, online_row, &l);
	admin_add(v, web_page_admin_overview, "end", NULL, 0);
	buf_addf(&words, "Signed in now: %zu.%s", l.n,
	    l.n > ONLINE_MAX ? " Not all of them are shown." : "");
	buf_add(&words, "", 1);
	page.words = words.p;
	admin_reply(v, &page);
	buf_free(&words);
}

enum http_outcome
admin_online(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { NULL, online_reply };

	return admin_run(rq, front, &flow);
}
