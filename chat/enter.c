/* SPDX-License-Identifier: MIT */
/* May somebody come in (chat-ircx 9.4), and what is said when so. */
#include "chat/access.h"
#include "chat/watcher.h"
#include "common/base/panic.h"

/* Why not; NUMERICS: welcome. */
struct judgement {
	enum numeric why;
	enum level level;
};

static bool
is_key(const struct room *r, enum room_text which, struct slice key)
{
	struct slice want = room_text(r, which);

	return key.n > 0 && want.n == key.n &&
	    mem_equal_ct(key.p, want.p, key.n);
}

enum level
room_key_level(const struct room *r, struct slice key)
{
	if (is_key(r, TEXT_OWNER_KEY, key))
		return LEVEL_OWNER;
	return is_key(r, TEXT_HOST_KEY, key) ? LEVEL_HOST : LEVEL_NONE;
}

/* What the modes forbid whom nothing else lets in. */
static enum numeric
forbidden(const struct room *r, const struct user *u, struct slice key)
{
	if (r->modes & MODE_KEY && !is_key(r, TEXT_MEMBER_KEY, key))
		return NUM_BAD_KEY;
	if (r->modes & MODE_INVITED && !room_is_invited(r, u))
		return NUM_INVITE_ONLY;
	if (r->modes & MODE_LIMIT && r->nseats >= r->limit)
		return NUM_ROOM_FULL;
	if (r->modes & MODE_MEMBERS && u->kind != KIND_MEMBER)
		return NUM_GUESTS_NOT;
	return NUMERICS;
}

static struct judgement
judge(struct room *r, const struct user *u, struct slice key)
{
	static const enum level levels[] = { LEVEL_OWNER, LEVEL_HOST,
		LEVEL_VOICE, LEVEL_NONE, LEVEL_NONE, LEVEL_NONE };
	struct judgement j = { .why = NUMERICS,
		.level = room_key_level(r, key) };
	enum access_level listed;

	if (u->staff != STAFF_NONE ||
	    (u->account != NULL && r->founder == u->account->id))
		j.level = LEVEL_OWNER;
	if (j.level != LEVEL_NONE)
		return j;
	listed = access_judge(r, u);
	j.level = levels[listed];
	if (listed == ACCESS_DENY)
		j.why = NUM_BANNED;
	else if (j.level < LEVEL_HOST)
		j.why = forbidden(r, u, key);
	return j;
}

static void
knock(struct user *u, struct room *r, enum numeric why)
{
	char code[4];
	struct notice n = { .write = notice_write_ircx,
		.who = u,
		.room = r,
		.verb = "KNOCK" };
	struct buf b = BUF_INIT(sizeof(code));

	buf_addf(&b, "%u", numeric_code(why));
	n.word = buf_slice(&b);
	notice_room(&n, r, NULL, TELL_HOSTS);
	buf_free(&b);
}

void
room_say_text(const struct room *r, struct user *u, enum room_text which)
{
	const char *verb = which == TEXT_ON_JOIN ? "PRIVMSG" : "NOTICE";
	struct slice rest = room_text(r, which), line;
	size_t at;

	while (rest.n > 0) {
		struct buf *b = user_line(u);

		at = slice_find_slice(rest, SLICE_LIT("\\n"));
		line = slice_upto(rest, at);
		rest = slice_from(rest, at + 2);
		buf_add_char(b, ':');
		ircx_add_room(u->dialect, b, room_name(r));
		buf_addf(b, " %s %s :", verb, u->nick);
		buf_add_slice(b, line);
		user_finish(u);
	}
}

static void
come_in(struct user *u, struct room *r, enum level level)
{
	struct notice n = { .write = notice_write_join,
		.who = u,
		.room = r,
		.level = level };

	(void)seat_new(r, u, level);
	notice_user(&n, u);
	notice_room(&n, r, u, room_audience(r, level));
	watcher_tell_member(r, "JOIN", u, slice_make("", 0));
	if (r->texts[TEXT_TOPIC] != NULL)
		room_say_topic(r, u);
	room_say_time(r, u);
	room_say_names(r, u);
	room_say_text(r, u, TEXT_ON_JOIN);
}

static struct room *
open_room(struct user *u, struct slice word)
{
	struct slice name;
	struct room *r;

	if (!ircx_room_name(word, &name)) {
		user_say(u, NUM_NO_SUCH_ROOM, SLICE_FMT, SLICE_ARG(word));
		return NULL;
	}
	r = room_open(u, name);
	if (r == NULL)
		user_tell(u, NUM_NO_RESOURCES);
	else
		watcher_tell_room(r, "CREATE", u, slice_make("", 0));
	return r;
}

static void
enter_clone(struct user *u, struct room *r, enum level level)
{
	struct room *clone = room_clone(r);

	if (clone == NULL)
		user_say_room(u, NUM_ROOM_FULL, r, NULL);
	else if (seat_find(clone, u) != NULL)
		user_say_room(u, NUM_ALREADY_IN, clone, NULL);
	else
		come_in(u, clone, level);
}

void
room_enter(struct user *u, struct slice word, struct slice key)
{
	struct room *r = room_find(u->chat, word);
	struct judgement j;

	if (r != NULL && seat_find(r, u) != NULL) {
		user_say_room(u, NUM_ALREADY_IN, r, NULL);
		return;
	}
	if (u->nseats >= USER_ROOMS_MAX) {
		user_say(u, NUM_TOO_MANY_ROOMS, SLICE_FMT, SLICE_ARG(word));
		return;
	}
	if (r == NULL) {
		r = open_room(u, word);
		if (r != NULL)
			come_in(u, r, LEVEL_OWNER);
		return;
	}
	j = judge(r, u, key);
	if (j.why == NUM_ROOM_FULL && r->modes & MODE_CLONEABLE) {
		enter_clone(u, r, j.level);
		return;
	}
	if (j.why == NUMERICS) {
		come_in(u, r, j.level);
		return;
	}
	user_say_room(u, j.why, r, NULL);
	if (r->modes & MODE_KNOCK)
		knock(u, r, j.why);
}
