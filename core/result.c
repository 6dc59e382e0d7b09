/* SPDX-License-Identifier: MIT */
#include "core/result.h"

#include <stddef.h>

const char *
result_text(enum result r)
{
	static const char *const texts[] = {
#define RESULT(name, text) text,
#include "core/result.def"
#undef RESULT
	};

	return r < RESULTS ? texts[r] : NULL;
}
