/* SPDX-License-Identifier: MIT */
#include "bench/tlsclient.h"

#include "bench/meter.h"
#include "bench/web.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
	CLIENT_PATIENCE_S = 20
};

static void
tlsclient_must(int rc, const char *what)
{
	if (rc != 0)
		meter_die("%s: mbedTLS error -0x%04x", what, (unsigned)-rc);
}

void
tlsclient_init(struct tlsclient *c, const struct options *o, bool resume)
{
	*c = (struct tlsclient){ .opt = o, .resume = resume };
	mbedtls_entropy_init(&c->entropy);
	mbedtls_ctr_drbg_init(&c->drbg);
	mbedtls_ssl_config_init(&c->conf);
	mbedtls_ssl_session_init(&c->session);
	tlsclient_must(mbedtls_ctr_drbg_seed(&c->drbg, mbedtls_entropy_func,
			   &c->entropy, NULL, 0),
	    "random numbers");
	tlsclient_must(mbedtls_ssl_config_defaults(&c->conf,
			   MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
			   MBEDTLS_SSL_PRESET_DEFAULT),
	    "configuration");
	c->suites[0] = mbedtls_ssl_get_ciphersuite_id(o->suite);
	if (c->suites[0] == 0)
		meter_die("no cipher suite %s", o->suite);
	mbedtls_ssl_conf_ciphersuites(&c->conf, c->suites);
	c->curves[0] = MBEDTLS_ECP_DP_SECP256R1;
	c->curves[1] = MBEDTLS_ECP_DP_NONE;
	mbedtls_ssl_conf_curves(&c->conf, c->curves);
	mbedtls_ssl_conf_rng(&c->conf, mbedtls_ctr_drbg_random, &c->drbg);
	/* the figure wanted is the server's; it is on this machine */
	mbedtls_ssl_conf_authmode(&c->conf, MBEDTLS_SSL_VERIFY_NONE);
}

void
tlsclient_free(struct tlsclient *c)
{
	mbedtls_ssl_session_free(&c->session);
	mbedtls_ssl_config_free(&c->conf);
	mbedtls_ctr_drbg_free(&c->drbg);
	mbedtls_entropy_free(&c->entropy);
}

uint32_t
tlsclient_source(unsigned n)
{
	return (127U << 24) + (1U << 16) + ((n / 250 % 250) << 8) + n % 250 + 1;
}

int
tlsclient_connect(const struct options *o, unsigned port, uint32_t source)
{
	struct sockaddr_in to = { .sin_family = AF_INET }, from = to;
	struct timeval limit = { .tv_sec = CLIENT_PATIENCE_S };
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_port = htons((uint16_t)port);
	from.sin_addr.s_addr = htonl(source);
	if (fd < 0 || inet_pton(AF_INET, o->host, &to.sin_addr) != 1 ||
	    ntohl(to.sin_addr.s_addr) >> 24 != 127)
		meter_die("not an address of this machine: %s", o->host);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) != 0 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int
tlsclient_open(struct tlsclient *c, unsigned port, uint32_t source)
{
	int rc;

	mbedtls_ssl_init(&c->ssl);
	c->net.fd = tlsclient_connect(c->opt, port, source);
	if (c->net.fd < 0)
		return MBEDTLS_ERR_NET_CONNECT_FAILED;
	rc = mbedtls_ssl_setup(&c->ssl, &c->conf);
	if (rc == 0 && c->resume && c->have_session)
		rc = mbedtls_ssl_set_session(&c->ssl, &c->session);
	mbedtls_ssl_set_bio(&c->ssl, &c->net, mbedtls_net_send,
	    mbedtls_net_recv, NULL);
	if (rc == 0)
		rc = mbedtls_ssl_handshake(&c->ssl);
	if (rc == 0 && c->resume) {
		mbedtls_ssl_session_free(&c->session);
		mbedtls_ssl_session_init(&c->session);
		rc = mbedtls_ssl_get_session(&c->ssl, &c->session);
		c->have_session = rc == 0;
	}
	return rc;
}

void
tlsclient_close(struct tlsclient *c)
{
	mbedtls_ssl_close_notify(&c->ssl);
	mbedtls_ssl_free(&c->ssl);
	close(c->net.fd);
}

bool
tlsclient_ask(struct tlsclient *c, const char *request, char *reply,
    size_t size)
{
	size_t n = 0;

	if (mbedtls_ssl_write(&c->ssl, (const unsigned char *)request,
		strlen(request)) <= 0)
		return false;
	while (n + 1 < size) {
		int got = mbedtls_ssl_read(&c->ssl, (unsigned char *)reply + n,
		    size - 1 - n);

		if (got <= 0)
			return false;
		n += (size_t)got;
		reply[n] = '\0';
		if (strstr(reply, "\r\n\r\n"))
			return true;
	}
	return false;
}

/* Up to the end of an answer's head; bytes read, 0: broken. */
static size_t
tlsclient_head(struct tlsclient *c, struct web_reply *r, char *out, size_t size)
{
	size_t n = 0;

	while (n < size) {
		int got = mbedtls_ssl_read(&c->ssl, (unsigned char *)out + n,
		    size - n);

		if (got <= 0)
			return 0;
		n += (size_t)got;
		if (web_reply_read(r, out, n))
			return n;
	}
	return 0;
}

unsigned
tlsclient_fetch(struct tlsclient *c, const char *request, char *out,
    size_t size)
{
	size_t room = size - 1, n, left;
	struct web_reply r;

	if (mbedtls_ssl_write(&c->ssl, (const unsigned char *)request,
		strlen(request)) <= 0)
		return 0;
	n = tlsclient_head(c, &r, out, room);
	if (n == 0 || n - r.head > r.body)
		return 0;
	n -= r.head;
	memmove(out, out + r.head, n);
	for (left = r.body - n; left > 0;) {
		/* what has no room is read over what was read last */
		size_t at = n < room ? n : n / 2;
		size_t most = left < room - at ? left : room - at;
		int got =
		    mbedtls_ssl_read(&c->ssl, (unsigned char *)out + at, most);

		if (got <= 0)
			return 0;
		n = at + (size_t)got;
		left -= (size_t)got;
	}
	out[n] = '\0';
	return r.status;
}
