/* SPDX-License-Identifier: MIT */
#include "ns/msnp/sso.h"

#include "common/codec/base64.h"
#include "common/codec/digest.h"

/* Where the parts of a blob are; it is as long as the last one's end. */
enum {
	WORD_BYTES = 4,
	AT_IV = 7 * WORD_BYTES,
	AT_HMAC = AT_IV + SSO_IV_BYTES,
	AT_CIPHER = AT_HMAC + SHA1_BYTES,
	CIPHER_BYTES = SSO_NONCE_TEXT + DES_BLOCK,
	BLOB_BYTES = AT_CIPHER + CIPHER_BYTES
};

/* Sizes and algorithms, in the words of the Windows structure. */
static const uint32_t header[] = {
	AT_IV,
	1,      /* CBC */
	0x6603, /* triple DES */
	0x8004, /* SHA-1 */
	SSO_IV_BYTES,
	SHA1_BYTES,
	CIPHER_BYTES,
};

static void
derive(const unsigned char secret[SSO_SECRET_BYTES], const char *label,
    unsigned char key[DES3_KEY_BYTES])
{
	const struct slice k = slice_make(secret, SSO_SECRET_BYTES);
	unsigned char h[4][SHA1_BYTES];
	struct slice parts[2] = { slice_text(label), slice_text(label) };

	digest_hmac_sha1(k, parts, 1, h[0]);
	parts[0] = slice_make(h[0], SHA1_BYTES);
	digest_hmac_sha1(k, parts, 2, h[1]);
	digest_hmac_sha1(k, parts, 1, h[2]);
	parts[0] = slice_make(h[2], SHA1_BYTES);
	digest_hmac_sha1(k, parts, 2, h[3]);
	memcpy(key, h[1], SHA1_BYTES);
	memcpy(key + SHA1_BYTES, h[3], DES3_KEY_BYTES - SHA1_BYTES);
}

static void
make(const unsigned char secret[SSO_SECRET_BYTES], struct slice nonce,
    const unsigned char iv[SSO_IV_BYTES], unsigned char out[BLOB_BYTES])
{
	unsigned char plain[CIPHER_BYTES], key[DES3_KEY_BYTES];

	for (size_t i = 0; i < ARRAY_LEN(header); i++)
		for (unsigned k = 0; k < WORD_BYTES; k++)
			out[i * WORD_BYTES + k] =
			    (unsigned char)(header[i] >> 8 * k);
	memcpy(out + AT_IV, iv, SSO_IV_BYTES);
	derive(secret, "WS-SecureConversationSESSION KEY HASH", key);
	digest_hmac_sha1(slice_make(key, sizeof(key)), &nonce, 1,
	    out + AT_HMAC);
	memcpy(plain, nonce.p, SSO_NONCE_TEXT);
	memset(plain + SSO_NONCE_TEXT, DES_BLOCK, DES_BLOCK);
	derive(secret, "WS-SecureConversationSESSION KEY ENCRYPTION", key);
	digest_des3_cbc(key, iv, slice_make(plain, sizeof(plain)),
	    out + AT_CIPHER);
}

/* White space, which the decoder would skip, is no part of a proof. */
static bool
is_plain(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] <= ' ')
			return false;
	return true;
}

/* In the same time wherever the difference is. */
static bool
same(const unsigned char *a, const unsigned char *b)
{
	unsigned char differ = 0;

	for (size_t i = 0; i < BLOB_BYTES; i++)
		differ = (unsigned char)(differ | (a[i] ^ b[i]));
	return differ == 0;
}

bool
sso_proof_ok(const unsigned char secret[SSO_SECRET_BYTES], struct slice nonce,
    struct slice blob)
{
	struct buf b = BUF_INIT(BLOB_BYTES);
	unsigned char want[BLOB_BYTES];
	bool ok = nonce.n == SSO_NONCE_TEXT && is_plain(blob) &&
	    base64_decode(&b, blob) && buf_ok(&b) && b.n == BLOB_BYTES;

	if (ok) {
		const unsigned char *got = (const unsigned char *)b.p;

		make(secret, nonce, got + AT_IV, want);
		ok = same(want, got);
	}
	buf_free(&b);
	return ok;
}

void
sso_proof_make(const unsigned char secret[SSO_SECRET_BYTES], struct slice nonce,
    const unsigned char iv[SSO_IV_BYTES], struct buf *out)
{
	unsigned char bytes[BLOB_BYTES];

	make(secret, nonce, iv, bytes);
	base64_encode(out, slice_make(bytes, sizeof(bytes)));
}
