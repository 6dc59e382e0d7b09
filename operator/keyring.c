/* SPDX-License-Identifier: MIT */
#include "operator/keyring.h"

#include "common/base/log.h"
#include "common/base/panic.h"
#include "operator/mark.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum {
	RENEW_CHECK_MS = 12 * 3600 * 1000,
	PEM_MAX = 65536
};

struct slot {
	const char *name;
	size_t offset;
};

#define SLOT(label, member)                           \
	{                                             \
		label, offsetof(struct certs, member) \
	}

static const struct slot slots[] = {
	SLOT(STORE_SECRET_AUTHORITY, ca_key),
	SLOT("ca-cert", ca_cert),
	SLOT("modern-key", modern_key),
	SLOT("modern-cert", modern_cert),
	SLOT("modern-named", modern_named),
	SLOT("legacy-key", legacy_key),
	SLOT("legacy-cert", legacy_cert),
	SLOT("legacy-named", legacy_named),
};

static struct buf *
slot_buf(struct certs *c, const struct slot *s)
{
	return (struct buf *)(void *)((char *)c + s->offset);
}

static int
keep_certs(struct keyring *k)
{
	for (size_t i = 0; i < ARRAY_LEN(slots); i++)
		if (store_secret_put(k->store, slots[i].name,
			buf_slice(slot_buf(&k->certs, &slots[i]))) != 0)
			return -1;
	return 0;
}

static int
keep_keys(struct keyring *k)
{
	struct buf saved = BUF_INIT(4096);
	int r;

	token_keys_save(k->keys, &saved);
	r = store_secret_put(k->store, STORE_SECRET_LIVE, buf_slice(&saved));
	mem_wipe(saved.p, saved.n);
	buf_free(&saved);
	return r;
}

static int
open_keys(struct keyring *k, char *err, size_t errlen)
{
	struct buf saved = BUF_INIT(4096);
	bool other = false;
	int r = store_secret_get(k->store, STORE_SECRET_LIVE, &saved);

	if (r == 0)
		r = mark_look(k->store, k->folder, &other);
	if (r == 0 && saved.n > 0 && !other) {
		r = token_keys_load(k->keys, buf_slice(&saved));
	} else if (r == 0) {
		token_keys_make(k->keys, loop_env(k->loop));
		r = keep_keys(k);
	}
	if (r == 0 && other)
		log_warn("database-changed",
		    LOG_T("text",
			"this is not the database that was here last: "
			"everybody must sign in again"));
	if (r == 0)
		mark_renew(k->store, k->folder, loop_env(k->loop));
	if (saved.n > 0)
		mem_wipe(saved.p, saved.n);
	buf_free(&saved);
	if (r != 0)
		(void)snprintf(err, errlen,
		    "the ticket keys in the database cannot be used");
	return r;
}

/* What is sealed stays sealed: this key is never another. */
static int
open_seal(struct keyring *k, char *err, size_t errlen)
{
	struct buf saved = BUF_INIT(SEAL_KEY_BYTES);
	int r = store_secret_get(k->store, "seal-key", &saved);

	if (r == 0 && saved.n == 0) {
		env_random(loop_env(k->loop), k->seal_key, SEAL_KEY_BYTES);
		r = store_secret_put(k->store, "seal-key",
		    slice_make(k->seal_key, SEAL_KEY_BYTES));
	} else if (r == 0 && saved.n == SEAL_KEY_BYTES) {
		memcpy(k->seal_key, saved.p, SEAL_KEY_BYTES);
	} else {
		r = -1;
	}
	if (saved.n > 0)
		mem_wipe(saved.p, saved.n);
	buf_free(&saved);
	if (r != 0)
		(void)snprintf(err, errlen,
		    "the key of sealed passwords in the database cannot be "
		    "used");
	return r;
}

static struct certs_options
make_options(const struct keyring *k, const char *names)
{
	return (struct certs_options){ .now = env_wall(loop_env(k->loop)),
		.extra_names = slice_text(names) };
}

/* A warning of certs_ensure(), which has done what it could. */
static void
warn(const char *text)
{
	if (text[0] != '\0')
		log_warn("certs-names", LOG_T("text", text));
}

