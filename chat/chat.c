/* SPDX-License-Identifier: MIT */
#include "chat/chat.h"

#include "chat/staff.h"
#include "chat/watcher.h"
#include "common/base/panic.h"
#include "common/codec/digest.h"
#include "core/keep.h"

#include <stdlib.h>

enum {
	SCRATCH_MAX = 64 * 1024,
	ARENA_MAX = 256 * 1024
};

static struct slice
nick_key(const struct map_node *node)
{
	const struct user *u = (const void *)node;

	return slice_make(u->folded, u->nick_n);
}

static struct slice
room_key(const struct map_node *node)
{
	const struct room *r = (const void *)node;

	return slice_make(r->folded, r->name_n);
}

static void
restore(void *ctx, const struct kept *k)
{
	room_restore(ctx, k);
}

/* The same in every run: bans that are kept go by what is made of it. */
static void
make_seed(const struct core *c, uint64_t seed[2])
{
	const struct slice what = SLICE_LIT("chat address");
	unsigned char mac[SHA256_BYTES];

	digest_hmac_sha256(slice_make(c->seal_key, sizeof(c->seal_key)), &what,
	    1, mac);
	memcpy(seed, mac, 2 * sizeof(*seed));
}

/* Whoever has not the account any more that it came with. */
static void
end_stale(struct deferred *d)
{
	struct chat *chat = CONTAINER_OF(d, struct chat, epochs);

	LIST_EACH(it, &chat->users) {
		struct user *u = CONTAINER_OF(it, struct user, node);

		if (u->state != USER_ENDED && user_is_stale(u))
			user_end_error(u, CLOSE_ACCOUNT_GONE,
			    "Account changed");
	}
}

struct chat *
chat_new(struct core *c, const struct chat_config *cfg)
{
	struct chat *chat = mem_alloc(sizeof(*chat));
	unsigned char seed[16];

	chat->core = c;
	chat->loop = c->loop;
	chat->cfg = *cfg;
	chat->failures = penalty_new(c->env, 65536, 60, 60);
	list_init(&chat->users);
	list_init(&chat->watchers);
	env_random(c->env, seed, sizeof(seed));
	map_init(&chat->nicks, nick_key, seed);
	env_random(c->env, seed, sizeof(seed));
	map_init(&chat->rooms, room_key, seed);
	env_random(c->env, seed, sizeof(seed));
	map_init(&chat->shares, share_key, seed);
	make_seed(c, chat->seed);
	buf_init(&chat->scratch, SCRATCH_MAX);
	arena_init(&chat->arena, ARENA_MAX);
	chat->epochs.run = end_stale;
	c->epochs = &chat->epochs;
	chat->network = room_unlisted(chat);
	command_rows_index(chat->verbs);
	keep_restore(c, KEEP_ROOM, restore, chat);
	return chat;
}

void
chat_config_set(struct chat *chat, const struct chat_config *cfg)
{
	chat->cfg = *cfg;
	LIST_EACH(it, &chat->users)
		staff_look(CONTAINER_OF(it, struct user, node));
	watcher_tell(chat, SEEN_SERVER, SLICE_LIT(CHAT_SERVER),
	    "RELOAD " CHAT_SERVER);
}

static bool
free_room(struct map_node *node, void *ctx)
{
	(void)ctx;
	room_free(CONTAINER_OF(node, struct room, node));
	return true;
}

void
chat_free(struct chat *chat)
{
	ASSERT(list_empty(&chat->users));
	deferred_cancel(&chat->epochs);
	chat->core->epochs = NULL;
	map_each(&chat->rooms, free_room, NULL);
	room_free(chat->network);
	penalty_free(chat->failures);
	map_free(&chat->rooms);
	map_free(&chat->shares);
	map_free(&chat->nicks);
	buf_free(&chat->scratch);
	arena_free(&chat->arena);
	free(chat->spare);
	free(chat);
}

void
chat_drain(struct chat *chat)
{
	watcher_tell(chat, SEEN_SERVER, SLICE_LIT(CHAT_SERVER),
	    "DRAIN " CHAT_SERVER);
	LIST_EACH(it, &chat->users) {
		struct user *u = CONTAINER_OF(it, struct user, node);

		user_end_error(u, CLOSE_DRAIN, "Server shutdown");
	}
}

void
chat_end_from(struct chat *chat, const struct subnet *from)
{
	LIST_EACH(it, &chat->users) {
		struct user *u = CONTAINER_OF(it, struct user, node);

		if (subnet_has(from, &u->link->peer))
			user_end_error(u, CLOSE_BANNED, "Banned");
	}
}

size_t
chat_connections(const struct chat *chat)
{
	return chat->nusers;
}

size_t
chat_rooms(const struct chat *chat)
{
	return chat->rooms.count;
}
