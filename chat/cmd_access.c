/* SPDX-License-Identifier: MIT */
/* ACCESS, and bans as ordinary programs know them (chat-ircx 13). */
#include "chat/access.h"
#include "common/base/num.h"

enum {
	MINUTES_MAX = 525600 * 10
};

/* One ACCESS command on its way. */
struct asked {
	struct user *user;
	struct room *room;
	const struct command *in;
	bool owner;                     /* who asks is one */
	char object[ROOM_WIRE_MAX + 1]; /* the room, as this reader knows it */
	enum access_level level;
	char mask_text[MASK_MAX];
	struct slice mask;
};

/* Or a list that belongs to none. */
static bool
is_room(const struct asked *q)
{
	return q->room->name_n > 0;
}

static struct slice
arg(const struct command *in, unsigned n)
{
	return n < in->nargs ? in->args[n] : slice_make("", 0);
}

static void
tell(const struct asked *q, enum numeric n)
{
	user_say(q->user, n, "%s", q->object);
}

static void
say_entry(const struct asked *q, enum numeric n, const struct access *a)
{
	struct slice reason =
	    a->reason ? blob_slice(a->reason) : slice_make("", 0);

	user_say(q->user, n, "%s %s " SLICE_FMT " %u " SLICE_FMT " :" SLICE_FMT,
	    q->object, access_name((enum access_level)a->level),
	    SLICE_ARG(blob_slice(a->mask)), access_minutes(q->room, a),
	    SLICE_ARG(blob_slice(a->adder)), SLICE_ARG(reason));
}

static void
list(const struct asked *q)
{
	const struct room *r = q->room;

	tell(q, NUM_ACCESS_START);
	for (unsigned i = 0; i < r->naccess; i++)
		say_entry(q, NUM_ACCESS_ENTRY, &r->access[i]);
	tell(q, NUM_ACCESS_END);
}

/* Level and mask of ADD and DELETE; false: it was told what is wrong. */
static bool
read_entry(struct asked *q)
{
	struct buf b = BUF_INIT(sizeof(q->mask_text));
	bool ok;

	q->level = access_parse(arg(q->in, 2));
	if (q->level == ACCESS_LEVELS ||
	    (!is_room(q) && q->level < ACCESS_GRANT)) {
		tell(q, NUM_BAD_LEVEL);
		return false;
	}
	ok = access_mask(arg(q->in, 3), &b);
	if (ok)
		memcpy(q->mask_text, b.p, b.n);
	q->mask = slice_make(q->mask_text, b.n);
	buf_free(&b);
	if (!ok)
		user_say(q->user, NUM_BAD_FUNCTION, "%s", q->in->row->verb);
	else if (q->level == ACCESS_OWNER && !q->owner)
		tell(q, NUM_NO_ACCESS);
	else
		return true;
	return false;
}

/* An entry that this person makes; adder: room for its id. */
static struct access
entry_of(const struct user *u, enum access_level level, uint32_t minutes,
    struct access_words *words, struct buf *adder)
{
	struct access a = { .level = (uint8_t)level };

	buf_addf(adder, "%s@%s", u->id, user_domain(u));
	words->adder = buf_slice(adder);
	words->by = user_nick(u);
	a.since = env_wall(u->chat->core->env);
	if (minutes > 0)
		a.until = a.since + 60 * (int64_t)minutes;
	return a;
}

static void
add(struct asked *q)
{
	struct access_words words = { .reason = slice_upto(arg(q->in, 5),
					  REASON_MAX) };
	struct buf adder = BUF_INIT(ACCESS_TEXT_MAX);
	uint32_t minutes = 0;
	struct access a;

	if (!read_entry(q))
		return;
	if (q->in->nargs > 4 &&
	    (!num_parse_u32(q->in->args[4], &minutes) ||
		minutes > MINUTES_MAX)) {
		user_say(q->user, NUM_BAD_FUNCTION, "%s", q->in->row->verb);
		return;
	}
	if (access_find(q->room, q->level, q->mask) != NULL) {
		tell(q, NUM_ACCESS_DUPLICATE);
		return;
	}
	words.mask = q->mask;
	a = entry_of(q->user, q->level, minutes, &words, &adder);
	a.by_owner = q->owner;
	if (access_add(q->room, &a, &words))
		say_entry(q, NUM_ACCESS_ADDED,
		    &q->room->access[q->room->naccess - 1]);
	else
		tell(q, NUM_ACCESS_FULL);
	buf_free(&adder);
}

static void delete (struct asked *q)
{
	struct access *a;

	if (!read_entry(q))
		return;
	a = access_find(q->room, q->level, q->mask);
	if (a == NULL) {
		tell(q, NUM_ACCESS_UNKNOWN);
	} else if (a->by_owner && !q->owner) {
		tell(q, NUM_NO_ACCESS);
	} else {
		user_say(q->user, NUM_ACCESS_DELETED, "%s %s " SLICE_FMT,
		    q->object, access_name(q->level), SLICE_ARG(q->mask));
		access_remove(q->room, a);
	}
}

