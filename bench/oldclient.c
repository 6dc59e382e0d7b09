/* SPDX-License-Identifier: MIT */
#include "bench/oldclient.h"

#include "bench/meter.h"

#include <mbedtls/x509_crt.h>
#include <string.h>

enum {
	CHANGE = 20,
	ALERT,
	HANDSHAKE,
	DATA,
	HELLO_MAX = 512
};

static const struct old_suite {
	unsigned id;
	const char *name;
	mbedtls_cipher_type_t cipher;
	size_t mac, key, iv;
} suites[] = {
	{ 0x0004, "RC4-MD5", MBEDTLS_CIPHER_NONE, 16, 16, 0 },
	{ 0x0005, "RC4-SHA", MBEDTLS_CIPHER_NONE, 20, 16, 0 },
	{ 0x000a, "3DES-SHA", MBEDTLS_CIPHER_DES_EDE3_CBC, 20, 24, 8 },
	{ 0x002f, "AES128-SHA", MBEDTLS_CIPHER_AES_128_CBC, 20, 16, 16 },
	{ 0x0035, "AES256-SHA", MBEDTLS_CIPHER_AES_256_CBC, 20, 32, 16 },
	{ 0xc013, "ECDHE-AES128-SHA", MBEDTLS_CIPHER_AES_128_CBC, 20, 16, 16 },
	{ 0xc014, "ECDHE-AES256-SHA", MBEDTLS_CIPHER_AES_256_CBC, 20, 32, 16 },
};

void
oldclient_must(int rc)
{
	if (rc != 0)
		meter_die("client: mbedTLS error -0x%04x", (unsigned)-rc);
}

static const struct old_suite *
client_suite(unsigned id)
{
	size_t i;

	for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		if (suites[i].id == id)
			return &suites[i];
	return NULL;
}

/* The one agreed on. */
static const struct old_suite *
client_chosen(const struct oldclient *c)
{
	const struct old_suite *s = client_suite(c->suite);

	if (!s)
		meter_die("no suite %04x", c->suite);
	return s;
}

const char *
oldclient_suite_name(unsigned id)
{
	const struct old_suite *s = client_suite(id);

	return s ? s->name : "none";
}

void
oldclient_init(struct oldclient *c)
{
	memset(c, 0, sizeof(*c));
	c->version = 0x0301;
	mbedtls_entropy_init(&c->entropy);
	mbedtls_ctr_drbg_init(&c->drbg);
	mbed_rsa_init(&c->leaf);
	mbedtls_ecdh_init(&c->ecdh);
	mbedtls_md_init(&c->md5);
	mbedtls_md_init(&c->sha1);
	mbedtls_cipher_init(&c->in.cipher);
	mbedtls_cipher_init(&c->out.cipher);
	oldclient_must(mbedtls_ctr_drbg_seed(&c->drbg, mbedtls_entropy_func,
	    &c->entropy, NULL, 0));
}

void
oldclient_free(struct oldclient *c)
{
	mbedtls_cipher_free(&c->in.cipher);
	mbedtls_cipher_free(&c->out.cipher);
	mbedtls_md_free(&c->md5);
	mbedtls_md_free(&c->sha1);
	mbedtls_rsa_free(&c->leaf);
	mbedtls_ecdh_free(&c->ecdh);
	mbedtls_ctr_drbg_free(&c->drbg);
	mbedtls_entropy_free(&c->entropy);
}

/* ---- records ---- */

/* Of the vector before each record in TLS 1.1 (RFC 4346 6.2.3.2). */
static size_t
client_lead(const struct oldclient *c, const struct old_suite *s)
{
	return s && c->chosen >= 0x0302 ? s->iv : 0;
}

static void
client_crypt(struct old_side *s, unsigned char *p, size_t n)
{
	if (s->rc4.on)
		oldkeys_rc4(&s->rc4, p, n);
	else
		oldclient_must(mbedtls_cipher_update(&s->cipher, p, n, p, &n));
}

bool
oldclient_record(struct oldclient *c, unsigned char type, const void *p,
    size_t n)
{
	unsigned char wire[5 + OLD_PLAIN + 256], *body = wire + 5;
	const struct old_suite *s = c->out.on ? client_chosen(c) : NULL;
	size_t lead;

	if (n > OLD_PLAIN)
		meter_die("a record of %zu bytes", n);
	lead = client_lead(c, s);
	if (lead > 0)
		oldclient_must(mbedtls_ctr_drbg_random(&c->drbg, body, lead));
	if (n > 0)
		memcpy(body + lead, p, n);
	c->type = type;
	if (s) {
		unsigned char *mac = body + lead + n;

		n += lead + oldkeys_mac(c, &c->out, body + lead, n, mac);
		if (s->iv > 0) {
			size_t pad = s->iv - 1 - n % s->iv;

			memset(body + n, (int)pad, pad + 1);
			n += pad + 1;
		}
		client_crypt(&c->out, body, n);
	}
	wire[0] = type;
	wire[1] = 3;
	wire[2] = (unsigned char)(c->chosen ? c->chosen : c->version);
	wire[3] = (unsigned char)(n >> 8);
	wire[4] = (unsigned char)n;
	return c->peer.send(c->peer.ctx, wire, n + 5);
}

