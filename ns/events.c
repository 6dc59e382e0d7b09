/* SPDX-License-Identifier: MIT */
/* From what the core announces to what a client reads. */
#include "core/desk/trace.h"
#include "ns/conn.h"
#include "ns/msnp/place.h"
#include "ns/shapes.h"

enum {
	GROUPED_MAX = 128 * 1024
};

/* Lines that are the same for every viewer of a dialect. */
static struct blob *
encode(const struct event *ev, unsigned shape)
{
	const struct dialect *d = dialect_by_index(shape);
	const struct account *who = ev->u.presence.who;
	const struct look *look = ev->u.presence.look;
	struct buf b = BUF_INIT(GROUPED_MAX);
	struct blob *bytes = NULL;

	if (ev->kind == EVENT_SEEN)
		shape_seen(&b, d, slice_make("", 0), who, look);
	else if (ev->kind == EVENT_GONE)
		shape_gone(&b, d, who);
	else if (ev->kind == EVENT_NOTE)
		shape_note(&b, d, who, look->note);
	if (b.n > 0 && buf_ok(&b))
		bytes = blob_new(b.p, b.n);
	buf_free(&b);
	return bytes;
}

static void
ring(struct conn *c, const struct event *ev)
{
	struct buf *b = conn_line(c);

	buf_addf(b, "RNG %u ", ev->u.invited.conversation);
	conn_add_own_address(c, b);
	buf_add_text(b, " CKI");
	shape_word(b, ev->u.invited.cookie);
	shape_word(b, ev->u.invited.caller);
	shape_word(b, ev->u.invited.name);
	shape_direct(b, c->dialect);
	conn_finish(c);
}

static void
end(struct conn *c, enum close_reason why)
{
	/*
	 * Only OTH keeps clients from signing in again at once; whatever else
	 * they read they take for a shutdown (ns-classic 14.24).
	 */
	conn_printf(c, "OUT %s", why == CLOSE_ELSEWHERE ? "OTH" : "SSD");
	conn_end(c, why);
}

/* UBN, or UBM for a message; which versions know them differs. */
static bool
write_data(const struct conn *c, const struct event *ev, struct buf *b)
{
	bool text = ev->u.data.text, places = dialect_has(c->dialect, D_PLACES);

	if (!dialect_has(c->dialect, text ? D_NETWORK_IDS : D_BOOK))
		return false;
	buf_add_text(b, text ? "UBM " : "UBN ");
	buf_add_slice(b, account_address(ev->u.data.from));
	if (ev->u.data.from_endpoint != NULL && places)
		place_add(b, ev->u.data.from_endpoint);
	if (text)
		buf_add_text(b, " 1");
	if (text && places) {
		shape_word(b, account_address(c->session.account));
		buf_add_text(b, " 1");
	}
	buf_addf(b, " %u %zu\r\n", ev->u.data.type, ev->u.data.payload.n);
	buf_add_slice(b, ev->u.data.payload);
	return true;
}

/* What only this session can be told; false: nothing was written. */
static bool
write_own(struct conn *c, const struct event *ev, struct buf *b)
{
	const struct account *me = c->session.account;

	switch (ev->kind) {
	case EVENT_PROP:
		/* follows the SYN its client learns contacts from */
		if (!c->synced || !dialect_has(c->dialect, D_PHONES))
			return false;
		shape_property(b, c->dialect, me, ev);
		return true;
	case EVENT_ADDED:
	case EVENT_REMOVED:
		/* adding oneself is no news, and would come before its answer */
		if (ev->u.relation.by == me)
			return false;
		shape_relation(b, c->dialect, me, ev);
		return true;
	case EVENT_NOTICE:
		if (!dialect_has(c->dialect, D_PHONES))
			return false;
		shape_notice(b, me, ev->u.notice.text,
		    (uint32_t)env_wall(c->ns->core->env));
		return true;
	case EVENT_MAINTENANCE:
		shape_maintenance(b, ev->u.maintenance.minutes);
		return true;
	case EVENT_LISTS:
		/*
		 * Older clients cannot be told piecemeal: they compare the
		 * serial, or read the whole list, at their next SYN.
		 */
		if (!dialect_has(c->dialect, D_BOOK))
			return false;
		shape_book_changed(b, me, env_wall(c->ns->core->env));
		return true;
	case EVENT_SELF:
		shape_self(b, c->dialect, &c->session, ev->u.self.announced);
		return true;
	case EVENT_DATA:
		return write_data(c, ev, b);
	case EVENT_MAIL:
		/* until then they are in what it is told at first */
		if (c->state != CONN_ONLINE)
			return false;
		shape_mail_came(b, c->dialect, ev->u.mail.mail);
		return true;
	case EVENT_MAIL_DELETED:
		if (c->state != CONN_ONLINE ||
		    !dialect_has(c->dialect, D_PROFILE))
			return false;
		shape_mail_deleted(b, c->dialect, ev->u.mail_deleted.count);
		return true;
	case EVENT_SEEN:
	case EVENT_GONE:
	case EVENT_NOTE:
	case EVENT_INVITED:
	case EVENT_ENDED:
	case EVENTS:
		return false;
	}
	return false;
}

static void
deliver(struct session *s, const struct event *ev, struct blob *bytes)
{
	struct conn *c = conn_of_session(s);

	if (c->state == CONN_ENDED)
		return;
	conn_barrier(c, ev->seq);
	if (bytes != NULL && trace_any(c->ns->core))
		ns_trace_out(c, blob_slice(bytes));
	if (bytes != NULL)
		outq_add_blob(&c->link->out, bytes);
	else if (ev->kind == EVENT_INVITED)
		ring(c, ev);
	else if (ev->kind == EVENT_ENDED)
		end(c, ev->u.ended.why);
	else if (write_own(c, ev, conn_line(c)))
		conn_send(c);
}

static const struct addr *
peer_of(struct session *s)
{
	return &conn_of_session(s)->link->peer;
}

const struct front ns_front = {
	.encode = encode,
	.deliver = deliver,
	.peer = peer_of,
};
