/* SPDX-License-Identifier: MIT */
#include "ns/msnp/place.h"

#include "common/codec/hex.h"

bool
place_parse_id(struct slice word, unsigned char id[16])
{
	struct buf b = BUF_INIT(GUID_BYTES);
	bool ok;

	if (guid_parse(word, id))
		return true;
	ok = word.n == 2 * GUID_BYTES && hex_decode(&b, word) && buf_ok(&b) &&
	    b.n == GUID_BYTES;
	if (ok)
		memcpy(id, b.p, GUID_BYTES);
	buf_free(&b);
	return ok;
}

bool
place_parse(struct slice word, struct place_word *out)
{
	size_t at = slice_find(word, ';');

	*out = (struct place_word){ .address = slice_upto(word, at) };
	if (at == word.n)
		return true;
	out->named = guid_parse(slice_from(word, at + 1), out->id);
	return out->named;
}

void
place_add(struct buf *b, const unsigned char id[16])
{
	buf_add_text(b, ";{");
	guid_add(b, id);
	buf_add_char(b, '}');
}
