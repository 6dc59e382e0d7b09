/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_sessions.h"

#include "common/base/panic.h"

#include <pthread.h>
#include <stdlib.h>

struct kept {
	struct tls_old_session session;
	uint64_t since;
	bool used;
};

struct tls_old_sessions {
	pthread_mutex_t lock;
	struct kept *ring; /* NULL until there is one */
	size_t most;
	size_t next; /* the oldest */
	uint64_t life;
};

struct tls_old_sessions *
tls_old_sessions_new(size_t most, uint64_t life)
{
	struct tls_old_sessions *all = mem_alloc(sizeof(*all));

	ASSERT(pthread_mutex_init(&all->lock, NULL) == 0);
	all->most = most;
	all->life = life;
	return all;
}

void
tls_old_sessions_free(struct tls_old_sessions *all)
{
	if (all == NULL)
		return;
	if (all->ring != NULL)
		mem_wipe(all->ring, all->most * sizeof(*all->ring));
	free(all->ring);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

void
tls_old_sessions_keep(struct tls_old_sessions *all,
    const struct tls_old_session *s, uint64_t now)
{
	pthread_mutex_lock(&all->lock);
	if (all->ring == NULL)
		all->ring = mem_alloc_array(all->most, sizeof(*all->ring));
	all->ring[all->next] = (struct kept){ *s, now, true };
	all->next = (all->next + 1) % all->most;
	pthread_mutex_unlock(&all->lock);
}

/* Ids are public: they go over the wire in the clear. */
static struct kept *
kept_find(struct tls_old_sessions *all, struct slice id)
{
	if (id.n != TLS_OLD_SESSION_ID || all->ring == NULL)
		return NULL;
	for (size_t i = 0; i < all->most; i++)
		if (all->ring[i].used &&
		    memcmp(all->ring[i].session.id, id.p, id.n) == 0)
			return &all->ring[i];
	return NULL;
}

bool
tls_old_sessions_find(struct tls_old_sessions *all, struct slice id,
    uint16_t version, uint64_t now, struct tls_old_session *found)
{
	struct kept *k;
	bool good;

	pthread_mutex_lock(&all->lock);
	k = kept_find(all, id);
	if (k != NULL && now - k->since > all->life) {
		mem_wipe(k, sizeof(*k));
		k = NULL;
	}
	good = k != NULL && k->session.version == version;
	if (good)
		*found = k->session;
	pthread_mutex_unlock(&all->lock);
	return good;
}

void
tls_old_sessions_forget(struct tls_old_sessions *all, struct slice id)
{
	struct kept *k;

	pthread_mutex_lock(&all->lock);
	k = kept_find(all, id);
	if (k != NULL)
		mem_wipe(k, sizeof(*k));
	pthread_mutex_unlock(&all->lock);
}
