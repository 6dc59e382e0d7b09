/* SPDX-License-Identifier: MIT */
#include "common/net/work_turns.h"

#include "common/base/panic.h"

#include <stdlib.h>

enum {
	STRANGERS,
	KNOWN,
	LANES,
	/* work after which what was done counts half: so few are remembered */
	HALF_LIFE = 256
};

/* One of those who take turns; its own shares, or its work, take turns too. */
struct share {
	struct list node; /* among its like; of equals the first comes next */
	uint64_t key;
	unsigned count; /* of work in it */
	unsigned done;  /* for it, lately */
	struct list inside;
};

static struct share *
share_new(uint64_t key)
{
	struct share *s = mem_alloc(sizeof(*s));

	s->key = key;
	list_init(&s->inside);
	return s;
}

/* Nothing waits in it. */
static void
share_free(struct share *s, int level)
{
	ASSERT(s->count == 0);
	while (level < WORK_LEVELS && !list_empty(&s->inside))
		share_free(CONTAINER_OF(s->inside.next, struct share, node),
		    level + 1);
	ASSERT(list_empty(&s->inside));
	list_remove(&s->node);
	free(s);
}

/* Whose work of late comes to nothing is forgotten. */
static void
share_halve(struct share *in, int level)
{
	struct list *next;

	if (level == WORK_LEVELS)
		return;
	for (struct list *it = in->inside.next; it != &in->inside; it = next) {
		struct share *s = CONTAINER_OF(it, struct share, node);

		next = it->next;
		s->done /= 2;
		if (s->done == 0 && s->count == 0)
			share_free(s, level + 1);
		else
			share_halve(s, level + 1);
	}
}

/* Who comes next in it; something waits there. */
static struct share *
share_next(const struct share *in)
{
	struct share *next = NULL;

	LIST_EACH(it, &in->inside) {
		struct share *s = CONTAINER_OF(it, struct share, node);

		if (s->count > 0 && (next == NULL || s->done < next->done))
			next = s;
	}
	ASSERT(next != NULL);
	return next;
}

static struct share *
share_find(const struct share *in, uint64_t key)
{
	LIST_EACH(it, &in->inside) {
		struct share *s = CONTAINER_OF(it, struct share, node);

		if (s->key == key)
			return s;
	}
	return NULL;
}

void
turns_init(struct turns *t)
{
	*t = (struct turns){ 0 };
	for (int i = 0; i < LANES; i++)
		t->lanes[i] = share_new(0);
}

void
turns_free(struct turns *t)
{
	for (int i = 0; i < LANES; i++)
		share_free(t->lanes[i], 0);
}

void
turns_add(struct turns *t, struct work *w)
{
	struct share *s = t->lanes[w->from.known ? KNOWN : STRANGERS];

	t->count++;
	s->count++;
	for (int level = 0; level < WORK_LEVELS; level++) {
		struct share *next = share_find(s, w->from.key[level]);

		if (next == NULL) {
			next = share_new(w->from.key[level]);
			list_push(&s->inside, &next->node);
		}
		s = next;
		s->count++;
	}
	list_push(&s->inside, &w->node);
}

/* One work goes from each share on the way, the innermost last. */
static struct work *
take(struct turns *t, struct share *way[WORK_LEVELS + 1], bool last)
{
	struct share *inner = way[WORK_LEVELS];
	struct list *at = last ? inner->inside.prev : inner->inside.next;
	struct work *w = CONTAINER_OF(at, struct work, node);

	list_remove(&w->node);
	t->count--;
	way[0]->count--;
	for (int level = WORK_LEVELS; level > 0; level--)
		way[level]->count--;
	return w;
}

struct work *
turns_next(struct turns *t)
{
	struct share *way[WORK_LEVELS + 1];
	int lane = t->known_next ? KNOWN : STRANGERS;

	ASSERT(t->count > 0);
	if (t->lanes[lane]->count == 0)
		lane = lane == KNOWN ? STRANGERS : KNOWN;
	t->known_next = lane == STRANGERS;
	way[0] = t->lanes[lane];
	for (int level = 1; level <= WORK_LEVELS; level++) {
		way[level] = share_next(way[level - 1]);
		way[level]->done++;
		/* equals take turns */
		list_remove(&way[level]->node);
		list_push(&way[level - 1]->inside, &way[level]->node);
	}
	if (++t->done % HALF_LIFE == 0)
		for (int i = 0; i < LANES; i++)
			share_halve(t->lanes[i], 0);
	return take(t, way, false);
}

/* ---- giving way ---- */

static struct share *
greediest(const struct share *in)
{
	struct share *most = NULL;

	LIST_EACH(it, &in->inside) {
		struct share *s = CONTAINER_OF(it, struct share, node);

		if (most == NULL || s->count > most->count)
			most = s;
	}
	return most;
}

struct work *
turns_give_way(struct turns *t, const struct work *w)
{
	struct share *way[WORK_LEVELS + 1];
	struct share *own = t->lanes[w->from.known ? KNOWN : STRANGERS];
	bool clear = false;

	way[0] = own;
	/* half of the room is for who is known, if they need it */
	if (w->from.known && t->lanes[STRANGERS]->count > own->count) {
		way[0] = t->lanes[STRANGERS];
		clear = true;
	}
	for (int level = 1; level <= WORK_LEVELS; level++) {
		struct share *most = greediest(way[level - 1]);
		struct share *mine = clear
		    ? NULL
		    : share_find(way[level - 1], w->from.key[level - 1]);

		if (most == NULL || most->count == 0)
			return NULL;
		way[level] = most;
		if (clear || most == mine)
			continue;
		/* not to and fro among equals */
		if (most->count <= (mine ? mine->count : 0) + 1)
			return NULL;
		clear = true;
	}
	return clear ? take(t, way, true) : NULL;
}
