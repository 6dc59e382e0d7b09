/* SPDX-License-Identifier: MIT */
/* Who somebody is.  Addresses are told to the staff alone. */
#include "chat/room.h"

enum {
	NICKS_MAX = 5,
	WHO_MAX = 200 /* rows that an output queue holds */
};

static void
add_flags(struct buf *b, const struct user *u, const struct seat *s,
    const struct user *reader)
{
	buf_add_char(b, u->away ? 'G' : 'H');
	if (s != NULL && s->level != LEVEL_NONE)
		buf_add_char(b, ircx_level_prefix(reader->dialect, s->level));
}

static void
say_who(struct user *u, const struct user *other, const struct seat *s)
{
	struct buf *b = user_reply(u, NUM_WHO);

	buf_add_char(b, ' ');
	if (s != NULL)
		ircx_add_room(u->dialect, b, room_name(s->room));
	else
		buf_add_char(b, '*');
	buf_addf(b, " %s %s " CHAT_SERVER " %s ", other->id, user_domain(other),
	    other->nick);
	add_flags(b, other, s, u);
	buf_addf(b, " :0 %s", other->nick);
	user_finish(u);
}

/* A room both are in, or one that the reader may know of, or NULL. */
static const struct seat *
seat_shown(const struct user *u, const struct user *other)
{
	const struct seat *found = NULL;

	LIST_EACH(it, &other->seats) {
		const struct seat *s = CONTAINER_OF(it, struct seat, of_user);

		if (!room_is_listed(s->room, u) || !seat_is_seen(s, u))
			continue;
		if (seat_find(s->room, u) != NULL)
			return s;
		found = s;
	}
	return found;
}

static bool
shares_a_room(const struct user *u, const struct user *other)
{
	LIST_EACH(it, &other->seats) {
		const struct seat *s = CONTAINER_OF(it, struct seat, of_user);

		if (seat_find(s->room, u) != NULL && seat_is_seen(s, u))
			return true;
	}
	return false;
}

/* A nickname's mask, or one of nick!id@domain. */
static bool
fits(struct slice mask, const struct user *other)
{
	struct buf text = BUF_INIT(256);
	bool whole =
	    slice_find(mask, '@') < mask.n || slice_find(mask, '!') < mask.n;
	bool does;

	if (slice_eq_text(mask, "0"))
		return true;
	buf_addf(&text, "%s!%s@%s", other->nick, other->id, user_domain(other));
	does = ircx_match(mask, whole ? buf_slice(&text) : user_nick(other));
	buf_free(&text);
	return does;
}

/* All whom a mask fits, but strangers who are not to be found. */
static void
who_by_mask(struct user *u, struct slice mask, bool staff)
{
	unsigned left = WHO_MAX;

	LIST_EACH(it, &u->chat->users) {
		struct user *other = CONTAINER_OF(it, struct user, node);

		if (other->state != USER_IN || !fits(mask, other) ||
		    (staff && other->staff == STAFF_NONE))
			continue;
		if (other != u && other->deaf && u->staff == STAFF_NONE &&
		    !shares_a_room(u, other))
			continue;
		say_who(u, other, seat_shown(u, other));
		if (--left == 0 || outq_full(&u->link->out))
			break;
	}
}

static void
who_in_room(struct user *u, struct room *r, bool staff)
{
	SEAT_EACH(s, r)
	{
		if (seat_is_seen(s, u) &&
		    (!staff || s->user->staff != STAFF_NONE))
			say_who(u, s->user, s);
	}
}

enum result
chat_who(struct user *u, const struct command *in)
{
	struct slice what = in->nargs > 0 ? in->args[0] : SLICE_LIT("*");
	struct room *r = room_find(u->chat, what);
	struct user *other = user_find(u->chat, what);
	bool staff =
	    in->nargs > 1 && slice_eq_nocase(in->args[1], SLICE_LIT("o"));

	if (r != NULL && room_is_listed(r, u))
		who_in_room(u, r, staff);
	else if (other != NULL && (!staff || other->staff != STAFF_NONE))
		say_who(u, other, seat_shown(u, other));
	else if (!ircx_is_room(what))
		who_by_mask(u, what, staff);
	user_say(u, NUM_WHO_END, SLICE_FMT, SLICE_ARG(what));
	return RESULT_OK;
}

