/* SPDX-License-Identifier: MIT */
/* Names: NICK, and what ordinary programs say before they are let in. */
#include "chat/watcher.h"

#include <stdio.h>

static enum result
rename_in_rooms(struct user *u, struct slice nick)
{
	struct notice n = { .write = notice_write,
		.who = u,
		.verb = "NICK",
		.text = nick };

	char what[NICK_MAX + 8];

	if (u->kind == KIND_MEMBER && u->staff == STAFF_NONE) {
		user_say(u, NUM_NICK_FIXED, SLICE_FMT, SLICE_ARG(nick));
		return RESULT_OK;
	}
	if (!user_may_be_called(u, nick) || slice_eq(nick, user_nick(u)))
		return RESULT_OK;
	notice_around(&n, u, true);
	(void)snprintf(what, sizeof(what), "NICK " SLICE_FMT, SLICE_ARG(nick));
	watcher_tell_user(u, SEEN_USER, what);
	user_set_nick(u, nick);
	return RESULT_OK;
}

enum result
chat_nick(struct user *u, const struct command *in)
{
	struct slice nick;

	if (in->nargs == 0 || in->args[0].n == 0) {
		user_tell(u, NUM_NO_NICK);
		return RESULT_OK;
	}
	nick = in->args[0];
	if (u->state == USER_LOOKING) {
		if (u->nick_n == 0 && ircx_nick_ok(nick, NICK_ANY)) {
			user_set_nick(u, nick);
			user_welcome_looking(u);
		}
		return RESULT_OK;
	}
	if (u->state == USER_IN)
		return rename_in_rooms(u, nick);
	if (!ircx_nick_ok(nick, NICK_ANY)) {
		user_say(u, NUM_BAD_NICK, SLICE_FMT, SLICE_ARG(nick));
		return RESULT_OK;
	}
	user_set_nick(u, nick);
	u->entry->named = true;
	u->entry->id_shown = false;
	user_try_enter(u);
	return RESULT_OK;
}

enum result
chat_user(struct user *u, const struct command *in)
{
	enum result r = user_judge_pass(u, in->rq);

	if (r == RESULT_WAIT || u->state == USER_ENDED)
		return r;
	u->entry->user = true;
	user_try_enter(u);
	return RESULT_OK;
}
