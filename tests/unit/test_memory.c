/* SPDX-License-Identifier: MIT */
/* What happens when the system has no memory for us. */
#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/panic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	MIB = 1024 * 1024,
	RESERVE = 8 * MIB,
	ROOM = 12 * MIB, /* beyond what there is: the reserve, and little */
	PIECE = 64 * 1024,
};

/* The address sanitizer has all of the address space for itself. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LIMITED 0
#else
#define LIMITED 1
#endif

static rlim_t
address_space(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%lu", &pages), 1);
	(void)fclose(f);
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void
limit(rlim_t bytes)
{
	struct rlimit r;

	assert_int_equal(getrlimit(RLIMIT_AS, &r), 0);
	r.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_AS, &r), 0);
}

/* In a process of its own: what it does must not abort. */
static void
survives(void (*deed)(void))
{
	int status;
	pid_t child;

	if (!LIMITED)
		skip();
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		mem_reserve(RESERVE);
		limit(address_space() + ROOM);
		deed();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* A child's complaint is its status. */
#define MUST(cond)                \
	do {                      \
		if (!(cond))      \
			_exit(1); \
	} while (0)

static void
too_long_a_body(void)
{
	struct buf b = BUF_INIT((size_t)1 << 30);
	static char piece[PIECE];

	for (int i = 0; i < 1024 && buf_ok(&b); i++)
		buf_add(&b, piece, PIECE);
	MUST(!buf_ok(&b) && b.n >= MIB);
	MUST(mem_is_short());
	/* what is small is still served, by what the reserve was */
	for (int i = 0; i < 100; i++)
		MUST(mem_alloc(1000) != NULL);
	MUST(!mem_recover() || !mem_is_short());
	buf_free(&b);
	MUST(mem_recover() && !mem_is_short());
}

static void
too_large_an_arena(void)
{
	struct arena a;
	unsigned n = 0;

	arena_init(&a, (size_t)1 << 30);
	while (n < 100000 && arena_alloc(&a, PIECE) != NULL)
		n++;
	MUST(n > 0 && n < 100000 && mem_is_short());
	arena_free(&a);
	MUST(mem_recover());
}

static void
a_buffer_that_finds_no_memory_says_so(void **state)
{
	(void)state;
	survives(too_long_a_body);
}

static void
an_arena_that_finds_no_memory_says_so(void **state)
{
	(void)state;
	survives(too_large_an_arena);
}

static void
without_a_shortage_there_is_nothing_to_recover(void **state)
{
	(void)state;
	mem_reserve(RESERVE);
	assert_false(mem_is_short());
	assert_true(mem_recover());
	mem_reserve(0);
	assert_false(mem_is_short());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffer_that_finds_no_memory_says_so),
		cmocka_unit_test(an_arena_that_finds_no_memory_says_so),
		cmocka_unit_test(
		    without_a_shortage_there_is_nothing_to_recover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
