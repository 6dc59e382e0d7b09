/* SPDX-License-Identifier: MIT */
#include "tests/proto/chat_play.h"

#include "chat/ircx/quote.h"
#include "common/base/panic.h"

#include <stdio.h>
#include <string.h>

void
chat_versed(struct player *p, const char *version)
{
	play_sayf(p, "IRCVERS %s MSN-OCX!9.02.0310.2401 en-us", version);
	play_hears(p, ":chat.nudge 800 * 1 0 GateKeeper,ANON 512 *");
}

static void
say_token(struct player *p, const char *package, char step, struct buf *token)
{
	struct buf line = BUF_INIT(4096);

	buf_addf(&line, "AUTH %s %c :", package, step);
	ircx_quote(&line, buf_slice(token));
	buf_add(&line, "\r\n", 2);
	play_say_bytes(p, line.p, line.n);
	buf_free(&line);
	buf_free(token);
}

static void
add_head(struct buf *b, unsigned number, char step)
{
	buf_add(b, "GKSSP\0\3r", 8);
	buf_add_char(b, (char)number);
	buf_add(b, "\0\0\0", 3);
	buf_add_char(b, step);
	buf_add(b, "\0\0\0", 3);
}

void
chat_challenged(struct player *p, const char *package, unsigned number,
    unsigned char challenge[GK_CHALLENGE])
{
	struct buf token = BUF_INIT(64), plain = BUF_INIT(64);
	const char *got, *colon;

	add_head(&token, number, 1);
	say_token(p, package, 'I', &token);
	got = play_hears_like(p, "AUTH * S :*");
	colon = strchr(got, ':');
	assert_non_null(colon);
	assert_true(ircx_unquote(&plain, slice_text(colon + 1)));
	assert_int_equal(plain.n, 24);
	assert_int_equal(plain.p[8], (char)number);
	assert_int_equal(plain.p[12], 2);
	memcpy(challenge, plain.p + 16, GK_CHALLENGE);
	buf_free(&plain);
}

void
chat_answer(struct player *p, const char *package, unsigned number,
    const unsigned char challenge[GK_CHALLENGE], const char *host,
    const unsigned char *guid)
{
	struct buf token = BUF_INIT(64);
	unsigned char mac[GK_MAC];

	gk_mac(challenge, slice_text(host), mac);
	add_head(&token, number, 3);
	buf_add(&token, mac, sizeof(mac));
	if (guid != NULL)
		buf_add(&token, guid, GK_GUID);
	say_token(p, package, 'S', &token);
}

/* The GUID of a guest is made of its name. */
static void
guid_of(const char *name, unsigned char guid[GK_GUID])
{
	memset(guid, 'x', GK_GUID);
	memcpy(guid, name, size_min(strlen(name), GK_GUID));
}

/* The worlds of plays have a secret of zeros. */
void
chat_alias(const unsigned char guid[GK_GUID], char id[GK_IDENTITY + 1])
{
	static const unsigned char zero[SEAL_KEY_BYTES];

	gk_alias(slice_make(zero, sizeof(zero)), guid, id);
}

const char *
chat_prefix(const char *name)
{
	static char text[2][128];
	static unsigned turn;
	unsigned char guid[GK_GUID];
	char id[GK_IDENTITY + 1];

	turn ^= 1;
	guid_of(name, guid);
	chat_alias(guid, id);
	(void)snprintf(text[turn], sizeof(text[turn]), ":>%s!%s@GateKeeper",
	    name, id);
	return text[turn];
}

static struct player *
guest_before(struct world *w, const char *name, const char *version)
{
	struct player *p = play_connect_chat(w, "192.0.2.10");
	unsigned char challenge[GK_CHALLENGE], guid[GK_GUID];

	chat_versed(p, version);
	chat_challenged(p, "GateKeeper", 3, challenge);
	guid_of(name, guid);
	chat_answer(p, "GateKeeper", 3, challenge, "192.0.2.1", guid);
	play_hears_like(p, "AUTH GateKeeper * *@GateKeeper 0");
	return p;
}

struct player *
chat_guest_before(struct world *w, const char *name)
{
	return guest_before(w, name, "IRC8");
}

struct player *
chat_guest(struct world *w, const char *name, const char *version)
{
	struct player *p = guest_before(w, name, version);

	play_sayf(p, "NICK >%s", name);
	play_hears_like(p, ":chat.nudge 001 *");
	play_ignore(p);
	return p;
}

struct player *
chat_plain(struct world *w, const char *name)
{
	struct player *p = play_connect_chat(w, "192.0.2.77");

	play_sayf(p, "NICK %s", name);
	play_sayf(p, "USER %s 0 * :%s", name, name);
	play_hears_like(p, ":chat.nudge 001 *");
	play_ignore(p);
	return p;
}

struct player *
chat_member_before(struct world *w, const char *address, const char *version)
{
	struct player *p = play_connect_chat(w, "192.0.2.11");
	unsigned char challenge[GK_CHALLENGE], guid[GK_GUID] = { 0 };
	char ticket[TOKEN_TEXT_MAX + 16];

	if (account_peek(world_core(w), slice_text(address)) == NULL)
		world_add(w, address, "");
	(void)snprintf(ticket, sizeof(ticket), "%s",
	    world_ticket(w, address, TOKEN_CHAT));
	chat_versed(p, version);
	chat_challenged(p, "GateKeeperPassport", 3, challenge);
	chat_answer(p, "GateKeeperPassport", 3, challenge, "192.0.2.1", guid);
	play_hears(p, "AUTH GateKeeperPassport S :OK");
	play_sayf(p, "AUTH GateKeeperPassport S :%08zX%s%08X%s", strlen(ticket),
	    ticket, 4, "prof");
	play_hears_like(p, "AUTH GateKeeperPassport * *@GateKeeperPassport 0");
	return p;
}

struct player *
chat_member(struct world *w, const char *address, const char *name,
    const char *version)
{
	struct player *p = chat_member_before(w, address, version);

	play_sayf(p, "NICK %s", name);
	play_hears_like(p, ":chat.nudge 001 *");
	play_ignore(p);
	return p;
}

void
chat_joins(struct player *p, const char *room)
{
	play_sayf(p, "JOIN %s", room);
	play_hears_like(p, "* JOIN *");
	play_ignore(p);
}
