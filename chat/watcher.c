/* SPDX-License-Identifier: MIT */
#include "chat/watcher.h"

#include "common/base/panic.h"

#include <stdlib.h>

enum {
	WATCHED_MAX = 10
};

struct watched {
	enum seen type;
	struct blob *mask;
};

struct watcher {
	struct list node; /* chat->watchers */
	struct user *user;
	unsigned n;
	struct watched watched[WATCHED_MAX];
};

static const char *const types[SEEN_TYPES] = { "CHANNEL", "MEMBER", "SERVER",
	"CONNECT", "SOCKET", "USER" };

/* ---- telling ---- */

static bool
fits(const struct watcher *w, enum seen type, struct slice subject)
{
	for (unsigned i = 0; i < w->n; i++)
		if (w->watched[i].type == type &&
		    ircx_match(blob_slice(w->watched[i].mask), subject))
			return true;
	return false;
}

void
watcher_tell(struct chat *chat, enum seen type, struct slice subject,
    const char *fmt, ...)
{
	struct buf words = BUF_INIT(2 * IRCX_SAID_MAX);
	va_list ap;

	if (list_empty(&chat->watchers))
		return;
	va_start(ap, fmt);
	buf_vaddf(&words, fmt, ap);
	va_end(ap);
	LIST_EACH(it, &chat->watchers) {
		struct watcher *w = CONTAINER_OF(it, struct watcher, node);

		if (fits(w, type, subject))
			user_printf(w->user,
			    ":" CHAT_SERVER " EVENT %lld %s " SLICE_FMT,
			    (long long)env_wall(chat->core->env), types[type],
			    SLICE_ARG(buf_slice(&words)));
	}
	buf_free(&words);
}

static void
add_person(struct buf *b, const struct user *u)
{
	buf_addf(b, "%s!%s@%s", u->nick, u->id, user_domain(u));
}

void
watcher_tell_user(struct user *u, enum seen type, const char *what)
{
	struct buf who = BUF_INIT(256);

	add_person(&who, u);
	watcher_tell(u->chat, type, buf_slice(&who), "%s " SLICE_FMT, what,
	    SLICE_ARG(buf_slice(&who)));
	buf_free(&who);
}

static void
tell_in_room(const struct room *r, enum seen type, const char *what,
    const struct user *u, struct slice text)
{
	struct buf who = BUF_INIT(256);

	if (u != NULL)
		add_person(&who, u);
	watcher_tell(r->chat, type,
	    type == SEEN_CHANNEL ? room_name(r) : buf_slice(&who),
	    "%s %%#" SLICE_FMT "%s" SLICE_FMT "%s" SLICE_FMT, what,
	    SLICE_ARG(room_name(r)), who.n > 0 ? " " : "",
	    SLICE_ARG(buf_slice(&who)), text.n > 0 ? " " : "", SLICE_ARG(text));
	buf_free(&who);
}

void
watcher_tell_room(const struct room *r, const char *what, const struct user *u,
    struct slice text)
{
	if (!list_empty(&r->chat->watchers))
		tell_in_room(r, SEEN_CHANNEL, what, u, text);
}

void
watcher_tell_member(const struct room *r, const char *what,
    const struct user *u, struct slice text)
{
	if (!list_empty(&r->chat->watchers))
		tell_in_room(r, SEEN_MEMBER, what, u, text);
}

void
watcher_tell_link(struct user *u, enum seen type, const char *what,
    const char *why)
{
	struct buf peer = BUF_INIT(ADDR_TEXT_MAX);

	addr_add(&peer, &u->link->peer);
	watcher_tell(u->chat, type, buf_slice(&peer), "%s " SLICE_FMT " %s%s%s",
	    what, SLICE_ARG(buf_slice(&peer)), u->nick_n > 0 ? u->nick : "*",
	    why[0] != '\0' ? " " : "", why);
	buf_free(&peer);
}

/* ---- EVENT ---- */

void
watcher_free(struct user *u)
{
	struct watcher *w = u->watcher;

	if (w == NULL)
		return;
	for (unsigned i = 0; i < w->n; i++)
		blob_unref(w->watched[i].mask);
	list_remove(&w->node);
	free(w);
	u->watcher = NULL;
}

