/* SPDX-License-Identifier: MIT */
#include "chat/staff.h"

#include "chat/watcher.h"
#include "common/base/log.h"
#include "core/door/signin.h"

static const struct {
	const char *word; /* before an address in the setting */
	enum staff rank;
} ranks[] = {
	{ "admin", STAFF_ADMIN },
	{ "sysop", STAFF_SYSOP },
	{ "guide", STAFF_GUIDE },
};

/* "address" or "rank:address" */
static enum staff
entry_rank(struct slice entry, struct slice address)
{
	size_t colon = slice_find(entry, ':');
	struct slice rank = slice_upto(entry, colon);

	if (colon == entry.n)
		return slice_eq_nocase(entry, address) ? STAFF_ADMIN
						       : STAFF_NONE;
	if (slice_eq_nocase(slice_from(entry, colon + 1), address))
		for (size_t i = 0; i < ARRAY_LEN(ranks); i++)
			if (slice_eq_nocase(rank, slice_text(ranks[i].word)))
				return ranks[i].rank;
	return STAFF_NONE;
}

enum staff
staff_of(const struct chat *chat, const struct account *a)
{
	struct slice rest = slice_text(chat->cfg.staff), entry;
	enum staff rank = STAFF_NONE;

	while (rank == STAFF_NONE && slice_cut_word(&rest, &entry))
		rank = entry_rank(entry, account_address(a));
	return rank;
}

void
staff_look(struct user *u)
{
	enum staff rank = STAFF_NONE;

	if (u->account != NULL)
		rank = staff_of(u->chat, u->account);
	u->staff = (uint8_t)rank;
	if (rank == STAFF_NONE)
		watcher_free(u);
}

void
staff_greet(struct user *u)
{
	static const enum numeric greetings[] = { NUMERICS, NUM_YOU_GUIDE,
		NUM_YOU_SYSOP, NUM_YOU_ADMIN };

	if (u->staff != STAFF_NONE)
		user_tell(u, greetings[u->staff]);
}

/* The account of a token; OK with NULL: it is none of ours. */
static enum result
bearer(struct request *rq, struct slice value, enum token_door door,
    struct account **out)
{
	enum result r = signin_bearer(rq, value, door, out);

	if (r == RESULT_WAIT)
		return r;
	if (r != RESULT_OK)
		*out = NULL;
	return RESULT_OK;
}

enum result
staff_take_role(struct user *u, struct request *rq, struct slice value)
{
	struct account *a;
	enum result r = bearer(rq, value, DOOR_ROLE, &a);

	if (r == RESULT_WAIT || a == NULL || staff_of(u->chat, a) == 0)
		return r;
	/*
	 * A guest's control: from now on this account answers for it.  Who has
	 * an account keeps that and its own rank.
	 */
	if (u->account == NULL) {
		account_pin(a);
		u->account = a;
		u->epoch = a->epoch;
	}
	staff_look(u);
	if (u->state == USER_IN)
		staff_greet(u);
	return RESULT_OK;
}

enum result
staff_take_subscription(struct user *u, struct request *rq, struct slice value)
{
	struct account *a;
	enum result r = bearer(rq, value, DOOR_SUBSCRIPTION, &a);

	if (r == RESULT_OK && a != NULL && a == u->account)
		u->subscriber = true;
	return r;
}

void
staff_gag(struct user *u, struct user *other, struct slice letters)
{
	bool on = slice_eq_text(letters, "+z");

	if (!on && !slice_eq_text(letters, "-z")) {
		user_tell(u, NUM_UNKNOWN_USER_MODE);
		return;
	}
	if (other->staff >= u->staff) {
		user_tell(u, NUM_NO_PRIVILEGE);
		return;
	}
	other->gagged = on;
	log_info(on ? "chat-gag" : "chat-ungag",
	    LOG_S("by", account_address(u->account)),
	    LOG_S("nick", user_nick(other)));
	user_printf(u, ":%s MODE %s " SLICE_FMT, u->nick, other->nick,
	    SLICE_ARG(letters));
}

/* KILL nick :why */
enum result
chat_kill(struct user *u, const struct command *in)
{
	struct slice why = in->nargs > 1 ? in->args[1] : slice_make("", 0);
	struct user *other = user_find(u->chat, in->args[0]);
	struct buf words = BUF_INIT(IRCX_SAID_MAX);

	if (u->staff < STAFF_SYSOP || (other && other->staff > u->staff)) {
		user_tell(u, NUM_NO_PRIVILEGE);
		return RESULT_OK;
	}
	if (other == NULL) {
		user_say(u, NUM_NO_SUCH_NICK, SLICE_FMT,
		    SLICE_ARG(in->args[0]));
		return RESULT_OK;
	}
	log_info("chat-kill", LOG_S("by", account_address(u->account)),
	    LOG_S("nick", user_nick(other)));
	buf_addf(&words, "007 (Killed by %s (" SLICE_FMT "))%c", u->nick,
	    SLICE_ARG(slice_upto(why, AWAY_MAX)), 0);
	if (buf_ok(&words))
		user_end_error(other, CLOSE_KICKED, words.p);
	buf_free(&words);
	return RESULT_OK;
}