/* Take protection off; false: it is broken. */
static bool
client_unprotect(struct oldclient *c)
{
	const struct old_suite *s = c->in.on ? client_chosen(c) : NULL;
	const size_t lead = client_lead(c, s);
	unsigned char mac[20];
	size_t pad = 0;

	if (!s)
		return true;
	if (c->n < lead + s->mac + (s->iv ? 1 : 0) || (s->iv && c->n % s->iv))
		return false;
	client_crypt(&c->in, c->record, c->n);
	c->n -= lead;
	memmove(c->record, c->record + lead, c->n);
	if (s->iv)
		pad = c->record[c->n - 1] + (size_t)1;
	if (c->n < s->mac + pad)
		return false;
	c->n -= s->mac + pad;
	oldkeys_mac(c, &c->in, c->record, c->n, mac);
	return memcmp(mac, c->record + c->n, s->mac) == 0;
}

bool
oldclient_next(struct oldclient *c)
{
	unsigned char head[5];

	c->at = c->n = 0;
	if (!c->peer.recv(c->peer.ctx, head, 5))
		return false;
	c->type = head[0];
	c->n = (size_t)head[3] << 8 | head[4];
	if (head[1] != 3 || c->n > sizeof(c->record) ||
	    !c->peer.recv(c->peer.ctx, c->record, c->n) || !client_unprotect(c))
		return false;
	if (c->type != ALERT)
		return true;
	if (c->n == 2 && (c->record[0] == 2 || c->record[1] == 0)) {
		c->alert = c->record[1];
		return false;
	}
	return true;
}

/* ---- the handshake ---- */

void
oldclient_said(struct oldclient *c, const unsigned char *p, size_t n)
{
	oldclient_must(mbedtls_md_update(&c->md5, p, n));
	oldclient_must(mbedtls_md_update(&c->sha1, p, n));
}

bool
oldclient_say(struct oldclient *c, const unsigned char *p, size_t n)
{
	oldclient_said(c, p, n);
	return oldclient_record(c, HANDSHAKE, p, n);
}

static unsigned char *
put(unsigned char *p, const void *from, size_t n)
{
	memcpy(p, from, n);
	return p + n;
}

static unsigned char *
put16(unsigned char *p, size_t v)
{
	*p++ = (unsigned char)(v >> 8);
	*p++ = (unsigned char)v;
	return p;
}

static size_t
client_suites(const struct oldclient *c)
{
	size_t n = 0;

	while (n < OLD_SUITES && c->suites[n] != 0)
		n++;
	return n;
}

/* RFC 6101 E.1; the challenge is the end of what is a random elsewhere. */
static bool
client_hello_v2(struct oldclient *c)
{
	unsigned char hello[HELLO_MAX], *p = hello + 2;
	const size_t n = client_suites(c);
	const bool again = c->resume && c->have_session;
	const size_t challenge = again ? 32 : 16;
	size_t i;

	memset(c->client, 0, 32 - challenge);
	*p++ = 1;
	p = put16(p, c->version);
	p = put16(p, (n + 1) * 3);
	p = put16(p, again ? 32 : 0);
	p = put16(p, challenge);
	for (i = 0; i < n; i++) {
		*p++ = 0;
		p = put16(p, c->suites[i]);
	}
	p = put(p, "\1\0\x80", 3); /* SSL_CK_RC4_128_WITH_MD5 */
	if (again)
		p = put(p, c->session, 32);
	p = put(p, c->client + 32 - challenge, challenge);
	put16(hello, (size_t)(p - hello - 2) | 0x8000);
	oldclient_said(c, hello + 2, (size_t)(p - hello - 2));
	return c->peer.send(c->peer.ctx, hello, (size_t)(p - hello));
}

/* RFC 4492 5.1, RFC 7627; nothing for a client that knows neither. */
static unsigned char *
client_offers(const struct oldclient *c, unsigned char *p)
{
	unsigned char *const length = p;

	if (!c->extend && c->group == 0)
		return p;
	p += 2;
	if (c->group != 0) {
		p = put(p, "\0\x0a\0\4\0\2", 6);
		p = put16(p, c->group);
		p = put(p, "\0\x0b\0\2\1\0", 6);
	}
	if (c->extend)
		p = put(p, "\0\x17\0\0", 4);
	put16(length, (size_t)(p - length - 2));
	return p;
}

