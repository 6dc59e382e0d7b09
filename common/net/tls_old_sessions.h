/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_OLD_SESSIONS_H
#define NUDGE_TLS_OLD_SESSIONS_H
/*
 * Sessions that may be resumed, of all workers' connections: so many, and so
 * long, the oldest goes first.
 */
#include "common/base/slice.h"
#include "common/net/tls_old_kdf.h"

enum {
	TLS_OLD_SESSION_ID = 32
};

struct tls_old_session {
	unsigned char id[TLS_OLD_SESSION_ID];
	unsigned char master[TLS_OLD_MASTER];
	uint16_t version;
	uint16_t suite;
	bool extended; /* its master secret is of RFC 7627's kind */
};

struct tls_old_sessions;

/* Times are seconds of any clock that does not go back. */
struct tls_old_sessions *tls_old_sessions_new(size_t most, uint64_t life);
void tls_old_sessions_free(struct tls_old_sessions *all);
void tls_old_sessions_keep(struct tls_old_sessions *all,
    const struct tls_old_session *s, uint64_t now);
/* False when it is not known, too old, or of another version. */
bool tls_old_sessions_find(struct tls_old_sessions *all, struct slice id,
    uint16_t version, uint64_t now, struct tls_old_session *found);
/* After a fatal error on it (RFC 2246 7.2.2). */
void tls_old_sessions_forget(struct tls_old_sessions *all, struct slice id);

#endif
