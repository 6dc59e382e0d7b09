/* SPDX-License-Identifier: MIT */
/*
 * SILENCE: an ordinary program's way to the list of those one does not want to
 * hear, ACCESS of one's own nickname (chat-ircx 13, 15).
 */
#include "chat/access.h"

struct room *
user_own_list(struct user *u)
{
	if (u->own == NULL)
		u->own = room_unlisted(u->chat);
	return u->own;
}

static void
say_list(struct user *u)
{
	struct room *r = user_own_list(u);

	access_sweep(r);
	for (unsigned i = 0; i < r->naccess; i++)
		if (r->access[i].level == ACCESS_DENY)
			user_say(u, NUM_SILENCE, "%s " SLICE_FMT, u->nick,
			    SLICE_ARG(blob_slice(r->access[i].mask)));
	user_tell(u, NUM_SILENCE_END);
}

enum result
chat_silence(struct user *u, const struct command *in)
{
	struct slice word = in->nargs > 0 ? in->args[0] : slice_make("", 0);
	struct room *r = user_own_list(u);
	bool on = word.n == 0 || word.p[0] != '-';
	struct buf told = BUF_INIT(MASK_MAX);

	if (word.n == 0 || user_find(u->chat, word) == u) {
		say_list(u);
		return RESULT_OK;
	}
	if (word.p[0] == '+' || word.p[0] == '-')
		word = slice_from(word, 1);
	if (on && access_is_full(r))
		user_say(u, NUM_SILENCE_FULL, SLICE_FMT, SLICE_ARG(word));
	else if (room_ban(r, u, on, word, &told))
		user_printf(u, ":%s!%s@%s SILENCE %c" SLICE_FMT, u->nick, u->id,
		    user_domain(u), on ? '+' : '-',
		    SLICE_ARG(buf_slice(&told)));
	buf_free(&told);
	return RESULT_OK;
}
