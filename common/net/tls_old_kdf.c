/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_kdf.h"

#include "common/base/panic.h"

enum {
	HMAC_BLOCK = 64,
	SSL3_PAD_MD5 = 48,
	SSL3_PAD_SHA1 = 40,
	TLS_FINISHED = 12,
};

/* ---- SSL 3.0: MD5(secret + SHA("A", "BB", ... + secret + randoms)) ---- */

static void
ssl3_expand(struct slice secret, const struct slice randoms[2],
    unsigned char *to, size_t n)
{
	unsigned char inner[TLS_OLD_SHA1], block[TLS_OLD_MD5], letters[26];

	for (unsigned i = 0; n > 0; i++) {
		const struct slice in[] = { slice_make(letters, i + 1), secret,
			randoms[0], randoms[1] };
		const struct slice out[] = { secret,
			slice_make(inner, sizeof(inner)) };
		size_t part = size_min(n, sizeof(block));

		ASSERT(i < sizeof(letters));
		memset(letters, 'A' + (int)i, i + 1);
		tls_old_digest_of(false, in, ARRAY_LEN(in), inner);
		tls_old_digest_of(true, out, ARRAY_LEN(out), block);
		memcpy(to, block, part);
		to += part;
		n -= part;
	}
	mem_wipe(inner, sizeof(inner));
	mem_wipe(block, sizeof(block));
}

/* ---- TLS 1.0: P_MD5 of one half xor P_SHA-1 of the other ---- */

/* Begun with the key and this pad. */
static struct tls_old_digest
hmac_half(bool md5, struct slice key, unsigned char pad)
{
	unsigned char block[HMAC_BLOCK];
	struct tls_old_digest d;

	ASSERT(key.n <= sizeof(block));
	memset(block, pad, sizeof(block));
	for (size_t i = 0; i < key.n; i++)
		block[i] ^= (unsigned char)key.p[i];
	tls_old_digest_begin(&d, md5);
	tls_old_digest_add(&d, slice_make(block, sizeof(block)));
	mem_wipe(block, sizeof(block));
	return d;
}

struct hmac {
	struct tls_old_digest inner, outer; /* with the key in them */
};

static void
hmac(const struct hmac *h, const struct slice *parts, size_t n,
    unsigned char *to)
{
	struct tls_old_digest d = h->inner;
	size_t width;

	for (size_t i = 0; i < n; i++)
		tls_old_digest_add(&d, parts[i]);
	width = tls_old_digest_end(&d, to);
	d = h->outer;
	tls_old_digest_add(&d, slice_make(to, width));
	tls_old_digest_end(&d, to);
}

/* P_hash of RFC 2246 5, mixed into what is there; parts[0] is for us. */
static void
p_hash_xor(bool md5, struct slice secret, struct slice seed[4],
    unsigned char *to, size_t n)
{
	const size_t width = md5 ? TLS_OLD_MD5 : TLS_OLD_SHA1;
	unsigned char a[TLS_OLD_SHA1], block[TLS_OLD_SHA1];
	struct hmac h = { hmac_half(md5, secret, 0x36),
		hmac_half(md5, secret, 0x5c) };

	seed[0] = slice_make(a, width);
	hmac(&h, seed + 1, 3, a);
	while (n > 0) {
		size_t part = size_min(n, width);

		hmac(&h, seed, 4, block);
		for (size_t i = 0; i < part; i++)
			to[i] ^= block[i];
		hmac(&h, seed, 1, a);
		to += part;
		n -= part;
	}
	mem_wipe(&h, sizeof(h));
	mem_wipe(a, sizeof(a));
	mem_wipe(block, sizeof(block));
}

static void
tls_expand(struct slice secret, const char *label,
    const struct slice randoms[2], unsigned char *to, size_t n)
{
	struct slice seed[4] = { { NULL, 0 }, slice_text(label), randoms[0],
		randoms[1] };
	size_t half = (secret.n + 1) / 2;

	memset(to, 0, n);
	p_hash_xor(true, slice_upto(secret, half), seed, to, n);
	p_hash_xor(false, slice_from(secret, secret.n - half), seed, to, n);
}

/* ---- what both are for ---- */

void
tls_old_master(struct tls_old_secrets *s, struct slice premaster)
{
	const struct slice randoms[] = { slice_make(s->client, TLS_OLD_RANDOM),
		slice_make(s->server, TLS_OLD_RANDOM) };

	if (s->version == 0x0300)
		ssl3_expand(premaster, randoms, s->master, TLS_OLD_MASTER);
	else
		tls_expand(premaster, "master secret", randoms, s->master,
		    TLS_OLD_MASTER);
}

