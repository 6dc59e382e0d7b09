/* SPDX-License-Identifier: MIT */
/*
 * A connection's bytes as the operator may see them: no tickets, no cookies,
 * of payloads only their length.
 */
#include "core/desk/trace.h"
#include "common/base/num.h"
#include "ns/conn.h"

enum {
	SHOWN_MAX = MSNP_LINE_MAX + 128
};

/* Whose connection it is; empty before anybody said. */
static struct slice
owner(const struct conn *c)
{
	if (c->state & CONN_SIGNED_IN)
		return account_address(c->session.account);
	if (c->state == CONN_SEATED)
		return account_address(c->seat.account);
	if (c->state == CONN_CHALLENGED)
		return slice_text(c->signing->address);
	return slice_make("", 0);
}

/* "> 192.0.2.7:1234 " */
static void
begin(const struct conn *c, char way, struct buf *b)
{
	buf_add_char(b, way);
	buf_add_char(b, ' ');
	addr_add(b, &c->link->peer);
	buf_add_char(b, ' ');
}

static void
finish(const struct conn *c, struct buf *b, size_t payload)
{
	if (payload > 0)
		buf_addf(b, " (%zu bytes)", payload);
	if (buf_ok(b))
		trace_tell(c->ns->core, owner(c), buf_slice(b));
	buf_free(b);
}

void
ns_masked_line(const struct command_row *row, const struct msnp_line *line,
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
ns_trace_in(const struct conn *c, const struct command_row *row,
    const struct msnp_line *line, size_t payload)
{
	struct buf b = BUF_INIT(SHOWN_MAX);

	begin(c, '>', &b);
	ns_masked_line(row, line, &b);
	finish(c, &b, payload);
}

/* Does a payload follow?  An answer to what has one ends without a length. */
static size_t
payload_behind(struct slice line, size_t rest)
{
	static const char *const verbs[] = { "MSG", "NOT", "UBX", "UBN", "UBM",
		"IPG", "GCF", "ADL", "RML", "FQY", "QRY", "UUX", "UUN", "UUM",
		"SDG", "NFY", "PUT", "DEL" };
	struct slice word = line;
	bool known = false;
	uint32_t n;

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		known |= slice_starts(line, slice_text(verbs[i]));
	while (slice_find(word, ' ') < word.n)
		word = slice_from(word, slice_find(word, ' ') + 1);
	return known && num_parse_u32(word, &n) && n <= rest ? n : 0;
}

/* A cookie opens a conversation. */
static void
add_told(struct buf *b, struct slice line)
{
	static const struct slice mark = { .p = " CKI ", .n = 5 };
	size_t at = slice_find_slice(line, mark);
	struct slice rest;

	if (at == line.n) {
		buf_add_slice(b, line);
		return;
	}
	rest = slice_from(line, at + mark.n);
	buf_add_slice(b, slice_upto(line, at + mark.n));
	buf_add_text(b, "***");
	buf_add_slice(b, slice_from(rest, slice_find(rest, ' ')));
}

void
ns_trace_out(const struct conn *c, struct slice bytes)
{
	while (bytes.n > 0) {
		size_t end = slice_find_slice(bytes, SLICE_LIT("\r\n"));
		struct slice line = slice_upto(bytes, end);
		struct buf b = BUF_INIT(SHOWN_MAX);
		size_t n;

		bytes = slice_from(bytes, end + 2);
		n = payload_behind(line, bytes.n);
		begin(c, '<', &b);
		add_told(&b, line);
		finish(c, &b, n);
		bytes = slice_from(bytes, n);
	}
}
