/* SPDX-License-Identifier: MIT */
/* The proof of USR SSO against vectors others computed. */
#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "ns/msnp/place.h"
#include "ns/msnp/sso.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
	BLOB_BYTES = 128
};

struct vector {
	const char *secret; /* base64 */
	const char *nonce;
	const char *iv; /* hex */
	const char *blob;
};

static const struct vector vectors[] = {
	{ "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
	    "AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dzj6vH4/wYNFBsiKTA3PkVM",
	    "0102030405060708",
	    "HAAAAAEAAAADZgAABIAAAAgAAAAUAAAASAAAAAECAwQFBgcI3tgraw3YxMHZspIh"
	    "yeW4vDb/EQtFuPfyX8a2YLaSVlpbyUvwxeqLl7JcatKMP9iL7s+qAeWhMFKiTtkN"
	    "AV/c2GqzNdv8WyOfsopAf2R7BXsFJfzZ0Ga1GUt5ums=" },
	{ "Z1OQ3mCLbrkCGvfRX0V8Ly/nSsbmv4La",
	    "E4Fhehbe0q2Je+SUSp7IRnJV+rN4uME75ljIpUjIZ1Si+DgmrfuiIL+AFmkMA6Wv",
	    "a1b2c3d4e5f60718",
	    "HAAAAAEAAAADZgAABIAAAAgAAAAUAAAASAAAAKGyw9Tl9gcYAVfcGiAcUEYTNkvr"
	    "4rEZnfi9aQCKIQXS+OTfpLqcL6vlvb/MLlHYxAut+mQ4G/t8VrC/Bz1ao+6f1Rvq"
	    "oKNOPpyTWGIay14mh1U3To01iBbdlkCSMr0fRb5PY/0=" },
};

static void
decode(struct slice text, unsigned char *out, size_t n)
{
	struct buf b = BUF_INIT(1024);

	assert_true(base64_decode(&b, text));
	assert_int_equal(b.n, n);
	memcpy(out, b.p, n);
	buf_free(&b);
}

static bool
accepts(const struct vector *v, struct slice blob)
{
	unsigned char secret[SSO_SECRET_BYTES];

	decode(slice_text(v->secret), secret, sizeof(secret));
	return sso_proof_ok(secret, slice_text(v->nonce), blob);
}

static bool
accepts_bytes(const struct vector *v, const unsigned char *bytes, size_t n)
{
	struct buf b = BUF_INIT(1024);
	bool ok;

	base64_encode(&b, slice_make(bytes, n));
	ok = accepts(v, buf_slice(&b));
	buf_free(&b);
	return ok;
}

/* covers: soap 11 #14, #15 */
static void
proofs_others_made_are_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++)
		assert_true(accepts(&vectors[i], slice_text(vectors[i].blob)));
}

static void
our_own_proofs_are_the_same_ones(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		const struct vector *v = &vectors[i];
		unsigned char secret[SSO_SECRET_BYTES];
		struct buf iv = BUF_INIT(SSO_IV_BYTES), b = BUF_INIT(1024);

		decode(slice_text(v->secret), secret, sizeof(secret));
		assert_true(hex_decode(&iv, slice_text(v->iv)));
		sso_proof_make(secret, slice_text(v->nonce),
		    (const unsigned char *)iv.p, &b);
		assert_true(slice_eq_text(buf_slice(&b), v->blob));
		buf_free(&iv);
		buf_free(&b);
	}
}

/* covers: soap 11 #16 */
static void
no_bit_of_a_proof_may_differ(void **state)
{
	unsigned char bytes[BLOB_BYTES];

	(void)state;
	decode(slice_text(vectors[0].blob), bytes, sizeof(bytes));
	for (size_t bit = 0; bit < 8 * sizeof(bytes); bit++) {
		unsigned char mask = (unsigned char)(1u << bit % 8);

		bytes[bit / 8] ^= mask;
		assert_false(accepts_bytes(&vectors[0], bytes, sizeof(bytes)));
		bytes[bit / 8] ^= mask;
	}
	assert_true(accepts_bytes(&vectors[0], bytes, sizeof(bytes)));
}

/* covers: soap 11 #17, #19 */
static void
a_proof_serves_one_nonce_and_one_secret(void **state)
{
	(void)state;
	assert_false(accepts(&vectors[0], slice_text(vectors[1].blob)));
	assert_false(accepts(&vectors[1], slice_text(vectors[0].blob)));
}

