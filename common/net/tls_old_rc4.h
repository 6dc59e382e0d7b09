/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_RC4_H
#define NUDGE_TLS_OLD_RC4_H
/*
 * RC4 of the old engine: mbedTLS's where it has one, else that of libnettle,
 * which is opened when RC4 is switched on and not before.
 */
#include "common/base/base.h"

#define TLS_OLD_RC4_LIB "libnettle.so.8"

struct tls_old_rc4 {
	_Alignas(16) unsigned char state[1040]; /* whichever's it is */
};

/* Once before all others; 0, or -1 and a sentence in err. */
int tls_old_rc4_open(char *err, size_t errlen);
void tls_old_rc4_key(struct tls_old_rc4 *c, const unsigned char *key, size_t n);
/* In place. */
void tls_old_rc4_crypt(struct tls_old_rc4 *c, unsigned char *p, size_t n);

/* ---- libnettle's alone, for tests ---- */
int tls_old_rc4_nettle_open(const char *lib, char *err, size_t errlen);
void tls_old_rc4_nettle_key(struct tls_old_rc4 *c, const unsigned char *key,
    size_t n);
void
tls_old_rc4_nettle_crypt(struct tls_old_rc4 *c, unsigned char *p, size_t n);

#endif
