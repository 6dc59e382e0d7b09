/* SPDX-License-Identifier: MIT */
#include "core/talk/mailbox.h"

#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "core/people/presence.h"
#include "core/talk/mailbox_load.h"

#include <stdlib.h>

enum {
	SENDERS_MAX = 16384, /* whose sending is counted at a time */
	DAY_S = 24 * 3600
};

void
mailbox_start(struct core *c)
{
	c->senders = penalty_new(c->env, SENDERS_MAX, MAIL_PER_MINUTE, 60);
}

void
mailbox_stop(struct core *c)
{
	penalty_free(c->senders);
}

unsigned
mailbox_count(const struct account *a)
{
	return a->messages;
}

/* What was read before then is gone. */
int64_t
mailbox_since(const struct core *c)
{
	return env_wall(c->env) - (int64_t)c->cfg.mail_days * DAY_S;
}

/* ---- reading ---- */

static void
free_load(struct mail_load *ml)
{
	store_mail_free(&ml->ask);
	free(ml->all);
	free(ml);
}

void
mailbox_forget(struct request *rq)
{
	struct mail_load *ml = rq->mail;

	rq->mail = NULL;
	if (ml == NULL)
		return;
	ml->rq = NULL;
	if (ml->finished)
		free_load(ml);
}

static void
fill(struct mail *m, const struct store_message *row)
{
	memcpy(m->id, row->id, MAIL_ID_BYTES);
	memcpy(m->run, row->run, MAIL_ID_BYTES);
	m->run_capitals = row->run_capitals;
	m->number = row->number;
	m->size = row->size;
	m->sent = row->sent;
	m->read = row->read;
	m->kept = row->kept;
	m->sender = row->sender;
	m->name = row->name;
	m->text = row->text;
}

static void
finished(struct store_mail *ask, enum store_outcome how)
{
	struct mail_load *ml = CONTAINER_OF(ask, struct mail_load, ask);

	if (ml->rq == NULL) {
		free_load(ml);
		return;
	}
	ml->finished = true;
	if (how != STORE_FOUND)
		ml->rq->store_failed = true;
	ml->all = mem_alloc_array(ask->nmessages + 1, sizeof(ml->all[0]));
	for (size_t i = 0; i < ask->nmessages; i++)
		fill(&ml->all[i], &ask->messages[i]);
	request_wake(ml->rq);
}

static struct mail_load *
start_load(struct request *rq, const struct account *a,
    enum store_mail_what what, const unsigned char *id)
{
	struct mail_load *ml = mem_alloc(sizeof(*ml));

	ml->ask = (struct store_mail){ .owner = a->id,
		.what = what,
		.since = mailbox_since(rq->core),
		.done = finished };
	if (id != NULL)
		memcpy(ml->ask.id, id, STORE_ID_BYTES);
	ml->rq = rq;
	ml->changes = a->mail_changes;
	list_init(&ml->waiting);
	store_mail(rq->core->store, &ml->ask);
	return ml;
}

/* id is that of the one, else NULL. */
static enum result
load(struct request *rq, const struct account *a, enum store_mail_what what,
    const unsigned char *id)
{
	if (rq->store_failed || a->broken)
		return RESULT_STORE_FAILED;
	request_saw(rq, a->seq);
	if (rq->mail == NULL)
		rq->mail = start_load(rq, a, what, id);
	ASSERT(rq->mail->ask.owner == a->id);
	ASSERT(rq->mail->ask.what == what);
	if (!rq->mail->finished)
		return request_wait(rq, &rq->mail->waiting);
	return RESULT_OK;
}

static enum result
load_several(struct request *rq, const struct account *a,
    enum store_mail_what what, const struct mail **all, size_t *n)
{
	enum result r = load(rq, a, what, NULL);

	*all = r == RESULT_OK ? rq->mail->all : NULL;
	*n = r == RESULT_OK ? rq->mail->ask.nmessages : 0;
	return r;
}

enum result
mailbox_list(struct request *rq, struct account *a, const struct mail **all,
    size_t *n)
{
	return load_several(rq, a, STORE_MAIL_LIST, all, n);
}

enum result
mailbox_heads(struct request *rq, struct account *a, const struct mail **all,
    size_t *n)
{
	return load_several(rq, a, STORE_MAIL_HEADS, all, n);
}