/* Rooms that the reader may know of, or is in as well. */
static void
say_rooms(struct user *u, const struct user *other)
{
	struct buf *b = user_reply(u, NUM_WHOIS_ROOMS);
	unsigned n = 0;

	buf_addf(b, " %s :", other->nick);
	LIST_EACH(it, &other->seats) {
		struct seat *s = CONTAINER_OF(it, struct seat, of_user);

		if (!room_is_listed(s->room, u) || !seat_is_seen(s, u))
			continue;
		if (n++ > 0)
			buf_add_char(b, ' ');
		if (s->level != LEVEL_NONE)
			buf_add_char(b,
			    ircx_level_prefix(u->dialect, s->level));
		ircx_add_room(u->dialect, b, room_name(s->room));
	}
	if (n > 0)
		user_finish(u);
}

static void
whois(struct user *u, const struct user *other)
{
	static const char *const ranks[] = { "", "a guide", "a system operator",
		"an administrator" };
	char peer[ADDR_TEXT_MAX];
	uint32_t quiet = (user_clock(u) - other->spoken) / 1000;

	user_say(u, NUM_WHOIS_USER, "%s %s %s * :%s", other->nick, other->id,
	    user_domain(other), other->nick);
	say_rooms(u, other);
	user_say(u, NUM_WHOIS_SERVER, "%s " CHAT_SERVER " :MSN Chat",
	    other->nick);
	if (other->staff != STAFF_NONE)
		user_say(u, NUM_WHOIS_STAFF, "%s :is %s", other->nick,
		    ranks[other->staff]);
	if (u->staff != STAFF_NONE)
		user_say(u, NUM_WHOIS_ADDRESS, "%s :from IP %s", other->nick,
		    addr_text(&other->link->peer, peer));
	if (other->away != NULL)
		user_say(u, NUM_AWAY, "%s :" SLICE_FMT, other->nick,
		    SLICE_ARG(blob_slice(other->away)));
	user_say(u, NUM_WHOIS_IDLE, "%s %u %lld", other->nick, quiet,
	    (long long)other->since);
}

enum result
chat_whois(struct user *u, const struct command *in)
{
	struct slice nicks = in->args[in->nargs - 1], rest = nicks, nick;
	struct user *other;

	for (unsigned i = 0; i < NICKS_MAX && ircx_cut_comma(&rest, &nick);
	     i++) {
		other = user_find(u->chat, nick);
		if (other != NULL)
			whois(u, other);
		else
			user_say(u, NUM_NO_SUCH_NICK, SLICE_FMT,
			    SLICE_ARG(nick));
	}
	user_say(u, NUM_WHOIS_END, SLICE_FMT, SLICE_ARG(nicks));
	return RESULT_OK;
}

/* Nothing is remembered of who has gone; programs ask this after a 401. */
enum result
chat_whowas(struct user *u, const struct command *in)
{
	struct slice nick;

	if (in->nargs == 0 || in->args[0].n == 0) {
		user_tell(u, NUM_NO_NICK);
		return RESULT_OK;
	}
	nick = in->args[0];
	user_say(u, NUM_WAS_NO_NICK, SLICE_FMT, SLICE_ARG(nick));
	user_say(u, NUM_WHOWAS_END, SLICE_FMT, SLICE_ARG(nick));
	return RESULT_OK;
}

enum result
chat_userhost(struct user *u, const struct command *in)
{
	struct buf *b = user_reply(u, NUM_USERHOST);

	buf_add_text(b, " :");
	for (unsigned i = 0; i < in->nargs && i < NICKS_MAX; i++) {
		const struct user *other = user_find(u->chat, in->args[i]);

		if (other != NULL)
			buf_addf(b, "%s=%c%s@%s ", other->nick,
			    other->away ? '-' : '+', other->id,
			    user_domain(other));
	}
	user_finish(u);
	return RESULT_OK;
}

enum result
chat_ison(struct user *u, const struct command *in)
{
	struct buf *b = user_reply(u, NUM_ISON);

	buf_add_text(b, " :");
	for (unsigned i = 0; i < in->nargs; i++) {
		struct slice rest = in->args[i], nick;

		while (slice_cut_word(&rest, &nick))
			if (user_find(u->chat, nick) != NULL) {
				buf_add_slice(b, nick);
				buf_add_char(b, ' ');
			}
	}
	user_finish(u);
	return RESULT_OK;
}
