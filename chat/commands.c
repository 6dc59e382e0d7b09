/* SPDX-License-Identifier: MIT */
/*
 * The commands.  A verb has a row for each state in which it means something
 * else; its rows stand together.
 */
#include "chat/user.h"
#include "common/base/panic.h"

#define NEW     USER_NEW
#define BEFORE  USER_BEFORE
#define IN      USER_IN
#define LOOKING USER_LOOKING
#define PROVED  USER_PROVED
#define WELCOME USER_IN | USER_LOOKING
#define TOKENS  USER_BEFORE | USER_TOKENS
#define ANY     USER_BEFORE | USER_IN | USER_LOOKING

/*
 * What is said before the welcome costs nothing: its bytes and its time are
 * counted instead.
 */
/* clang-format off */
static const struct command_row rows[] = {
	/* verb          states   min cost  secret run */
	{ "IRCVERS",      BEFORE,  1,  0,    0, chat_ircvers },
	{ "IRCVERS",      WELCOME, 0,  1000, 0, chat_too_late },
	{ "IRCX",         ANY,     0,  250,  0, chat_ircx },
	{ "ISIRCX",       ANY,     0,  250,  0, chat_isircx },
	{ "AUTH",         TOKENS,  2,  0,    3, chat_auth },
	{ "AUTH",         WELCOME, 0,  1000, 1, chat_too_late },
	{ "NICK",         BEFORE,  0,  0,    0, chat_nick },
	{ "NICK",         WELCOME, 0,  2000, 0, chat_nick },
	{ "USER",         BEFORE,  1,  0,    0, chat_user },
	{ "USER",         IN,      0,  1000, 0, chat_too_late },
	{ "USER",         LOOKING, 0,  1000, 0, chat_ignored },
	{ "PASS",         BEFORE,  1,  0,    1, chat_pass },
	{ "PASS",         WELCOME, 0,  1000, 1, chat_too_late },
	{ "CAP",          ANY,     1,  250,  0, chat_cap },
	{ "AUTHENTICATE", BEFORE,  1,  0,    1, chat_authenticate },
	{ "AUTHENTICATE", WELCOME, 0,  1000, 1, chat_authenticate },
	{ "PING",         ANY,     0,  250,  0, chat_ping },
	{ "PONG",         ANY,     0,  0,    0, chat_ignored },
	{ "QUIT",         ANY,     0,  0,    0, chat_quit },
	{ "MODE",         BEFORE,  1,  0,    3, chat_mode },
	{ "MODE",         IN,      1,  500,  3, chat_mode },
	{ "JOIN",         IN,      1,  1000, 2, chat_join },
	{ "GOTO",         IN,      2,  1000, 3, chat_goto },
	{ "PART",         IN,      1,  500,  0, chat_part },
	{ "NAMES",        IN,      0,  1000, 0, chat_names },
	{ "TOPIC",        IN,      1,  1000, 0, chat_topic },
	{ "KICK",         IN,      2,  500,  0, chat_kick },
	{ "INVITE",       IN,      1,  1000, 0, chat_invite },
	{ "PRIVMSG",      IN,      0,  1000, 2, chat_privmsg },
	{ "NOTICE",       IN,      0,  1000, 2, chat_notice },
	{ "AWAY",         IN,      0,  1000, 0, chat_away },
	{ "WHO",          IN,      0,  1000, 0, chat_who },
	{ "WHOIS",        IN,      1,  500,  0, chat_whois },
	{ "WHOWAS",       IN,      0,  500,  0, chat_whowas },
	{ "USERHOST",     IN,      1,  500,  0, chat_userhost },
	{ "ISON",         IN,      1,  500,  0, chat_ison },
	{ "LUSERS",       IN,      0,  1000, 0, chat_lusers },
	{ "LINKS",        IN,      0,  1000, 0, chat_links },
	{ "MOTD",         IN,      0,  1000, 0, chat_motd },
	{ "TIME",         IN,      0,  1000, 0, chat_time },
	{ "VERSION",      WELCOME, 0,  500,  0, chat_version },
	{ "FINDS",        PROVED,  1,  0,    0, chat_nameless },
	{ "FINDS",        WELCOME, 1,  500,  0, chat_finds },
	{ "FINDU",        PROVED,  1,  0,    0, chat_nameless },
	{ "FINDU",        WELCOME, 1,  1000, 0, chat_findu },
	{ "CREATE",       PROVED,  6,  0,    6, chat_nameless },
	{ "CREATE",       WELCOME, 6,  3000, 6, chat_create },
	{ "LISTC",        PROVED,  0,  0,    0, chat_nameless },
	{ "LISTC",        WELCOME, 0,  2000, 0, chat_listc },
	{ "LIST",         IN,      0,  3000, 0, chat_list },
	{ "LISTX",        IN,      0,  3000, 0, chat_listx },
	{ "PROP",         BEFORE,  2,  0,    3, chat_prop },
	{ "PROP",         WELCOME, 2,  1000, 3, chat_prop },
	{ "ACCESS",       IN,      1,  500,  0, chat_access },
	{ "SILENCE",      IN,      0,  500,  0, chat_silence },
	{ "WHISPER",      IN,      0,  1000, 3, chat_whisper },
	{ "DATA",         IN,      3,  1000, 3, chat_data },
	{ "REQUEST",      IN,      3,  1000, 3, chat_data },
	{ "REPLY",        IN,      3,  1000, 3, chat_data },
	{ "ESUBMIT",      IN,      2,  1000, 2, chat_esubmit },
	{ "EQUESTION",    IN,      3,  1000, 3, chat_equestion },
	{ "EPRIVMSG",     IN,      2,  1000, 2, chat_eprivmsg },
	{ "EVENT",        IN,      1,  1000, 0, chat_event },
	{ "KILL",         IN,      1,  1000, 0, chat_kill },
};
/* clang-format on */

static unsigned
slot_of(struct slice verb)
{
	uint32_t key = 0;

	for (size_t i = 0; i < verb.n; i++)
		key = key * 31 + ((unsigned char)verb.p[i] & ~0x20u);
	return (key * 0x9e3779b1u) >> 24;
}

static bool
is_row(const struct command_row *row, struct slice verb)
{
	return slice_eq_nocase(verb, slice_text(row->verb));
}

void
command_rows_index(uint8_t verbs[CHAT_VERBS])
{
	memset(verbs, 0, CHAT_VERBS);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct slice verb = slice_text(rows[i].verb);
		unsigned at = slot_of(verb);

		if (i > 0 && is_row(&rows[i - 1], verb))
			continue;
		while (verbs[at] != 0)
			at = (at + 1) % CHAT_VERBS;
		verbs[at] = (uint8_t)(i + 1);
	}
	ASSERT(ARRAY_LEN(rows) < CHAT_VERBS / 2);
}

const struct command_row *
command_row_find(const struct chat *chat, struct slice verb, unsigned state,
    bool *known)
{
	const struct command_row *row, *end = rows + ARRAY_LEN(rows);
	unsigned at;

	*known = false;
	for (at = slot_of(verb);; at = (at + 1) % CHAT_VERBS) {
		if (chat->verbs[at] == 0)
			return NULL;
		row = &rows[chat->verbs[at] - 1];
		if (is_row(row, verb))
			break;
	}
	*known = true;
	for (; row < end && is_row(row, verb); row++)
		if (row->states & state)
			return row;
	return NULL;
}
