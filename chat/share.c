/* SPDX-License-Identifier: MIT */
/*
 * Who opened the rooms there are.  A person, its network (IPv4 /24, IPv6 /56)
 * and the /48 of that may each have opened so many; of the rooms that are left
 * none may take more than it leaves.  So whoever opens hundreds is refused, and
 * not whoever comes next.
 */
#include "chat/room.h"
#include "common/base/panic.h"

#include <stdlib.h>

enum {
	FEW = 10,        /* may be had while there is a room at all */
	PERSON_MAX = 20, /* whatever there is */
	SITE_TIMES = 4,  /* as much as one network: a /48 */
	KEY_MAX_BYTES = GK_IDENTITY + 1
};

struct share {
	struct map_node node; /* chat->shares */
	unsigned n;           /* rooms; never 0 */
	size_t key_n;
	char key[KEY_MAX_BYTES];
};

struct slice
share_key(const struct map_node *node)
{
	const struct share *s = (const void *)node;

	return slice_make(s->key, s->key_n);
}

static size_t
make_key(char *out, char kind, const void *bytes, size_t n)
{
	out[0] = kind;
	memcpy(out + 1, bytes, n);
	return n + 1;
}

/* The key of this kind, or 0 bytes: it is not counted. */
static size_t
key_of(const struct user *u, enum share_kind kind, char *out)
{
	const struct addr *a = &u->link->peer;
	bool counted = a->family != 0 && !addr_is_loopback(a);

	switch (kind) {
	case SHARE_PERSON:
		/* that of an ordinary program is an address */
		if (u->kind != KIND_GUEST && u->kind != KIND_MEMBER)
			return 0;
		return make_key(out, 'p', u->id, strlen(u->id));
	case SHARE_NETWORK:
		if (!counted)
			return 0;
		return a->family == 4 ? make_key(out, '4', a->ip, 3)
				      : make_key(out, '6', a->ip, 7);
	case SHARE_SITE:
		return counted && a->family != 4 ? make_key(out, 's', a->ip, 6)
						 : 0;
	case SHARES:
		break;
	}
	return 0;
}

static struct share *
find(const struct chat *chat, const char *key, size_t n)
{
	struct map_node *node = map_get(&chat->shares, slice_make(key, n));

	return node ? CONTAINER_OF(node, struct share, node) : NULL;
}

static size_t
most(const struct chat *chat, enum share_kind kind)
{
	size_t cap = chat->cfg.network_rooms;
	size_t left = chat->rooms.count < chat->cfg.max_rooms
	    ? chat->cfg.max_rooms - chat->rooms.count
	    : 0;

	if (kind == SHARE_PERSON)
		return PERSON_MAX;
	if (cap > 0 && kind == SHARE_SITE)
		cap *= SITE_TIMES;
	if (cap > 0)
		left = size_min(left, cap);
	return left > FEW ? left : FEW;
}

bool
share_allows(const struct user *u)
{
	char key[KEY_MAX_BYTES];

	for (unsigned i = 0; i < SHARES; i++) {
		size_t n = key_of(u, (enum share_kind)i, key);
		const struct share *s = n > 0 ? find(u->chat, key, n) : NULL;

		if (s != NULL && s->n >= most(u->chat, (enum share_kind)i))
			return false;
	}
	return true;
}

void
share_take(struct room *r, const struct user *u)
{
	char key[KEY_MAX_BYTES];

	for (unsigned i = 0; i < SHARES; i++) {
		size_t n = key_of(u, (enum share_kind)i, key);
		struct share *s = n > 0 ? find(r->chat, key, n) : NULL;

		if (n == 0)
			continue;
		if (s == NULL) {
			s = mem_alloc(sizeof(*s));
			memcpy(s->key, key, n);
			s->key_n = n;
			map_put(&r->chat->shares, &s->node);
		}
		s->n++;
		r->shares[i] = s;
	}
}

void
share_release(struct room *r)
{
	for (unsigned i = 0; i < SHARES; i++) {
		struct share *s = r->shares[i];

		r->shares[i] = NULL;
		if (s == NULL || --s->n > 0)
			continue;
		map_remove(&r->chat->shares, &s->node);
		free(s);
	}
}
