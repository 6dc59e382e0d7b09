/* SPDX-License-Identifier: MIT */
/* Which addresses a new account may have; those that are there stay. */
#include "common/base/utf8.h"
#include "core/people/account.h"

/*
 * Scripts whose letters look like those of another one of them.  NONE is any
 * other letter or sign; NEVER is nothing of an address: it cannot be seen, or
 * is a letter of another script in disguise.
 */
enum script {
	NONE,
	LATIN,
	GREEK,
	CYRILLIC,
	ARMENIAN,
	CHEROKEE,
	NEVER
};

struct range {
	uint32_t first, last;
	enum script script;
};

/* clang-format off */
static const struct range ranges[] = {
	{ 'A', 'Z', LATIN },
	{ 'a', 'z', LATIN },
	{ 0x80, 0xa0, NEVER },      /* controls, the blank that does not break */
	{ 0xad, 0xad, NEVER },      /* soft hyphen */
	{ 0xc0, 0x2af, LATIN },
	{ 0x34f, 0x34f, NEVER },    /* joiner of graphemes */
	{ 0x370, 0x3ff, GREEK },
	{ 0x400, 0x52f, CYRILLIC },
	{ 0x530, 0x58f, ARMENIAN },
	{ 0x61c, 0x61c, NEVER },    /* a mark of direction */
	{ 0x115f, 0x1160, NEVER },  /* fillers */
	{ 0x13a0, 0x13ff, CHEROKEE },
	{ 0x1680, 0x1680, NEVER },  /* a blank */
	{ 0x17b4, 0x17b5, NEVER },
	{ 0x180b, 0x180f, NEVER },
	{ 0x1c80, 0x1c8f, CYRILLIC },
	{ 0x1d00, 0x1dbf, NEVER },  /* phonetic letters: small capitals */
	{ 0x1e00, 0x1eff, LATIN },
	{ 0x1f00, 0x1fff, GREEK },
	{ 0x2000, 0x206f, NEVER },  /* blanks, directions, ends of lines */
	{ 0x2100, 0x218f, NEVER },  /* letters as signs, Roman numbers */
	{ 0x2460, 0x24ff, NEVER },  /* letters in circles */
	{ 0x2c60, 0x2c7f, LATIN },
	{ 0x2de0, 0x2dff, CYRILLIC },
	{ 0x3000, 0x3000, NEVER },
	{ 0x3164, 0x3164, NEVER },
	{ 0xa640, 0xa69f, CYRILLIC },
	{ 0xa720, 0xa7ff, LATIN },
	{ 0xab30, 0xab6f, LATIN },
	{ 0xab70, 0xabbf, CHEROKEE },
	{ 0xe000, 0xf8ff, NEVER },  /* private */
	{ 0xfb00, 0xfb06, NEVER },  /* ligatures */
	{ 0xfe00, 0xfe0f, NEVER },
	{ 0xfeff, 0xfeff, NEVER },
	{ 0xff00, 0xffff, NEVER },  /* wide and narrow forms, no letters */
	{ 0x1d400, 0x1d7ff, NEVER }, /* letters of mathematics */
	{ 0x1f100, 0x1f1ff, NEVER }, /* letters in squares */
	{ 0xe0000, 0x10ffff, NEVER },
};
/* clang-format on */

static enum script
script_of(uint32_t ch)
{
	for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
		if (ch >= ranges[i].first && ch <= ranges[i].last)
			return ranges[i].script;
	return NONE;
}

/* Of n bytes, which are well-formed. */
static uint32_t
code_of(const char *p, size_t n)
{
	unsigned char first = (unsigned char)p[0];
	uint32_t ch = n == 1 ? first : first & (0x7fu >> n);

	for (size_t i = 1; i < n; i++)
		ch = ch << 6 | ((unsigned char)p[i] & 0x3f);
	return ch;
}

/* Letters of one script alone, and nothing that cannot be seen. */
static bool
one_script(struct slice part)
{
	enum script script = NONE;

	while (part.n > 0) {
		size_t n = utf8_first(part);
		enum script is;

		if (n == 0)
			return false;
		is = script_of(code_of(part.p, n));
		if (is == NEVER ||
		    (is != NONE && script != NONE && is != script))
			return false;
		if (is != NONE)
			script = is;
		part = slice_from(part, n);
	}
	return true;
}

/* As pages, mail programs and lists of settings take them apart. */
static bool
has_mark(struct slice s)
{
	static const char marks[] = "\"<>;,\\";

	for (size_t i = 0; i < s.n; i++)
		if (strchr(marks, s.p[i]) != NULL)
			return true;
	return false;
}

bool
address_new_acceptable(struct slice address)
{
	char key[ADDRESS_MAX + 1];
	struct slice local, domain;

	if (!address_canonical(address, key))
		return false;
	address = slice_text(key);
	local = slice_upto(address, slice_find(address, '@'));
	domain = slice_from(address, local.n + 1);
	return !has_mark(address) && one_script(local) && one_script(domain) &&
	    domain.p[0] != '.' && domain.p[domain.n - 1] != '.' &&
	    slice_find_slice(domain, SLICE_LIT("..")) == domain.n;
}
