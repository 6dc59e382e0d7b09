/* SPDX-License-Identifier: MIT */
/* From one page of the chat rooms to another. */
#include "web/chat.h"

#include "common/base/utf8.h"
#include "common/codec/hex.h"

struct slice
web_chat_field(struct web_visit *v, const char *key)
{
	struct slice s = { 0 };

	if (!http_form_arg(v->http, key, &s) &&
	    !http_query_form_arg(v->http, key, &s))
		return (struct slice){ 0 };
	return slice_trim(s);
}

/* As hex a name comes as programs write it, else as people do. */
bool
web_chat_asked(struct web_visit *v, struct buf *word)
{
	struct slice rhx = web_chat_field(v, "rhx");
	struct slice rm = web_chat_field(v, "rm");
	struct buf name = BUF_INIT(WEB_ROOM_MAX);
	bool good = true;

	if (rhx.n > 0)
		good = hex_decode(word, rhx) && buf_ok(word) &&
		    v->web->rooms->read(buf_slice(word), &name);
	else if (rm.n > 0)
		good = v->web->rooms->write(rm, word);
	if (!good)
		buf_reset(word);
	buf_free(&name);
	return good;
}

void
web_chat_add_way(struct web_visit *v, struct buf *out, const char *path)
{
	struct buf word = BUF_INIT(WEB_ROOM_MAX);

	buf_add_text(out, path);
	if (web_chat_asked(v, &word) && word.n > 0) {
		buf_add_char(out, strchr(path, '?') == NULL ? '?' : '&');
		buf_add_text(out, "rhx=");
		buf_add_slice(out, web_chat_hex(v, buf_slice(&word)));
	}
	buf_free(&word);
}

void
web_chat_lead(struct web_visit *v, const char *path)
{
	struct buf way = BUF_INIT(WEB_WAY_MAX);

	web_chat_add_way(v, &way, path);
	buf_add_char(&way, '\0');
	web_reply_elsewhere(v->http, buf_ok(&way) ? way.p : path);
	buf_free(&way);
}

/* "http://anything" is cut off; what is left begins with a slash. */
static struct slice
path_of(struct slice url)
{
	struct slice scheme = SLICE_LIT("://");
	size_t at = slice_find_slice(url, scheme);
	struct slice word = slice_upto(url, at);

	if (!slice_eq_nocase(word, SLICE_LIT("http")) &&
	    !slice_eq_nocase(word, SLICE_LIT("https")))
		return url;
	url = slice_from(url, at + scheme.n);
	return slice_from(url, slice_find(url, '/'));
}

struct slice
web_chat_return(struct slice ru)
{
	static const char *const pages[] = { "/chat", WEB_CHAT_ROOM,
		WEB_CHAT_NAME };
	struct slice url = path_of(ru);
	struct slice path = slice_upto(url, slice_find(url, '?'));

	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] <= ' ' || url.p[i] >= 0x7f ||
		    strchr("\"'<>\\", url.p[i]) != NULL)
			return (struct slice){ 0 };
	for (size_t i = 0; i < ARRAY_LEN(pages) && url.n < WEB_WAY_MAX; i++)
		if (slice_eq_nocase(path, slice_text(pages[i])))
			return url;
	return (struct slice){ 0 };
}

struct slice
web_chat_plain(struct web_visit *v, struct slice s)
{
	struct buf out = BUF_INIT(WEB_WAY_MAX);
	struct slice plain;
	size_t n = 0;

	if (utf8_valid(s))
		buf_add_slice(&out, s);
	else
		utf8_add_cp1252(&out, s);
	for (size_t i = 0; i < out.n; i++)
		if ((unsigned char)out.p[i] >= ' ' && out.p[i] != 0x7f)
			out.p[n++] = out.p[i];
	plain = arena_copy(http_arena(v->http), slice_make(out.p, n));
	buf_free(&out);
	return plain;
}

struct slice
web_chat_title(struct web_visit *v, struct slice word)
{
	struct buf name = BUF_INIT(WEB_ROOM_MAX);
	struct slice title;

	(void)v->web->rooms->read(word, &name);
	title = web_chat_plain(v, buf_slice(&name));
	buf_free(&name);
	return title;
}

struct slice
web_chat_hex(struct web_visit *v, struct slice word)
{
	struct buf hex = BUF_INIT(2 * WEB_ROOM_MAX);
	struct slice copy;

	hex_encode(&hex, word);
	copy = arena_copy(http_arena(v->http), buf_slice(&hex));
	buf_free(&hex);
	return copy;
}

struct slice
web_chat_host(struct web_visit *v)
{
	struct buf host = BUF_INIT(WEB_WAY_MAX);
	struct slice copy;

	public_add_host(slice_text(v->web->cfg.public_address),
	    http_peer(v->http), http_local(v->http), &host);
	copy = arena_copy(http_arena(v->http), buf_slice(&host));
	buf_free(&host);
	return copy;
}

const char *
web_chat_login(const struct web_visit *v)
{
	return v->web->cfg.plain_chat
	    ? "Come in under any name that is free, or sign in (SASL PLAIN) "
	      "with the address and the password of your account."
	    : "Sign in (SASL PLAIN) with the address and the password of your "
	      "account.";
}

enum result
web_chat_guest(struct web_visit *v)
{
	enum result r = web_who_chats(v);

	if (r == RESULT_WAIT)
		return r;
	if (r != RESULT_OK)
		v->me = NULL;
	return RESULT_OK;
}

void
web_chat_reply_off(struct web_visit *v)
{
	const struct web_page page = { .title = "Chat rooms",
		.words = "There are no chat rooms on this server." };

	web_reply(v, 404, &page);
}
