/* SPDX-License-Identifier: MIT */
/*
 * The page of a room, which hosts Microsoft's chat control and hands it the
 * ticket and the nickname of who is signed in (chat-ircx 18).  Scripts of 2002
 * read these from the page, so the parameters are written as they were then.
 */
#include "common/codec/hex.h"
#include "common/codec/url.h"
#include "core/door/signin.h"
#include "web/chat.h"

enum {
	PROFILE_BYTES = 24,
	TOPIC_MAX = 160
};

/* What the version of the newest control is that the page names. */
#define VERSION "#Version=9,02,0310,2401"

/* The controls that were made; all run from the same page (field-runs 3.3). */
/* clang-format off */
static const struct control {
	const char *name;
	const char *clsid;
} controls[] = {
	{ "4.5", "F58E1CEF-A068-4c15-BA5E-587CAF3EE8C6" },
	{ "4.2", "7a32634b-029c-4836-a023-528983982a49" },
	{ "4.1", "29c13b62-b9f7-4cd3-8cef-0a58a1a99441" },
	{ "4.0", "e87a6788-1d0f-4444-8898-1d25829b6755" },
	{ "3.0", "81361155-FAF9-11d3-B0D3-00C04F612FF1" },
};
/* clang-format on */

/* One request for a room; its words live as long as that. */
struct hall {
	struct web_visit *v;
	struct buf *page;
	struct slice word; /* as programs write it */
	struct slice nick;
	const struct kept *name; /* the nickname; NULL: a guest */
	const struct control *control;
};

static void
add_part(struct hall *h, const char *part, const struct page_field *fields,
    size_t n)
{
	page_add(h->page, page_part(web_page_chat_room, part), fields, n);
}

static void
add_pair(struct hall *h, const char *part, const char *name, struct slice value)
{
	const struct page_field fields[] = { { "name", slice_text(name) },
		{ "value", value } };

	add_part(h, part, fields, ARRAY_LEN(fields));
}

static void
add_param(struct hall *h, const char *name, struct slice value)
{
	add_pair(h, "param", name, value);
}

static struct slice
field(struct hall *h, const char *key)
{
	return slice_upto(web_chat_plain(h->v, web_chat_field(h->v, key)),
	    TOPIC_MAX);
}

/* ---- the control ---- */

/* Nothing in it that a control might write in another way. */
static bool
is_simple(struct slice name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
		    !(c >= 'A' && c <= 'Z') && c != '-' && c != '_')
			return false;
	}
	return true;
}

static void
add_place(struct hall *h)
{
	struct web_visit *v = h->v;
	struct slice name = slice_from(h->word, 2);
	struct slice server = arena_printf(http_arena(v->http), SLICE_FMT ":%u",
	    SLICE_ARG(web_chat_host(v)), v->web->cfg.chat_directory);
	struct buf site = BUF_INIT(WEB_WAY_MAX);

	web_add_site(&site, v->http);
	buf_add_char(&site, '/');
	if (is_simple(name))
		add_param(h, "RoomName", name);
	else
		add_param(h, "HexRoomName", web_chat_hex(v, h->word));
	add_param(h, "NickName", h->nick);
	add_param(h, "Server", server);
	add_param(h, "BaseURL", buf_slice(&site));
	buf_add_text(&site, "chat");
	add_param(h, "ChatHome", buf_slice(&site));
	buf_free(&site);
}

static void
add_making(struct hall *h)
{
	struct slice header = http_header(h->v->http, "Accept-Language");
	bool make = web_chat_field(h->v, "make").n > 0;
	char locale[WEB_LOCALE + 1];

	web_chat_locale(header, locale);
	add_param(h, "Locale", slice_make(locale, WEB_LOCALE));
	add_param(h, "ChannelLanguage",
	    arena_printf(http_arena(h->v->http), "%u",
		web_chat_language(header)));
	/* CreateRoom would be the name of a page (field-runs 3.1) */
	add_param(h, "ChatMode", slice_text(make ? "1" : "0"));
	/* with it a control tells the rooms from the directory (field-runs 3.2) */
	add_param(h, "Market", SLICE_LIT("en-us"));
	if (!make)
		return;
	add_param(h, "Category", field(h, "category"));
	add_param(h, "Topic", field(h, "topic"));
}

