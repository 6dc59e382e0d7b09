/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_STORE_COPY_H
#define NUDGE_STORE_COPY_H
/*
 * A copy of the database that no server uses: its keys are left out, sealed
 * with a key that somebody's passphrase makes, and put back.  All of this
 * blocks.
 */
#include "common/base/env.h"
#include "common/codec/seal.h"

enum {
	STORE_COPY_SETTING_MAX = 128
};

enum store_copy_keys {
	STORE_COPY_HAS_KEYS,
	STORE_COPY_SEALED,
	STORE_COPY_BARE
};

/* setting says how the key is made again; it is kept beside what is sealed. */
struct store_copy_seal {
	const struct env *env;
	unsigned char key[SEAL_KEY_BYTES];
	char setting[STORE_COPY_SETTING_MAX + 1];
};

/*
 * The database at from, which is changed, as a new file of mode 0600 that
 * holds no key anywhere; with how they are in it, sealed.  It is durable
 * before this returns 0; after -1 nothing of it is there, and err has a
 * sentence.
 */
int store_copy_bare(const char *from, const char *to,
    const struct store_copy_seal *how, char *err, size_t errlen);
/* What a copy has; of a sealed one also how.  -1: it cannot be read. */
int store_copy_look(const char *path, enum store_copy_keys *which,
    char setting[STORE_COPY_SETTING_MAX + 1]);
/* -1, and nothing has changed: the key is another, or it cannot be written. */
int store_copy_unseal(const char *path, const unsigned char key[SEAL_KEY_BYTES],
    char *err, size_t errlen);

#endif
