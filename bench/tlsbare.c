/* SPDX-License-Identifier: MIT */
/*
 * The bare TLS server: blocking threads that accept, do an mbedTLS handshake
 * and close.  What this machine's library can do at best, with a key and a
 * certificate of the server's kind: RSA-2048, SHA-256.
 */
#include "bench/meter.h"
#include "bench/options.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ticket.h>
#include <mbedtls/x509_crt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
	BARE_THREADS = 64,
	BARE_CERT = 4096,
	BARE_TICKET_LIFE = 3600
};

struct bare {
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	mbedtls_pk_context key;
	mbedtls_x509_crt cert;
	mbedtls_ssl_ticket_context ticket;
	mbedtls_ssl_config conf;
	mbedtls_net_context listener;
};

static void
bare_must(int rc, const char *what)
{
	if (rc != 0)
		meter_die("%s: mbedTLS error -0x%04x", what, (unsigned)-rc);
}

static void
bare_certificate(struct bare *b)
{
	unsigned char der[BARE_CERT];
	mbedtls_x509write_cert w;
	mbedtls_mpi serial;
	int n;

	mbedtls_pk_init(&b->key);
	bare_must(mbedtls_pk_setup(&b->key,
		      mbedtls_pk_info_from_type(MBEDTLS_PK_RSA)),
	    "key");
	bare_must(mbedtls_rsa_gen_key(mbedtls_pk_rsa(b->key),
		      mbedtls_ctr_drbg_random, &b->drbg, 2048, 65537),
	    "key");
	mbedtls_x509write_crt_init(&w);
	mbedtls_mpi_init(&serial);
	bare_must(mbedtls_mpi_lset(&serial, 1), "serial");
	mbedtls_x509write_crt_set_md_alg(&w, MBEDTLS_MD_SHA256);
	mbedtls_x509write_crt_set_subject_key(&w, &b->key);
	mbedtls_x509write_crt_set_issuer_key(&w, &b->key);
	bare_must(mbedtls_x509write_crt_set_subject_name(&w, "CN=localhost"),
	    "name");
	bare_must(mbedtls_x509write_crt_set_issuer_name(&w, "CN=localhost"),
	    "name");
	bare_must(mbedtls_x509write_crt_set_serial(&w, &serial), "serial");
	bare_must(mbedtls_x509write_crt_set_validity(&w, "20000101000000",
		      "20491231235959"),
	    "validity");
	n = mbedtls_x509write_crt_der(&w, der, sizeof(der),
	    mbedtls_ctr_drbg_random, &b->drbg);
	if (n <= 0)
		meter_die("certificate: mbedTLS error -0x%04x", (unsigned)-n);
	mbedtls_x509_crt_init(&b->cert);
	bare_must(mbedtls_x509_crt_parse_der(&b->cert, der + sizeof(der) - n,
		      (size_t)n),
	    "certificate");
	mbedtls_x509write_crt_free(&w);
	mbedtls_mpi_free(&serial);
}

static void
bare_setup(struct bare *b, unsigned port)
{
	char text[16];

	mbedtls_entropy_init(&b->entropy);
	mbedtls_ctr_drbg_init(&b->drbg);
	bare_must(mbedtls_ctr_drbg_seed(&b->drbg, mbedtls_entropy_func,
		      &b->entropy, NULL, 0),
	    "random numbers");
	bare_certificate(b);
	mbedtls_ssl_ticket_init(&b->ticket);
	bare_must(mbedtls_ssl_ticket_setup(&b->ticket, mbedtls_ctr_drbg_random,
		      &b->drbg, MBEDTLS_CIPHER_AES_256_GCM, BARE_TICKET_LIFE),
	    "tickets");
	mbedtls_ssl_config_init(&b->conf);
	bare_must(mbedtls_ssl_config_defaults(&b->conf, MBEDTLS_SSL_IS_SERVER,
		      MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT),
	    "configuration");
	mbedtls_ssl_conf_rng(&b->conf, mbedtls_ctr_drbg_random, &b->drbg);
	mbedtls_ssl_conf_session_tickets_cb(&b->conf, mbedtls_ssl_ticket_write,
	    mbedtls_ssl_ticket_parse, &b->ticket);
	bare_must(mbedtls_ssl_conf_own_cert(&b->conf, &b->cert, &b->key),
	    "certificate");
	mbedtls_net_init(&b->listener);
	snprintf(text, sizeof(text), "%u", port);
	bare_must(mbedtls_net_bind(&b->listener, "127.0.0.1", text,
		      MBEDTLS_NET_PROTO_TCP),
	    "listen");
}

static void *
bare_serve(void *arg)
{
	struct bare *b = arg;
	unsigned char byte;
	int one = 1;

	for (;;) {
		mbedtls_net_context peer;
		mbedtls_ssl_context ssl;

		mbedtls_net_init(&peer);
		mbedtls_ssl_init(&ssl);
		bare_must(mbedtls_net_accept(&b->listener, &peer, NULL, 0,
			      NULL),
		    "accept");
		/* a flight is several writes: do not wait for the peer's ACK */
		setsockopt(peer.fd, IPPROTO_TCP, TCP_NODELAY, &one,
		    sizeof(one));
		bare_must(mbedtls_ssl_setup(&ssl, &b->conf), "connection");
		mbedtls_ssl_set_bio(&ssl, &peer, mbedtls_net_send,
		    mbedtls_net_recv, NULL);
		if (mbedtls_ssl_handshake(&ssl) == 0)
			mbedtls_ssl_read(&ssl, &byte, 1); /* until it closes */
		mbedtls_ssl_free(&ssl);
		mbedtls_net_free(&peer);
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	pthread_t thread[BARE_THREADS];
	struct options o;
	struct bare *b = calloc(1, sizeof(*b));
	unsigned i;

	options_parse(&o, argc, argv, 1);
	if (!b || o.threads == 0 || o.threads > BARE_THREADS)
		meter_die("threads must be 1 to %d", BARE_THREADS);
	signal(SIGPIPE, SIG_IGN);
	bare_setup(b, o.port);
	for (i = 0; i < o.threads; i++)
		if (pthread_create(&thread[i], NULL, bare_serve, b) != 0)
			meter_die("no thread");
	for (i = 0; i < o.threads; i++)
		pthread_join(thread[i], NULL);
	return 0;
}
