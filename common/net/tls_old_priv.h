/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_PRIV_H
#define NUDGE_TLS_OLD_PRIV_H
/* What the two halves of the old engine share: tls_old.c has the records,
 * tls_old_shake.c the handshake. */
#include "common/net/tls_old.h"
#include "common/net/tls_old_ecdhe.h"

enum tls_old_state {
	TLS_OLD_HELLO,    /* awaits ClientHello */
	TLS_OLD_KEY,      /* ClientKeyExchange */
	TLS_OLD_CHANGE,   /* ChangeCipherSpec */
	TLS_OLD_FINISHED, /* Finished */
	TLS_OLD_OPEN,
	TLS_OLD_DEAD
};

/* Those that SSL 3.0 has too, and RFC 7507's. */
enum tls_old_alert {
	ALERT_CLOSE = 0,
	ALERT_UNEXPECTED = 10,
	ALERT_BAD_MAC = 20,
	ALERT_HANDSHAKE = 40,
	ALERT_ILLEGAL = 47,
	ALERT_FALLBACK = 86,
};

/* The largest is a ClientKeyExchange with the longest key there may be. */
enum {
	TLS_OLD_MESSAGE_MAX = 4 + 2 + MBEDTLS_MPI_MAX_SIZE
};

struct tls_old {
	const struct tls_old_config *cfg;
	struct tls_old_io io;
	enum tls_old_state state;
	bool resumed;
	bool safe_renegotiation; /* the client wants to hear of it */
	bool extended;           /* RFC 7627 is in use */
	unsigned idle;           /* records in a row that brought nothing */
	uint16_t offered;        /* version in the hello */
	bool point_formats;      /* the client told what it reads (RFC 4492) */
	const struct tls_old_suite *suite;
	struct tls_old_ecdhe *ecdhe; /* until the client's key has come */
	unsigned char session[TLS_OLD_SESSION_ID];
	struct tls_old_secrets secrets;
	struct tls_old_transcript transcript;
	struct tls_old_half in, out;
	size_t n; /* of a message that is not whole */
	unsigned char message[TLS_OLD_MESSAGE_MAX];
};

/* tls_old.c */
void tls_old_send(struct tls_old *o, enum tls_old_type type, struct slice s);
/* Tell the peer and be dead. */
enum tls_old_result tls_old_fail(struct tls_old *o, enum tls_old_alert alert);

/* tls_old_shake.c */
enum tls_old_result tls_old_hello(struct tls_old *o, struct slice *in);
/* What a handshake record brought. */
enum tls_old_result
tls_old_messages(struct tls_old *o, const unsigned char *p, size_t n);
enum tls_old_result
tls_old_change_cipher(struct tls_old *o, const unsigned char *p, size_t n);

#endif
