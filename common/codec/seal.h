/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SEAL_H
#define NUDGE_SEAL_H
/*
 * Secrets that must be read again, kept under a key of the server: AES-256-GCM.
 * Sealed bytes are a nonce of 12, the text enciphered, a tag of 16.
 */
#include "common/base/buf.h"
#include "common/base/env.h"

enum {
	SEAL_KEY_BYTES = 32,
	SEAL_NONCE_BYTES = 12,
	SEAL_TAG_BYTES = 16,
	SEAL_MORE_BYTES = SEAL_NONCE_BYTES + SEAL_TAG_BYTES
};

/*
 * Appends to out.  label says what the secret is and whose: what was sealed
 * under one is not opened under another.  A key serves for 2^32 of them.
 */
void seal_make(const unsigned char key[SEAL_KEY_BYTES], const struct env *env,
    struct slice label, struct slice plain, struct buf *out);
/*
 * The text into plain, which is the caller's to wipe.  False, and plain as it
 * was: not sealed so.
 */
bool seal_open(const unsigned char key[SEAL_KEY_BYTES], struct slice label,
    struct slice sealed, struct buf *plain);

#endif
