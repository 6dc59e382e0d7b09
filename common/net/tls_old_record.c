/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_record.h"

#include "common/base/panic.h"
#include "common/net/tls_old_ct.h"

enum {
	TLS_PADDING_MAX = 256, /* with the byte that tells its length */
};

void
tls_old_half_init(struct tls_old_half *h)
{
	*h = (struct tls_old_half){ .suite = NULL };
	mbedtls_cipher_init(&h->cipher);
}

void
tls_old_half_free(struct tls_old_half *h)
{
	mbedtls_cipher_free(&h->cipher);
	mem_wipe(&h->stream, sizeof(h->stream));
	mem_wipe(&h->mac, sizeof(h->mac));
}

size_t
tls_old_keys_length(const struct tls_old_suite *s)
{
	size_t n = 2 * ((size_t)s->mac_bytes + s->key_bytes + s->block);

	ASSERT(n <= TLS_OLD_KEYS_MAX);
	return n;
}

bool
tls_old_half_key(struct tls_old_half *h, const struct tls_old_key_use *use,
    const unsigned char *block)
{
	const struct tls_old_suite *s = use->suite;
	size_t side = use->client ? 0 : 1;
	const unsigned char *mac = block + side * s->mac_bytes;
	const unsigned char *keys = block + 2 * (size_t)s->mac_bytes;
	const unsigned char *ivs = keys + 2 * (size_t)s->key_bytes;

	h->suite = s;
	h->rng = use->rng;
	h->version = use->version;
	tls_old_mac_key(&h->mac, s->mac_bytes == TLS_OLD_MD5, use->version,
	    mac);
	if (s->block == 0) {
		tls_old_rc4_key(&h->stream, keys + side * s->key_bytes,
		    s->key_bytes);
		return true;
	}
	return mbedtls_cipher_setup(&h->cipher,
		   mbedtls_cipher_info_from_type(s->cipher)) == 0 &&
	    mbedtls_cipher_setkey(&h->cipher, keys + side * s->key_bytes,
		s->key_bytes * 8,
		use->encrypt ? MBEDTLS_ENCRYPT : MBEDTLS_DECRYPT) == 0 &&
	    mbedtls_cipher_set_padding_mode(&h->cipher, MBEDTLS_PADDING_NONE) ==
	    0 &&
	    mbedtls_cipher_set_iv(&h->cipher, ivs + side * s->block,
		s->block) == 0;
}

/* Of the block that goes before all others; 0: there is none. */
static size_t
lead_bytes(const struct tls_old_half *h)
{
	return h->suite != NULL && h->version >= 0x0302 ? h->suite->block : 0;
}

/* In place; whole blocks, if it has any. */
static void
half_cipher(struct tls_old_half *h, unsigned char *p, size_t n)
{
	size_t out = 0;

	if (h->suite->block == 0) {
		tls_old_rc4_crypt(&h->stream, p, n);
		return;
	}
	ASSERT(
	    mbedtls_cipher_update(&h->cipher, p, n, p, &out) == 0 && out == n);
}

/* MAC, padding and cipher of what stands behind lead bytes; all grows. */
static size_t
body_seal(struct tls_old_half *h, unsigned char type, unsigned char *p,
    size_t lead, size_t n)
{
	const struct tls_old_suite *s = h->suite;

	tls_old_mac_make(&h->mac, type, slice_make(p + lead, n), p + lead + n);
	n += lead + s->mac_bytes;
	if (s->block != 0) {
		size_t pad = s->block - 1 - n % s->block;

		memset(p + n, (int)pad, pad + 1);
		n += pad + 1;
	}
	half_cipher(h, p, n);
	return n;
}

size_t
tls_old_seal(struct tls_old_half *h, unsigned char type, struct slice plain,
    unsigned char to[TLS_OLD_WIRE_MAX])
{
	unsigned char *body = to + TLS_OLD_HEADER;
	size_t lead = lead_bytes(h);
	size_t n = plain.n;

	ASSERT(n <= TLS_OLD_PLAIN_MAX);
	if (lead > 0 && h->rng->random(h->rng->ctx, body, lead) != 0)
		return 0;
	if (n > 0)
		memcpy(body + lead, plain.p, n);
	if (h->suite != NULL)
		n = body_seal(h, type, body, lead, n);
	to[0] = type;
	to[1] = (unsigned char)(h->version >> 8);
	to[2] = (unsigned char)h->version;
	to[3] = (unsigned char)(n >> 8);
	to[4] = (unsigned char)n;
	return TLS_OLD_HEADER + n;
}

static int
stream_open(struct tls_old_half *h, unsigned char type, unsigned char *p,
    size_t n)
{
	struct tls_old_padded rec = { .type = type, .p = p };

	if (n < h->suite->mac_bytes)
		return -1;
	half_cipher(h, p, n);
	rec.least = rec.most = rec.length = n - h->suite->mac_bytes;
	return tls_old_mac_check(&h->mac, &rec) != 0 ? (int)rec.length : -1;
}

/*
 * The padding's length; *good loses its ones when it is false.  room is what
 * there is behind the MAC and before it.
 */
static size_t
padding_read(const struct tls_old_half *h, const unsigned char *p, size_t n,
    size_t *good)
{
	size_t room = n - h->suite->mac_bytes;
	size_t last = p[n - 1];
	size_t wrong = 0;

	if (h->version == 0x0300) {
		/* Its bytes may be anything, it has no more than a block. */
		*good &= ct_less(last, h->suite->block);
		*good &= ct_less(last, room);
		return ct_choose(*good, last + 1, 1);
	}
	*good &= ct_less(last, room);
	for (size_t i = 0; i < n && i < TLS_PADDING_MAX; i++)
		wrong |= ~ct_less(last, i) & (p[n - 1 - i] ^ last);
	*good &= ct_zero(wrong);
	return ct_choose(*good, last + 1, 1);
}

static int
block_open(struct tls_old_half *h, unsigned char type, unsigned char *p,
    size_t n)
{
	size_t most_padding =
	    h->version == 0x0300 ? h->suite->block : TLS_PADDING_MAX;
	size_t good = ~(size_t)0;
	size_t lead = lead_bytes(h);
	struct tls_old_padded rec = { .type = type, .p = p + lead };

	/* What everybody can see. */
	if (n % h->suite->block != 0 || n < lead + h->suite->mac_bytes + 1)
		return -1;
	half_cipher(h, p, n);
	n -= lead;
	rec.most = n - h->suite->mac_bytes - 1;
	rec.least = rec.most + 1 - size_min(rec.most + 1, most_padding);
	rec.length = rec.most + 1 - padding_read(h, rec.p, n, &good);
	good &= tls_old_mac_check(&h->mac, &rec);
	if (good == 0)
		return -1;
	if (lead > 0)
		memmove(p, rec.p, rec.length);
	return (int)rec.length;
}

int
tls_old_open(struct tls_old_half *h, unsigned char type, unsigned char *p,
    size_t n)
{
	if (h->suite == NULL)
		return (int)n;
	if (h->suite->block == 0)
		return stream_open(h, type, p, n);
	return block_open(h, type, p, n);
}
