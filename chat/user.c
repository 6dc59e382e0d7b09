/* SPDX-License-Identifier: MIT */
/* One connection: its output, its states, its end. */
#include "chat/user.h"

#include "chat/access.h"
#include "chat/watcher.h"
#include "common/base/log.h"
#include "common/base/panic.h"
#include "common/net/log_peer.h"
#include "core/desk/trace.h"
#include "core/session.h"

#include <stdlib.h>

/* ---- output ---- */

struct buf *
user_line(struct user *u)
{
	buf_reset(&u->chat->scratch);
	return &u->chat->scratch;
}

void
user_wait(struct user *u, uint64_t seq)
{
	const struct chat *chat = u->chat;

	if (chat->rq != NULL && chat->rq->seq > seq)
		seq = chat->rq->seq;
	if (seq > chat->core->barrier->released)
		outq_barrier(&u->link->out, seq);
}

void
user_finish(struct user *u)
{
	struct buf *b = &u->chat->scratch;

	ircx_end_line(b, 0);
	ASSERT(buf_ok(b));
	if (u->state == USER_ENDED)
		return;
	if (trace_any(u->chat->core))
		user_trace_out(u, buf_slice(b));
	user_wait(u, 0);
	outq_add(&u->link->out, b->p, b->n);
}

void
user_printf(struct user *u, const char *fmt, ...)
{
	struct buf *b = user_line(u);
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
	user_finish(u);
}

struct buf *
user_reply(struct user *u, enum numeric n)
{
	struct buf *b = user_line(u);

	buf_addf(b, ":" CHAT_SERVER " %03u ", numeric_code(n));
	if (u->nick_n > 0 && (u->state == USER_IN || u->state == USER_LOOKING))
		buf_add_slice(b, user_nick(u));
	else
		buf_add_char(b, '*');
	return b;
}

static void
add_text(struct buf *b, enum numeric n)
{
	const char *text = numeric_text(n);

	if (text[0] == '\0')
		return;
	buf_add_text(b, " :");
	buf_add_text(b, text);
}

void
user_tell(struct user *u, enum numeric n)
{
	add_text(user_reply(u, n), n);
	user_finish(u);
}

static void
add_words(struct buf *b, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);

static void
add_words(struct buf *b, const char *fmt, va_list ap)
{
	buf_add_char(b, ' ');
	buf_vaddf(b, fmt, ap);
}

void
user_say(struct user *u, enum numeric n, const char *fmt, ...)
{
	struct buf *b = user_reply(u, n);
	va_list ap;

	va_start(ap, fmt);
	add_words(b, fmt, ap);
	va_end(ap);
	add_text(b, n);
	user_finish(u);
}

void
user_say_room(struct user *u, enum numeric n, const struct room *r,
    const char *fmt, ...)
{
	struct buf *b = user_reply(u, n);
	va_list ap;

	buf_add_char(b, ' ');
	ircx_add_room(u->dialect, b, room_name(r));
	va_start(ap, fmt);
	if (fmt != NULL)
		add_words(b, fmt, ap);
	va_end(ap);
	add_text(b, n);
	user_finish(u);
}

/* ---- who it is ---- */

const char *
user_domain(const struct user *u)
{
	static const char *const domains[KINDS] = { "Anonymous", "GateKeeper",
		"GateKeeperPassport", "Anonymous" };

	return domains[u->kind];
}

void
user_add_prefix(struct buf *b, const struct user *u)
{
	buf_add_char(b, ':');
	buf_add_slice(b, user_nick(u));
	buf_addf(b, "!%s@%s", u->id, user_domain(u));
}

struct member_look
user_look(const struct user *u, enum level level)
{
	return (struct member_look){ .nick = user_nick(u),
		.level = level,
		.staff = (enum staff)u->staff,
		.away = u->away != NULL,
		.guest = u->kind != KIND_MEMBER,
		.subscriber = u->subscriber,
		.profile = u->profile };
}

struct user *
user_find(const struct chat *chat, struct slice nick)
{
	char folded[NICK_MAX];
	struct map_node *node;

	if (nick.n > NICK_MAX)
		return NULL;
	ircx_fold(nick, folded);
	node = map_get(&chat->nicks, slice_make(folded, nick.n));
	return node ? CONTAINER_OF(node, struct user, by_nick) : NULL;
}

void
user_set_nick(struct user *u, struct slice nick)
{
	char copy[NICK_MAX];

	ASSERT(nick.n <= NICK_MAX);
	memcpy(copy, nick.p, nick.n);
	if (u->state == USER_IN)
		map_remove(&u->chat->nicks, &u->by_nick);
	memcpy(u->nick, copy, nick.n);
	u->nick[nick.n] = '\0';
	u->nick_n = (uint8_t)nick.n;
	ircx_fold(user_nick(u), u->folded);
	if (u->state == USER_IN)
		map_put(&u->chat->nicks, &u->by_nick);
}