static enum seen
type_parse(struct slice word)
{
	unsigned i = 0;

	/* the documents have it both ways */
	if (slice_eq_nocase(word, SLICE_LIT("CONNECTION")))
		return SEEN_CONNECT;
	while (i < SEEN_TYPES && !slice_eq_nocase(word, slice_text(types[i])))
		i++;
	return (enum seen)i;
}

static struct watched *
find(const struct user *u, enum seen type, struct slice mask)
{
	struct watcher *w = u->watcher;

	for (unsigned i = 0; w != NULL && i < w->n; i++)
		if (w->watched[i].type == type &&
		    slice_eq_nocase(blob_slice(w->watched[i].mask), mask))
			return &w->watched[i];
	return NULL;
}

static void
say_entry(struct user *u, enum numeric n, enum seen type, struct slice mask)
{
	user_say(u, n, "%s " SLICE_FMT, types[type], SLICE_ARG(mask));
}

static void
add(struct user *u, enum seen type, struct slice mask)
{
	struct watcher *w = u->watcher;

	if (find(u, type, mask) != NULL) {
		say_entry(u, NUM_EVENT_DUPLICATE, type, mask);
		return;
	}
	if (w != NULL && w->n == WATCHED_MAX) {
		user_say(u, NUM_EVENT_FULL, "%s", types[type]);
		return;
	}
	if (w == NULL) {
		w = u->watcher = mem_alloc(sizeof(*w));
		w->user = u;
		list_push(&u->chat->watchers, &w->node);
	}
	w->watched[w->n].type = type;
	w->watched[w->n++].mask = ircx_text(mask);
	say_entry(u, NUM_EVENT_ADDED, type, mask);
}

static void delete (struct user *u, enum seen type, struct slice mask)
{
	struct watched *found = find(u, type, mask);

	if (found == NULL) {
		say_entry(u, NUM_EVENT_UNKNOWN, type, mask);
		return;
	}
	say_entry(u, NUM_EVENT_DELETED, type, mask);
	blob_unref(found->mask);
	*found = u->watcher->watched[--u->watcher->n];
	if (u->watcher->n == 0)
		watcher_free(u);
}

static void
list_all(struct user *u, enum seen type)
{
	const struct watcher *w = u->watcher;

	user_tell(u, NUM_EVENT_START);
	for (unsigned i = 0; w != NULL && i < w->n; i++)
		if (type == SEEN_TYPES || type == w->watched[i].type)
			say_entry(u, NUM_EVENT_ENTRY, w->watched[i].type,
			    blob_slice(w->watched[i].mask));
	user_tell(u, NUM_EVENT_END);
}

enum result
chat_event(struct user *u, const struct command *in)
{
	struct slice what = in->args[0];
	struct slice word = in->nargs > 1 ? in->args[1] : slice_make("", 0);
	struct slice mask = in->nargs > 2 ? in->args[2] : SLICE_LIT("*");
	enum seen type = type_parse(word);
	bool lists = slice_eq_nocase(what, SLICE_LIT("LIST"));
	bool adds = slice_eq_nocase(what, SLICE_LIT("ADD"));

	if (u->staff == STAFF_NONE)
		user_say(u, NUM_NO_PERMISSION, "%s", in->row->verb);
	else if (!lists && !adds && !slice_eq_nocase(what, SLICE_LIT("DELETE")))
		user_say(u, NUM_BAD_COMMAND, "%s", in->row->verb);
	else if (!lists && word.n == 0)
		user_say(u, NUM_NEED_MORE, "%s", in->row->verb);
	else if (type == SEEN_TYPES && word.n > 0)
		user_say(u, NUM_EVENT_NO_TYPE, SLICE_FMT,
		    SLICE_ARG(slice_upto(word, MASK_MAX)));
	else if (lists)
		list_all(u, type);
	else if (adds)
		add(u, type, slice_upto(mask, MASK_MAX));
	else
		delete (u, type, slice_upto(mask, MASK_MAX));
	return RESULT_OK;
}
