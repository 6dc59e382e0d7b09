/* SPDX-License-Identifier: MIT */
#include "bench/oldclient.h"

#include "bench/meter.h"

#include <string.h>

static void
keys_must(int rc)
{
	if (rc != 0)
		meter_die("digest: mbedTLS error -0x%04x", (unsigned)-rc);
}

static const mbedtls_md_info_t *
keys_info(bool md5)
{
	return mbedtls_md_info_from_type(
	    md5 ? MBEDTLS_MD_MD5 : MBEDTLS_MD_SHA1);
}

/* RFC 6101 6.1 */
static void
keys_ssl3(const struct old_kdf *k, unsigned char *to, size_t n)
{
	unsigned char in[16 + 48 + 64], mix[48 + 20], out[16];
	size_t round, done;

	for (done = 0, round = 1; done < n; done += 16, round++) {
		memset(in, 'A' + (int)round - 1, round);
		/* always 48 bytes: ECDHE is not for it */
		memcpy(in + round, k->secret, 48);
		memcpy(in + round + 48, k->seed, k->seed_n);
		memcpy(mix, k->secret, 48);
		keys_must(mbedtls_md(keys_info(false), in,
		    round + 48 + k->seed_n, mix + 48));
		keys_must(mbedtls_md(keys_info(true), mix, sizeof(mix), out));
		memcpy(to + done, out, n - done < 16 ? n - done : 16);
	}
}

/* RFC 2246 5 */
static void
keys_p_hash(bool md5, const struct old_kdf *k, const unsigned char *seed,
    size_t seed_n, unsigned char *to, size_t n)
{
	const size_t half_n = k->secret_n / 2;
	const unsigned char *half = md5 ? k->secret : k->secret + half_n;
	unsigned char chain[20 + 128], out[20];
	const size_t w = md5 ? 16 : 20;
	size_t done, i;

	keys_must(
	    mbedtls_md_hmac(keys_info(md5), half, half_n, seed, seed_n, chain));
	for (done = 0; done < n; done += w) {
		memcpy(chain + w, seed, seed_n);
		keys_must(mbedtls_md_hmac(keys_info(md5), half, half_n, chain,
		    w + seed_n, out));
		for (i = 0; i < w && done + i < n; i++)
			to[done + i] ^= out[i];
		keys_must(mbedtls_md_hmac(keys_info(md5), half, half_n, chain,
		    w, out));
		memcpy(chain, out, w);
	}
}

void
oldkeys_derive(const struct old_kdf *k, unsigned char *to, size_t n)
{
	unsigned char seed[128];
	size_t label = strlen(k->label);

	if (k->version == 0x0300) {
		keys_ssl3(k, to, n);
		return;
	}
	memcpy(seed, k->label, label);
	memcpy(seed + label, k->seed, k->seed_n);
	memset(to, 0, n);
	keys_p_hash(true, k, seed, label + k->seed_n, to, n);
	keys_p_hash(false, k, seed, label + k->seed_n, to, n);
}

/* What was said so far, and what more, in one digest. */
static void
keys_so_far(const mbedtls_md_context_t *so_far, bool md5,
    const unsigned char *more, size_t n, unsigned char *to)
{
	mbedtls_md_context_t md;

	mbedtls_md_init(&md);
	keys_must(mbedtls_md_setup(&md, keys_info(md5), 0));
	keys_must(mbedtls_md_clone(&md, so_far));
	keys_must(mbedtls_md_update(&md, more, n));
	keys_must(mbedtls_md_finish(&md, to));
	mbedtls_md_free(&md);
}

/* RFC 6101 5.6.9 */
static void
keys_ssl3_finished(const struct oldclient *c, bool md5, bool client,
    unsigned char *to)
{
	const size_t pad = md5 ? 48 : 40, w = md5 ? 16 : 20;
	unsigned char text[4 + 48 + 48], outer[48 + 48 + 20];

	memcpy(text, client ? "CLNT" : "SRVR", 4);
	memcpy(text + 4, c->master, 48);
	memset(text + 52, 0x36, pad);
	memcpy(outer, c->master, 48);
	memset(outer + 48, 0x5c, pad);
	keys_so_far(md5 ? &c->md5 : &c->sha1, md5, text, 52 + pad,
	    outer + 48 + pad);
	keys_must(mbedtls_md(keys_info(md5), outer, 48 + pad + w, to));
}

