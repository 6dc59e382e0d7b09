/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_COPY_H
#define NUDGE_COPY_H
/*
 * A copy of the live database as a file: as it is, or first one beside it,
 * where its keys are anyway, and from that on a worker one that has none, or
 * has them sealed.
 */
#include "common/auth/passphrase.h"
#include "common/net/work.h"
#include "core/core.h"
#include "core/store/store_copy.h"

enum copy_keys {
	COPY_WHOLE,
	COPY_BARE,
	COPY_SEALED
};

enum {
	COPY_ERROR = 512
};

struct copy {
	/* for whoever asks to set; the paths stay until done() */
	enum copy_keys keys;
	const char *path; /* of the copy; nothing is there if it has no keys */
	const char *beside;      /* of the one with keys that it is made of */
	struct workers *workers; /* may become NULL: the server is stopping */
	/* sealed: key and setting are made of this, or if it is "" are set */
	char passphrase[PASSPHRASE_MAX + 1];
	struct store_copy_seal seal;
	/*
	 * Once, and behind the call that began it.  error NULL: it is there,
	 * of mode 0600; else nothing of it is.
	 */
	void (*done)(struct copy *c, const char *error);
	/* its own */
	struct store_backup backup;
	struct work work;
	bool begun; /* there may be something at path */
	bool failed;
	char error[COPY_ERROR];
};

/* The object is overwritten where it held secrets before done(). */
void copy_begin(struct core *core, struct copy *c);
/* What a server left at beside that was killed meanwhile. */
void copy_clean(const char *beside);

#endif