bool
user_is_blocked(const struct user *from, const struct user *to)
{
	const struct contact *k;

	if (to->own != NULL && from->staff == STAFF_NONE &&
	    access_judge(to->own, from) == ACCESS_DENY)
		return true;
	if (from->account == NULL || to->account == NULL)
		return false;
	/* who is on no list may speak: a room is full of strangers */
	k = roster_find(&to->account->roster, from->account->person);
	return k != NULL && (k->lists & LIST_BLOCK) != 0;
}

bool
user_is_stale(const struct user *u)
{
	const struct account *a = u->account;

	return a != NULL &&
	    (a->broken || a->epoch != u->epoch ||
		(a->flags & ACCOUNT_DISABLED) != 0);
}

/* ---- where we are ---- */

void
user_add_host(const struct user *u, struct buf *b)
{
	struct addr local;
	size_t at = b->n;

	link_local(u->link, &local);
	public_add_host(slice_text(u->chat->cfg.public_address), &u->link->peer,
	    &local, b);
	/* its control keeps 15 characters and cuts the rest */
	if (buf_ok(b) && b->n - at > GK_HOST_MAX && local.family == 4) {
		b->n = at;
		addr_add_ip(b, &local);
	}
}

void
user_add_hosts(const struct user *u, struct buf *b)
{
	const struct chat_config *cfg = &u->chat->cfg;
	struct addr local;

	link_local(u->link, &local);
	addr_add_ip(b, &local);
	buf_add_char(b, ' ');
	user_add_host(u, b);
	buf_addf(b, " %s localhost 127.0.0.1", cfg->names);
	public_add_names(slice_text(cfg->public_address), b);
}

/* ---- reading ---- */

void
user_hold(struct user *u, enum user_hold why)
{
	if (u->holds == 0)
		link_pause(u->link);
	u->holds = (uint8_t)(u->holds | why);
}

void
user_release(struct user *u, enum user_hold why)
{
	if ((u->holds & why) == 0)
		return;
	u->holds = (uint8_t)(u->holds & ~(unsigned)why);
	if (u->holds == 0 && u->state != USER_ENDED)
		link_resume(u->link);
}

/* ---- deadlines ---- */

static void
deadline(struct timer *t)
{
	struct user *u = CONTAINER_OF(t, struct user, timer);
	uint32_t silent = user_clock(u) - u->heard;
	unsigned wait = u->chat->cfg.ping_ms;

	if (u->state & USER_BEFORE && u->entry->guessed) {
		u->entry->guessed = false;
		if (silent >= GUESS_MS)
			user_guess_rooms(u);
		timer_start(u->chat->loop, t, u->chat->cfg.sign_in_ms);
		return;
	}
	if (u->state & USER_BEFORE) {
		user_end_error(u, CLOSE_SIGN_IN_DEADLINE, "Sign-in timeout");
		return;
	}
	if (user_is_stale(u)) {
		user_end_error(u, CLOSE_ACCOUNT_GONE, "Account changed");
		return;
	}
	if (silent < wait) {
		u->pinged = false;
		timer_start(u->chat->loop, t, wait - silent);
	} else if (!u->pinged) {
		u->pinged = true;
		user_printf(u, "PING :" CHAT_SERVER);
		timer_start(u->chat->loop, t, wait);
	} else {
		user_end_error(u, CLOSE_IDLE, "011 (Ping timeout)");
	}
}

static void
entry_free(struct user *u)
{
	if (u->entry == NULL)
		return;
	crowd_leave(&u->entry->stranger);
	if (u->entry->secret.p != NULL)
		mem_wipe(u->entry->secret.p, u->entry->secret.n);
	buf_free(&u->entry->secret);
	mem_wipe(u->entry, sizeof(*u->entry));
	free(u->entry);
	u->entry = NULL;
}

void
user_enter(struct user *u, enum user_state state)
{
	struct chat *chat = u->chat;

	ASSERT(u->state != USER_ENDED);
	if (u->state == USER_IN) {
		map_remove(&chat->nicks, &u->by_nick);
		chat->nin--;
	}
	u->state = (uint8_t)state;
	if (state & USER_BEFORE)
		return;
	entry_free(u);
	timer_stop(&u->timer);
	if (state == USER_ENDED)
		return;
	timer_start(chat->loop, &u->timer, chat->cfg.ping_ms);
	if (state != USER_IN)
		return;
	map_put(&chat->nicks, &u->by_nick);
	chat->nin++;
	chat->most_in = size_max(chat->most_in, chat->nin);
}

/* ---- the end ---- */

