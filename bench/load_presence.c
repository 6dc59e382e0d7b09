/* SPDX-License-Identifier: MIT */
/*
 * The first account changes its state; the accounts behind it have it on
 * their lists.
 */
#include "bench/fan.h"
#include "bench/load.h"
#include "bench/user.h"

#include <stdlib.h>

static void
presence_say(struct fan *f, unsigned turn)
{
	user_change(f->owner, turn % 2 ? "NLN" : "BSY");
}

void
load_presence(struct net *net, const struct options *o)
{
	unsigned i, n = o->watchers + 1;
	struct user *users = users_new(net, o, n);
	struct fan f = { .net = net,
		.opt = o,
		.say = presence_say,
		.owner = &users[0] };

	for (i = 2; i < n; i += 2)
		users[i].dialect = o->other;
	users_signin(users, n, o->conc);
	for (i = 1; i < n; i++)
		fan_listen(&f, &users[i].ns);
	fan_run(&f);
	users_leave(users, n);
	free(users);
}
