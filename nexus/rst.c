/* SPDX-License-Identifier: MIT */
/*
 * RST.srf and RST2.srf: a password in a document, tickets in a document.  Each
 * target gets a ticket, known or not: a client gives up when one is missing.
 */
#include "nexus/front.h"

#include "common/base/blob.h"
#include "common/base/panic.h"
#include "core/door/relayed.h"
#include "core/door/signin.h"

enum {
	RST_URL_MAX = ELSEWHERE_URL_MAX
};

#define RST_RETRY_S "10"

static enum rst_kind
rst_guess(const struct http_request *rq)
{
	return slice_ends_nocase(http_path(rq), SLICE_LIT("/RST2.srf"))
	    ? RST_2005
	    : RST_2004;
}

/*
 * The body has the password in it: read once, and overwritten; at the end,
 * where another server may have to see it.
 */
static bool
rst_take(struct nexus_visit *v)
{
	struct slice body = http_body(v->http);
	bool good = rst_read(&v->arena, body, rst_guess(v->http), v->rst);

	v->rst->site_name =
	    rst_site_name(http_header(v->http, "User-Agent"), body);
	if (v->nexus->core->elsewhere != NULL) {
		v->secret = v->asker.body = body;
		v->asker.kind = v->rst->kind;
		v->asker.rst = good ? v->rst : NULL;
	} else if (body.n > 0) {
		mem_wipe((void *)(uintptr_t)body.p, body.n);
	}
	v->asked.sign_in = v->rst->username;
	v->asked.password = v->rst->password;
	return good;
}

/* Whoever asks for a ticket with a secret knows how to prove it. */
static bool
rst_proves(const struct rst_request *rq)
{
	for (unsigned i = 0; i < rq->n; i++)
		if (rq->wishes[i].keyed && rq->wishes[i].number != 0)
			return true;
	return false;
}

/*
 * The base ticket in place of a password is not understood: clients then ask
 * with the password (rst.md 4).
 */
static enum nexus_verdict
rst_judge(struct nexus_visit *v)
{
	enum nexus_verdict verdict;

	if (v->rst == NULL) {
		v->rst = arena_alloc(&v->arena, sizeof(*v->rst));
		ASSERT(v->rst != NULL);
		if (!rst_take(v))
			return NEXUS_BROKEN;
		if (v->rst->by_token)
			return NEXUS_ASK;
		v->host =
		    nexus_config_redirect(&v->nexus->cfg, v->asked.sign_in);
		if (v->host.p != NULL && !nexus_was_sent_here(v->http)) {
			v->host = arena_copy(&v->arena, v->host);
			return NEXUS_MOVED;
		}
	}
	verdict = nexus_visit_password(v);
	if (verdict == NEXUS_GOOD && rst_proves(v->rst))
		signin_note_proof(&v->request, v->account);
	return verdict;
}

static void
rst_reply_begin(struct nexus_visit *v, unsigned status)
{
	struct slice type = SLICE_LIT("text/xml; charset=utf-8");

	if (v->rst->kind == RST_2005)
		type = SLICE_LIT("application/soap+xml; charset=utf-8");
	http_reply(v->http, status);
	http_reply_header(v->http, "PPServer", SLICE_LIT("H: NUDGE"));
	http_reply_header(v->http, "Content-Type", type);
	http_reply_header(v->http, "Cache-Control", SLICE_LIT("no-store"));
}

/*
 * What a ticket opens follows from what the program shows that it knows.  With
 * a secret it signs in proven, and not without.  One of that name signs in as
 * before there was a proof.  Any other does so for programs that never showed
 * that they know one: they may take whatever ticket they get for it.
 */
static enum token_purpose
rst_purpose(const struct nexus_visit *v, struct slice address, bool secret)
{
	if (slice_eq_nocase(address, SLICE_LIT(RST_BASE)))
		return TOKEN_TICKET_SERVICE;
	if (secret)
		return TOKEN_TICKET_PROVEN;
	return slice_eq_nocase(address, SLICE_LIT(RST_MESSENGER)) ||
		!signin_proves(v->account)
	    ? TOKEN_TICKET_LONG
	    : TOKEN_TICKET_SERVICE;
}

static void
rst_grant(struct nexus_visit *v, const struct rst_wish *wish,
    struct rst_grant *g)
{
	struct buf ticket = BUF_INIT(TOKEN_TEXT_MAX);

	signin_issue(v->nexus->core, v->account,
	    rst_purpose(v, wish->address, wish->keyed), &ticket);
	ASSERT(buf_ok(&ticket));
	g->ticket = arena_copy(&v->arena, buf_slice(&ticket));
	ASSERT(g->ticket.p != NULL);
	if (wish->keyed) {
		bool ours = signin_secret(v->nexus->core, g->ticket, g->secret);

		ASSERT(ours);
	}
	buf_free(&ticket);
}

/*
 * An upstream's own answer, where these are passed on: its tickets are known
 * here from now on.  False: one cannot be, and the client gets ours.
 */
