/* SPDX-License-Identifier: MIT */
/* Conversations and their members. */
#include "core/talk/conversation.h"

#include "common/base/panic.h"
#include "core/private.h"

#include <stdlib.h>

enum {
	ID_MASK = 0x7fffffff
};

static struct conversation *
conversation_find(struct core *c, uint32_t id)
{
	struct map_node *node = map_get_id(&c->conversations, id);

	return node ? CONTAINER_OF(node, struct conversation, node) : NULL;
}

static struct conversation *
conversation_new(struct core *c)
{
	struct conversation *conv = mem_alloc(sizeof(*conv));

	do {
		env_random(c->env, &conv->id, sizeof(conv->id));
		conv->id &= ID_MASK;
	} while (conv->id == 0 || conversation_find(c, conv->id) != NULL);
	conv->core = c;
	list_init(&conv->members);
	map_put_id(&c->conversations, &conv->node, conv->id);
	metrics_add(c->metrics, COUNTER_SB_SESSIONS, 1);
	return conv;
}

struct member *
conversation_member(struct conversation *conv, const struct person *who)
{
	MEMBER_EACH(m, conv)
	{
		if (m->account->person == who)
			return m;
	}
	return NULL;
}

/* Two places of one person, and both are places. */
static bool
side_by_side(const unsigned char a[16], const unsigned char b[16])
{
	static const unsigned char none[16];

	return memcmp(a, b, sizeof(none)) != 0 &&
	    memcmp(a, none, sizeof(none)) != 0 &&
	    memcmp(b, none, sizeof(none)) != 0;
}

/*
 * Where a seat for info goes: behind the person's last one, or at the end.
 * NULL: nowhere.
 */
static struct list *
place_in(struct core *c, struct conversation *conv,
    const struct pass_info *info)
{
	struct list *behind = conv->members.prev;
	unsigned seats = 0;

	MEMBER_EACH(m, conv)
	{
		if (m->account->person != info->account->person)
			continue;
		if (!side_by_side(m->endpoint, info->endpoint))
			return NULL;
		behind = &m->node;
		seats++;
	}
	/* seats outlive the sessions they came by */
	if (seats >= ENDPOINTS_MAX)
		return NULL;
	/* more may have been rung than there is room for */
	if (seats == 0 && conv->npeople >= c->cfg.max_members)
		return NULL;
	return behind;
}

static bool
is_beside(const struct member *m, struct list *node)
{
	return node != &m->conv->members &&
	    conversation_same(m, CONTAINER_OF(node, struct member, node));
}

/* No other place of this person is here. */
static bool
is_only(const struct member *m)
{
	return !is_beside(m, m->node.prev) && !is_beside(m, m->node.next);
}

struct member *
conversation_seat(struct conversation *conv, struct slice address,
    const unsigned char endpoint[16])
{
	MEMBER_EACH(m, conv)
	{
		if (memcmp(m->endpoint, endpoint, sizeof(m->endpoint)) == 0 &&
		    slice_eq_nocase(account_address(m->account), address))
			return m;
	}
	return NULL;
}

enum result
conversation_enter(struct core *c, struct pass_info *info, uint32_t want,
    struct member *m, const struct member_ops *ops)
{
	struct conversation *conv;
	struct list *behind;

	if (want != info->conversation)
		goto refuse;
	conv = want ? conversation_find(c, want) : conversation_new(c);
	if (conv == NULL || (behind = place_in(c, conv, info)) == NULL)
		goto refuse;
	*m = (struct member){ .conv = conv,
		.account = info->account,
		.name = info->name,
		.caps = info->caps,
		.caps_more = info->caps_more,
		.ops = ops };
	memcpy(m->endpoint, info->endpoint, sizeof(m->endpoint));
	list_push_front(behind, &m->node);
	list_push(&m->account->members, &m->of_account);
	conv->nmembers++;
	conv->npeople += is_only(m);
	*info = (struct pass_info){ 0 };
	metrics_add(c->metrics, COUNTER_SB_JOINS, 1);
	return RESULT_OK;
refuse:
	pass_drop(c, info);
	return RESULT_BAD_PASS;
}

void
conversation_announce(struct member *m)
{
	bool first = is_only(m);

	MEMBER_EACH(other, m->conv)
	{
		if (other != m)
			other->ops->joined(other, m, first);
	}
}

/* Others may be slow, too: who says something to these waits again. */
static void
let_go_on(struct conversation *conv, const struct member *but)
{
	MEMBER_EACH(m, conv)
	{
		if (m != but)
			m->ops->go_on(m);
	}
}