void
tls_old_keys(const struct tls_old_secrets *s, unsigned char *to, size_t n)
{
	const struct slice secret = slice_make(s->master, TLS_OLD_MASTER);
	/* The other way round than for the master secret. */
	const struct slice randoms[] = { slice_make(s->server, TLS_OLD_RANDOM),
		slice_make(s->client, TLS_OLD_RANDOM) };

	if (s->version == 0x0300)
		ssl3_expand(secret, randoms, to, n);
	else
		tls_expand(secret, "key expansion", randoms, to, n);
}

void
tls_old_transcript_init(struct tls_old_transcript *t)
{
	tls_old_digest_begin(&t->md5, true);
	tls_old_digest_begin(&t->sha1, false);
}

void
tls_old_transcript_add(struct tls_old_transcript *t, struct slice message)
{
	tls_old_digest_add(&t->md5, message);
	tls_old_digest_add(&t->sha1, message);
}

/* hash(master + pad2 + hash(messages + sender + master + pad1)) */
static void
ssl3_finished(struct tls_old_digest so_far, struct slice sender,
    struct slice master, unsigned char *to)
{
	const bool md5 = so_far.md5;
	size_t pad = md5 ? SSL3_PAD_MD5 : SSL3_PAD_SHA1;
	unsigned char pad1[SSL3_PAD_MD5], pad2[SSL3_PAD_MD5];
	unsigned char inner[TLS_OLD_SHA1];
	const struct slice outer[] = { master, slice_make(pad2, pad),
		slice_make(inner, md5 ? TLS_OLD_MD5 : TLS_OLD_SHA1) };

	memset(pad1, 0x36, sizeof(pad1));
	memset(pad2, 0x5c, sizeof(pad2));
	tls_old_digest_add(&so_far, sender);
	tls_old_digest_add(&so_far, master);
	tls_old_digest_add(&so_far, slice_make(pad1, pad));
	tls_old_digest_end(&so_far, inner);
	tls_old_digest_of(md5, outer, ARRAY_LEN(outer), to);
	mem_wipe(inner, sizeof(inner));
}

static void
hashes_so_far(const struct tls_old_transcript *t,
    unsigned char to[TLS_OLD_HASHES])
{
	struct tls_old_digest md5 = t->md5, sha1 = t->sha1;

	to += tls_old_digest_end(&md5, to);
	tls_old_digest_end(&sha1, to);
}

void
tls_old_hashes(const struct slice *parts, size_t n,
    unsigned char to[TLS_OLD_HASHES])
{
	to += tls_old_digest_of(true, parts, n, to);
	tls_old_digest_of(false, parts, n, to);
}

static void
tls_finished(const struct tls_old_transcript *t, bool client,
    struct slice master, unsigned char to[TLS_FINISHED])
{
	unsigned char hashes[TLS_OLD_HASHES];
	const struct slice seed[] = { slice_make(hashes, sizeof(hashes)),
		{ NULL, 0 } };

	hashes_so_far(t, hashes);
	tls_expand(master, client ? "client finished" : "server finished", seed,
	    to, TLS_FINISHED);
}

void
tls_old_master_extended(struct tls_old_secrets *s,
    const struct tls_old_transcript *t, struct slice premaster)
{
	unsigned char hashes[TLS_OLD_HASHES];
	const struct slice seed[] = { slice_make(hashes, sizeof(hashes)),
		{ NULL, 0 } };

	hashes_so_far(t, hashes);
	tls_expand(premaster, "extended master secret", seed, s->master,
	    TLS_OLD_MASTER);
}

size_t
tls_old_finished(const struct tls_old_transcript *t,
    const struct tls_old_secrets *s, bool client,
    unsigned char to[TLS_OLD_FINISHED_MAX])
{
	const struct slice sender =
	    client ? SLICE_LIT("CLNT") : SLICE_LIT("SRVR");
	const struct slice master = slice_make(s->master, TLS_OLD_MASTER);

	if (s->version != 0x0300) {
		tls_finished(t, client, master, to);
		return TLS_FINISHED;
	}
	ssl3_finished(t->md5, sender, master, to);
	ssl3_finished(t->sha1, sender, master, to + TLS_OLD_MD5);
	return TLS_OLD_HASHES;
}
