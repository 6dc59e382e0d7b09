/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_TLSCLIENT_H
#define NUDGE_BENCH_TLSCLIENT_H
/*
 * A blocking TLS client for one thread, and whole sign-ins with it.
 */
#include "bench/options.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tlsclient {
	const struct options *opt;
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	mbedtls_ssl_config conf;
	mbedtls_ssl_session session;
	int suites[2];
	mbedtls_ecp_group_id curves[2]; /* the same with every server */
	bool resume;                    /* offer the last session again */
	bool have_session;              /* there is one */
	mbedtls_ssl_context ssl;
	mbedtls_net_context net;
};

void tlsclient_init(struct tlsclient *c, const struct options *o, bool resume);
void tlsclient_free(struct tlsclient *c);
/* Connect to port and shake hands; 0, or mbedTLS's error. */
int tlsclient_open(struct tlsclient *c, unsigned port, uint32_t source);
void tlsclient_close(struct tlsclient *c);
/* Send a request and read until the end of the headers; false: broken. */
bool tlsclient_ask(struct tlsclient *c, const char *request, char *reply,
    size_t size);
/*
 * Send a request and read the whole answer: its status, 0 when broken.  The
 * document is left in out, NUL-terminated, as far as there is room.
 */
unsigned tlsclient_fetch(struct tlsclient *c, const char *request, char *out,
    size_t size);

/* A blocking socket to a port of opt->host with a time limit; -1: refused. */
int tlsclient_connect(const struct options *o, unsigned port, uint32_t source);
/* Account n's own address of 127.0.0.0/8: 127.1.0.1 and on. */
uint32_t tlsclient_source(unsigned n);
/* VER to CHG of account n, with login2.srf over TLS; false: refused. */
bool tlslogin(struct tlsclient *c, unsigned n);
/* The same of MSNP15: RST.srf, the proof, FindMembership, ABFindAll. */
bool ssologin(struct tlsclient *c, unsigned n);

#endif
