/* SPDX-License-Identifier: MIT */
#include "chat/room.h"

#include "chat/access.h"
#include "chat/ircx/quote.h"
#include "chat/watcher.h"
#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "core/keep.h"

#include <stdlib.h>

struct room *
room_find(const struct chat *chat, struct slice word)
{
	char folded[ROOM_NAME_MAX];
	struct map_node *node;
	struct slice name;
	struct room *r;

	if (!ircx_room_name(word, &name))
		return NULL;
	ircx_fold(name, folded);
	node = map_get(&chat->rooms, slice_make(folded, name.n));
	r = node ? CONTAINER_OF(node, struct room, node) : NULL;
	/* also that there is none, or none any more */
	if (chat->rq != NULL)
		request_saw(chat->rq,
		    r ? room_waits_for(r)
		      : keep_waits_for(chat->core, KEEP_ROOM,
			    slice_make(folded, name.n)));
	return r;
}

uint64_t
room_waits_for(const struct room *r)
{
	const struct core *c = r->chat->core;

	if (r->seq <= c->barrier->released)
		return 0;
	/* a change that was lost is nothing to wait for */
	return keep_waits_for(c, KEEP_ROOM, slice_make(r->folded, r->name_n));
}

static void
stayed_empty(struct timer *t)
{
	room_release(CONTAINER_OF(t, struct room, empty));
}

struct room *
room_unlisted(struct chat *chat)
{
	struct room *r = mem_alloc(sizeof(*r));

	r->chat = chat;
	list_init(&r->seats);
	r->empty.fire = stayed_empty;
	return r;
}

struct room *
room_new(struct chat *chat, struct slice name)
{
	struct room *r;

	if (chat->rooms.count >= chat->cfg.max_rooms)
		return NULL;
	r = room_unlisted(chat);
	r->name_n = (uint8_t)name.n;
	memcpy(r->name, name.p, name.n);
	ircx_fold(name, r->folded);
	r->modes = MODE_INSIDE | MODE_TOPIC | MODE_LIMIT;
	r->limit = ROOM_LIMIT < chat->cfg.max_members ? ROOM_LIMIT
						      : chat->cfg.max_members;
	r->created = env_wall(chat->core->env);
	map_put(&chat->rooms, &r->node);
	return r;
}

struct room *
room_open(struct user *u, struct slice name)
{
	struct room *r = share_allows(u) ? room_new(u->chat, name) : NULL;

	if (r != NULL)
		share_take(r, u);
	return r;
}

void
room_free(struct room *r)
{
	share_release(r);
	timer_stop(&r->empty);
	access_free(r);
	for (unsigned i = 0; i < ROOM_TEXTS; i++)
		blob_unref(r->texts[i]);
	blob_unref(r->topic_by);
	free(r);
}

void
room_release(struct room *r)
{
	if (r->nseats > 0 || room_is_kept(r))
		return;
	watcher_tell_room(r, "DESTROY", NULL, slice_make("", 0));
	map_remove(&r->chat->rooms, &r->node);
	room_free(r);
}

struct slice
room_text(const struct room *r, enum room_text which)
{
	const struct blob *b = r->texts[which];

	return b ? blob_slice(b) : slice_make("", 0);
}

void
room_set_text(struct room *r, enum room_text which, struct slice value)
{
	blob_unref(r->texts[which]);
	r->texts[which] = value.n > 0 ? ircx_text(value) : NULL;
	if (which == TEXT_TOPIC)
		r->topic_time = env_wall(r->chat->core->env);
}

void
room_set_topic(struct room *r, const struct user *u, struct slice topic)
{
	struct buf plain = BUF_INIT(TOPIC_MAX);

	topic = slice_upto(topic, TOPIC_MAX);
	r->topic_quoted = ircx_has(u->dialect, CHAT_IRCX) && topic.n > 1 &&
	    topic.p[0] == '%' && ircx_unquote(&plain, slice_from(topic, 1)) &&
	    utf8_valid(buf_slice(&plain)) &&
	    ircx_is_one_line(buf_slice(&plain));
	room_set_text(r, TEXT_TOPIC,
	    r->topic_quoted ? buf_slice(&plain) : topic);
	buf_free(&plain);
	blob_unref(r->topic_by);
	r->topic_by = ircx_text(user_nick(u));
}

void
room_add_topic(const struct room *r, const struct ircx_dialect *d,
    struct buf *b)
{
	struct slice topic = room_text(r, TEXT_TOPIC);

	if (!r->topic_quoted || !ircx_has(d, CHAT_IRCX)) {
		buf_add_slice(b, topic);
		return;
	}
	buf_add_char(b, '%');
	ircx_quote(b, topic);
}

unsigned
room_lag(const struct room *r)
{
	struct slice text = room_text(r, TEXT_LAG);

	return text.n > 0 ? (unsigned)(text.p[0] - '0') : 0;
}

/* ---- seats ---- */

