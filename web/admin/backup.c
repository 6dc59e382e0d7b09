/* SPDX-License-Identifier: MIT */
/*
 * A copy of the live database to take home.  It is made in the data folder,
 * one at a time, and has lost its name before its first byte is sent.
 */
#include "common/base/log.h"
#include "common/base/panic.h"
#include "web/admin/parts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void
copy_path(const struct admin *a, char *out, size_t n)
{
	(void)snprintf(out, n, "%s/admin-backup.db", a->hooks->folder(a->ctx));
}

void
admin_copy_clean(const struct admin *a)
{
	char path[sizeof(((struct admin_copy *)NULL)->path)];

	copy_path(a, path, sizeof(path));
	(void)unlink(path);
}

static void
copy_done(struct store_backup *b, const char *error)
{
	struct admin_copy *c = CONTAINER_OF(b, struct admin_copy, backup);
	struct admin_visit *v = c->visit;

	if (error != NULL)
		log_warn("admin-backup", LOG_T("error", error));
	if (v != NULL && error == NULL)
		v->file = open(c->path, O_RDONLY | O_CLOEXEC) + 1;
	(void)unlink(c->path);
	if (c->admin != NULL)
		c->admin->copy = NULL;
	if (v != NULL) {
		v->copy = NULL;
		v->copied = true;
		http_again(v->http);
	}
	free(c);
}

static enum result
backup_judge(struct admin_visit *v)
{
	struct admin *a = v->admin;
	struct admin_copy *c;

	if (!v->posted)
		return RESULT_OK;
	if (v->copied)
		return v->file != 0 ? RESULT_OK : RESULT_STORE_FAILED;
	if (a->copy != NULL)
		return RESULT_BUSY;
	c = a->copy = v->copy = mem_alloc(sizeof(*c));
	c->admin = a;
	c->visit = v;
	copy_path(a, c->path, sizeof(c->path));
	c->backup.path = c->path;
	c->backup.done = copy_done;
	store_backup(a->core->store, &c->backup);
	return RESULT_WAIT;
}

void
admin_copy_forget(struct admin_visit *v)
{
	if (v->copy != NULL)
		v->copy->visit = NULL;
	v->copy = NULL;
	if (v->file != 0)
		(void)close(v->file - 1);
	v->file = 0;
}

static void
backup_reply(struct admin_visit *v)
{
	struct admin_page page = { .title = "A copy of everything",
		.words = "Everything this server keeps, in one file." };
	struct stat st;

	if (v->posted)
		admin_note(v, "backup", slice_text(""));
	if (v->file != 0 && fstat(v->file - 1, &st) == 0) {
		admin_reply_file(v, "application/octet-stream", "nudge.db",
		    slice_text(""));
		http_reply_file(v->http, v->file - 1, (uint64_t)st.st_size);
		v->file = 0;
		return;
	}
	if (v->posted) {
		page.bad = true;
		page.status = 503;
		page.words = v->result == RESULT_BUSY
		    ? "Another copy is just being made."
		    : "The copy could not be made. The log says why.";
	}
	admin_add(v, web_page_admin_move, "backup", NULL, 0);
	admin_reply(v, &page);
}

enum http_outcome
admin_backup(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { backup_judge, backup_reply };

	return admin_run(rq, front, &flow);
}
