/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_SETUP_H
#define NUDGE_TLS_SETUP_H
/*
 * What a TLS configuration becomes: certificates, keys and one profile for
 * each way to answer a hello.  Immutable once made and counted: connections
 * keep the one they began with across a reload.
 */
#include "common/net/tls.h"
#include "common/net/tls_mbed.h"
#include "common/net/tls_old.h"
#include "common/net/tls_sniff.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_cache.h>
#include <mbedtls/ssl_ticket.h>

enum tls_profile_id {
	TLS_PROFILE_MODERN,
	TLS_PROFILE_OWN, /* modern, with the operator's certificate */
	TLS_PROFILE_LEGACY,
	TLS_PROFILES
};

/*
 * mbedTLS locks an RSA key while it computes with it.  Copies let as many
 * workers compute at once.
 */
enum {
	TLS_LANES = 4
};

/*
 * Sessions are remembered per profile, so that one begun with an old suite
 * is never resumed by a hello that was answered as a modern one; and those
 * whose master secret is bound to its handshake, with [1], apart from others
 * with [0], because mbedTLS would resume the one as the other (RFC 7627 5.3).
 */
struct tls_profile {
	/* What connections use; everything in it is the same but the key. */
	struct tls_lane {
		mbedtls_ssl_config conf[2]; /* of mbedTLS's profiles */
		mbedtls_pk_context key;
		struct tls_profile *profile;
		struct tls_old_config old; /* of the legacy profile alone */
	} lanes[TLS_LANES];
	unsigned next;
	struct tls_memory {
		mbedtls_ssl_cache_context cache;
		mbedtls_ssl_ticket_context ticket;
	} memory[2];
	mbedtls_x509_crt chain;
	mbedtls_x509_crt named; /* for hellos that name a host, or empty */
	bool usable;
};

struct tls_setup {
	unsigned refs;
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context rng;
	struct tls_profile profiles[TLS_PROFILES];
	unsigned hello_ms;
	unsigned handshake_ms;
	struct tls_old_sessions *old_sessions;
	struct buf old_certificates, old_named;
	bool ssl3;
	bool goodbye;
};

/* What mbedTLS serves, by TLS's numbers; 0, and NONE, are behind the last. */
extern const int tls_setup_modern[];
extern const mbed_group tls_setup_groups[];

/* One reference for the caller; on failure NULL and a sentence in err. */
struct tls_setup *tls_setup_new(const struct tls_config *cfg,
    const struct env *env, char *err, size_t errlen);
void tls_setup_unref(struct tls_setup *s);
/* What the next connection of this profile is to use. */
const struct tls_lane *tls_setup_lane(struct tls_profile *p);
/*
 * The hello would resume a session of mbedTLS's whose master secret is bound
 * to its handshake, without having that itself.
 */
bool tls_setup_unbinds(struct tls_profile *p, const struct tls_hello *h);
/* The operator's certificate names this host. */
bool tls_setup_owns(const struct tls_setup *s, struct slice host);
/* Host names compare without case; "*." stands for one label. */
bool tls_setup_name_matches(struct slice pattern, struct slice host);

#endif
