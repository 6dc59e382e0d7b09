/* SPDX-License-Identifier: MIT */
/*
 * A connection's bytes as the operator may see them: no tickets, no keys, of
 * what people say only its length.
 */
#include "core/desk/trace.h"

#include "chat/user.h"

enum {
	SHOWN_MAX = IRCX_LINE_MAX + 128
};

/* "> 192.0.2.7:1234 " */
static void
begin(const struct user *u, char way, struct buf *b)
{
	buf_addf(b, "%c ", way);
	addr_add(b, &u->link->peer);
	buf_add_char(b, ' ');
}

static void
finish(const struct user *u, struct buf *b)
{
	if (buf_ok(b) && u->account != NULL)
		trace_tell(u->chat->core, account_address(u->account),
		    buf_slice(b));
	buf_free(b);
}

void
user_masked_line(const struct command_row *row, const struct ircx_line *line,
    struct buf *out)
{
	buf_add_slice(out, line->verb);
	for (unsigned i = 0; i < line->nwords; i++) {
		bool secret = row && row->secret && i + 1 >= row->secret;

		buf_add_char(out, ' ');
		buf_add_slice(out, secret ? SLICE_LIT("***") : line->words[i]);
	}
}

void
user_trace_in(const struct user *u, const struct command_row *row,
    const struct ircx_line *line)
{
	struct buf b = BUF_INIT(SHOWN_MAX);

	begin(u, '>', &b);
	user_masked_line(row, line, &b);
	finish(u, &b);
}

/* Keys stand in these as words of their own. */
static bool
has_key(struct slice line)
{
	static const char *const marks[] = { " MODE ", " 324 ", "AUTH" };

	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (slice_find_slice(line, slice_text(marks[i])) < line.n)
			return true;
	return false;
}

static void
add_told(struct buf *b, struct slice line)
{
	size_t text = slice_find_slice(line, SLICE_LIT(" :"));
	struct slice head = slice_upto(line, text), word;

	if (!has_key(head)) {
		buf_add_slice(b, head);
	} else {
		for (unsigned i = 0; i < 3 && slice_cut(&head, ' ', &word);
		     i++) {
			buf_add_slice(b, word);
			buf_add_char(b, ' ');
		}
		buf_add_text(b, "***");
	}
	if (text < line.n)
		buf_addf(b, " (%zu bytes)", line.n - text - 2);
}

void
user_trace_out(const struct user *u, struct slice bytes)
{
	while (bytes.n > 0) {
		size_t end = slice_find_slice(bytes, SLICE_LIT("\r\n"));
		struct buf b = BUF_INIT(SHOWN_MAX);

		begin(u, '<', &b);
		add_told(&b, slice_upto(bytes, end));
		finish(u, &b);
		bytes = slice_from(bytes, end + 2);
	}
}
