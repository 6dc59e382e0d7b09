/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_WEB_CHAT_H
#define NUDGE_WEB_CHAT_H
/*
 * What the pages of chat rooms share.  A room is handed from page to page as
 * rhx, the hex of its name as programs write it (chat-ircx 8).
 */
#include "core/people/nickname.h"
#include "web/front.h"

enum {
	WEB_ROOM_MAX = 200, /* bytes of "%#name" */
	WEB_WAY_MAX = 1024
};

#define WEB_CHAT_ROOM "/chatroom.msnw"
#define WEB_CHAT_NAME "/msnchat/nickname"

/* ---- chat_ways.c: from one of the pages to another ---- */
/* A field of a form, however that was sent; empty when absent. */
struct slice web_chat_field(struct web_visit *v, const char *key);
/*
 * The room that rhx or rm names, as programs write it; nothing when neither
 * was given.  False: none can be called so.
 */
bool web_chat_asked(struct web_visit *v, struct buf *word);
/* path, with the room that was asked for. */
void web_chat_add_way(struct web_visit *v, struct buf *out, const char *path);
/* To such a page. */
void web_chat_lead(struct web_visit *v, const char *path);
/*
 * Where ru leads: path and query of one of these pages, by whatever name of
 * the service.  p NULL: nowhere of ours.
 */
struct slice web_chat_return(struct slice ru);
/* ---- words for them, which live as long as the request ---- */
/* Text of what may be no UTF-8, and have what is no text in it. */
struct slice web_chat_plain(struct web_visit *v, struct slice s);
/* A room, named as programs do, as people read it; and in hex. */
struct slice web_chat_title(struct web_visit *v, struct slice word);
struct slice web_chat_hex(struct web_visit *v, struct slice word);
/* The host where programs find the rooms, as the one who asks reaches it. */
struct slice web_chat_host(struct web_visit *v);
/* How ordinary programs are let in. */
const char *web_chat_login(const struct web_visit *v);
/* A judge for pages that anybody may see: v->me is NULL for a stranger. */
enum result web_chat_guest(struct web_visit *v);
/* Where the operator has switched the rooms off. */
void web_chat_reply_off(struct web_visit *v);

/* ---- chat_locale.c: from a header Accept-Language ---- */
enum {
	WEB_LOCALE = 5 /* "EN-US" */
};
void web_chat_locale(struct slice header, char out[WEB_LOCALE]);
/* The number that MSN Chat has for the language. */
unsigned web_chat_language(struct slice header);

/* ---- chat_redirect.c ---- */
/*
 * The nickname of who is signed in: by the cookie, else the first of its own
 * in the alphabet; NULL: it has none.
 */
const struct kept *web_chat_nickname(struct web_visit *v);

/* The files of web/pages. */
extern const struct slice web_page_account_chat;
extern const struct slice web_page_chat;
extern const struct slice web_page_chat_room;
extern const struct slice web_page_start_chat;

#endif
