/* SPDX-License-Identifier: MIT */
#include "common/net/tls_old_digest.h"

#include "common/base/panic.h"
#include "common/net/tls_mbed.h"

void
tls_old_digest_begin(struct tls_old_digest *d, bool md5)
{
	d->md5 = md5;
	if (md5)
		mbed_md5_begin(&d->u.md5);
	else
		mbed_sha1_begin(&d->u.sha1);
}

void
tls_old_digest_add(struct tls_old_digest *d, struct slice s)
{
	if (s.n == 0)
		return;
	if (d->md5)
		mbed_md5_add(&d->u.md5, s.p, s.n);
	else
		mbed_sha1_add(&d->u.sha1, s.p, s.n);
}

size_t
tls_old_digest_end(struct tls_old_digest *d, unsigned char *to)
{
	const bool md5 = d->md5;

	if (md5)
		mbed_md5_end(&d->u.md5, to);
	else
		mbed_sha1_end(&d->u.sha1, to);
	mem_wipe(d, sizeof(*d));
	return md5 ? TLS_OLD_MD5 : TLS_OLD_SHA1;
}

size_t
tls_old_digest_of(bool md5, const struct slice *parts, size_t n,
    unsigned char *to)
{
	struct tls_old_digest d;

	tls_old_digest_begin(&d, md5);
	for (size_t i = 0; i < n; i++)
		tls_old_digest_add(&d, parts[i]);
	return tls_old_digest_end(&d, to);
}
