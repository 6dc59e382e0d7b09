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

/* These fail for want of memory alone. */
static void
must(int rc)
{
	ASSERT(rc == 0);
}

void
tls_old_mac_init(struct tls_old_mac *m)
{
	*m = (struct tls_old_mac){ .bytes = 0 };
	mbedtls_md_init(&m->inner);
	mbedtls_md_init(&m->outer);
	mbedtls_md_init(&m->running);
	mbedtls_md_init(&m->scratch);
}

void
tls_old_mac_free(struct tls_old_mac *m)
{
	mbedtls_md_free(&m->inner);
	mbedtls_md_free(&m->outer);
	mbedtls_md_free(&m->running);
	mbedtls_md_free(&m->scratch);
}

/* HMAC mixes the key into the pad, SSL 3.0 puts it before. */
static void
prefix_hash(struct tls_old_mac *m, mbedtls_md_context_t *md, const void *key,
    unsigned char pad)
{
	size_t ssl3_pad =
	    m->bytes == TLS_OLD_MAC_MAX ? SSL3_PAD_SHA1 : SSL3_PAD_MD5;
	unsigned char prefix[HMAC_BLOCK + TLS_OLD_MAC_MAX];
	const unsigned char *k = key;
	size_t n = HMAC_BLOCK;

	memset(prefix, pad, sizeof(prefix));
	if (m->version == 0x0300) {
		memcpy(prefix, k, m->bytes);
		n = m->bytes + ssl3_pad;
	} else {
		for (size_t i = 0; i < m->bytes; i++)
			prefix[i] ^= k[i];
	}
	must(mbedtls_md_starts(md));
	must(mbedtls_md_update(md, prefix, n));
	mem_wipe(prefix, sizeof(prefix));
}

void
tls_old_mac_key(struct tls_old_mac *m, mbedtls_md_type_t type, uint16_t version,
    const unsigned char *key)
{
	const mbedtls_md_info_t *info = mbedtls_md_info_from_type(type);

	m->version = version;
	m->bytes = mbedtls_md_get_size(info);
	must(mbedtls_md_setup(&m->inner, info, 0));
	must(mbedtls_md_setup(&m->outer, info, 0));
	must(mbedtls_md_setup(&m->running, info, 0));
	must(mbedtls_md_setup(&m->scratch, info, 0));
	prefix_hash(m, &m->inner, key, 0x36);
	prefix_hash(m, &m->outer, key, 0x5c);
}

/* Begin the inner hash with what is said about the next record. */
static void
header_hash(struct tls_old_mac *m, unsigned char type, size_t length)
{
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
	must(mbedtls_md_clone(&m->running, &m->inner));
	must(mbedtls_md_update(&m->running, h, n));
}

static void
outer_hash(struct tls_old_mac *m, const unsigned char *inner,
    unsigned char to[TLS_OLD_MAC_MAX])
{
	must(mbedtls_md_clone(&m->scratch, &m->outer));
	must(mbedtls_md_update(&m->scratch, inner, m->bytes));
	must(mbedtls_md_finish(&m->scratch, to));
}

void
tls_old_mac_make(struct tls_old_mac *m, unsigned char type, struct slice plain,
    unsigned char to[TLS_OLD_MAC_MAX])
{
	unsigned char inner[TLS_OLD_MAC_MAX];

	header_hash(m, type, plain.n);
	must(mbedtls_md_update(&m->running, (const unsigned char *)plain.p,
	    plain.n));
	must(mbedtls_md_finish(&m->running, inner));
	outer_hash(m, inner, to);
}

/* Every length that may be is hashed, and the right one's digest kept. */
size_t
tls_old_mac_check(struct tls_old_mac *m, const struct tls_old_padded *rec)
{
	unsigned char inner[TLS_OLD_MAC_MAX], digest[TLS_OLD_MAC_MAX];
	unsigned char came[TLS_OLD_MAC_MAX] = { 0 }, due[TLS_OLD_MAC_MAX];

	header_hash(m, rec->type, rec->length);
	must(mbedtls_md_update(&m->running, rec->p, rec->least));
	for (size_t n = rec->least;; n++) {
		size_t right = ct_equal(n, rec->length);

		must(mbedtls_md_clone(&m->scratch, &m->running));
		must(mbedtls_md_finish(&m->scratch, digest));
		ct_copy(right, inner, digest, m->bytes);
		ct_copy(right, came, rec->p + n, m->bytes);
		if (n == rec->most)
			break;
		must(mbedtls_md_update(&m->running, rec->p + n, 1));
	}
	outer_hash(m, inner, due);
	return ct_zero(ct_differ(came, due, m->bytes));
}
