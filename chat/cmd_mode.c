/* SPDX-License-Identifier: MIT */
/* MODE: of rooms, of people in them, and of oneself (chat-ircx 11). */
#include "chat/staff.h"
#include "chat/watcher.h"
#include "common/base/num.h"
#include "common/base/panic.h"

#define DARK  (MODE_PRIVATE | MODE_HIDDEN | MODE_SECRET)
#define HOST  LEVEL_HOST
#define OWN   LEVEL_OWNER
#define NONE  LEVEL_NONE
#define NO    CREATE_NOBODY
#define STAFF CREATE_STAFF
#define ANY   CREATE_ANYBODY

/*
 * In the order in which 324 tells them.  Opening a stage and registering a room
 * were for the staff, which not every place has: owners do it.
 */
/* clang-format off */
const struct mode_row mode_rows[] = {
	{ 'a', MODE_MEMBERS,          0,    OWN,  false, ANY },
	{ 'd', MODE_CLONEABLE,        0,    HOST, true,  STAFF },
	{ 'e', MODE_CLONE,            0,    NONE, false, NO },
	{ 'f', MODE_WORDS,            0,    HOST, true,  STAFF },
	{ 'g', MODE_STAGE,            0,    OWN,  false, STAFF },
	{ 'h', MODE_HIDDEN,           DARK, HOST, false, ANY },
	{ 'i', MODE_INVITED,          0,    HOST, false, ANY },
	{ 'm', MODE_MODERATED,        0,    HOST, false, ANY },
	{ 'n', MODE_INSIDE,           0,    HOST, false, ANY },
	{ 'p', MODE_PRIVATE,          DARK, HOST, false, ANY },
	{ 'r', MODE_REGISTERED,       0,    OWN,  false, NO },
	{ 's', MODE_SECRET,           DARK, HOST, false, ANY },
	{ 'S', MODE_SUBSCRIBERS,      0,    HOST, true,  STAFF },
	{ 't', MODE_TOPIC,            0,    HOST, false, ANY },
	{ 'u', MODE_KNOCK,            0,    HOST, false, ANY },
	{ 'w', MODE_NO_WHISPER,       0,    OWN,  false, ANY },
	{ 'W', MODE_NO_GUEST_WHISPER, 0,    OWN,  false, ANY },
	{ 'x', MODE_AUDITORIUM,       0,    NONE, false, ANY },
	{ 'z', MODE_SERVICE,          0,    NONE, false, NO },
	{ 'l', MODE_LIMIT,            0,    HOST, false, ANY },
	{ 'k', MODE_KEY,              0,    HOST, false, NO },
};
/* clang-format on */

const unsigned mode_nrows = ARRAY_LEN(mode_rows);

/* What a MODE line asks for, one letter after the other. */
struct change {
	struct user *user;
	struct room *room;
	const struct command *in;
	unsigned next; /* argument */
	char sign;
	char letter;
};

static const struct mode_row *
row_find(char letter)
{
	for (unsigned i = 0; i < mode_nrows; i++)
		if (mode_rows[i].letter == letter)
			return &mode_rows[i];
	return NULL;
}

bool
mode_read(const struct user *u, struct slice letters, uint32_t *modes)
{
	*modes = 0;
	for (size_t i = 0; i < letters.n; i++) {
		const struct mode_row *row = row_find(letters.p[i]);

		if (row == NULL || row->creation == CREATE_NOBODY ||
		    (row->creation == CREATE_STAFF && u->staff == STAFF_NONE))
			return false;
		*modes = (*modes & ~row->clears) | row->bit;
	}
	return true;
}

static bool
take_arg(struct change *c, struct slice *word)
{
	if (c->next >= c->in->nargs) {
		user_say(c->user, NUM_NEED_MORE, "%s", c->in->row->verb);
		return false;
	}
	*word = c->in->args[c->next++];
	return true;
}

