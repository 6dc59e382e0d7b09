/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NEXUS_UPSTREAM_TEXT_H
#define NUDGE_NEXUS_UPSTREAM_TEXT_H
/*
 * What is said to an upstream and what it says: documents in, documents out.
 * Pure functions; nothing here knows a socket.
 */
#include "core/door/elsewhere.h"
#include "nexus/rst.h"

enum {
	UPSTREAM_ASK_MAX = 64 * 1024,
	UPSTREAM_DEPTH_MAX = 32,
	UPSTREAM_NODES_MAX = 6000
};

/* What the programs of then say they are. */
#define UPSTREAM_APP "{7108E71A-9926-4FCB-BCC9-9A9D3F32E423}"

struct upstream_wish {
	struct slice address;
	struct slice policy; /* p NULL: none */
};

/* One question.  The base ticket is always asked for, before all others. */
struct upstream_question {
	enum rst_kind kind;
	struct slice url;
	struct slice address;
	struct slice password;
	struct slice app; /* "{GUID}"; empty: UPSTREAM_APP */
	const struct upstream_wish *wishes;
	size_t n;
	int64_t now; /* Unix seconds */
};
/* False: the document cannot hold these characters (a NUL, no UTF-8). */
bool upstream_can_say(struct slice s);
void upstream_write(struct buf *out, const struct upstream_question *q);

/* What an answer means.  The texts are in elsewhere_job's form. */
struct upstream_answer {
	enum elsewhere_verdict verdict;
	bool understood; /* it was an answer, whatever it says */
	char remote_id[ELSEWHERE_ID_MAX + 1];
	char name[ELSEWHERE_NAME_MAX + 1];
	char url[ELSEWHERE_URL_MAX + 1]; /* of MOVED, as it was told */
	uint32_t status; /* the highest of those told, such as 0x80048821 */
	const char *why; /* a literal: what was understood */
};
/*
 * http is the status beside it.  Never fails: what cannot be understood is
 * ELSEWHERE_DOWN.
 */
void
upstream_read(struct slice reply, unsigned http, struct upstream_answer *out);

/*
 * Does this document name one account and one password, and so mean the same
 * to every reader?  Only such a one is passed on as it is.
 */
bool upstream_is_plain(struct slice body);

#endif
