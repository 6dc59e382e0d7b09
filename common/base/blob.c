/* SPDX-License-Identifier: MIT */
#include "common/base/blob.h"

#include "common/base/panic.h"

#include <stdlib.h>

struct blob *
blob_new(const void *p, size_t n)
{
	struct blob *b;

	ASSERT(n <= UINT32_MAX - sizeof(*b));
	b = mem_realloc_array(NULL, sizeof(*b) + n, 1);
	b->refs = 1;
	b->n = (uint32_t)n;
	if (n > 0)
		memcpy(b->p, p, n);
	return b;
}

struct blob *
blob_ref(struct blob *b)
{
	ASSERT(b->refs > 0 && b->refs < UINT32_MAX);
	b->refs++;
	return b;
}

void
blob_unref(struct blob *b)
{
	if (b == NULL)
		return;
	ASSERT(b->refs > 0);
	if (--b->refs == 0)
		free(b);
}
