/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_USER_H
#define NUDGE_BENCH_USER_H
/*
 * One person's client, MSNP8 to MSNP12: VER, CVR, USR, the ticket from
 * login2.srf over plain HTTP, USR, SYN, CHG.
 */
#include "bench/options.h"
#include "bench/wire.h"

enum user_step {
	USER_OFF,
	USER_VER,
	USER_CVR,
	USER_ASK,
	USER_TICKET,
	USER_PROVE,
	USER_SYN,
	USER_CHG,
	USER_ON
};

struct user {
	struct net *net;
	const struct options *opt;
	struct wire ns;
	struct wire http;
	enum user_step step;
	unsigned number;
	unsigned dialect;
	uint64_t began; /* when the sign-in did */
	void (*ready)(struct user *u);
	/* Commands that come while signed in; NULL: ignored. */
	void (*event)(struct user *u, struct frame *f);
	void *owner;
};

enum {
	USER_ADDRESS = 96
};

/* A state-changing command's tail: capabilities and picture of a dialect. */
#define USER_PICTURE                                                         \
	"%3Cmsnobj%20Creator%3D%22u%40bench.test%22%20Size%3D%2218174%22%20" \
	"Type%3D%223%22%20Location%3D%22TFR12.tmp%22%20Friendly%3D%22AAA"    \
	"%3D%22%20SHA1D%3D%22nq7gKNkGpQ0N9YQ6Jq0YkZ8WJ4o%3D%22%2F%3E"

void
user_init(struct user *u, struct net *net, const struct options *o, unsigned n);
void user_address(const struct user *u, char out[USER_ADDRESS]);
/* Everybody has an address of 127.0.0.0/8 of their own. */
uint32_t user_source(const struct user *u);
void user_signin(struct user *u);
/* CHG to "NLN", "BSY", ... */
void user_change(struct user *u, const char *state);
/* Say OUT and close. */
void user_leave(struct user *u);

/* Sign in users[0..n), conc at a time; dies when that takes a minute and more
 * than 20 ms for each.  ready() of each is called too, when set. */
struct user *users_new(struct net *net, const struct options *o, unsigned n);
void users_signin(struct user *users, unsigned n, unsigned conc);
void users_leave(struct user *users, unsigned n);

#endif
