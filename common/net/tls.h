/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_H
#define NUDGE_TLS_H
/*
 * TLS server streams as links, for 1998 and 2026 on one port.  The first
 * record is read before an engine is chosen:
 *   hello offers TLS 1.2 or more   the modern configuration, TLS 1.2 only
 *   hello offers TLS 1.0 or 1.1    the legacy configuration, if switched on
 *   SSLv2-format hello, SSL 3.0    our own engine, tls_old.h, if switched on
 * Handshake steps run on workers (WORK_TLS), never on the loop; records of an
 * open connection are handled on the loop.
 */
#include "common/net/stream.h"
#include "common/net/work.h"

struct tls;

struct tls_pair {
	struct slice cert_pem; /* leaf first, then the chain */
	struct slice key_pem;
	/*
	 * The same for hellos that name a host: a leaf without addresses,
	 * which mono takes (field-runs 2.8); may be empty.
	 */
	struct slice named_pem;
};

struct tls_config {
	struct tls_pair modern; /* SHA-256 leaf */
	struct tls_pair legacy; /* SHA-1 leaf with a key of its own */
	struct tls_pair own; /* the operator's, served by SNI; may be empty */
	bool allow_legacy;   /* TLS 1.0 and 1.1 */
	bool allow_3des;
	bool allow_rc4;
	bool allow_ssl3;
	bool old_goodbye;      /* close_notify also to who began as of old */
	unsigned hello_ms;     /* deadline for the whole hello */
	unsigned handshake_ms; /* and from there for the handshake */
};

/* 0, or -1 and a sentence when what is switched on cannot be had here. */
int tls_check(const struct tls_config *cfg, char *err, size_t errlen);
/* Copies everything.  On failure NULL and a sentence in err. */
struct tls *tls_new(struct loop *l, struct workers *workers,
    const struct tls_config *cfg, char *err, size_t errlen);
/* Replace certificates and switches for connections to come; 0 or -1. */
int tls_reload(struct tls *t, const struct tls_config *cfg, char *err,
    size_t errlen);
/* Connections that are open keep what they need. */
void tls_free(struct tls *t);

/*
 * Take the connected descriptor.  modern_only refuses legacy hellos whatever
 * the configuration says (the admin port).  As stream_new(): set user and
 * session, then tls_start().  barrier must be NULL: sessions whose output
 * waits for the store run on plain TCP.
 */
struct link *
tls_stream_new(struct tls *t, int fd, const struct stream_limits *limits,
    struct barrier *barrier, bool modern_only);
void tls_start(struct link *l);
/* For the log: "TLS1.2 ECDHE-RSA-AES128-GCM-SHA256", "" before it is known. */
const char *tls_describe(const struct link *l);

/* Counters for metrics; resumed ones and full ones make up the good ones. */
struct tls_stats {
	uint64_t full, resumed;
	uint64_t legacy; /* of these, below TLS 1.2 */
	uint64_t failed;
};
const struct tls_stats *tls_get_stats(const struct tls *t);

#endif
