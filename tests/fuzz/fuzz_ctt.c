/* SPDX-License-Identifier: MIT */
/* Any bytes as a file of contacts: it ends, and tells no more than it may. */
#include "common/base/panic.h"
#include "web/ctt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
count(void *ctx, struct slice address)
{
	size_t *n = ctx;

	ASSERT(address.n == 0 || address.p != NULL);
	ASSERT(++*n <= CTT_CONTACTS_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	size_t n = 0;
	const char *wrong;

	arena_init(&a, 1 << 22);
	wrong = ctt_read(&a, slice_make(data, size), count, &n);
	ASSERT(wrong == NULL || n == 0 || n == CTT_CONTACTS_MAX);
	arena_free(&a);
	return 0;
}
