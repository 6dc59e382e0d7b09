/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MAILBOX_H
#define NUDGE_MAILBOX_H
/*
 * Messages for people who are away.  They stay on disk until their reader
 * deletes them; in memory an account has only the number of them.
 */
#include "core/account.h"

enum {
	MAIL_ID_BYTES = 16,
	MAIL_PAGE = 20,
	MAILBOX_MAX = 200,    /* kept for one account; then senders hear BUSY */
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
	struct slice sender;              /* address */
	struct slice name;                /* UTF-8, may be empty */
	struct slice text;                /* UTF-8; empty in a list */
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
 * All that wait, in the order in which they came, without their texts; the
 * first MAIL_PAGE of them with theirs; all with theirs; or one with its text.
 * OK, WAIT, STORE_FAILED, NOT_THERE.  Lives until request_end(); a request asks
 * one of the four.  It shows what was so when it was asked for first.
 */
enum result mailbox_list(struct request *rq, struct account *a,
    const struct mail **all, size_t *n);
enum result mailbox_read(struct request *rq, struct account *a,
    const struct mail **all, size_t *n);
enum result mailbox_read_all(struct request *rq, struct account *a,
    const struct mail **all, size_t *n);
enum result mailbox_get(struct request *rq, struct account *a,
    const unsigned char id[MAIL_ID_BYTES], const struct mail **out);
/*
 * Delete these, all or none, and tell the account's sessions MAIL_DELETED.
 * OK, WAIT, NOT_THERE, BUSY (another deleted meanwhile), STORE_FAILED.
 */
enum result mailbox_delete(struct request *rq, struct account *a,
    const unsigned char (*ids)[MAIL_ID_BYTES], size_t n);

#endif
