/* SPDX-License-Identifier: MIT */
/*
 * From the first byte to an open connection.  A step of the handshake is run
 * by a worker, except when nothing is left but the client's Finished: that
 * takes symmetric operations alone, and all of a resumed session's second
 * half is that.
 */
#include "common/net/tls_link.h"
#include "common/net/tls_sniff.h"

#include "common/base/panic.h"

#include <stdio.h>

enum {
	ALERT_DECODE_ERROR = 50,
	ALERT_PROTOCOL_VERSION = 70,
};

/*
 * Which engine answers which hello, and how one is refused that none
 * answers or that is switched off.
 */
struct choice {
	const struct tls_engine *engine; /* NULL: refuse */
	enum tls_profile_id profile;
	unsigned char alert; /* 0: none */
	enum close_reason why;
};

/* clang-format off */
static const struct choice choices[TLS_HELLO_KINDS] = {
[TLS_HELLO_MODERN] = { &tls_engine_mbedtls, TLS_PROFILE_MODERN, ALERT_PROTOCOL_VERSION, CLOSE_TLS_VERSION },
[TLS_HELLO_LEGACY] = { &tls_engine_mbedtls, TLS_PROFILE_LEGACY, ALERT_PROTOCOL_VERSION, CLOSE_TLS_VERSION },
[TLS_HELLO_V2]     = { &tls_engine_old,     TLS_PROFILE_LEGACY, ALERT_PROTOCOL_VERSION, CLOSE_TLS_VERSION },
[TLS_HELLO_SSL3]   = { &tls_engine_old,     TLS_PROFILE_LEGACY, ALERT_PROTOCOL_VERSION, CLOSE_TLS_VERSION },
[TLS_HELLO_SSL2]   = { NULL,                TLS_PROFILES,       ALERT_PROTOCOL_VERSION, CLOSE_TLS_VERSION },
[TLS_HELLO_BROKEN] = { NULL,                TLS_PROFILES,       ALERT_DECODE_ERROR,     CLOSE_TLS_NOT_TLS },
[TLS_HELLO_HTTP]   = { NULL,                TLS_PROFILES,       0,                      CLOSE_TLS_NOT_TLS },
[TLS_HELLO_JUNK]   = { NULL,                TLS_PROFILES,       0,                      CLOSE_TLS_NOT_TLS },
};
/* clang-format on */

static void
shake_fail(struct tls_link *l, enum close_reason why)
{
	l->tls->stats.failed++;
	link_close(&l->link, why);
}

static void
deadline_passed(struct timer *timer)
{
	struct tls_link *l = CONTAINER_OF(timer, struct tls_link, deadline);

	shake_fail(l,
	    l->phase == TLS_SNIFFING ? CLOSE_HELLO_DEADLINE : CLOSE_TLS_FAILED);
}

void
tls_handshake_begin(struct tls_link *l)
{
	l->deadline.fire = deadline_passed;
	timer_start(l->tls->loop, &l->deadline, l->tls->setup->hello_ms);
}

/* ---- a step and what comes of it ---- */

static void
link_describe(struct tls_link *l)
{
	static const char *const names[] = { "SSL3.0 ", "TLS1.0 ", "TLS1.1 ",
		"TLS1.2 " };
	unsigned minor = l->engine->version(l) & 0xff;
	struct buf b = BUF_INIT(256);

	ASSERT(minor < ARRAY_LEN(names));
	buf_add_text(&b, names[minor]);
	l->engine->suite(l, &b);
	snprintf(l->text, sizeof(l->text), SLICE_FMT, SLICE_ARG(buf_slice(&b)));
	buf_free(&b);
}

static void
shake_done(struct tls_link *l)
{
	struct tls_stats *stats = &l->tls->stats;

	if (l->resumed)
		stats->resumed++;
	else
		stats->full++;
	if (l->engine->version(l) < 0x0303)
		stats->legacy++;
	link_describe(l);
	tls_link_open(l);
}

/* Returns true when the handshake is over. */
static bool
step_judge(struct tls_link *l)
{
	/* Our Finished went before the client's: an earlier session. */
	if (!l->stepped)
		l->resumed = l->engine->only_finished_is_left(l);
	l->stepped = true;
	switch (l->rc) {
	case 0:
		return true;
	case MBEDTLS_ERR_SSL_WANT_READ:
	case MBEDTLS_ERR_SSL_WANT_WRITE:
		return false;
	case MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION:
		shake_fail(l, CLOSE_TLS_VERSION);
		return false;
	case MBEDTLS_ERR_SSL_NO_CIPHER_CHOSEN:
	case MBEDTLS_ERR_SSL_NO_USABLE_CIPHERSUITE:
		shake_fail(l,
		    l->export_only ? CLOSE_TLS_EXPORT : CLOSE_TLS_SUITES);
		return false;
	default:
		shake_fail(l, CLOSE_TLS_FAILED);
		return false;
	}
}