static bool
client_hello(struct oldclient *c)
{
	unsigned char hello[HELLO_MAX], *p = hello + 4;
	const bool again = c->resume && c->have_session;
	size_t i, n = client_suites(c);

	p = put16(p, c->version);
	p = put(p, c->client, 32);
	*p++ = again ? 32 : 0;
	if (again)
		p = put(p, c->session, 32);
	p = put16(p, n * 2);
	for (i = 0; i < n; i++)
		p = put16(p, c->suites[i]);
	p = put(p, "\1\0", 2);
	p = client_offers(c, p);
	hello[0] = 1;
	hello[1] = 0;
	put16(hello + 2, (size_t)(p - hello - 4));
	return oldclient_say(c, hello, (size_t)(p - hello));
}

/* The next message, header and all; NULL: there is none. */
unsigned char *
oldclient_message(struct oldclient *c, unsigned char type, size_t *n)
{
	unsigned char *p;

	while (c->at == c->n || c->type != HANDSHAKE)
		if (!oldclient_next(c) ||
		    (c->type != HANDSHAKE && c->type != ALERT))
			return NULL;
	p = c->record + c->at;
	if (c->n - c->at < 4 || p[0] != type)
		return NULL;
	*n = 4 + ((size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3]);
	if (*n > c->n - c->at)
		return NULL;
	c->at += *n;
	return p;
}

/* What a server says of itself that was asked; the three there are. */
static bool
client_extensions(struct oldclient *c, const unsigned char *p, size_t n)
{
	bool points = false;

	c->secure_renegotiation = c->extended = false;
	if (n == 0)
		return c->suite < OLD_ECDHE;
	if (n < 2 || ((size_t)p[0] << 8 | p[1]) != n - 2)
		return false;
	for (p += 2, n -= 2; n >= 4;) {
		size_t part = 4 + ((size_t)p[2] << 8 | p[3]);

		if (part > n)
			return false;
		if (p[0] == 0xff && p[1] == 1)
			c->secure_renegotiation = part == 5 && p[4] == 0;
		if (p[0] == 0 && p[1] == 0x0b)
			points = part == 6 && p[4] == 1 && p[5] == 0;
		if (p[0] == 0 && p[1] == 0x17)
			c->extended = c->extend && part == 4;
		p += part;
		n -= part;
	}
	return n == 0 && points == (c->suite >= OLD_ECDHE);
}

static bool
client_server_hello(struct oldclient *c)
{
	size_t n;
	unsigned char *p = oldclient_message(c, 2, &n);

	if (!p || n < 4 + 38 + 32 || p[38] != 32)
		return false;
	oldclient_said(c, p, n);
	c->chosen = (unsigned)p[4] << 8 | p[5];
	memcpy(c->server, p + 6, 32);
	c->resumed =
	    c->resume && c->have_session && memcmp(c->session, p + 39, 32) == 0;
	memcpy(c->session, p + 39, 32);
	c->suite = (unsigned)p[71] << 8 | p[72];
	return client_extensions(c, p + 74, n - 74) && c->chosen >= 0x0300 &&
	    c->chosen <= 0x0302 && client_suite(c->suite);
}

static bool
client_certificate(struct oldclient *c)
{
	size_t n;
	unsigned char *p = oldclient_message(c, 11, &n);
	mbedtls_x509_crt crt;
	bool ok;

	if (!p || n < 14)
		return false;
	oldclient_said(c, p, n);
	c->certs = (size_t)p[7] << 16 | (size_t)p[8] << 8 | p[9];
	if (c->certs > n - 10)
		return false;
	memcpy(c->cert, p + 10, c->certs);
	if (c->key)
		return true;
	mbedtls_x509_crt_init(&crt);
	ok = mbedtls_x509_crt_parse_der(&crt, c->cert, c->certs) == 0 &&
	    mbedtls_pk_get_type(&crt.pk) == MBEDTLS_PK_RSA;
	if (ok) {
		mbedtls_rsa_free(&c->leaf);
		mbed_rsa_init(&c->leaf);
		ok = mbedtls_rsa_copy(&c->leaf, mbedtls_pk_rsa(crt.pk)) == 0;
	}
	mbedtls_x509_crt_free(&crt);
	return ok;
}

