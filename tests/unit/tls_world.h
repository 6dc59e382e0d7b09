/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TEST_TLS_WORLD_H
#define NUDGE_TEST_TLS_WORLD_H
/*
 * A TLS server on loopback that echoes, and a client on a thread of its own.
 */
#include "common/net/listener.h"
#include "common/net/tls.h"

#include <mbedtls/ssl.h>
#include <stdatomic.h>

enum {
	TLS_TURNS = 50000,
	TLS_BIG = 700 * 1000, /* more than any queue on the way holds */
};

struct tls_server {
	struct env env;
	_Atomic uint64_t ms;
	struct tls_config cfg;
	struct loop *loop;
	struct workers *workers;
	struct tls *tls;
	struct conn_limits *limits;
	struct listener *listener;
	struct addr peer; /* all come from one */
	bool modern_only;
	bool dawdle; /* pause after each input, go on a turn later */
	struct link *paused;
	uint32_t soft; /* limit of the output */
	unsigned open;
	enum close_reason why;
	char text[64];
};

struct tls_client {
	uint16_t port;
	int max_minor; /* 1: TLS 1.0 */
	const char *sni;
	int suite; /* 0: any */
	size_t bytes;
	mbedtls_ssl_session *session; /* kept and offered again */
	bool unbound;                 /* does not know RFC 7627 */
	bool ticketless;
	const char *request; /* sent instead of what is echoed */
	char *reply;
	size_t room, n;
	/* results */
	int rc;
	bool echoed;
	char name[64];
	char version[16];
	_Atomic bool done;
};

/* Once for all tests of a program. */
int tls_server_certs(void **state);
/* Set up and tear down a test. */
int tls_server_make(void **state);
int tls_server_end(void **state);
void tls_server_turn(struct tls_server *s);
/* A blocking socket. */
int tls_client_connect(uint16_t port);
/* Connect, send bytes, get them back. */
void tls_client_run(struct tls_server *s, struct tls_client *c);
/* A hello of two old suites, to be freed; sni may be NULL. */
struct buf tls_client_hello(unsigned version, const char *sni);

#endif