static void
a_proof_has_one_length_and_no_white_space(void **state)
{
	const struct vector *v = &vectors[0];
	unsigned char bytes[BLOB_BYTES + 8] = { 0 };
	struct buf b = BUF_INIT(1024);
	unsigned char secret[SSO_SECRET_BYTES];

	(void)state;
	decode(slice_text(v->blob), bytes, BLOB_BYTES);
	assert_false(accepts_bytes(v, bytes, BLOB_BYTES - 1));
	assert_false(accepts_bytes(v, bytes, BLOB_BYTES + 1));
	assert_false(accepts_bytes(v, bytes, BLOB_BYTES + 8));
	/* eight bytes less of everything */
	bytes[24] = 64;
	assert_false(accepts_bytes(v, bytes, BLOB_BYTES - 8));
	assert_false(accepts(v, SLICE_LIT("")));
	assert_false(accepts(v, SLICE_LIT("no base64 at all")));
	buf_add_text(&b, v->blob);
	assert_true(accepts(v, buf_slice(&b)));
	buf_add_char(&b, '\n');
	assert_false(accepts(v, buf_slice(&b)));
	buf_free(&b);
	decode(slice_text(v->secret), secret, sizeof(secret));
	assert_false(sso_proof_ok(secret, SLICE_LIT(""), slice_text(v->blob)));
}

static void
triple_des_chains_its_blocks(void **state)
{
	/* a key of three equal parts is plain DES: a published example */
	static const unsigned char key[DES3_KEY_BYTES] = { 0x01, 0x23, 0x45,
		0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89,
		0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd,
		0xef };
	static const unsigned char iv[DES_BLOCK] = { 0x12, 0x34, 0x56, 0x78,
		0x90, 0xab, 0xcd, 0xef };
	static const unsigned char want[] = { 0xe5, 0xc7, 0xcd, 0xde, 0x87,
		0x2b, 0xf2, 0x7c, 0x43, 0xe9, 0x34, 0x00, 0x8c, 0x38, 0x9c,
		0x0f, 0x68, 0x37, 0x88, 0x49, 0x9a, 0x7c, 0x05, 0xf6 };
	unsigned char out[sizeof(want)];

	(void)state;
	digest_des3_cbc(key, iv, SLICE_LIT("Now is the time for all "), out);
	assert_memory_equal(out, want, sizeof(want));
}

static void
places_are_named_behind_a_semicolon(void **state)
{
	const unsigned char id[16] = { 0x23, 0x54, 0x11, 0xcb, 0x78, 0x23, 0x4a,
		0x46, 0x8f, 0xeb, 0x6f, 0x1b, 0xcc, 0xca, 0x43, 0xfd };
	unsigned char got[16];
	struct place_word w;
	struct buf b = BUF_INIT(64);

	(void)state;
	assert_true(place_parse(SLICE_LIT("a@b.c"), &w));
	assert_false(w.named);
	assert_true(
	    place_parse(SLICE_LIT(
			    "a@b.c;{235411CB-7823-4A46-8feb-6f1bccca43fd}"),
		&w));
	assert_true(w.named && slice_eq_text(w.address, "a@b.c"));
	assert_memory_equal(w.id, id, sizeof(id));
	assert_false(place_parse(SLICE_LIT("a@b.c;"), &w));
	assert_false(place_parse(SLICE_LIT("a@b.c;{12}"), &w));
	assert_true(
	    place_parse_id(SLICE_LIT("235411cb78234a468feb6f1bccca43fd"), got));
	assert_memory_equal(got, id, sizeof(id));
	assert_false(
	    place_parse_id(SLICE_LIT("235411cb78234a468feb6f1bccca43f"), got));
	assert_false(
	    place_parse_id(SLICE_LIT("235411cb78234a468feb6f1bccca43fx"), got));
	place_add(&b, id);
	assert_true(slice_eq_text(buf_slice(&b),
	    ";{235411cb-7823-4a46-8feb-6f1bccca43fd}"));
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proofs_others_made_are_good),
		cmocka_unit_test(our_own_proofs_are_the_same_ones),
		cmocka_unit_test(no_bit_of_a_proof_may_differ),
		cmocka_unit_test(a_proof_serves_one_nonce_and_one_secret),
		cmocka_unit_test(a_proof_has_one_length_and_no_white_space),
		cmocka_unit_test(triple_des_chains_its_blocks),
		cmocka_unit_test(places_are_named_behind_a_semicolon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