void
oldkeys_said(const struct oldclient *c, unsigned char to[36])
{
	keys_so_far(&c->md5, true, NULL, 0, to);
	keys_so_far(&c->sha1, false, NULL, 0, to + 16);
}

void
oldkeys_master(struct oldclient *c)
{
	unsigned char seed[64], premaster[48];
	struct old_kdf k = { c->chosen, premaster, c->premaster,
		"master secret", seed, 64 };

	memcpy(premaster, c->master, 48);
	memcpy(seed, c->client, 32);
	memcpy(seed + 32, c->server, 32);
	if (c->extended) {
		k.label = "extended master secret";
		k.seed_n = 36;
		oldkeys_said(c, seed);
	}
	oldkeys_derive(&k, c->master, 48);
}

size_t
oldkeys_finished(const struct oldclient *c, bool client, unsigned char to[36])
{
	unsigned char hashes[36];
	struct old_kdf k = { c->chosen, c->master, sizeof(c->master),
		client ? "client finished" : "server finished", hashes, 36 };

	if (c->chosen == 0x0300) {
		keys_ssl3_finished(c, true, client, to);
		keys_ssl3_finished(c, false, client, to + 16);
		return 36;
	}
	oldkeys_said(c, hashes);
	oldkeys_derive(&k, to, 12);
	return 12;
}

size_t
oldkeys_mac(const struct oldclient *c, struct old_side *s,
    const unsigned char *plain, size_t n, unsigned char to[20])
{
	unsigned char text[20 + 48 + 13 + OLD_PLAIN + 2048];
	const bool md5 = c->suite == 0x0004, ssl3 = c->chosen == 0x0300;
	const size_t w = md5 ? 16 : 20, pad = md5 ? 48 : 40;
	unsigned char outer[20 + 48 + 20];
	size_t at = 0;
	int i;

	if (ssl3) {
		memcpy(text, s->mac, w);
		memset(text + w, 0x36, pad);
		at = w + pad;
	}
	for (i = 56; i >= 0; i -= 8)
		text[at++] = (unsigned char)(s->seq >> i);
	s->seq++;
	text[at++] = c->type;
	if (!ssl3) {
		text[at++] = 3;
		text[at++] = (unsigned char)c->chosen;
	}
	text[at++] = (unsigned char)(n >> 8);
	text[at++] = (unsigned char)n;
	if (n > 0)
		memcpy(text + at, plain, n);
	if (!ssl3) {
		keys_must(mbedtls_md_hmac(keys_info(md5), s->mac, w, text,
		    at + n, to));
		return w;
	}
	memcpy(outer, s->mac, w);
	memset(outer + w, 0x5c, pad);
	keys_must(mbedtls_md(keys_info(md5), text, at + n, outer + w + pad));
	keys_must(mbedtls_md(keys_info(md5), outer, w + pad + w, to));
	return w;
}

/* RC4, which mbedTLS 3 has no more. */
void
oldkeys_rc4_key(struct old_rc4 *c, const unsigned char *key, size_t n)
{
	uint8_t j = 0, swap;

	*c = (struct old_rc4){ .on = true };
	for (unsigned i = 0; i < 256; i++)
		c->s[i] = (uint8_t)i;
	for (unsigned i = 0; i < 256; i++) {
		j = (uint8_t)(j + c->s[i] + key[i % n]);
		swap = c->s[i];
		c->s[i] = c->s[j];
		c->s[j] = swap;
	}
}

void
oldkeys_rc4(struct old_rc4 *c, unsigned char *p, size_t n)
{
	for (; n > 0; n--) {
		uint8_t swap = c->s[++c->i];

		c->j = (uint8_t)(c->j + swap);
		c->s[c->i] = c->s[c->j];
		c->s[c->j] = swap;
		*p++ ^= c->s[(uint8_t)(c->s[c->i] + swap)];
	}
}
