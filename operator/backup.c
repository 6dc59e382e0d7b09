/* SPDX-License-Identifier: MIT */
/* "nudgectl backup": see core/desk/copy.h. */
#include "operator/operator.h"

#include "common/base/panic.h"
#include "common/codec/hex.h"
#include "core/desk/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BESIDE "nudge.db.copy"

struct backing_up {
	struct copy copy;
	struct operator* op;
	struct control_call *call;
	char *path;
	char *beside;
};

static void
end(struct backing_up *bu, const char *error)
{
	if (bu->op->copying == bu)
		bu->op->copying = NULL;
	if (error != NULL)
		buf_addf(control_out(bu->call), "%s\n", error);
	control_done(bu->call, error == NULL);
	free(bu->path);
	free(bu->beside);
	mem_wipe(bu, sizeof(*bu));
	free(bu);
}

static void
copied(struct copy *c, const char *error)
{
	end(CONTAINER_OF(c, struct backing_up, copy), error);
}

void operator_backup_stop(struct operator* op)
{
	op->workers = NULL;
	if (op->copying == NULL)
		return;
	op->copying->copy.workers = NULL;
	(void)unlink(op->copying->beside);
	if (op->copying->copy.begun)
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

	bu->copy.keys = n == 1 ? COPY_WHOLE : COPY_BARE;
	if (n == 1 || (n == 2 && slice_eq_text(how, "--without-keys")))
		return true;
	if (n != 4 || !slice_eq_text(how, "--sealed") ||
	    !passphrase_setting_good(setting) ||
	    !read_key(control_arg(bu->call, 3), bu->copy.seal.key))
		return false;
	bu->copy.keys = COPY_SEALED;
	memcpy(bu->copy.seal.setting, setting.p, setting.n);
	return true;
}

/* NULL: the name of the data folder is too long. */
static char *
beside_of(const struct operator* op)
{
	struct buf name = BUF_INIT(8192);
	char *beside = NULL;

	buf_addf(&name, "%s/" BESIDE, op->folder);
	if (buf_ok(&name))
		beside = slice_dup(buf_slice(&name));
	buf_free(&name);
	return beside;
}

static const char *
what_is_in_the_way(const struct backing_up *bu)
{
	if (bu->copy.keys == COPY_WHOLE)
		return NULL;
	if (bu->op->copying != NULL)
		return "another such backup is under way";
	if (access(bu->path, F_OK) == 0)
		return "there is a file of that name";
	return bu->beside == NULL ? "the name of the data folder is too long"
				  : NULL;
}

void
operator_backup(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;
	struct backing_up *bu = mem_alloc(sizeof(*bu));
	const char *why;

	*bu = (struct backing_up){ .op = op, .call = call };
	bu->path = slice_dup(control_arg(call, 0));
	bu->beside = beside_of(op);
	bu->copy.path = bu->path;
	bu->copy.beside = bu->beside;
	bu->copy.workers = op->workers;
	bu->copy.done = copied;
	why = read_words(bu) ? what_is_in_the_way(bu)
			     : "backup FILE [--without-keys | --passphrase | "
			       "--passphrase-file F]";
	if (why != NULL) {
		end(bu, why);
		return;
	}
	if (bu->copy.keys != COPY_WHOLE)
		op->copying = bu;
	copy_begin(op->core, &bu->copy);
}
