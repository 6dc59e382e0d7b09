/* SPDX-License-Identifier: MIT */
/*
 * "nudgectl backup": a copy of the database as it is, or first one beside it,
 * where its keys are anyway, and from that on a worker one that has none, or
 * has them sealed.
 */
#include "operator/operator.h"

#include "common/auth/passphrase.h"
#include "common/base/panic.h"
#include "common/codec/hex.h"
#include "core/store/store_copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	ERR = 512
};

_Static_assert((int)PASSPHRASE_KEY_BYTES == (int)SEAL_KEY_BYTES,
    "a passphrase makes a key that seals");
_Static_assert((int)PASSPHRASE_SETTING_MAX <= (int)STORE_COPY_SETTING_MAX,
    "and says how");

#define BESIDE "nudge.db.copy"

struct backing_up {
	struct store_backup backup;
	struct work work;
	struct operator* op;
	struct control_call *call;
	struct store_copy_seal seal;
	bool bare, sealed; /* it goes by a copy beside; how, if sealed */
	char *path;
	char *beside;
	char error[ERR];
	bool failed;
	bool begun; /* the file is ours, if there is one */
};

static void
end(struct backing_up *bu, const char *error)
{
	if (bu->bare) {
		(void)unlink(bu->beside);
		bu->op->copying = NULL;
	}
	if (error != NULL)
		buf_addf(control_out(bu->call), "%s\n", error);
	control_done(bu->call, error == NULL);
	free(bu->path);
	free(bu->beside);
	mem_wipe(bu, sizeof(*bu));
	free(bu);
}

static void
bare_run(struct work *w)
{
	struct backing_up *bu = CONTAINER_OF(w, struct backing_up, work);

	bu->failed =
	    store_copy_bare(bu->beside, bu->path, bu->sealed ? &bu->seal : NULL,
		bu->error, sizeof(bu->error)) != 0;
}

static void
bare_done(struct work *w)
{
	struct backing_up *bu = CONTAINER_OF(w, struct backing_up, work);

	end(bu, bu->failed ? bu->error : NULL);
}

static void
copied(struct store_backup *b, const char *error)
{
	struct backing_up *bu = CONTAINER_OF(b, struct backing_up, backup);
	struct operator* op = bu->op;

	if (error != NULL || !bu->bare) {
		end(bu, error);
		return;
	}
	bu->work = (struct work){ .cls = WORK_COPY,
		.from = { .known = true },
		.run = bare_run,
		.done = bare_done };
	/* without workers the server is stopping */
	bu->begun = op->workers != NULL && work_start(op->workers, &bu->work);
	if (!bu->begun)
		end(bu, "the server is stopping");
}

void operator_backup_stop(struct operator* op)
{
	op->workers = NULL;
	if (op->copying == NULL)
		return;
	(void)unlink(op->copying->beside);
	if (op->copying->begun)
		(void)unlink(op->copying->path);
}

static bool
read_key(struct slice hex, unsigned char key[SEAL_KEY_BYTES])
{
	struct buf b = BUF_INIT(SEAL_KEY_BYTES);
	bool good = hex_decode(&b, hex) && buf_ok(&b) && b.n == SEAL_KEY_BYTES;

	if (good)
		memcpy(key, b.p, SEAL_KEY_BYTES);
	if (b.n > 0)
		mem_wipe(b.p, b.n);
	buf_free(&b);
	return good;
}

/* "--sealed SETTING KEY" is what nudgectl makes of a passphrase. */
static bool
read_words(struct backing_up *bu)
{
	struct slice how = control_arg(bu->call, 1);
	struct slice setting = control_arg(bu->call, 2);
	unsigned n = control_args(bu->call);

	bu->bare = n > 1;
	if (n == 1 || (n == 2 && slice_eq_text(how, "--without-keys")))
		return true;
	if (n != 4 || !slice_eq_text(how, "--sealed") ||
	    !passphrase_setting_good(setting) ||
	    !read_key(control_arg(bu->call, 3), bu->seal.key))
		return false;
	bu->sealed = true;
	bu->seal.env = bu->op->core->env;
	memcpy(bu->seal.setting, setting.p, setting.n);
	return true;
}

/* What a server left that was killed meanwhile goes first. */
static bool
make_room(struct backing_up *bu)
{
	static const char *const ends[] = { "", "-journal", "-wal", "-shm" };
	struct buf name = BUF_INIT(8192);
	bool good;

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		buf_reset(&name);
		buf_addf(&name, "%s/" BESIDE "%s", bu->op->folder, ends[i]);
		buf_add_char(&name, '\0');
		if (buf_ok(&name))
			(void)unlink(name.p);
	}
	buf_reset(&name);
	buf_addf(&name, "%s/" BESIDE, bu->op->folder);
	good = buf_ok(&name);
	if (good)
		bu->beside = slice_dup(buf_slice(&name));
	buf_free(&name);
	return good;
}

void
operator_backup(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;
	struct backing_up *bu = mem_alloc(sizeof(*bu));

	*bu = (struct backing_up){ .op = op, .call = call };
	bu->path = slice_dup(control_arg(call, 0));
	bu->backup.path = bu->path;
	bu->backup.done = copied;
	if (!read_words(bu)) {
		bu->bare = false;
		end(bu,
		    "backup FILE [--without-keys | --passphrase | "
		    "--passphrase-file F]");
		return;
	}
	if (bu->bare && op->copying != NULL) {
		bu->bare = false;
		end(bu, "another such backup is under way");
		return;
	}
	if (bu->bare && access(bu->path, F_OK) == 0) {
		bu->bare = false;
		end(bu, "there is a file of that name");
		return;
	}
	if (bu->bare && !make_room(bu)) {
		bu->bare = false;
		end(bu, "the name of the data folder is too long");
		return;
	}
	if (bu->bare) {
		bu->backup.path = bu->beside;
		op->copying = bu;
	}
	store_backup(op->core->store, &bu->backup);
}
