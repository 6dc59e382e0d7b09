/* SPDX-License-Identifier: MIT */
/*
 * A copy of the live database to take home: as it is, without its keys, or with
 * them sealed.  It is made in the data folder, where its keys are anyway, one
 * at a time, and has lost its name before its first byte is sent.
 */
#include "common/auth/passphrase.h"
#include "common/base/log.h"
#include "common/base/panic.h"
#include "core/store/store_copy.h"
#include "web/admin/parts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	ERR = 512,
	PATH_ROOM = 4200
};

/* What of the keys is in it. */
enum keys {
	KEYS_OUT,
	KEYS_SEALED,
	KEYS_IN
};

struct admin_copy {
	struct store_backup backup;
	struct work work;
	struct admin *admin;       /* NULL: gone */
	struct admin_visit *visit; /* NULL: gone */
	enum keys keys;
	char passphrase[PASSPHRASE_MAX + 1];
	char setting[PASSPHRASE_SETTING_MAX + 1];
	const struct env *env;
	struct workers *workers;
	char path[PATH_ROOM]; /* as it is */
	char bare[PATH_ROOM]; /* what is made of it */
	char error[ERR];
	bool failed;
};

#define AS_IT_IS "admin-backup.db"
#define BARE     "admin-backup-bare.db"

static void
copy_path(const struct admin *a, const char *name, char *out)
{
	(void)snprintf(out, PATH_ROOM, "%s/%s", a->hooks->folder(a->ctx), name);
}

/* SQLite may have something beside it. */
void
admin_copy_clean(const struct admin *a)
{
	static const char *const names[] = { AS_IT_IS, AS_IT_IS "-journal",
		AS_IT_IS "-wal", AS_IT_IS "-shm", BARE, BARE "-journal" };
	char path[PATH_ROOM];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		copy_path(a, names[i], path);
		(void)unlink(path);
	}
}

static void
copy_end(struct admin_copy *c, const char *error)
{
	struct admin_visit *v = c->visit;

	if (error != NULL)
		log_warn("admin-backup", LOG_T("error", error));
	if (v != NULL && error == NULL)
		v->file = open(c->keys == KEYS_IN ? c->path : c->bare,
			      O_RDONLY | O_CLOEXEC) +
		    1;
	(void)unlink(c->path);
	if (c->keys != KEYS_IN)
		(void)unlink(c->bare);
	if (c->admin != NULL)
		c->admin->copy = NULL;
	if (v != NULL) {
		v->copy = NULL;
		v->copied = true;
		http_again(v->http);
	}
	mem_wipe(c, sizeof(*c));
	free(c);
}

/* On a worker: a passphrase takes half a second. */
static void
bare_run(struct work *w)
{
	struct admin_copy *c = CONTAINER_OF(w, struct admin_copy, work);
	struct store_copy_seal seal = { .env = c->env };
	const bool sealed = c->keys == KEYS_SEALED;

	if (sealed) {
		memcpy(seal.setting, c->setting, sizeof(c->setting));
		c->failed = passphrase_key(slice_text(c->passphrase),
				slice_text(c->setting), seal.key) != 0;
		if (c->failed)
			(void)snprintf(c->error, sizeof(c->error),
			    "no key could be made of the passphrase");
	}
	if (!c->failed)
		c->failed =
		    store_copy_bare(c->path, c->bare, sealed ? &seal : NULL,
			c->error, sizeof(c->error)) != 0;
	mem_wipe(&seal, sizeof(seal));
}

static void
bare_done(struct work *w)
{
	struct admin_copy *c = CONTAINER_OF(w, struct admin_copy, work);

	copy_end(c, c->failed ? c->error : NULL);
}

static void
copy_done(struct store_backup *b, const char *error)
{
	struct admin_copy *c = CONTAINER_OF(b, struct admin_copy, backup);

	if (error != NULL || c->keys == KEYS_IN) {
		copy_end(c, error);
		return;
	}
	c->work = (struct work){ .cls = WORK_COPY,
		.from = { .known = true },
		.run = bare_run,
		.done = bare_done };
	/* without an admin the server is stopping */
	if (c->admin == NULL || !work_start(c->workers, &c->work))
		copy_end(c, "other copies are being made");
}

/* Which button was it, and what is missing? */
static const char *
choose(struct admin_visit *v, enum keys *keys)
{
	struct slice phrase = admin_field(v, "passphrase");

	*keys = KEYS_IN;
	if (admin_pressed(v, "whole"))
		return NULL;
	*keys = KEYS_OUT;
	if (admin_pressed(v, "bare"))
		return NULL;
	*keys = KEYS_SEALED;
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
	struct slice phrase;
	enum keys keys;

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
	c->keys = keys;
	c->env = a->core->env;
	c->workers = a->hooks->workers(a->ctx);
	if (keys == KEYS_SEALED) {
		phrase = admin_field(v, "passphrase");
		memcpy(c->passphrase, phrase.p, phrase.n);
		passphrase_setting(c->env, c->setting);
	}
	admin_copy_clean(a);
	copy_path(a, AS_IT_IS, c->path);
	copy_path(a, BARE, c->bare);
	c->backup.path = c->path;
	c->backup.done = copy_done;
	store_backup(a->core->store, &c->backup);
	return RESULT_WAIT;
}

void
admin_copy_leave(struct admin *a)
{
	if (a->copy != NULL)
		a->copy->admin = NULL;
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
