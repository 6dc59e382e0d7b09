/* SPDX-License-Identifier: MIT */
/* Many people who sign in and leave together. */
#include "bench/meter.h"
#include "bench/user.h"

#include <stdlib.h>

struct crowd {
	struct user *users;
	unsigned total, next, done;
	void (*ready)(struct user *u);
};

struct user *
users_new(struct net *net, const struct options *o, unsigned n)
{
	struct user *users = calloc(n ? n : 1, sizeof(*users));
	unsigned i;

	if (!users)
		meter_die("no memory for %u users", n);
	for (i = 0; i < n; i++)
		user_init(&users[i], net, o, o->first + i);
	return users;
}

static void
crowd_next(struct crowd *c)
{
	if (c->next < c->total)
		user_signin(&c->users[c->next++]);
}

static void
crowd_ready(struct user *u)
{
	struct net *net = u->net;
	struct crowd *c = net->ctx;

	if (c->ready)
		c->ready(u);
	c->done++;
	crowd_next(c);
	if (c->done == c->total)
		net->stop = true;
}

void
users_signin(struct user *users, unsigned n, unsigned conc)
{
	struct crowd c = { .users = users, .total = n };
	struct net *net = users->net;
	void *before = net->ctx;
	uint64_t until;
	unsigned i;

	if (n == 0)
		return;
	c.ready = users[0].ready;
	for (i = 0; i < n; i++)
		users[i].ready = crowd_ready;
	net->ctx = &c;
	for (i = 0; i < conc; i++)
		crowd_next(&c);
	until = meter_now() + 60000000000U + n * 20000000ULL;
	if (!net_run(net, until))
		meter_die("only %u of %u signed in", c.done, n);
	net->ctx = before;
	for (i = 0; i < n; i++)
		users[i].ready = c.ready;
}

void
users_leave(struct user *users, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		user_leave(&users[i]);
}
