/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MSNP_SSO_H
#define NUDGE_MSNP_SSO_H
/*
 * The proof in USR SSO: who knows the secret beside the ticket shows it by
 * enciphering the nonce it was given (ns-modern 3.10).  Pure.
 */
#include "common/base/buf.h"

enum {
	SSO_NONCE_BYTES = 48,
	SSO_NONCE_TEXT = 64, /* in base64; this text is what is enciphered */
	SSO_SECRET_BYTES = 24,
	SSO_IV_BYTES = 8
};

/* Does this blob (base64) prove the secret for this nonce? */
bool sso_proof_ok(const unsigned char secret[SSO_SECRET_BYTES],
    struct slice nonce, struct slice blob);
/* The blob a client makes; appended in base64.  nonce has SSO_NONCE_TEXT bytes. */
void sso_proof_make(const unsigned char secret[SSO_SECRET_BYTES],
    struct slice nonce, const unsigned char iv[SSO_IV_BYTES], struct buf *out);

#endif
