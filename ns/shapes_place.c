/* SPDX-License-Identifier: MIT */
/*
 * UBX: what somebody says beside the presence, and the places somebody is
 * signed in at (ns-modern 5.4).
 */
#include "common/codec/hex.h"
#include "ns/msnp/ceiling.h"
#include "ns/shapes.h"

#define DATA_END "</Data>"

enum {
	UBX_MAX = 64 * 1024,
	/* the element, its id, and the end of the document */
	KEPT_AROUND = 2 * sizeof("<PrivateEndpointData id=\"{}\">") +
	    2 * GUID_BYTES + 4 + sizeof(DATA_END)
};

static const struct session *
session_at(struct list *node)
{
	return CONTAINER_OF(node, struct session, of_account);
}

static bool
has_announced(const struct session *s)
{
	return s->presence.avail != AVAIL_OFFLINE;
}

static void
open_place(struct buf *m, const char *element, const struct endpoint *e)
{
	buf_addf(m, "<%s id=\"{", element);
	guid_add(m, e->id);
	buf_add_text(m, "}\">");
}

/* What contacts are told of a place; its number when it said no more. */
static void
add_shown(struct buf *m, const struct session *s, bool full)
{
	open_place(m, "EndpointData", s->endpoint);
	if (full && s->endpoint->shown != NULL)
		buf_add_slice(m, blob_slice(s->endpoint->shown));
	else
		buf_addf(m, "<Capabilities>%llu:%u</Capabilities>",
		    (unsigned long long)s->presence.caps,
		    s->presence.caps_more);
	buf_add_text(m, "</EndpointData>");
}

static void
add_places(struct buf *m, const struct account *who, bool own, bool full)
{
	LIST_EACH(it, &who->sessions) {
		const struct session *s = session_at(it);
		bool hidden = s->presence.avail == AVAIL_HIDDEN;

		if (s->endpoint != NULL && has_announced(s) && (own || !hidden))
			add_shown(m, s, full);
	}
}

/* What one's own places keep, as far as there is room. */
static void
add_kept(struct buf *m, const struct account *who)
{
	LIST_EACH(it, &who->sessions) {
		const struct endpoint *e = session_at(it)->endpoint;

		if (e == NULL || e->kept == NULL ||
		    m->n + e->kept->n + KEPT_AROUND > CEILING_GIVE_NOTE)
			continue;
		open_place(m, "PrivateEndpointData", e);
		buf_add_slice(m, blob_slice(e->kept));
		buf_add_text(m, "</PrivateEndpointData>");
	}
}

/*
 * The places go inside the element the words are in.  Whoever signed in here
 * with an older version may have left words in another form, which cannot be
 * put together with places.
 */
static void
add_body(struct buf *m, const struct account *who, const struct blob *note,
    bool own)
{
	const struct slice tail = SLICE_LIT(DATA_END);
	struct slice words = slice_make("", 0);
	size_t before;

	if (note != NULL)
		words = slice_trim(blob_slice(note));
	if (slice_ends_nocase(words, tail))
		words.n -= tail.n;
	else
		words = SLICE_LIT("<Data>");
	buf_add_slice(m, words);
	before = m->n;
	add_places(m, who, own, true);
	/* too long with all that they say: then with their numbers alone */
	if (m->n + sizeof(DATA_END) > CEILING_GIVE_NOTE) {
		m->n = before;
		add_places(m, who, own, false);
	}
	if (own)
		add_kept(m, who);
	if (m->n == before && (note == NULL || note->n == 0))
		buf_reset(m);
	else
		buf_add_text(m, DATA_END);
}

static void
ubx(struct buf *b, const struct dialect *d, const struct account *who,
    struct slice body)
{
	buf_add_text(b, "UBX");
	shape_person(b, d, who);
	buf_addf(b, " %zu\r\n", body.n);
	buf_add_slice(b, body);
}

void
shape_note(struct buf *b, const struct dialect *d, const struct account *who,
    const struct blob *note)
{
	struct buf m = BUF_INIT(UBX_MAX);

	if (dialect_has(d, D_PLACES)) {
		add_body(&m, who, note, false);
		ubx(b, d, who, buf_slice(&m));
		b->failed |= m.failed;
	} else if (dialect_has(d, D_NOTES) && note != NULL) {
		ubx(b, d, who, blob_slice(note));
	}
	buf_free(&m);
}

/*
 * The account's look as this session may be told of it: libpurple drops its
 * own picture when it is told of none, and what it can do is its own matter
 * (field-runs 2.5).
 */
static void
keep_own(struct look *look, const struct session *s)
{
	const struct presence *own = &s->presence;

	if (own->object != NULL && own->object->n > 1)
		look->object = own->object;
	look->caps = own->caps;
	look->caps_more = own->caps_more;
}

void
shape_self(struct buf *b, const struct dialect *d, const struct session *s,
    bool announced)
{
	struct buf m = BUF_INIT(UBX_MAX);
	const struct blob *note = s->presence.note;
	struct look look;
	bool visible = presence_look(s->account, &look);

	if (visible && look.note != NULL)
		note = look.note;
	add_body(&m, s->account, note, true);
	ubx(b, d, s->account, buf_slice(&m));
	b->failed |= m.failed;
	buf_free(&m);
	if (!announced || !visible || !has_announced(s))
		return;
	keep_own(&look, s);
	shape_seen(b, d, slice_make("", 0), s->account, &look);
}