static void
log_end(const struct user *u, enum close_reason why)
{
	log_peer(LOG_INFO, u->account != NULL ? LOG_PEER_MANY : LOG_PEER_FEW,
	    "chat-end", &u->link->peer, LOG_T("reason", close_name(why)),
	    LOG_S("account",
		u->account ? account_address(u->account) : slice_text("")),
	    LOG_S("nick", user_nick(u)), LOG_T("dialect", u->dialect->name));
}

static void
leave_rooms(struct user *u, struct slice words)
{
	struct notice quit = { .write = notice_write,
		.who = u,
		.verb = "QUIT",
		.text = words };

	notice_around(&quit, u, false);
	LIST_EACH(it, &u->seats)
		seat_free(CONTAINER_OF(it, struct seat, of_user));
}

static void
tell_watchers(struct user *u, enum close_reason why)
{
	if (u->state == USER_IN)
		watcher_tell_user(u, SEEN_USER, "LOGOFF");
	if (close_is_error(why))
		watcher_tell_link(u, SEEN_SOCKET, "ERROR", close_name(why));
	watcher_tell_link(u, SEEN_CONNECT, "CLOSE", close_name(why));
}

static void
finish(struct user *u, enum close_reason why, struct slice words)
{
	struct chat *chat = u->chat;

	log_end(u, why);
	user_throttle_end(u);
	if (u->state == USER_IN)
		leave_rooms(u, words);
	watcher_free(u);
	tell_watchers(u, why);
	user_enter(u, USER_ENDED);
	if (u->job != NULL)
		user_job_end(chat, u->job);
	u->job = NULL;
	if (u->account != NULL)
		account_unpin(chat->core, u->account);
	u->account = NULL;
	blob_unref(u->away);
	u->away = NULL;
	if (u->own != NULL)
		room_free(u->own);
	u->own = NULL;
}

void
user_end_saying(struct user *u, enum close_reason why, struct slice words)
{
	if (u->state == USER_ENDED)
		return;
	finish(u, why, words);
	link_close(u->link, why);
}

void
user_end(struct user *u, enum close_reason why)
{
	user_end_saying(u, why, slice_text(close_text(why)));
}

void
user_end_error(struct user *u, enum close_reason why, const char *words)
{
	if (u->state == USER_ENDED)
		return;
	user_printf(u, "ERROR :Closing Link: %s[%s] %s", u->nick,
	    user_domain(u), words);
	user_end(u, why);
}

static void
link_closed(struct link *l, enum close_reason why)
{
	struct user *u = l->session;
	struct chat *chat = u->chat;

	if (u->state != USER_ENDED)
		finish(u, why, slice_text(close_text(why)));
	metrics_closed(chat->core->metrics, why);
	if (chat->cfg.limits != NULL && !l->relayed)
		conn_limits_leave(chat->cfg.limits, &l->peer);
	list_remove(&u->node);
	chat->nusers--;
	free(u);
}

static void
link_drained(struct link *l)
{
	user_release(l->session, HOLD_OUTPUT);
}

static const struct link_user user_ops = {
	.input = user_input,
	.drained = link_drained,
	.closed = link_closed,
};

static void
give_way(struct stranger *s)
{
	struct user *u = CONTAINER_OF(s, struct entry, stranger)->of;

	user_end_error(u, CLOSE_GAVE_WAY, "Too many connections");
}

/* False: there is no room for one more. */
static bool
stranger_enter(struct user *u)
{
	struct crowd *strangers = u->chat->cfg.strangers;
	struct stranger *s = &u->entry->stranger;

	u->entry->of = u;
	s->peer = &u->link->peer;
	s->give_way = give_way;
	return strangers == NULL ||
	    crowd_hold(strangers, s, 1, loop_now(u->chat->loop));
}

void
chat_accept(struct chat *chat, struct link *link, enum chat_stage stage)
{
	struct user *u = mem_alloc(sizeof(*u));

	u->chat = chat;
	u->link = link;
	u->dialect = ircx_dialect(DIALECT_PLAIN);
	u->timer.fire = deadline;
	u->tokens = INT32_MAX; /* the bucket cuts it to its size */
	u->refilled = u->heard = u->spoken = user_clock(u);
	u->state = USER_NEW;
	u->since = env_wall(chat->core->env);
	u->entry = mem_alloc(sizeof(*u->entry));
	u->entry->stage = stage;
	buf_init(&u->entry->secret, SECRET_MAX);
	list_init(&u->seats);
	link->user = &user_ops;
	link->session = u;
	list_push(&chat->users, &u->node);
	chat->nusers++;
	timer_start(chat->loop, &u->timer, chat->cfg.sign_in_ms);
	watcher_tell_link(u, SEEN_CONNECT, "OPEN", "");
	if (!stranger_enter(u))
		user_end(u, CLOSE_SERVER_FULL);
}
