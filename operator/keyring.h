/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_KEYRING_H
#define NUDGE_KEYRING_H
/*
 * The server's secrets: ticket keys, the certificate authority and its
 * leaves.  They live in the store, so that one backup holds everything.
 */
#include "certs/certs.h"
#include "common/auth/token.h"
#include "common/codec/seal.h"
#include "common/net/tls.h"
#include "common/net/work.h"
#include "core/store/store.h"

enum {
	/* public.address may hold names of this length, nexus.login one */
	KEYRING_NAMES = 4096
};

struct keyring {
	struct store *store;
	struct loop *loop;
	const char *folder; /* of the database; see mark.h */
	struct workers *workers;
	struct certs certs;
	struct buf own_cert, own_key; /* tls.cert and tls.key, read */
	struct token_keys *keys;
	unsigned char *seal_key;    /* SEAL_KEY_BYTES of the core */
	char names[KEYRING_NAMES];  /* more for the leaves, blank separated */
	char making[KEYRING_NAMES]; /* those the worker has */
	struct timer renew;
	struct work work;
	struct certs fresh; /* being made on a worker */
	bool working, changed, failed, closed;
	bool forgetting; /* the work makes another authority */
	void (*made)(void *arg, const char *err); /* and who waits for it */
	void *made_arg;
	char err[256];
	/* New certificates are here: give them to the TLS engine. */
	void (*renewed)(void *ctx);
	void *ctx;
};

/*
 * Load everything from the store, make and keep what is missing.  0, or -1
 * with a sentence in err.  Blocks: before the loop runs.  store, loop, folder,
 * workers, keys, names, renewed and ctx are set by the caller.
 */
int keyring_open(struct keyring *k, char *err, size_t errlen);
/* Renew what ends soon, twice a day, on a worker. */
void keyring_watch(struct keyring *k);
/*
 * The leaves are to have these names from now on: if they are others than
 * before, they are made anew on a worker.
 */
void keyring_rename(struct keyring *k, struct slice names);
/*
 * Make another authority and its leaves, on a worker.  made is called on the
 * loop when they are in use, err then NULL, or when that failed.  false: the
 * certificates are being made already; nothing is called.
 */
bool keyring_renew_authority(struct keyring *k,
    void (*made)(void *arg, const char *err), void *arg);
void keyring_close(struct keyring *k);
/* A fresh key seals tickets from now on; the old one still opens them. */
int keyring_rotate(struct keyring *k, const struct env *env);
/* Read the operator's own certificate; empty paths: none. 0 or -1. */
int keyring_read_own(struct keyring *k, const char *cert, const char *key,
    char *err, size_t errlen);
/* Pairs for tls_new() and tls_reload(); they borrow from k. */
void keyring_fill(const struct keyring *k, struct tls_config *cfg);
/* Write ca.pem, ca.cer (DER) and ca.crt into the folder; 0 or -1. */
int keyring_export(const struct keyring *k, const char *folder, char *err,
    size_t errlen);

#endif
