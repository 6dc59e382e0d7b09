/* SPDX-License-Identifier: MIT */
/*
 * Looks and who was told of them.  Every entry on a's roster with REVERSE is
 * a watcher; the entry remembers the number of the look and of the note the
 * watcher was last told, 0 for "gone".
 */
#include "core/people/presence.h"

#include "common/base/panic.h"
#include "core/private.h"

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

struct session *
presence_speaker(const struct account *a)
{
	struct session *best = NULL;

	/* who spoke last comes first */
	LIST_EACH(it, &a->sessions) {
		struct session *s =
		    CONTAINER_OF(it, struct session, of_account);

		if (shows(s) && s->presence.avail == AVAIL_ONLINE)
			return s;
		if (shows(s) && best == NULL)
			best = s;
	}
	return best;
}

static const struct blob *
note_of(const struct account *a)
{
	LIST_EACH(it, &a->sessions) {
		const struct session *s =
		    CONTAINER_OF(it, struct session, of_account);

		if (shows(s) && s->presence.note != NULL)
			return s->presence.note;
	}
	return NULL;
}

bool
presence_visible(const struct account *a)
{
	return presence_speaker(a) != NULL;
}

bool
presence_seen_by(const struct account *a, const struct person *viewer)
{
	return presence_visible(a) && privacy_allows(a, viewer);
}

bool
presence_look(const struct account *a, struct look *out)
{
	const struct session *s = presence_speaker(a);

	if (s == NULL)
		return false;
	out->object = s->presence.object;
	out->note = note_of(a);
	out->name = account_name(a);
	out->caps = s->presence.caps;
	out->caps_more = s->presence.caps_more;
	out->avail = s->presence.avail;
	return true;
}

/* ---- numbers: the same look has the same one, another the next ---- */

static uint64_t
hash_of(const struct core *c, const void *p, size_t n)
{
	return map_siphash(c->look_key[0], c->look_key[1], slice_make(p, n));
}

/* Never 0, but for NULL. */
static uint64_t
hash_of_blob(const struct core *c, const struct blob *b)
{
	uint64_t h = b != NULL ? hash_of(c, b->p, b->n) : 0;

	return b != NULL && h == 0 ? 1 : h;
}

static uint64_t
hash_of_face(const struct core *c, const struct look *look)
{
	const uint64_t parts[] = { hash_of(c, look->name.p, look->name.n),
		hash_of_blob(c, look->object), look->caps, look->caps_more,
		look->avail };
	uint64_t h = hash_of(c, parts, sizeof(parts));

	return h != 0 ? h : 1;
}

/* Of the note and of what the endpoints show; 0: nothing of that. */
static uint64_t
hash_of_note(const struct core *c, const struct account *a,
    const struct look *look)
{
	uint64_t h = hash_of_blob(c, look->note);

	LIST_EACH(it, &a->sessions) {
		const struct session *s =
		    CONTAINER_OF(it, struct session, of_account);
		const struct endpoint *e = s->endpoint;

		/* a sum, because their order changes */
		if (shows(s) && e != NULL && e->shown != NULL) {
			const uint64_t parts[] = { hash_of(c, e->id,
						       sizeof(e->id)),
				hash_of_blob(c, e->shown) };

			h += hash_of(c, parts, sizeof(parts)) | 1;
		}
	}
	return h;
}

/* Bring the numbers up to date with what the speaker says. */
static bool
refresh(const struct core *c, struct account *a, struct look *out)
{
	uint64_t face, note;

	if (!presence_look(a, out))
		return false;
	face = hash_of_face(c, out);
	note = hash_of_note(c, a, out);
	a->look_id += a->look_hash != face;
	a->note_id += a->note_hash != note;
	a->look_hash = face;
	a->note_hash = note;
	return true;
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
	uint32_t want_note = seen && a->note_hash != 0 ? a->note_id : 0;
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
telling_begin(struct telling *t, struct account *a, const struct look *look)
{
	static const enum event_kind kinds[TELL_KINDS] = { EVENT_SEEN,
		EVENT_GONE, EVENT_NOTE };

	t->nfronts = 0;
	t->sent = 0;
	for (size_t i = 0; i < TELL_KINDS; i++) {
		/* that a broken account went waits for no change it lost */
		t->ev[i] = (struct event){ .kind = kinds[i],
			.seq = a->broken ? 0 : a->seq };
		t->ev[i].u.presence.who = a;
		t->ev[i].u.presence.look = kinds[i] == EVENT_GONE ? NULL : look;
	}
	for (size_t i = 0; i < TELL_FRONTS; i++)
		memset(t->enc[i].done, 0, sizeof(t->enc[i].done));
}

void
presence_lose(struct core *c, struct account *a, struct account *viewer)
{
	struct telling t;

	telling_begin(&t, a, NULL);
	tell_watcher(&t, viewer, 1);
	telling_end(c, &t);
}

static void
flush_account(struct core *c, struct account *a)
{
	struct look shown;
	const struct look *look = refresh(c, a, &shown) ? &shown : NULL;
	struct telling t;

	telling_begin(&t, a, look);
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
	if (look != NULL && a->untold != 0)
		account_tell_untold(a);
	if (list_empty(&a->sessions))
		a->look_hash = a->note_hash = 0;
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
		session_tell_places(a);
		person_unpin(c, a->person);
	}
	account_trim(c);
}

/* ---- watching ---- */

static bool
watched_beside(const struct session *but)
{
	LIST_EACH(it, &but->account->sessions) {
		const struct session *s =
		    CONTAINER_OF(it, struct session, of_account);

		if (s != but && s->watching)
			return true;
	}
	return false;
}

/*
 * What s may see of who now, which counts as told; false: nothing.  Beside
 * other watchers of the account it does not: they were told what they were
 * told.  So if who changed in this very turn s hears the same once more.
 */
static bool
meet(const struct core *c, struct account *who, const struct session *s,
    struct look *out)
{
	struct contact *k = roster_find(&who->roster, s->account->person);
	bool seen;

	if (k == NULL || !(k->lists & LIST_REVERSE))
		return false;
	seen = entry_allows(who, k);
	/* the numbers are right unless something was announced this turn */
	if (seen && list_linked(&who->dirty))
		seen = refresh(c, who, out);
	else if (seen)
		seen = presence_look(who, out);
	if (watched_beside(s))
		return seen;
	k->told_look = seen ? who->look_id : 0;
	k->told_note = seen && who->note_hash != 0 ? who->note_id : 0;
	return seen;
}

void
presence_watch(struct core *c, struct session *s,
    void (*each)(void *ctx, struct account *who, const struct look *look),
    void *ctx)
{
	struct account *a = s->account;

	s->watching = true;
	ROSTER_EACH(k, &a->roster)
	{
		struct account *who = k->who->account;
		struct look look;

		if ((k->lists & LIST_FORWARD) && who != NULL &&
		    meet(c, who, s, &look))
			each(ctx, who, &look);
	}
}

bool
presence_meet(struct core *c, struct session *s, struct account *who,
    struct look *out)
{
	return s->watching && meet(c, who, s, out);
}
