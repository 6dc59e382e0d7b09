/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_kdf.h"

#include "common/base/panic.h"

enum {
	MD5_BYTES = 16,
	SHA1_BYTES = 20,
	SSL3_PAD_MD5 = 48,
	SSL3_PAD_SHA1 = 40,
	TLS_FINISHED = 12,
	SEED_MAX = 96, /* label and two randoms */
};

/* These fail for want of memory alone. */
static void
must(int rc)
{
	ASSERT(rc == 0);
}

static void
hash_begin(mbedtls_md_context_t *md, mbedtls_md_type_t type, bool hmac)
{
	mbedtls_md_init(md);
	must(mbedtls_md_setup(md, mbedtls_md_info_from_type(type), hmac));
	if (!hmac)
		must(mbedtls_md_starts(md));
}

static void
hash_add(mbedtls_md_context_t *md, struct slice s)
{
	must(mbedtls_md_update(md, (const unsigned char *)s.p, s.n));
}

static void
hash_end(mbedtls_md_context_t *md, unsigned char *to)
{
	must(mbedtls_md_finish(md, to));
	mbedtls_md_free(md);
}

static void
hash_parts(mbedtls_md_type_t type, const struct slice *parts, size_t n,
    unsigned char *to)
{
	mbedtls_md_context_t md;

	hash_begin(&md, type, false);
	for (size_t i = 0; i < n; i++)
		hash_add(&md, parts[i]);
	hash_end(&md, to);
}

/* ---- SSL 3.0: MD5(secret + SHA("A", "BB", ... + secret + randoms)) ---- */

static void
ssl3_expand(struct slice secret, const struct slice randoms[2],
    unsigned char *to, size_t n)
{
	unsigned char inner[SHA1_BYTES], block[MD5_BYTES], letters[26];

	for (unsigned i = 0; n > 0; i++) {
		const struct slice in[] = { slice_make(letters, i + 1), secret,
			randoms[0], randoms[1] };
		const struct slice out[] = { secret,
			slice_make(inner, sizeof(inner)) };
		size_t part = size_min(n, sizeof(block));

		ASSERT(i < sizeof(letters));
		memset(letters, 'A' + (int)i, i + 1);
		hash_parts(MBEDTLS_MD_SHA1, in, ARRAY_LEN(in), inner);
		hash_parts(MBEDTLS_MD_MD5, out, ARRAY_LEN(out), block);
		memcpy(to, block, part);
		to += part;
		n -= part;
	}
	mem_wipe(inner, sizeof(inner));
	mem_wipe(block, sizeof(block));
}

/* ---- TLS 1.0: P_MD5 of one half xor P_SHA-1 of the other ---- */

static void
hmac(mbedtls_md_context_t *md, struct slice a, struct slice b,
    unsigned char *to)
{
	must(mbedtls_md_hmac_reset(md));
	must(mbedtls_md_hmac_update(md, (const unsigned char *)a.p, a.n));
	must(mbedtls_md_hmac_update(md, (const unsigned char *)b.p, b.n));
	must(mbedtls_md_hmac_finish(md, to));
}

static void
p_hash_xor(mbedtls_md_type_t type, struct slice secret, struct slice seed,
    unsigned char *to, size_t n)
{
	size_t width = type == MBEDTLS_MD_MD5 ? MD5_BYTES : SHA1_BYTES;
	unsigned char a[SHA1_BYTES], block[SHA1_BYTES];
	const struct slice nothing = { NULL, 0 };
	mbedtls_md_context_t md;

	hash_begin(&md, type, true);
	must(mbedtls_md_hmac_starts(&md, (const unsigned char *)secret.p,
	    secret.n));
	hmac(&md, seed, nothing, a);
	while (n > 0) {
		size_t part = size_min(n, width);

		hmac(&md, slice_make(a, width), seed, block);
		for (size_t i = 0; i < part; i++)
			to[i] ^= block[i];
		hmac(&md, slice_make(a, width), nothing, a);
		to += part;
		n -= part;
	}
	mbedtls_md_free(&md);
	mem_wipe(a, sizeof(a));
	mem_wipe(block, sizeof(block));
}

static void
tls_expand(struct slice secret, const char *label,
    const struct slice randoms[2], unsigned char *to, size_t n)
{
	unsigned char seed[SEED_MAX];
	size_t half = (secret.n + 1) / 2;
	size_t at = strlen(label);

	ASSERT(at + randoms[0].n + randoms[1].n <= sizeof(seed));
	memcpy(seed, label, at);
	for (size_t i = 0; i < 2; at += randoms[i++].n)
		if (randoms[i].n > 0)
			memcpy(seed + at, randoms[i].p, randoms[i].n);
	memset(to, 0, n);
	p_hash_xor(MBEDTLS_MD_MD5, slice_upto(secret, half),
	    slice_make(seed, at), to, n);
	p_hash_xor(MBEDTLS_MD_SHA1, slice_from(secret, secret.n - half),
	    slice_make(seed, at), to, n);
}

