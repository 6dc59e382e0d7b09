/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CERTS_H
#define NUDGE_CERTS_H
/*
 * The house's own certificate authority and its leaves: SHA-256 for clients
 * that know it, SHA-1 with a key of its own for those that do not (passport
 * 12, soap 8).  Each leaf exists twice with one key: with host names and
 * addresses, and with host names alone for hellos that name a host, because
 * mono refuses a leaf with addresses below an authority that is limited to
 * some (field-runs 2.8).  Everything is PEM text; where it is kept is the
 * caller's business.
 *
 * A new authority may vouch for servers only (extended key usage), and only
 * for the hosts of names.def, the extra names and the private address ranges.
 */
#include "common/base/buf.h"

struct certs {
	struct buf ca_key, ca_cert;
	struct buf modern_key, modern_cert, modern_named;
	struct buf legacy_key, legacy_cert, legacy_named;
};

struct certs_options {
	int64_t now;
	/* more names for the leaves (public.address, ...), may be empty */
	struct slice extra_names; /* blank separated: DNS names or IPs */
};

void certs_init(struct certs *c);
void certs_free(struct certs *c); /* wipes the keys */
/*
 * Make what is missing, does not parse, does not belong together, or ends
 * within 30 days (the CA only when missing or broken).  Sets *changed.  0, or
 * -1 with a sentence in err.  Takes about a second per missing key.
 * With 0, too, err may hold a sentence, a warning: an authority is confined to
 * the names it was made for, and an extra name outside of them is left out of
 * the leaves.  A new authority (forget ca_cert) would take it in.
 */
int certs_ensure(struct certs *c, const struct certs_options *o, bool *changed,
    char *err, size_t errlen);
/*
 * Forget the authority and its leaves, so that certs_ensure() makes others.
 * Whoever trusted the old one trusts nothing of the new.
 */
void certs_forget(struct certs *c);
/* Seconds until certs_ensure() would renew a leaf; 0: now. */
int64_t certs_renew_in(const struct certs *c, int64_t now);
/* Human-readable: subject, fingerprints (SHA-1, SHA-256), dates, names. */
void certs_describe(const struct certs *c, struct buf *out);
/* PEM to DER, for systems that take only that.  0 or -1. */
int certs_der(struct slice pem, struct buf *out);

#endif
