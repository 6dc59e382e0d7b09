/* SPDX-License-Identifier: MIT */
/* The Authorization header of the login server. */
#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "nexus/passport.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct slice s)
{
	if (s.p == NULL)
		return;
	ASSERT(utf8_valid(s));
	for (size_t i = 0; i < s.n; i++)
		ASSERT((unsigned char)s.p[i] >= ' ' && s.p[i] != 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct passport_request rq;
	enum passport_verdict v;
	struct arena arena;

	arena_init(&arena, 64 * 1024);
	v = passport_parse(slice_make(data, size), &arena, &rq);
	if (v == PASSPORT_OK) {
		check(rq.sign_in);
		check(rq.password);
		check(rq.seal);
	}
	ASSERT(v != PASSPORT_OK || size <= PASSPORT_HEADER_MAX);
	passport_wipe(&rq);
	arena_free(&arena);
	return 0;
}
