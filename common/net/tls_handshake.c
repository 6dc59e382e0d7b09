/* SPDX-License-Identifier: MIT */
/*
 * From the first byte to an open connection.  A step of the handshake is run
 * by a worker, except when nothing is left but the client's Finished: that
 * takes symmetric operations alone, and all of a resumed session's second
 * half is that.
 */
#include "common/net/tls_gather.h"
#include "common/net/tls_link.h"
#include "common/net/tls_route.h"

#include "common/base/panic.h"

#include <stdio.h>

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
	if (mbed_is_no_suite(l->rc))
		l->rc = TLS_ENGINE_NO_SUITE;
	switch (l->rc) {
	case 0:
		return true;
	case MBEDTLS_ERR_SSL_WANT_READ:
	case MBEDTLS_ERR_SSL_WANT_WRITE:
		return false;
	case MBED_ERR_VERSION:
		shake_fail(l, CLOSE_TLS_VERSION);
		return false;
	case TLS_ENGINE_NO_SUITE:
		shake_fail(l,
		    l->export_only ? CLOSE_TLS_EXPORT : CLOSE_TLS_SUITES);
		return false;
	case TLS_ENGINE_FLOOD:
		shake_fail(l, CLOSE_TLS_FLOOD);
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
refuse(struct tls_link *l, const struct tls_route *r, const struct tls_hello *h)
{
	static const char text[] = "HTTP/1.0 400 Bad Request\r\n\r\n";
	/* An alert in words the client knows. */
	unsigned char minor = h->version >= 0x0303 ? 3
	    : h->version >= 0x0301                 ? 1
						   : 0;
	const unsigned char alert[] = { 21, 3, minor, 0, 2, 2, r->alert };

	if (h->kind == TLS_HELLO_HTTP)
		outq_add(&l->tcp->out, text, sizeof(text) - 1);
	else if (r->alert != 0)
		outq_add(&l->tcp->out, alert, sizeof(alert));
	shake_fail(l, r->why);
}

static bool
engine_begin(struct tls_link *l, const struct tls_route *r,
    const struct tls_hello *h)
{
	l->setup = l->tls->setup;
	l->setup->refs++;
	l->engine = r->engine;
	if (!l->engine->begin(l,
		tls_setup_lane(&l->setup->profiles[r->profile]), h))
		return false;
	l->phase = TLS_SHAKING;
	timer_start(l->tls->loop, &l->deadline, l->setup->handshake_ms);
	return true;
}

/* in begins with the hello h, or with what is none. */
static void
hello_take(struct tls_link *l, const struct tls_hello *h, struct slice in)
{
	struct tls_route r = tls_route_choose(l->tls->setup, h, l->modern_only);

	l->export_only = tls_hello_export_only(h);
	/* The programs of that time, not its protocols, lose requests. */
	l->link.dated = h->kind == TLS_HELLO_V2 || h->kind == TLS_HELLO_SSL3;
	if (r.engine == NULL)
		refuse(l, &r, h);
	else if (!engine_begin(l, &r, h))
		shake_fail(l, CLOSE_TLS_FAILED);
	else
		step_start(l, in);
}

/* The hello comes in several records; l->gathered holds what has come. */
static size_t
hello_gather(struct tls_link *l, struct slice in)
{
	const struct tls_hello broken = { .kind = TLS_HELLO_BROKEN };
	const size_t n = in.n;
	struct buf whole = BUF_INIT(TLS_FLIGHT_MAX);
	struct tls_hello h;

	switch (tls_gather(&l->gathered, &in)) {
	case TLS_GATHER_MORE:
		break;
	case TLS_GATHER_BROKEN:
		hello_take(l, &broken, in);
		return n;
	case TLS_GATHER_WHOLE:
		buf_add_slice(&whole, buf_slice(&l->gathered));
		buf_add_slice(&whole, in);
		buf_free(&l->gathered);
		h = tls_sniff_hello(buf_slice(&whole));
		hello_take(l, &h, buf_slice(&whole));
		buf_free(&whole);
		return n;
	}
	return n - in.n;
}

static size_t
hello_input(struct tls_link *l, struct slice in)
{
	struct tls_hello h = { .kind = TLS_HELLO_PART };

	if (l->gathered.n == 0)
		h = tls_sniff_hello(in);
	if (h.kind == TLS_HELLO_PART)
		return hello_gather(l, in);
	if (h.kind == TLS_HELLO_MORE)
		return 0;
	hello_take(l, &h, in);
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