struct seat *
seat_new(struct room *r, struct user *u, enum level level)
{
	struct seat *s = mem_alloc(sizeof(*s));

	s->room = r;
	s->user = u;
	list_push(&r->seats, &s->of_room);
	list_push(&u->seats, &s->of_user);
	r->nseats++;
	u->nseats++;
	timer_stop(&r->empty);
	seat_set_level(s, level);
	return s;
}

void
seat_free(struct seat *s)
{
	struct room *r = s->room;

	seat_set_level(s, LEVEL_NONE);
	list_remove(&s->of_room);
	list_remove(&s->of_user);
	r->nseats--;
	s->user->nseats--;
	free(s);
	room_release(r);
}

struct seat *
seat_find(const struct room *r, const struct user *u)
{
	LIST_EACH(it, &u->seats) {
		struct seat *s = CONTAINER_OF(it, struct seat, of_user);

		if (s->room == r)
			return s;
	}
	return NULL;
}

void
seat_set_level(struct seat *s, enum level level)
{
	if (level > LEVEL_VOICE)
		s->room->hosts++;
	if (s->level > LEVEL_VOICE)
		s->room->hosts--;
	s->level = level;
}

enum level
room_level(const struct room *r, const struct user *u)
{
	const struct seat *s = seat_find(r, u);

	return s ? s->level : LEVEL_NONE;
}

enum level
room_power(const struct room *r, const struct user *u)
{
	return u->staff != STAFF_NONE ? LEVEL_OWNER : room_level(r, u);
}

bool
seat_is_seen(const struct seat *s, const struct user *viewer)
{
	return !(s->room->modes & MODE_AUDITORIUM) || s->level > LEVEL_VOICE ||
	    s->user == viewer || room_level(s->room, viewer) > LEVEL_VOICE;
}

enum audience
room_audience(const struct room *r, enum level of)
{
	return r->modes & MODE_AUDITORIUM && of <= LEVEL_VOICE ? TELL_HOSTS
							       : TELL_ALL;
}

/* ---- who may know of it, and come ---- */

void
room_invite(struct room *r, const struct user *u)
{
	if (room_is_invited(r, u))
		return;
	memcpy(r->invites[r->next_invite], u->id, sizeof(u->id));
	r->next_invite = (uint8_t)((r->next_invite + 1) % ROOM_INVITES);
}

bool
room_is_invited(const struct room *r, const struct user *u)
{
	for (unsigned i = 0; i < ROOM_INVITES; i++)
		if (strcmp(r->invites[i], u->id) == 0)
			return true;
	return false;
}

bool
room_is_public(const struct room *r)
{
	return (r->modes & (MODE_HIDDEN | MODE_SECRET | MODE_PRIVATE)) == 0;
}

bool
room_is_listed(const struct room *r, const struct user *viewer)
{
	return room_is_public(r) || viewer->staff != STAFF_NONE ||
	    seat_find(r, viewer) != NULL;
}

void
room_add_modes(const struct room *r, struct buf *b, bool inside)
{
	buf_add_char(b, '+');
	for (unsigned i = 0; i < mode_nrows; i++)
		if (r->modes & mode_rows[i].bit)
			buf_add_char(b, mode_rows[i].letter);
	if (r->modes & MODE_LIMIT)
		buf_addf(b, " %u", r->limit);
	if (r->modes & MODE_KEY && inside) {
		buf_add_char(b, ' ');
		buf_add_slice(b, room_text(r, TEXT_MEMBER_KEY));
	}
}

/* ---- NAMES ---- */

static void
begin_names(const struct room *r, struct user *u)
{
	struct buf *b = user_reply(u, NUM_NAMES);
	char sign = '=';

	if (r->modes & MODE_PRIVATE)
		sign = '*';
	else if (r->modes & MODE_SECRET)
		sign = '@';
	buf_addf(b, " %c ", sign);
	ircx_add_room(u->dialect, b, room_name(r));
	buf_add_text(b, " :");
}

void
room_say_time(const struct room *r, struct user *u)
{
	if (!ircx_has(u->dialect, CHAT_CONTROL))
		user_say_room(u, NUM_ROOM_TIME, r, "%lld",
		    (long long)r->created);
}

void
room_say_members(struct room *r, struct user *u)
{
	struct buf *b = &u->chat->scratch;
	unsigned n = 0;

	SEAT_EACH(s, r)
	{
		struct member_look look = user_look(s->user, s->level);

		if (!seat_is_seen(s, u))
			continue;
		/* the longest entry, the blank before it and the line's end */
		if (n > 0 && b->n + look.nick.n + 12 > IRCX_SAID_MAX) {
			user_finish(u);
			n = 0;
		}
		if (n++ == 0)
			begin_names(r, u);
		else
			buf_add_char(b, ' ');
		ircx_add_member(u->dialect, b, &look);
	}
	if (n > 0)
		user_finish(u);
}

void
room_say_names(struct room *r, struct user *u)
{
	room_say_members(r, u);
	user_say_room(u, NUM_NAMES_END, r, NULL);
}
