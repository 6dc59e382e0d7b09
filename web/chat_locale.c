/* SPDX-License-Identifier: MIT */
/* The language of a room that somebody makes, from what the browser says. */
#include "web/chat.h"

/* MSN Chat's numbers begin with 1 (chat-ircx 3.5). */
static const char *const languages[] = { "en", "fr", "de", "ja", "sv", "nl",
	"ko", "zh-cn", "pt", "fi", "da", "ru", "it", "no", "zh-tw", "es", "cs",
	"el", "hu", "pl", "sl", "tr", "sk", "pt-br" };

static bool
is_letters(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] | 0x20) < 'a' || (s.p[i] | 0x20) > 'z')
			return false;
	return s.n == 2;
}

/* The one it likes best: "de-AT,de;q=0.8" */
static struct slice
first(struct slice header)
{
	header = slice_upto(header, slice_find(header, ','));
	return slice_trim(slice_upto(header, slice_find(header, ';')));
}

unsigned
web_chat_language(struct slice header)
{
	struct slice wanted = first(header);
	unsigned number = 1;

	for (unsigned i = 0; i < ARRAY_LEN(languages); i++) {
		struct slice one = slice_text(languages[i]);

		if (slice_eq_nocase(wanted, one))
			return i + 1;
		if (one.n == 2 && slice_eq_nocase(slice_upto(wanted, 2), one))
			number = i + 1;
	}
	return number;
}

void
web_chat_locale(struct slice header, char out[WEB_LOCALE])
{
	struct slice wanted = first(header);
	struct slice language = slice_upto(wanted, 2);
	struct slice place = wanted.n == 2 ? wanted : slice_from(wanted, 3);

	memcpy(out, "EN-US", WEB_LOCALE);
	if (!is_letters(language) || !is_letters(place) ||
	    (wanted.n > 2 && wanted.p[2] != '-') ||
	    slice_eq_nocase(wanted, SLICE_LIT("en")))
		return;
	for (unsigned i = 0; i < 2; i++) {
		out[i] = (char)(language.p[i] & ~0x20);
		out[i + 3] = (char)(place.p[i] & ~0x20);
	}
}
