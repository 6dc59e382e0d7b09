/* SPDX-License-Identifier: MIT */
#include "common/net/tls_setup.h"

#include "common/base/panic.h"
#include "common/net/tls_sniff.h"

#include <mbedtls/error.h>
#include <mbedtls/oid.h>
#include <mbedtls/x509_crt.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	SESSIONS_KEPT = 500, /* mbedTLS searches them one by one */
	SESSION_SECONDS = 24 * 3600,
	CHAIN_MAX = 64 * 1024,
};

const int tls_setup_modern[] = {
	MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	/* Windows 7 and 8 have GCM for ECDSA alone. */
	MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
	MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
	MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
	0,
};

/* The library's own order begins with P-521, which takes twice as long. */
const mbed_group tls_setup_groups[] = {
	MBED_GROUP_X25519,
	MBED_GROUP_P256,
	MBED_GROUP_P384,
	MBED_GROUP_NONE,
};

static const char *const profile_names[TLS_PROFILES] = {
	[TLS_PROFILE_MODERN] = "modern",
	[TLS_PROFILE_OWN] = "own",
	[TLS_PROFILE_LEGACY] = "legacy",
};

struct report {
	char *text;
	size_t n;
};

static int
report(struct report *err, const char *who, const char *what, int code)
{
	char why[128] = "";

	if (code != 0)
		mbedtls_strerror(code, why, sizeof(why));
	if (err->n > 0)
		snprintf(err->text, err->n, "the %s certificate %s%s%s", who,
		    what, code != 0 ? ": " : "", why);
	return -1;
}

/* mbedTLS wants PEM with its NUL counted. */
static int
chain_parse(mbedtls_x509_crt *chain, struct slice pem)
{
	char *text = mem_copy_text(pem.p, pem.n);
	int rc =
	    mbedtls_x509_crt_parse(chain, (unsigned char *)text, pem.n + 1);

	free(text);
	return rc;
}

static int
key_parse(mbedtls_pk_context *key, struct slice pem,
    mbedtls_ctr_drbg_context *rng)
{
	char *text = mem_copy_text(pem.p, pem.n);
	int rc = mbed_pk_parse_key(key, (unsigned char *)text, pem.n + 1, rng);

	mem_wipe(text, pem.n);
	free(text);
	return rc;
}

static int
pair_parse(struct tls_profile *p, const struct tls_pair *pair, const char *who,
    mbedtls_ctr_drbg_context *rng, struct report *err)
{
	int rc = chain_parse(&p->chain, pair->cert_pem);

	if (rc == 0 && pair->named_pem.n > 0)
		rc = chain_parse(&p->named, pair->named_pem);
	if (rc != 0)
		return report(err, who, "does not parse", rc < 0 ? rc : 0);
	for (size_t i = 0; i < TLS_LANES; i++) {
		rc = key_parse(&p->lanes[i].key, pair->key_pem, rng);
		if (rc != 0)
			return report(err, who, "has a key that does not parse",
			    rc);
	}
	if (mbed_pk_check_pair(&p->chain.pk, &p->lanes[0].key, rng) != 0 ||
	    (pair->named_pem.n > 0 &&
		mbed_pk_check_pair(&p->named.pk, &p->lanes[0].key, rng) != 0))
		return report(err, who, "has another certificate's key", 0);
	return 0;
}

static int
memory_make(struct tls_setup *s, struct tls_memory *m)
{
	mbedtls_ssl_cache_set_max_entries(&m->cache, SESSIONS_KEPT);
	mbedtls_ssl_cache_set_timeout(&m->cache, SESSION_SECONDS);
	return mbedtls_ssl_ticket_setup(&m->ticket, mbedtls_ctr_drbg_random,
	    &s->rng, MBEDTLS_CIPHER_AES_256_GCM, SESSION_SECONDS);
}

/* The hello names a host: the leaf without addresses answers. */
static int
name_asked(void *ctx, mbedtls_ssl_context *ssl, const unsigned char *name,
    size_t n)
{
	struct tls_lane *lane = ctx;

	if (!tls_sniff_is_host(slice_make(name, n)))
		return 0;
	return mbedtls_ssl_set_hs_own_cert(ssl, &lane->profile->named,
	    &lane->key);
}

static int
conf_make(struct tls_setup *s, struct tls_profile *p, struct tls_lane *lane,
    bool bound)
{
	mbedtls_ssl_config *conf = &lane->conf[bound];
	struct tls_memory *m = &p->memory[bound];
	int rc = mbedtls_ssl_config_defaults(conf, MBEDTLS_SSL_IS_SERVER,
	    MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);

	if (rc != 0)
		return rc;
	mbedtls_ssl_conf_rng(conf, mbedtls_ctr_drbg_random, &s->rng);
	mbed_conf_groups(conf, tls_setup_groups);
	mbedtls_ssl_conf_renegotiation(conf,
	    MBEDTLS_SSL_RENEGOTIATION_DISABLED);
	mbedtls_ssl_conf_ciphersuites(conf, tls_setup_modern);
	mbed_conf_modern(conf);
	mbedtls_ssl_conf_session_cache(conf, &m->cache, mbedtls_ssl_cache_get,
	    mbedtls_ssl_cache_set);
	lane->profile = p;
	if (p->named.raw.p != NULL)
		mbedtls_ssl_conf_sni(conf, name_asked, lane);
	mbedtls_ssl_conf_session_tickets_cb(conf, mbedtls_ssl_ticket_write,
	    mbedtls_ssl_ticket_parse, &m->ticket);
	return mbedtls_ssl_conf_own_cert(conf, &p->chain, &lane->key);
}

