/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_priv.h"

#include "common/base/panic.h"

enum {
	MESSAGE_HEADER = 4,
	SERVER_HELLO = 2,
	CERTIFICATE = 11,
	SERVER_KEY_EXCHANGE = 12,
	SERVER_HELLO_DONE = 14,
	CLIENT_KEY_EXCHANGE = 16,
	FINISHED = 20,
	SUITE_SAFE_RENEGOTIATION = 0x00ff, /* RFC 5746 3.3 */
	SUITE_FALLBACK = 0x5600,           /* RFC 7507 */
	/* of what is said here but for certificates: a signed group and point */
	SHAKE_MAX = 128 + MBEDTLS_MPI_MAX_SIZE,
};

/* ---- what the server says ---- */

static void
add_u16(struct buf *b, unsigned v)
{
	buf_add_char(b, (char)(v >> 8));
	buf_add_char(b, (char)v);
}

static void
add_u24(struct buf *b, size_t v)
{
	buf_add_char(b, (char)(v >> 16));
	add_u16(b, (unsigned)v & 0xffff);
}

void
tls_old_certificates(const mbedtls_x509_crt *chain, struct buf *to)
{
	size_t n = 0;

	for (const mbedtls_x509_crt *c = chain; c != NULL; c = c->next)
		n += 3 + c->raw.len;
	buf_add_char(to, CERTIFICATE);
	add_u24(to, n + 3);
	add_u24(to, n);
	for (const mbedtls_x509_crt *c = chain; c != NULL; c = c->next) {
		add_u24(to, c->raw.len);
		buf_add(to, c->raw.p, c->raw.len);
	}
}

static void
say(struct tls_old *o, struct slice message)
{
	tls_old_transcript_add(&o->transcript, message);
	tls_old_send(o, TLS_OLD_HANDSHAKE, message);
}

/* A message whose body is in b, behind room for its header. */
static void
say_buf(struct tls_old *o, unsigned char type, struct buf *b)
{
	size_t n = b->n - MESSAGE_HEADER;

	ASSERT(buf_ok(b) && n <= 0xffff);
	b->p[0] = (char)type;
	b->p[1] = 0;
	b->p[2] = (char)(n >> 8);
	b->p[3] = (char)n;
	say(o, buf_slice(b));
	buf_free(b);
}

/* To nobody who did not ask: old clients know no extensions. */
static void
say_extensions(const struct tls_old *o, struct buf *b)
{
	const bool points = o->suite->ecdhe && o->point_formats;
	unsigned n = (o->safe_renegotiation ? 5u : 0) + (o->extended ? 4u : 0) +
	    (points ? 6u : 0);

	if (n == 0)
		return;
	add_u16(b, n);
	if (o->safe_renegotiation)
		buf_add(b, "\xff\1\0\1\0", 5);
	if (o->extended)
		buf_add(b, "\0\x17\0\0", 4);
	if (points)
		buf_add(b, "\0\x0b\0\2\1\0", 6); /* uncompressed */
}

static void
say_hello(struct tls_old *o)
{
	struct buf b = BUF_INIT(SHAKE_MAX);

	buf_add(&b, "\0\0\0\0", MESSAGE_HEADER);
	add_u16(&b, o->secrets.version);
	buf_add(&b, o->secrets.server, TLS_OLD_RANDOM);
	buf_add_char(&b, TLS_OLD_SESSION_ID);
	buf_add(&b, o->session, TLS_OLD_SESSION_ID);
	add_u16(&b, o->suite->id);
	buf_add_char(&b, 0); /* no compression */
	say_extensions(o, &b);
	say_buf(o, SERVER_HELLO, &b);
}

/* False: it is dead, for want of memory. */
static bool
half_key(struct tls_old *o, struct tls_old_half *h, bool client)
{
	const struct tls_old_key_use use = { o->suite, &o->cfg->rng,
		o->secrets.version, client, !client };
	unsigned char block[TLS_OLD_KEYS_MAX];
	bool ok;

	tls_old_keys(&o->secrets, block, tls_old_keys_length(o->suite));
	ok = tls_old_half_key(h, &use, block);
	mem_wipe(block, sizeof(block));
	if (!ok)
		o->state = TLS_OLD_DEAD;
	return ok;
}

