/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MAILBOX_H
#define NUDGE_MAILBOX_H
/*
 * Messages for people who are away.  They wait on disk until they are read:
 * programs that fetch them delete them, and who reads them on a page has them
 * for a while after, or as long as they are kept.  In memory an account has
 * only the number of those that wait.
 */
#include "core/people/account.h"

enum {
	MAIL_ID_BYTES = 16,
	MAILBOX_MAX = 200,    /* that wait; then senders hear BUSY */
	MAIL_KEPT_MAX = 100,  /* that somebody keeps */
	MAIL_TEXT_MAX = 8192, /* bytes */
	MAIL_NAME_MAX = 387,  /* bytes */
	MAIL_PER_MINUTE = 40, /* from one sender */
	MAIL_PER_SENDER = 50, /* that wait in one mailbox */
	/* strangers hear BUSY from here on: the rest is for whom one knows */
	MAIL_STRANGERS = MAILBOX_MAX / 2
};

struct mail {
	unsigned char id[MAIL_ID_BYTES];
	unsigned char run[MAIL_ID_BYTES]; /* of the sender's program */
	bool run_capitals;                /* and how its letters are written */
	uint32_t number;                  /* in order within that run */
	uint32_t size;                    /* bytes of the text */
	int64_t sent;                     /* Unix milliseconds */
	int64_t read;                     /* Unix seconds; 0: it waits */
	bool kept;
	struct slice sender; /* address */
	struct slice name;   /* UTF-8, may be empty */
	struct slice text;   /* UTF-8; empty in a list, a part among heads */
};

/*
 * Keep run, number, name and text of this one for the account to, which has
 * been asked for with this request; the rest is filled in.  Its sessions are
 * told MAIL.  OK, BAD_VALUE (no text, too long, no UTF-8), NOT_REACHABLE (does
 * not accept it from this sender), TOO_ACTIVE, BUSY (the mailbox is full),
 * STORE_FAILED.
 */
enum result mailbox_send(struct request *rq, const struct account *from,
    struct account *to, const struct mail *m);
/* How many wait: no question to the store. */
unsigned mailbox_count(const struct account *a);
/*
 * All that wait, in the order in which they came, without their texts; all
 * there are with the beginnings of their texts; all with their texts; or one
 * with its text.  OK, WAIT, STORE_FAILED, NOT_THERE.  Lives until
 * request_end(); a request asks one of the four.  It shows what was so when it
 * was asked for first.
 */
enum result mailbox_list(struct request *rq, struct account *a,
    const struct mail **all, size_t *n);
enum result mailbox_heads(struct request *rq, struct account *a,
    const struct mail **all, size_t *n);
enum result mailbox_read_all(struct request *rq, struct account *a,
    const struct mail **all, size_t *n);
enum result mailbox_get(struct request *rq, struct account *a,
    const unsigned char id[MAIL_ID_BYTES], const struct mail **out);
/*
 * The same, and from now on it has been read, if that can be written; the
 * account's sessions are told MAIL_DELETED, as of what waits no more.  *out is
 * as it was before.
 */
enum result mailbox_open(struct request *rq, struct account *a,
    const unsigned char id[MAIL_ID_BYTES], const struct mail **out);
/*
 * Keep it, or no longer.  OK, WAIT, NOT_THERE, BUSY (something else changed
 * meanwhile), LIST_FULL (MAIL_KEPT_MAX are kept), STORE_FAILED.
 */
enum result mailbox_keep(struct request *rq, struct account *a,
    const unsigned char id[MAIL_ID_BYTES], bool keep);
/*
 * Delete these, all or none, and tell the account's sessions MAIL_DELETED of
 * those that waited.  OK, WAIT, NOT_THERE, BUSY (another deleted meanwhile),
 * STORE_FAILED.
 */
enum result mailbox_delete(struct request *rq, struct account *a,
    const unsigned char (*ids)[MAIL_ID_BYTES], size_t n);
/* All that were read and are not kept; otherwise the same. */
enum result mailbox_delete_read(struct request *rq, struct account *a);

#endif