static void
tell(const struct change *c, struct slice word)
{
	struct buf b = BUF_INIT(MASK_MAX + 8);
	struct notice n = { .write = notice_write,
		.who = c->user,
		.room = c->room,
		.verb = "MODE" };

	buf_addf(&b, "%c%c", c->sign, c->letter);
	if (word.n > 0) {
		buf_add_char(&b, ' ');
		buf_add_slice(&b, word);
	}
	n.word = buf_slice(&b);
	room_changed(c->room, c->in->rq);
	notice_room(&n, c->room, NULL, TELL_ALL);
	watcher_tell_room(c->room, "MODE", c->user, n.word);
	buf_free(&b);
}

/* ---- the level of somebody ---- */

void
room_change_level(struct room *r, struct user *by, struct seat *s,
    enum level level)
{
	struct notice n = { .write = notice_write_level,
		.who = by,
		.room = r,
		.other = s->user };
	static const char *const level_words[] = { "-", "+v", "+o", "+q" };

	/* one prefix is shown: the old one is taken off */
	if (s->level != LEVEL_NONE && level < s->level) {
		n.sign = '-';
		n.level = s->level;
		notice_room(&n, r, NULL, TELL_ALL);
	}
	seat_set_level(s, level);
	if (level != LEVEL_NONE) {
		n.sign = '+';
		n.level = level;
		notice_room(&n, r, NULL, TELL_ALL);
	}
	watcher_tell_member(r, "MODE", s->user, slice_text(level_words[level]));
}

/* What forbids it; NUMERICS: nothing. */
static enum numeric
level_forbidden(enum level mine, const struct seat *s, bool own, enum level to)
{
	if (own && to < s->level)
		return NUMERICS;
	if (mine < LEVEL_HOST)
		return NUM_NOT_HOST;
	if ((to == LEVEL_OWNER || s->level == LEVEL_OWNER) &&
	    mine < LEVEL_OWNER)
		return NUM_NOT_OWNER;
	return NUMERICS;
}

static void
change_level(struct change *c, enum level level)
{
	enum level mine = room_power(c->room, c->user), to = level;
	struct slice nick;
	struct user *other;
	struct seat *s;
	enum numeric why;

	if (!take_arg(c, &nick))
		return;
	other = user_find(c->user->chat, nick);
	s = other ? seat_find(c->room, other) : NULL;
	if (s == NULL) {
		user_say(c->user, other ? NUM_NOT_IN_ROOM : NUM_NO_SUCH_NICK,
		    SLICE_FMT, SLICE_ARG(nick));
		return;
	}
	/* an ordinary program's host may be an owner */
	if (c->sign == '-' && level == LEVEL_HOST && s->level == LEVEL_OWNER &&
	    !ircx_has(c->user->dialect, CHAT_IRCX))
		level = LEVEL_OWNER;
	if (c->sign == '-' && s->level != level)
		return;
	if (c->sign == '-')
		to = LEVEL_NONE;
	else if (s->level >= to && s->level != LEVEL_OWNER)
		return;
	why = level_forbidden(mine, s, other == c->user, to);
	if (why != NUMERICS)
		user_say_room(c->user, why, c->room, NULL);
	else if (to != s->level)
		room_change_level(c->room, c->user, s, to);
}

/* ---- the room's own ---- */

static void
change_key(struct change *c)
{
	struct room *r = c->room;
	struct slice key = { 0 };

	if (c->sign == '-') {
		if (c->next < c->in->nargs)
			c->next++;
		if (!(r->modes & MODE_KEY))
			return;
		key = room_text(r, TEXT_MEMBER_KEY);
		r->modes &= ~(uint32_t)MODE_KEY;
		tell(c, key);
		room_set_text(r, TEXT_MEMBER_KEY, slice_make("", 0));
		return;
	}
	if (!take_arg(c, &key))
		return;
	if (r->modes & MODE_KEY) {
		user_say_room(c->user, NUM_KEY_SET, r, NULL);
		return;
	}
	if (key.n == 0 || key.n > KEY_MAX || slice_find(key, ',') < key.n ||
	    slice_find(key, ' ') < key.n)
		return;
	r->modes |= MODE_KEY;
	room_set_text(r, TEXT_MEMBER_KEY, key);
	tell(c, key);
}

