/* SPDX-License-Identifier: MIT */
#include "ns/msnp/dialect.h"

/* What several versions have in common (ns-classic 3.4). */
#define SINCE_3  D_PROFILE
#define SINCE_5  (SINCE_3 | D_PHONES)
#define SINCE_6  (SINCE_5 | D_VERIFIED | D_CHALLENGE)
#define SINCE_7  (SINCE_6 | D_GROUPS | D_REFERRER)
#define SINCE_8  (SINCE_7 | D_TWN | D_CAPS | D_CVR0_ECHO | D_PEER)
#define SINCE_9  (SINCE_8 | D_OBJECT | D_QNG_SECONDS | D_PAGES_2)
#define SINCE_10 (SINCE_9 | D_GUIDS | D_PENDING | D_ABCH | D_OWN_NAME)
#define SINCE_11                                                           \
	(SINCE_10 | D_ACCEPT | D_NOTES | D_SHIELDS | D_SBS | D_MAIL_DATA | \
	    D_TELEPHONES | D_LONG_ANSWER)
#define SINCE_12 (SINCE_11 | D_NETWORK | D_SB_CAPS)
/* (ns-modern 2.1) */
#define SINCE_13 ((SINCE_12 | D_BOOK) & ~D_REFERRER)
#define SINCE_14 (SINCE_13 | D_NETWORK_IDS | D_DIRECT)
#define SINCE_15 (SINCE_14 | D_SSO)
#define SINCE_16 (SINCE_15 | D_PLACES)
#define SINCE_18 (SINCE_16 | D_JOINED)

#define UPTO_9 (D_SERIALS | D_NAME_IN_OK)
#define UPTO_7 (UPTO_9 | D_MD5 | D_APART)

/* Best first: the order decides what a VER gets. */
/* clang-format off */
static const struct dialect dialects[] = {
	{ "MSNP18", SINCE_18,                   0 },
	{ "MSNP16", SINCE_16,                   1 },
	{ "MSNP15", SINCE_15,                   2 },
	{ "MSNP14", SINCE_14,                   3 },
	{ "MSNP13", SINCE_13,                   4 },
	{ "MSNP12", SINCE_12,                   5 },
	{ "MSNP11", SINCE_11,                   6 },
	{ "MSNP10", SINCE_10,                   7 },
	{ "MSNP9",  SINCE_9 | UPTO_9,           8 },
	{ "MSNP8",  SINCE_8 | UPTO_9 | D_PAGES, 9 },
	{ "MSNP7",  SINCE_7 | UPTO_7 | D_PAGES, 10 },
	{ "MSNP6",  SINCE_6 | UPTO_7 | D_PAGES, 11 },
	{ "MSNP5",  SINCE_5 | UPTO_7 | D_PAGES, 12 },
	{ "MSNP4",  SINCE_3 | UPTO_7,           13 },
	{ "MSNP3",  SINCE_3 | UPTO_7,           14 },
	{ "MSNP2",  UPTO_7 | D_CTP,             15 },
};

/*
 * Programs that do not read what their version says; a name here is how the
 * name in the CVR begins, and since the first digit of its oldest version.
 * Their rows are numbered behind the others.  BitlBee calls itself Messenger
 * for Mac as well, but one that never spoke these (programs-1 6).
 */
#define MAC (D_ONE_NUMBER | D_ANY_OBJECT)

static const struct {
	const char *client;
	char since;
	struct dialect as;
} clients[] = {
	{ "macmsgs", '6', { "MSNP16", SINCE_16 | MAC, 16 } },
	{ "macmsgs", '6', { "MSNP15", SINCE_15 | MAC, 17 } },
	{ "macmsgs", '6', { "MSNP14", SINCE_14 | MAC, 18 } },
	{ "macmsgs", '6', { "MSNP13", SINCE_13 | MAC, 19 } },
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
	if (index < ARRAY_LEN(dialects))
		return &dialects[index];
	index -= (unsigned)ARRAY_LEN(dialects);
	return index < ARRAY_LEN(clients) ? &clients[index].as : NULL;
}

/* The best row from first on. */
static const struct dialect *
choose_from(unsigned first, const struct slice *words, unsigned n)
{
	const struct dialect *best = NULL;

	for (unsigned i = 0; i < n; i++) {
		const struct dialect *d = dialect_find(words[i]);

		if (d != NULL && d->index >= first &&
		    (best == NULL || d->index < best->index))
			best = d;
	}
	return best;
}

const struct dialect *
dialect_choose(const struct slice *words, unsigned n)
{
	return choose_from(0, words, n);
}

const struct dialect *
dialect_choose_below(const struct dialect *d, const struct slice *words,
    unsigned n)
{
	return choose_from(d->index + 1u, words, n);
}

const struct dialect *
dialect_of_client(const struct dialect *d, struct slice client,
    struct slice version)
{
	for (size_t i = 0; i < ARRAY_LEN(clients); i++)
		if (slice_starts_nocase(client,
			slice_text(clients[i].client)) &&
		    version.n > 0 && version.p[0] >= clients[i].since &&
		    strcmp(clients[i].as.name, d->name) == 0)
			return &clients[i].as;
	return d;
}
