/* SPDX-License-Identifier: MIT */
/* What is said to some alone: WHISPER, DATA and its kin, the stage. */
#include "chat/room.h"

enum {
	TARGETS_MAX = 10,
	TAG_MAX = 15
};

static struct room *
room_of(struct user *u, struct slice word)
{
	struct room *r = room_find(u->chat, word);

	if (r == NULL)
		user_say(u, NUM_NO_SUCH_ROOM, SLICE_FMT, SLICE_ARG(word));
	return r;
}

/* ---- WHISPER (chat-ircx 10.1) ---- */

/* Programs that know no whispers read a private message. */
static void
write_whisper(const struct ircx_dialect *d, struct buf *b,
    const struct notice *n)
{
	struct notice private = *n;

	if (!ircx_has(d, CHAT_IRCX)) {
		private.room = NULL;
		private.verb = "PRIVMSG";
	}
	notice_write_said(d, b, &private);
}

/* What forbids it; NUMERICS: nothing. */
static enum numeric
whisper_forbidden(const struct seat *from, const struct seat *to)
{
	const struct room *r = from->room;

	if (user_is_blocked(from->user, to->user))
		return NUM_NO_WHISPERS;
	if (r->modes & MODE_NO_GUEST_WHISPER &&
	    from->user->kind != KIND_MEMBER && from->level < LEVEL_HOST)
		return NUM_NO_WHISPERS;
	if (r->modes & MODE_NO_WHISPER && from->level < LEVEL_HOST &&
	    to->level < LEVEL_HOST)
		return NUM_NO_WHISPERS;
	return NUMERICS;
}

static void
whisper(const struct seat *from, struct slice nick, struct slice text)
{
	struct user *u = from->user, *other = user_find(u->chat, nick);
	const struct seat *to = other ? seat_find(from->room, other) : NULL;
	struct notice n = { .write = write_whisper,
		.who = u,
		.room = from->room,
		.verb = "WHISPER",
		.text = text };
	enum numeric why;

	if (other == NULL || to == NULL) {
		user_say(u, other ? NUM_NOT_IN_ROOM : NUM_NO_SUCH_NICK,
		    SLICE_FMT, SLICE_ARG(nick));
		return;
	}
	why = whisper_forbidden(from, to);
	if (why != NUMERICS) {
		user_say_room(u, why, from->room, NULL);
		return;
	}
	n.word = user_nick(other);
	notice_user(&n, other);
}

enum result
chat_whisper(struct user *u, const struct command *in)
{
	struct slice nicks, nick;
	const struct seat *s;
	struct room *r;

	if (in->nargs < 2 || in->args[1].n == 0) {
		user_tell(u, NUM_NO_RECIPIENT);
		return RESULT_OK;
	}
	if (in->nargs < 3 || in->args[2].n == 0) {
		user_tell(u, NUM_NO_TEXT);
		return RESULT_OK;
	}
	r = room_of(u, in->args[0]);
	if (r == NULL)
		return RESULT_OK;
	s = seat_find(r, u);
	if (s == NULL) {
		user_say_room(u, NUM_YOU_NOT_IN_ROOM, r, NULL);
		return RESULT_OK;
	}
	u->spoken = user_clock(u);
	if (u->gagged)
		return RESULT_OK;
	nicks = in->args[1];
	for (unsigned i = 0; i < TARGETS_MAX && ircx_cut_comma(&nicks, &nick);
	     i++)
		whisper(s, nick, in->args[2]);
	return RESULT_OK;
}

/* ---- DATA, REQUEST, REPLY ---- */

static bool
is_tag(struct slice tag)
{
	if (tag.n == 0 || tag.n > TAG_MAX || (tag.p[0] & ~0x20) < 'A' ||
	    (tag.p[0] & ~0x20) > 'Z')
		return false;
	for (size_t i = 0; i < tag.n; i++) {
		char c = tag.p[i];

		if (!(((c & ~0x20) >= 'A' && (c & ~0x20) <= 'Z') ||
			(c >= '0' && c <= '9') || c == '.'))
			return false;
	}
	return true;
}

/* Some tags belong to people of rank. */
static enum numeric
tag_forbidden(struct slice tag, enum level mine, enum staff rank)
{
	if (!is_tag(tag))
		return NUM_BAD_TAG;
	if ((slice_starts_nocase(tag, SLICE_LIT("ADM.")) &&
		rank < STAFF_ADMIN) ||
	    (slice_starts_nocase(tag, SLICE_LIT("SYS.")) &&
		rank < STAFF_SYSOP) ||
	    (slice_starts_nocase(tag, SLICE_LIT("OWN.")) &&
		mine < LEVEL_OWNER) ||
	    (slice_starts_nocase(tag, SLICE_LIT("HST.")) && mine < LEVEL_HOST))
		return NUM_NO_PERMISSION;
	return NUMERICS;
}

/* "tag" or "nick tag" behind the verb and the room or person. */
static void
write_data(const struct ircx_dialect *d, struct buf *b, const struct notice *n)
{
	struct buf words = BUF_INIT(IRCX_SAID_MAX);
	struct notice plain = *n;

	if (!ircx_has(d, CHAT_IRCX))
		return;
	if (n->other != NULL)
		buf_addf(&words, "%s ", n->other->nick);
	buf_add_slice(&words, n->word);
	plain.word = buf_slice(&words);
	notice_write(d, b, &plain);
	buf_free(&words);
}

