/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NS_SHAPES_H
#define NUDGE_NS_SHAPES_H
/*
 * Wire shapes: what a fact of the core looks like in a dialect.  Each appends
 * whole lines, or nothing where the dialect has no word for it.
 */
#include "core/event.h"
#include "core/people/presence.h"
#include "core/people/props.h"
#include "core/session.h"
#include "core/talk/mailbox.h"
#include "ns/msnp/dialect.h"

/* A blank and the word; nothing when it is empty (ns-classic 15 #8). */
void shape_word(struct buf *b, struct slice word);
/* A blank and the account's serial, where the dialect has serials. */
void
shape_serial(struct buf *b, const struct dialect *d, const struct account *a);
/* A blank and the GUID. */
void shape_guid(struct buf *b, const unsigned char id[ROSTER_ID_BYTES]);

const char *shape_state(enum availability a);
/* False when clients may not say it. */
bool shape_state_parse(struct slice word, enum availability *out);

/* ---- presence ---- */
/* NLN, or ILN with this TrID. */
void shape_seen(struct buf *b, const struct dialect *d, struct slice trid,
    const struct account *who, const struct look *look);
void
shape_gone(struct buf *b, const struct dialect *d, const struct account *who);
/* A number, or two around a colon where the dialect has two. */
void shape_caps(struct buf *b, const struct dialect *d, uint64_t caps,
    uint32_t more);
/* A blank and whom presence is of. */
void
shape_person(struct buf *b, const struct dialect *d, const struct account *who);
/* UBX; note NULL: no word was said.  Places are in it where there are some. */
void shape_note(struct buf *b, const struct dialect *d,
    const struct account *who, const struct blob *note);
/*
 * UBX of one's own: all places, with what nobody else is told.  And, when one
 * of them announced how it is, the NLN: programs take what it says for their
 * own, so never of anything else (field-runs 2.5).
 */
void shape_self(struct buf *b, const struct dialect *d, const struct session *s,
    bool announced);
/* What ends XFR SB and RNG: whether one may connect directly. */
void shape_direct(struct buf *b, const struct dialect *d);

/* ---- lists ---- */
/* What others read of a list mask in this dialect. */
unsigned shape_lists(const struct dialect *d, unsigned lists);
void shape_list_entry(struct buf *b, const struct dialect *d,
    const struct roster *r, const struct contact *k);
/* A blank and the numbers with commas between; nobody is in none. */
void shape_group_numbers(struct buf *b, uint32_t groups);
/* What the group everybody is in is called. */
struct slice shape_group0(const struct account *a);
void shape_group(struct buf *b, const struct dialect *d, const struct group *g);
/* The four lines after ADD FL; values only when the owner allows them. */
void shape_telephones(struct buf *b, const struct dialect *d,
    const struct account *viewer, const struct account *of);
/* The lines after the LST of somebody in a SYN: only what is set. */
void shape_sync_telephones(struct buf *b, const struct dialect *d,
    const struct account *viewer, struct slice of, const struct props *shown);
/* One BPR out of the blue. */
void shape_property(struct buf *b, const struct dialect *d,
    const struct account *viewer, const struct event *ev);
/* "PHH" and so on; MOB for the spare one. */
const char *shape_property_key(enum prop p);
/* Somebody put the viewer on the forward list, or took it off. */
void shape_relation(struct buf *b, const struct dialect *d,
    const struct account *viewer, const struct event *ev);
/* A blank and an ISO 8601 time. */
void shape_time(struct buf *b, int64_t unix_ms);

/* ---- messages for people who were away: shapes_mail.c ---- */
/* Where a program's form signs a browser in (passport 8.1). */
#define SHAPE_MAIL_FORM \
	"https://loginnet.passport.com/ppsecure/md5auth.srf?lc=1033"
/*
 * What waits, after the first CHG.  all NULL: too many to list, or the list is
 * not what it was; the client asks the web service.
 */
/* Is a list of so many told to this dialect? */
bool shape_mail_lists(const struct dialect *d, unsigned n);
void shape_mail_waits(struct buf *b, const struct dialect *d,
    const struct mail *all, size_t n);
void
shape_mail_came(struct buf *b, const struct dialect *d, const struct mail *m);
void shape_mail_deleted(struct buf *b, const struct dialect *d, unsigned count);

/* ---- messages of the server ---- */
struct shape_profile {
	const struct account *account;
	struct slice ticket; /* as the client gave it */
	const struct addr *peer;
	int64_t now;
	bool relayed;
};
void shape_profile(struct buf *b, const struct dialect *d,
    const struct shape_profile *p);
/* GCF: what the operator forbids clients; nothing. */
void shape_policies(struct buf *b);
/* NOT: fetch what changed in the address book. */
void shape_book_changed(struct buf *b, const struct account *to, int64_t now);
void shape_maintenance(struct buf *b, unsigned minutes);
void shape_notice(struct buf *b, const struct account *to, struct slice text,
    uint32_t id);

#endif