/* A group, our key in it, and the signature of both (RFC 4492 5.4). */
static bool
say_key(struct tls_old *o, const struct tls_hello *h)
{
	const struct tls_old_config *cfg = o->cfg;
	struct buf b = BUF_INIT(SHAKE_MAX);

	buf_add(&b, "\0\0\0\0", MESSAGE_HEADER);
	o->ecdhe = tls_old_ecdhe_new(h, cfg->key, &cfg->rng, &o->secrets, &b);
	if (o->ecdhe != NULL)
		say_buf(o, SERVER_KEY_EXCHANGE, &b);
	buf_free(&b);
	return o->ecdhe != NULL;
}

static void
say_finished(struct tls_old *o)
{
	unsigned char body[TLS_OLD_FINISHED_MAX];
	struct buf b = BUF_INIT(SHAKE_MAX);
	size_t n = tls_old_finished(&o->transcript, &o->secrets, false, body);

	tls_old_send(o, TLS_OLD_CHANGE_CIPHER, SLICE_LIT("\1"));
	if (!half_key(o, &o->out, false))
		return;
	buf_add(&b, "\0\0\0\0", MESSAGE_HEADER);
	buf_add(&b, body, n);
	say_buf(o, FINISHED, &b);
}

/* ---- ClientHello ---- */

/*
 * Take up an earlier session.  One whose master secret is bound to its
 * handshake is never resumed without that, nor is a handshake bound to one
 * whose is not (RFC 7627 5.3).
 */
static enum tls_old_result
session_resume(struct tls_old *o, const struct tls_hello *h)
{
	const struct tls_old_config *cfg = o->cfg;
	struct tls_old_session s;
	uint64_t now = env_mono_ms(cfg->env) / 1000;
	enum tls_old_result rc = TLS_OLD_OK;

	if (!tls_old_sessions_find(cfg->sessions, h->session,
		o->secrets.version, now, &s))
		return TLS_OLD_OK;
	o->suite = tls_old_suite_again(h, s.suite, &cfg->on);
	if (o->suite != NULL && s.extended != o->extended) {
		o->suite = NULL;
		if (s.extended)
			rc = tls_old_fail(o, ALERT_HANDSHAKE);
	}
	o->resumed = o->suite != NULL;
	if (o->resumed) {
		memcpy(o->session, s.id, sizeof(o->session));
		memcpy(o->secrets.master, s.master, TLS_OLD_MASTER);
	}
	mem_wipe(&s, sizeof(s));
	return rc;
}

static void
session_keep(struct tls_old *o)
{
	struct tls_old_session s = { .version = o->secrets.version,
		.suite = o->suite->id,
		.extended = o->extended };

	memcpy(s.id, o->session, sizeof(s.id));
	memcpy(s.master, o->secrets.master, sizeof(s.master));
	tls_old_sessions_keep(o->cfg->sessions, &s,
	    env_mono_ms(o->cfg->env) / 1000);
	mem_wipe(&s, sizeof(s));
}

static bool
random_make(struct tls_old *o, unsigned char *to)
{
	return o->cfg->rng.random(o->cfg->rng.ctx, to, 32) == 0;
}

/* The version of the answer. */
static uint16_t
version_choose(const struct tls_hello *h)
{
	return h->version < 0x0302 ? h->version : 0x0302;
}

static bool
hello_is_for_us(const struct tls_old *o, const struct tls_hello *h)
{
	switch (h->kind) {
	case TLS_HELLO_MODERN:
	case TLS_HELLO_LEGACY:
	case TLS_HELLO_V2:
		return true;
	case TLS_HELLO_SSL3:
		return o->cfg->on.ssl3;
	case TLS_HELLO_MORE:
	case TLS_HELLO_PART:
	case TLS_HELLO_SSL2:
	case TLS_HELLO_BROKEN:
	case TLS_HELLO_HTTP:
	case TLS_HELLO_JUNK:
	case TLS_HELLO_KINDS:
		break;
	}
	return false;
}

