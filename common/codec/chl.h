/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CHL_H
#define NUDGE_CHL_H
/*
 * A program shows what it is with a digest of a challenge and of the key that
 * goes with its product id: to the notification server (CHL and QRY,
 * ns-classic 10), and as the lock key of offline messages (soap 5.3).
 */
#include "common/base/slice.h"

enum {
	CHL_DIGITS = 20, /* of a challenge */
	CHL_ANSWER = 32  /* hex digits */
};

enum chl_verdict {
	CHL_RIGHT,
	CHL_WRONG,
	CHL_UNKNOWN /* nobody knows this product's key */
};

/*
 * What a program of this product answers, with a NUL; false when its key is
 * not known.
 */
bool chl_answer(struct slice challenge, struct slice product,
    char out[CHL_ANSWER + 1]);
/*
 * second: the answer must be of the second hash.  A product of the first is
 * wrong there, and the other way round.
 */
enum chl_verdict chl_judge(struct slice challenge, struct slice product,
    struct slice answer, bool second);

#endif
