/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_WEB_H
#define NUDGE_WEB_H
/*
 * The pages for people: an account of one's own, chat rooms, and the mailbox,
 * where those whose program knows no offline messages read them and leave some
 * (ns-classic 11.3).
 */
#include "common/http/http.h"
#include "common/net/public.h"
#include "core/core.h"

enum {
	WEB_CODEBASE_MAX = 300
};

/* Plain values: copy it as you like. */
struct web_config {
	bool plain_passwords; /* may be typed over plain HTTP */
	bool plain_chat;      /* ordinary IRC programs need no account */
	uint16_t https_port;  /* 0: there is none */
	uint16_t chat_port;   /* 0: there are no chat rooms */
	uint16_t chat_directory;
	/* what public_add_host() chooses from */
	char public_address[PUBLIC_TEXT_MAX + 1];
	/* where browsers get the chat control; empty: nowhere */
	char chat_codebase[WEB_CODEBASE_MAX + 1];
};

/* A chat room that anybody may know of. */
struct web_room {
	struct slice name; /* as programs write it behind "%#" */
	struct slice topic;
	struct slice category;
	struct slice language;
	unsigned people;
};

/* What only the front that has the rooms can tell. */
struct web_rooms {
	/* their texts live until the handler that asked has returned */
	void (*each)(void *ctx, struct request *rq,
	    void (*row)(void *to, const struct web_room *room), void *to);
	void (*each_category)(void (*row)(void *to, struct slice code,
				  struct slice name),
	    void *to);
	/* "Tea Room" as programs write it, "%#Tea\bRoom"; and back again */
	bool (*write)(struct slice text, struct buf *out);
	bool (*read)(struct slice word, struct buf *out);
};

struct web;

/* rooms must outlive it; ctx is for rooms->each. */
struct web *web_new(struct core *core, const struct web_config *cfg,
    const struct web_rooms *rooms, void *ctx);
/* No request may be open any more (http_free comes first). */
void web_free(struct web *w);
/* From now on. */
void web_config_set(struct web *w, const struct web_config *cfg);
/* Rows for http_add_routes(h, rows, n, web). */
const struct http_route *web_routes(size_t *n);

#endif
