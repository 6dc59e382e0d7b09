/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_PROXY_H
#define NUDGE_PROXY_H
/*
 * The header with which a proxy tells whose connection it brings, versions 1
 * and 2 (HAProxy's proxy-protocol.txt).  Memory in, result out.
 */
#include "common/net/addr.h"

enum {
	/*
	 * Version 2 could grow to 64 KiB; the address and all extensions
	 * anybody sends are a few hundred bytes.
	 */
	PROXY_HEADER_MAX = 2048
};

enum proxy_result {
	PROXY_MORE,  /* it is not complete, and right so far */
	PROXY_KNOWN, /* client and reached are filled in */
	/*
	 * The proxy speaks for itself (LOCAL) or cannot say (UNKNOWN, UNSPEC,
	 * a family other than IP over streams): the real ends of the
	 * connection hold.
	 */
	PROXY_SELF,
	PROXY_BROKEN
};

struct proxy_header {
	enum proxy_result result;
	size_t n; /* bytes of the header, when it is complete */
	struct addr client;
	struct addr reached; /* by the client */
};

/*
 * Look at the bytes that came so far.  As long as the result is PROXY_MORE
 * all of them are the header's.
 */
struct proxy_header proxy_read(struct slice in);

#endif
