/* SPDX-License-Identifier: MIT */
/* What a server is asked for one password, and in whose words. */
#include "nexus/upstream/priv.h"

#include "common/base/panic.h"

#include <stdio.h>

struct slice
upstream_type(enum rst_kind kind)
{
	return kind == RST_2005
	    ? SLICE_LIT("application/soap+xml; charset=utf-8")
	    : SLICE_LIT("text/xml; charset=utf-8");
}

/* ---- the way it came ---- */

static bool
via_is_id(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < 'a' || s.p[i] > 'z') &&
		    (s.p[i] < '0' || s.p[i] > '9'))
			return false;
	return s.n > 0 && s.n <= UPSTREAM_ID_MAX;
}

bool
upstream_via(const struct upstream *u, struct slice came, struct buf *out)
{
	struct slice word;
	unsigned n = 0;

	while (slice_cut_word(&came, &word)) {
		if (!via_is_id(word) || slice_eq_text(word, u->id) ||
		    ++n >= UPSTREAM_VIA_MAX)
			return false;
		buf_add_slice(out, word);
		buf_add_text(out, ", ");
	}
	buf_add_text(out, u->id);
	return buf_ok(out);
}

/* ---- all of it ---- */

/* The same service in the other language; false when the URL has no such. */
static bool
url_of_kind(const struct upstream_server *s, enum rst_kind kind,
    char out[FETCH_URL_MAX])
{
	const struct slice old = SLICE_LIT("/RST.srf");
	const struct slice new = SLICE_LIT("/RST2.srf");
	struct slice url = slice_text(s->url);
	struct slice ends = kind == RST_2005 ? old : new;
	int n;

	if (s->kind == kind) {
		(void)snprintf(out, FETCH_URL_MAX, "%s", s->url);
		return true;
	}
	if (!slice_ends_nocase(url, ends))
		return false;
	url = slice_upto(url, url.n - ends.n);
	n = snprintf(out, FETCH_URL_MAX, SLICE_FMT "%s", SLICE_ARG(url),
	    kind == RST_2005 ? new.p : old.p);
	return n > 0 && n < FETCH_URL_MAX;
}

/* Some servers keep only so many bytes; a character is not cut in two. */
static struct slice
cut_password(const struct upstream_server *s, struct slice password)
{
	size_t n = s->truncate;

	if (n == 0 || password.n <= n)
		return password;
	while (n > 0 && ((unsigned char)password.p[n] & 0xc0) == 0x80)
		n--;
	return slice_upto(password, n);
}

static void
plan_own(struct upstream *u, const struct upstream_server *s,
    const struct elsewhere_job *job, struct upstream_plan *out)
{
	struct upstream_row row;
	struct upstream_question q = { .kind = s->kind,
		.url = slice_text(s->url),
		.address = job->address,
		.password = cut_password(s, job->password),
		.now = env_wall(u->env) };

	upstream_row_make(u, s, job->asker, &row);
	q.app = row.app;
	q.wishes = row.wishes;
	q.n = row.n;
	out->kind = s->kind;
	(void)snprintf(out->url, sizeof(out->url), "%s", s->url);
	/* at once, so that nothing is left behind by growing */
	buf_reserve(&out->body, UPSTREAM_ASK_MAX);
	upstream_write(&out->body, &q);
}

enum upstream_outcome
upstream_plan_make(struct upstream *u, const struct upstream_server *s,
    const struct elsewhere_job *job, struct upstream_plan *out)
{
	const struct upstream_asker *a = job->asker;
	enum upstream_outcome how = UPSTREAM_GOOD;

	*out = (struct upstream_plan){ .body = BUF_INIT(UPSTREAM_ASK_MAX),
		.via = BUF_INIT(256) };
	out->relay = s->relay && a != NULL && a->body.n > 0 &&
	    upstream_is_plain(a->body) && url_of_kind(s, a->kind, out->url);
	if (!upstream_via(u, a != NULL ? a->via : (struct slice){ 0 },
		&out->via)) {
		how = UPSTREAM_CIRCLE;
	} else if (!upstream_can_say(job->address) ||
	    !upstream_can_say(job->password)) {
		how = UPSTREAM_WRONG;
	} else if (out->relay) {
		out->kind = a->kind;
		buf_reserve(&out->body, a->body.n);
		buf_add_slice(&out->body, a->body);
	} else {
		plan_own(u, s, job, out);
	}
	if (!buf_ok(&out->body))
		how = UPSTREAM_WRONG;
	if (how != UPSTREAM_GOOD)
		upstream_plan_free(out);
	return how;
}

void
upstream_plan_free(struct upstream_plan *p)
{
	if (p->body.p != NULL)
		mem_wipe(p->body.p, p->body.n);
	buf_free(&p->body);
	buf_free(&p->via);
}
