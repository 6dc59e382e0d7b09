/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CONVERSATION_H
#define NUDGE_CONVERSATION_H
/*
 * Conversations: people who talk, and the passes that let them in.
 */
#include "core/session.h"

enum {
	PASS_TEXT_MAX = 48
};

struct member;
struct conversation;

struct member_ops {
	/* other came in or left; idle: thrown out for silence. */
	void (*joined)(struct member *self, struct member *other);
	void (*left)(struct member *self, struct member *other, bool idle);
	/* The account's session was kicked elsewhere: leave. */
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
	const struct member_ops *ops;
};

struct conversation {
	struct map_node node;
	uint32_t id; /* 1..2^31-1, decimal on the wire (field-notes 14) */
	uint32_t nmembers;
	struct list members;
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
 * for a new one; a mismatch, a conversation that ended or is full, or one the
 * account is already in is BAD_PASS: of several endpoints that were rung the
 * first to answer is the member.  On OK m is a member; the others hear of it
 * from conversation_announce().  info is used up in any case.
 */
enum result conversation_enter(struct core *c, struct pass_info *info,
    uint32_t want, struct member *m, const struct member_ops *ops);
/* Tell the others that m is here; called after m's own roster was written. */
void conversation_announce(struct member *m);
/* Leave; the others are told.  The last one ends the conversation. */
void conversation_leave(struct member *m, bool idle);
/* The member of this account, or NULL. */
struct member *
conversation_member(struct conversation *conv, const struct person *who);

/*
 * Ring somebody (sb 4): checks in the documented order, then EVENT_INVITED to
 * every session of the invitee, each with a pass of its own; TOO_ACTIVE when
 * it rings nowhere, as too many passes wait there.  Needs no record that is not
 * in memory: an account that is not loaded is not online.
 */
enum result conversation_invite(struct member *caller, struct slice address);

#endif
