/* SPDX-License-Identifier: MIT */
/* CREATE: a new room, and its keys (chat-ircx 3.5). */
#include "chat/watcher.h"

#include "chat/ircx/quote.h"
#include "common/base/num.h"

enum {
	LANGUAGES = 24,
	LOCALE_BYTES = 5
};

struct category {
	const char *code;
	const char *name;
};

/* clang-format off */
static const struct category categories[] = {
	{ "UL", "Unlisted" },
	{ "GE", "City Chats" },
	{ "CP", "Computing" },
	{ "EA", "Entertainment" },
	{ "EV", "Events" },
	{ "GN", "General" },
	{ "HE", "Health" },
	{ "II", "Interests" },
	{ "LF", "Lifestyles" },
	{ "MU", "Music" },
	{ "NW", "News" },
	{ "PR", "Peers" },
	{ "PT", "Chat Partners" },
	{ "RL", "Religion" },
	{ "RM", "Romance" },
	{ "SP", "Sports" },
	{ "TN", "Teens" },
};
/* clang-format on */

/* A CREATE as it was read. */
struct plan {
	struct slice category, name, topic, locale, language;
	struct slice owner_key, host_key;
	uint32_t modes;
	unsigned limit;
	const char *wrong; /* which field; NULL: none */
};

struct slice
chat_category_name(struct slice code)
{
	for (size_t i = 0; i < ARRAY_LEN(categories); i++)
		if (slice_eq_nocase(code, slice_text(categories[i].code)))
			return slice_text(categories[i].name);
	return slice_text("");
}

void
chat_each_category(void (
		       *each)(void *ctx, struct slice code, struct slice name),
    void *ctx)
{
	for (size_t i = 0; i < ARRAY_LEN(categories); i++)
		each(ctx, slice_text(categories[i].code),
		    slice_text(categories[i].name));
}

enum result
chat_listc(struct user *u, const struct command *in)
{
	bool names = !ircx_has(u->dialect, CHAT_CONTROL) ||
	    ircx_has(u->dialect, CHAT_LANGUAGE);

	(void)in;
	user_tell(u, NUM_CATEGORIES);
	for (size_t i = 0; i < ARRAY_LEN(categories); i++) {
		struct buf *b = user_reply(u, NUM_CATEGORY);

		buf_addf(b, names ? " %s :" : " :%s", categories[i].code);
		if (names)
			ircx_quote(b, slice_text(categories[i].name));
		user_finish(u);
	}
	user_tell(u, NUM_CATEGORIES_END);
	return RESULT_OK;
}

static bool
is_letter(char c)
{
	return (c & ~0x20) >= 'A' && (c & ~0x20) <= 'Z';
}

static bool
is_locale(struct slice s)
{
	return s.n == LOCALE_BYTES && is_letter(s.p[0]) && is_letter(s.p[1]) &&
	    s.p[2] == '-' && is_letter(s.p[3]) && is_letter(s.p[4]);
}

static struct slice
next(const struct command *in, unsigned *at)
{
	return *at < in->nargs ? in->args[(*at)++] : slice_make("", 0);
}

/*
 * Newer controls end in owner key, 0 and host key, older in host key and owner
 * key; of one version it is not known, so the 0 tells.
 */
static void
read_keys(const struct user *u, const struct command *in, unsigned at,
    struct plan *p)
{
	bool newer = !ircx_has(u->dialect, CHAT_CONTROL) ||
	    ircx_has(u->dialect, CHAT_OWNER_KEY) ||
	    (at + 1 < in->nargs && slice_eq_text(in->args[at + 1], "0"));
	struct slice first = next(in, &at), second = next(in, &at);

	p->owner_key = newer ? first : second;
	p->host_key = newer ? next(in, &at) : first;
	if (p->owner_key.n > KEY_MAX || p->host_key.n > KEY_MAX)
		p->wrong = "Key parameter is not valid";
}

static void
read_rest(const struct user *u, const struct command *in, struct plan *p)
{
	bool speaks = !ircx_has(u->dialect, CHAT_CONTROL) ||
	    ircx_has(u->dialect, CHAT_LANGUAGE);
	unsigned at = 3;
	struct slice modes = next(in, &at);
	uint32_t n;

	p->modes = MODE_INSIDE | MODE_TOPIC | MODE_LIMIT;
	p->limit = ROOM_LIMIT;
	if (!slice_eq_text(modes, "-") && !mode_read(u, modes, &p->modes))
		p->wrong = "Channel mode is not valid";
	if (slice_find(modes, 'l') < modes.n) {
		if (!num_parse_u32(next(in, &at), &n) || n == 0 ||
		    n > u->chat->cfg.max_members)
			p->wrong =
			    p->wrong ? p->wrong : "Channel limit is not valid";
		else
			p->limit = n;
	}
	p->locale = next(in, &at);
	if (p->wrong == NULL && !is_locale(p->locale))
		p->wrong = "Locale parameter is not valid";
	if (speaks) {
		p->language = next(in, &at);
		if (p->wrong == NULL &&
		    (!num_parse_u32(p->language, &n) || n == 0 ||
			n > LANGUAGES))
			p->wrong = "Language parameter is not valid";
	}
	if (p->wrong == NULL)
		read_keys(u, in, at, p);
}

static void
build(struct user *u, struct room *r, const struct plan *p)
{
	r->modes = p->modes;
	r->limit = p->modes & MODE_LIMIT ? p->limit : 0;
	room_set_text(r, TEXT_CATEGORY, p->category);
	room_set_text(r, TEXT_LANGUAGE, p->locale);
	room_set_text(r, TEXT_OWNER_KEY, p->owner_key);
	room_set_text(r, TEXT_HOST_KEY, p->host_key);
	if (!slice_eq_text(p->topic, "-"))
		room_set_topic(r, u, p->topic);
	/* its maker comes soon, with the key */
	timer_start(u->chat->loop, &r->empty, ROOM_EMPTY_MS);
}

enum result
chat_create(struct user *u, const struct command *in)
{
	struct plan p = { .category = in->args[0], .topic = in->args[2] };
	struct room *r;

	if (chat_category_name(p.category).n == 0) {
		user_tell(u, NUM_NO_CATEGORY);
		return RESULT_OK;
	}
	if (!ircx_room_name(in->args[1], &p.name))
		p.wrong = "Channel name is not valid";
	else
		read_rest(u, in, &p);
	if (p.wrong != NULL) {
		user_say(u, NUM_BAD_FIELD, ":%s", p.wrong);
	} else if (p.topic.n > TOPIC_MAX) {
		user_tell(u, NUM_BAD_TOPIC);
	} else if (room_find(u->chat, in->args[1]) != NULL) {
		user_tell(u, NUM_ROOM_EXISTS);
	} else if ((r = room_open(u, p.name)) == NULL) {
		user_tell(u, NUM_NO_SERVER);
	} else {
		build(u, r, &p);
		watcher_tell_room(r, "CREATE", u, slice_make("", 0));
		chat_say_found(u);
	}
	return RESULT_OK;
}
