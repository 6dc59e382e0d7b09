/* SPDX-License-Identifier: MIT */
/* What a client of a kind asks for: rows of upstream.table.*. */
#include "nexus/upstream/config.h"

#include "common/codec/hex.h"

enum {
	ROW_WORD_MAX = 256
};

static bool
row_word_ok(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '!' || s.p[i] > '~' ||
		    strchr("\"<>|", s.p[i]) != NULL)
			return false;
	return s.n > 0 && s.n <= ROW_WORD_MAX;
}

static bool
row_is_guid(struct slice s)
{
	unsigned char guid[GUID_BYTES];

	return s.n == GUID_TEXT + 2 && s.p[0] == '{' && guid_parse(s, guid);
}

bool
upstream_row_parse(struct slice text, struct upstream_row *out)
{
	struct slice item, address;

	*out = (struct upstream_row){ .n = 0 };
	text = slice_trim(text);
	while (text.n > 0 && slice_cut(&text, ',', &item)) {
		struct upstream_wish *w = &out->wishes[out->n];

		item = slice_trim(item);
		if (row_is_guid(item)) {
			out->app = item;
			continue;
		}
		address = slice_upto(item, slice_find(item, ' '));
		item = slice_trim(slice_from(item, address.n));
		if (out->n == UPSTREAM_ROWS_MAX || !row_word_ok(address) ||
		    (item.n > 0 && !row_word_ok(item)))
			return false;
		*w = (struct upstream_wish){ .address = address };
		if (item.n > 0)
			w->policy = item;
		out->n++;
	}
	return true;
}
