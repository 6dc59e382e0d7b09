/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MSNP_PLACE_H
#define NUDGE_MSNP_PLACE_H
/* One of the places an account is signed in at: "address;{guid}". */
#include "common/base/buf.h"

struct place_word {
	struct slice address;
	unsigned char id[16];
	bool named; /* a place was named */
};

/* False when what stands behind the ';' is no GUID. */
bool place_parse(struct slice word, struct place_word *out);
/* A machine's GUID: with braces and hyphens or without. */
bool place_parse_id(struct slice word, unsigned char id[16]);
/* ";{guid}" */
void place_add(struct buf *b, const unsigned char id[16]);

#endif
