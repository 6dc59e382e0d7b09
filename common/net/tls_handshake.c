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

enum engine {
	ENGINE_NONE, /* refuse */
	ENGINE_MBEDTLS
};

/*
 * Which engine answers which hello, and how one is refused that none
 * answers or that is switched off.  An engine of our own for the last two
 * formats would be named here.
 */
struct choice {
	enum engine engine;
	enum tls_profile_id profile;
	unsigned char alert; /* 0: none */
	enum close_reason why;
};

/* clang-format off */
static const struct choice choices[TLS_HELLO_KINDS] = {
[TLS_HELLO_MODERN] = { ENGINE_MBEDTLS, TLS_PROFILE_MODERN, ALERT_PROTOCOL_VERSION, CLOSE_TLS_VERSION },
[TLS_HELLO_LEGACY] = { ENGINE_MBEDTLS, TLS_PROFILE_LEGACY, ALERT_PROTOCOL_VERSION, CLOSE_TLS_VERSION },
[TLS_HELLO_SSL3]   = { ENGINE_NONE,    TLS_PROFILES,       ALERT_PROTOCOL_VERSION, CLOSE_TLS_VERSION },
[TLS_HELLO_SSL2]   = { ENGINE_NONE,    TLS_PROFILES,       ALERT_PROTOCOL_VERSION, CLOSE_TLS_VERSION },
[TLS_HELLO_BROKEN] = { ENGINE_NONE,    TLS_PROFILES,       ALERT_DECODE_ERROR,     CLOSE_TLS_NOT_TLS },
[TLS_HELLO_HTTP]   = { ENGINE_NONE,    TLS_PROFILES,       0,                      CLOSE_TLS_NOT_TLS },
[TLS_HELLO_JUNK]   = { ENGINE_NONE,    TLS_PROFILES,       0,                      CLOSE_TLS_NOT_TLS },
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

/* ---- memory in, memory out ---- */

static int
bio_recv(void *ctx, unsigned char *to, size_t n)
{
	struct tls_link *l = ctx;
	size_t part = size_min(n, l->rd.n);

	if (part == 0)
		return MBEDTLS_ERR_SSL_WANT_READ;
	memcpy(to, l->rd.p, part);
	l->rd = slice_from(l->rd, part);
	return (int)part;
}

static int
bio_send(void *ctx, const unsigned char *p, size_t n)
{
	struct tls_link *l = ctx;

	if (!l->busy) {
		outq_add(&l->tcp->out, p, n);
		return (int)n;
	}
	buf_add(&l->out, p, n);
	return buf_ok(&l->out) ? (int)n : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

/* ---- a step and what comes of it ---- */

/* "TLS-RSA-WITH-AES-128-CBC-SHA" is "RSA-AES128-CBC-SHA" in the log. */
static void
suite_describe(struct buf *b, struct slice suite)
{
	bool first = true;
	bool aes = false;
	struct slice word;

	while (slice_cut(&suite, '-', &word)) {
		if (slice_eq_text(word, "TLS") || slice_eq_text(word, "WITH"))
			continue;
		if (!first && !aes)
			buf_add_char(b, '-');
		buf_add_slice(b, word);
		first = false;
		aes = slice_eq_text(word, "AES");
	}
}

static void
link_describe(struct tls_link *l)
{
	struct slice version = slice_text(mbedtls_ssl_get_version(l->ssl));
	struct buf b = BUF_INIT(256);

	buf_add_text(&b, "TLS");
	buf_add_slice(&b, slice_from(version, strlen("TLSv")));
	buf_add_char(&b, ' ');
	suite_describe(&b, slice_text(mbedtls_ssl_get_ciphersuite(l->ssl)));
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
	if (l->ssl->minor_ver < MBEDTLS_SSL_MINOR_VERSION_3)
		stats->legacy++;
	link_describe(l);
	tls_link_open(l);
}

static bool
only_finished_is_left(const struct tls_link *l)
{
	return l->ssl->state == MBEDTLS_SSL_CLIENT_CHANGE_CIPHER_SPEC ||
	    l->ssl->state == MBEDTLS_SSL_CLIENT_FINISHED;
}

/* Returns true when the handshake is over. */
static bool
step_judge(struct tls_link *l)
{
	/* Our Finished went before the client's: an earlier session. */
	if (!l->stepped)
		l->resumed = only_finished_is_left(l);
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
	l->rc = mbedtls_ssl_handshake(l->ssl);
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
	l->rc = mbedtls_ssl_handshake(l->ssl);
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

	if (choices[h->kind].engine == ENGINE_NONE)
		return NULL;
	if (id == TLS_PROFILE_LEGACY && l->modern_only)
		return NULL;
	if (id == TLS_PROFILE_MODERN && tls_setup_owns(s, h->sni))
		id = TLS_PROFILE_OWN;
	return s->profiles[id].usable ? &s->profiles[id] : NULL;
}

static bool
engine_begin(struct tls_link *l, struct tls_profile *p)
{
	l->setup = l->tls->setup;
	l->setup->refs++;
	l->ssl = mem_alloc(sizeof(*l->ssl));
	mbedtls_ssl_init(l->ssl);
	if (mbedtls_ssl_setup(l->ssl, tls_setup_conf(p)) != 0)
		return false;
	mbedtls_ssl_set_bio(l->ssl, l, bio_send, bio_recv, NULL);
	l->phase = TLS_SHAKING;
	timer_start(l->tls->loop, &l->deadline, l->setup->handshake_ms);
	return true;
}

static size_t
hello_input(struct tls_link *l, struct slice in)
{
	struct tls_hello h = tls_sniff_hello(in);
	struct tls_profile *p;

	if (h.kind == TLS_HELLO_MORE)
		return 0;
	p = profile_choose(l, &h);
	if (p == NULL)
		refuse(l, &choices[h.kind], &h);
	else if (!engine_begin(l, p))
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
	if (only_finished_is_left(l))
		return step_here(l, in);
	step_start(l, in);
	return in.n;
}
