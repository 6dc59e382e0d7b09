/* SPDX-License-Identifier: MIT */
#include "core/desk/report.h"

#include "common/base/blob.h"
#include "common/base/log.h"
#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "core/private.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	AUTHORS_MAX = 16384, /* who is counted at a time */
	HOUR_S = 3600
};

struct reports {
	struct store_reports ask;
	struct core *core;
	struct list waiting;
	struct report *all; /* in order of their ids */
	size_t n, cap;
	uint64_t last_id; /* ever given in this run */
	uint64_t seq;     /* the last change */
	bool loaded, loading;
	bool again; /* what is being loaded is old already */
	struct penalty *lately;
};

/* ---- kinds ---- */

struct kind_row {
	const char *word, *words;
};

static const struct kind_row kinds[] = {
#define REPORT(id, word, words) { word, words },
#include "core/desk/reports.def"
#undef REPORT
};

const char *
report_word(enum report_kind kind)
{
	return kinds[kind].word;
}

const char *
report_words(enum report_kind kind)
{
	return kinds[kind].words;
}

enum report_kind
report_kind(struct slice word)
{
	for (unsigned i = 0; i < REPORT_KINDS; i++)
		if (slice_eq_text(word, kinds[i].word))
			return (enum report_kind)i;
	return REPORT_OTHER;
}

/* ---- from begin to end ---- */

void
report_start(struct core *c)
{
	struct reports *v = c->reports = mem_alloc(sizeof(*v));

	v->core = c;
	list_init(&v->waiting);
	v->lately = penalty_new(c->env, AUTHORS_MAX, REPORTS_PER_HOUR, HOUR_S);
}

static void
forget(struct reports *v)
{
	for (size_t i = 0; i < v->n; i++)
		blob_unref(v->all[i].text);
	free(v->all);
	v->all = NULL;
	v->n = v->cap = 0;
	v->loaded = false;
}

void
report_stop(struct core *c)
{
	ASSERT(!c->reports->loading);
	forget(c->reports);
	penalty_free(c->reports->lately);
	free(c->reports);
	c->reports = NULL;
}

void
report_failed(struct core *c, uint64_t from)
{
	if (c->reports->seq < from)
		return;
	/* changes were lost: what is on disk counts, and is durable */
	forget(c->reports);
	c->reports->seq = 0;
}

void
report_forget_account(struct core *c, const struct account *gone)
{
	struct reports *v = c->reports;

	v->again = v->loading;
	for (size_t i = 0; i < v->n; i++) {
		struct report *r = &v->all[i];

		if (r->author != gone->id && r->target != gone->id)
			continue;
		v->seq = gone->seq;
		if (r->target == gone->id)
			r->target = 0;
		if (r->author != gone->id)
			continue;
		r->author = 0;
		r->by[0] = '\0';
	}
}

/* ---- loading ---- */

static struct report *
room(struct reports *v)
{
	if (v->n == v->cap) {
		v->cap = v->cap ? v->cap * 2 : 16;
		v->all = mem_realloc_array(v->all, v->cap, sizeof(*v->all));
	}
	return &v->all[v->n++];
}

static void
put_text(char *out, size_t max, struct slice text)
{
	(void)snprintf(out, max + 1, SLICE_FMT,
	    SLICE_ARG(slice_upto(text, max)));
}

static void
keep(struct reports *v)
{
	for (size_t i = 0; i < v->ask.n; i++) {
		const struct store_report *row = &v->ask.all[i];
		struct report *r = room(v);

		*r = (struct report){ .id = row->id,
			.author = row->author,
			.target = row->target,
			.made = row->made,
			.closed = row->closed,
			.text = blob_new(row->text.p, row->text.n),
			.kind = (uint8_t)report_kind(row->kind) };
		put_text(r->by, ADDRESS_MAX, row->by);
		put_text(r->about, ADDRESS_MAX, row->about);
		put_text(r->note, REPORT_NOTE_MAX, row->note);
		if (row->id > v->last_id)
			v->last_id = row->id;
	}
	v->loaded = true;
}

static void loaded(struct store_reports *ask, enum store_outcome how);

static void
load(struct reports *v)
{
	v->loading = true;
	v->again = false;
	v->ask = (struct store_reports){ .done = loaded };
	store_reports(v->core->store, &v->ask);
}

static void
loaded(struct store_reports *ask, enum store_outcome how)
{
	struct reports *v = CONTAINER_OF(ask, struct reports, ask);
	struct list now;

	v->loading = false;
	if (how == STORE_FOUND && !v->again)
		keep(v);
	store_reports_free(&v->ask);
	if (how == STORE_FOUND && v->again) {
		load(v);
		return;
	}
	/* whoever runs again may wait here anew */
	list_init(&now);
	list_splice(&now, &v->waiting);
	while (!list_empty(&now)) {
		struct request *rq =
		    CONTAINER_OF(now.next, struct request, waiting);

		if (how != STORE_FOUND)
			rq->store_failed = true;
		request_wake(rq);
	}
}