void
conversation_leave(struct member *m, bool idle)
{
	struct conversation *conv = m->conv;
	struct core *c = conv->core;
	bool last = is_only(m);

	list_remove(&m->node);
	list_remove(&m->of_account);
	conv->nmembers--;
	conv->npeople -= last;
	MEMBER_EACH(other, conv)
	{
		other->ops->left(other, m, last, idle);
	}
	/* it may have been the slow one that kept everybody waiting */
	let_go_on(conv, NULL);
	m->conv = NULL;
	blob_unref(m->name);
	m->name = NULL;
	account_unpin(c, m->account);
	m->account = NULL;
	if (conv->nmembers > 0)
		return;
	map_remove(&c->conversations, &conv->node);
	free(conv);
}

struct blob *
said_make(struct said *what, said_shape shape, struct member *hearer)
{
	size_t i = 0;

	while (what->made[i].shape != NULL && what->made[i].shape != shape) {
		i++;
		ASSERT(i < SAID_SHAPES);
	}
	if (what->made[i].shape == NULL) {
		what->made[i].bytes = shape(what, hearer);
		what->made[i].shape = shape;
	}
	return what->made[i].bytes;
}

static void
said_forget(struct said *what)
{
	for (size_t i = 0; i < SAID_SHAPES && what->made[i].shape != NULL; i++)
		blob_unref(what->made[i].bytes);
}

bool
conversation_say(struct member *by, struct said *what)
{
	struct conversation *conv = by->conv;
	bool full = false;

	what->by = by;
	what->hearers = what->to != NULL ? 1 : conv->nmembers - 1;
	if (what->to != NULL) {
		full = what->to->ops->hear(what->to, what);
	} else {
		MEMBER_EACH(m, conv)
		{
			if (m != by && m->ops->hear(m, what))
				full = true;
		}
	}
	said_forget(what);
	if (full)
		by->ops->wait(by);
	if (what->to == NULL && conv->npeople < 2)
		return false;
	metrics_add(conv->core->metrics, COUNTER_SB_MESSAGES, 1);
	return true;
}

void
conversation_caught_up(struct member *m)
{
	let_go_on(m->conv, m);
}

/* Sessions that would take a call: announced, visible, not deaf. */
static bool
answers(const struct session *s)
{
	return s->watching && !s->deaf && s->presence.avail != AVAIL_OFFLINE &&
	    s->presence.avail != AVAIL_HIDDEN;
}

static bool
reachable(const struct account *callee, const struct person *caller)
{
	if (callee == NULL || callee->broken || !privacy_allows(callee, caller))
		return false;
	LIST_EACH(it, &callee->sessions) {
		if (answers(CONTAINER_OF(it, struct session, of_account)))
			return true;
	}
	return false;
}

static enum result
ring(struct member *caller, struct session *s)
{
	struct conversation *conv = caller->conv;
	enum result r;
	char cookie[PASS_TEXT_MAX];
	/* its name goes with the pass, and may be news */
	struct event ev = { .kind = EVENT_INVITED, .seq = s->account->seq };

	r = pass_issue_place(conv->core, s, caller, cookie);
	if (r != RESULT_OK)
		return r;
	ev.u.invited.conversation = conv->id;
	ev.u.invited.cookie = slice_text(cookie);
	ev.u.invited.caller = account_address(caller->account);
	ev.u.invited.name = blob_slice(caller->name);
	session_tell(s, &ev);
	return RESULT_OK;
}

enum result
conversation_invite(struct member *caller, struct slice address)
{
	struct conversation *conv = caller->conv;
	struct core *c = conv->core;
	char key[ADDRESS_MAX + 1];
	enum result r = RESULT_TOO_ACTIVE;
	struct account *callee;

	if (!address_canonical(address, key))
		return RESULT_BAD_ADDRESS;
	callee = account_peek(c, slice_text(key));
	if (callee != NULL && conversation_member(conv, callee->person) != NULL)
		return RESULT_ALREADY_MEMBER;
	if (!reachable(callee, caller->account->person))
		return RESULT_NOT_REACHABLE;
	if (conv->npeople >= c->cfg.max_members)
		return RESULT_CONVERSATION_FULL;
	LIST_EACH(it, &callee->sessions) {
		struct session *s =
		    CONTAINER_OF(it, struct session, of_account);

		/* it rings when it does anywhere */
		if (answers(s) && ring(caller, s) == RESULT_OK)
			r = RESULT_OK;
	}
	return r;
}

void
conversation_invite_places(struct member *caller)
{
	struct account *a = caller->account;

	LIST_EACH(it, &a->sessions) {
		struct session *s =
		    CONTAINER_OF(it, struct session, of_account);

		if (s->endpoint != NULL && answers(s) &&
		    conversation_seat(caller->conv, account_address(a),
			s->endpoint->id) == NULL)
			(void)ring(caller, s);
	}
}
