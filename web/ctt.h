/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CTT_H
#define NUDGE_CTT_H
/*
 * The file in which Messenger programs save a list of contacts (.ctt):
 * messenger/service/contactlist/contact.
 */
#include "common/base/arena.h"
#include "common/base/buf.h"

enum {
	CTT_BYTES_MAX = 1024 * 1024,
	CTT_CONTACTS_MAX = 1500
};

/*
 * Tell each contact's address, trimmed and otherwise as it stands there.
 * NULL, or what is wrong with the file; then some may have been told.
 */
const char *ctt_read(struct arena *a, struct slice text,
    void (*take)(void *ctx, struct slice address), void *ctx);

#endif
