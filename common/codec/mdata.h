/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MDATA_H
#define NUDGE_MDATA_H
/*
 * What the notification server and the web service tell alike of messages that
 * wait: the M elements of an MD document (ns-modern 9.1, soap 5.2).
 */
#include "common/base/buf.h"

struct mdata {
	struct slice sender;     /* address */
	struct slice name;       /* UTF-8; empty: the address */
	const unsigned char *id; /* GUID_BYTES */
	int64_t sent;            /* Unix milliseconds */
	uint32_t size;
};

/* One that has come just now stands in a folder of its own, without date. */
void mdata_add(struct buf *out, const struct mdata *m, bool fresh);
/* A date as mail headers have it: "27 Jun 2008 08:21:33 +0000". */
void mdata_add_date(struct buf *out, int64_t unix_ms);

#endif
