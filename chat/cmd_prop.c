/* SPDX-License-Identifier: MIT */
/* PROP: what rooms and people are (chat-ircx 5.1, 12). */
#include "chat/room.h"
#include "chat/staff.h"

#include "common/base/num.h"
#include "core/door/signin.h"
#include "core/people/nickname.h"

#include <inttypes.h>

enum reading {
	READ_ALL,
	READ_INSIDE, /* members, others while the room is no secret */
	READ_HOSTS,
	READ_OWNERS,
	READ_NEVER
};

enum writing {
	WRITE_NOBODY,
	WRITE_HOST,
	WRITE_OWNER,
	WRITE_STAFF, /* sysops and administrators */
};

struct prop_row {
	const char *name;
	enum room_text text; /* ROOM_TEXTS: it is computed */
	uint16_t max;
	enum reading read;
	enum writing write;
	enum audience told;
	void (*add)(const struct room *r, struct buf *b);
};

static void
add_zero(const struct room *r, struct buf *b)
{
	(void)r;
	buf_add_char(b, '0');
}

static void
add_name(const struct room *r, struct buf *b)
{
	buf_add_text(b, "%#");
	buf_add_slice(b, room_name(r));
}

static void
add_created(const struct room *r, struct buf *b)
{
	buf_add_i64(b, r->created);
}

static void
add_lag(const struct room *r, struct buf *b)
{
	buf_addf(b, "%u", room_lag(r));
}

/* clang-format off */
static const struct prop_row rows[] = {
	{ "OID",         ROOM_TEXTS,        0,         READ_ALL,    WRITE_NOBODY, TELL_ALL,    add_zero },
	{ "NAME",        ROOM_TEXTS,        0,         READ_ALL,    WRITE_NOBODY, TELL_ALL,    add_name },
	{ "CREATION",    ROOM_TEXTS,        0,         READ_ALL,    WRITE_NOBODY, TELL_ALL,    add_created },
	{ "LANGUAGE",    TEXT_LANGUAGE,     31,        READ_INSIDE, WRITE_HOST,   TELL_ALL,    NULL },
	{ "OWNERKEY",    TEXT_OWNER_KEY,    KEY_MAX,   READ_NEVER,  WRITE_OWNER,  TELL_OWNERS, NULL },
	{ "HOSTKEY",     TEXT_HOST_KEY,     KEY_MAX,   READ_NEVER,  WRITE_OWNER,  TELL_HOSTS,  NULL },
	{ "MEMBERKEY",   TEXT_MEMBER_KEY,   KEY_MAX,   READ_NEVER,  WRITE_HOST,   TELL_HOSTS,  NULL },
	{ "PICS",        TEXT_PICS,         255,       READ_ALL,    WRITE_STAFF,  TELL_ALL,    NULL },
	{ "TOPIC",       TEXT_TOPIC,        TOPIC_MAX, READ_INSIDE, WRITE_HOST,   TELL_ALL,    NULL },
	{ "SUBJECT",     TEXT_SUBJECT,      31,        READ_INSIDE, WRITE_HOST,   TELL_ALL,    NULL },
	{ "CLIENT",      TEXT_CLIENT,       255,       READ_INSIDE, WRITE_HOST,   TELL_ALL,    NULL },
	{ "ONJOIN",      TEXT_ON_JOIN,      255,       READ_HOSTS,  WRITE_HOST,   TELL_HOSTS,  NULL },
	{ "ONPART",      TEXT_ON_PART,      255,       READ_HOSTS,  WRITE_HOST,   TELL_HOSTS,  NULL },
	{ "LAG",         TEXT_LAG,          1,         READ_INSIDE, WRITE_OWNER,  TELL_ALL,    add_lag },
	{ "CATEGORY",    TEXT_CATEGORY,     2,         READ_ALL,    WRITE_NOBODY, TELL_ALL,    NULL },
	{ "ACCOUNT",     TEXT_ACCOUNT,      31,        READ_OWNERS, WRITE_STAFF,  TELL_OWNERS, NULL },
	{ "CLIENTGUID",  TEXT_CLIENT_GUID,  64,        READ_OWNERS, WRITE_STAFF,  TELL_OWNERS, NULL },
	{ "SERVICEPATH", TEXT_SERVICE_PATH, 255,       READ_OWNERS, WRITE_STAFF,  TELL_OWNERS, NULL },
};
/* clang-format on */

static const struct prop_row *
row_find(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (slice_eq_nocase(name, slice_text(rows[i].name)))
			return &rows[i];
	return NULL;
}

/* ---- reading ---- */

