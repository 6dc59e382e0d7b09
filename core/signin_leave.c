/* SPDX-License-Identifier: MIT */
/*
 * Who signs out.  Cookies are sealed and not kept, so those that were left
 * behind are remembered until they would be over anyway.
 */
#include "core/private.h"
#include "core/signin.h"

enum {
	LEFT_MAX = 65536
};

void
signin_start(struct core *c)
{
	c->left = token_once_new(c->env, LEFT_MAX);
}

void
signin_stop(struct core *c)
{
	token_once_free(c->left);
}

bool
signin_left(const struct core *c, const struct token *t)
{
	return token_once_taken(c->left, t->nonce);
}

void
signin_leave(struct core *c, struct slice cookie)
{
	const unsigned cookies =
	    1u << TOKEN_COOKIE | 1u << TOKEN_PLAIN | 1u << TOKEN_CHAT;
	int64_t now = env_wall(c->env);
	struct token t;

	if (token_open(&c->keys, cookie, cookies, now, &t) == TOKEN_OK)
		(void)token_once_take(c->left, t.nonce, t.expires, now);
}
