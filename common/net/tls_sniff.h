/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_SNIFF_H
#define NUDGE_TLS_SNIFF_H
/*
 * What the first bytes of a connection to a TLS port are.  mbedTLS knows
 * neither the SSLv2 format of a hello nor a way to choose the certificate and
 * the suites once it has started, so the hello is read before any engine is.
 *
 * Formats: RFC 6101 5.6.1.2, RFC 5246 7.4.1.2; that of SSLv2: RFC 6101 E.
 */
#include "common/base/slice.h"

/* A hello is no longer than this (without the headers of its records). */
#define TLS_HELLO_MAX 8192

enum tls_hello_kind {
	TLS_HELLO_MORE,   /* not all of its record is there */
	TLS_HELLO_PART,   /* it goes on in another record: tls_gather.h */
	TLS_HELLO_MODERN, /* offers TLS 1.2 or newer */
	TLS_HELLO_LEGACY, /* offers TLS 1.0 or 1.1 at most */
	TLS_HELLO_V2,     /* offers TLS in the format of SSLv2 */
	TLS_HELLO_SSL3,   /* offers SSL 3.0 at most, in either format */
	TLS_HELLO_SSL2,   /* offers SSL 2.0 at most */
	TLS_HELLO_BROKEN, /* begins like a hello and is none */
	TLS_HELLO_HTTP,   /* a plaintext HTTP request */
	TLS_HELLO_JUNK,
	TLS_HELLO_KINDS
};

/* All slices borrow from what was looked at. */
struct tls_hello {
	enum tls_hello_kind kind;
	uint16_t version; /* the highest one offered, 0x0303 is TLS 1.2 */
	struct slice sni; /* host name asked for; n 0: none */
	/* The rest is known of a whole hello alone. */
	size_t record;           /* bytes of it, header and all */
	struct slice message;    /* the handshake message in it */
	struct slice random;     /* 32 bytes; in SSLv2's format 16 to 32 */
	struct slice session;    /* to be resumed; n 0: none */
	struct slice suites;     /* in the client's order */
	unsigned suite_bytes;    /* each: 2; in SSLv2's format 3 */
	bool safe_renegotiation; /* the extension of RFC 5746 is there */
	bool renegotiates;       /* and names a handshake before this one */
	bool extended_master;    /* RFC 7627 */
	bool point_formats;      /* RFC 8422 5.1.2 */
	struct slice ticket;     /* to be resumed (RFC 5077); n 0: none */
	bool lists_versions;     /* that of RFC 8446 4.2.1: made since 2017 */
	struct slice groups;     /* RFC 8422 5.1.1, two bytes each */
	struct slice signatures; /* RFC 5246 7.4.1.4.1: hash, kind of key */
};

/* Look at the bytes that came so far. */
struct tls_hello tls_sniff_hello(struct slice in);
/* It is a host's name: some write an address where one belongs, or nothing. */
bool tls_sniff_is_host(struct slice sni);
/*
 * The number of the suite at *at in h.suites, which is moved on; -1 at the
 * end.  Kinds that SSL 2.0 alone has are left out.
 */
int tls_hello_suite(const struct tls_hello *h, size_t *at);
bool tls_hello_offers(const struct tls_hello *h, int suite);
bool tls_hello_has_group(const struct tls_hello *h, unsigned group);
/* There are suites, and nothing but those with export keys or none. */
bool tls_hello_export_only(const struct tls_hello *h);

#endif
