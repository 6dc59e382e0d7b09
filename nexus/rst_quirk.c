/* SPDX-License-Identifier: MIT */
/*
 * Programs that find their tickets by a name that others do not look for.
 * They do not say who they are, so a row tells them by how they write.
 */
#include "nexus/rst.h"

#include "common/base/base.h"

struct rst_quirk {
	const char *agent; /* of User-Agent; empty: says none */
	bool lf;           /* lines of the body end in a bare LF */
	const char *site;  /* how tickets of an "?id=" policy are named */
};

/* clang-format off */
static const struct rst_quirk rows[] = {
	/* phpmsnclass; JML wants the same one as Compact2 (programs-2 3, 11) */
	{ "", true, "PPToken" },
};
/* clang-format on */

static bool
ends_in_lf(struct slice body)
{
	return slice_find(body, '\n') < body.n &&
	    slice_find(body, '\r') == body.n;
}

const char *
rst_site_name(struct slice agent, struct slice body)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (slice_eq_text(agent, rows[i].agent) &&
		    ends_in_lf(body) == rows[i].lf)
			return rows[i].site;
	return RST_COMPACT;
}
