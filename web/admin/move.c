/* SPDX-License-Identifier: MIT */
/* Accounts from a table: address, name, password; home in the sixth place. */
#include "common/base/panic.h"
#include "common/codec/csv.h"
#include "web/admin/parts.h"

enum {
	LINK_MAX = 1024
};

/* ---- the job ---- */

static bool
import_next(struct admin_task *t)
{
	struct csv_row row;

	arena_reset(&t->arena);
	do {
		if (t->done == ADMIN_ROWS_MAX ||
		    !csv_read(&t->arena, &t->rest, &row))
			return false;
	} while (t->done == 0 &&
	    slice_eq_nocase(slice_trim(row.cells[0]), SLICE_LIT("address")));
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
	return admin_make(&t->rq, &t->wish, &t->account);
}

static void
import_told(struct admin_task *t, enum result r)
{
	struct buf link = BUF_INIT(LINK_MAX);

	if (r == RESULT_OK && t->password[0] != '\0')
		admin_add_reset(t->admin, t->account, &link);
	*(r == RESULT_OK ? &t->changed : &t->refused) += 1;
	page_add(&t->table, page_part(web_page_admin_move, "row"),
	    (const struct page_field[]){ { "address", t->wish.address },
		{ "words",
		    slice_text(r == RESULT_OK ? "made" : admin_words(r)) },
		{ "made", buf_slice(&link) } },
	    3);
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
		n += text.p[i] == '\n';
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
		    ? "There must be a table, of a megabyte at most."
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