static void
change_limit(struct change *c)
{
	struct slice word;
	uint32_t limit;

	if (c->sign == '-') {
		c->room->modes &= ~(uint32_t)MODE_LIMIT;
		c->room->limit = 0;
		tell(c, slice_make("", 0));
		return;
	}
	if (!take_arg(c, &word) || !num_parse_u32(word, &limit) || limit == 0 ||
	    limit > c->user->chat->cfg.max_members)
		return;
	c->room->modes |= MODE_LIMIT;
	c->room->limit = limit;
	tell(c, word);
}

static void
change_keeping(struct change *c)
{
	struct room *r = c->room;
	bool on = c->sign == '+', is = (r->modes & MODE_REGISTERED) != 0;

	if (on == is)
		return;
	if (on ? room_keep(r, c->user, c->in->rq)
	       : room_let_go(r, c->user, c->in->rq))
		tell(c, slice_make("", 0));
}

/* What cannot be with a mode goes first, and is told to be gone. */
static void
take_off(struct change *c, const struct mode_row *row)
{
	struct change off = *c;

	off.sign = '-';
	for (unsigned i = 0; i < mode_nrows; i++) {
		uint32_t bit = mode_rows[i].bit;

		if (bit == row->bit || !(row->clears & c->room->modes & bit))
			continue;
		c->room->modes &= ~bit;
		off.letter = mode_rows[i].letter;
		tell(&off, slice_make("", 0));
	}
}

static void
change_mode(struct change *c, const struct mode_row *row)
{
	struct room *r = c->room;
	uint32_t modes;

	if (row->bit == MODE_KEY) {
		change_key(c);
		return;
	}
	if (row->bit == MODE_LIMIT) {
		change_limit(c);
		return;
	}
	if (row->bit == MODE_REGISTERED) {
		change_keeping(c);
		return;
	}
	modes = r->modes & ~row->bit;
	if (c->sign == '+') {
		take_off(c, row);
		modes = r->modes | row->bit;
	}
	if (modes == r->modes)
		return;
	r->modes = modes;
	tell(c, slice_make("", 0));
}

static void
change_ban(struct change *c)
{
	struct buf told = BUF_INIT(MASK_MAX);
	struct slice mask;

	if (take_arg(c, &mask) &&
	    room_ban(c->room, c->user, c->sign == '+', mask, &told))
		tell(c, buf_slice(&told));
	buf_free(&told);
}

static enum level
level_of(char letter)
{
	switch (letter) {
	case 'q':
		return LEVEL_OWNER;
	case 'o':
		return LEVEL_HOST;
	case 'v':
		return LEVEL_VOICE;
	default:
		return LEVEL_NONE;
	}
}

static void
change_one(struct change *c)
{
	enum level mine = room_power(c->room, c->user);
	const struct mode_row *row = row_find(c->letter);

	if (level_of(c->letter) != LEVEL_NONE)
		change_level(c, level_of(c->letter));
	else if (row == NULL && c->letter != 'b')
		user_say(c->user, NUM_UNKNOWN_MODE, "%c", c->letter);
	else if (mine < LEVEL_HOST)
		user_say_room(c->user, NUM_NOT_HOST, c->room, NULL);
	else if (row == NULL)
		change_ban(c);
	else if (row->least == LEVEL_NONE ||
	    (row->staff && c->user->staff == STAFF_NONE))
		user_tell(c->user, NUM_NO_PRIVILEGE);
	else if (mine < row->least)
		user_say_room(c->user, NUM_NOT_OWNER, c->room, NULL);
	else
		change_mode(c, row);
}

