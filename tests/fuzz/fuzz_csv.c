/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a table.  It ends; cells stay within the text; and what is
 * written of them is read as it was.
 */
#include "common/base/panic.h"
#include "common/codec/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
round_trip(struct slice cell)
{
	struct buf out = BUF_INIT(cell.n * 2 + 8);
	struct slice rest;
	struct csv_row row;
	struct arena a;

	/* an empty line is no row, and an apostrophe may be the writer's */
	if (cell.n == 0 || cell.p[0] == '\'')
		return;
	arena_init(&a, 1 << 22);
	csv_add(&out, cell);
	ASSERT(buf_ok(&out));
	rest = buf_slice(&out);
	ASSERT(csv_read(&a, &rest, &row));
	ASSERT(row.n == 1 && slice_eq(row.cells[0], cell));
	ASSERT(rest.n == 0);
	arena_free(&a);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_make(data, size);
	struct csv_row row;
	struct arena a;

	arena_init(&a, 1 << 22);
	while (csv_read(&a, &rest, &row)) {
		ASSERT(row.n > 0 && row.n <= CSV_CELLS_MAX);
		for (size_t i = 0; i < row.n; i++) {
			ASSERT(row.cells[i].n <= size);
			round_trip(row.cells[i]);
		}
		arena_reset(&a);
	}
	arena_free(&a);
	return 0;
}