static int
profile_make(struct tls_setup *s, enum tls_profile_id id,
    const struct tls_pair *pair, struct report *err)
{
	struct tls_profile *p = &s->profiles[id];
	const char *who = profile_names[id];
	int rc = 0;

	if (pair_parse(p, pair, who, &s->rng, err) != 0)
		return -1;
	for (size_t i = 0; i < 2 && rc == 0; i++)
		rc = memory_make(s, &p->memory[i]);
	for (size_t i = 0; i < 2 * TLS_LANES && rc == 0; i++)
		rc = conf_make(s, p, &p->lanes[i / 2], i % 2 == 1);
	if (rc != 0)
		return report(err, who, "cannot be used", rc);
	p->usable = true;
	return 0;
}

/* What the old engine uses of a lane: its key, and what all share. */
static int
old_make(struct tls_setup *s, const struct tls_config *cfg,
    struct tls_lane *lane, const struct env *env)
{
	const struct tls_old_rng rng = { mbedtls_ctr_drbg_random, &s->rng };

	lane->old = (struct tls_old_config){
		.key = tls_old_key_new(mbedtls_pk_rsa(lane->key), &rng,
		    s->profiles[TLS_PROFILE_LEGACY].lanes[0].old.key),
		.certificates = buf_slice(&s->old_certificates),
		.named = buf_slice(&s->old_named),
		.rng = rng,
		.on = { cfg->allow_ssl3, cfg->allow_rc4, cfg->allow_3des },
		.sessions = s->old_sessions,
		.env = env,
	};
	return lane->old.key != NULL ? 0 : -1;
}

static int
legacy_make(struct tls_setup *s, const struct tls_config *cfg,
    const struct env *env, struct report *err)
{
	struct tls_profile *p = &s->profiles[TLS_PROFILE_LEGACY];

	if (pair_parse(p, &cfg->legacy, profile_names[TLS_PROFILE_LEGACY],
		&s->rng, err) != 0)
		return -1;
	if (mbedtls_pk_get_type(&p->lanes[0].key) != MBEDTLS_PK_RSA)
		return report(err, "legacy", "is not for RSA", 0);
	if (tls_check(cfg, err->text, err->n) != 0)
		return -1;
	s->ssl3 = cfg->allow_ssl3;
	s->goodbye = cfg->old_goodbye;
	s->old_sessions = tls_old_sessions_new(SESSIONS_KEPT, SESSION_SECONDS);
	tls_old_certificates(&p->chain, &s->old_certificates);
	if (p->named.raw.p != NULL)
		tls_old_certificates(&p->named, &s->old_named);
	if (!buf_ok(&s->old_certificates) || !buf_ok(&s->old_named))
		return report(err, "legacy", "has too long a chain", 0);
	for (size_t i = 0; i < TLS_LANES; i++)
		if (old_make(s, cfg, &p->lanes[i], env) != 0)
			return report(err, "legacy", "has an unusable key", 0);
	p->usable = true;
	return 0;
}

static void
profile_init(struct tls_profile *p)
{
	mbedtls_x509_crt_init(&p->chain);
	mbedtls_x509_crt_init(&p->named);
	for (size_t i = 0; i < 2; i++) {
		mbedtls_ssl_cache_init(&p->memory[i].cache);
		mbedtls_ssl_ticket_init(&p->memory[i].ticket);
	}
	for (size_t k = 0; k < TLS_LANES; k++) {
		mbedtls_ssl_config_init(&p->lanes[k].conf[0]);
		mbedtls_ssl_config_init(&p->lanes[k].conf[1]);
		mbedtls_pk_init(&p->lanes[k].key);
	}
}

static void
profile_free(struct tls_profile *p)
{
	for (size_t k = TLS_LANES; k-- > 0;) {
		mbedtls_ssl_config_free(&p->lanes[k].conf[0]);
		mbedtls_ssl_config_free(&p->lanes[k].conf[1]);
		tls_old_key_free(p->lanes[k].old.key);
		mbedtls_pk_free(&p->lanes[k].key);
	}
	for (size_t i = 0; i < 2; i++) {
		mbedtls_ssl_cache_free(&p->memory[i].cache);
		mbedtls_ssl_ticket_free(&p->memory[i].ticket);
	}
	mbedtls_x509_crt_free(&p->chain);
	mbedtls_x509_crt_free(&p->named);
}

