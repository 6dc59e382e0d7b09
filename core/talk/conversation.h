/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CONVERSATION_H
#define NUDGE_CONVERSATION_H
/*
 * Conversations: people who talk, and the passes that let them in.
 *
 * A conversation has seats and knows no front: whoever wants to sit in one
 * embeds a struct member in its own object and fills in struct member_ops.  A
 * connection to a switchboard is one kind of seat.  A person has one for each
 * of its places that came.
 */
#include "core/session.h"

enum {
	PASS_TEXT_MAX = 48,
	SAID_SHAPES = 4
};

struct member;
struct conversation;

enum said_kind {
	SAID_MESSAGE, /* words, typing, nudges, offers: its headers tell */
	SAID_PIECE    /* of a transfer: for programs, not for people */
};

struct said;
/*
 * One way to write what was said: how some kind of seat does it in one of its
 * wire shapes.  The seat is the first that asks; the bytes serve all.
 */
typedef struct blob *(
    *said_shape)(const struct said *what, struct member *hearer);

/* What is said; gone when conversation_say() returns. */
struct said {
	enum said_kind kind;
	struct slice payload; /* MIME headers and body, as they came */
	struct member *to;    /* the one seat it is for; NULL: all others */
	/* conversation_say() fills in the rest */
	const struct member *by;
	uint32_t hearers;
	struct {
		said_shape shape;
		struct blob *bytes;
	} made[SAID_SHAPES];
};

/* What a seat can do.  None of these may make anybody come or leave. */
struct member_ops {
	/*
	 * other came in, first: with it its person; it left, last: its person
	 * has no other seat any more; idle: thrown out for silence.  One's own
	 * other places come and leave like anybody's.
	 */
	void (*joined)(struct member *self, struct member *other, bool first);
	void (*left)(struct member *self, struct member *other, bool last,
	    bool idle);
	/*
	 * Somebody said something.  True: this seat has as much to read as is
	 * good, so whoever spoke waits; it tells conversation_caught_up(), or
	 * leaves when it does not catch up in time.
	 */
	bool (*hear)(struct member *self, struct said *what);
	/* Say no more until told to go on, which may come unasked, too. */
	void (*wait)(struct member *self);
	void (*go_on)(struct member *self);
	/* The account's session was kicked elsewhere: leave (this one may). */
	void (*ended)(struct member *self, enum close_reason why);
};

struct member {
	struct list node;       /* conversation->members */
	struct list of_account; /* account->members */
	struct conversation *conv;
	struct account *account;    /* pinned */
	unsigned char endpoint[16]; /* of the session it came by; or zeros */
	struct blob *name; /* at the time of joining; percent-encoded */
	uint64_t caps;
	uint32_t caps_more;
	const struct member_ops *ops;
};

struct conversation {
	struct map_node node;
	uint32_t id; /* 1..2^31-1, decimal on the wire (field-notes 14) */
	uint32_t nmembers;
	uint32_t npeople;
	struct list members; /* those of one person side by side */
	struct core *core;
};

#define MEMBER_EACH(it, conv)                                               \
	for (struct member * it##_n,                                        \
	     *it = CONTAINER_OF((conv)->members.next, struct member, node); \
	     it##_n = CONTAINER_OF(it->node.next, struct member, node),     \
	     &it->node != &(conv)->members;                                 \
	     it = it##_n)

/*
 * A pass opens a new conversation (conv NULL at issue) or a place in one.
 * Single use, bound to the account, lives cfg.pass_life_s, and ends with the
 * account's sessions when these are shown out.  shape travels with
 * it: the wire shape of the session it was issued to.
 */
enum result
pass_issue_new(struct core *c, struct session *s, char cookie[PASS_TEXT_MAX]);
struct pass_info {
	struct account *account;    /* pinned */
	uint32_t conversation;      /* 0: new */
	struct blob *name;          /* owned by the receiver */
	unsigned char endpoint[16]; /* of the session it was issued to */
	uint64_t caps;
	uint32_t caps_more;
	uint8_t shape;
};
/*
 * Take a pass: OK and *out filled (give it to conversation_enter() or
 * pass_drop()), or BAD_PASS.  A pass presented with the wrong address is used
 * up too.
 */
enum result pass_take(struct core *c, struct slice cookie, struct slice address,
    struct pass_info *out);
void pass_drop(struct core *c, struct pass_info *info);

/*
 * Enter with a taken pass.  want is the conversation id the client named, 0
 * for a new one; a mismatch, a conversation that ended or is full, or one that
 * this place is already in is BAD_PASS.  A person may be in it at as many
 * places as may be signed in, unless one of them is none.  On OK m is a member;
 * the others hear of it from conversation_announce().  info is used up in any
 * case.
 */
enum result conversation_enter(struct core *c, struct pass_info *info,
    uint32_t want, struct member *m, const struct member_ops *ops);
/* Tell the others that m is here; called after m's own roster was written. */
void conversation_announce(struct member *m);
/* Leave; the others are told.  The last one ends the conversation. */
void conversation_leave(struct member *m, bool idle);
/*
 * Say something to all others, or to one.  Set kind, payload and to, the rest
 * zero.  False: nobody heard it, or one's own places alone did.
 */
bool conversation_say(struct member *by, struct said *what);
/*
 * Inside hear(): the bytes of that shape, which live as long as what.  The
 * first to ask makes them.  Where hearers is 1 there is nothing to share.
 */
struct blob *
said_make(struct said *what, said_shape shape, struct member *hearer);
static inline struct blob *
said_bytes(struct said *what, said_shape shape, struct member *hearer)
{
	if (what->made[0].shape == shape)
		return what->made[0].bytes;
	return said_make(what, shape, hearer);
}
/* The seat has read what waited: the others may go on. */
void conversation_caught_up(struct member *m);
/*
 * What is said costs the loop time that others wait for, so each person has a
 * share of bytes in a second, however many seats of whatever kind, and each
 * network has one.  A front asks before it says n bytes of somebody at peer:
 * 0, and they count, once for each who hears them; or the milliseconds until
 * it may, and nothing counts.
 */
uint64_t
conversation_dues(const struct member *by, const struct addr *peer, size_t n);

/* The first seat of this person, or NULL. */
struct member *
conversation_member(struct conversation *conv, const struct person *who);
/* Are these seats of one person? */
static inline bool
conversation_same(const struct member *a, const struct member *b)
{
	return a->account->person == b->account->person;
}
/* The seat at that place of who has this address, or NULL. */
struct member *conversation_seat(struct conversation *conv,
    struct slice address, const unsigned char endpoint[16]);

/*
 * Ring somebody (sb 4): checks in the documented order, then EVENT_INVITED to
 * every session of the invitee, each with a pass of its own; TOO_ACTIVE when
 * it rings nowhere, as too many passes wait there.  Needs no record that is not
 * in memory: an account that is not loaded is not online.
 */
enum result conversation_invite(struct member *caller, struct slice address);
/* Ring the caller's own other places, as far as they are not here. */
void conversation_invite_places(struct member *caller);

#endif
