/* SPDX-License-Identifier: MIT */
#include "tests/unit/certs_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	DAY = 24 * 3600
};

static void
copy(struct certs *to)
{
	certs_init(to);
	buf_add_slice(&to->ca_key, buf_slice(&certs_world_made.ca_key));
	buf_add_slice(&to->ca_cert, buf_slice(&certs_world_made.ca_cert));
	buf_add_slice(&to->modern_key, buf_slice(&certs_world_made.modern_key));
	buf_add_slice(&to->modern_cert,
	    buf_slice(&certs_world_made.modern_cert));
	buf_add_slice(&to->modern_named,
	    buf_slice(&certs_world_made.modern_named));
	buf_add_slice(&to->legacy_named,
	    buf_slice(&certs_world_made.legacy_named));
	buf_add_slice(&to->legacy_key, buf_slice(&certs_world_made.legacy_key));
	buf_add_slice(&to->legacy_cert,
	    buf_slice(&certs_world_made.legacy_cert));
}

/* Whether anything was changed; a warning goes into err. */
static bool
ensure(struct certs *c, int64_t when, const char *extra, char err[200])
{
	struct certs_options o = { .now = when,
		.extra_names = slice_text(extra) };
	bool changed;

	assert_int_equal(certs_ensure(c, &o, &changed, err, 200), 0);
	return changed;
}

static bool
same(const struct buf *a, const struct buf *b)
{
	return slice_eq(buf_slice(a), buf_slice(b));
}

/* ---- the chain ---- */

static void
both_leaves_verify_for_every_name(void **state)
{
	static const char *const hosts[] = { "nexus.passport.com",
		"login.live.com", "byrdr.omega.contacts.msn.com",
		"by1.storage.msn.com", "s7.gateway.messenger.live.com",
		"localhost", "chat.example.org", "a.retro.example" };
	const mbedtls_x509_crt_profile profile = { MBEDTLS_X509_ID_FLAG(
						       MBEDTLS_MD_SHA1) |
		    MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA256),
		MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_RSA), 0, 2048 };
	struct buf *leaves[] = { &certs_world_made.modern_cert,
		&certs_world_made.legacy_cert };
	mbedtls_x509_crt ca, leaf;
	uint32_t flags;

	(void)state;
	certs_world_parse(&certs_world_made.ca_cert, &ca);
	for (size_t i = 0; i < ARRAY_LEN(leaves); i++) {
		certs_world_parse(leaves[i], &leaf);
		for (size_t k = 0; k < ARRAY_LEN(hosts); k++)
			assert_int_equal(
			    mbedtls_x509_crt_verify_with_profile(&leaf, &ca,
				NULL, &profile, hosts[k], &flags, NULL, NULL),
			    0);
		assert_int_not_equal(mbedtls_x509_crt_verify_with_profile(&leaf,
					 &ca, NULL, &profile, "www.example.com",
					 &flags, NULL, NULL),
		    0);
		mbedtls_x509_crt_free(&leaf);
	}
	mbedtls_x509_crt_free(&ca);
}

static bool
der_has(const struct buf *pem, struct slice what)
{
	struct buf der = BUF_INIT(CERTS_DER_MAX);
	bool has;

	assert_int_equal(certs_der(buf_slice(pem), &der), 0);
	has = slice_find_slice(buf_slice(&der), what) < der.n;
	buf_free(&der);
	return has;
}

static void
dates_are_utctime_and_old_enough_for_a_dead_battery(void **state)
{
	struct slice from = SLICE_LIT("\x17\x0d"
				      "990101000000Z");
	struct slice to = SLICE_LIT("\x17\x0d"
				    "491231235959Z");
	mbedtls_x509_crt leaf;
	int64_t days;

	(void)state;
	assert_true(der_has(&certs_world_made.ca_cert, from));
	assert_true(der_has(&certs_world_made.legacy_cert, from));
	assert_true(der_has(&certs_world_made.legacy_cert, to));
	assert_false(der_has(&certs_world_made.modern_cert, from));
	certs_world_parse(&certs_world_made.modern_cert, &leaf);
	days =
	    (certs_time(&leaf.valid_to) - certs_time(&leaf.valid_from)) / DAY;
	assert_int_equal(days, 800);
	assert_true(certs_time(&leaf.valid_from) < certs_world_now);
	mbedtls_x509_crt_free(&leaf);
}