static struct tls_setup *
setup_alloc(void)
{
	struct tls_setup *s = mem_alloc(sizeof(*s));

	s->refs = 1;
	buf_init(&s->old_certificates, CHAIN_MAX);
	buf_init(&s->old_named, CHAIN_MAX);
	mbedtls_entropy_init(&s->entropy);
	mbedtls_ctr_drbg_init(&s->rng);
	for (size_t i = 0; i < TLS_PROFILES; i++)
		profile_init(&s->profiles[i]);
	return s;
}

struct tls_setup *
tls_setup_new(const struct tls_config *cfg, const struct env *env, char *err,
    size_t errlen)
{
	struct tls_setup *s = setup_alloc();
	struct report rep = { err, errlen };
	int rc = mbedtls_ctr_drbg_seed(&s->rng, mbedtls_entropy_func,
	    &s->entropy, (const unsigned char *)"nudge-tls", 9);

	s->hello_ms = cfg->hello_ms;
	s->handshake_ms = cfg->handshake_ms;
	if (rc != 0) {
		report(&rep, "server's", "cannot be used: no randomness", rc);
		goto fail;
	}
	if (profile_make(s, TLS_PROFILE_MODERN, &cfg->modern, &rep) != 0)
		goto fail;
	if (cfg->own.cert_pem.n > 0 &&
	    profile_make(s, TLS_PROFILE_OWN, &cfg->own, &rep) != 0)
		goto fail;
	if (cfg->allow_legacy && legacy_make(s, cfg, env, &rep) != 0)
		goto fail;
	return s;
fail:
	tls_setup_unref(s);
	return NULL;
}

void
tls_setup_unref(struct tls_setup *s)
{
	if (--s->refs > 0)
		return;
	for (size_t i = 0; i < TLS_PROFILES; i++)
		profile_free(&s->profiles[i]);
	tls_old_sessions_free(s->old_sessions);
	buf_free(&s->old_certificates);
	buf_free(&s->old_named);
	mbedtls_ctr_drbg_free(&s->rng);
	mbedtls_entropy_free(&s->entropy);
	free(s);
}

const struct tls_lane *
tls_setup_lane(struct tls_profile *p)
{
	return &p->lanes[p->next++ % TLS_LANES];
}

static bool
id_is_known(struct tls_memory *m, struct slice id)
{
	mbedtls_ssl_session found;
	bool known;

	if (id.n == 0 || id.n > sizeof(found.id))
		return false;
	mbedtls_ssl_session_init(&found);
	known = mbed_cache_has(&m->cache, (const unsigned char *)id.p, id.n,
	    &found);
	mbedtls_ssl_session_free(&found);
	return known;
}

static bool
ticket_is_known(struct tls_memory *m, struct slice ticket)
{
	mbedtls_ssl_session found;
	unsigned char *copy;
	bool known;

	if (ticket.n == 0)
		return false;
	mbedtls_ssl_session_init(&found);
	/* It is deciphered where it stands. */
	copy = mem_alloc(ticket.n);
	memcpy(copy, ticket.p, ticket.n);
	known =
	    mbedtls_ssl_ticket_parse(&m->ticket, &found, copy, ticket.n) == 0;
	mem_wipe(copy, ticket.n);
	free(copy);
	mbedtls_ssl_session_free(&found);
	return known;
}

bool
tls_setup_unbinds(struct tls_profile *p, const struct tls_hello *h)
{
	return !h->extended_master &&
	    (id_is_known(&p->memory[1], h->session) ||
		ticket_is_known(&p->memory[1], h->ticket));
}

bool
tls_setup_name_matches(struct slice pattern, struct slice host)
{
	size_t dot;

	if (!slice_starts(pattern, SLICE_LIT("*.")))
		return slice_eq_nocase(pattern, host);
	dot = slice_find(host, '.');
	return dot > 0 && dot < host.n &&
	    slice_eq_nocase(slice_from(pattern, 1), slice_from(host, dot));
}

static bool
alt_names_match(const mbedtls_x509_crt *crt, struct slice host)
{
	const mbedtls_x509_sequence *at = &crt->subject_alt_names;

	for (; at != NULL; at = at->next) {
		mbedtls_x509_subject_alternative_name san;
		struct slice name = { NULL, 0 };

		if (mbedtls_x509_parse_subject_alt_name(&at->buf, &san) != 0)
			continue;
		if (san.type == MBEDTLS_X509_SAN_DNS_NAME)
			name = slice_make(san.san.unstructured_name.p,
			    san.san.unstructured_name.len);
		/* What it points to is the certificate's. */
		mbed_alt_name_free(&san);
		if (name.n > 0 && tls_setup_name_matches(name, host))
			return true;
	}
	return false;
}

bool
tls_setup_owns(const struct tls_setup *s, struct slice host)
{
	const struct tls_profile *p = &s->profiles[TLS_PROFILE_OWN];

	if (!p->usable || host.n == 0)
		return false;
	if (p->chain.subject_alt_names.buf.p != NULL)
		return alt_names_match(&p->chain, host);
	for (const mbedtls_x509_name *at = &p->chain.subject; at != NULL;
	     at = at->next)
		if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &at->oid) == 0 &&
		    tls_setup_name_matches(slice_make(at->val.p, at->val.len),
			host))
			return true;
	return false;
}
