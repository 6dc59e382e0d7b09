/* SPDX-License-Identifier: MIT */
/*
 * Rooms with mode d: who finds one full comes into a clone of it, "name1" to
 * "name99" (chat-ircx 9.4 #7).
 */
#include "chat/access.h"
#include "chat/watcher.h"

/* Modes, texts and access list; whoever has a key of it has one of both. */
static void
copy(const struct room *r, struct room *clone)
{
	clone->modes =
	    (r->modes & ~(uint32_t)(MODE_CLONEABLE | MODE_REGISTERED)) |
	    MODE_CLONE;
	clone->limit = r->limit;
	clone->founder = r->founder;
	clone->topic_quoted = r->topic_quoted;
	clone->topic_time = r->topic_time;
	for (unsigned i = 0; i < ROOM_TEXTS; i++)
		if (r->texts[i] != NULL)
			clone->texts[i] = blob_ref(r->texts[i]);
	clone->topic_by = r->topic_by ? blob_ref(r->topic_by) : NULL;
	for (unsigned i = 0; i < r->naccess; i++) {
		const struct access *a = &r->access[i];
		const struct access_words words = { access_text(a->mask),
			access_text(a->adder), access_text(a->reason),
			access_text(a->given), access_text(a->by) };

		(void)access_add(clone, a, &words);
	}
}

/* ":server CLONE %#name1 0" */
static void
write_clone(const struct ircx_dialect *d, struct buf *b, const struct notice *n)
{
	size_t at = b->n;

	if (!ircx_has(d, CHAT_IRCX))
		return;
	buf_add_text(b, ":" CHAT_SERVER " CLONE ");
	ircx_add_room(d, b, n->word);
	buf_add_text(b, " 0");
	ircx_end_line(b, at);
}

static struct room *
make(struct room *r, struct slice name)
{
	struct room *clone = room_new(r->chat, name);
	struct notice n = { .write = write_clone, .word = name };

	if (clone == NULL)
		return NULL;
	copy(r, clone);
	notice_room(&n, r, NULL, TELL_HOSTS);
	watcher_tell_room(clone, "CREATE", NULL, slice_make("", 0));
	return clone;
}

struct room *
room_clone(struct room *r)
{
	struct buf b = BUF_INIT(ROOM_NAME_MAX + 8);
	struct room *clone = NULL;

	for (unsigned i = 1; i <= ROOM_CLONES_MAX && clone == NULL; i++) {
		struct slice name;

		buf_reset(&b);
		buf_addf(&b, "%%#" SLICE_FMT "%u", SLICE_ARG(room_name(r)), i);
		if (!buf_ok(&b) || !ircx_room_name(buf_slice(&b), &name))
			break;
		clone = room_find(r->chat, buf_slice(&b));
		if (clone == NULL) {
			clone = make(r, name);
			break;
		}
		/* somebody's own room of that name, or a full one */
		if (!(clone->modes & MODE_CLONE) ||
		    (clone->modes & MODE_LIMIT &&
			clone->nseats >= clone->limit))
			clone = NULL;
	}
	buf_free(&b);
	return clone;
}
