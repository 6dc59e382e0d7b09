/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_priv.h"

#include "common/base/panic.h"

#include <stdlib.h>

enum {
	ALERT_BYTES = 2,
	ALERT_WARNING = 1,
	ALERT_FATAL = 2,
};

struct record {
	enum tls_old_type type;
	unsigned char *p;
	size_t n;
	size_t room; /* of p, to be wiped */
};

struct tls_old *
tls_old_new(const struct tls_old_config *cfg, const struct tls_old_io *io)
{
	struct tls_old *o = mem_alloc(sizeof(*o));

	o->cfg = cfg;
	o->io = *io;
	tls_old_transcript_init(&o->transcript);
	tls_old_half_init(&o->in);
	tls_old_half_init(&o->out);
	o->out.version = 0x0300;
	return o;
}

void
tls_old_free(struct tls_old *o)
{
	if (o == NULL)
		return;
	tls_old_ecdhe_free(o->ecdhe);
	tls_old_half_free(&o->in);
	tls_old_half_free(&o->out);
	mem_wipe(o, sizeof(*o));
	free(o);
}

void
tls_old_send(struct tls_old *o, enum tls_old_type type, struct slice s)
{
	unsigned char wire[TLS_OLD_WIRE_MAX];

	do {
		struct slice part = slice_upto(s, TLS_OLD_PLAIN_MAX);
		size_t n =
		    tls_old_seal(&o->out, (unsigned char)type, part, wire);

		if (n == 0) {
			o->state = TLS_OLD_DEAD;
			return;
		}
		o->io.send(o->io.ctx, wire, n);
		s = slice_from(s, part.n);
	} while (s.n > 0);
}

static void
alert_send(struct tls_old *o, unsigned char level, enum tls_old_alert what)
{
	const unsigned char a[ALERT_BYTES] = { level, (unsigned char)what };

	tls_old_send(o, TLS_OLD_ALERT, slice_make(a, sizeof(a)));
}

/* A session with a fatal error in it is not resumed (RFC 2246 7.2.2). */
static enum tls_old_result
die(struct tls_old *o)
{
	if (o->state == TLS_OLD_OPEN)
		tls_old_sessions_forget(o->cfg->sessions,
		    slice_make(o->session, sizeof(o->session)));
	o->state = TLS_OLD_DEAD;
	return TLS_OLD_FAILED;
}

enum tls_old_result
tls_old_fail(struct tls_old *o, enum tls_old_alert alert)
{
	if (o->state != TLS_OLD_DEAD)
		alert_send(o, ALERT_FATAL, alert);
	return die(o);
}

/* ---- reading ---- */

static void
record_free(struct record *r)
{
	mem_wipe(r->p, r->room);
	free(r->p);
}

/* Take a whole record off *in, to be freed. */
static enum tls_old_result
record_take(struct tls_old *o, struct slice *in, struct record *r)
{
	const unsigned char *p = (const unsigned char *)in->p;
	size_t n;
	int plain;

	if (in->n < TLS_OLD_HEADER)
		return TLS_OLD_WANT;
	n = (size_t)p[3] << 8 | p[4];
	if (p[0] < TLS_OLD_CHANGE_CIPHER || p[0] > TLS_OLD_DATA || p[1] != 3)
		return tls_old_fail(o, ALERT_UNEXPECTED);
	if (n > TLS_OLD_BODY_MAX)
		return tls_old_fail(o, ALERT_ILLEGAL);
	if (in->n < TLS_OLD_HEADER + n)
		return TLS_OLD_WANT;
	*in = slice_from(*in, TLS_OLD_HEADER + n);
	r->type = p[0];
	r->room = n;
	r->p = mem_alloc(n + 1);
	memcpy(r->p, p + TLS_OLD_HEADER, n);
	plain = tls_old_open(&o->in, p[0], r->p, n);
	if (plain < 0 || plain > TLS_OLD_PLAIN_MAX) {
		record_free(r);
		return tls_old_fail(o, ALERT_BAD_MAC);
	}
	r->n = (size_t)plain;
	return TLS_OLD_OK;
}

