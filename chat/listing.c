/* SPDX-License-Identifier: MIT */
/* What pages tell of rooms (chat-ircx 14, 18). */
#include "chat/ircx/quote.h"
#include "chat/room.h"
#include "common/base/utf8.h"

struct telling {
	chat_each_fn each;
	void *ctx;
};

static bool
tell(struct map_node *node, void *ctx)
{
	const struct room *r = CONTAINER_OF(node, struct room, node);
	const struct telling *t = ctx;
	struct slice category = room_text(r, TEXT_CATEGORY);
	const struct chat_listing row = { .name = room_name(r),
		.topic = room_text(r, TEXT_TOPIC),
		.category = chat_category_name(category),
		.language = room_text(r, TEXT_LANGUAGE),
		.people = r->nseats };

	if (room_is_public(r) && !slice_eq_nocase(category, SLICE_LIT("UL")))
		t->each(t->ctx, &row);
	return true;
}

void
chat_each_room(struct chat *chat, struct request *rq, chat_each_fn each,
    void *ctx)
{
	struct telling t = { each, ctx };

	chat->rq = rq;
	request_saw(rq, chat->core->kept_gone);
	map_each(&chat->rooms, tell, &t);
	chat->rq = NULL;
}

bool
chat_room_write(struct slice text, struct buf *out)
{
	struct slice name;
	size_t at = out->n;

	if (ircx_is_room(text))
		text = slice_from(text, text.p[0] == '%' ? 2 : 1);
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
			return false;
	buf_add_text(out, "%#");
	ircx_quote(out, text);
	return buf_ok(out) && utf8_valid(text) &&
	    ircx_room_name(slice_from(buf_slice(out), at), &name);
}

bool
chat_room_read(struct slice word, struct buf *out)
{
	size_t at = out->n;
	struct slice name;

	if (!ircx_room_name(word, &name))
		return false;
	if (!ircx_unquote(out, name)) {
		out->n = at;
		buf_add_slice(out, name);
	}
	return buf_ok(out);
}
