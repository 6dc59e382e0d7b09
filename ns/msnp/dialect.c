/* SPDX-License-Identifier: MIT */
#include "ns/msnp/dialect.h"

/* What several versions have in common (ns-classic 3.4). */
#define SINCE_8  (D_TWN | D_CAPS | D_CVR0_ECHO)
#define SINCE_9  (SINCE_8 | D_OBJECT | D_QNG_SECONDS | D_PAGES_2)
#define SINCE_10 (SINCE_9 | D_GUIDS | D_PENDING | D_ABCH | D_OWN_NAME)
#define SINCE_11                                                           \
	(SINCE_10 | D_ACCEPT | D_NOTES | D_SHIELDS | D_SBS | D_MAIL_DATA | \
	    D_TELEPHONES)
#define SINCE_12 (SINCE_11 | D_NETWORK | D_SB_CAPS)

/* Best first: the order decides what a VER gets. */
/* clang-format off */
static const struct dialect dialects[] = {
	{ "MSNP12", SINCE_12,                                      0 },
	{ "MSNP11", SINCE_11,                                      1 },
	{ "MSNP10", SINCE_10,                                      2 },
	{ "MSNP9",  SINCE_9 | D_SERIALS | D_NAME_IN_OK,            3 },
	{ "MSNP8",  SINCE_8 | D_SERIALS | D_NAME_IN_OK | D_PAGES,  4 },
};
/* clang-format on */

const struct dialect *
dialect_find(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++)
		if (slice_eq_nocase(name, slice_text(dialects[i].name)))
			return &dialects[i];
	return NULL;
}

const struct dialect *
dialect_by_index(unsigned index)
{
	return index < ARRAY_LEN(dialects) ? &dialects[index] : NULL;
}

const struct dialect *
dialect_choose(const struct slice *words, unsigned n)
{
	const struct dialect *best = NULL;

	for (unsigned i = 0; i < n; i++) {
		const struct dialect *d = dialect_find(words[i]);

		if (d != NULL && (best == NULL || d->index < best->index))
			best = d;
	}
	return best;
}