static void
signatures_keys_and_usages_are_those_old_and_new_clients_want(void **state)
{
	mbedtls_x509_crt ca, modern, legacy;

	(void)state;
	certs_world_parse(&certs_world_made.ca_cert, &ca);
	certs_world_parse(&certs_world_made.modern_cert, &modern);
	certs_world_parse(&certs_world_made.legacy_cert, &legacy);
	assert_int_equal(ca.sig_md, MBEDTLS_MD_SHA1);
	assert_int_equal(modern.sig_md, MBEDTLS_MD_SHA256);
	assert_int_equal(legacy.sig_md, MBEDTLS_MD_SHA1);
	assert_int_equal(mbedtls_pk_get_bitlen(&ca.pk), 2048);
	assert_int_equal(mbedtls_pk_get_bitlen(&modern.pk), 2048);
	assert_int_equal(mbedtls_pk_get_bitlen(&legacy.pk), 2048);
	assert_true(ca.ca_istrue && !modern.ca_istrue && !legacy.ca_istrue);
	assert_int_equal(modern.key_usage,
	    MBEDTLS_X509_KU_DIGITAL_SIGNATURE |
		MBEDTLS_X509_KU_KEY_ENCIPHERMENT);
	assert_true(ca.subject.val.tag == MBEDTLS_ASN1_PRINTABLE_STRING);
	assert_true(legacy.subject.val.tag == MBEDTLS_ASN1_PRINTABLE_STRING);
	assert_true(legacy.issuer.val.tag == MBEDTLS_ASN1_PRINTABLE_STRING);
	assert_false(
	    same(&certs_world_made.modern_key, &certs_world_made.legacy_key));
	assert_false(
	    same(&certs_world_made.modern_key, &certs_world_made.ca_key));
	mbedtls_x509_crt_free(&ca);
	mbedtls_x509_crt_free(&modern);
	mbedtls_x509_crt_free(&legacy);
}

/* field-runs 2.8 */
static void
the_leaf_for_named_hosts_holds_no_address(void **state)
{
	const struct buf *leaves[][2] = { { &certs_world_made.modern_cert,
					      &certs_world_made.modern_named },
		{ &certs_world_made.legacy_cert,
		    &certs_world_made.legacy_named } };
	struct certs_names *have = calloc(1, sizeof(*have));

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(leaves); i++) {
		size_t hosts[2] = { 0, 0 }, addresses[2] = { 0, 0 };
		mbedtls_x509_crt cert[2];

		for (size_t k = 0; k < 2; k++) {
			certs_world_parse(leaves[i][k], &cert[k]);
			certs_ext_read_alt_names(&cert[k], have);
			for (size_t j = 0; j < have->n; j++)
				(have->v[j].is_ip ? addresses : hosts)[k]++;
		}
		assert_int_equal(mbedtls_x509_crt_check_key_usage(&cert[1],
				     MBEDTLS_X509_KU_DIGITAL_SIGNATURE),
		    0);
		assert_int_equal(hosts[0], hosts[1]);
		assert_true(addresses[0] > 0);
		assert_int_equal(addresses[1], 0);
		mbedtls_x509_crt_free(&cert[0]);
		mbedtls_x509_crt_free(&cert[1]);
	}
	free(have);
}

static void
a_forgotten_authority_is_made_anew_with_all_its_leaves(void **state)
{
	struct certs c;
	char err[200];

	(void)state;
	copy(&c);
	certs_forget(&c);
	assert_true(ensure(&c, certs_world_now, "", err));
	assert_false(same(&c.ca_key, &certs_world_made.ca_key));
	assert_false(same(&c.modern_key, &certs_world_made.modern_key));
	assert_false(same(&c.legacy_key, &certs_world_made.legacy_key));
	assert_false(ensure(&c, certs_world_now, "", err));
	certs_free(&c);
}

/* ---- what is kept and what is made again ---- */