static enum tls_old_result
hello_answer(struct tls_old *o, const struct tls_hello *h)
{
	enum tls_old_result rc = session_resume(o, h);

	if (rc != TLS_OLD_OK)
		return rc;
	if (!o->resumed)
		o->suite =
		    tls_old_suite_choose(h, o->secrets.version, &o->cfg->on);
	if (o->suite == NULL) {
		tls_old_fail(o, ALERT_HANDSHAKE);
		return TLS_OLD_NO_SUITE;
	}
	if (!random_make(o, o->secrets.server) ||
	    (!o->resumed && !random_make(o, o->session)))
		return tls_old_fail(o, ALERT_HANDSHAKE);
	say_hello(o);
	if (o->resumed) {
		say_finished(o);
		if (o->state == TLS_OLD_DEAD)
			return TLS_OLD_FAILED;
		o->state = TLS_OLD_CHANGE;
		return TLS_OLD_OK;
	}
	say(o,
	    o->cfg->named.n > 0 && tls_sniff_is_host(h->sni)
		? o->cfg->named
		: o->cfg->certificates);
	if (o->suite->ecdhe && !say_key(o, h))
		return tls_old_fail(o, ALERT_HANDSHAKE);
	say(o, SLICE_LIT("\x0e\0\0\0"));
	o->state = TLS_OLD_KEY;
	return TLS_OLD_OK;
}

enum tls_old_result
tls_old_hello(struct tls_old *o, struct slice *in)
{
	struct tls_hello h = tls_sniff_hello(*in);

	if (h.kind == TLS_HELLO_MORE)
		return TLS_OLD_WANT;
	o->offered = h.version;
	o->secrets.version = o->out.version = version_choose(&h);
	if (!hello_is_for_us(o, &h))
		return tls_old_fail(o, ALERT_HANDSHAKE);
	*in = slice_from(*in, h.record);
	/* We do know better: somebody came between it and us. */
	if (h.version < 0x0303 && tls_hello_offers(&h, SUITE_FALLBACK))
		return tls_old_fail(o, ALERT_FALLBACK);
	/* There was no handshake before this one (RFC 5746 3.6). */
	if (h.renegotiates)
		return tls_old_fail(o, ALERT_HANDSHAKE);
	/* A challenge is shorter, and stands at the end. */
	memcpy(o->secrets.client + TLS_OLD_RANDOM - h.random.n, h.random.p,
	    h.random.n);
	o->safe_renegotiation = h.safe_renegotiation ||
	    tls_hello_offers(&h, SUITE_SAFE_RENEGOTIATION);
	o->extended = h.extended_master && o->secrets.version != 0x0300;
	o->point_formats = h.point_formats;
	tls_old_transcript_add(&o->transcript, h.message);
	return hello_answer(o, &h);
}

/* ---- ClientKeyExchange, ChangeCipherSpec, Finished ---- */

static void
master_make(struct tls_old *o, struct slice premaster)
{
	if (o->extended)
		tls_old_master_extended(&o->secrets, &o->transcript, premaster);
	else
		tls_old_master(&o->secrets, premaster);
	o->state = TLS_OLD_CHANGE;
}

static enum tls_old_result
key_take_ecdhe(struct tls_old *o, struct slice body)
{
	unsigned char secret[TLS_OLD_PREMASTER];
	size_t n = tls_old_ecdhe_secret(o->ecdhe, &o->cfg->rng, body, secret);

	tls_old_ecdhe_free(o->ecdhe);
	o->ecdhe = NULL;
	if (n == 0)
		return tls_old_fail(o, ALERT_ILLEGAL);
	master_make(o, slice_make(secret, n));
	mem_wipe(secret, sizeof(secret));
	return TLS_OLD_OK;
}

