/* SPDX-License-Identifier: MIT */
#include "certs/certs_internal.h"

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

/* Made once: keys are dear.  The time is that of the machine, for openssl. */
static struct certs made;
static int64_t now;

static int
make_once(void **state)
{
	struct certs_options o = { .extra_names = SLICE_LIT(
				       " Chat.Example.org\t203.0.113.7"
				       " *.retro.example 2001:db8::7 ") };
	char err[200];
	bool changed;

	(void)state;
	now = (int64_t)time(NULL);
	o.now = now;
	certs_init(&made);
	if (certs_ensure(&made, &o, &changed, err, sizeof(err)) == 0 && changed)
		return 0;
	(void)fprintf(stderr, "%s\n", err);
	return -1;
}

static int
free_once(void **state)
{
	(void)state;
	certs_free(&made);
	return 0;
}

static void
copy(struct certs *to)
{
	certs_init(to);
	buf_add_slice(&to->ca_key, buf_slice(&made.ca_key));
	buf_add_slice(&to->ca_cert, buf_slice(&made.ca_cert));
	buf_add_slice(&to->modern_key, buf_slice(&made.modern_key));
	buf_add_slice(&to->modern_cert, buf_slice(&made.modern_cert));
	buf_add_slice(&to->legacy_key, buf_slice(&made.legacy_key));
	buf_add_slice(&to->legacy_cert, buf_slice(&made.legacy_cert));
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

static void
parse(const struct buf *pem, mbedtls_x509_crt *cert)
{
	mbedtls_x509_crt_init(cert);
	assert_int_equal(certs_parse(buf_slice(pem), cert), 0);
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
	struct buf *leaves[] = { &made.modern_cert, &made.legacy_cert };
	mbedtls_x509_crt ca, leaf;
	uint32_t flags;

	(void)state;
	parse(&made.ca_cert, &ca);
	for (size_t i = 0; i < ARRAY_LEN(leaves); i++) {
		parse(leaves[i], &leaf);
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

static void
every_name_of_the_leaves_lies_in_a_zone_of_the_authority(void **state)
{
	struct certs_names *names = calloc(1, sizeof(*names));
	struct certs_names *zones = calloc(1, sizeof(*zones));
	mbedtls_x509_crt ca, leaf;

	(void)state;
	parse(&made.ca_cert, &ca);
	parse(&made.legacy_cert, &leaf);
	certs_ext_read_constraints(&ca, zones);
	certs_ext_read_alt_names(&leaf, names);
	assert_true(names->n > 90);
	assert_true(zones->n > 20);
	for (size_t i = 0; i < names->n; i++)
		assert_true(certs_zones_permit(zones, &names->v[i]));
	mbedtls_x509_crt_free(&ca);
	mbedtls_x509_crt_free(&leaf);
	free(names);
	free(zones);
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
	assert_true(der_has(&made.ca_cert, from));
	assert_true(der_has(&made.legacy_cert, from));
	assert_true(der_has(&made.legacy_cert, to));
	assert_false(der_has(&made.modern_cert, from));
	parse(&made.modern_cert, &leaf);
	days =
	    (certs_time(&leaf.valid_to) - certs_time(&leaf.valid_from)) / DAY;
	assert_int_equal(days, 800);
	assert_true(certs_time(&leaf.valid_from) < now);
	mbedtls_x509_crt_free(&leaf);
}

static void
signatures_keys_and_usages_are_those_old_and_new_clients_want(void **state)
{
	mbedtls_x509_crt ca, modern, legacy;

	(void)state;
	parse(&made.ca_cert, &ca);
	parse(&made.modern_cert, &modern);
	parse(&made.legacy_cert, &legacy);
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
	assert_false(same(&made.modern_key, &made.legacy_key));
	assert_false(same(&made.modern_key, &made.ca_key));
	mbedtls_x509_crt_free(&ca);
	mbedtls_x509_crt_free(&modern);
	mbedtls_x509_crt_free(&legacy);
}

/* ---- the opinion of another library ---- */

static void
save(const char *dir, const char *name, const struct buf *pem)
{
	char path[100];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(pem->p, 1, pem->n, f), pem->n);
	assert_int_equal(fclose(f), 0);
}

static bool
openssl_accepts(const struct buf *leaf, const char *check)
{
	char dir[] = "/tmp/nudge-certs-XXXXXX";
	char command[500];
	int rc;

	assert_non_null(mkdtemp(dir));
	save(dir, "ca.pem", &made.ca_cert);
	save(dir, "leaf.pem", leaf);
	(void)snprintf(command, sizeof(command),
	    "cd %s && openssl verify -x509_strict -purpose sslserver %s "
	    "-CAfile ca.pem leaf.pem >/dev/null 2>&1",
	    dir, check);
	rc = system(command);
	(void)snprintf(command, sizeof(command), "rm -r %s", dir);
	assert_int_equal(system(command), 0);
	return rc == 0;
}

/* A leaf the stolen key of the authority could sign. */
static void
make_evil(const char *name, struct buf *pem)
{
	struct certs_names *names = calloc(1, sizeof(*names));
	struct certs_order order = { .subject = "CN=www.example.com",
		.md = MBEDTLS_MD_SHA256,
		.from = "20200101000000",
		.to = "20491231235959",
		.names = names };
	struct certs_rng rng;
	mbedtls_x509_crt ca;
	mbedtls_pk_context ca_key, key;
	struct buf key_pem = BUF_INIT(CERTS_PEM_MAX);
	char *text = slice_dup(buf_slice(&made.ca_key));

	names->n = 1;
	names->v[0].n = strlen(name);
	memcpy(names->v[0].bytes, name, strlen(name));
	assert_int_equal(certs_rng_open(&rng), 0);
	mbedtls_pk_init(&key);
	mbedtls_pk_init(&ca_key);
	assert_int_equal(mbedtls_pk_parse_key(&ca_key,
			     (const unsigned char *)text, made.ca_key.n + 1,
			     NULL, 0),
	    0);
	parse(&made.ca_cert, &ca);
	assert_int_equal(certs_make_key(&rng, &key, &key_pem), 0);
	assert_int_equal(certs_make_cert(&rng, &order, &key, &ca, &ca_key, pem),
	    0);
	mbedtls_x509_crt_free(&ca);
	mbedtls_pk_free(&key);
	mbedtls_pk_free(&ca_key);
	certs_rng_close(&rng);
	buf_free(&key_pem);
	free(text);
	free(names);
}

static void
openssl_takes_our_leaves_and_no_others_of_our_authority(void **state)
{
	static const char host[] = "-verify_hostname nexus.passport.com";
	struct buf evil = BUF_INIT(CERTS_PEM_MAX);

	(void)state;
	if (system("openssl version >/dev/null 2>&1") != 0)
		skip();
	assert_true(openssl_accepts(&made.modern_cert, host));
	assert_true(openssl_accepts(&made.legacy_cert, host));
	assert_true(openssl_accepts(&made.modern_cert,
	    "-verify_hostname chat.example.org"));
	assert_true(
	    openssl_accepts(&made.modern_cert, "-verify_ip 203.0.113.7"));
	assert_true(openssl_accepts(&made.modern_cert, "-verify_ip ::1"));
	assert_false(openssl_accepts(&made.modern_cert,
	    "-verify_hostname www.example.com"));
	/* constraints: the same maker, one name inside and one outside */
	make_evil("x.passport.com", &evil);
	assert_true(openssl_accepts(&evil, "-verify_hostname x.passport.com"));
	make_evil("www.example.com", &evil);
	assert_false(
	    openssl_accepts(&evil, "-verify_hostname www.example.com"));
	buf_free(&evil);
}

/* ---- what is kept and what is made again ---- */

static void
a_second_look_changes_nothing(void **state)
{
	struct certs c;
	char err[200];

	(void)state;
	copy(&c);
	assert_false(ensure(&c, now, "", err));
	assert_string_equal(err, "");
	assert_false(ensure(&c, now + 700 * DAY, "chat.example.org", err));
	assert_true(same(&c.modern_cert, &made.modern_cert));
	certs_free(&c);
}

static void
a_leaf_is_renewed_in_its_last_thirty_days(void **state)
{
	struct certs c;
	char err[200];
	int64_t rest = certs_renew_in(&made, now);

	(void)state;
	assert_true(rest > 768 * (int64_t)DAY && rest < 770 * (int64_t)DAY);
	copy(&c);
	assert_false(ensure(&c, now + rest - 1, "", err));
	assert_true(ensure(&c, now + rest, "", err));
	assert_false(same(&c.modern_cert, &made.modern_cert));
	assert_true(same(&c.legacy_cert, &made.legacy_cert));
	assert_true(same(&c.ca_cert, &made.ca_cert));
	assert_true(certs_renew_in(&c, now + rest) > 700 * (int64_t)DAY);
	assert_int_equal(certs_renew_in(&made, now + 900 * (int64_t)DAY), 0);
	certs_free(&c);
}

static void
a_clock_that_was_set_back_gets_a_leaf_of_its_day(void **state)
{
	struct certs c;
	char err[200];

	(void)state;
	copy(&c);
	assert_true(ensure(&c, now - 1000 * (int64_t)DAY, "", err));
	assert_false(same(&c.modern_cert, &made.modern_cert));
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
	assert_true(ensure(&c, now, "", err));
	assert_true(same(&c.legacy_key, &made.legacy_key));
	assert_true(same(&c.modern_cert, &made.modern_cert));
	assert_false(ensure(&c, now, "", err));

	buf_reset(&c.modern_key);
	buf_add_text(&c.modern_key, "no key");
	assert_true(ensure(&c, now, "", err));
	assert_false(same(&c.modern_key, &made.modern_key));
	assert_false(same(&c.modern_cert, &made.modern_cert));
	assert_true(same(&c.ca_cert, &made.ca_cert));
	assert_false(ensure(&c, now, "", err));
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
	assert_true(ensure(&c, now, "", err));
	assert_true(same(&c.modern_key, &made.modern_key));
	assert_false(same(&c.legacy_key, &c.modern_key));
	assert_false(ensure(&c, now, "", err));
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
	assert_true(ensure(&c, now, "", err));
	assert_false(same(&c.ca_key, &made.ca_key));
	assert_false(same(&c.ca_cert, &made.ca_cert));
	assert_false(same(&c.modern_cert, &made.modern_cert));
	assert_true(same(&c.modern_key, &made.modern_key));
	assert_false(ensure(&c, now, "", err));
	certs_free(&c);
}

static void
a_new_name_is_taken_in_when_the_authority_may_sign_for_it(void **state)
{
	struct certs c;
	char err[200];

	(void)state;
	copy(&c);
	assert_true(ensure(&c, now, "chat.msn.com 192.168.7.7", err));
	assert_string_equal(err, "");
	assert_true(der_has(&c.modern_cert, SLICE_LIT("chat.msn.com")));
	assert_true(der_has(&c.legacy_cert, SLICE_LIT("\x87\x04\xc0\xa8\7\7")));
	/* outside: it would spoil the leaf for those who obey constraints */
	assert_false(ensure(&c, now, "other.example 198.51.100.1", err));
	assert_non_null(strstr(err, "other.example 198.51.100.1"));
	assert_false(der_has(&c.modern_cert, SLICE_LIT("other.example")));
	/* a new authority, with the old key, may */
	buf_reset(&c.ca_cert);
	assert_true(ensure(&c, now, "other.example", err));
	assert_string_equal(err, "");
	assert_true(der_has(&c.modern_cert, SLICE_LIT("other.example")));
	assert_true(same(&c.ca_key, &made.ca_key));
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
		struct certs_options o = { .now = now,
			.extra_names = slice_text(bad[i]) };

		assert_int_equal(certs_ensure(&c, &o, &changed, err,
				     sizeof(err)),
		    -1);
		assert_false(changed);
		assert_non_null(strstr(err, bad[i]));
	}
	assert_true(same(&c.modern_cert, &made.modern_cert));
	certs_free(&c);
}

static void
the_description_tells_prints_dates_and_names_but_no_key(void **state)
{
	struct buf text = BUF_INIT(64 * 1024);
	struct certs none;

	(void)state;
	certs_describe(&made, &text);
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
	assert_int_equal(certs_renew_in(&none, now), 0);
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
		cmocka_unit_test(
		    every_name_of_the_leaves_lies_in_a_zone_of_the_authority),
		cmocka_unit_test(
		    dates_are_utctime_and_old_enough_for_a_dead_battery),
		cmocka_unit_test(
		    signatures_keys_and_usages_are_those_old_and_new_clients_want),
		cmocka_unit_test(
		    openssl_takes_our_leaves_and_no_others_of_our_authority),
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

	return cmocka_run_group_tests(tests, make_once, free_once);
}