static bool
rst_pass_on(struct nexus_visit *v)
{
	const struct blob *reply = signin_elsewhere_reply(&v->request);
	struct core *core = v->nexus->core;
	struct upstream_token tokens[RST_WISHES_MAX];
	size_t n = 0, known = 0;

	if (reply != NULL)
		n = upstream_read_tokens(&v->arena, blob_slice(reply), tokens,
		    ARRAY_LEN(tokens));
	for (size_t i = 0; i < n; i++) {
		const struct upstream_token *t = &tokens[i];
		const struct relayed_words words = { t->ticket,
			t->has_secret ? t->secret : NULL,
			rst_purpose(v, t->address, t->has_secret) };
		enum result r =
		    relayed_put(core, v->account, &words, t->expires);

		known += r == RESULT_OK || r == RESULT_ALREADY_THERE;
	}
	mem_wipe(tokens, sizeof(tokens));
	if (n == 0 || known < n)
		return false;
	rst_reply_begin(v, 200);
	http_reply_body(v->http, blob_slice(reply));
	return true;
}

static void
rst_reply_good(struct nexus_visit *v)
{
	const struct core *core = v->nexus->core;
	struct rst_grant grants[RST_WISHES_MAX];
	struct buf out = BUF_INIT(RST_ANSWER_MAX);
	struct buf peer = BUF_INIT(ADDR_TEXT_MAX);
	struct rst_answer a = { .asked = v->rst, .grants = grants };

	for (unsigned i = 0; i < v->rst->n; i++)
		rst_grant(v, &v->rst->wishes[i], &grants[i]);
	addr_add_ip(&peer, http_peer(v->http));
	a.address = account_address(v->account);
	a.peer = buf_slice(&peer);
	a.cid = (uint64_t)account_cid(v->account);
	a.now = env_wall(core->env);
	a.expires = a.now + core->cfg.token_life_s;
	rst_write_answer(&out, &a);
	ASSERT(buf_ok(&out));
	rst_reply_begin(v, 200);
	http_reply_body(v->http, buf_slice(&out));
	mem_wipe(grants, sizeof(grants));
	buf_free(&out);
	buf_free(&peer);
}

/* What an upstream said, or the same service over there. */
static void
rst_add_there(const struct nexus_visit *v, struct buf *url)
{
	if (v->url.n > 0) {
		buf_add_slice(url, v->url);
		return;
	}
	buf_add_text(url, "https://");
	buf_add_slice(url, v->host);
	buf_add_text(url,
	    v->rst->kind == RST_2005 ? "/RST2.srf?lc=1033"
				     : "/RST.srf?lc=1033");
	ASSERT(buf_ok(url));
}

static void
rst_reply_fault(struct nexus_visit *v, enum rst_fault fault)
{
	struct buf out = BUF_INIT(RST_ANSWER_MAX);
	struct buf url = BUF_INIT(RST_URL_MAX);

	if (fault == RST_FAULT_MOVED)
		rst_add_there(v, &url);
	rst_write_fault(&out, v->rst->kind, fault,
	    env_wall(v->nexus->core->env), buf_slice(&url));
	ASSERT(buf_ok(&out));
	/* the status, not the document, makes clients say what is wrong */
	rst_reply_begin(v, fault == RST_FAULT_LATER ? 503 : 200);
	if (fault == RST_FAULT_LATER)
		http_reply_header(v->http, "Retry-After",
		    SLICE_LIT(RST_RETRY_S));
	http_reply_body(v->http, buf_slice(&out));
	buf_free(&out);
	buf_free(&url);
}

static void
rst_reply(struct nexus_visit *v)
{
	switch (v->verdict) {
	case NEXUS_GOOD:
		if (!rst_pass_on(v))
			rst_reply_good(v);
		return;
	case NEXUS_ASK:
	case NEXUS_STALE:
	case NEXUS_WRONG:
	case NEXUS_DISABLED:
		rst_reply_fault(v, RST_FAULT_PASSWORD);
		return;
	case NEXUS_LOCKED:
		rst_reply_fault(v, RST_FAULT_LOCKED);
		return;
	case NEXUS_MOVED:
		rst_reply_fault(v, RST_FAULT_MOVED);
		return;
	case NEXUS_LATER:
		rst_reply_fault(v, RST_FAULT_LATER);
		return;
	case NEXUS_BROKEN:
	case NEXUS_TOO_LONG:
		rst_reply_fault(v, RST_FAULT_REQUEST);
		return;
	case NEXUS_WAIT:
		break;
	}
	ASSERT(v->verdict != NEXUS_WAIT);
}

enum http_outcome
nexus_rst(struct http_request *rq, void *front)
{
	static const struct nexus_flow flow = { rst_judge, rst_reply };

	return nexus_visit_run(rq, front, &flow);
}

/* "/pp600/RST.srf" and its like; nothing else lives there. */
enum http_outcome
nexus_rst_below(struct http_request *rq, void *front)
{
	struct slice rest = slice_from(http_path(rq), 1);

	rest = slice_from(rest, slice_find(rest, '/'));
	if (slice_eq_nocase(rest, SLICE_LIT("/RST.srf")) ||
	    slice_eq_nocase(rest, SLICE_LIT("/RST2.srf")))
		return nexus_rst(rq, front);
	http_reply(rq, 404);
	return HTTP_DONE;
}
