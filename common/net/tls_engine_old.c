/* SPDX-License-Identifier: MIT */
/* Our own engine, see tls_old.h, as one of the two. */
#include "common/net/tls_link.h"
#include "common/net/tls_old.h"

#include "common/base/panic.h"

_Static_assert((int)TLS_OLD_PLAIN_MAX <= (int)TLS_RECORD_MAX,
    "a record's plaintext fits where it is read to");

_Static_assert((int)TLS_OLD_IDLE_MAX == (int)TLS_IDLE_MAX,
    "both engines bear as much");

static void
old_send(void *ctx, const void *p, size_t n)
{
	(void)tls_link_send(ctx, p, n);
}

static bool
old_begin(struct tls_link *l, const struct tls_lane *lane,
    const struct tls_hello *h)
{
	const struct tls_old_io io = { old_send, l };

	(void)h;

	l->old = tls_old_new(&lane->old, &io);
	return true;
}

static void
old_end(struct tls_link *l)
{
	tls_old_free(l->old);
	l->old = NULL;
}

/* In mbedTLS's numbers. */
static int
old_result(enum tls_old_result rc)
{
	switch (rc) {
	case TLS_OLD_OK:
		return 0;
	case TLS_OLD_WANT:
		return MBEDTLS_ERR_SSL_WANT_READ;
	case TLS_OLD_CLOSED:
		return MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY;
	case TLS_OLD_NO_SUITE:
		return TLS_ENGINE_NO_SUITE;
	case TLS_OLD_FLOOD:
		return TLS_ENGINE_FLOOD;
	case TLS_OLD_FAILED:
		break;
	}
	return MBEDTLS_ERR_SSL_INVALID_RECORD;
}

static int
old_handshake(struct tls_link *l)
{
	return old_result(tls_old_handshake(l->old, &l->rd));
}

static bool
old_only_finished(const struct tls_link *l)
{
	return tls_old_only_finished_is_left(l->old);
}

static int
old_read(struct tls_link *l, unsigned char *to, size_t n)
{
	int rc;

	ASSERT(n >= TLS_OLD_PLAIN_MAX);
	rc = tls_old_read(l->old, &l->rd, to);
	return rc > 0 ? rc : old_result((enum tls_old_result)rc);
}

static int
old_write(struct tls_link *l, const unsigned char *p, size_t n)
{
	struct slice s = slice_make(p, size_min(n, TLS_OLD_PLAIN_MAX));

	return tls_old_write(l->old, s) ? (int)s.n
					: MBEDTLS_ERR_SSL_INVALID_RECORD;
}

static void
old_goodbye(struct tls_link *l)
{
	if (!l->link.dated || l->setup->goodbye)
		tls_old_goodbye(l->old);
}

static unsigned
old_version(const struct tls_link *l)
{
	return tls_old_version(l->old);
}

static void
old_suite(const struct tls_link *l, struct buf *to)
{
	buf_add_text(to, tls_old_suite_name(l->old));
}

const struct tls_engine tls_engine_old = {
	.begin = old_begin,
	.free = old_end,
	.handshake = old_handshake,
	.only_finished_is_left = old_only_finished,
	.read = old_read,
	.write = old_write,
	.goodbye = old_goodbye,
	.version = old_version,
	.suite = old_suite,
};
