/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_ELSEWHERE_H
#define NUDGE_ELSEWHERE_H
/*
 * Accounts whose passwords another server decides about ("real accounts").
 * Here they are accounts like all others, but for the password: each has a
 * home, the name the operator gave that server.  How one asks it is a front's
 * matter, which hands the core a struct elsewhere; what the answer means for
 * an account is decided in core/signin*.c alone.
 *
 * An account's own home decides, once there is an account; what the settings
 * say of its domain only decides where one that is not known here is looked
 * for.  So no server can take over the accounts of another, or ours.
 */
#include "common/base/blob.h"
#include "common/base/slice.h"

enum {
	ELSEWHERE_HOME_MAX = 32,  /* a-z, 0-9 and '-' */
	ELSEWHERE_ID_MAX = 64,    /* printable ASCII, compared byte by byte */
	ELSEWHERE_NAME_MAX = 387, /* percent-encoded, as account names are */
	ELSEWHERE_URL_MAX = 511
};

enum elsewhere_verdict {
	ELSEWHERE_GOOD,
	ELSEWHERE_WRONG,  /* address or password */
	ELSEWHERE_LOCKED, /* too many tries, over there */
	ELSEWHERE_MOVED,  /* url has the account; it may not be asked by us */
	/*
	 * No answer in time, none that can be understood, a circle of servers,
	 * or it is not asked for a while because it failed.  Never a reason to
	 * tell somebody that the password is wrong.
	 */
	ELSEWHERE_DOWN,
};

/* One question.  Embedded in the caller's object, which lives until done(). */
struct elsewhere_job {
	/* asked; read during ask() alone */
	struct slice home;     /* a name that rules() knows */
	struct slice address;  /* canonical */
	struct slice password; /* whoever copies it wipes the copy */
	const void *asker;     /* request->asker: for the front alone */
	/* never from inside ask(); always comes, in bounded time */
	void (*done)(struct elsewhere_job *job);
	/* answered; texts are "" when nothing was said */
	enum elsewhere_verdict verdict;
	char remote_id[ELSEWHERE_ID_MAX + 1]; /* GOOD: its PUID */
	char name[ELSEWHERE_NAME_MAX + 1];    /* GOOD: a display name */
	char url[ELSEWHERE_URL_MAX + 1];      /* MOVED: https, whole */
	/*
	 * GOOD, when answers are passed on as they are: the whole of it.  A
	 * reference for the job's owner; else NULL.
	 */
	struct blob *reply;
	void *own; /* the answerer's, between ask() and done() */
};

/* What the operator set for one server. */
struct elsewhere_rules {
	bool make;    /* accounts are made at the first sign-in */
	bool approve; /* they are made switched off, for somebody to look at */
	unsigned fallback_days; /* a password it once confirmed serves so long
				   while it is down; 0: not at all */
};

struct elsewhere {
	void *ctx;
	/* Who decides about this canonical address; p NULL: we do. */
	struct slice (*home)(void *ctx, struct slice address);
	/* NULL when no such server is set (any more). */
	const struct elsewhere_rules *(*rules)(void *ctx, struct slice home);
	void (*ask)(void *ctx, struct elsewhere_job *job);
};

#endif
