/* SPDX-License-Identifier: MIT */
/* What the pages ask of the chat rooms. */
#include "roof/roof.h"

struct asking {
	void (*row)(void *to, const struct web_room *room);
	void *to;
};

static void
one(void *ctx, const struct chat_listing *l)
{
	const struct asking *a = ctx;
	const struct web_room room = { l->name, l->topic, l->category,
		l->language, l->people };

	a->row(a->to, &room);
}

static void
each(void *server, struct request *rq,
    void (*row)(void *to, const struct web_room *room), void *to)
{
	struct asking a = { row, to };

	chat_each_room(((struct server *)server)->chat, rq, one, &a);
}

const struct web_rooms roof_rooms = { each, chat_each_category, chat_room_write,
	chat_room_read };
