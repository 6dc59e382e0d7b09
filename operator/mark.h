/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MARK_H
#define NUDGE_MARK_H
/*
 * Is this the database that the folder had last?  Database and folder have the
 * same random mark, and get another one at each start and each end.  With an
 * older database in its place, by "nudgectl restore" or by hand, they differ:
 * then numbers and passwords may be those of another time, and no ticket that
 * was given before may open anything.
 */
#include "common/base/env.h"
#include "core/store/store.h"

#define MARK_FILE "nudge.mark"

/*
 * *other: they differ.  A folder and a database that both have none are of one
 * another, as those of the versions before.  0, or -1 when the store cannot be
 * asked.
 */
int mark_look(struct store *s, const char *folder, bool *other);
/* Another one for both.  What cannot be written is logged, and stays. */
void mark_renew(struct store *s, const char *folder, const struct env *env);

#endif
