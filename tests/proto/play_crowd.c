/* SPDX-License-Identifier: MIT */
#include "tests/proto/play.h"

struct crowd *
world_crowd(struct world *w, unsigned ceiling)
{
	const struct crowd_limits limits = { ceiling, 4, 5000 };
	struct crowd *c = crowd_new(world_core(w)->env, &limits);

	world_config(w)->strangers = c;
	world_chat_config(w)->strangers = c;
	world_reload(w);
	return c;
}
