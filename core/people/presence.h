/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_PRESENCE_H
#define NUDGE_PRESENCE_H
/*
 * Who sees whom (ns-classic 6.1), and telling them.  Handlers change the
 * session's struct presence and call presence_changed(); at the end of the
 * loop turn every changed account is compared with what each watcher was last
 * told, and only differences are sent, encoded once per wire shape.
 */
#include "core/people/account.h"

enum availability {
	AVAIL_OFFLINE, /* signed in, nothing announced yet */
	AVAIL_ONLINE,
	AVAIL_BUSY,
	AVAIL_IDLE,
	AVAIL_BE_RIGHT_BACK,
	AVAIL_AWAY,
	AVAIL_PHONE,
	AVAIL_LUNCH,
	AVAIL_HIDDEN,
};

struct presence {
	struct blob *
	    object; /* picture object as its client wrote it; NULL: none given */
	struct blob *
	    note; /* personal message, in the front's own form; NULL: never said */
	uint64_t caps;
	uint32_t caps_more; /* second capability number; 0: none */
	uint8_t avail;
};

/* What an account shows, borrowed from it: good until something changes. */
struct look {
	const struct blob *object;
	const struct blob *note;
	struct slice name; /* percent-encoded, never empty */
	uint64_t caps;
	uint32_t caps_more;
	uint8_t avail; /* never OFFLINE or HIDDEN */
};

struct session;

/* Somebody may see and call this account: not blocked (ns-classic 6.1). */
bool privacy_allows(const struct account *a, const struct person *viewer);
/* The account is online and not hidden. */
bool presence_visible(const struct account *a);
/* The account would be seen by viewer now: visible and allowed. */
bool presence_seen_by(const struct account *a, const struct person *viewer);
/* The look of an account now; false when it is not visible. */
bool presence_look(const struct account *a, struct look *out);

/*
 * Something others may see of a changed (presence, name, privacy, lists):
 * compare and tell at the end of the turn.
 */
void presence_changed(struct core *c, struct account *a);
/* viewer, who was told of a, watches it no more: to it a is gone. */
void presence_lose(struct core *c, struct account *a, struct account *viewer);
/* Flush now; the deferred run calls it, tests may. */
void presence_flush(struct core *c);
/*
 * The first announcement of a session: it starts watching.  each() is called
 * for every contact on the forward list that it may see now, and these count
 * as told.  Other sessions of the account are told what they would have been.
 */
void presence_watch(struct core *c, struct session *s,
    void (*each)(void *ctx, struct account *who, const struct look *look),
    void *ctx);
/*
 * A contact just came onto s's forward list: true when it is visible; the
 * look then counts as told, so that the caller can answer with it.  If other
 * sessions of the account watch too, all of them are told SEEN, s as well.
 */
bool presence_meet(struct core *c, struct session *s, struct account *who,
    struct look *out);

/* Replace the counted strings of a presence. */
void presence_set_object(struct presence *p, struct slice object, bool given);
void presence_set_note(struct presence *p, struct slice note);
void presence_clear(struct presence *p);

#endif
