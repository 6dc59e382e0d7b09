/* SPDX-License-Identifier: MIT */
/* A password is nowhere in this process once its question was answered. */
#include "common/base/panic.h"
#include "tests/unit/upstream_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	CANARY = 24,
	CHUNK = 1 << 20,
	LARGEST = 1 << 28 /* beyond is what a sanitizer keeps of memory */
};

/* XORed, so that it stands nowhere but where it is used. */
static const unsigned char hidden[CANARY] = { 0x3a, 0x11, 0x5c, 0x77, 0x21,
	0x45, 0x33, 0x60, 0x1f, 0x2e, 0x3d, 0x4c, 0x5b, 0x6a, 0x79, 0x12, 0x23,
	0x34, 0x45, 0x56, 0x67, 0x78, 0x19, 0x2a };

static char
canary_at(size_t i)
{
	return (char)('a' + (hidden[i] * 7 + i) % 26);
}

static bool
is_canary(const char *p)
{
	size_t i = 0;

	while (i < CANARY && p[i] == canary_at(i))
		i++;
	return i == CANARY;
}

/* How often it stands in a part of memory; the copy looked at is wiped. */
static unsigned
count_in(int mem, unsigned long from, unsigned long to, char *chunk)
{
	unsigned found = 0;

	while (from + CANARY <= to) {
		size_t want = to - from < CHUNK ? to - from : CHUNK;
		ssize_t n = pread(mem, chunk, want, (off_t)from);

		if (n < CANARY)
			break;
		for (size_t i = 0; i + CANARY <= (size_t)n; i++)
			found += is_canary(chunk + i);
		mem_wipe(chunk, (size_t)n);
		from += (size_t)n - CANARY + 1;
	}
	return found;
}

/* Everything that can be written but this thread's own eyes. */
static unsigned
count_everywhere(void)
{
	static char chunk[CHUNK];
	FILE *maps = fopen("/proc/self/maps", "r");
	FILE *mem = fopen("/proc/self/mem", "r");
	char line[512], mode[8];
	unsigned long from, to;
	unsigned found = 0;

	assert_non_null(maps);
	assert_non_null(mem);
	while (fgets(line, sizeof(line), maps) != NULL)
		if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) == 3 &&
		    mode[0] == 'r' && mode[1] == 'w' && to - from < LARGEST &&
		    ((unsigned long)chunk < from || (unsigned long)chunk >= to))
			found += count_in(fileno(mem), from, to, chunk);
	(void)fclose(maps);
	(void)fclose(mem);
	return found;
}

static void
wipe_buf(struct buf *b)
{
	if (b->p != NULL)
		mem_wipe(b->p, b->cap);
}

/* covers: real-accounts 13 #23 */
static void
no_password_stays_in_memory(void **state)
{
	struct upstream_world *w = *state;
	char *password = mem_alloc(CANARY + 1);

	for (size_t i = 0; i < CANARY; i++)
		password[i] = canary_at(i);
	assert_int_equal(count_everywhere(), 1);
	scripted_answer(&w->server, "200 OK", slice_text(UPSTREAM_SIGNED_IN));
	assert_int_equal(upstream_world_ask(w, password), ELSEWHERE_GOOD);
	scripted_answer(&w->server, "200 OK", slice_text(UPSTREAM_REFUSED));
	assert_int_equal(upstream_world_ask(w, password), ELSEWHERE_WRONG);
	assert_true(upstream_world_heard(w, password));
	/* what the other side heard is its own matter */
	wipe_buf(&w->server.last);
	for (size_t i = 0; i < SCRIPTED_CONNS; i++)
		wipe_buf(&w->server.conns[i].got);
	assert_int_equal(count_everywhere(), 1);
	mem_wipe(password, CANARY);
	free(password);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_password_stays_in_memory,
		    upstream_world_make, upstream_world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
