/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_SSOPROOF_H
#define NUDGE_BENCH_SSOPROOF_H
/*
 * What a program of MSNP15 proves to the notification server with: 128 bytes
 * made of the server's nonce and the secret that came with the ticket.
 */
#include <mbedtls/ctr_drbg.h>
#include <stdbool.h>

enum {
	SSOPROOF_TEXT = 173 /* base64 of 128 bytes, and a NUL */
};

/* secret: base64 of 24 bytes; nonce: 64 characters.  False: they are not. */
bool ssoproof_make(char out[SSOPROOF_TEXT], const char *secret,
    const char *nonce, mbedtls_ctr_drbg_context *drbg);

#endif
