/* SPDX-License-Identifier: MIT */
/*
 * /msnchat/1033/utf8/msnredir.asp gives a browser the id of its nickname, in
 * the cookie from which the page of a room hands it to the control (seed 001,
 * chat-ircx 5.1).
 */
#include "common/http/cookie.h"
#include "web/chat.h"

#define TAIL "/utf8/msnredir.asp"

struct choice {
	struct slice wanted; /* n 0: any */
	const struct kept *best;
};

static bool
is_before(struct slice a, struct slice b)
{
	int order = memcmp(a.p, b.p, size_min(a.n, b.n));

	return order != 0 ? order < 0 : a.n < b.n;
}

static void
choose(void *ctx, const struct kept *k)
{
	struct choice *c = ctx;

	if (c->wanted.n > 0 && !slice_eq_nocase(nickname_text(k), c->wanted))
		return;
	if (c->best == NULL || is_before(kept_name(k), kept_name(c->best)))
		c->best = k;
}

static const struct kept *
own(struct web_visit *v, struct slice wanted)
{
	struct choice c = { wanted, NULL };

	nickname_each(&v->request, v->me, choose, &c);
	return c.best;
}

static const char *const cookies[] = { "MSNChatNN", "MSNREGCOOKIE" };

const struct kept *
web_chat_nickname(struct web_visit *v)
{
	for (size_t i = 0; i < ARRAY_LEN(cookies); i++) {
		const struct kept *k = nickname_by_id(&v->request,
		    http_cookie(v->http, cookies[i]));

		/* an id of somebody else's is for programs to present */
		if (k != NULL && k->owner == v->me->id)
			return k;
	}
	return own(v, slice_make("", 0));
}

/* "/msnchat/1033/utf8/msnredir.asp", of any language */
static bool
is_redirect(struct slice path)
{
	struct slice number = slice_from(path, sizeof("/msnchat/") - 1);

	if (!slice_ends_nocase(number, SLICE_LIT(TAIL)))
		return false;
	number = slice_upto(number, number.n - (sizeof(TAIL) - 1));
	for (size_t i = 0; i < number.n; i++)
		if (number.p[i] < '0' || number.p[i] > '9')
			return false;
	return number.n > 0;
}

/* Where ru says, or into the room that was asked for, or to all of them. */
static void
lead(struct web_visit *v)
{
	struct slice ru = web_chat_return(web_chat_field(v, "ru"));

	if (ru.p != NULL)
		web_reply_elsewhere(v->http,
		    arena_copy(http_arena(v->http), ru).p);
	else
		web_chat_lead(v,
		    web_chat_field(v, "rhx").n > 0 ? WEB_CHAT_ROOM : "/chat");
}

static void
give(struct web_visit *v, const struct kept *k)
{
	struct buf id = BUF_INIT(NICKNAME_ID_TEXT);

	nickname_add_id(k, &id);
	lead(v);
	for (size_t i = 0; i < ARRAY_LEN(cookies); i++)
		web_cookie(v, cookies[i], buf_slice(&id));
	buf_free(&id);
}

static void
redirect_reply(struct web_visit *v)
{
	const struct kept *k;

	if (!is_redirect(http_path(v->http))) {
		web_reply(v, 404,
		    &(struct web_page){ .title = "Chat rooms",
			.words = "There is no such page." });
		return;
	}
	if (v->result != RESULT_OK) {
		web_reply_refused(v, "");
		return;
	}
	k = own(v, web_chat_field(v, "nn"));
	if (k == NULL)
		web_chat_lead(v, WEB_CHAT_NAME);
	else
		give(v, k);
}

enum http_outcome
web_chat_redirect(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { web_who_chats, redirect_reply };

	return web_visit_run(rq, front, &flow);
}
