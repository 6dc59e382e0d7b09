/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SOAP_LOCKKEY_H
#define NUDGE_SOAP_LOCKKEY_H
/*
 * The lock key: a program proves which product it is by answering a challenge
 * with the product's own key (ns-modern 3.12, soap 5.3).
 */
#include "common/base/slice.h"

enum {
	LOCKKEY_TEXT = 32,
	LOCKKEY_CHALLENGE = 20, /* digits */
	LOCKKEY_CHALLENGE_MAX = 64
};

/*
 * The answer, lower-case hex without a NUL; false when nothing is known of
 * this product.
 */
bool lockkey_answer(struct slice challenge, struct slice product,
    char out[LOCKKEY_TEXT]);
/*
 * Is this key right?  That of a product nobody knows is; no key at all never
 * is.
 */
bool
lockkey_good(struct slice challenge, struct slice product, struct slice key);

#endif
