/* SPDX-License-Identifier: MIT */
/* What programs say of themselves, and small talk between programs. */
#include "chat/user.h"

#include "common/base/calendar.h"

#include <time.h>

enum result
chat_too_late(struct user *u, const struct command *in)
{
	(void)in;
	user_tell(u, NUM_REGISTERED);
	return RESULT_OK;
}

/* chat-ircx 6.2 */
static void
say_state(struct user *u)
{
	user_say(u, NUM_STATE, "%d 0 GateKeeper%s %d *", u->ircx,
	    u->chat->cfg.plain ? ",ANON" : "", IRCX_SAID_MAX);
}

/*
 * The control says the same words to the directory and to the chat server, but
 * to the latter where it is, too; there it waits for the answer, while an
 * answer of the directory would confuse it (chat-ircx 3.1, 6.1).  Programs that
 * imitate it may say less: who then is silent waits for an answer, as nobody
 * does in the directory.
 */
enum result
chat_ircvers(struct user *u, const struct command *in)
{
	const struct ircx_dialect *d = ircx_dialect_find(in->args[0]);
	struct entry *e = u->entry;

	if (d == NULL) {
		user_say(u, NUM_BAD_VALUE, "%s", in->row->verb);
		return RESULT_OK;
	}
	u->dialect = d;
	u->ircx = true;
	if (e->stage == CHAT_EITHER) {
		e->guessed = in->nargs <= 2;
		e->stage = e->guessed ? CHAT_DIRECTORY : CHAT_ROOMS;
		if (e->guessed)
			timer_start(u->chat->loop, &u->timer, GUESS_MS);
	}
	if (e->stage == CHAT_ROOMS)
		say_state(u);
	return RESULT_OK;
}

void
user_guess_rooms(struct user *u)
{
	u->entry->stage = CHAT_ROOMS;
	say_state(u);
}

enum result
chat_ircx(struct user *u, const struct command *in)
{
	(void)in;
	u->ircx = true;
	if (!ircx_has(u->dialect, CHAT_IRCX))
		u->dialect = ircx_dialect(DIALECT_IRCX);
	say_state(u);
	return RESULT_OK;
}

enum result
chat_isircx(struct user *u, const struct command *in)
{
	(void)in;
	say_state(u);
	return RESULT_OK;
}

enum result
chat_ping(struct user *u, const struct command *in)
{
	struct slice word = in->nargs > 0 ? in->args[0] : slice_make("", 0);
	struct buf *b;

	/* a control takes an error for the end of its room (programs-2 16) */
	if (in->nargs == 0 && !ircx_has(u->dialect, CHAT_CONTROL)) {
		user_tell(u, NUM_NO_ORIGIN);
		return RESULT_OK;
	}
	b = user_line(u);
	buf_addf(b, ":" CHAT_SERVER " PONG " CHAT_SERVER " :");
	buf_add_slice(b, word);
	user_finish(u);
	return RESULT_OK;
}

enum result
chat_ignored(struct user *u, const struct command *in)
{
	(void)u;
	(void)in;
	return RESULT_OK;
}

enum result
chat_quit(struct user *u, const struct command *in)
{
	struct slice words = in->nargs > 0 ? in->args[0] : user_nick(u);

	user_printf(u, "ERROR :Closing Link: %s[%s] (Quit)", u->nick,
	    user_domain(u));
	user_end_saying(u, CLOSE_OUT, words);
	return RESULT_OK;
}

enum result
chat_version(struct user *u, const struct command *in)
{
	(void)in;
	user_say(u, NUM_VERSION, "9.02.0402.1601 " CHAT_SERVER " :Nudge");
	return RESULT_OK;
}

enum result
chat_time(struct user *u, const struct command *in)
{
	int64_t now = (int64_t)env_wall(u->chat->core->env);
	char text[64];
	struct tm tm;

	(void)in;
	if (!calendar_date(now, &tm) ||
	    strftime(text, sizeof(text), "%a %b %d %Y -- %H:%M:%S UTC", &tm) ==
		0)
		return RESULT_OK;
	user_say(u, NUM_TIME, CHAT_SERVER " :%s", text);
	return RESULT_OK;
}

enum result
chat_motd(struct user *u, const struct command *in)
{
	(void)in;
	user_tell(u, NUM_MOTD_START);
	user_tell(u, NUM_MOTD_END);
	return RESULT_OK;
}

enum result
chat_links(struct user *u, const struct command *in)
{
	(void)in;
	user_say(u, NUM_LINKS, CHAT_SERVER " " CHAT_SERVER " :0 MSN Chat");
	user_say(u, NUM_LINKS_END, "*");
	return RESULT_OK;
}

enum result
chat_lusers(struct user *u, const struct command *in)
{
	const struct chat *chat = u->chat;

	(void)in;
	user_say(u, NUM_USERS,
	    ":There are %zu users and 0 invisible on 1 servers", chat->nin);
	if (!ircx_has(u->dialect, CHAT_CONTROL)) {
		user_say(u, NUM_ROOMS, "%zu", chat->rooms.count);
		user_say(u, NUM_CLIENTS, ":I have %zu clients and 0 servers",
		    chat->nin);
	}
	user_say(u, NUM_LOCAL_USERS, ":Current local users: %zu Max: %zu",
	    chat->nin, chat->most_in);
	return RESULT_OK;
}