/* New keys beside them would make those that people trust useless. */
static int
refuse_sealed(struct keyring *k, char *err, size_t errlen)
{
	struct buf row = BUF_INIT(PEM_MAX);
	int r = store_secret_get(k->store, STORE_SECRET_SEALED, &row);

	if (r == 0 && row.n > 0)
		r = -1;
	buf_free(&row);
	if (r != 0)
		(void)snprintf(err, errlen,
		    "the keys in this database are sealed with a passphrase; "
		    "\"nudgectl restore\" asks for it");
	return r;
}

int
keyring_open(struct keyring *k, char *err, size_t errlen)
{
	struct certs_options o = make_options(k, k->names);
	bool changed = false;

	certs_init(&k->certs);
	buf_init(&k->own_cert, PEM_MAX);
	buf_init(&k->own_key, PEM_MAX);
	if (refuse_sealed(k, err, errlen) != 0 ||
	    open_keys(k, err, errlen) != 0 || open_seal(k, err, errlen) != 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(slots); i++)
		if (store_secret_get(k->store, slots[i].name,
			slot_buf(&k->certs, &slots[i])) != 0) {
			(void)snprintf(err, errlen,
			    "the certificates cannot be read");
			return -1;
		}
	if (certs_ensure(&k->certs, &o, &changed, err, errlen) != 0)
		return -1;
	warn(err);
	if (changed && keep_certs(k) != 0) {
		(void)snprintf(err, errlen, "the certificates cannot be kept");
		return -1;
	}
	return 0;
}

static void
copy_certs(struct certs *to, struct certs *from)
{
	for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
		struct buf *b = slot_buf(to, &slots[i]);

		buf_reset(b);
		buf_add_slice(b, buf_slice(slot_buf(from, &slots[i])));
	}
}

static void
renew_run(struct work *w)
{
	struct keyring *k = CONTAINER_OF(w, struct keyring, work);
	struct certs_options o = make_options(k, k->making);

	if (k->forgetting)
		certs_forget(&k->fresh);
	k->failed = certs_ensure(&k->fresh, &o, &k->changed, k->err,
			sizeof(k->err)) != 0;
}

static void renew_done(struct work *w);

static void
renew_start(struct keyring *k)
{
	certs_init(&k->fresh);
	copy_certs(&k->fresh, &k->certs);
	memcpy(k->making, k->names, sizeof(k->making));
	k->changed = k->failed = false;
	k->work = (struct work){ .cls = WORK_TLS,
		.from = { .known = true },
		.run = renew_run,
		.done = renew_done };
	k->working = work_start(k->workers, &k->work);
	if (!k->working)
		certs_free(&k->fresh);
}

static void
tell_made(struct keyring *k, const char *err)
{
	void (*made)(void *, const char *) = k->made;

	k->forgetting = false;
	k->made = NULL;
	if (made != NULL)
		made(k->made_arg, err);
}

static const char *
take_fresh(struct keyring *k)
{
	if (k->failed) {
		log_error("certs-renewal-failed", LOG_T("why", k->err));
		return k->err;
	}
	if (!k->changed)
		return NULL;
	warn(k->err);
	copy_certs(&k->certs, &k->fresh);
	k->renewed(k->ctx);
	if (keep_certs(k) == 0)
		return NULL;
	log_error("certs-not-kept", LOG_T("why", "store"));
	return "the new certificates are in use, but could not be written to "
	       "the database: after the next start others are";
}

static void
renew_done(struct work *w)
{
	struct keyring *k = CONTAINER_OF(w, struct keyring, work);

	k->working = false;
	if (k->closed) {
		certs_free(&k->fresh);
		return;
	}
	tell_made(k, take_fresh(k));
	certs_free(&k->fresh);
	/* named anew meanwhile */
	if (strcmp(k->making, k->names) != 0)
		renew_start(k);
}

static void
renew_check(struct timer *t)
{
	struct keyring *k = CONTAINER_OF(t, struct keyring, renew);
	int64_t now = env_wall(loop_env(k->loop));

	timer_start(k->loop, t, RENEW_CHECK_MS);
	if (!k->working && certs_renew_in(&k->certs, now) <= 0)
		renew_start(k);
}

void
keyring_rename(struct keyring *k, struct slice names)
{
	ASSERT(names.n < sizeof(k->names));
	if (slice_eq_text(names, k->names))
		return;
	(void)snprintf(k->names, sizeof(k->names), SLICE_FMT, SLICE_ARG(names));
	if (!k->working)
		renew_start(k);
}

