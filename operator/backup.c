/* SPDX-License-Identifier: MIT */
/*
 * "nudgectl backup": a copy (core/desk/copy.h) that has lost its name before
 * its first byte is sent.  The reply is its size, 64 bits and big-endian, and
 * the file.  A worker reads it; whoever takes nothing for TAKE_MS loses it.
 */
#include "operator/operator.h"

#include "common/base/panic.h"
#include "common/codec/hex.h"
#include "core/desk/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BESIDE "nudge.db.copy"
#define SENT   "nudge.db.sent"

enum {
	CHUNK = 256 * 1024,
	TAKE_MS = 60 * 1000,
	AGAIN_MS = 100 /* no worker is free */
};

struct backing_up {
	struct copy copy;
	struct operator* op;
	struct control_call *call;
	char *path;
	char *beside;
	struct timer slow;  /* the caller takes nothing */
	struct timer again; /* no worker was free */
	struct work work;
	int fd; /* -1: not copied yet */
	bool reading;
	ssize_t n; /* read, or -1 */
	char chunk[CHUNK];
};

static void
end(struct backing_up *bu, const char *error)
{
	if (bu->op->copying == bu)
		bu->op->copying = NULL;
	timer_stop(&bu->slow);
	timer_stop(&bu->again);
	if (bu->fd >= 0)
		(void)close(bu->fd);
	control_on_room(bu->call, NULL);
	if (error != NULL)
		buf_addf(control_out(bu->call), "%s\n", error);
	control_done(bu->call, error == NULL);
	free(bu->path);
	free(bu->beside);
	mem_wipe(bu, sizeof(*bu));
	free(bu);
}

static void
chunk_run(struct work *w)
{
	struct backing_up *bu = CONTAINER_OF(w, struct backing_up, work);

	do
		bu->n = read(bu->fd, bu->chunk, sizeof(bu->chunk));
	while (bu->n < 0 && errno == EINTR);
}

static void chunk_done(struct work *w);

/* Read on, unless that must wait.  May end it. */
static void
go_on(struct backing_up *bu)
{
	if (bu->fd < 0 || bu->reading)
		return; /* somebody comes back */
	if (!control_alive(bu->call) || bu->op->workers == NULL) {
		end(bu, NULL);
		return;
	}
	if (control_full(bu->call))
		return;
	bu->work = (struct work){ .cls = WORK_COPY,
		.from = { .known = true },
		.run = chunk_run,
		.done = chunk_done };
	bu->reading = work_start(bu->op->workers, &bu->work);
	if (!bu->reading)
		timer_start(bu->op->core->loop, &bu->again, AGAIN_MS);
}

/* The caller sees by the size that a file ends too early. */
static void
chunk_done(struct work *w)
{
	struct backing_up *bu = CONTAINER_OF(w, struct backing_up, work);

	bu->reading = false;
	if (!w->dropped && (bu->n <= 0 || !control_alive(bu->call))) {
		end(bu, NULL);
		return;
	}
	if (!w->dropped) {
		buf_add(control_out(bu->call), bu->chunk, (size_t)bu->n);
		control_flush(bu->call);
		timer_start(bu->op->core->loop, &bu->slow, TAKE_MS);
	}
	go_on(bu);
}

static void
roomy(void *state)
{
	go_on(state);
}

static void
try_again(struct timer *t)
{
	go_on(CONTAINER_OF(t, struct backing_up, again));
}

static void
too_slow(struct timer *t)
{
	struct backing_up *bu = CONTAINER_OF(t, struct backing_up, slow);

	if (bu->reading)
		timer_start(bu->op->core->loop, t, TAKE_MS);
	else
		end(bu, NULL);
}

static void
send_size(struct backing_up *bu, uint64_t size)
{
	unsigned char head[8];

	for (unsigned i = 0; i < sizeof(head); i++)
		head[i] = (unsigned char)(size >> (56 - 8 * i));
	buf_add(control_out(bu->call), head, sizeof(head));
	control_flush(bu->call);
}

static void
copied(struct copy *c, const char *error)
{
	struct backing_up *bu = CONTAINER_OF(c, struct backing_up, copy);
	struct stat st;

	if (error == NULL)
		bu->fd = open(bu->path, O_RDONLY | O_CLOEXEC);
	if (error == NULL && (bu->fd < 0 || fstat(bu->fd, &st) != 0))
		error = strerror(errno);
	copy_clean(bu->path);
	if (error != NULL) {
		end(bu, error);
		return;
	}
	send_size(bu, (uint64_t)st.st_size);
	timer_start(bu->op->core->loop, &bu->slow, TAKE_MS);
	go_on(bu);
}

void operator_backup_stop(struct operator* op)
{
	op->workers = NULL;
	if (op->copying == NULL)
		return;
	op->copying->copy.workers = NULL;
	copy_clean(op->copying->beside);
	copy_clean(op->copying->path);
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
in_folder(const struct operator* op, const char *file)
{
	struct buf name = BUF_INIT(8192);
	char *beside = NULL;

	buf_addf(&name, "%s/%s", op->folder, file);
	if (buf_ok(&name))
		beside = slice_dup(buf_slice(&name));
	buf_free(&name);
	return beside;
}

static const char *
what_is_in_the_way(const struct backing_up *bu)
{
	if (bu->op->copying != NULL)
		return "another backup is under way; try again when it is done";
	if (!slice_eq_text(control_arg(bu->call, 0), "-"))
		return "the backup is sent to nudgectl now, and this nudgectl "
		       "is older than the server";
	return bu->path == NULL || bu->beside == NULL
	    ? "the name of the data folder is too long"
	    : NULL;
}

void
operator_backup(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;
	struct backing_up *bu = mem_alloc(sizeof(*bu));
	const char *why;

	bu->op = op;
	bu->call = call;
	bu->fd = -1;
	bu->slow.fire = too_slow;
	bu->again.fire = try_again;
	bu->path = in_folder(op, SENT);
	bu->beside = in_folder(op, BESIDE);
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
	op->copying = bu;
	control_set_state(call, bu);
	control_on_room(call, roomy);
	/* what a server left that was killed meanwhile */
	copy_clean(bu->path);
	copy_begin(op->core, &bu->copy);
}
