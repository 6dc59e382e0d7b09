/* SPDX-License-Identifier: MIT */
/* Coming, going, and who is there. */
#include "chat/watcher.h"

enum {
	TARGETS_MAX = 10,
	NAMED_MAX = 40, /* rooms of a NAMES without one */
};

static struct slice
arg(const struct command *in, unsigned n)
{
	return n < in->nargs ? in->args[n] : slice_make("", 0);
}

/* The room a word names, and the seat in it; NULL: it was told why not. */
static struct seat *
own_seat(struct user *u, struct slice word)
{
	struct room *r = room_find(u->chat, word);
	struct seat *s = r ? seat_find(r, u) : NULL;

	if (r == NULL)
		user_say(u, NUM_NO_SUCH_ROOM, SLICE_FMT, SLICE_ARG(word));
	else if (s == NULL)
		user_say_room(u, NUM_YOU_NOT_IN_ROOM, r, NULL);
	return s;
}

static void
part(struct seat *s, struct slice words)
{
	struct room *r = s->room;
	struct user *u = s->user;
	struct notice n = { .write = notice_write,
		.who = u,
		.room = r,
		.verb = "PART",
		.text = words };
	enum audience who = room_audience(r, s->level);

	notice_user(&n, u);
	notice_room(&n, r, u, who);
	room_say_text(r, u, TEXT_ON_PART);
	watcher_tell_member(r, "PART", u, slice_make("", 0));
	seat_free(s);
}

static void
part_all(struct user *u)
{
	LIST_EACH(it, &u->seats)
		part(CONTAINER_OF(it, struct seat, of_user),
		    (struct slice){ 0 });
}

enum result
chat_join(struct user *u, const struct command *in)
{
	struct slice rooms = in->args[0], keys = arg(in, 1), room, key;

	if (slice_eq_text(rooms, "0")) {
		part_all(u);
		return RESULT_OK;
	}
	/* a control's own key may have any letter in it */
	if (slice_find(rooms, ',') == rooms.n) {
		room_enter(u, rooms, keys);
		return RESULT_OK;
	}
	for (unsigned i = 0; i < TARGETS_MAX && ircx_cut_comma(&rooms, &room);
	     i++) {
		if (!slice_cut(&keys, ',', &key))
			key = slice_make("", 0);
		room_enter(u, room, key);
	}
	return RESULT_OK;
}

enum result
chat_goto(struct user *u, const struct command *in)
{
	const struct room *r = room_find(u->chat, in->args[0]);
	const struct user *other = user_find(u->chat, in->args[1]);

	if (r == NULL)
		user_say(u, NUM_NO_SUCH_ROOM, SLICE_FMT,
		    SLICE_ARG(in->args[0]));
	else if (other == NULL || seat_find(r, other) == NULL)
		user_say(u, NUM_NO_SUCH_NICK, SLICE_FMT,
		    SLICE_ARG(in->args[1]));
	else
		room_enter(u, in->args[0], arg(in, 2));
	return RESULT_OK;
}

enum result
chat_part(struct user *u, const struct command *in)
{
	struct slice rooms = in->args[0], room, words = { 0 };
	struct seat *s;

	if (in->nargs > 1)
		words = slice_upto(in->args[1], REASON_MAX);
	for (unsigned i = 0; i < TARGETS_MAX && ircx_cut_comma(&rooms, &room);
	     i++) {
		s = own_seat(u, room);
		if (s != NULL)
			part(s, words);
	}
	return RESULT_OK;
}

struct naming {
	struct user *user;
	unsigned left;
};

static bool
name_one(struct map_node *node, void *ctx)
{
	struct room *r = CONTAINER_OF(node, struct room, node);
	struct naming *n = ctx;

	if (!room_is_listed(r, n->user) || r->nseats == 0)
		return true;
	room_say_members(r, n->user);
	return --n->left > 0 && !outq_full(&n->user->link->out);
}

/* As many rooms as an output queue holds. */
static void
names_of_all(struct user *u)
{
	struct naming n = { u, NAMED_MAX };

	map_each(&u->chat->rooms, name_one, &n);
	user_say(u, NUM_NAMES_END, "*");
}

enum result
chat_names(struct user *u, const struct command *in)
{
	struct slice rooms = arg(in, 0), room;
	struct room *r;

	if (rooms.n == 0) {
		names_of_all(u);
		return RESULT_OK;
	}
	for (unsigned i = 0; i < TARGETS_MAX && ircx_cut_comma(&rooms, &room);
	     i++) {
		r = room_find(u->chat, room);
		if (r != NULL && room_is_listed(r, u))
			room_say_names(r, u);
		else
			user_say(u, NUM_NAMES_END, SLICE_FMT, SLICE_ARG(room));
	}
	return RESULT_OK;
}

/* ---- TOPIC ---- */

void
room_say_topic(const struct room *r, struct user *u)
{
	struct buf *b;

	if (r->texts[TEXT_TOPIC] == NULL) {
		user_say_room(u, NUM_NO_TOPIC, r, NULL);
		return;
	}
	b = user_reply(u, NUM_TOPIC);
	buf_add_char(b, ' ');
	ircx_add_room(u->dialect, b, room_name(r));
	buf_add_text(b, " :");
	room_add_topic(r, u->dialect, b);
	user_finish(u);
	if (r->topic_by != NULL && !ircx_has(u->dialect, CHAT_CONTROL))
		user_say_room(u, NUM_TOPIC_BY, r, SLICE_FMT " %lld",
		    SLICE_ARG(blob_slice(r->topic_by)),
		    (long long)r->topic_time);
}