/* ---- what both are for ---- */

void
tls_old_master(struct tls_old_secrets *s,
    const unsigned char premaster[TLS_OLD_PREMASTER])
{
	const struct slice secret = slice_make(premaster, TLS_OLD_PREMASTER);
	const struct slice randoms[] = { slice_make(s->client, TLS_OLD_RANDOM),
		slice_make(s->server, TLS_OLD_RANDOM) };

	if (s->version == 0x0300)
		ssl3_expand(secret, randoms, s->master, TLS_OLD_MASTER);
	else
		tls_expand(secret, "master secret", randoms, s->master,
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
	hash_begin(&t->md5, MBEDTLS_MD_MD5, false);
	hash_begin(&t->sha1, MBEDTLS_MD_SHA1, false);
}

void
tls_old_transcript_free(struct tls_old_transcript *t)
{
	mbedtls_md_free(&t->md5);
	mbedtls_md_free(&t->sha1);
}

void
tls_old_transcript_add(struct tls_old_transcript *t, struct slice message)
{
	hash_add(&t->md5, message);
	hash_add(&t->sha1, message);
}

static void
hash_so_far(mbedtls_md_context_t *md, const mbedtls_md_context_t *of,
    mbedtls_md_type_t type)
{
	hash_begin(md, type, false);
	must(mbedtls_md_clone(md, of));
}

/* hash(master + pad2 + hash(messages + sender + master + pad1)) */
static void
ssl3_finished(const mbedtls_md_context_t *of, mbedtls_md_type_t type,
    struct slice sender, struct slice master, unsigned char *to)
{
	bool md5 = type == MBEDTLS_MD_MD5;
	size_t pad = md5 ? SSL3_PAD_MD5 : SSL3_PAD_SHA1;
	unsigned char pad1[SSL3_PAD_MD5], pad2[SSL3_PAD_MD5];
	unsigned char inner[SHA1_BYTES];
	const struct slice outer[] = { master, slice_make(pad2, pad),
		slice_make(inner, md5 ? MD5_BYTES : SHA1_BYTES) };
	mbedtls_md_context_t md;

	memset(pad1, 0x36, sizeof(pad1));
	memset(pad2, 0x5c, sizeof(pad2));
	hash_so_far(&md, of, type);
	hash_add(&md, sender);
	hash_add(&md, master);
	hash_add(&md, slice_make(pad1, pad));
	hash_end(&md, inner);
	hash_parts(type, outer, ARRAY_LEN(outer), to);
	mem_wipe(inner, sizeof(inner));
}

static void
hashes_so_far(const struct tls_old_transcript *t,
    unsigned char to[MD5_BYTES + SHA1_BYTES])
{
	mbedtls_md_context_t md;

	hash_so_far(&md, &t->md5, MBEDTLS_MD_MD5);
	hash_end(&md, to);
	hash_so_far(&md, &t->sha1, MBEDTLS_MD_SHA1);
	hash_end(&md, to + MD5_BYTES);
}

static void
tls_finished(const struct tls_old_transcript *t, bool client,
    struct slice master, unsigned char to[TLS_FINISHED])
{
	unsigned char hashes[MD5_BYTES + SHA1_BYTES];
	const struct slice seed[] = { slice_make(hashes, sizeof(hashes)),
		{ NULL, 0 } };

	hashes_so_far(t, hashes);
	tls_expand(master, client ? "client finished" : "server finished", seed,
	    to, TLS_FINISHED);
}

void
tls_old_master_extended(struct tls_old_secrets *s,
    const struct tls_old_transcript *t,
    const unsigned char premaster[TLS_OLD_PREMASTER])
{
	unsigned char hashes[MD5_BYTES + SHA1_BYTES];
	const struct slice seed[] = { slice_make(hashes, sizeof(hashes)),
		{ NULL, 0 } };

	hashes_so_far(t, hashes);
	tls_expand(slice_make(premaster, TLS_OLD_PREMASTER),
	    "extended master secret", seed, s->master, TLS_OLD_MASTER);
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
	ssl3_finished(&t->md5, MBEDTLS_MD_MD5, sender, master, to);
	ssl3_finished(&t->sha1, MBEDTLS_MD_SHA1, sender, master,
	    to + MD5_BYTES);
	return MD5_BYTES + SHA1_BYTES;
}
