/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_FINISHED_H
#define NUDGE_TLS_FINISHED_H
/*
 * mbedTLS up to 2.28.9 does not look whether it had the memory to derive what
 * a Finished must be, and goes on with what stood on its stack
 * (CVE-2025-27810).  So we look.  Of mbedTLS 3 only mended ones are taken.
 */
#include <mbedtls/ssl.h>

/* As mbedtls_ssl_handshake(). */
int tls_finished_handshake(mbedtls_ssl_context *ssl);

#endif