static void
step_run(struct work *w)
{
	struct tls_link *l = CONTAINER_OF(w, struct tls_link, work);

	l->rd = buf_slice(&l->in);
	l->rc = l->engine->handshake(l);
}

static void
step_done(struct work *w)
{
	struct tls_link *l = CONTAINER_OF(w, struct tls_link, work);

	l->busy = false;
	if (l->gone) {
		tls_link_free(l);
		return;
	}
	if (l->link.closing)
		return;
	if (w->dropped) {
		shake_fail(l, CLOSE_BUSY);
		return;
	}
	outq_add_slice(&l->tcp->out, buf_slice(&l->out));
	buf_free(&l->out);
	buf_consume(&l->in, l->in.n - l->rd.n);
	if (l->in.n == 0)
		buf_free(&l->in);
	l->rd = slice_make(NULL, 0);
	if (step_judge(l))
		shake_done(l);
	else if (!l->link.closing)
		link_resume(l->tcp);
}

static void
step_start(struct tls_link *l, struct slice in)
{
	buf_add_slice(&l->in, in);
	if (!buf_ok(&l->in)) {
		shake_fail(l, CLOSE_TLS_FAILED);
		return;
	}
	l->work.cls = WORK_TLS;
	l->work.run = step_run;
	l->work.done = step_done;
	work_from(&l->work.from, &l->link.peer, 0);
	l->busy = true;
	if (!work_start(l->tls->workers, &l->work)) {
		l->busy = false;
		shake_fail(l, CLOSE_BUSY);
		return;
	}
	link_pause(l->tcp);
}

/* The client's Finished, without a hop, and what came with it. */
static size_t
step_here(struct tls_link *l, struct slice in)
{
	size_t used;

	l->rd = in;
	l->rc = l->engine->handshake(l);
	used = in.n - l->rd.n;
	l->rd = slice_make(NULL, 0);
	if (step_judge(l))
		shake_done(l);
	if (l->phase == TLS_OPEN && used < in.n)
		used += tls_link_read(l, slice_from(in, used));
	return used;
}

/* ---- the hello ---- */

static void
refuse(struct tls_link *l, const struct choice *c, const struct tls_hello *h)
{
	static const char text[] = "HTTP/1.0 400 Bad Request\r\n\r\n";
	/* An alert in words the client knows. */
	unsigned char minor = h->version >= 0x0303 ? 3
	    : h->version >= 0x0301                 ? 1
						   : 0;
	const unsigned char alert[] = { 21, 3, minor, 0, 2, 2, c->alert };

	if (h->kind == TLS_HELLO_HTTP)
		outq_add(&l->tcp->out, text, sizeof(text) - 1);
	else if (c->alert != 0)
		outq_add(&l->tcp->out, alert, sizeof(alert));
	shake_fail(l, c->why);
}

static struct tls_profile *
profile_choose(struct tls_link *l, const struct tls_hello *h)
{
	struct tls_setup *s = l->tls->setup;
	enum tls_profile_id id = choices[h->kind].profile;

	if (choices[h->kind].engine == NULL)
		return NULL;
	if (id == TLS_PROFILE_LEGACY && l->modern_only)
		return NULL;
	if (h->kind == TLS_HELLO_SSL3 && !s->ssl3)
		return NULL;
	if (id == TLS_PROFILE_MODERN && tls_setup_owns(s, h->sni))
		id = TLS_PROFILE_OWN;
	return s->profiles[id].usable ? &s->profiles[id] : NULL;
}

static bool
engine_begin(struct tls_link *l, const struct tls_engine *engine,
    struct tls_profile *p)
{
	l->setup = l->tls->setup;
	l->setup->refs++;
	l->engine = engine;
	if (!engine->begin(l, tls_setup_lane(p)))
		return false;
	l->phase = TLS_SHAKING;
	timer_start(l->tls->loop, &l->deadline, l->setup->handshake_ms);
	return true;
}

static size_t
hello_input(struct tls_link *l, struct slice in)
{
	struct tls_hello h = tls_sniff_hello(in);
	const struct choice *c = &choices[h.kind];
	struct tls_profile *p;

	if (h.kind == TLS_HELLO_MORE)
		return 0;
	l->export_only = tls_hello_export_only(&h);
	p = profile_choose(l, &h);
	if (p == NULL)
		refuse(l, c, &h);
	else if (!engine_begin(l, c->engine, p))
		shake_fail(l, CLOSE_TLS_FAILED);
	else
		step_start(l, in);
	return in.n;
}

size_t
tls_handshake_input(struct tls_link *l, struct slice in)
{
	if (l->phase == TLS_SNIFFING)
		return hello_input(l, in);
	if (l->busy)
		return 0;
	/* Of what a step left the rest may have come now. */
	if (l->engine->only_finished_is_left(l) && l->in.n == 0)
		return step_here(l, in);
	step_start(l, in);
	return in.n;
}