static void
a_second_look_changes_nothing(void **state)
{
	struct certs c;
	char err[200];

	(void)state;
	copy(&c);
	assert_false(ensure(&c, certs_world_now, "", err));
	assert_string_equal(err, "");
	assert_false(
	    ensure(&c, certs_world_now + 700 * DAY, "chat.example.org", err));
	assert_true(same(&c.modern_cert, &certs_world_made.modern_cert));
	certs_free(&c);
}

static void
a_leaf_is_renewed_in_its_last_thirty_days(void **state)
{
	struct certs c;
	char err[200];
	int64_t rest = certs_renew_in(&certs_world_made, certs_world_now);

	(void)state;
	assert_true(rest > 768 * (int64_t)DAY && rest < 770 * (int64_t)DAY);
	copy(&c);
	assert_false(ensure(&c, certs_world_now + rest - 1, "", err));
	assert_true(ensure(&c, certs_world_now + rest, "", err));
	assert_false(same(&c.modern_cert, &certs_world_made.modern_cert));
	assert_true(same(&c.legacy_cert, &certs_world_made.legacy_cert));
	assert_true(same(&c.ca_cert, &certs_world_made.ca_cert));
	assert_true(
	    certs_renew_in(&c, certs_world_now + rest) > 700 * (int64_t)DAY);
	assert_int_equal(certs_renew_in(&certs_world_made,
			     certs_world_now + 900 * (int64_t)DAY),
	    0);
	certs_free(&c);
}

static void
a_clock_that_was_set_back_gets_a_leaf_of_its_day(void **state)
{
	struct certs c;
	char err[200];

	(void)state;
	copy(&c);
	assert_true(ensure(&c, certs_world_now - 1000 * (int64_t)DAY, "", err));
	assert_false(same(&c.modern_cert, &certs_world_made.modern_cert));
	certs_free(&c);
}

static void
damaged_texts_are_replaced_and_only_they(void **state)
{
	struct certs c;
	char err[200];

	(void)state;
	copy(&c);
	c.legacy_cert.n /= 2;
	assert_true(ensure(&c, certs_world_now, "", err));
	assert_true(same(&c.legacy_key, &certs_world_made.legacy_key));
	assert_true(same(&c.modern_cert, &certs_world_made.modern_cert));
	assert_false(ensure(&c, certs_world_now, "", err));

	buf_reset(&c.modern_key);
	buf_add_text(&c.modern_key, "no key");
	assert_true(ensure(&c, certs_world_now, "", err));
	assert_false(same(&c.modern_key, &certs_world_made.modern_key));
	assert_false(same(&c.modern_cert, &certs_world_made.modern_cert));
	assert_true(same(&c.ca_cert, &certs_world_made.ca_cert));
	assert_false(ensure(&c, certs_world_now, "", err));
	certs_free(&c);
}

static void
leaves_do_not_share_a_key(void **state)
{
	struct certs c;
	char err[200];

	(void)state;
	copy(&c);
	buf_reset(&c.legacy_key);
	buf_add_slice(&c.legacy_key, buf_slice(&c.modern_key));
	assert_true(ensure(&c, certs_world_now, "", err));
	assert_true(same(&c.modern_key, &certs_world_made.modern_key));
	assert_false(same(&c.legacy_key, &c.modern_key));
	assert_false(ensure(&c, certs_world_now, "", err));
	certs_free(&c);
}

static void
leaves_of_another_authority_are_made_again(void **state)
{
	struct certs c;
	char err[200];

	(void)state;
	copy(&c);
	buf_reset(&c.ca_key);
	assert_true(ensure(&c, certs_world_now, "", err));
	assert_false(same(&c.ca_key, &certs_world_made.ca_key));
	assert_false(same(&c.ca_cert, &certs_world_made.ca_cert));
	assert_false(same(&c.modern_cert, &certs_world_made.modern_cert));
	assert_true(same(&c.modern_key, &certs_world_made.modern_key));
	assert_false(ensure(&c, certs_world_now, "", err));
	certs_free(&c);
}

