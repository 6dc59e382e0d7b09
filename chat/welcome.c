/* SPDX-License-Identifier: MIT */
/* From a stranger to somebody in the directory or in the rooms. */
#include "chat/access.h"
#include "chat/staff.h"
#include "chat/watcher.h"
#include "common/net/log_peer.h"
#include "core/people/nickname.h"

#include <inttypes.h>
#include <stdio.h>

void
user_proved(struct user *u, enum user_kind kind, const char *id)
{
	u->kind = (uint8_t)kind;
	(void)snprintf(u->id, sizeof(u->id), "%s", id);
	user_enter(u, USER_PROVED);
}

void
user_admit(struct user *u, struct account *a)
{
	char id[GK_IDENTITY + 1];

	account_pin(a);
	u->account = a;
	u->epoch = a->epoch;
	(void)snprintf(id, sizeof(id), "%016" PRIX64, (uint64_t)account_cid(a));
	staff_look(u);
	user_proved(u, KIND_MEMBER, id);
}

void
user_plain_id(const struct user *u, char id[GK_IDENTITY + 1])
{
	const uint64_t *seed = u->chat->seed;
	unsigned char group[16];
	struct slice s = slice_make(group, sizeof(group));

	addr_group(&u->link->peer, group);
	(void)snprintf(id, GK_IDENTITY + 1, "%016llX%016llX",
	    (unsigned long long)map_siphash(seed[0], seed[1], s),
	    (unsigned long long)map_siphash(seed[1], seed[0], s));
}

static void
welcome_rooms(struct user *u)
{
	user_say(u, NUM_WELCOME, ":Welcome to the MSN Chat Service Network, %s",
	    u->nick);
	user_say(u, NUM_YOUR_HOST,
	    ":Your host is " CHAT_SERVER ", running version 9.02.0402.1601");
	user_say(u, NUM_CREATED,
	    ":This server was created Apr  2 2003 at 16:01:00");
	user_say(u, NUM_MY_INFO,
	    CHAT_SERVER " 9.02.0402.1601 aghioxz "
			"abdefghiklmnopqrsStuvwWxz");
	if (!ircx_has(u->dialect, CHAT_IRCX))
		user_say(u, NUM_SUPPORTS,
		    "CHANTYPES=# PREFIX=(ov)@+ CHANMODES=b,k,l,adefghimnprsStuwWxz "
		    "CASEMAPPING=ascii NICKLEN=%d TOPICLEN=160 "
		    "CHANNELLEN=%d NETWORK=Nudge",
		    NICK_MAX, ROOM_NAME_MAX);
	(void)chat_lusers(u, NULL);
	(void)chat_motd(u, NULL);
}

static void
log_welcome(const struct user *u)
{
	metrics_add(u->chat->core->metrics, COUNTER_CHAT_WELCOMES, 1);
	log_peer(LOG_INFO, u->account != NULL ? LOG_PEER_MANY : LOG_PEER_FEW,
	    "chat-welcome", &u->link->peer,
	    LOG_S("account",
		u->account ? account_address(u->account) : slice_text("")),
	    LOG_S("nick", user_nick(u)), LOG_T("dialect", u->dialect->name));
}

static enum nick_kind
nick_kind_of(const struct user *u)
{
	static const enum nick_kind kinds[KINDS] = { NICK_ANY, NICK_GUEST,
		NICK_MEMBER, NICK_PLAIN };

	return u->staff != STAFF_NONE ? NICK_STAFF : kinds[u->kind];
}

/* It showed the id of this name, or is the account that registered it. */
static bool
has_title(const struct user *u, struct slice nick)
{
	uint64_t owner = nickname_owner(u->chat->rq, nick);

	if (owner == 0 || u->kind != KIND_MEMBER)
		return false;
	return owner == u->account->id ||
	    (u->entry != NULL && u->entry->id_shown);
}

bool
user_may_be_called(struct user *u, struct slice nick)
{
	struct user *old;

	if (!ircx_nick_ok(nick, nick_kind_of(u))) {
		user_say(u, NUM_BAD_NICK, SLICE_FMT, SLICE_ARG(nick));
		return false;
	}
	u->titled = has_title(u, nick);
	if (!u->titled && u->kind != KIND_GUEST &&
	    nickname_owner(u->chat->rq, nick) != 0) {
		user_say(u, NUM_NICK_IN_USE, SLICE_FMT, SLICE_ARG(nick));
		return false;
	}
	old = user_find(u->chat, nick);
	if (old == NULL || old == u)
		return true;
	/* it was free when somebody took it */
	if (u->titled && !old->titled) {
		user_end_error(old, CLOSE_ELSEWHERE, "Nickname registered");
		return true;
	}
	/* the same machine or account came back before its old end was seen */
	if (u->state != USER_IN && u->kind != KIND_PLAIN &&
	    old->kind == u->kind && strcmp(old->id, u->id) == 0) {
		user_end_error(old, CLOSE_ELSEWHERE, "Signed in again");
		return true;
	}
	user_say(u, NUM_NICK_IN_USE, SLICE_FMT, SLICE_ARG(nick));
	return false;
}

/* Programs that tell nothing of themselves come in when they are let. */
static bool
is_ready(struct user *u)
{
	struct entry *e = u->entry;

	if (!e->named || e->capable)
		return false;
	if (u->state == USER_PROVED)
		return e->user || e->id_shown ||
		    ircx_has(u->dialect, CHAT_CONTROL);
	if (u->state != USER_NEW || !e->user ||
	    ircx_has(u->dialect, CHAT_CONTROL))
		return false;
	if (u->chat->cfg.plain) {
		u->kind = KIND_PLAIN;
		user_plain_id(u, u->id);
		return true;
	}
	if (!e->told)
		user_printf(u,
		    ":" CHAT_SERVER " NOTICE AUTH :Please sign in with SASL, "
		    "with GateKeeper, or with the server password "
		    "address:password");
	e->told = true;
	return false;
}

void
user_welcome_looking(struct user *u)
{
	user_say(u, NUM_WELCOME, ":Welcome to the MSN Chat Directory");
}

void
user_try_enter(struct user *u)
{
	struct entry *e = u->entry;

	if (!is_ready(u))
		return;
	if (e->stage == CHAT_DIRECTORY) {
		user_enter(u, USER_LOOKING);
		user_welcome_looking(u);
		return;
	}
	if (!user_may_be_called(u, user_nick(u))) {
		e->named = false;
		return;
	}
	if (u->staff == STAFF_NONE &&
	    access_judge(u->chat->network, u) == ACCESS_DENY) {
		user_tell(u, NUM_YOU_BANNED);
		user_end_error(u, CLOSE_BANNED, "Banned");
		return;
	}
	user_enter(u, USER_IN);
	log_welcome(u);
	welcome_rooms(u);
	staff_greet(u);
	watcher_tell_user(u, SEEN_USER, "LOGON");
}