static void
data_to_room(struct user *u, struct room *r, struct notice *n,
    struct slice nick)
{
	const struct seat *own = seat_find(r, u);
	struct user *other = nick.n > 0 ? user_find(u->chat, nick) : NULL;

	n->room = r;
	if (own == NULL) {
		user_say_room(u, NUM_YOU_NOT_IN_ROOM, r, NULL);
	} else if (nick.n == 0) {
		notice_room(n, r, u, room_audience(r, own->level));
	} else if (other == NULL || seat_find(r, other) == NULL) {
		user_say(u, NUM_NOT_IN_ROOM, SLICE_FMT, SLICE_ARG(nick));
	} else if (user_is_blocked(u, other)) {
		user_say_room(u, NUM_NO_WHISPERS, r, NULL);
	} else {
		n->other = other;
		notice_user(n, other);
	}
}

static void
data_to_user(struct user *u, struct notice *n, struct slice nick)
{
	struct user *other = user_find(u->chat, nick);

	if (other == NULL || user_is_blocked(u, other)) {
		user_say(u, other ? NUM_NO_WHISPERS : NUM_NO_SUCH_NICK,
		    SLICE_FMT, SLICE_ARG(nick));
		return;
	}
	n->other = other;
	notice_user(n, other);
}

enum result
chat_data(struct user *u, const struct command *in)
{
	bool aside = in->nargs > 3 && ircx_is_room(in->args[0]);
	struct slice tag = in->args[aside ? 2 : 1];
	struct room *r = room_find(u->chat, in->args[0]);
	struct notice n = { .write = write_data,
		.who = u,
		.verb = in->row->verb,
		.word = tag,
		.text = in->args[aside ? 3 : 2] };
	enum numeric why = tag_forbidden(tag, r ? room_level(r, u) : LEVEL_NONE,
	    (enum staff)u->staff);

	if (!ircx_has(u->dialect, CHAT_IRCX))
		user_say(u, NUM_UNKNOWN_COMMAND, "%s", in->row->verb);
	else if (why != NUMERICS)
		user_say(u, why, SLICE_FMT, SLICE_ARG(slice_upto(tag, 40)));
	else if (u->gagged)
		return RESULT_OK;
	else if (r != NULL)
		data_to_room(u, r, &n, aside ? in->args[1] : slice_make("", 0));
	else if (ircx_is_room(in->args[0]))
		(void)room_of(u, in->args[0]);
	else
		data_to_user(u, &n, in->args[0]);
	return RESULT_OK;
}

/* ---- the stage: rooms with +g ---- */

/* "EQUESTION %#room nick %#room :text" */
static void
write_question(const struct ircx_dialect *d, struct buf *b,
    const struct notice *n)
{
	struct buf words = BUF_INIT(IRCX_SAID_MAX);
	struct notice plain = *n;

	if (!ircx_has(d, CHAT_IRCX))
		return;
	buf_add_slice(&words, n->word);
	buf_add_char(&words, ' ');
	ircx_add_room(d, &words, room_name(n->room));
	plain.word = buf_slice(&words);
	notice_write(d, b, &plain);
	buf_free(&words);
}

/* The seat of who may speak in a room with a stage; NULL: it was told. */
static const struct seat *
on_stage(struct user *u, struct slice word, enum level least)
{
	struct room *r = room_of(u, word);
	const struct seat *s = r ? seat_find(r, u) : NULL;

	if (r == NULL)
		return NULL;
	if (s == NULL)
		user_say_room(u, NUM_YOU_NOT_IN_ROOM, r, NULL);
	else if (!(r->modes & MODE_STAGE) || s->level < least)
		user_say_room(u, NUM_CANNOT_SEND, r, NULL);
	else if (!u->gagged)
		return s;
	return NULL;
}

enum result
chat_esubmit(struct user *u, const struct command *in)
{
	const struct seat *s = on_stage(u, in->args[0], LEVEL_NONE);
	struct notice n = { .write = write_question,
		.who = u,
		.verb = "EQUESTION",
		.word = user_nick(u),
		.text = in->args[1] };

	if (s == NULL)
		return RESULT_OK;
	n.room = s->room;
	notice_room(&n, s->room, u, TELL_HOSTS);
	return RESULT_OK;
}

enum result
chat_equestion(struct user *u, const struct command *in)
{
	const struct seat *s = on_stage(u, in->args[0], LEVEL_HOST);
	struct notice n = { .write = write_question,
		.who = u,
		.verb = "EQUESTION",
		.word = in->args[1],
		.text = in->args[in->nargs - 1] };

	if (s == NULL)
		return RESULT_OK;
	n.room = s->room;
	notice_room(&n, s->room, u, TELL_HOSTS);
	return RESULT_OK;
}

enum result
chat_eprivmsg(struct user *u, const struct command *in)
{
	const struct seat *s = on_stage(u, in->args[0], LEVEL_HOST);
	struct notice n = { .write = notice_write_ircx,
		.who = u,
		.verb = "EPRIVMSG",
		.text = in->args[1] };

	if (s == NULL)
		return RESULT_OK;
	n.room = s->room;
	notice_room(&n, s->room, u, TELL_ALL);
	return RESULT_OK;
}
