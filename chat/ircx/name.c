/* SPDX-License-Identifier: MIT */
#include "chat/ircx/name.h"

bool
ircx_is_room(struct slice word)
{
	return slice_starts(word, SLICE_LIT("%#")) ||
	    slice_starts(word, SLICE_LIT("#"));
}

bool
ircx_room_name(struct slice word, struct slice *name)
{
	if (!ircx_is_room(word))
		return false;
	*name = slice_from(word, word.p[0] == '%' ? 2 : 1);
	if (name->n == 0 || name->n > ROOM_NAME_MAX)
		return false;
	for (size_t i = 0; i < name->n; i++)
		if ((unsigned char)name->p[i] <= ' ' || name->p[i] == ',')
			return false;
	return true;
}

static bool
is_letter(char c)
{
	return (unsigned char)c >= 'A' && c != 0x7f;
}

static bool
is_nick_byte(char c)
{
	return is_letter(c) || c == '-' || (c >= '0' && c <= '9');
}

/* Names that would look like the people who run the place. */
static bool
is_reserved(struct slice name)
{
	return slice_starts_nocase(name, SLICE_LIT("Sysop")) ||
	    slice_starts_nocase(name, SLICE_LIT("Admin")) ||
	    slice_starts_nocase(name, SLICE_LIT("Guide"));
}

bool
ircx_nick_ok(struct slice nick, enum nick_kind kind)
{
	struct slice name = nick;

	if (nick.n == 0 || nick.n > NICK_MAX)
		return false;
	if ((nick.p[0] == '>' && (kind == NICK_GUEST || kind == NICK_ANY)) ||
	    (nick.p[0] == '\'' && (kind == NICK_STAFF || kind == NICK_ANY)))
		name = slice_from(nick, 1);
	else if (kind == NICK_GUEST || !is_letter(nick.p[0]))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!is_nick_byte(name.p[i]))
			return false;
	return name.n > 0 &&
	    (kind == NICK_ANY || kind == NICK_STAFF || !is_reserved(name));
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

void
ircx_fold(struct slice name, char *out)
{
	for (size_t i = 0; i < name.n; i++)
		out[i] = lower(name.p[i]);
}

/* Goes back to the last star only: no mask makes this slow. */
bool
ircx_match(struct slice mask, struct slice text)
{
	size_t m = 0, t = 0, star = mask.n, from = 0;

	while (t < text.n) {
		if (m < mask.n && mask.p[m] == '*') {
			star = m++;
			from = t;
		} else if (m < mask.n &&
		    (mask.p[m] == '?' ||
			lower(mask.p[m]) == lower(text.p[t]))) {
			m++;
			t++;
		} else if (star < mask.n) {
			m = star + 1;
			t = ++from;
		} else {
			return false;
		}
	}
	while (m < mask.n && mask.p[m] == '*')
		m++;
	return m == mask.n;
}