enum result
mailbox_read_all(struct request *rq, struct account *a, const struct mail **all,
    size_t *n)
{
	return load_several(rq, a, STORE_MAIL_ALL, all, n);
}

enum result
mailbox_get(struct request *rq, struct account *a,
    const unsigned char id[MAIL_ID_BYTES], const struct mail **out)
{
	enum result r = load(rq, a, STORE_MAIL_ONE, id);

	*out = NULL;
	if (r != RESULT_OK)
		return r;
	if (rq->mail->ask.nmessages == 0)
		return RESULT_NOT_THERE;
	*out = rq->mail->all;
	return RESULT_OK;
}

/* ---- sending ---- */

static struct slice
sender_key(const struct account *from)
{
	return slice_make(&from->id, sizeof(from->id));
}

static bool
acceptable(struct slice text, size_t least, size_t most)
{
	return text.n >= least && text.n <= most && utf8_valid(text) &&
	    slice_find(text, '\0') == text.n;
}

static enum result
check(struct request *rq, const struct account *from, const struct account *to,
    const struct mail *m)
{
	if (!acceptable(m->text, 1, MAIL_TEXT_MAX) ||
	    !acceptable(m->name, 0, MAIL_NAME_MAX))
		return RESULT_BAD_VALUE;
	if (!privacy_allows(to, from->person) || (to->flags & ACCOUNT_DISABLED))
		return RESULT_NOT_REACHABLE;
	if (penalty_locked(rq->core->senders, sender_key(from)))
		return RESULT_TOO_ACTIVE;
	if (to->messages >= MAILBOX_MAX)
		return RESULT_BUSY;
	return account_writable(rq->core);
}

/*
 * Nobody fills a mailbox alone, and strangers do not fill it at all.  Whoever
 * has as many in it as there is room for leaves that room to others, so a few
 * do not fill it together either.  OK; BUSY; TOO_ACTIVE (a share is used up);
 * WAIT, as which are whose stands on disk.
 */
static enum result
share(struct request *rq, const struct account *from, const struct account *to)
{
	const struct contact *k = roster_find(&to->roster, from->person);
	bool known = k != NULL && (k->lists & (LIST_ALLOW | LIST_FORWARD));
	const struct mail *all;
	unsigned room = MAILBOX_MAX - to->messages;
	unsigned own = 0;
	enum result r;
	size_t n;

	if (to->messages < MAIL_PER_SENDER)
		return RESULT_OK;
	if (to->messages >= MAIL_STRANGERS && !known && from != to)
		return RESULT_BUSY;
	r = load_several(rq, to, STORE_MAIL_LIST, &all, &n);
	for (size_t i = 0; r == RESULT_OK && i < n; i++)
		own += slice_eq(all[i].sender, account_address(from));
	if (r == RESULT_OK && (own >= MAIL_PER_SENDER || own >= room))
		return RESULT_TOO_ACTIVE;
	return r;
}

static void
keep(struct request *rq, struct account *to, const struct mail *m)
{
	struct store_change change = { .kind = STORE_MESSAGE_PUT,
		.id = to->id };
	struct store_message *row = &change.u.message;

	memcpy(row->id, m->id, STORE_ID_BYTES);
	memcpy(row->run, m->run, STORE_ID_BYTES);
	row->run_capitals = m->run_capitals;
	row->number = m->number;
	row->size = m->size;
	row->sent = m->sent;
	row->sender = m->sender;
	row->name = m->name;
	row->text = m->text;
	to->seq = store_change(rq->core->store, &change);
	to->messages++;
	request_saw(rq, to->seq);
}

enum result
mailbox_send(struct request *rq, const struct account *from, struct account *to,
    const struct mail *m)
{
	enum result r = check(rq, from, to, m);
	struct event ev = { .kind = EVENT_MAIL };
	struct mail made = *m;

	if (r == RESULT_OK)
		r = share(rq, from, to);
	if (r != RESULT_OK)
		return r;
	env_random(rq->core->env, made.id, sizeof(made.id));
	made.size = (uint32_t)made.text.n;
	made.sent = env_wall(rq->core->env) * 1000;
	made.sender = account_address(from);
	keep(rq, to, &made);
	penalty_fail(rq->core->senders, sender_key(from));
	ev.seq = to->seq;
	ev.u.mail.mail = &made;
	session_tell_account(to, &ev);
	return RESULT_OK;
}
