/* SPDX-License-Identifier: MIT */
/*
 * Looks and who was told of them.  Every entry on a's roster with REVERSE is
 * a watcher; the entry remembers the number of the look and of the note the
 * watcher was last told, 0 for "gone".
 */
#include "core/presence.h"

#include "common/base/panic.h"
#include "core/private.h"

#include <stdlib.h>

void
look_unref(struct look *l)
{
	if (l == NULL || --l->refs > 0)
		return;
	blob_unref(l->name);
	blob_unref(l->object);
	blob_unref(l->note);
	free(l);
}

void
presence_set_object(struct presence *p, struct slice object, bool given)
{
	blob_unref(p->object);
	p->object = given ? blob_new(object.p, object.n) : NULL;
}

void
presence_set_note(struct presence *p, struct slice note)
{
	blob_unref(p->note);
	p->note = blob_new(note.p, note.n);
}

void
presence_clear(struct presence *p)
{
	blob_unref(p->object);
	blob_unref(p->note);
	*p = (struct presence){ 0 };
}

static bool
shows(const struct session *s)
{
	return s->presence.avail != AVAIL_OFFLINE &&
	    s->presence.avail != AVAIL_HIDDEN;
}

/* The session that speaks for the account, or NULL when nobody may see it. */
static struct session *
speaker(const struct account *a)
{
	LIST_EACH(it, &a->sessions) {
		struct session *s =
		    CONTAINER_OF(it, struct session, of_account);

		if (shows(s))
			return s;
	}
	return NULL;
}

bool
presence_visible(const struct account *a)
{
	return speaker(a) != NULL;
}

bool
presence_seen_by(const struct account *a, const struct person *viewer)
{
	return presence_visible(a) && privacy_allows(a, viewer);
}

static bool
same_blob(const struct blob *a, const struct blob *b)
{
	if (a == b)
		return true;
	return a != NULL && b != NULL && slice_eq(blob_slice(a), blob_slice(b));
}

static struct blob *
ref_or_null(struct blob *b)
{
	return b ? blob_ref(b) : NULL;
}

static struct blob *
name_blob(const struct account *a)
{
	struct slice name = account_name(a);

	return a->name ? blob_ref(a->name) : blob_new(name.p, name.n);
}

static bool
same_face(const struct look *l, const struct account *a,
    const struct presence *p)
{
	return l->avail == p->avail && l->caps == p->caps &&
	    same_blob(l->object, p->object) &&
	    slice_eq(blob_slice(l->name), account_name(a));
}

/* Bring look and its numbers up to date with what the speaker says. */
static const struct look *
refresh(struct account *a)
{
	const struct session *s = speaker(a);
	const struct presence *p;
	struct look *l;
	bool face, note;

	if (s == NULL)
		return NULL;
	p = &s->presence;
	face = a->look != NULL && same_face(a->look, a, p);
	note = a->look != NULL && same_blob(a->look->note, p->note);
	if (face && note)
		return a->look;
	l = mem_alloc(sizeof(*l));
	l->refs = 1;
	l->avail = p->avail;
	l->caps = p->caps;
	l->name = name_blob(a);
	l->object = ref_or_null(p->object);
	l->note = ref_or_null(p->note);
	look_unref(a->look);
	a->look = l;
	a->look_id += !face;
	a->note_id += !note;
	return l;
}

const struct look *
presence_look(struct account *a)
{
	return refresh(a);
}

void
presence_changed(struct core *c, struct account *a)
{
	if (!list_linked(&a->dirty))
		list_push(&c->dirty, &a->dirty);
	loop_defer(c->loop, &c->flush);
}

/* ---- telling: one encoding per wire shape ---- */

enum {
	TELL_KINDS = 3,
	TELL_FRONTS = 4
};

struct encoding {
	const struct front *front;
	struct blob *bytes[TELL_KINDS][SESSION_SHAPES];
	uint32_t done[TELL_KINDS];
};

struct telling {
	struct event ev[TELL_KINDS]; /* SEEN, GONE, NOTE */
	struct encoding enc[TELL_FRONTS];
	size_t nfronts;
	uint64_t sent;
};

static struct encoding *
encoding_of(struct telling *t, const struct front *f)
{
	for (size_t i = 0; i < t->nfronts; i++)
		if (t->enc[i].front == f)
			return &t->enc[i];
	ASSERT(t->nfronts < TELL_FRONTS);
	t->enc[t->nfronts].front = f;
	return &t->enc[t->nfronts++];
}

static void
tell_session(struct telling *t, struct session *s, size_t kind)
{
	struct encoding *e = encoding_of(t, s->front);
	uint32_t bit = 1u << s->shape;

	ASSERT(s->shape < SESSION_SHAPES);
	if (!(e->done[kind] & bit)) {
		e->done[kind] |= bit;
		e->bytes[kind][s->shape] =
		    s->front->encode(&t->ev[kind], s->shape);
	}
	if (e->bytes[kind][s->shape] == NULL)
		return;
	s->front->deliver(s, &t->ev[kind], e->bytes[kind][s->shape]);
	t->sent++;
}

