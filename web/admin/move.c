/* SPDX-License-Identifier: MIT */
/* Accounts from a table: address, name, password; home in the sixth place. */
#include "common/base/panic.h"
#include "common/codec/csv.h"
#include "web/admin/parts.h"

enum {
	LINK_MAX = 1024,
	ADDRESS_SHOWN = 200 /* bytes of what may be none */
};

#define OPEN_QUOTE                                                  \
	"A quotation mark that begins here is never ended: all of " \
	"the table behind it was taken for this row."

/* ---- the job ---- */

/* The next row that is no head and not empty. */
static bool
next_row(struct admin_task *t, struct csv_row *row)
{
	do {
		arena_reset(&t->arena);
		if (!csv_read(&t->arena, &t->rest, row)) {
			if (t->rest.n > 0)
				t->why = "Stopped: a row is larger than any "
					 "can be.";
			return false;
		}
		t->row++;
	} while (t->row == 1 &&
	    slice_eq_nocase(slice_trim(row->cells[0]), SLICE_LIT("address")));
	return true;
}

static bool
import_next(struct admin_task *t)
{
	struct csv_row row;

	if (!next_row(t, &row))
		return false;
	t->open = row.open;
	t->wish = (struct admin_wish){ slice_trim(row.cells[0]),
		slice_trim(row.cells[1]), row.cells[2],
		slice_trim(row.cells[5]) };
	t->password[0] = '\0';
	if (t->wish.password.n == 0 && t->wish.home.n == 0) {
		admin_random_password(t->admin, t->password);
		t->wish.password = slice_text(t->password);
	}
	return true;
}

static enum result
import_run(struct admin_task *t)
{
	t->account = NULL;
	if (t->open)
		return RESULT_BAD_VALUE;
	return admin_make(&t->rq, &t->wish, &t->account);
}

static void
import_told(struct admin_task *t, enum result r)
{
	struct buf link = BUF_INIT(LINK_MAX);

	if (r == RESULT_OK && t->password[0] != '\0')
		admin_add_reset(t->admin, t->account, &link);
	*(r == RESULT_OK ? &t->changed : &t->refused) += 1;
	/* of who came with a password there is nothing to say, but on a page
	 * that has room for all */
	if (r != RESULT_OK || link.n > 0 || t->total <= ADMIN_RECENT)
		admin_task_tell(t,
		    &(struct admin_said){ t->row,
			slice_upto(t->wish.address, ADDRESS_SHOWN),
			t->open              ? OPEN_QUOTE
			    : r == RESULT_OK ? "made"
					     : admin_words(r),
			buf_slice(&link) });
	buf_free(&link);
	if (t->password[0] == '\0')
		web_wipe(t->wish.password);
}

static const struct admin_job import_job = { "import", import_next, import_run,
	import_told };

/* For the page alone. */
static size_t
count_lines(struct slice text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n' ||
		    (text.p[i] == '\r' && i + 1 < text.n &&
			text.p[i + 1] != '\n');
	return n + (text.n > 0 && text.p[text.n - 1] != '\n');
}

/* ---- the page ---- */

static void
move_reply(struct admin_visit *v)
{
	struct slice text = admin_upload(v, "table");
	struct admin_page page = { .title = "Import and export",
		.words = "Accounts as a table, and everybody as everybody's "
			 "contact." };
	struct admin_task *t = NULL;

	if (v->posted && text.n > 0 && text.n <= ADMIN_IMPORT_MAX)
		t = admin_task_new(v->admin, &import_job);
	if (t != NULL) {
		buf_add_slice(&t->text, text);
		t->rest = buf_slice(&t->text);
		t->total = count_lines(t->rest);
		web_wipe(text);
		admin_note(v, "import", slice_text(""));
		admin_task_begin(t);
		web_reply_elsewhere(v->http, "/admin/task");
		return;
	}
	if (v->posted) {
		page.bad = true;
		page.words = text.n == 0 || text.n > ADMIN_IMPORT_MAX
		    ? "There must be a table, of 16 megabytes at most."
		    : "Something else is still being done.";
	}
	admin_add(v, web_page_admin_move, "start", NULL, 0);
	admin_reply(v, &page);
}

enum http_outcome
admin_move(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { NULL, move_reply };

	return admin_run(rq, front, &flow);
}
