/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_mac.h"

#include "common/base/panic.h"
#include "common/net/tls_old_ct.h"

enum {
	HMAC_BLOCK = 64,
	SSL3_PAD_MD5 = 48,
	SSL3_PAD_SHA1 = 40,
	HEADER_MAX = 13,
};

/* HMAC mixes the key into the pad, SSL 3.0 puts it before. */
static void
prefix_hash(const struct tls_old_mac *m, struct tls_old_digest *d,
    const unsigned char *k, unsigned char pad)
{
	size_t ssl3_pad =
	    m->bytes == TLS_OLD_MAC_MAX ? SSL3_PAD_SHA1 : SSL3_PAD_MD5;
	unsigned char prefix[HMAC_BLOCK + TLS_OLD_MAC_MAX];
	size_t n = HMAC_BLOCK;

	memset(prefix, pad, sizeof(prefix));
	if (m->version == 0x0300) {
		memcpy(prefix, k, m->bytes);
		n = m->bytes + ssl3_pad;
	} else {
		for (size_t i = 0; i < m->bytes; i++)
			prefix[i] ^= k[i];
	}
	tls_old_digest_add(d, slice_make(prefix, n));
	mem_wipe(prefix, sizeof(prefix));
}

void
tls_old_mac_key(struct tls_old_mac *m, bool md5, uint16_t version,
    const unsigned char *key)
{
	m->version = version;
	m->bytes = md5 ? TLS_OLD_MD5 : TLS_OLD_SHA1;
	tls_old_digest_begin(&m->inner, md5);
	tls_old_digest_begin(&m->outer, md5);
	prefix_hash(m, &m->inner, key, 0x36);
	prefix_hash(m, &m->outer, key, 0x5c);
}

/* The inner hash, begun with what is said about the next record. */
static struct tls_old_digest
header_hash(struct tls_old_mac *m, unsigned char type, size_t length)
{
	struct tls_old_digest d = m->inner;
	unsigned char h[HEADER_MAX];
	size_t n = 0;

	for (int shift = 56; shift >= 0; shift -= 8)
		h[n++] = (unsigned char)(m->sequence >> shift);
	h[n++] = type;
	if (m->version != 0x0300) {
		h[n++] = (unsigned char)(m->version >> 8);
		h[n++] = (unsigned char)m->version;
	}
	h[n++] = (unsigned char)(length >> 8);
	h[n++] = (unsigned char)length;
	m->sequence++;
	tls_old_digest_add(&d, slice_make(h, n));
	return d;
}

static void
outer_hash(const struct tls_old_mac *m, const unsigned char *inner,
    unsigned char to[TLS_OLD_MAC_MAX])
{
	struct tls_old_digest d = m->outer;

	tls_old_digest_add(&d, slice_make(inner, m->bytes));
	tls_old_digest_end(&d, to);
}

void
tls_old_mac_make(struct tls_old_mac *m, unsigned char type, struct slice plain,
    unsigned char to[TLS_OLD_MAC_MAX])
{
	struct tls_old_digest d = header_hash(m, type, plain.n);
	unsigned char inner[TLS_OLD_MAC_MAX];

	tls_old_digest_add(&d, plain);
	tls_old_digest_end(&d, inner);
	outer_hash(m, inner, to);
}

/* Every length that may be is hashed, and the right one's digest kept. */
size_t
tls_old_mac_check(struct tls_old_mac *m, const struct tls_old_padded *rec)
{
	struct tls_old_digest running = header_hash(m, rec->type, rec->length);
	unsigned char inner[TLS_OLD_MAC_MAX], digest[TLS_OLD_MAC_MAX];
	unsigned char came[TLS_OLD_MAC_MAX] = { 0 }, due[TLS_OLD_MAC_MAX];

	tls_old_digest_add(&running, slice_make(rec->p, rec->least));
	for (size_t n = rec->least;; n++) {
		struct tls_old_digest scratch = running;
		size_t right = ct_equal(n, rec->length);

		tls_old_digest_end(&scratch, digest);
		ct_copy(right, inner, digest, m->bytes);
		ct_copy(right, came, rec->p + n, m->bytes);
		if (n == rec->most)
			break;
		tls_old_digest_add(&running, slice_make(rec->p + n, 1));
	}
	outer_hash(m, inner, due);
	return ct_zero(ct_differ(came, due, m->bytes));
}