/* Are they in memory?  If not, they will be. */
static bool
present(struct request *rq)
{
	struct reports *v = rq->core->reports;

	if (!v->loaded && !v->loading)
		load(v);
	if (v->loaded)
		request_saw(rq, v->seq);
	return v->loaded;
}

static enum result
ready(struct request *rq)
{
	if (rq->store_failed)
		return RESULT_STORE_FAILED;
	if (present(rq))
		return RESULT_OK;
	return request_wait(rq, &rq->core->reports->waiting);
}

enum result
report_all(struct request *rq, const struct report **all, size_t *n)
{
	enum result r = ready(rq);

	*all = r == RESULT_OK ? rq->core->reports->all : NULL;
	*n = r == RESULT_OK ? rq->core->reports->n : 0;
	return r;
}

bool
report_peek(struct request *rq, const struct report **all, size_t *n)
{
	bool there = present(rq);

	*all = there ? rq->core->reports->all : NULL;
	*n = there ? rq->core->reports->n : 0;
	return there;
}

size_t
report_open(const struct report *all, size_t n)
{
	size_t open = 0;

	for (size_t i = 0; i < n; i++)
		open += all[i].closed == 0;
	return open;
}

/* ---- changes ---- */

/* Write it down; or that there is none any more. */
static void
put(struct request *rq, const struct report *r, bool gone)
{
	struct store_change change = { .kind = STORE_REPORT_PUT };
	struct store_report *row = &change.u.report;

	row->id = r->id;
	row->author = r->author;
	row->target = r->target;
	row->made = gone ? 0 : r->made;
	row->closed = r->closed;
	row->about = slice_text(r->about);
	row->kind = slice_text(report_word((enum report_kind)r->kind));
	row->text = blob_slice(r->text);
	row->note = slice_text(r->note);
	rq->core->reports->seq = store_change(rq->core->store, &change);
	request_saw(rq, rq->core->reports->seq);
}

static void
drop(struct request *rq, struct report *r)
{
	struct reports *v = rq->core->reports;
	size_t behind = v->n - (size_t)(r - v->all) - 1;

	put(rq, r, true);
	blob_unref(r->text);
	memmove(r, r + 1, behind * sizeof(*r));
	v->n--;
}

/* No letter, nor what ends a line, where lines may end. */
static bool
is_odd(char c, bool lines)
{
	if (c == '\t' || c == '\r' || c == '\n')
		return !lines;
	return (unsigned char)c < ' ' || c == 0x7f;
}

static bool
is_text(struct slice s, bool lines)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_odd(s.p[i], lines))
			return false;
	return utf8_valid(s);
}

static int
by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The network of somebody; 0: it is none that is counted. */
static uint64_t
net_of(const struct addr *peer)
{
	unsigned bytes = peer->family == 4 ? 3 : 6;
	uint64_t net = peer->family;

	if (peer->family == 0 || addr_is_loopback(peer))
		return 0;
	for (unsigned i = 0; i < bytes; i++)
		net = net << 8 | peer->ip[i];
	return net;
}

static uint64_t
author_of(const struct report *r)
{
	return r->author + 1; /* all who are deleted count as one */
}

static uint64_t
place_of(const struct report *r)
{
	return r->net;
}

/* Who, or which network, has most open ones, and how many; 0 is nobody. */
static uint64_t
greediest(const struct reports *v, uint64_t (*of)(const struct report *),
    unsigned *most)
{
	uint64_t *all = mem_alloc_array(v->n + 1, sizeof(all[0]));
	uint64_t who = 0;
	unsigned run = 0;
	size_t n = 0;

	*most = 0;
	for (size_t i = 0; i < v->n; i++)
		if (v->all[i].closed == 0 && of(&v->all[i]) != 0)
			all[n++] = of(&v->all[i]);
	qsort(all, n, sizeof(all[0]), by_number);
	for (size_t i = 0; i < n; i++) {
		run = i > 0 && all[i] == all[i - 1] ? run + 1 : 1;
		if (run <= *most)
			continue;
		*most = run;
		who = all[i];
	}
	free(all);
	return who;
}

/*
 * All are open.  Whoever has the most gives its oldest, so that nobody's many
 * keep others from reporting; NULL when all have about as few.
 */
static struct report *
oldest_of_greediest(const struct reports *v,
    uint64_t (*of)(const struct report *), unsigned own)
{
	unsigned most;
	uint64_t who = greediest(v, of, &most);

	for (size_t i = 0; most > own + 1 && i < v->n; i++)
		if (of(&v->all[i]) == who && v->all[i].closed == 0)
			return &v->all[i];
	return NULL;
}