static enum tls_old_result
key_take(struct tls_old *o, struct slice body)
{
	struct tls_old_key *key = o->cfg->key;
	unsigned char premaster[TLS_OLD_PREMASTER];
	size_t n = tls_old_key_bytes(key);
	int rc;

	if (o->suite->ecdhe)
		return key_take_ecdhe(o, body);
	/* TLS 1.0 has a length before it, SSL 3.0 none; both are seen in both. */
	if (body.n == n + 2)
		body = slice_from(body, 2);
	if (body.n != n)
		return tls_old_fail(o, ALERT_ILLEGAL);
	rc = tls_old_premaster(key, &o->cfg->rng, body, o->offered, premaster);
	if (rc != 0)
		return tls_old_fail(o, ALERT_HANDSHAKE);
	master_make(o, slice_make(premaster, sizeof(premaster)));
	mem_wipe(premaster, sizeof(premaster));
	return TLS_OLD_OK;
}

enum tls_old_result
tls_old_change_cipher(struct tls_old *o, const unsigned char *p, size_t n)
{
	if (o->state != TLS_OLD_CHANGE || n != 1 || p[0] != 1 || o->n > 0)
		return tls_old_fail(o, ALERT_UNEXPECTED);
	if (!half_key(o, &o->in, true))
		return TLS_OLD_FAILED;
	o->state = TLS_OLD_FINISHED;
	return TLS_OLD_OK;
}

/* message is header and body. */
static enum tls_old_result
finished_take(struct tls_old *o, struct slice message)
{
	unsigned char due[TLS_OLD_FINISHED_MAX];
	struct slice body = slice_from(message, MESSAGE_HEADER);
	size_t n = tls_old_finished(&o->transcript, &o->secrets, true, due);

	if (body.n != n || !mem_equal_ct(body.p, due, n))
		return tls_old_fail(o, ALERT_HANDSHAKE);
	tls_old_transcript_add(&o->transcript, message);
	if (!o->resumed) {
		say_finished(o);
		if (o->state == TLS_OLD_DEAD)
			return TLS_OLD_FAILED;
		session_keep(o);
	}
	mem_wipe(&o->secrets.master, sizeof(o->secrets.master));
	mem_wipe(&o->transcript, sizeof(o->transcript));
	o->state = TLS_OLD_OPEN;
	return TLS_OLD_OK;
}

static enum tls_old_result
message_take(struct tls_old *o, struct slice message)
{
	unsigned char type = (unsigned char)message.p[0];

	if (type == CLIENT_KEY_EXCHANGE && o->state == TLS_OLD_KEY) {
		tls_old_transcript_add(&o->transcript, message);
		return key_take(o, slice_from(message, MESSAGE_HEADER));
	}
	if (type == FINISHED && o->state == TLS_OLD_FINISHED)
		return finished_take(o, message);
	return tls_old_fail(o, ALERT_UNEXPECTED);
}

/* The length of the message that is begun; 0: not known yet. */
static size_t
message_length(const struct tls_old *o)
{
	const unsigned char *p = o->message;

	if (o->n < MESSAGE_HEADER)
		return 0;
	return MESSAGE_HEADER + ((size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3]);
}

enum tls_old_result
tls_old_messages(struct tls_old *o, const unsigned char *p, size_t n)
{
	while (n > 0) {
		size_t due =
		    o->n < MESSAGE_HEADER ? MESSAGE_HEADER : message_length(o);
		size_t part = size_min(n, due - o->n);
		enum tls_old_result rc;

		memcpy(o->message + o->n, p, part);
		o->n += part;
		p += part;
		n -= part;
		due = message_length(o);
		if (due > sizeof(o->message))
			return tls_old_fail(o, ALERT_ILLEGAL);
		if (due == 0 || o->n < due)
			continue;
		o->n = 0;
		rc = message_take(o, slice_make(o->message, due));
		if (rc != TLS_OLD_OK)
			return rc;
		/* Nothing may follow Finished. */
		if (o->state == TLS_OLD_OPEN && n > 0)
			return tls_old_fail(o, ALERT_UNEXPECTED);
	}
	return TLS_OLD_OK;
}