static void
client_side(struct oldclient *c, struct old_side *s, const unsigned char *block,
    bool client)
{
	const struct old_suite *u = client_chosen(c);
	const size_t second = client ? 0 : 1;

	memcpy(s->mac, block + second * u->mac, u->mac);
	block += 2 * u->mac;
	s->seq = 0;
	mbedtls_cipher_free(&s->cipher);
	mbedtls_cipher_init(&s->cipher);
	s->rc4.on = u->iv == 0;
	if (s->rc4.on) {
		oldkeys_rc4_key(&s->rc4, block + second * u->key, u->key);
		return;
	}
	oldclient_must(mbedtls_cipher_setup(&s->cipher,
	    mbedtls_cipher_info_from_type(u->cipher)));
	oldclient_must(
	    mbedtls_cipher_setkey(&s->cipher, block + second * u->key,
		(int)u->key * 8, client ? MBEDTLS_ENCRYPT : MBEDTLS_DECRYPT));
	block += 2 * u->key;
	oldclient_must(
	    mbedtls_cipher_set_padding_mode(&s->cipher, MBEDTLS_PADDING_NONE));
	oldclient_must(
	    mbedtls_cipher_set_iv(&s->cipher, block + second * u->iv, u->iv));
}

static void
client_keys(struct oldclient *c)
{
	unsigned char seed[64], block[2 * (20 + 32 + 16)];
	struct old_kdf k = { c->chosen, c->master, sizeof(c->master),
		"key expansion", seed, 64 };

	if (!c->resumed)
		oldkeys_master(c);
	memcpy(seed, c->server, 32);
	memcpy(seed + 32, c->client, 32);
	oldkeys_derive(&k, block, sizeof(block));
	client_side(c, &c->out, block, true);
	client_side(c, &c->in, block, false);
}

static bool
client_finish(struct oldclient *c)
{
	unsigned char message[40] = { 20, 0, 0, 0 };

	if (!oldclient_record(c, CHANGE, "\1", 1))
		return false;
	c->out.on = true;
	message[3] = (unsigned char)oldkeys_finished(c, true, message + 4);
	return oldclient_say(c, message, 4 + (size_t)message[3]);
}

static bool
client_server_finish(struct oldclient *c)
{
	unsigned char due[36], *p;
	size_t n;

	/* an alert that warns may come before */
	do {
		if (!oldclient_next(c))
			return false;
	} while (c->type == ALERT);
	if (c->type != CHANGE)
		return false;
	c->in.on = true;
	c->at = c->n = 0;
	p = oldclient_message(c, 20, &n);
	if (!p || oldkeys_finished(c, false, due) != n - 4 ||
	    memcmp(due, p + 4, n - 4) != 0)
		return false;
	oldclient_said(c, p, n);
	c->at = c->n = 0;
	return true;
}

static void
client_begin(struct oldclient *c, const struct old_peer *peer)
{
	mbedtls_md_context_t *md[2] = { &c->md5, &c->sha1 };
	size_t i;

	c->peer = *peer;
	c->alert = -1;
	c->chosen = c->suite = 0;
	c->in.on = c->out.on = c->resumed = false;
	c->n = c->at = 0;
	for (i = 0; i < 2; i++) {
		mbedtls_md_free(md[i]);
		mbedtls_md_init(md[i]);
		oldclient_must(mbedtls_md_setup(md[i],
		    mbedtls_md_info_from_type(
			i == 0 ? MBEDTLS_MD_MD5 : MBEDTLS_MD_SHA1),
		    0));
		oldclient_must(mbedtls_md_starts(md[i]));
	}
	oldclient_must(mbedtls_ctr_drbg_random(&c->drbg, c->client, 32));
}

bool
oldclient_open(struct oldclient *c, const struct old_peer *peer)
{
	size_t n;
	unsigned char *p;

	client_begin(c, peer);
	if (!(c->v2 ? client_hello_v2(c) : client_hello(c)) ||
	    !client_server_hello(c))
		return false;
	if (c->resumed) {
		client_keys(c);
		return client_server_finish(c) && client_finish(c);
	}
	c->have_session = false;
	if (!client_certificate(c) ||
	    (c->suite >= OLD_ECDHE && !oldclient_server_key(c)) ||
	    !(p = oldclient_message(c, 14, &n)))
		return false;
	oldclient_said(c, p, n);
	if (!oldclient_key_exchange(c))
		return false;
	client_keys(c);
	c->have_session = client_finish(c) && client_server_finish(c);
	return c->have_session;
}

/* ---- what it is for ---- */

bool
oldclient_write(struct oldclient *c, const void *p, size_t n)
{
	return oldclient_record(c, DATA, p, n);
}

size_t
oldclient_read(struct oldclient *c, void *p, size_t n)
{
	while (c->at == c->n || c->type != DATA)
		if (!oldclient_next(c))
			return 0;
	if (n > c->n - c->at)
		n = c->n - c->at;
	memcpy(p, c->record + c->at, n);
	c->at += n;
	return n;
}

void
oldclient_bye(struct oldclient *c)
{
	oldclient_record(c, ALERT, "\1\0", 2);
}