/*
 * Tickets of their own for this: the control sends them without encryption.
 * Clients want something in the profile; nothing is told by it.
 */
static void
add_tickets(struct hall *h)
{
	struct core *core = h->v->web->core;
	struct buf ticket = BUF_INIT(TOKEN_TEXT_MAX);
	struct buf proof = BUF_INIT(TOKEN_TEXT_MAX);
	struct buf id = BUF_INIT(NICKNAME_ID_TEXT);
	unsigned char raw[PROFILE_BYTES];

	signin_derive(core, &h->v->by, TOKEN_CHAT, &ticket);
	signin_derive(core, &h->v->by, TOKEN_SUBSCRIBER, &proof);
	nickname_add_id(h->name, &id);
	env_random(core->env, raw, sizeof(raw));
	add_param(h, "MSNREGCookie", buf_slice(&id));
	add_param(h, "PassportTicket", buf_slice(&ticket));
	add_param(h, "PassportProfile",
	    web_chat_hex(h->v, slice_make(raw, sizeof(raw))));
	add_param(h, "SubscriberInfo", buf_slice(&proof));
	buf_free(&ticket);
	buf_free(&proof);
	buf_free(&id);
}

/* The file that the operator offers is that of the newest. */
static void
add_codebase(struct hall *h)
{
	struct slice url = slice_text(h->v->web->cfg.chat_codebase);
	bool versed = slice_find(url, '#') < url.n;
	const struct page_field f = { "codebase",
		arena_printf(http_arena(h->v->http), SLICE_FMT "%s",
		    SLICE_ARG(url), versed ? "" : VERSION) };

	if (url.n > 0 && h->control == &controls[0])
		add_part(h, "codebase", &f, 1);
}

/* This page with another version of the control in it. */
static void
add_others(struct hall *h)
{
	static const char *const kept[] = { "make", "category", "topic" };
	struct arena *arena = http_arena(h->v->http);
	struct buf way = BUF_INIT(WEB_WAY_MAX);

	buf_addf(&way, WEB_CHAT_ROOM "?rhx=" SLICE_FMT,
	    SLICE_ARG(web_chat_hex(h->v, h->word)));
	if (h->name == NULL) {
		buf_add_text(&way, "&nick=");
		url_encode(&way, h->nick);
	}
	for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
		if (web_chat_field(h->v, kept[i]).n == 0)
			continue;
		buf_addf(&way, "&%s=", kept[i]);
		url_encode(&way, field(h, kept[i]));
	}
	add_part(h, "others", NULL, 0);
	for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
		const struct page_field fields[] = {
			{ "way",
			    arena_printf(arena, SLICE_FMT "&control=%s",
				SLICE_ARG(buf_slice(&way)), controls[i].name) },
			{ "control", slice_text(controls[i].name) },
		};

		add_part(h, h->control == &controls[i] ? "this" : "other",
		    fields, ARRAY_LEN(fields));
	}
	add_part(h, "others.end", NULL, 0);
	buf_free(&way);
}

/* The one that the browser was led to, or the newest. */
static const struct control *
control_of(struct web_visit *v)
{
	struct slice wanted = web_chat_field(v, "control");

	for (size_t i = 0; i < ARRAY_LEN(controls); i++)
		if (slice_eq_text(wanted, controls[i].name))
			return &controls[i];
	return &controls[0];
}

static void
add_else(struct hall *h)
{
	struct web_visit *v = h->v;
	const struct page_field fields[] = {
		{ "host", web_chat_host(v) },
		{ "port",
		    arena_printf(http_arena(v->http), "%u",
			v->web->cfg.chat_port) },
		{ "channel", web_chat_plain(v, slice_from(h->word, 1)) },
		{ "login", slice_text(web_chat_login(v)) },
	};

	add_part(h, "else", fields, ARRAY_LEN(fields));
}