static enum tls_old_result
idle_count(struct tls_old *o)
{
	if (++o->idle <= TLS_OLD_IDLE_MAX)
		return TLS_OLD_OK;
	tls_old_fail(o, ALERT_UNEXPECTED);
	return TLS_OLD_FLOOD;
}

static enum tls_old_result
alert_take(struct tls_old *o, const struct record *r)
{
	if (r->n != ALERT_BYTES)
		return tls_old_fail(o, ALERT_ILLEGAL);
	if (r->p[0] != ALERT_WARNING)
		return die(o);
	if (r->p[1] == ALERT_CLOSE)
		return TLS_OLD_CLOSED;
	return idle_count(o);
}

static enum tls_old_result
shake_record(struct tls_old *o, struct slice *in)
{
	struct record r;
	enum tls_old_result rc = record_take(o, in, &r);

	if (rc != TLS_OLD_OK)
		return rc;
	switch (r.type) {
	case TLS_OLD_CHANGE_CIPHER:
		rc = tls_old_change_cipher(o, r.p, r.n);
		break;
	case TLS_OLD_ALERT:
		rc = alert_take(o, &r);
		break;
	case TLS_OLD_HANDSHAKE:
		rc = r.n > 0 ? tls_old_messages(o, r.p, r.n) : idle_count(o);
		break;
	case TLS_OLD_DATA:
		rc = tls_old_fail(o, ALERT_UNEXPECTED);
		break;
	}
	record_free(&r);
	return rc;
}

enum tls_old_result
tls_old_handshake(struct tls_old *o, struct slice *in)
{
	enum tls_old_result rc = TLS_OLD_OK;

	if (o->state == TLS_OLD_DEAD)
		return TLS_OLD_FAILED;
	if (o->state == TLS_OLD_HELLO)
		rc = tls_old_hello(o, in);
	while (rc == TLS_OLD_OK && o->state != TLS_OLD_OPEN)
		rc = shake_record(o, in);
	return rc;
}

bool
tls_old_only_finished_is_left(const struct tls_old *o)
{
	return o->state == TLS_OLD_CHANGE || o->state == TLS_OLD_FINISHED;
}

/* What is no data on an open connection. */
static enum tls_old_result
aside_take(struct tls_old *o, const struct record *r)
{
	switch (r->type) {
	case TLS_OLD_ALERT:
		return alert_take(o, r);
	case TLS_OLD_DATA:
		return idle_count(o);
	case TLS_OLD_HANDSHAKE:
		/* Renegotiation; SSL 3.0 has no alert that only declines. */
		return tls_old_fail(o, ALERT_HANDSHAKE);
	case TLS_OLD_CHANGE_CIPHER:
		break;
	}
	return tls_old_fail(o, ALERT_UNEXPECTED);
}

int
tls_old_read(struct tls_old *o, struct slice *in, unsigned char *to)
{
	enum tls_old_result rc = TLS_OLD_OK;
	size_t n = 0;

	if (o->state != TLS_OLD_OPEN)
		return TLS_OLD_FAILED;
	while (rc == TLS_OLD_OK && n == 0) {
		struct record r;

		rc = record_take(o, in, &r);
		if (rc != TLS_OLD_OK)
			break;
		if (r.type == TLS_OLD_DATA && r.n > 0) {
			n = r.n;
			memcpy(to, r.p, n);
			o->idle = 0;
		} else {
			rc = aside_take(o, &r);
		}
		record_free(&r);
	}
	return rc == TLS_OLD_OK ? (int)n : (int)rc;
}

/* ---- writing ---- */

bool
tls_old_write(struct tls_old *o, struct slice plain)
{
	if (o->state != TLS_OLD_OPEN)
		return false;
	tls_old_send(o, TLS_OLD_DATA, plain);
	return o->state == TLS_OLD_OPEN;
}

void
tls_old_goodbye(struct tls_old *o)
{
	if (o->state == TLS_OLD_OPEN)
		alert_send(o, ALERT_WARNING, ALERT_CLOSE);
}

uint16_t
tls_old_version(const struct tls_old *o)
{
	return o->secrets.version;
}

const char *
tls_old_suite_name(const struct tls_old *o)
{
	return o->suite != NULL ? o->suite->name : "";
}
