/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_RESULT_H
#define NUDGE_RESULT_H

enum result {
#define RESULT(name, text) RESULT_##name,
#include "core/result.def"
#undef RESULT
	RESULTS
};

/* "no such account" and so on. */
const char *result_text(enum result r);

#endif