static void
tell_watcher(struct telling *t, struct account *viewer, size_t kind)
{
	LIST_EACH(it, &viewer->sessions) {
		struct session *s =
		    CONTAINER_OF(it, struct session, of_account);

		if (s->watching)
			tell_session(t, s, kind);
	}
}

static void
encoding_free(struct encoding *e, size_t kind)
{
	/* what was not encoded was never set either */
	for (size_t s = 0; s < SESSION_SHAPES; s++)
		if (e->done[kind] & 1u << s)
			blob_unref(e->bytes[kind][s]);
}

static void
telling_end(struct core *c, struct telling *t)
{
	for (size_t i = 0; i < t->nfronts; i++)
		for (size_t k = 0; k < TELL_KINDS; k++)
			encoding_free(&t->enc[i], k);
	metrics_add(c->metrics, COUNTER_PRESENCE_SENT, t->sent);
}

static bool
is_watching(const struct account *a)
{
	LIST_EACH(it, &a->sessions) {
		if (CONTAINER_OF(it, struct session, of_account)->watching)
			return true;
	}
	return false;
}

static bool
entry_allows(const struct account *a, const struct contact *k)
{
	if (k->lists & (LIST_ALLOW | LIST_BLOCK))
		return !(k->lists & LIST_BLOCK);
	return (a->flags & ACCOUNT_ALLOW_ALL) != 0;
}

static void
tell_difference(struct telling *t, struct account *a, struct contact *k,
    const struct look *look)
{
	bool seen = look != NULL && entry_allows(a, k);
	uint32_t want_look = seen ? a->look_id : 0;
	uint32_t want_note = seen && look->note != NULL ? a->note_id : 0;
	bool say_note = want_note != 0 && want_note != k->told_note;
	struct account *viewer = k->who->account;

	if (k->told_look != want_look) {
		k->told_look = want_look;
		tell_watcher(t, viewer, seen ? 0 : 1);
	}
	k->told_note = want_note;
	if (say_note)
		tell_watcher(t, viewer, 2);
}

static void
flush_account(struct core *c, struct account *a)
{
	static const enum event_kind kinds[TELL_KINDS] = { EVENT_SEEN,
		EVENT_GONE, EVENT_NOTE };
	const struct look *look = refresh(a);
	struct telling t;

	t.nfronts = 0;
	t.sent = 0;
	for (size_t i = 0; i < TELL_KINDS; i++) {
		/* that a broken account went waits for no change it lost */
		t.ev[i] = (struct event){ .kind = kinds[i],
			.seq = a->broken ? 0 : a->seq };
		t.ev[i].u.presence.who = a;
		t.ev[i].u.presence.look = kinds[i] == EVENT_GONE ? NULL : look;
	}
	for (size_t i = 0; i < TELL_FRONTS; i++)
		memset(t.enc[i].done, 0, sizeof(t.enc[i].done));
	ROSTER_EACH(k, &a->roster)
	{
		if (!(k->lists & LIST_REVERSE))
			continue;
		if (k->who->account == NULL || !is_watching(k->who->account))
			k->told_look = k->told_note = 0;
		else
			tell_difference(&t, a, k, look);
	}
	telling_end(c, &t);
	if (list_empty(&a->sessions)) {
		look_unref(a->look);
		a->look = NULL;
	}
}

void
presence_flush(struct core *c)
{
	while (!list_empty(&c->dirty)) {
		struct account *a =
		    CONTAINER_OF(c->dirty.next, struct account, dirty);

		list_remove(&a->dirty);
		/* a watcher may end at what it hears, and records be trimmed */
		person_pin(c, a->person);
		flush_account(c, a);
		person_unpin(c, a->person);
	}
	account_trim(c);
}

/* ---- watching ---- */

/* What viewer may see of who now counts as told. */
static const struct look *
meet(struct account *who, const struct person *viewer)
{
	struct contact *k = roster_find(&who->roster, viewer);
	const struct look *look = NULL;

	if (k == NULL || !(k->lists & LIST_REVERSE))
		return NULL;
	if (entry_allows(who, k))
		look = refresh(who);
	k->told_look = look ? who->look_id : 0;
	k->told_note = look && look->note ? who->note_id : 0;
	return look;
}

void
presence_watch(struct core *c, struct session *s,
    void (*each)(void *ctx, struct account *who, const struct look *look),
    void *ctx)
{
	struct account *a = s->account;

	(void)c;
	s->watching = true;
	ROSTER_EACH(k, &a->roster)
	{
		struct account *who = k->who->account;
		const struct look *look;

		if (!(k->lists & LIST_FORWARD) || who == NULL)
			continue;
		look = meet(who, a->person);
		if (look != NULL)
			each(ctx, who, look);
	}
}

const struct look *
presence_meet(struct core *c, struct session *s, struct account *who)
{
	(void)c;
	return s->watching ? meet(who, s->account->person) : NULL;
}
