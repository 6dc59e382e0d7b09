/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_REPORT_H
#define NUDGE_REPORT_H
/*
 * What people report of others, for whoever runs the server.  All of them are
 * in memory once somebody asked for one.  A report outlives both accounts: it
 * forgets who wrote it when the author is deleted, and keeps the address it is
 * about.
 */
#include "common/net/addr.h"
#include "core/people/account.h"

enum report_kind {
#define REPORT(id, word, words) REPORT_##id,
#include "core/desk/reports.def"
#undef REPORT
	REPORT_KINDS
};

enum {
	REPORT_TEXT_MAX = 4000, /* bytes */
	REPORT_NOTE_MAX = 200,  /* bytes */
	REPORTS_MAX = 2000,     /* then the oldest closed ones go, then of the
				   network, or who, has most open ones the
				   oldest */
	REPORTS_OPEN_MAX = 20,  /* of one author */
	REPORTS_NET_MAX = 200,  /* open ones of one network in this run: an
				   IPv4 /24, an IPv6 /48 */
	REPORTS_PER_HOUR = 5    /* by one author */
};

struct report {
	uint64_t id;       /* counts up */
	uint64_t author;   /* account; 0: it is deleted */
	uint64_t target;   /* account; 0: there was none, or it is deleted */
	int64_t made;      /* Unix seconds */
	int64_t closed;    /* Unix seconds; 0: open */
	struct blob *text; /* UTF-8 with line ends */
	uint64_t net;      /* where its author was; 0: it is not known, as
			      after a restart: nothing of it is on disk */
	uint8_t kind;
	char by[ADDRESS_MAX + 1];       /* empty: it is deleted */
	char about[ADDRESS_MAX + 1];    /* an address, perhaps nobody's */
	char note[REPORT_NOTE_MAX + 1]; /* of the operator */
};

/* "spam", and what people read of it. */
const char *report_word(enum report_kind kind);
const char *report_words(enum report_kind kind);
/* OTHER when nobody knows the word. */
enum report_kind report_kind(struct slice word);

/* All may WAIT, and answer STORE_FAILED.  What they give is good this turn. */
/* The oldest first. */
enum result
report_all(struct request *rq, const struct report **all, size_t *n);
/*
 * Those in memory, for who has waited enough; false: they are asked for, and
 * will be there when whatever is asked of the store after them is.
 */
bool report_peek(struct request *rq, const struct report **all, size_t *n);
/* How many of these are open. */
size_t report_open(const struct report *all, size_t n);

/*
 * What me says of somebody, of whom it is not told whether there is such an
 * account.  BAD_ADDRESS, BAD_VALUE (no text, too long, no UTF-8), TOO_ACTIVE,
 * LIST_FULL (nobody reads them, and they are of many).
 */
struct report_wish {
	enum report_kind kind;
	struct slice about;
	struct slice text;
	const struct addr *peer; /* of its author */
};
enum result report_make(struct request *rq, const struct account *me,
    const struct report_wish *wish);
/* NOT_THERE; BAD_VALUE (the note).  What is closed may get another note. */
enum result report_close(struct request *rq, uint64_t id, struct slice note);
/* NOT_THERE, UNCHANGED. */
enum result report_reopen(struct request *rq, uint64_t id);
/* NOT_THERE. */
enum result report_delete(struct request *rq, uint64_t id);

/*
 * What will do as a text, of what a program sent: no longer than that, and with
 * a '?' for what is no text.
 */
void report_add_clean(struct buf *out, struct slice bytes);

#endif
