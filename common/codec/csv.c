/* SPDX-License-Identifier: MIT */
#include "common/codec/csv.h"

static bool
is_formula(struct slice cell)
{
	return cell.n > 0 && cell.p[0] != '\0' &&
	    strchr("=+-@\t\r", cell.p[0]) != NULL;
}

/* A line end: what Macs of old wrote, a CR alone, is one, too. */
static bool
ends_row(struct slice text, size_t i)
{
	return text.p[i] == '\n' ||
	    (text.p[i] == '\r' &&
		(i + 1 == text.n ||
		    (text.p[i + 1] != '\n' && text.p[i + 1] != '\r')));
}

/*
 * One cell off *rest, unquoted into out; *last: it ends its row.  False when
 * its quote does not end.
 */
static bool
take_cell(struct slice *rest, struct buf *out, bool *last)
{
	bool quoted = false;
	size_t i = 0;

	*last = true;
	for (; i < rest->n; i++) {
		char c = rest->p[i];

		if (c == '"' && quoted && i + 1 < rest->n &&
		    rest->p[i + 1] == '"') {
			buf_add_char(out, c);
			i++;
		} else if (c == '"' && (quoted || out->n == 0)) {
			quoted = !quoted;
		} else if (!quoted && (c == ',' || ends_row(*rest, i))) {
			*last = c != ',';
			i++;
			break;
		} else if (quoted || c != '\r') {
			buf_add_char(out, c);
		}
	}
	*rest = slice_from(*rest, i);
	return !quoted;
}

static struct slice
plain(struct slice cell)
{
	if (cell.n > 1 && cell.p[0] == '\'' && is_formula(slice_from(cell, 1)))
		return slice_from(cell, 1);
	return cell;
}

static bool
take_row(struct arena *a, struct slice *rest, struct csv_row *row)
{
	bool last = false;

	*row = (struct csv_row){ .n = 0 };
	while (!last) {
		struct buf cell = BUF_INIT(rest->n + 1);
		struct slice kept;

		row->open |= !take_cell(rest, &cell, &last);
		kept = arena_copy(a, plain(buf_slice(&cell)));
		buf_free(&cell);
		if (kept.p == NULL)
			return false;
		if (row->n < CSV_CELLS_MAX)
			row->cells[row->n++] = kept;
	}
	return true;
}

bool
csv_read(struct arena *a, struct slice *rest, struct csv_row *row)
{
	while (rest->n > 0) {
		if (!take_row(a, rest, row))
			return false;
		if (row->n > 1 || row->cells[0].n > 0)
			return true;
	}
	return false;
}

void
csv_add(struct buf *out, struct slice cell)
{
	buf_add_char(out, '"');
	if (is_formula(cell))
		buf_add_char(out, '\'');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			buf_add_char(out, '"');
		buf_add_char(out, cell.p[i]);
	}
	buf_add_char(out, '"');
}
