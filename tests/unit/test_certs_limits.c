/* SPDX-License-Identifier: MIT */
/* What the authority may vouch for, in our eyes and in OpenSSL's. */
#include "common/net/tls_mbed.h"
#include "tests/unit/certs_world.h"

static void
every_name_of_the_leaves_lies_in_a_zone_of_the_authority(void **state)
{
	struct certs_names *names = calloc(1, sizeof(*names));
	struct certs_names *zones = calloc(1, sizeof(*zones));
	mbedtls_x509_crt ca, leaf;

	(void)state;
	certs_world_parse(&certs_world_made.ca_cert, &ca);
	certs_world_parse(&certs_world_made.legacy_cert, &leaf);
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
	save(dir, "ca.pem", &certs_world_made.ca_cert);
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
	char *text = slice_dup(buf_slice(&certs_world_made.ca_key));

	names->n = 1;
	names->v[0].n = strlen(name);
	memcpy(names->v[0].bytes, name, strlen(name));
	assert_int_equal(certs_rng_open(&rng), 0);
	mbedtls_pk_init(&key);
	mbedtls_pk_init(&ca_key);
	assert_int_equal(mbed_pk_parse_key(&ca_key, (const unsigned char *)text,
			     certs_world_made.ca_key.n + 1, &rng.drbg),
	    0);
	certs_world_parse(&certs_world_made.ca_cert, &ca);
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

/* Microsoft's, but not the network's; and nobody's. */
static const char *const outside[] = { "www.live.com", "live.com",
	"x.passport.com", "www.microsoft.com", "outlook.live.com",
	"www.example.com" };

static void
openssl_takes_our_leaves_and_no_others_of_our_authority(void **state)
{
	static const char host[] = "-verify_hostname nexus.passport.com";
	struct buf evil = BUF_INIT(CERTS_PEM_MAX);

	(void)state;
	if (system("openssl version >/dev/null 2>&1") != 0)
		skip();
	assert_true(openssl_accepts(&certs_world_made.modern_cert, host));
	assert_true(openssl_accepts(&certs_world_made.legacy_cert, host));
	assert_true(openssl_accepts(&certs_world_made.modern_cert,
	    "-verify_hostname chat.example.org"));
	assert_true(openssl_accepts(&certs_world_made.modern_cert,
	    "-verify_ip 203.0.113.7"));
	assert_true(
	    openssl_accepts(&certs_world_made.modern_cert, "-verify_ip ::1"));
	assert_false(openssl_accepts(&certs_world_made.modern_cert,
	    "-verify_hostname www.example.com"));
	/* constraints: the same maker, one name inside and others outside */
	make_evil("x.contacts.msn.com", &evil);
	assert_true(
	    openssl_accepts(&evil, "-verify_hostname x.contacts.msn.com"));
	for (size_t i = 0; i < ARRAY_LEN(outside); i++) {
		char check[100];

		(void)snprintf(check, sizeof(check), "-verify_hostname %s",
		    outside[i]);
		make_evil(outside[i], &evil);
		assert_false(openssl_accepts(&evil, check));
	}
	buf_free(&evil);
}

/* Exactly names.def, what was added, and the private ranges. */
static void
the_authority_is_limited_to_names_def_and_private_ranges(void **state)
{
	static const char *const inside[] = { "nexus.passport.com",
		"x.contacts.msn.com", "chat.example.org", "a.retro.example",
		"localhost" };
	static const char *const nets[] = { "10.0.0.0/8", "172.16.0.0/12",
		"192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "127.0.0.1/32",
		"::1/128", "203.0.113.7/32", "2001:db8::7/128" };
	struct certs_names *zones = calloc(1, sizeof(*zones));
	struct certs_name name = { 0 };
	struct buf all = BUF_INIT(CERTS_DER_MAX);
	mbedtls_x509_crt ca;
	size_t addresses = 0;

	(void)state;
	certs_world_parse(&certs_world_made.ca_cert, &ca);
	certs_ext_read_constraints(&ca, zones);
	for (size_t i = 0; i < zones->n; i++) {
		addresses += zones->v[i].is_ip;
		buf_add_char(&all, ' ');
		certs_name_print(&zones->v[i], &all);
	}
	buf_add_char(&all, ' ');
	assert_int_equal(addresses, ARRAY_LEN(nets));
	for (size_t i = 0; i < ARRAY_LEN(nets); i++) {
		char word[64];

		(void)snprintf(word, sizeof(word), " %s ", nets[i]);
		assert_true(slice_find_slice(buf_slice(&all),
				slice_text(word)) < all.n);
	}
	for (size_t i = 0; i < ARRAY_LEN(inside) + ARRAY_LEN(outside); i++) {
		bool in = i < ARRAY_LEN(inside);
		const char *host =
		    in ? inside[i] : outside[i - ARRAY_LEN(inside)];

		name.n = strlen(host);
		memcpy(name.bytes, host, name.n);
		assert_int_equal(certs_zones_permit(zones, &name), in);
	}
	mbedtls_x509_crt_free(&ca);
	buf_free(&all);
	free(zones);
}

/*
 * Whatever a stolen key signs, it serves no mail and proves nobody.  (OpenSSL
 * 3.0 has no purpose for programs, and asks an authority nothing for time
 * stamps.)
 */
static void
openssl_takes_nothing_of_our_authority_but_servers(void **state)
{
	static const struct {
		const char *usage, *purpose;
		bool taken;
	} rows[] = {
		{ "serverAuth", "sslserver", true },
		{ "emailProtection", "smimesign", false },
		{ "clientAuth", "sslclient", false },
	};
	char dir[] = "/tmp/nudge-certs-XXXXXX";
	char command[900];

	(void)state;
	if (system("openssl version >/dev/null 2>&1") != 0)
		skip();
	assert_non_null(mkdtemp(dir));
	save(dir, "ca.pem", &certs_world_made.ca_cert);
	save(dir, "ca.key", &certs_world_made.ca_key);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		(void)snprintf(command, sizeof(command),
		    "cd %s && exec >/dev/null 2>&1 && "
		    "printf 'extendedKeyUsage=%s\n"
		    "keyUsage=critical,digitalSignature\n"
		    "subjectAltName=DNS:login.live.com\n' >ext && "
		    "openssl req -new -newkey rsa:2048 -nodes -keyout k "
		    "-subj /CN=login.live.com -out r && "
		    "openssl x509 -req -in r -CA ca.pem -CAkey ca.key "
		    "-CAcreateserial -days 9 -extfile ext -out leaf.pem",
		    dir, rows[i].usage);
		assert_int_equal(system(command), 0);
		(void)snprintf(command, sizeof(command),
		    "cd %s && openssl verify -purpose %s -CAfile ca.pem "
		    "leaf.pem >/dev/null 2>&1",
		    dir, rows[i].purpose);
		assert_int_equal(system(command) == 0, rows[i].taken);
	}
	(void)snprintf(command, sizeof(command), "rm -r %s", dir);
	assert_int_equal(system(command), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_name_of_the_leaves_lies_in_a_zone_of_the_authority),
		cmocka_unit_test(
		    the_authority_is_limited_to_names_def_and_private_ranges),
		cmocka_unit_test(
		    openssl_takes_our_leaves_and_no_others_of_our_authority),
		cmocka_unit_test(
		    openssl_takes_nothing_of_our_authority_but_servers),
	};

	return cmocka_run_group_tests(tests, certs_world_make,
	    certs_world_free);
}
