/* SPDX-License-Identifier: MIT */
/* What people say: bytes, passed on as they are. */
#include "chat/ircx/style.h"
#include "chat/room.h"
#include "chat/words.h"

enum {
	TARGETS_MAX = 4
};

/* One PRIVMSG or NOTICE on its way. */
struct said {
	struct user *user;
	const char *verb;
	struct slice text;
	bool errors; /* is told of them: never for a NOTICE */
};

static void
refuse(const struct said *m, enum numeric why, struct slice target)
{
	if (m->errors)
		user_say(m->user, why, SLICE_FMT, SLICE_ARG(target));
}

static bool
may_say(const struct room *r, const struct seat *s)
{
	if (s == NULL)
		return !(r->modes &
		    (MODE_INSIDE | MODE_MODERATED | MODE_SUBSCRIBERS));
	if (r->modes & MODE_SUBSCRIBERS && !s->user->subscriber &&
	    s->level < LEVEL_HOST)
		return false;
	return s->level > LEVEL_NONE || !(r->modes & MODE_MODERATED);
}

static void
say_room(const struct said *m, struct slice target)
{
	struct room *r = room_find(m->user->chat, target);
	struct notice n = { .write = notice_write_said,
		.who = m->user,
		.room = r,
		.verb = m->verb,
		.text = m->text };
	const struct seat *s;
	struct slice word;

	if (r == NULL) {
		refuse(m, NUM_NO_SUCH_ROOM, target);
		return;
	}
	s = seat_find(r, m->user);
	if (!may_say(r, s)) {
		refuse(m, NUM_CANNOT_SEND, target);
		return;
	}
	if (r->modes & MODE_WORDS &&
	    words_find(slice_text(m->user->chat->cfg.words),
		ircx_unstyled(m->text), &word)) {
		refuse(m, NUM_BAD_WORD, word);
		return;
	}
	if (s != NULL && s->level < LEVEL_HOST && room_lag(r) > 0)
		user_slow(m->user, room_lag(r) * 1000);
	metrics_add(m->user->chat->core->metrics, COUNTER_CHAT_MESSAGES, 1);
	notice_room(&n, r, m->user,
	    room_audience(r, s ? s->level : LEVEL_NONE));
}

static void
say_user(const struct said *m, struct slice target)
{
	struct user *to = user_find(m->user->chat, target);
	struct notice n = { .write = notice_write_said,
		.who = m->user,
		.verb = m->verb,
		.text = m->text };

	if (to == NULL) {
		refuse(m, NUM_NO_SUCH_NICK, target);
		return;
	}
	if (user_is_blocked(m->user, to)) {
		refuse(m, NUM_NO_WHISPERS, target);
		return;
	}
	n.word = user_nick(to);
	notice_user(&n, to);
	if (to->away != NULL && m->errors)
		user_say(m->user, NUM_AWAY, "%s :" SLICE_FMT, to->nick,
		    SLICE_ARG(blob_slice(to->away)));
}

static enum result
say(const struct said *m, const struct command *in)
{
	struct slice targets, target;

	if (in->nargs == 0 || in->args[0].n == 0) {
		if (m->errors)
			user_tell(m->user, NUM_NO_RECIPIENT);
		return RESULT_OK;
	}
	if (m->text.n == 0) {
		if (m->errors)
			user_tell(m->user, NUM_NO_TEXT);
		return RESULT_OK;
	}
	m->user->spoken = user_clock(m->user);
	if (m->user->gagged)
		return RESULT_OK;
	targets = in->args[0];
	for (unsigned i = 0;
	     i < TARGETS_MAX && ircx_cut_comma(&targets, &target); i++) {
		if (ircx_is_room(target))
			say_room(m, target);
		else
			say_user(m, target);
	}
	return RESULT_OK;
}

enum result
chat_privmsg(struct user *u, const struct command *in)
{
	const struct said m = { .user = u,
		.verb = "PRIVMSG",
		.text = in->nargs > 1 ? in->args[1] : slice_make("", 0),
		.errors = true };

	return say(&m, in);
}

enum result
chat_notice(struct user *u, const struct command *in)
{
	const struct said m = { .user = u,
		.verb = "NOTICE",
		.text = in->nargs > 1 ? in->args[1] : slice_make("", 0) };

	return say(&m, in);
}

/* ---- AWAY (chat-ircx 10.3) ---- */

enum result
chat_away(struct user *u, const struct command *in)
{
	struct slice words = in->nargs > 0 ? in->args[0] : slice_make("", 0);
	struct notice n = { .write = notice_write_ircx,
		.who = u,
		.verb = "822" };

	words = slice_upto(words, AWAY_MAX);
	blob_unref(u->away);
	u->away = words.n > 0 ? ircx_text(words) : NULL;
	user_tell(u, words.n > 0 ? NUM_NOW_AWAY : NUM_UNAWAY);
	n.text = words;
	if (words.n == 0) {
		n.verb = "821";
		n.text = SLICE_LIT("User unaway");
	}
	notice_around(&n, u, false);
	return RESULT_OK;
}
