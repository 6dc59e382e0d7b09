/* SPDX-License-Identifier: MIT */
/* What becomes of messages: opened, kept, deleted. */
#include "core/talk/mailbox.h"

#include "common/base/panic.h"
#include "core/talk/mailbox_load.h"

/* So many wait no more: programs count. */
static void
tell_fewer(struct account *a, unsigned count)
{
	struct event ev = { .kind = EVENT_MAIL_DELETED, .seq = a->seq };

	ev.u.mail_deleted.count = count;
	a->mail_changes++;
	if (count > 0)
		session_tell_account(a, &ev);
}

static void
forget_waiting(struct account *a, const struct mail *m, unsigned *count)
{
	if (m->read != 0)
		return;
	ASSERT(a->messages > 0);
	a->messages--;
	++*count;
}

/* ---- one ---- */

static void
mark(struct request *rq, struct account *a, const struct mail *m, bool keep)
{
	struct store_change change = { .kind = STORE_MESSAGE_MARK,
		.id = a->id };
	struct store_message *row = &change.u.message;

	memcpy(row->id, m->id, STORE_ID_BYTES);
	row->read = m->read != 0 ? m->read : env_wall(rq->core->env);
	row->kept = keep;
	a->seq = store_change(rq->core->store, &change);
	request_saw(rq, a->seq);
}

enum result
mailbox_open(struct request *rq, struct account *a,
    const unsigned char id[MAIL_ID_BYTES], const struct mail **out)
{
	enum result r = mailbox_get(rq, a, id, out);
	unsigned count = 0;

	if (r != RESULT_OK || (*out)->read != 0 ||
	    rq->mail->changes != a->mail_changes ||
	    account_writable(rq->core) != RESULT_OK)
		return r;
	mark(rq, a, *out, (*out)->kept);
	forget_waiting(a, *out, &count);
	tell_fewer(a, count);
	return RESULT_OK;
}

/* All there are, as they are now, for a change. */
static enum result
load_for_change(struct request *rq, struct account *a)
{
	const struct mail *all;
	size_t n;
	enum result r = mailbox_heads(rq, a, &all, &n);

	if (r == RESULT_OK)
		r = account_writable(rq->core);
	if (r == RESULT_OK && rq->mail->changes != a->mail_changes)
		r = RESULT_BUSY;
	return r;
}

static bool
same(const unsigned char a[MAIL_ID_BYTES], const unsigned char b[MAIL_ID_BYTES])
{
	return memcmp(a, b, MAIL_ID_BYTES) == 0;
}

static const struct mail *
listed(const struct mail_load *ml, const unsigned char id[MAIL_ID_BYTES])
{
	for (size_t i = 0; i < ml->ask.nmessages; i++)
		if (same(ml->all[i].id, id))
			return &ml->all[i];
	return NULL;
}

enum result
mailbox_keep(struct request *rq, struct account *a,
    const unsigned char id[MAIL_ID_BYTES], bool keep)
{
	enum result r = load_for_change(rq, a);
	const struct mail *m;
	unsigned kept = 0, count = 0;

	if (r != RESULT_OK)
		return r;
	m = listed(rq->mail, id);
	if (m == NULL)
		return RESULT_NOT_THERE;
	for (size_t i = 0; i < rq->mail->ask.nmessages; i++)
		kept += rq->mail->all[i].kept;
	if (keep && !m->kept && kept >= MAIL_KEPT_MAX)
		return RESULT_LIST_FULL;
	mark(rq, a, m, keep);
	forget_waiting(a, m, &count);
	tell_fewer(a, count);
	return RESULT_OK;
}

/* ---- several ---- */

/* Is number i of them one that stands further ahead, too? */
static bool
repeated(const unsigned char (*ids)[MAIL_ID_BYTES], size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same(ids[k], ids[i]))
			return true;
	return false;
}

static void
drop(struct request *rq, struct account *a, const struct mail *m,
    unsigned *count)
{
	struct store_change change = { .kind = STORE_MESSAGE_DELETE,
		.id = a->id };

	memcpy(change.u.message.id, m->id, STORE_ID_BYTES);
	a->seq = store_change(rq->core->store, &change);
	request_saw(rq, a->seq);
	forget_waiting(a, m, count);
}

enum result
mailbox_delete(struct request *rq, struct account *a,
    const unsigned char (*ids)[MAIL_ID_BYTES], size_t n)
{
	unsigned count = 0;
	enum result r;

	if (n > MAILBOX_MAX)
		return RESULT_NOT_THERE;
	r = load_for_change(rq, a);
	if (r != RESULT_OK)
		return r;
	for (size_t i = 0; i < n; i++)
		if (listed(rq->mail, ids[i]) == NULL)
			return RESULT_NOT_THERE;
	for (size_t i = 0; i < n; i++)
		if (!repeated(ids, i))
			drop(rq, a, listed(rq->mail, ids[i]), &count);
	if (n > 0)
		tell_fewer(a, count);
	return RESULT_OK;
}

enum result
mailbox_delete_read(struct request *rq, struct account *a)
{
	enum result r = load_for_change(rq, a);
	unsigned count = 0;

	if (r != RESULT_OK)
		return r;
	for (size_t i = 0; i < rq->mail->ask.nmessages; i++) {
		const struct mail *m = &rq->mail->all[i];

		if (m->read != 0 && !m->kept)
			drop(rq, a, m, &count);
	}
	tell_fewer(a, count);
	return RESULT_OK;
}