static bool
may_read(const struct room *r, const struct user *u, const struct prop_row *row)
{
	bool inside = u->staff != STAFF_NONE || seat_find(r, u) != NULL;

	switch (row->read) {
	case READ_ALL:
		return inside || !(r->modes & (MODE_PRIVATE | MODE_SECRET));
	case READ_INSIDE:
		return inside || !(r->modes & (MODE_PRIVATE | MODE_SECRET));
	case READ_HOSTS:
		return room_power(r, u) >= LEVEL_HOST;
	case READ_OWNERS:
		return room_power(r, u) >= LEVEL_OWNER;
	case READ_NEVER:
		return false;
	}
	return false;
}

static void
say_prop(struct user *u, const struct room *r, const struct prop_row *row)
{
	struct buf *b = user_reply(u, NUM_PROP);

	buf_add_char(b, ' ');
	ircx_add_room(u->dialect, b, room_name(r));
	buf_addf(b, " %s :", row->name);
	if (row->add != NULL)
		row->add(r, b);
	else if (row->text == TEXT_TOPIC)
		room_add_topic(r, u->dialect, b);
	else
		buf_add_slice(b, room_text(r, row->text));
	user_finish(u);
}

static void
say_all(struct user *u, const struct room *r)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (may_read(r, u, &rows[i]) &&
		    (rows[i].add != NULL || r->texts[rows[i].text] != NULL))
			say_prop(u, r, &rows[i]);
}

static void
read_room(struct user *u, const struct room *r, struct slice names)
{
	const struct prop_row *row;
	struct slice name;

	if (slice_eq_text(names, "*"))
		say_all(u, r);
	else
		while (ircx_cut_comma(&names, &name)) {
			row = row_find(name);
			if (row == NULL)
				user_say_room(u, NUM_BAD_PROPERTY, r, NULL);
			else if (may_read(r, u, row))
				say_prop(u, r, row);
		}
	user_say_room(u, NUM_PROP_END, r, NULL);
}

/* ---- writing ---- */

static void
write_text(struct user *u, struct room *r, const struct prop_row *row,
    const struct command *in)
{
	struct notice n = { .write = notice_write_ircx,
		.who = u,
		.room = r,
		.verb = "PROP",
		.word = slice_text(row->name),
		.text = in->args[2] };
	struct slice value = in->args[2];

	room_set_text(r, row->text, value);
	if (row->text == TEXT_MEMBER_KEY && value.n > 0)
		r->modes |= MODE_KEY;
	else if (row->text == TEXT_MEMBER_KEY)
		r->modes &= ~(uint32_t)MODE_KEY;
	room_changed(r, in->rq);
	notice_room(&n, r, NULL, row->told);
}

/* What forbids it; NUMERICS: nothing. */
static enum numeric
write_forbidden(const struct user *u, const struct room *r,
    const struct prop_row *row)
{
	enum level mine = room_power(r, u);

	switch (row->write) {
	case WRITE_NOBODY:
		return NUM_NO_ACCESS;
	case WRITE_HOST:
		if (row->text == TEXT_TOPIC && !(r->modes & MODE_TOPIC) &&
		    seat_find(r, u) != NULL)
			return NUMERICS;
		return mine < LEVEL_HOST ? NUM_NOT_HOST : NUMERICS;
	case WRITE_OWNER:
		return mine < LEVEL_OWNER ? NUM_NOT_OWNER : NUMERICS;
	case WRITE_STAFF:
		return u->staff < STAFF_SYSOP ? NUM_NO_ACCESS : NUMERICS;
	}
	return NUM_NO_ACCESS;
}

static bool
is_good_value(const struct prop_row *row, struct slice value)
{
	if (value.n > row->max)
		return false;
	if (row->text == TEXT_LAG)
		return value.n == 0 ||
		    (value.p[0] >= '0' && value.p[0] <= '0' + ROOM_LAG_MAX);
	if (row->text == TEXT_OWNER_KEY || row->text == TEXT_HOST_KEY ||
	    row->text == TEXT_MEMBER_KEY)
		return slice_find(value, ' ') == value.n &&
		    slice_find(value, ',') == value.n;
	return true;
}

static void
write_room(struct user *u, struct room *r, const struct prop_row *row,
    const struct command *in)
{
	enum numeric why = write_forbidden(u, r, row);

	if (why == NUMERICS && !is_good_value(row, in->args[2]))
		why = NUM_BAD_VALUE;
	if (why != NUMERICS)
		user_say_room(u, why, r, NULL);
	else if (!room_may_change(r, u))
		return;
	else if (row->text == TEXT_TOPIC)
		room_change_topic(r, u, in->args[2], in->rq);
	else
		write_text(u, r, row, in);
}

/* ---- people ---- */

static void
say_own(struct user *u, struct slice object, const char *name,
    const char *value)
{
	user_say(u, NUM_PROP, SLICE_FMT " %s :%s", SLICE_ARG(object), name,
	    value);
}

