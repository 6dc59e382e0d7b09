/* SPDX-License-Identifier: MIT */
#include "chat/ircx/dialect.h"

#include "common/base/panic.h"

#define CONTROL (CHAT_IRCX | CHAT_CONTROL)
#define SINCE_4 (CONTROL | CHAT_LANGUAGE)
#define SINCE_5 (SINCE_4 | CHAT_MEMBERS)
#define SINCE_6 (SINCE_5 | CHAT_OWNER_KEY | CHAT_JOINED)
#define SINCE_7 (SINCE_6 | CHAT_PROFILE | CHAT_INVITED)
#define SINCE_8 (SINCE_7 | CHAT_SUBSCRIBER)

/* chat-ircx 6.2, 9; IRC5 is Control 3.0 (field-runs 3.5) */
/* clang-format off */
static const struct ircx_dialect dialects[DIALECTS] = {
	{ "",     0,         0 },
	{ "IRCX", CHAT_IRCX, 1 },
	{ "IRC1", CONTROL,   2 },
	{ "IRC2", CONTROL,   3 },
	{ "IRC3", CONTROL,   4 },
	{ "IRC4", SINCE_4,   5 },
	{ "IRC5", SINCE_5,   6 },
	{ "IRC6", SINCE_6,   7 },
	{ "IRC7", SINCE_7,   8 },
	{ "IRC8", SINCE_8,   9 },
};
/* clang-format on */

const struct ircx_dialect *
ircx_dialect(unsigned index)
{
	ASSERT(index < DIALECTS);
	return &dialects[index];
}

const struct ircx_dialect *
ircx_dialect_find(struct slice word)
{
	for (size_t i = 0; i < DIALECTS; i++)
		if (ircx_has(&dialects[i], CHAT_CONTROL) &&
		    slice_eq_nocase(word, slice_text(dialects[i].name)))
			return &dialects[i];
	return NULL;
}

void
ircx_add_room(const struct ircx_dialect *d, struct buf *b, struct slice name)
{
	buf_add_text(b, ircx_has(d, CHAT_IRCX) ? "%#" : "#");
	buf_add_slice(b, name);
}

char
ircx_level_mode(const struct ircx_dialect *d, enum level level)
{
	static const char letters[] = { 0, 'v', 'o', 'q' };

	if (level == LEVEL_OWNER && !ircx_has(d, CHAT_IRCX))
		level = LEVEL_HOST;
	return letters[level];
}

char
ircx_level_prefix(const struct ircx_dialect *d, enum level level)
{
	static const char signs[] = { 0, '+', '@', '.' };

	if (level == LEVEL_OWNER && !ircx_has(d, CHAT_IRCX))
		level = LEVEL_HOST;
	return signs[level];
}

/*
 * Guest, male, female, profile, registered.  Older controls know three of
 * them; the newest refuses a whole line for a letter it does not know.
 */
static void
add_kind(const struct ircx_dialect *d, struct buf *b,
    const struct member_look *m)
{
	bool letters = ircx_has(d, CHAT_PROFILE);
	char who = 'R';

	if (m->guest)
		who = 'G';
	else if (!(m->profile & PROFILE_HAS))
		who = 'R';
	else if (letters && m->profile & PROFILE_MALE)
		who = 'M';
	else if (letters && m->profile & PROFILE_FEMALE)
		who = 'F';
	else
		who = 'P';
	buf_add_char(b, who);
	if (letters && !m->guest)
		buf_add_char(b,
		    m->profile & PROFILE_PHOTO && m->profile & PROFILE_HAS
			? 'Y'
			: 'X');
	if (ircx_has(d, CHAT_SUBSCRIBER))
		buf_add_char(b, m->subscriber ? 'B' : 'O');
}

static void
add_string(const struct ircx_dialect *d, struct buf *b,
    const struct member_look *m)
{
	static const char ranks[] = { 'U', 'G', 'S', 'A' };

	buf_addf(b, "%c,%c,", m->away ? 'G' : 'H', ranks[m->staff]);
	add_kind(d, b, m);
}

void
ircx_add_joined(const struct ircx_dialect *d, struct buf *b,
    const struct member_look *m)
{
	if (!ircx_has(d, CHAT_JOINED))
		return;
	add_string(d, b, m);
	if (m->level != LEVEL_NONE) {
		buf_add_char(b, ',');
		buf_add_char(b, ircx_level_prefix(d, m->level));
	}
	buf_add_char(b, ' ');
}

void
ircx_add_member(const struct ircx_dialect *d, struct buf *b,
    const struct member_look *m)
{
	if (ircx_has(d, CHAT_MEMBERS)) {
		add_string(d, b, m);
		buf_add_char(b, ',');
	}
	if (m->level != LEVEL_NONE)
		buf_add_char(b, ircx_level_prefix(d, m->level));
	buf_add_slice(b, m->nick);
}
