/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_OLDCLIENT_H
#define NUDGE_BENCH_OLDCLIENT_H
/*
 * A client as of 1996 to 2010: SSL 3.0, TLS 1.0 or 1.1 with key exchange by RSA
 * or ECDHE, written from RFC 6101, 2246, 4346 and 4492, with nothing of the
 * server's in it.
 * Blocking, over any transport.
 */
#include "common/net/tls_mbed.h"

#include <mbedtls/cipher.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ecdh.h>
#include <mbedtls/entropy.h>
#include <mbedtls/md.h>
#include <mbedtls/rsa.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	OLD_SUITES = 16,
	OLD_CHAIN = 16384,
	OLD_PLAIN = 16384,
	OLD_ECDHE = 0xc000 /* suites from here on */
};

/* What a premaster secret may have wrong; and a key of ECDHE. */
enum old_wrong {
	OLD_WRONG_NOTHING,
	OLD_WRONG_VERSION,   /* another than the hello offered */
	OLD_WRONG_FIRST,     /* not 00 first */
	OLD_WRONG_TYPE,      /* not 02 then */
	OLD_WRONG_ZERO,      /* a 00 within the padding */
	OLD_WRONG_SEPARATOR, /* no 00 behind it */
	OLD_WRONG_SHORT,     /* 47 bytes of secret */
	OLD_WRONG_SECRET,    /* well-formed, but not what Finished uses */
	OLD_WRONGS,
	OLD_WRONG_POINT = OLD_WRONGS, /* on no curve */
	OLD_WRONG_LENGTH,             /* a byte too long */
	OLD_WRONG_EMPTY               /* nothing at all */
};

struct old_peer {
	/* Both move all n bytes or return false. */
	bool (*send)(void *ctx, const void *p, size_t n);
	bool (*recv)(void *ctx, void *p, size_t n);
	void *ctx;
};

/* One direction's. */
struct old_side {
	bool on;
	uint64_t seq;
	unsigned char mac[20];
	mbedtls_cipher_context_t cipher;
	struct old_rc4 {
		bool on;
		uint8_t s[256], i, j;
	} rc4;
};

struct oldclient {
	/* what to do; set after oldclient_init() */
	bool v2;                     /* hello in the format of SSLv2 */
	unsigned version;            /* to offer: 0x0300... */
	uint16_t suites[OLD_SUITES]; /* 0 behind the last */
	bool resume;                 /* offer the last session */
	bool extend;                 /* offer RFC 7627 */
	unsigned group;              /* for ECDHE, by its number; 0: none */
	enum old_wrong wrong;
	/* what is enciphered in the secret's place, as long as the modulus */
	const unsigned char *block;
	/* a server that is not verified may have its key from before */
	mbedtls_rsa_context *key;
	/* what came of it */
	unsigned chosen, suite;
	bool resumed;
	int alert; /* the fatal or closing one that came; -1: none */
	bool secure_renegotiation;
	bool extended; /* the master secret is of RFC 7627's kind */
	size_t certs;  /* bytes of the leaf */
	unsigned char cert[OLD_CHAIN];
	/* inner life */
	struct old_peer peer;
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	mbedtls_rsa_context leaf;
	mbedtls_md_context_t md5, sha1;
	mbedtls_ecdh_context ecdh;
	unsigned char master[48], client[32], server[32];
	size_t premaster; /* bytes of it, while it stands in master */
	unsigned char session[32];
	bool have_session;
	struct old_side in, out;
	unsigned char type;
	size_t n, at;
	unsigned char record[OLD_PLAIN + 2048];
};

void oldclient_init(struct oldclient *c);
void oldclient_free(struct oldclient *c);
/* A handshake on a fresh connection; false: alert or the end. */
bool oldclient_open(struct oldclient *c, const struct old_peer *peer);
bool oldclient_write(struct oldclient *c, const void *p, size_t n);
/* Up to n bytes; 0: the end, see alert. */
size_t oldclient_read(struct oldclient *c, void *p, size_t n);
/* close_notify */
void oldclient_bye(struct oldclient *c);
/* A record of any type and content, protected when the connection is. */
bool oldclient_record(struct oldclient *c, unsigned char type, const void *p,
    size_t n);
/* Read a record; false: the end or a fatal alert. */
bool oldclient_next(struct oldclient *c);
const char *oldclient_suite_name(unsigned suite);

/* What its files share: a message of the handshake comes, or is said. */
unsigned char *
oldclient_message(struct oldclient *c, unsigned char type, size_t *n);
void oldclient_said(struct oldclient *c, const unsigned char *p, size_t n);
bool oldclient_say(struct oldclient *c, const unsigned char *p, size_t n);
void oldclient_must(int rc);

/* oldsecret.c: ServerKeyExchange, ClientKeyExchange */
bool oldclient_server_key(struct oldclient *c);
bool oldclient_key_exchange(struct oldclient *c);

/* oldkeys.c: to = KDF(secret, randoms), in the way of the version. */
struct old_kdf {
	unsigned version;
	const unsigned char *secret;
	size_t secret_n;   /* even */
	const char *label; /* of TLS 1.0 */
	const unsigned char *seed;
	size_t seed_n;
};
void oldkeys_derive(const struct old_kdf *k, unsigned char *to, size_t n);
/* The master secret, from the premaster that stands in its place. */
void oldkeys_master(struct oldclient *c);
/* MD5 and SHA-1 of what was said so far. */
void oldkeys_said(const struct oldclient *c, unsigned char to[36]);
/* The Finished body of either side; its length. */
size_t
oldkeys_finished(const struct oldclient *c, bool client, unsigned char to[36]);
/* The MAC of a record; its length. */
size_t oldkeys_mac(const struct oldclient *c, struct old_side *s,
    const unsigned char *plain, size_t n, unsigned char to[20]);

/* RC4, which mbedTLS 3 has no more. */
void oldkeys_rc4_key(struct old_rc4 *c, const unsigned char *key, size_t n);
void oldkeys_rc4(struct old_rc4 *c, unsigned char *p, size_t n);

#endif
