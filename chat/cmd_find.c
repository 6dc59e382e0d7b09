/* SPDX-License-Identifier: MIT */
/* The directory: where a room is (chat-ircx 3). */
#include "chat/room.h"

/* The port of this very connection, unless rooms have another. */
void
chat_say_found(struct user *u)
{
	struct buf *b = user_reply(u, NUM_FOUND);
	unsigned port = u->chat->cfg.port;
	struct addr local;

	link_local(u->link, &local);
	buf_add_text(b, " :");
	user_add_host(u, b);
	buf_addf(b, " %u", port != 0 ? port : local.port);
	user_finish(u);
}

enum result
chat_finds(struct user *u, const struct command *in)
{
	if (room_find(u->chat, in->args[0]) == NULL)
		user_tell(u, NUM_NOT_FOUND);
	else
		chat_say_found(u);
	return RESULT_OK;
}
