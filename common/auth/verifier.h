/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_VERIFIER_H
#define NUDGE_VERIFIER_H
/*
 * What is remembered of passwords that were right: for an account and its
 * epoch a MAC, cut to 64 bits, which nobody guesses through a server.  One
 * array with open addressing, which grows as it fills; for common/auth alone.
 */
#include "common/base/base.h"

struct verifier {
	uint64_t account;
	uint64_t proof;
	uint32_t epoch;
	uint32_t used; /* when, in uses; 0: the place is free */
};

struct verifiers {
	struct verifier *all;
	uint32_t cap, count;
	uint32_t clock; /* the last use */
	uint32_t hand;  /* where the next to be forgotten is looked for */
	size_t max;
};

void verifiers_init(struct verifiers *v, size_t max);
void verifiers_free(struct verifiers *v);
/* NULL when nothing is known; good until the next verifier_put(). */
struct verifier *verifier_find(const struct verifiers *v, uint64_t account);
/* Put in, or replace; beyond the ceiling one that is little used goes. */
void verifier_put(struct verifiers *v, uint64_t account, uint32_t epoch,
    uint64_t proof);
/* It served. */
void verifier_used(struct verifiers *v, struct verifier *one);

#endif
