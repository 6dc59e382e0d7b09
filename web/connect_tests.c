/* SPDX-License-Identifier: MIT */
/*
 * The tests people run, for a few minutes.  The id names the slot, and is
 * otherwise random: nobody sees or spoils another's.
 */
#include "common/codec/hex.h"
#include "web/connect_parts.h"

#include <stdio.h>

struct connect_test *
connect_test_begin(struct connect_tests *all)
{
	struct connect_test *t = &all->tests[all->next];
	uint64_t id;

	env_random(all->env, &id, sizeof(id));
	id = id / CONNECT_TESTS * CONNECT_TESTS;
	*t = (struct connect_test){ .id = (id != 0 ? id : CONNECT_TESTS) +
		    all->next,
		.began = env_mono_ms(all->env) };
	all->next = (all->next + 1) % CONNECT_TESTS;
	return t;
}

struct connect_test *
connect_test_find(struct connect_tests *all, struct slice id)
{
	struct connect_test *t;
	uint64_t n = 0;

	if (id.n != CONNECT_ID_TEXT)
		return NULL;
	for (size_t i = 0; i < id.n; i++) {
		if (hex_value(id.p[i]) < 0)
			return NULL;
		n = n << 4 | (uint64_t)hex_value(id.p[i]);
	}
	t = &all->tests[n % CONNECT_TESTS];
	if (n == 0 || t->id != n ||
	    env_mono_ms(all->env) - t->began > CONNECT_TEST_MS)
		return NULL;
	return t;
}

void
connect_test_id(const struct connect_test *t, char out[CONNECT_ID_TEXT + 1])
{
	(void)snprintf(out, CONNECT_ID_TEXT + 1, "%016llx",
	    (unsigned long long)t->id);
}