void
room_change_topic(struct room *r, struct user *u, struct slice topic,
    struct request *rq)
{
	struct notice n = { .write = notice_write_topic, .who = u, .room = r };

	room_set_topic(r, u, topic);
	room_changed(r, rq);
	notice_room(&n, r, NULL, TELL_ALL);
	watcher_tell_room(r, "TOPIC", u, room_text(r, TEXT_TOPIC));
}

enum result
chat_topic(struct user *u, const struct command *in)
{
	struct room *r = room_find(u->chat, in->args[0]);
	struct seat *s;

	if (r == NULL || (in->nargs == 1 && !room_is_listed(r, u))) {
		user_say(u, NUM_NO_SUCH_ROOM, SLICE_FMT,
		    SLICE_ARG(in->args[0]));
		return RESULT_OK;
	}
	if (in->nargs == 1) {
		room_say_topic(r, u);
		return RESULT_OK;
	}
	s = own_seat(u, in->args[0]);
	if (s == NULL)
		return RESULT_OK;
	if (r->modes & MODE_TOPIC && s->level < LEVEL_HOST)
		user_say_room(u, NUM_NOT_HOST, r, NULL);
	else if (room_may_change(r, u))
		room_change_topic(r, u, in->args[1], in->rq);
	return RESULT_OK;
}

/* ---- KICK, INVITE ---- */

static void
say_nick(struct user *u, enum numeric n, const struct user *other,
    const struct room *r)
{
	struct buf *b = user_reply(u, n);

	buf_addf(b, " %s ", other->nick);
	ircx_add_room(u->dialect, b, room_name(r));
	if (numeric_text(n)[0] != '\0')
		buf_addf(b, " :%s", numeric_text(n));
	user_finish(u);
}

static void
kick(struct seat *by, struct slice nick, struct slice words)
{
	struct user *u = by->user, *other = user_find(u->chat, nick);
	struct room *r = by->room;
	struct seat *s = other ? seat_find(r, other) : NULL;
	struct notice n = { .write = notice_write,
		.who = u,
		.room = r,
		.verb = "KICK",
		.text = words };

	if (other == NULL) {
		user_say(u, NUM_NOT_IN_ROOM, SLICE_FMT, SLICE_ARG(nick));
		return;
	}
	if (s == NULL) {
		say_nick(u, NUM_NOT_IN_ROOM, other, r);
		return;
	}
	if (s->level == LEVEL_OWNER && by->level < LEVEL_OWNER) {
		user_say_room(u, NUM_NOT_OWNER, r, NULL);
		return;
	}
	n.word = user_nick(other);
	notice_room(&n, r, NULL, TELL_ALL);
	watcher_tell_member(r, "KICK", other, user_nick(u));
	seat_free(s);
}

enum result
chat_kick(struct user *u, const struct command *in)
{
	struct slice nicks = in->args[1], nick;
	struct slice words = slice_upto(arg(in, 2), REASON_MAX);
	struct seat *s = own_seat(u, in->args[0]);

	if (s == NULL)
		return RESULT_OK;
	if (s->level < LEVEL_HOST) {
		user_say_room(u, NUM_NOT_HOST, s->room, NULL);
		return RESULT_OK;
	}
	if (words.n == 0)
		words = user_nick(u);
	for (unsigned i = 0;
	     i < TARGETS_MAX && s != NULL && ircx_cut_comma(&nicks, &nick);
	     i++) {
		const struct room *r = s->room;

		kick(s, nick, words);
		/* one may kick oneself */
		s = u->nseats > 0 ? seat_find(r, u) : NULL;
	}
	return RESULT_OK;
}

/* The newest controls are told where to go as well (chat-ircx 15). */
static void
invite(struct user *u, struct user *other, const struct room *r)
{
	struct buf *b = user_line(other);

	user_add_prefix(b, u);
	buf_addf(b, " INVITE %s ", other->nick);
	if (ircx_has(other->dialect, CHAT_INVITED)) {
		user_add_host(other, b);
		buf_add_char(b, ' ');
	}
	buf_add_char(b, ':');
	ircx_add_room(other->dialect, b, room_name(r));
	user_finish(other);
	say_nick(u, NUM_INVITING, other, r);
}

/* Without a room it is the only one. */
static struct seat *
invite_from(struct user *u, const struct command *in)
{
	if (in->nargs > 1)
		return own_seat(u, in->args[in->nargs - 1]);
	if (u->nseats > 0)
		return CONTAINER_OF(u->seats.next, struct seat, of_user);
	user_say(u, NUM_NEED_MORE, "%s", in->row->verb);
	return NULL;
}

enum result
chat_invite(struct user *u, const struct command *in)
{
	struct seat *s = invite_from(u, in);
	struct user *other = user_find(u->chat, in->args[0]);

	if (s == NULL)
		return RESULT_OK;
	if (other == NULL || user_is_blocked(u, other))
		user_say(u, NUM_NO_SUCH_NICK, SLICE_FMT,
		    SLICE_ARG(in->args[0]));
	else if (seat_find(s->room, other) != NULL)
		say_nick(u, NUM_THEY_IN_ROOM, other, s->room);
	else if (s->room->modes & MODE_INVITED && s->level < LEVEL_HOST)
		user_say_room(u, NUM_NOT_HOST, s->room, NULL);
	else {
		room_invite(s->room, other);
		invite(u, other, s->room);
	}
	return RESULT_OK;
}
