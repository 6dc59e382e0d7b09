/* SPDX-License-Identifier: MIT */
#include "common/codec/json.h"

#include "common/base/utf8.h"

static void
add_char(struct buf *out, char c)
{
	if (c == '"' || c == '\\')
		buf_addf(out, "\\%c", c);
	else if (c == '\n')
		buf_add_text(out, "\\n");
	else if ((unsigned char)c < ' ' || c == 0x7f)
		buf_addf(out, "\\u%04x", (unsigned)(unsigned char)c);
	else
		buf_add_char(out, c);
}

void
json_add_text(struct buf *out, struct slice text)
{
	struct buf other = BUF_INIT(text.n * 3 + 1);

	if (!utf8_valid(text)) {
		utf8_add_cp1252(&other, text);
		text = buf_slice(&other);
	}
	buf_add_char(out, '"');
	for (size_t i = 0; i < text.n; i++)
		add_char(out, text.p[i]);
	buf_add_char(out, '"');
	buf_free(&other);
}
