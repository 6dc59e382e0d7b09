/* SPDX-License-Identifier: MIT */
#include "common/net/link.h"

#include "common/base/panic.h"

static const char *const names[] = {
#include "close_names.inc"
};

static const struct {
	bool error;
	const char *text;
} reasons[] = {
#define CLOSE(name, is_error, sentence) { is_error, sentence },
#include "common/net/close.def"
#undef CLOSE
};

_Static_assert(ARRAY_LEN(names) == CLOSE_REASONS, "a name for every reason");

const char *
close_name(enum close_reason r)
{
	ASSERT(r < CLOSE_REASONS);
	return names[r];
}

const char *
close_text(enum close_reason r)
{
	ASSERT(r < CLOSE_REASONS);
	return reasons[r].text;
}

bool
close_is_error(enum close_reason r)
{
	ASSERT(r < CLOSE_REASONS);
	return reasons[r].error;
}
