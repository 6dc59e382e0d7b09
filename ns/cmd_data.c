/* SPDX-License-Identifier: MIT */
/* Bytes from one to another without a switchboard (ns-modern 6). */
#include "common/base/num.h"
#include "common/codec/mime.h"
#include "common/codec/url.h"
#include "core/talk/mailbox.h"
#include "ns/conn.h"
#include "ns/msnp/leave.h"
#include "ns/msnp/network.h"
#include "ns/msnp/place.h"

/* Types of UUN that make a client do something to itself: of an INVITE, to
 * connect to the host it names and show its ticket there (relay 4.1). */
enum {
	UUN_INVITE = 2,
	UUN_SIGN_OUT = 4,
	UUN_WINDOW_CLOSED = 5,
	UUN_OWN_PLACES = 8
};

enum {
	UUM_TEXT = 1,
	UUM_LAST = 4
};

/* Clients obey these without asking who said so; words of any type, too. */
static bool
only_to_oneself(uint32_t type, struct slice payload)
{
	return type == UUN_INVITE || type == UUN_SIGN_OUT ||
	    type == UUN_WINDOW_CLOSED || type == UUN_OWN_PLACES ||
	    leave_ordered(payload);
}

/* Can this session be told?  Not one that has enough to read already. */
static bool
takes(struct session *s, uint64_t feature)
{
	const struct conn *c = conn_of_session(s);

	return s->front == &ns_front && dialect_has(c->dialect, feature) &&
	    !outq_full(&c->link->out);
}

/* Whoever is there and lets me see it; NULL otherwise. */
static struct account *
find_target(const struct conn *c, struct slice address)
{
	struct account *me = c->session.account, *a;
	char key[ADDRESS_MAX + 1];

	if (!address_canonical(address, key))
		return NULL;
	a = account_peek(c->ns->core, slice_text(key));
	if (a == NULL || a == me || presence_seen_by(a, me->person))
		return a;
	return NULL;
}

/* To all of to's sessions but this one, or to the one at a place. */
static unsigned
deliver(struct conn *c, struct account *to, const struct place_word *where,
    const struct event *ev)
{
	uint64_t feature = ev->u.data.text ? D_NETWORK_IDS : D_BOOK;
	const struct session *only =
	    where->named ? session_at_endpoint(to, where->id) : NULL;
	unsigned told = 0;

	LIST_EACH(it, &to->sessions) {
		struct session *s =
		    CONTAINER_OF(it, struct session, of_account);

		if ((where->named && s != only) ||
		    (!where->named && s == &c->session) || !takes(s, feature))
			continue;
		session_tell(s, ev);
		told++;
	}
	return told;
}

static struct event
data_event(const struct conn *c, const struct command *in, uint32_t type)
{
	struct event ev = { .kind = EVENT_DATA,
		.seq = c->session.account->seq };

	ev.u.data.from = c->session.account;
	ev.u.data.type = type;
	ev.u.data.payload = in->payload;
	return ev;
}

/* UUN account{;{guid}} type length */
enum result
cmd_uun(struct conn *c, const struct command *in)
{
	struct account *me = c->session.account, *to;
	struct place_word where;
	struct event ev;
	uint32_t type;

	if (!place_parse(in->args[0], &where) ||
	    !num_parse_u32(in->args[1], &type) ||
	    in->payload.n > CEILING_TAKE_DATA)
		return RESULT_BAD_VALUE;
	to = find_target(c, where.address);
	if (to == NULL || (to != me && only_to_oneself(type, in->payload)))
		return RESULT_NOT_REACHABLE;
	ev = data_event(c, in, type);
	/* who addresses a place is answered at a place */
	if (where.named && c->session.endpoint != NULL)
		ev.u.data.from_endpoint = c->session.endpoint->id;
	/* to one's other places, of which there may be none */
	if (deliver(c, to, &where, &ev) == 0 && (to != me || where.named))
		return RESULT_NOT_REACHABLE;
	buf_add_text(conn_reply(c, in), " OK");
	conn_finish(c);
	return RESULT_OK;
}

static bool
plain_text(struct slice payload, struct slice *text)
{
	struct slice headers, type;

	mime_split(payload, &headers, text);
	return mime_header(headers, "Content-Type", &type) &&
	    slice_eq_nocase(mime_type(type), SLICE_LIT("text/plain"));
}

/* For whom is away, or seems to be: kept until that one comes. */
static enum result
keep(struct conn *c, const struct command *in, struct slice text)
{
	struct account *me = c->session.account, *to;
	struct buf name = BUF_INIT(MAIL_NAME_MAX);
	struct mail m = { .number = 1, .text = text };
	enum result r = account_get(in->rq, in->args[0], &to);

	if (r == RESULT_NO_SUCH_ACCOUNT || r == RESULT_BAD_ADDRESS)
		return RESULT_NOT_REACHABLE;
	if (r != RESULT_OK)
		return r;
	url_decode(&name, account_name(me));
	m.name = buf_slice(&name);
	env_random(c->ns->core->env, m.run, sizeof(m.run));
	r = mailbox_send(in->rq, me, to, &m);
	buf_free(&name);
	return r;
}

/* UUM account network type length; nothing is said when it was delivered or kept. */
enum result
cmd_uum(struct conn *c, const struct command *in)
{
	const struct place_word everywhere = { .named = false };
	struct account *to;
	struct slice text;
	struct event ev;
	uint32_t network, type;

	if (!num_parse_u32(in->args[1], &network) || !network_known(network) ||
	    (network == NETWORK_HERE && !dialect_has(c->dialect, D_JOINED))) {
		conn_error(c, in, 204);
		return RESULT_OK;
	}
	if (!num_parse_u32(in->args[2], &type) || type < UUM_TEXT ||
	    type > UUM_LAST || in->payload.n > CEILING_TAKE_DATA)
		return RESULT_BAD_VALUE;
	if (network != NETWORK_HERE)
		return RESULT_NOT_REACHABLE;
	to = find_target(c, in->args[0]);
	if (to == NULL && type == UUM_TEXT && plain_text(in->payload, &text))
		return keep(c, in, text);
	if (to == NULL)
		return RESULT_NOT_REACHABLE;
	ev = data_event(c, in, type);
	ev.u.data.text = true;
	return deliver(c, to, &everywhere, &ev) > 0 ? RESULT_OK
						    : RESULT_NOT_REACHABLE;
}