/* What a control said of itself (chat-ircx 9.3), by either name. */
static bool
is_profile(struct slice name)
{
	return slice_eq_nocase(name, SLICE_LIT("PROFILE")) ||
	    slice_eq_nocase(name, SLICE_LIT("MSNPROFILE"));
}

/* A guest has none, whatever it says. */
static const char *
profile_text(const struct user *who)
{
	static const char *const numbers[] = { "0", "1", "2", "3", "4", "5",
		"6", "7", "8", "9", "10", "11", "12", "13", "14", "15" };

	return numbers[who->kind == KIND_MEMBER ? who->profile & 15 : 0];
}

static void
read_user(struct user *u, const struct user *who, const struct command *in)
{
	struct slice names = in->args[1], name;

	while (ircx_cut_comma(&names, &name)) {
		if (slice_eq_nocase(name, SLICE_LIT("NICK")))
			say_own(u, in->args[0], "NICK", who->nick);
		else if (slice_eq_nocase(name, SLICE_LIT("PUID")))
			say_own(u, in->args[0], "PUID",
			    who->kind == KIND_MEMBER ? who->id : "");
		else if (slice_eq_nocase(name, SLICE_LIT("OID")))
			say_own(u, in->args[0], "OID", "0");
		else if (is_profile(name))
			say_own(u, in->args[0], "PROFILE", profile_text(who));
		else if (slice_eq_nocase(name, SLICE_LIT("IRCVERS")))
			say_own(u, in->args[0], "IRCVERS", who->dialect->name);
		else if (slice_eq_nocase(name, SLICE_LIT("CLIENT")))
			say_own(u, in->args[0], "CLIENT", "");
		else
			user_say(u, NUM_BAD_PROPERTY, SLICE_FMT,
			    SLICE_ARG(in->args[0]));
	}
	user_say(u, NUM_PROP_END, SLICE_FMT, SLICE_ARG(in->args[0]));
}

/*
 * The id of a registered nickname gives it, and with it everything is known
 * (chat-ircx 5.1).
 */
static enum result
take_name(struct user *u, struct slice id)
{
	const struct kept *k = nickname_by_id(u->chat->rq, id);

	if (u->state != USER_PROVED || u->kind != KIND_MEMBER) {
		user_tell(u, NUM_NO_PERMISSION);
		return RESULT_OK;
	}
	if (k == NULL) {
		user_say(u, NUM_BAD_NICK, "*");
		user_end(u, CLOSE_AUTH_FAILED);
		return RESULT_OK;
	}
	user_set_nick(u, nickname_text(k));
	u->entry->named = true;
	u->entry->id_shown = true;
	user_try_enter(u);
	return RESULT_OK;
}

/*
 * What a control says of itself.  Roles and subscriptions count when this
 * server signed them: those of a service that is no more are nothing.
 */
static enum result
write_own(struct user *u, const struct command *in)
{
	struct slice name = in->args[1], value = in->args[2];
	uint32_t bits;

	if (slice_eq_nocase(name, SLICE_LIT("MSNREGCOOKIE")))
		return take_name(u, value);
	if (slice_eq_nocase(name, SLICE_LIT("MSNPROFILE"))) {
		if (num_parse_u32(value, &bits))
			u->profile = (uint8_t)(bits & 15);
		return RESULT_OK;
	}
	if (slice_eq_nocase(name, SLICE_LIT("ROLE")))
		return staff_take_role(u, in->rq, value);
	if (slice_eq_nocase(name, SLICE_LIT("SUBSCRIBERINFO")))
		return staff_take_subscription(u, in->rq, value);
	user_say(u, NUM_BAD_PROPERTY, "$");
	return RESULT_OK;
}

enum result
chat_prop(struct user *u, const struct command *in)
{
	struct slice object = in->args[0];
	struct room *r = room_find(u->chat, object);
	struct user *who = user_find(u->chat, object);
	const struct prop_row *row;

	if (slice_eq_text(object, "$")) {
		if (in->nargs > 2)
			return write_own(u, in);
		read_user(u, u, in);
		return RESULT_OK;
	}
	if (u->state != USER_IN) {
		user_tell(u, NUM_NOT_REGISTERED);
	} else if (r == NULL && (who == NULL || in->nargs > 2)) {
		user_say(u, who ? NUM_NO_ACCESS : NUM_NO_OBJECT, SLICE_FMT,
		    SLICE_ARG(object));
	} else if (r == NULL) {
		read_user(u, who, in);
	} else if (in->nargs == 2) {
		read_room(u, r, in->args[1]);
	} else {
		row = row_find(in->args[1]);
		if (row == NULL)
			user_say_room(u, NUM_BAD_PROPERTY, r, NULL);
		else
			write_room(u, r, row, in);
	}
	return RESULT_OK;
}
