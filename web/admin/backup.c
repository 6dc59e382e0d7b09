/* SPDX-License-Identifier: MIT */
/*
 * A copy of the live database to take home.  It is made in the data folder, one
 * at a time, and has lost its name before its first byte is sent.
 */
#include "common/base/log.h"
#include "common/base/panic.h"
#include "core/desk/copy.h"
#include "web/admin/parts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PATH_ROOM = 4200
};

#define COPY   "admin-backup.db"
#define BESIDE "admin-backup-whole.db"

/* It outlives the admin. */
struct admin_copy {
	struct copy copy;
	struct admin *admin;       /* NULL: gone */
	struct admin_visit *visit; /* NULL: gone */
	char path[PATH_ROOM];
	char beside[PATH_ROOM];
};

static void
copy_path(const struct admin *a, const char *name, char *out)
{
	(void)snprintf(out, PATH_ROOM, "%s/%s", a->hooks->folder(a->ctx), name);
}

void
admin_copy_clean(const struct admin *a)
{
	char path[PATH_ROOM];

	copy_path(a, COPY, path);
	copy_clean(path);
	copy_path(a, BESIDE, path);
	copy_clean(path);
}

static void
copy_done(struct copy *done, const char *error)
{
	struct admin_copy *c = CONTAINER_OF(done, struct admin_copy, copy);
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

/* Which button was it, and what is missing? */
static const char *
choose(struct admin_visit *v, enum copy_keys *keys)
{
	struct slice phrase = admin_field(v, "passphrase");

	*keys = COPY_WHOLE;
	if (admin_pressed(v, "whole"))
		return NULL;
	*keys = COPY_BARE;
	if (admin_pressed(v, "bare"))
		return NULL;
	*keys = COPY_SEALED;
	if (!admin_pressed(v, "sealed"))
		return "Choose what should happen to the keys.";
	if (phrase.n < PASSPHRASE_MIN || phrase.n > PASSPHRASE_MAX ||
	    memchr(phrase.p, '\0', phrase.n) != NULL)
		return "A passphrase has 8 letters at least, and 256 at most.";
	return slice_eq(phrase, admin_field(v, "again"))
	    ? NULL
	    : "The two passphrases are not the same.";
}

static enum result
backup_judge(struct admin_visit *v)
{
	struct admin *a = v->admin;
	struct admin_copy *c;
	struct slice phrase = admin_field(v, "passphrase");
	enum copy_keys keys;

	if (!v->posted)
		return RESULT_OK;
	if (v->copied)
		return v->file != 0 ? RESULT_OK : RESULT_STORE_FAILED;
	v->wrong = choose(v, &keys);
	if (v->wrong != NULL)
		return RESULT_BAD_VALUE;
	if (a->copy != NULL)
		return RESULT_BUSY;
	c = a->copy = v->copy = mem_alloc(sizeof(*c));
	c->admin = a;
	c->visit = v;
	admin_copy_clean(a);
	copy_path(a, COPY, c->path);
	copy_path(a, BESIDE, c->beside);
	c->copy = (struct copy){ .keys = keys,
		.path = c->path,
		.beside = c->beside,
		.workers = a->hooks->workers(a->ctx),
		.done = copy_done };
	if (keys == COPY_SEALED)
		memcpy(c->copy.passphrase, phrase.p, phrase.n);
	copy_begin(a->core, &c->copy);
	return RESULT_WAIT;
}

void
admin_copy_leave(struct admin *a)
{
	if (a->copy == NULL)
		return;
	a->copy->admin = NULL;
	a->copy->copy.workers = NULL;
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
		.words =
		    "Everything this server keeps, in one file. What should "
		    "happen to its keys?" };
	struct stat st;

	if (v->posted && v->wrong == NULL)
		admin_note(v, "backup", slice_text(""));
	web_wipe(admin_field(v, "passphrase"));
	web_wipe(admin_field(v, "again"));
	if (v->file != 0 && fstat(v->file - 1, &st) == 0) {
		admin_reply_file(v, "application/octet-stream", "nudge.db",
		    slice_text(""));
		http_reply_file(v->http, v->file - 1, (uint64_t)st.st_size);
		v->file = 0;
		return;
	}
	if (v->wrong != NULL) {
		page.bad = true;
		page.words = v->wrong;
	} else if (v->posted) {
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
