/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_GATHER_H
#define NUDGE_TLS_GATHER_H
/*
 * A hello that comes in several records, as any message may (RFC 5246 6.2.1),
 * becomes one record before it is looked at, because no engine here puts one
 * together.  What is hashed of a handshake are its messages: nobody can tell.
 */
#include "common/base/buf.h"
#include "common/net/tls_sniff.h"

enum {
	TLS_GATHERED_MAX = TLS_HELLO_MAX + 5 /* with a record's header */
};

enum tls_gathered {
	TLS_GATHER_MORE,
	TLS_GATHER_WHOLE, /* to is a record with the hello in it */
	TLS_GATHER_BROKEN
};

/*
 * Take whole records off *in, as long as the hello goes on.  to is empty at
 * first and holds TLS_GATHERED_MAX bytes.
 */
enum tls_gathered tls_gather(struct buf *to, struct slice *in);

#endif
