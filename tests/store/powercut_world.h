/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_POWERCUT_WORLD_H
#define NUDGE_POWERCUT_WORLD_H
/* The database as it should be, beside the one that is. */
#include "tests/store/store_rig.h"

enum {
	PEOPLE = 8,
	GROUPS = 4
};

/* a@x and so on; account i is number i + 1. */
extern const char *const powercut_people[PEOPLE];

/* A stamp is the number of a change, 0: none. */
struct world {
	uint64_t account[PEOPLE];
	uint64_t contact[PEOPLE][PEOPLE];
	uint64_t trace[PEOPLE][PEOPLE]; /* of a deleted contact */
	uint64_t card[PEOPLE];
	uint64_t group[PEOPLE][GROUPS];
	uint64_t report[PEOPLE]; /* one each, which stays */
	uint64_t author[PEOPLE]; /* of that; 0: deleted since */
};

/* One change of the workload, to be played on a world again. */
struct deed {
	enum store_change_kind kind;
	unsigned who;
	unsigned whom; /* contact or group */
	bool last;     /* of a turn */
	uint64_t stamp;
};

/* Plays it on the world. */
void powercut_world_apply(struct world *w, const struct deed *d);
/* What the store answers, as a world. */
void powercut_world_load(struct store_rig *rig, struct world *w);

#endif