/* Is there a place for one more of this author, from there? */
static enum result
find_room(struct request *rq, const struct account *me, uint64_t net)
{
	struct reports *v = rq->core->reports;
	struct report *oldest = NULL;
	unsigned own = 0, near = 0;

	for (size_t i = 0; i < v->n; i++) {
		struct report *r = &v->all[i];

		own += r->author == me->id && r->closed == 0;
		near += net != 0 && r->net == net && r->closed == 0;
		if (r->closed != 0 && oldest == NULL)
			oldest = r;
	}
	if (own >= REPORTS_OPEN_MAX || near >= REPORTS_NET_MAX)
		return RESULT_TOO_ACTIVE;
	if (v->n < REPORTS_MAX)
		return RESULT_OK;
	if (oldest == NULL)
		oldest = oldest_of_greediest(v, place_of, near);
	if (oldest == NULL)
		oldest = oldest_of_greediest(v, author_of, own);
	if (oldest == NULL)
		return RESULT_LIST_FULL;
	if (oldest->closed == 0)
		log_warn("report-dropped", LOG_N("id", oldest->id),
		    LOG_T("text",
			"too many are open; this was of where most are from"));
	drop(rq, oldest);
	return RESULT_OK;
}

static void
add(struct request *rq, const struct account *me, const struct account *target,
    const struct report_wish *wish)
{
	struct reports *v = rq->core->reports;
	struct report *r = room(v);

	*r = (struct report){ .id = ++v->last_id,
		.author = me->id,
		.target = target != NULL ? target->id : 0,
		.made = env_wall(rq->core->env),
		.text = blob_new(wish->text.p, wish->text.n),
		.net = net_of(wish->peer),
		.kind = (uint8_t)wish->kind };
	put_text(r->by, ADDRESS_MAX, account_address(me));
	(void)address_canonical(wish->about, r->about);
	put(rq, r, false);
	metrics_add(rq->core->metrics, COUNTER_REPORTS, 1);
	log_info("report", LOG_N("id", r->id), LOG_T("account", r->by),
	    LOG_T("about", r->about), LOG_T("kind", report_word(wish->kind)));
}

enum result
report_make(struct request *rq, const struct account *me,
    const struct report_wish *wish)
{
	struct reports *v = rq->core->reports;
	struct slice key = slice_make(&me->id, sizeof(me->id));
	char about[ADDRESS_MAX + 1];
	struct account *target;
	enum result r;

	if (!address_canonical(wish->about, about))
		return RESULT_BAD_ADDRESS;
	if (slice_trim(wish->text).n == 0 || wish->text.n > REPORT_TEXT_MAX ||
	    !is_text(wish->text, true))
		return RESULT_BAD_VALUE;
	if (penalty_locked(v->lately, key))
		return RESULT_TOO_ACTIVE;
	r = ready(rq);
	if (r == RESULT_OK)
		r = account_get(rq, slice_text(about), &target);
	if (r == RESULT_NO_SUCH_ACCOUNT) {
		target = NULL;
		r = RESULT_OK;
	}
	if (r == RESULT_OK)
		r = account_writable(rq->core);
	if (r == RESULT_OK)
		r = find_room(rq, me, net_of(wish->peer));
	if (r != RESULT_OK)
		return r;
	penalty_fail(v->lately, key);
	add(rq, me, target, wish);
	return RESULT_OK;
}

/* The one of this number, which is going to be changed. */
static enum result
find(struct request *rq, uint64_t id, struct report **out)
{
	struct reports *v = rq->core->reports;
	enum result r = ready(rq);

	*out = NULL;
	if (r == RESULT_OK)
		r = account_writable(rq->core);
	if (r != RESULT_OK)
		return r;
	for (size_t i = 0; i < v->n; i++)
		if (v->all[i].id == id)
			*out = &v->all[i];
	return *out != NULL ? RESULT_OK : RESULT_NOT_THERE;
}

enum result
report_close(struct request *rq, uint64_t id, struct slice note)
{
	struct report *r;
	enum result result;

	if (note.n > REPORT_NOTE_MAX || !is_text(note, false))
		return RESULT_BAD_VALUE;
	result = find(rq, id, &r);
	if (result != RESULT_OK)
		return result;
	if (r->closed == 0)
		r->closed = env_wall(rq->core->env);
	put_text(r->note, REPORT_NOTE_MAX, note);
	put(rq, r, false);
	return RESULT_OK;
}

enum result
report_reopen(struct request *rq, uint64_t id)
{
	struct report *r;
	enum result result = find(rq, id, &r);

	if (result != RESULT_OK)
		return result;
	if (r->closed == 0)
		return RESULT_UNCHANGED;
	r->closed = 0;
	put(rq, r, false);
	return RESULT_OK;
}

enum result
report_delete(struct request *rq, uint64_t id)
{
	struct report *r;
	enum result result = find(rq, id, &r);

	if (result == RESULT_OK)
		drop(rq, r);
	return result;
}

void
report_add_clean(struct buf *out, struct slice bytes)
{
	struct slice cut = slice_upto(bytes, REPORT_TEXT_MAX);
	bool good;

	/* not within a letter */
	while (cut.n < bytes.n && cut.n > 0 && (bytes.p[cut.n] & 0xc0) == 0x80)
		cut.n--;
	good = utf8_valid(cut);
	for (size_t i = 0; i < cut.n; i++) {
		bool odd = is_odd(cut.p[i], true) ||
		    (!good && (unsigned char)cut.p[i] >= 0x80);

		buf_add_char(out, odd ? '?' : cut.p[i]);
	}
}