static void
clear(struct asked *q)
{
	struct slice word = arg(q->in, 2);
	enum access_level level = access_parse(word);
	bool all = word.n == 0 || slice_eq_text(word, "*") ||
	    slice_eq_nocase(word, SLICE_LIT("ALL"));
	bool kept = false;

	if (!all && level == ACCESS_LEVELS) {
		tell(q, NUM_BAD_LEVEL);
		return;
	}
	for (unsigned i = q->room->naccess; i-- > 0;) {
		struct access *a = &q->room->access[i];

		if (!all && a->level != level)
			continue;
		if (a->by_owner && !q->owner)
			kept = true;
		else
			access_remove(q->room, a);
	}
	if (kept)
		tell(q, NUM_ACCESS_SECURITY);
	else
		user_say(q->user, NUM_ACCESS_CLEARED, "%s %s", q->object,
		    all ? "*" : access_name(level));
}

static void
obey(struct asked *q)
{
	/* clang-format off */
	static const struct {
		const char *word;
		void (*run)(struct asked *q);
	} rows[] = {
		{ "ADD",    add },
		{ "DELETE", delete },
		{ "CLEAR",  clear },
	};
	/* clang-format on */
	struct slice word = arg(q->in, 1);

	access_sweep(q->room);
	if (word.n == 0 || slice_eq_nocase(word, SLICE_LIT("LIST"))) {
		list(q);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (slice_eq_nocase(word, slice_text(rows[i].word))) {
			if (room_may_change(q->room, q->user)) {
				rows[i].run(q);
				room_changed(q->room, q->in->rq);
			}
			return;
		}
	user_say(q->user, NUM_BAD_COMMAND, "%s", q->in->row->verb);
}

/* "$" is this server, "*" the network of all there are: the same here. */
static bool
is_network(struct slice word)
{
	return slice_eq_text(word, "*") || slice_eq_text(word, "$");
}

static void
name_object(struct asked *q)
{
	struct buf b = BUF_INIT(sizeof(q->object) - 1);

	if (is_room(q))
		ircx_add_room(q->user->dialect, &b, room_name(q->room));
	else
		buf_add_slice(&b, q->in->args[0]);
	memcpy(q->object, b.p, b.n);
	buf_free(&b);
}

/* The list a word means, and what one may do to it; NULL: there is none. */
static struct room *
object_of(struct user *u, struct slice word, enum level *mine)
{
	struct room *r;

	*mine = LEVEL_OWNER;
	if (user_find(u->chat, word) == u)
		return user_own_list(u);
	if (is_network(word)) {
		*mine = u->staff < STAFF_SYSOP ? LEVEL_NONE : LEVEL_OWNER;
		return u->chat->network;
	}
	r = room_find(u->chat, word);
	if (r != NULL)
		*mine = room_power(r, u);
	return r;
}

enum result
chat_access(struct user *u, const struct command *in)
{
	struct asked q = { .user = u, .in = in };
	struct slice word = in->args[0];
	enum level mine;

	q.room = object_of(u, word, &mine);
	if (q.room == NULL) {
		user_say(u,
		    ircx_is_room(word) ? NUM_NO_OBJECT : NUM_WRONG_OBJECT,
		    SLICE_FMT, SLICE_ARG(word));
		return RESULT_OK;
	}
	q.owner = mine == LEVEL_OWNER;
	name_object(&q);
	if (mine < LEVEL_HOST)
		tell(&q, NUM_NO_ACCESS);
	else
		obey(&q);
	return RESULT_OK;
}

/* ---- MODE +b ---- */

/* Nobody is named who is not known: of an entry of an earlier version. */
static void
say_ban(struct user *u, const struct room *r, const struct access *a)
{
	const struct blob *by = a->by ? a->by : a->adder;
	struct buf mask = BUF_INIT(MASK_MAX);

	access_add_mask(a, &mask);
	user_say_room(u, NUM_BAN, r, SLICE_FMT " " SLICE_FMT " %lld",
	    SLICE_ARG(buf_slice(&mask)), SLICE_ARG(blob_slice(by)),
	    (long long)a->since);
	buf_free(&mask);
}

void
room_say_bans(struct room *r, struct user *u)
{
	access_sweep(r);
	for (unsigned i = 0; i < r->naccess; i++)
		if (r->access[i].level == ACCESS_DENY)
			say_ban(u, r, &r->access[i]);
	user_say_room(u, NUM_BANS_END, r, NULL);
}

static bool
add_ban(struct room *r, struct user *u, struct slice mask, struct slice given)
{
	struct access_words words = { .mask = mask, .given = given };
	struct buf adder = BUF_INIT(ACCESS_TEXT_MAX);
	struct access a = entry_of(u, ACCESS_DENY, 0, &words, &adder);
	bool done = access_add(r, &a, &words);

	buf_free(&adder);
	return done;
}

bool
room_ban(struct room *r, struct user *u, bool on, struct slice word,
    struct buf *told)
{
	struct buf mask = BUF_INIT(MASK_MAX);
	struct slice given = slice_upto(word, MASK_MAX);
	struct access *old;
	bool done = false;

	if (access_mask(word, &mask)) {
		old = access_find(r, ACCESS_DENY, buf_slice(&mask));
		if (!on && old != NULL) {
			access_add_mask(old, told);
			access_remove(r, old);
			done = true;
		} else if (on && old == NULL) {
			done = add_ban(r, u, buf_slice(&mask), given);
			buf_add_slice(told, given);
		}
	}
	buf_free(&mask);
	return done;
}
