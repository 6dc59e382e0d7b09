/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_rc4.h"

#include "common/base/panic.h"
#include "common/net/tls_mbed.h"

#ifdef MBEDTLS_ARC4_C
#include <mbedtls/arc4.h>
#endif
#include <dlfcn.h>
#include <stdio.h>

/* ---- libnettle: its state has 258 bytes, and here is room for more ---- */

typedef void set_key_fn(void *ctx, size_t n, const uint8_t *key);
typedef void crypt_fn(void *ctx, size_t n, uint8_t *to, const uint8_t *from);

static struct {
	set_key_fn *set_key;
	crypt_fn *crypt;
} nettle;

int
tls_old_rc4_nettle_open(const char *lib, char *err, size_t errlen)
{
	void *handle, *set_key, *crypt;

	if (nettle.crypt != NULL)
		return 0;
	handle = dlopen(lib, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (handle == NULL) {
		snprintf(err, errlen,
		    "tls.rc4 is on, mbedTLS %s has no RC4, and there is no %s; "
		    "on Debian: apt-get install libnettle8t64",
		    MBEDTLS_VERSION_STRING, lib);
		return -1;
	}
	set_key = dlsym(handle, "nettle_arcfour_set_key");
	crypt = dlsym(handle, "nettle_arcfour_crypt");
	(void)dlclose(handle);
	if (set_key == NULL || crypt == NULL) {
		snprintf(err, errlen,
		    "tls.rc4 is on, mbedTLS %s has no RC4, and %s has none",
		    MBEDTLS_VERSION_STRING, lib);
		return -1;
	}
	/* a function's address is as long as any other here */
	memcpy(&nettle.set_key, &set_key, sizeof(set_key));
	memcpy(&nettle.crypt, &crypt, sizeof(crypt));
	return 0;
}

void
tls_old_rc4_nettle_key(struct tls_old_rc4 *c, const unsigned char *key,
    size_t n)
{
	nettle.set_key(c->state, n, key);
}

void
tls_old_rc4_nettle_crypt(struct tls_old_rc4 *c, unsigned char *p, size_t n)
{
	nettle.crypt(c->state, n, p, p);
}

/* ---- whichever there is ---- */

#ifdef MBEDTLS_ARC4_C

_Static_assert(sizeof(mbedtls_arc4_context) <= sizeof(struct tls_old_rc4),
    "room for mbedTLS's state");

int
tls_old_rc4_open(char *err, size_t errlen)
{
	(void)err;
	(void)errlen;
	return 0;
}

void
tls_old_rc4_key(struct tls_old_rc4 *c, const unsigned char *key, size_t n)
{
	mbedtls_arc4_init((void *)c->state);
	mbedtls_arc4_setup((void *)c->state, key, (unsigned)n);
}

void
tls_old_rc4_crypt(struct tls_old_rc4 *c, unsigned char *p, size_t n)
{
	(void)mbedtls_arc4_crypt((void *)c->state, n, p, p);
}

#else

int
tls_old_rc4_open(char *err, size_t errlen)
{
	return tls_old_rc4_nettle_open(TLS_OLD_RC4_LIB, err, errlen);
}

void
tls_old_rc4_key(struct tls_old_rc4 *c, const unsigned char *key, size_t n)
{
	tls_old_rc4_nettle_key(c, key, n);
}

void
tls_old_rc4_crypt(struct tls_old_rc4 *c, unsigned char *p, size_t n)
{
	tls_old_rc4_nettle_crypt(c, p, n);
}

#endif
