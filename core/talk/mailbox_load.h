/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MAILBOX_LOAD_H
#define NUDGE_MAILBOX_LOAD_H
/*
 * Messages that are read from disk: shared by mailbox.c and mailbox_change.c.
 */
#include "core/private.h"
#include "core/talk/mailbox.h"

/* A query at work for a request; it outlives the request if it must. */
struct mail_load {
	struct store_mail ask;
	struct request *rq; /* NULL: it ended meanwhile */
	struct list waiting;
	struct mail *all;
	uint16_t changes; /* of the account's mailbox, when it was asked */
	bool finished;
};

#endif
