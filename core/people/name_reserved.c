/* SPDX-License-Identifier: MIT */
/*
 * Names that the operator keeps for himself, so that nobody passes for the
 * service: "MSN" is none, and "MSN Support" is none either.  Names are compared
 * by their words, whatever stands between these.
 */
#include "common/codec/url.h"
#include "core/people/account.h"

/* " two words ": lower case, what is no letter or digit is a blank. */
static void
add_words(struct buf *out, struct slice text)
{
	bool blank = false;

	buf_add_char(out, ' ');
	for (size_t i = 0; i < text.n; i++) {
		unsigned char ch = (unsigned char)text.p[i];

		if (ch >= 'A' && ch <= 'Z')
			ch = (unsigned char)(ch + ('a' - 'A'));
		if (ch < 0x80 && !(ch >= 'a' && ch <= 'z') &&
		    !(ch >= '0' && ch <= '9')) {
			blank = true;
			continue;
		}
		if (blank && out->n > 1)
			buf_add_char(out, ' ');
		blank = false;
		buf_add_char(out, (char)ch);
	}
	buf_add_char(out, ' ');
}

static bool
has_words(struct slice name, struct slice reserved)
{
	struct buf words =
	    BUF_INIT(sizeof(((struct core_config *)0)->reserved_names) + 2);
	bool has;

	add_words(&words, reserved);
	has = words.n > 2 && slice_find_slice(name, buf_slice(&words)) < name.n;
	buf_free(&words);
	return has;
}

bool
name_reserved(const struct core *c, struct slice encoded)
{
	struct buf plain = BUF_INIT(NAME_MAX_ENCODED);
	struct buf name = BUF_INIT(NAME_MAX_ENCODED + 2);
	struct slice rest = slice_text(c->cfg.reserved_names), word;
	bool reserved = false;

	if (rest.n == 0)
		return false;
	url_decode(&plain, encoded);
	add_words(&name, buf_slice(&plain));
	while (slice_cut(&rest, ',', &word))
		reserved |= has_words(buf_slice(&name), word);
	buf_free(&plain);
	buf_free(&name);
	return reserved;
}