static void
a_new_name_is_taken_in_when_the_authority_may_sign_for_it(void **state)
{
	struct certs c;
	char err[200];

	(void)state;
	copy(&c);
	assert_true(
	    ensure(&c, certs_world_now, "chat.msn.com 192.168.7.7", err));
	assert_string_equal(err, "");
	assert_true(der_has(&c.modern_cert, SLICE_LIT("chat.msn.com")));
	assert_true(der_has(&c.legacy_cert, SLICE_LIT("\x87\x04\xc0\xa8\7\7")));
	/* outside: it would spoil the leaf for those who obey constraints */
	assert_false(
	    ensure(&c, certs_world_now, "other.example 198.51.100.1", err));
	assert_non_null(strstr(err, "other.example 198.51.100.1"));
	assert_false(der_has(&c.modern_cert, SLICE_LIT("other.example")));
	/* a new authority, with the old key, may */
	buf_reset(&c.ca_cert);
	assert_true(ensure(&c, certs_world_now, "other.example", err));
	assert_string_equal(err, "");
	assert_true(der_has(&c.modern_cert, SLICE_LIT("other.example")));
	assert_true(same(&c.ca_key, &certs_world_made.ca_key));
	certs_free(&c);
}

static void
what_is_no_name_is_refused_with_a_sentence(void **state)
{
	static const char *const bad[] = { "a_b.example/x", "a..b", "*",
		"x.*.example", ".example", "a.example.", "a,b", "-\"-" };
	struct certs c;
	char err[200];
	bool changed;

	(void)state;
	copy(&c);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct certs_options o = { .now = certs_world_now,
			.extra_names = slice_text(bad[i]) };

		assert_int_equal(certs_ensure(&c, &o, &changed, err,
				     sizeof(err)),
		    -1);
		assert_false(changed);
		assert_non_null(strstr(err, bad[i]));
	}
	assert_true(same(&c.modern_cert, &certs_world_made.modern_cert));
	certs_free(&c);
}

static void
the_description_tells_prints_dates_and_names_but_no_key(void **state)
{
	struct buf text = BUF_INIT(64 * 1024);
	struct certs none;

	(void)state;
	certs_describe(&certs_world_made, &text);
	buf_add_char(&text, '\0');
	assert_true(buf_ok(&text));
	assert_non_null(strstr(text.p, "CN=nexus.passport.com"));
	assert_non_null(strstr(text.p, "1999-01-01 00:00:00 UTC"));
	assert_non_null(strstr(text.p, "*.omega.contacts.msn.com"));
	assert_non_null(strstr(text.p, "192.168.0.0/16"));
	assert_non_null(strstr(text.p, "2001:db8::7"));
	assert_non_null(strstr(text.p, "SHA-256 "));
	assert_null(strstr(text.p, "PRIVATE"));
	buf_reset(&text);
	certs_init(&none);
	certs_describe(&none, &text);
	buf_add_char(&text, '\0');
	assert_non_null(strstr(text.p, "missing or damaged"));
	assert_int_equal(certs_renew_in(&none, certs_world_now), 0);
	buf_reset(&text);
	assert_int_equal(certs_der(SLICE_LIT("junk"), &text), -1);
	certs_free(&none);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_leaves_verify_for_every_name),
		cmocka_unit_test(the_leaf_for_named_hosts_holds_no_address),
		cmocka_unit_test(
		    a_forgotten_authority_is_made_anew_with_all_its_leaves),
		cmocka_unit_test(
		    dates_are_utctime_and_old_enough_for_a_dead_battery),
		cmocka_unit_test(
		    signatures_keys_and_usages_are_those_old_and_new_clients_want),
		cmocka_unit_test(a_second_look_changes_nothing),
		cmocka_unit_test(a_leaf_is_renewed_in_its_last_thirty_days),
		cmocka_unit_test(
		    a_clock_that_was_set_back_gets_a_leaf_of_its_day),
		cmocka_unit_test(damaged_texts_are_replaced_and_only_they),
		cmocka_unit_test(leaves_do_not_share_a_key),
		cmocka_unit_test(leaves_of_another_authority_are_made_again),
		cmocka_unit_test(
		    a_new_name_is_taken_in_when_the_authority_may_sign_for_it),
		cmocka_unit_test(what_is_no_name_is_refused_with_a_sentence),
		cmocka_unit_test(
		    the_description_tells_prints_dates_and_names_but_no_key),
	};

	return cmocka_run_group_tests(tests, certs_world_make,
	    certs_world_free);
}
