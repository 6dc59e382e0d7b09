/* SPDX-License-Identifier: MIT */
/*
 * Handshakes and records with something changed: NUDGE_MUTANTS of them (600),
 * from NUDGE_SEED on.  Nothing breaks, nothing leaks, nothing hangs, and what
 * was changed where it counts is not believed.
 */
#include "tests/unit/old_world.h"

#include "common/base/panic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
	MUTANTS = 600,
	SPARE = 64, /* behind what old_world gives to tamper */
	HEADER = 5,
};

static struct old_world world;
static struct oldclient client;
static uint64_t dice_state;

static uint32_t
dice(uint32_t sides)
{
	dice_state = dice_state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(dice_state >> 33) % sides;
}

enum change {
	FLIP,
	NOISE,
	CUT,
	GROW,
	LENGTH,
	HEAD,
	SWALLOW,
	CHANGES
};

struct mutation {
	enum change change;
	int record; /* of what the client sends, from 0 */
	int seen;
	bool done;
	bool vital; /* nobody may be told that all is well */
};

static void
change_some(struct mutation *m, unsigned char *p, size_t *n)
{
	switch (m->change) {
	case FLIP:
		p[dice((uint32_t)*n)] ^= (unsigned char)(1u << dice(8));
		break;
	case NOISE:
		for (uint32_t i = dice(16) + 1; i > 0; i--)
			p[dice((uint32_t)*n)] = (unsigned char)dice(256);
		break;
	case CUT:
		*n = dice((uint32_t)*n);
		break;
	case GROW:
		for (uint32_t i = dice(SPARE); i > 0; i--)
			p[(*n)++] = (unsigned char)dice(256);
		break;
	case LENGTH:
		p[dice(2) + (p[0] & 0x80 ? 0 : 3)] = (unsigned char)dice(256);
		break;
	case HEAD:
		p[dice(HEADER)] = (unsigned char)dice(256);
		break;
	case SWALLOW:
		*n = 0;
		break;
	case CHANGES:
		break;
	}
}

/*
 * A bit of a body is always noticed; but SSL 3.0 does not look at padding,
 * which a record in a block cipher may have anything of.
 */
static bool
is_vital(const struct mutation *m, const unsigned char *was,
    const unsigned char *is, size_t n)
{
	size_t from = was[0] & 0x80 ? 2 : HEADER;

	if (m->change == SWALLOW || m->change == CUT)
		return true;
	if (m->change != FLIP || n <= from)
		return false;
	return memcmp(was + from, is + from, n - from) != 0 &&
	    (client.chosen != 0x0300 || client.suite < 0x000a ||
		!client.out.on);
}

static void
mutate(struct old_world *w, unsigned char *p, size_t *n)
{
	struct mutation *m = w->tamper_ctx;
	unsigned char *was;
	size_t before = *n;

	if (m->seen++ != m->record || before == 0)
		return;
	was = mem_alloc(before);
	memcpy(was, p, before);
	change_some(m, p, n);
	m->done = true;
	m->vital = is_vital(m, was, p, before);
	free(was);
}

static void
choose(void)
{
	static const uint16_t suites[] = { 4, 5, 0x0a, 0x2f, 0x35, 0xc013,
		0xc014 };
	static const unsigned groups[] = { 0, 23, 24, 29 };
	uint32_t n = dice(4);

	client.v2 = dice(2) == 0;
	client.version = 0x0300 + dice(4);
	memset(client.suites, 0, sizeof(client.suites));
	for (uint32_t i = 0; i <= n; i++)
		client.suites[i] = suites[dice(ARRAY_LEN(suites))];
	client.resume = dice(3) == 0;
	client.extend = dice(2) == 0;
	client.group = groups[dice(ARRAY_LEN(groups))];
	client.wrong =
	    dice(8) == 0 ? (enum old_wrong)dice(OLD_WRONGS) : OLD_WRONG_NOTHING;
	world.cut = dice(4) == 0 ? dice(40) + 1 : 0;
}

/* On a connection that is open: records with the right keys, or bytes. */
static void
babble(void)
{
	unsigned char p[512];
	uint32_t n = dice(sizeof(p));

	for (uint32_t i = 0; i < n; i++)
		p[i] = (unsigned char)dice(256);
	if (dice(3) > 0)
		(void)oldclient_record(&client, (unsigned char)(19 + dice(6)),
		    p, n);
	else
		old_world_feed(&world, p, n);
}

static void
one_mutant(void)
{
	struct mutation m = { (enum change)dice(CHANGES), (int)dice(6), 0,
		false, false };
	bool open;

	choose();
	world.tamper = mutate;
	world.tamper_ctx = &m;
	open = old_world_open(&world, &client);
	/* Who resumes speaks last, and does not know what became of it. */
	if (open && client.resumed)
		open = tls_old_write(world.engine, SLICE_LIT("?"));
	if (open && m.done && m.vital)
		fail_msg("change %d of record %d was believed", (int)m.change,
		    m.record);
	assert_true(!open || client.wrong == OLD_WRONG_NOTHING ||
	    client.resumed || client.suite >= 0xc000);
	for (uint32_t i = dice(4); open && i > 0; i--)
		babble();
	assert_in_range(-world.rc, 0, -TLS_OLD_NO_SUITE);
	if (world.rc == TLS_OLD_FAILED)
		assert_false(tls_old_write(world.engine, SLICE_LIT("x")));
}

static uint64_t
number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static void
mutants_of_handshakes_and_records_break_nothing(void **state)
{
	uint64_t many = number("NUDGE_MUTANTS", MUTANTS);
	uint64_t seed = number("NUDGE_SEED", 1);

	(void)state;
	old_world_init(&world);
	oldclient_init(&client);
	for (uint64_t i = 0; i < many; i++) {
		dice_state = seed + i;
		(void)dice(1);
		one_mutant();
	}
	printf("%llu mutants from seed %llu on\n", (unsigned long long)many,
	    (unsigned long long)seed);
	oldclient_free(&client);
	old_world_free(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    mutants_of_handshakes_and_records_break_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