bool
keyring_renew_authority(struct keyring *k,
    void (*made)(void *arg, const char *err), void *arg)
{
	if (k->working)
		return false;
	k->forgetting = true;
	renew_start(k);
	if (!k->working) {
		k->forgetting = false;
		return false;
	}
	k->made = made;
	k->made_arg = arg;
	return true;
}

void
keyring_watch(struct keyring *k)
{
	k->renew.fire = renew_check;
	timer_start(k->loop, &k->renew, RENEW_CHECK_MS);
}

void
keyring_close(struct keyring *k)
{
	timer_stop(&k->renew);
	k->closed = true;
	certs_free(&k->certs);
	mem_wipe(k->own_key.p, k->own_key.n);
	buf_free(&k->own_cert);
	buf_free(&k->own_key);
	mem_wipe(k->keys, sizeof(*k->keys));
	mem_wipe(k->seal_key, SEAL_KEY_BYTES);
}

int
keyring_rotate(struct keyring *k, const struct env *env)
{
	token_keys_rotate(k->keys, env);
	return keep_keys(k);
}

static int
read_pem(const char *path, struct buf *out, char *err, size_t errlen)
{
	FILE *f = fopen(path, "re");
	char part[4096];
	size_t n;

	buf_reset(out);
	if (f == NULL)
		goto fail;
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(out, part, n);
	mem_wipe(part, sizeof(part));
	n = (size_t)ferror(f);
	(void)fclose(f);
	if (n == 0 && buf_ok(out))
		return 0;
	errno = EIO;
fail:
	(void)snprintf(err, errlen, "cannot read %s: %s", path,
	    strerror(errno));
	return -1;
}

int
keyring_read_own(struct keyring *k, const char *cert, const char *key,
    char *err, size_t errlen)
{
	buf_reset(&k->own_cert);
	buf_reset(&k->own_key);
	if (cert[0] == '\0' || key[0] == '\0')
		return 0;
	if (read_pem(cert, &k->own_cert, err, errlen) != 0 ||
	    read_pem(key, &k->own_key, err, errlen) != 0)
		return -1;
	return 0;
}

void
keyring_fill(const struct keyring *k, struct tls_config *cfg)
{
	cfg->modern.cert_pem = buf_slice(&k->certs.modern_cert);
	cfg->modern.named_pem = buf_slice(&k->certs.modern_named);
	cfg->modern.key_pem = buf_slice(&k->certs.modern_key);
	cfg->legacy.cert_pem = buf_slice(&k->certs.legacy_cert);
	cfg->legacy.named_pem = buf_slice(&k->certs.legacy_named);
	cfg->legacy.key_pem = buf_slice(&k->certs.legacy_key);
	cfg->own.cert_pem = buf_slice(&k->own_cert);
	cfg->own.key_pem = buf_slice(&k->own_key);
}

static int
write_file(const char *folder, const char *name, struct slice bytes, char *err,
    size_t errlen)
{
	char path[4096];
	FILE *f;
	bool good;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "we");
	if (f == NULL)
		goto fail;
	good = fwrite(bytes.p, 1, bytes.n, f) == bytes.n;
	if (fclose(f) == 0 && good)
		return 0;
fail:
	(void)snprintf(err, errlen, "cannot write %s: %s", path,
	    strerror(errno));
	return -1;
}

int
keyring_export(const struct keyring *k, const char *folder, char *err,
    size_t errlen)
{
	struct slice pem = buf_slice(&k->certs.ca_cert);
	struct buf der = BUF_INIT(PEM_MAX);
	int r;

	if (mkdir(folder, 0755) != 0 && errno != EEXIST) {
		(void)snprintf(err, errlen, "cannot make %s: %s", folder,
		    strerror(errno));
		return -1;
	}
	r = certs_der(pem, &der);
	if (r != 0)
		(void)snprintf(err, errlen, "the certificate is damaged");
	/* Windows opens .cer and .crt; the old ones read only DER */
	if (r == 0)
		r = write_file(folder, "ca.pem", pem, err, errlen);
	if (r == 0)
		r = write_file(folder, "ca.cer", buf_slice(&der), err, errlen);
	if (r == 0)
		r = write_file(folder, "ca.crt", buf_slice(&der), err, errlen);
	buf_free(&der);
	return r;
}
