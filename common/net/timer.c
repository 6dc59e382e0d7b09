/* SPDX-License-Identifier: MIT */
#include "common/net/timer.h"

enum {
	SLOT_BITS = 6,
	SLOT_MASK = TIMER_SLOTS - 1
};

void
timer_wheel_init(struct timer_wheel *w, uint64_t now_ms)
{
	w->tick = now_ms / TIMER_TICK_MS;
	for (unsigned level = 0; level < TIMER_LEVELS; level++) {
		w->used[level] = 0;
		for (unsigned i = 0; i < TIMER_SLOTS; i++)
			list_init(&w->slots[level][i]);
	}
}

/* Where a timer due at tick t->due (now or later) belongs. */
static void
wheel_place(struct timer_wheel *w, struct timer *t)
{
	const unsigned top = TIMER_LEVELS - 1;
	uint64_t slot = 0;
	unsigned level;

	for (level = 0; level <= top; level++) {
		unsigned shift = level * SLOT_BITS;

		slot = t->due >> shift;
		if (slot - (w->tick >> shift) < TIMER_SLOTS)
			break;
	}
	if (level > top) {
		/* beyond the wheel: looked at again when it comes round */
		level = top;
		slot = (w->tick >> (top * SLOT_BITS)) + TIMER_SLOTS - 1;
	}
	slot &= SLOT_MASK;
	list_push(&w->slots[level][slot], &t->node);
	w->used[level] |= UINT64_C(1) << slot;
}

void
timer_wheel_add(struct timer_wheel *w, struct timer *t, uint64_t due_ms)
{
	t->due = due_ms / TIMER_TICK_MS + (due_ms % TIMER_TICK_MS != 0);
	if (t->due <= w->tick)
		t->due = w->tick + 1;
	wheel_place(w, t);
}

/* The next tick at which a slot of this level must be emptied. */
static uint64_t
level_next(struct timer_wheel *w, unsigned level)
{
	unsigned shift = level * SLOT_BITS;
	uint64_t base = w->tick >> shift;

	for (unsigned ahead = 1; ahead < TIMER_SLOTS;) {
		unsigned slot = (unsigned)((base + ahead) & SLOT_MASK);
		uint64_t bits = w->used[level] >> slot;

		if (bits == 0) {
			/* nothing up to the last slot: go on at the first */
			ahead += TIMER_SLOTS - slot;
			continue;
		}
		ahead += (unsigned)__builtin_ctzll(bits);
		slot = (unsigned)((base + ahead) & SLOT_MASK);
		if (ahead >= TIMER_SLOTS)
			break;
		if (!list_empty(&w->slots[level][slot]))
			return (base + ahead) << shift;
		w->used[level] &= ~(UINT64_C(1) << slot);
	}
	return UINT64_MAX;
}

static uint64_t
wheel_next_tick(struct timer_wheel *w)
{
	uint64_t next = UINT64_MAX;

	for (unsigned level = 0; level < TIMER_LEVELS; level++) {
		uint64_t tick =
		    w->used[level] ? level_next(w, level) : UINT64_MAX;

		if (tick < next)
			next = tick;
	}
	return next;
}

uint64_t
timer_wheel_next(struct timer_wheel *w)
{
	uint64_t tick = wheel_next_tick(w);

	return tick == UINT64_MAX ? tick : tick * TIMER_TICK_MS;
}

static void
slot_take(struct timer_wheel *w, unsigned level, struct list *out)
{
	unsigned shift = level * SLOT_BITS;
	unsigned slot = (unsigned)((w->tick >> shift) & SLOT_MASK);

	list_init(out);
	list_splice(out, &w->slots[level][slot]);
	w->used[level] &= ~(UINT64_C(1) << slot);
}

/* w->tick has just been reached. */
static void
wheel_tick(struct timer_wheel *w)
{
	struct list due;

	for (unsigned level = TIMER_LEVELS - 1; level > 0; level--) {
		uint64_t below = (UINT64_C(1) << (level * SLOT_BITS)) - 1;

		if ((w->tick & below) != 0)
			continue;
		slot_take(w, level, &due);
		LIST_EACH(node, &due) {
			list_remove(node);
			wheel_place(w, CONTAINER_OF(node, struct timer, node));
		}
	}
	slot_take(w, 0, &due);
	while (!list_empty(&due)) {
		struct timer *t = CONTAINER_OF(due.next, struct timer, node);

		list_remove(&t->node);
		t->fire(t);
	}
}

void
timer_wheel_advance(struct timer_wheel *w, uint64_t now_ms)
{
	uint64_t target = now_ms / TIMER_TICK_MS;
	uint64_t next;

	if (target <= w->tick)
		return;
	while ((next = wheel_next_tick(w)) <= target) {
		w->tick = next;
		wheel_tick(w);
	}
	w->tick = target;
}

void
timer_stop(struct timer *t)
{
	list_remove(&t->node);
}