static void
add_control(struct hall *h)
{
	const struct page_field clsid = { "clsid",
		slice_text(h->control->clsid) };

	add_part(h, "object", &clsid, 1);
	add_codebase(h);
	add_part(h, "open", NULL, 0);
	add_place(h);
	add_making(h);
	if (h->name != NULL)
		add_tickets(h);
	add_part(h, "close", NULL, 0);
	add_others(h);
}

/* ---- who has no name yet ---- */

static void
add_guest(struct hall *h)
{
	static const char *const kept[] = { "make", "category", "topic",
		"control" };
	struct slice hex = web_chat_hex(h->v, h->word);
	const struct page_field fields[] = {
		{ "nick", web_chat_plain(h->v, web_chat_field(h->v, "nick")) },
		{ "rhx", hex },
	};

	add_part(h, "guest", fields, ARRAY_LEN(fields));
	add_pair(h, "hidden", "rhx", hex);
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (web_chat_field(h->v, kept[i]).n > 0)
			add_pair(h, "hidden", kept[i], field(h, kept[i]));
	add_part(h, "guest.end", fields, ARRAY_LEN(fields));
}

static const char *
words(const struct hall *h, bool named)
{
	if (named)
		return "MSN Chat shows the room below, where it is installed.";
	if (web_chat_field(h->v, "nick").n > 0)
		return "This cannot be a nickname. It begins with a letter and "
		       "has letters, digits and hyphens.";
	return "Under which name do you want to come in?";
}

/* "https://host:port" of where the control comes from, for the policy */
static struct slice
origin(struct slice url)
{
	size_t at = slice_find_slice(url, SLICE_LIT("://"));
	size_t end = at + 3;

	if (at == url.n)
		return slice_make("", 0);
	while (end < url.n && strchr("/?#;,'\" ", url.p[end]) == NULL)
		end++;
	return slice_upto(url, end);
}

static void
show(struct hall *h)
{
	struct web_visit *v = h->v;
	bool named = h->nick.n > 0;
	const struct page_field fields[] = {
		{ "title", web_chat_title(v, h->word) },
		{ "words", slice_text(words(h, named)) },
		{ "account", v->me ? account_address(v->me) : slice_text("") },
	};

	page_add(h->page, web_page_head, fields, ARRAY_LEN(fields));
	if (named)
		add_control(h);
	else
		add_guest(h);
	add_else(h);
	page_add(h->page, v->me ? web_page_foot : web_page_foot_guest, NULL, 0);
	if (named)
		web_reply_object(v->http, h->page,
		    origin(slice_text(v->web->cfg.chat_codebase)));
	else
		web_reply_page(v->http, 200, h->page);
}

static void
enter(struct web_visit *v, struct slice word)
{
	struct buf page = BUF_INIT(WEB_PAGE_MAX);
	struct hall h = { .v = v,
		.page = &page,
		.word = word,
		.control = control_of(v) };
	struct slice nick = web_chat_field(v, "nick");

	if (v->me != NULL) {
		h.name = web_chat_nickname(v);
		if (h.name == NULL) {
			web_chat_lead(v, WEB_CHAT_NAME);
			return;
		}
		h.nick = nickname_text(h.name);
	} else if (nickname_acceptable(nick)) {
		h.nick = nick;
	}
	show(&h);
	buf_free(&page);
}

static void
room_reply(struct web_visit *v)
{
	struct buf word = BUF_INIT(WEB_ROOM_MAX);
	const struct web_page none = { .title = "Chat rooms",
		.words = "No room can be called so." };

	if (v->web->cfg.chat_port == 0)
		web_chat_reply_off(v);
	else if (!web_chat_asked(v, &word))
		web_reply(v, 404, &none);
	else if (word.n == 0)
		web_reply_elsewhere(v->http, "/chat");
	else
		enter(v, buf_slice(&word));
	buf_free(&word);
}

enum http_outcome
web_chat_room(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { web_chat_guest, room_reply };

	return web_visit_run(rq, front, &flow);
}
