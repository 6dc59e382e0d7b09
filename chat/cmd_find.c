/* SPDX-License-Identifier: MIT */
/* The directory: where a room is (chat-ircx 3). */
#include "chat/room.h"

/* The port its client has reached, unless the rooms have another. */
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

/* Rooms that the one who asks may not know of are passed over. */
static const struct room *
room_of(struct user *u, const struct user *other)
{
	LIST_EACH(it, &other->seats) {
		const struct seat *s = CONTAINER_OF(it, struct seat, of_user);

		if (room_is_listed(s->room, u) && seat_is_seen(s, u))
			return s->room;
	}
	return NULL;
}

/* 642 has the nickname, something, the host and the room. */
enum result
chat_findu(struct user *u, const struct command *in)
{
	struct user *other = user_find(u->chat, in->args[0]);
	const struct room *r = NULL;
	struct buf *b;

	if (other != NULL && !other->deaf && !user_is_blocked(u, other))
		r = room_of(u, other);
	if (r == NULL) {
		user_tell(u, NUM_NOBODY_FOUND);
		return RESULT_OK;
	}
	user_tell(u, NUM_FINDU_START);
	b = user_reply(u, NUM_FINDU);
	buf_addf(b, " %s * ", other->nick);
	user_add_host(u, b);
	buf_add_char(b, ' ');
	ircx_add_room(u->dialect, b, room_name(r));
	user_finish(u);
	user_tell(u, NUM_FINDU_END);
	return RESULT_OK;
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

/* Control 3.0 asks the directory as soon as it has proved itself. */
enum result
chat_nameless(struct user *u, const struct command *in)
{
	const struct command_row *row;
	bool known;

	if (u->entry->stage == CHAT_ROOMS) {
		user_tell(u, NUM_NOT_REGISTERED);
		return RESULT_OK;
	}
	user_enter(u, USER_LOOKING);
	row = command_row_find(u->chat, slice_text(in->row->verb), u->state,
	    &known);
	return row->run(u, in);
}
