/* SPDX-License-Identifier: MIT */
/* /chat: the rooms that anybody may know of, the fullest first. */
#include "web/chat.h"

enum {
	ROWS_MAX = 200
};

struct rooms {
	size_t n;
	size_t all;
	struct web_room rows[ROWS_MAX];
};

static bool
is_before(const struct web_room *a, const struct web_room *b)
{
	int order =
	    memcmp(a->name.p, b->name.p, size_min(a->name.n, b->name.n));

	if (a->people != b->people)
		return a->people > b->people;
	return order != 0 ? order < 0 : a->name.n < b->name.n;
}

/* In its place among those that are shown, if it has one there. */
static void
take(void *ctx, const struct web_room *room)
{
	struct rooms *all = ctx;
	size_t at = all->n;

	all->all++;
	if (at == ROWS_MAX && !is_before(room, &all->rows[at - 1]))
		return;
	if (at < ROWS_MAX)
		all->n++;
	else
		at--;
	for (; at > 0 && is_before(room, &all->rows[at - 1]); at--)
		all->rows[at] = all->rows[at - 1];
	all->rows[at] = *room;
}

static void
add_row(struct web_visit *v, struct buf *page, const struct web_room *room)
{
	struct slice word = arena_printf(http_arena(v->http), "%%#" SLICE_FMT,
	    SLICE_ARG(room->name));
	struct slice people =
	    arena_printf(http_arena(v->http), "%u", room->people);
	const struct page_field fields[] = {
		{ "rhx", web_chat_hex(v, word) },
		{ "name", web_chat_title(v, word) },
		{ "topic", web_chat_plain(v, room->topic) },
		{ "category", room->category },
		{ "language", web_chat_plain(v, room->language) },
		{ "people", people },
	};

	page_add(page, page_part(web_page_chat, "row"), fields,
	    ARRAY_LEN(fields));
}

static void
add_rooms(struct web_visit *v, struct buf *page, const struct rooms *rooms)
{
	struct slice more =
	    arena_printf(http_arena(v->http), "%zu", rooms->all - rooms->n);
	const struct page_field field = { "more", more };

	if (rooms->n == 0)
		return;
	page_add(page, page_part(web_page_chat, "head"), NULL, 0);
	for (size_t i = 0; i < rooms->n; i++)
		add_row(v, page, &rooms->rows[i]);
	page_add(page, page_part(web_page_chat, "end"), NULL, 0);
	if (rooms->all > rooms->n)
		page_add(page, page_part(web_page_chat, "more"), &field, 1);
}

static void
add_category(void *to, struct slice code, struct slice name)
{
	const struct page_field fields[] = { { "code", code },
		{ "category", name } };

	/* what most people mean; the first one, Unlisted, hides a room */
	page_add(to,
	    page_part(web_page_chat,
		slice_eq_text(code, "GN") ? "chosen" : "option"),
	    fields, 2);
}

static void
add_rest(struct web_visit *v, struct buf *page)
{
	struct slice port =
	    arena_printf(http_arena(v->http), "%u", v->web->cfg.chat_port);
	const struct page_field fields[] = {
		{ "host", web_chat_host(v) },
		{ "port", port },
		{ "login", slice_text(web_chat_login(v)) },
	};

	if (v->me != NULL)
		page_add(page, page_part(web_page_chat, "names"), NULL, 0);
	page_add(page, page_part(web_page_chat, "make"), NULL, 0);
	v->web->rooms->each_category(add_category, page);
	page_add(page, page_part(web_page_chat, "made"), NULL, 0);
	page_add(page, page_part(web_page_chat, "how"), fields,
	    ARRAY_LEN(fields));
}

static void
rooms_reply(struct web_visit *v)
{
	struct buf page = BUF_INIT(WEB_PAGE_MAX);
	struct rooms rooms = { 0 };
	struct page_field fields[] = {
		{ "title", SLICE_LIT("Chat rooms") },
		{ "words",
		    SLICE_LIT("Rooms that are open now. Nothing that is said "
			      "in them is kept.") },
		{ "account", { 0 } },
	};

	if (v->web->cfg.chat_port == 0) {
		web_chat_reply_off(v);
		return;
	}
	v->web->rooms->each(v->web->rooms_ctx, &v->request, take, &rooms);
	if (rooms.n == 0)
		fields[1].text = SLICE_LIT("No room is open now.");
	if (v->me != NULL)
		fields[2].text = account_address(v->me);
	page_add(&page, web_page_head, fields, ARRAY_LEN(fields));
	add_rooms(v, &page, &rooms);
	add_rest(v, &page);
	page_add(&page, v->me ? web_page_foot : web_page_foot_guest, NULL, 0);
	web_reply_page(v->http, 200, &page);
	buf_free(&page);
}

enum http_outcome
web_chat(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { web_chat_guest, rooms_reply };

	return web_visit_run(rq, front, &flow);
}
