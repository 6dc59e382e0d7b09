/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BLOB_H
#define NUDGE_BLOB_H
/*
 * Immutable counted bytes: encoded once, referenced by every queue that sends
 * them.  Counts are not atomic: blobs live on the loop thread.
 */
#include "common/base/slice.h"

struct blob {
	uint32_t refs;
	uint32_t n;
	char p[];
};

/* One reference for the caller.  n is below 4 GiB. */
struct blob *blob_new(const void *p, size_t n);
struct blob *blob_ref(struct blob *b);
/* NULL is allowed. */
void blob_unref(struct blob *b);

static inline struct slice
blob_slice(const struct blob *b)
{
	return slice_make(b->p, b->n);
}

#endif
