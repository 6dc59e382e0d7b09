/* SPDX-License-Identifier: MIT */
#include "common/net/tls_route.h"

#include "common/net/tls_cursor.h"

enum {
	ALERT_HANDSHAKE_FAILURE = 40,
	ALERT_DECODE_ERROR = 50,
	ALERT_PROTOCOL_VERSION = 70,
	HASH_LEAST = MBED_3 ? 4 : 3, /* SHA-256, SHA-224: RFC 5246 7.4.1.4.1 */
	HASH_SHA512 = 6,
	SIGN_RSA = 1,
	SIGN_ECDSA = 3,
};

static struct tls_route
refusal(unsigned char alert, enum close_reason why)
{
	return (struct tls_route){ NULL, TLS_PROFILES, alert, why };
}

/* ---- what a profile can do for a hello ---- */

static bool
group_meets(const struct tls_hello *h, uint16_t tls_id)
{
	return tls_id != 0 && tls_hello_has_group(h, tls_id);
}

static bool
groups_meet(const struct tls_hello *h)
{
	for (size_t i = 0; tls_setup_groups[i] != MBED_GROUP_NONE; i++)
		if (group_meets(h, mbed_group_tls_id(tls_setup_groups[i])))
			return true;
	return false;
}

/* The client can check what a key like this has signed at TLS 1.2. */
static bool
signatures_meet(const struct tls_hello *h, mbedtls_pk_type_t key)
{
	unsigned want = key == MBEDTLS_PK_RSA ? SIGN_RSA : SIGN_ECDSA;
	struct cursor c = cursor_of(h->signatures);

	while (c.n >= 2) {
		unsigned hash = cursor_u8(&c);
		unsigned sign = cursor_u8(&c);

		if (sign == want && hash >= HASH_LEAST && hash <= HASH_SHA512)
			return true;
	}
	return false;
}

static bool
key_fits(const struct tls_hello *h, const mbedtls_pk_context *key,
    mbedtls_pk_type_t wanted)
{
	const mbedtls_ecp_keypair *ec;

	if (!mbedtls_pk_can_do(key, wanted))
		return false;
	if (wanted == MBEDTLS_PK_RSA)
		return true;
	ec = mbedtls_pk_ec(*key);
	return ec != NULL && group_meets(h, mbed_ec_tls_id(ec->grp.id));
}

/* One of the suites, all of them ECDHE, can be served to the end. */
static bool
modern_meets(const struct tls_setup *s, const struct tls_hello *h,
    enum tls_profile_id id)
{
	const struct tls_profile *p = &s->profiles[id];
	const mbedtls_pk_context *key = &p->lanes[0].key;

	if (!p->usable || !groups_meet(h))
		return false;
	for (const int *suite = tls_setup_modern; *suite != 0; suite++) {
		mbedtls_pk_type_t wanted = mbed_suite_key(*suite);

		if (tls_hello_offers(h, *suite) && key_fits(h, key, wanted) &&
		    signatures_meet(h, wanted))
			return true;
	}
	return false;
}

/* ---- the choice ---- */

static struct tls_route
route_old(const struct tls_setup *s, const struct tls_hello *h)
{
	const struct tls_route r = { &tls_engine_old, TLS_PROFILE_LEGACY, 0,
		0 };

	if (!s->profiles[r.profile].usable ||
	    (h->kind == TLS_HELLO_SSL3 && !s->ssl3))
		return refusal(ALERT_PROTOCOL_VERSION, CLOSE_TLS_VERSION);
	return r;
}

/*
 * A hello that offers TLS 1.2 and nothing with forward secrecy comes from
 * 2010 to 2014, when OpenSSL and GnuTLS had the one and not yet the other; it
 * offers 1.1 as well.  Who lists its versions is younger, and nothing old is
 * for it.
 */
static struct tls_route
route_modern(const struct tls_setup *s, const struct tls_hello *h,
    bool modern_only)
{
	struct tls_route r = { &tls_engine_mbedtls, TLS_PROFILE_MODERN, 0, 0 };

	if (tls_setup_owns(s, h->sni) && modern_meets(s, h, TLS_PROFILE_OWN)) {
		r.profile = TLS_PROFILE_OWN;
		return r;
	}
	if (modern_meets(s, h, TLS_PROFILE_MODERN))
		return r;
	if (modern_only || h->lists_versions ||
	    !s->profiles[TLS_PROFILE_LEGACY].usable)
		return refusal(ALERT_HANDSHAKE_FAILURE,
		    tls_hello_export_only(h) ? CLOSE_TLS_EXPORT
					     : CLOSE_TLS_SUITES);
	return route_old(s, h);
}

static struct tls_route
route_of_kind(const struct tls_setup *s, const struct tls_hello *h,
    bool modern_only)
{
	switch (h->kind) {
	case TLS_HELLO_MODERN:
		return route_modern(s, h, modern_only);
	case TLS_HELLO_LEGACY:
	case TLS_HELLO_V2:
	case TLS_HELLO_SSL3:
		return modern_only
		    ? refusal(ALERT_PROTOCOL_VERSION, CLOSE_TLS_VERSION)
		    : route_old(s, h);
	case TLS_HELLO_SSL2:
		return refusal(ALERT_PROTOCOL_VERSION, CLOSE_TLS_VERSION);
	case TLS_HELLO_BROKEN:
		return refusal(ALERT_DECODE_ERROR, CLOSE_TLS_NOT_TLS);
	case TLS_HELLO_MORE:
	case TLS_HELLO_PART:
	case TLS_HELLO_HTTP:
	case TLS_HELLO_JUNK:
	case TLS_HELLO_KINDS:
		break;
	}
	return refusal(0, CLOSE_TLS_NOT_TLS);
}

struct tls_route
tls_route_choose(struct tls_setup *s, const struct tls_hello *h,
    bool modern_only)
{
	struct tls_route r = route_of_kind(s, h, modern_only);

	if (r.engine == &tls_engine_mbedtls &&
	    tls_setup_unbinds(&s->profiles[r.profile], h))
		return refusal(ALERT_HANDSHAKE_FAILURE, CLOSE_TLS_FAILED);
	return r;
}
