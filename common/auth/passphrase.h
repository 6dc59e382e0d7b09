/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_PASSPHRASE_H
#define NUDGE_PASSPHRASE_H
/*
 * A key from a passphrase, by yescrypt: half a second and 128 MiB, so that
 * whoever finds what it seals cannot try many.  Not for the loop.
 */
#include "common/base/env.h"
#include "common/base/slice.h"

enum {
	PASSPHRASE_MIN = 8,
	PASSPHRASE_MAX = 256,
	PASSPHRASE_SETTING_MAX = 64,
	PASSPHRASE_KEY_BYTES = 32
};

/* The salt and the cost, as printable text without blanks. */
void
passphrase_setting(const struct env *env, char out[PASSPHRASE_SETTING_MAX + 1]);
/* Did passphrase_setting() make it?  Another one might cost anything. */
bool passphrase_setting_good(struct slice setting);
/*
 * 0.  -1: the setting is none of ours, the passphrase is too long or has a
 * NUL, or there is no memory.
 */
int passphrase_key(struct slice passphrase, struct slice setting,
    unsigned char key[PASSPHRASE_KEY_BYTES]);

#endif