static enum result
mode_room(struct user *u, struct room *r, const struct command *in)
{
	struct change c = { .user = u, .room = r, .in = in, .sign = '+' };
	bool inside = u->staff != STAFF_NONE || seat_find(r, u) != NULL;
	struct slice letters;
	struct buf *b;

	if (in->nargs == 1) {
		b = user_reply(u, NUM_ROOM_MODES);
		buf_add_char(b, ' ');
		ircx_add_room(u->dialect, b, room_name(r));
		buf_add_char(b, ' ');
		room_add_modes(r, b, inside);
		user_finish(u);
		room_say_time(r, u);
		return RESULT_OK;
	}
	letters = in->args[1];
	if (in->nargs == 2 &&
	    (slice_eq_text(letters, "b") || slice_eq_text(letters, "+b"))) {
		room_say_bans(r, u);
		return RESULT_OK;
	}
	if (!room_may_change(r, u))
		return RESULT_OK;
	c.next = 2;
	for (size_t i = 0; i < letters.n && i < IRCX_WORDS_MAX; i++) {
		c.letter = letters.p[i];
		if (c.letter == '+' || c.letter == '-')
			c.sign = c.letter;
		else
			change_one(&c);
	}
	return RESULT_OK;
}

/* ---- of oneself ---- */

/* An ordinary program waits to be told what became of it. */
static void
tell_self(struct user *u, char sign)
{
	struct notice n = { .write = notice_write,
		.who = u,
		.verb = "MODE",
		.word = user_nick(u) };

	n.text = sign == '+' ? SLICE_LIT("+i") : SLICE_LIT("-i");
	if (!ircx_has(u->dialect, CHAT_CONTROL))
		notice_user(&n, u);
}

/* "MODE nick +h key": the key of an owner or a host makes one. */
static void
use_key(struct user *u, struct slice key)
{
	LIST_EACH(it, &u->seats) {
		struct seat *s = CONTAINER_OF(it, struct seat, of_user);
		enum level level = room_key_level(s->room, key);

		if (level != LEVEL_NONE && level != s->level)
			room_change_level(s->room, u, s, level);
	}
}

static void
mode_self(struct user *u, const struct command *in)
{
	struct slice letters = in->nargs > 1 ? in->args[1] : slice_make("", 0);
	static const char *const ranks[] = { "", "g", "o", "a" };
	char sign = '+';

	if (letters.n == 0) {
		user_say(u, NUM_USER_MODES, "+%s%s%s", ranks[u->staff],
		    u->deaf ? "i" : "", u->ircx ? "x" : "");
		return;
	}
	for (size_t i = 0; i < letters.n && i < IRCX_WORDS_MAX; i++) {
		char c = letters.p[i];

		if (c == '+' || c == '-')
			sign = c;
		else if (c == 'h' && sign == '+' && in->nargs > 2)
			use_key(u, in->args[2]);
		else if (c == 'i' && u->deaf != (sign == '+')) {
			u->deaf = sign == '+';
			tell_self(u, sign);
		} else if (strchr("aogixswz", c) != NULL)
			continue; /* nobody's own to change */
		else
			user_tell(u, NUM_UNKNOWN_USER_MODE);
	}
}

static void
mode_person(struct user *u, struct user *who, const struct command *in)
{
	if (who == u)
		mode_self(u, in);
	else if (u->staff != STAFF_NONE && in->nargs > 1)
		staff_gag(u, who, in->args[1]);
	else
		user_tell(u, NUM_NOT_YOU);
}

enum result
chat_mode(struct user *u, const struct command *in)
{
	struct slice what = in->args[0];
	struct user *who;
	struct room *r;

	if (slice_eq_text(what, "ISIRCX"))
		return chat_isircx(u, in);
	if (u->state != USER_IN) {
		user_tell(u, NUM_NOT_REGISTERED);
		return RESULT_OK;
	}
	if (!ircx_is_room(what)) {
		who = user_find(u->chat, what);
		if (who != NULL)
			mode_person(u, who, in);
		else
			user_say(u, NUM_NO_SUCH_NICK, SLICE_FMT,
			    SLICE_ARG(what));
		return RESULT_OK;
	}
	r = room_find(u->chat, what);
	if (r == NULL) {
		user_say(u, NUM_NO_SUCH_ROOM, SLICE_FMT, SLICE_ARG(what));
		return RESULT_OK;
	}
	return mode_room(u, r, in);
}
