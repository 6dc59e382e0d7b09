/* SPDX-License-Identifier: MIT */
#include "common/net/tls_sniff.h"

#include "common/net/tls_cursor.h"

enum {
	RECORD_HEADER = 5,
	RECORD_HANDSHAKE = 22,
	MESSAGE_HEADER = 4,
	CLIENT_HELLO = 1,
	RANDOM_BYTES = 32,
	SESSION_MAX = 32,
	EXTENSION_SNI = 0,
	EXTENSION_GROUPS = 10,
	EXTENSION_POINT_FORMATS = 11,
	EXTENSION_SIGNATURES = 13,
	EXTENSION_EXTENDED_MASTER = 23,
	EXTENSION_TICKET = 35,
	EXTENSION_VERSIONS = 43,
	EXTENSION_RENEGOTIATION = 0xff01,
	SNI_HOST_NAME = 0,
	SNI_MAX = 255,
	V2_LENGTH = 2,
	V2_SUITE = 3,
	V2_CHALLENGE_MIN = 16,
	SUITE_SCSV = 0x00ff,
	SUITE_FALLBACK = 0x5600,
};

/* RFC 6066 3: a list of names, of which only the host name is defined. */
static void
sni_read(struct cursor *ext, struct tls_hello *h)
{
	unsigned len = cursor_u16(ext);
	struct cursor names = cursor_take(ext, len);

	while (names.n > 0 && !names.failed) {
		unsigned type = cursor_u8(&names);
		unsigned n = cursor_u16(&names);
		struct cursor name = cursor_take(&names, n);

		if (name.failed)
			break;
		if (type != SNI_HOST_NAME || h->sni.n > 0)
			continue;
		if (name.n <= SNI_MAX)
			h->sni = slice_make(name.p, name.n);
	}
	if (names.failed)
		ext->failed = true;
}

/* A list of numbers of two bytes behind its length; n 0: none, or broken. */
static struct slice
pairs_read(struct cursor ext)
{
	size_t n = cursor_u16(&ext);

	if (ext.failed || n != ext.n || n % 2 != 0)
		return slice_make(NULL, 0);
	return cursor_slice(ext);
}

/* What is in them is read by who serves them: here broken ones are none. */
static void
extension_read(unsigned type, struct cursor *ext, struct tls_hello *h)
{
	switch (type) {
	case EXTENSION_SNI:
		sni_read(ext, h);
		break;
	case EXTENSION_GROUPS:
		h->groups = pairs_read(*ext);
		break;
	case EXTENSION_POINT_FORMATS:
		h->point_formats = true;
		break;
	case EXTENSION_SIGNATURES:
		h->signatures = pairs_read(*ext);
		break;
	case EXTENSION_EXTENDED_MASTER:
		h->extended_master = true;
		ext->failed = ext->n > 0;
		break;
	case EXTENSION_TICKET:
		h->ticket = cursor_slice(*ext);
		break;
	case EXTENSION_VERSIONS:
		h->lists_versions = true;
		break;
	case EXTENSION_RENEGOTIATION:
		h->safe_renegotiation = true;
		h->renegotiates = ext->n != 1 || ext->p[0] != 0;
		break;
	default:
		break;
	}
}

/* Returns false when an extension is cut off. */
static bool
extensions_read(struct cursor *c, struct tls_hello *h)
{
	unsigned len = cursor_u16(c);
	struct cursor all = cursor_take(c, len);

	while (all.n > 0 && !all.failed) {
		unsigned type = cursor_u16(&all);
		unsigned n = cursor_u16(&all);
		struct cursor ext = cursor_take(&all, n);

		if (!ext.failed)
			extension_read(type, &ext, h);
		if (ext.failed)
			return false;
	}
	return !all.failed;
}

static enum tls_hello_kind
kind_of(unsigned version)
{
	if (version >= 0x0303)
		return TLS_HELLO_MODERN;
	return version >= 0x0301 ? TLS_HELLO_LEGACY : TLS_HELLO_SSL3;
}

/* body is what stands behind the handshake header. */
static void
hello_read(struct cursor body, struct tls_hello *h)
{
	h->version = (uint16_t)cursor_u16(&body);
	h->random = cursor_slice(cursor_take(&body, RANDOM_BYTES));
	h->session = cursor_slice(cursor_take(&body, cursor_u8(&body)));
	if (h->session.n > SESSION_MAX)
		return;
	h->suites = cursor_slice(cursor_take(&body, cursor_u16(&body)));
	h->suite_bytes = 2;
	cursor_take(&body, cursor_u8(&body)); /* compressions */
	if (body.failed || h->version < 0x0300)
		return;
	if (body.n > 0 && !extensions_read(&body, h))
		return;
	h->kind = kind_of(h->version);
}

/* c is what is in a record. */
static void
message_sniff(struct cursor c, struct tls_hello *h)
{
	size_t n;

	h->kind = TLS_HELLO_PART;
	h->message = cursor_slice(c);
	if (c.n < MESSAGE_HEADER)
		return;
	cursor_take(&c, 1);
	n = cursor_u24(&c);
	if (n > c.n && MESSAGE_HEADER + n <= TLS_HELLO_MAX)
		return;
	h->kind = TLS_HELLO_BROKEN;
	if (n > c.n)
		return;
	h->message = slice_upto(h->message, MESSAGE_HEADER + n);
	hello_read(cursor_take(&c, n), h);
}

static struct tls_hello
record_sniff(struct slice in)
{
	struct tls_hello h = { .kind = TLS_HELLO_MORE };
	struct cursor c = cursor_of(in);
	size_t record;

	if (in.n >= 2 && c.p[1] != 3)
		h.kind = TLS_HELLO_JUNK;
	if (in.n < RECORD_HEADER || h.kind == TLS_HELLO_JUNK)
		return h;
	cursor_take(&c, 3);
	record = cursor_u16(&c);
	h.kind = TLS_HELLO_BROKEN;
	if (record == 0 || record > TLS_HELLO_MAX)
		return h;
	if (c.n > 0 && c.p[0] != CLIENT_HELLO)
		return h;
	h.kind = TLS_HELLO_MORE;
	if (c.n < record)
		return h;
	h.record = RECORD_HEADER + record;
	message_sniff(cursor_take(&c, record), &h);
	return h;
}

/* ---- in the format of SSLv2 ---- */

/* c stands behind the version. */
static void
v2_read(struct cursor c, struct tls_hello *h)
{
	size_t suites = cursor_u16(&c);
	size_t session = cursor_u16(&c);
	size_t challenge = cursor_u16(&c);

	h->suites = cursor_slice(cursor_take(&c, suites));
	h->session = cursor_slice(cursor_take(&c, session));
	h->random = cursor_slice(cursor_take(&c, challenge));
	h->suite_bytes = V2_SUITE;
	if (c.failed || c.n > 0 || suites % V2_SUITE != 0 ||
	    session > SESSION_MAX || challenge < V2_CHALLENGE_MIN ||
	    challenge > RANDOM_BYTES)
		return;
	h->kind = h->version >= 0x0301 ? TLS_HELLO_V2 : TLS_HELLO_SSL3;
}

/* Two bytes of length with the top bit set, the message type, the version. */
static struct tls_hello
v2_sniff(struct slice in)
{
	struct tls_hello h = { .kind = TLS_HELLO_MORE };
	struct cursor c = cursor_of(in);
	size_t record;

	if (in.n >= 3 && c.p[2] != CLIENT_HELLO)
		h.kind = TLS_HELLO_JUNK;
	if (in.n < 5 || h.kind == TLS_HELLO_JUNK)
		return h;
	record = cursor_u16(&c) & 0x7fff;
	h.version = (uint16_t)((unsigned)c.p[1] << 8 | c.p[2]);
	h.kind = h.version == 0x0002 ? TLS_HELLO_SSL2 : TLS_HELLO_JUNK;
	if (h.version >> 8 != 3)
		return h;
	h.kind = TLS_HELLO_BROKEN;
	if (record > TLS_HELLO_MAX)
		return h;
	h.kind = TLS_HELLO_MORE;
	if (c.n < record)
		return h;
	h.kind = TLS_HELLO_BROKEN;
	h.record = V2_LENGTH + record;
	c = cursor_take(&c, record);
	h.message = cursor_slice(c);
	cursor_take(&c, 3);
	v2_read(c, &h);
	return h;
}

static enum tls_hello_kind
text_sniff(struct slice in)
{
	static const char methods[][5] = { "GET ", "POST", "HEAD", "PUT ",
		"OPTI", "CONN", "DELE", "PROP" };

	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		size_t n = size_min(in.n, 4);

		if (memcmp(in.p, methods[i], n) == 0)
			return n < 4 ? TLS_HELLO_MORE : TLS_HELLO_HTTP;
	}
	return TLS_HELLO_JUNK;
}

struct tls_hello
tls_sniff_hello(struct slice in)
{
	const unsigned char *p = (const unsigned char *)in.p;

	if (in.n == 0)
		return (struct tls_hello){ .kind = TLS_HELLO_MORE };
	if (p[0] == RECORD_HANDSHAKE)
		return record_sniff(in);
	if (p[0] & 0x80)
		return v2_sniff(in);
	return (struct tls_hello){ .kind = text_sniff(in) };
}

/* ---- suites ---- */

int
tls_hello_suite(const struct tls_hello *h, size_t *at)
{
	struct cursor c = cursor_of(slice_from(h->suites, *at));

	while (c.n >= h->suite_bytes && h->suite_bytes > 0) {
		unsigned kind = h->suite_bytes == V2_SUITE ? cursor_u8(&c) : 0;
		unsigned suite = cursor_u16(&c);

		*at += h->suite_bytes;
		if (kind == 0)
			return (int)suite;
	}
	return -1;
}

bool
tls_hello_offers(const struct tls_hello *h, int suite)
{
	size_t at = 0;
	int got;

	while ((got = tls_hello_suite(h, &at)) >= 0)
		if (got == suite)
			return true;
	return false;
}

bool
tls_hello_has_group(const struct tls_hello *h, unsigned group)
{
	struct cursor c = cursor_of(h->groups);

	while (c.n >= 2)
		if (cursor_u16(&c) == group)
			return true;
	return false;
}

/* RSA_EXPORT, DH_EXPORT, KRB5_EXPORT and EXP1024 suites; NULL ciphers. */
static bool
suite_is_export(int suite)
{
	static const unsigned char ids[] = { 0x00, 0x01, 0x02, 0x03, 0x06, 0x08,
		0x0b, 0x0e, 0x11, 0x14, 0x17, 0x19, 0x26, 0x27, 0x28, 0x29,
		0x2a, 0x2b, 0x60, 0x61, 0x62, 0x63, 0x64, 0x65 };

	return suite <= 0xff && memchr(ids, suite, sizeof(ids)) != NULL;
}

bool
tls_hello_export_only(const struct tls_hello *h)
{
	bool any = false;
	size_t at = 0;
	int suite;

	while ((suite = tls_hello_suite(h, &at)) >= 0) {
		if (suite == SUITE_SCSV || suite == SUITE_FALLBACK)
			continue;
		if (!suite_is_export(suite))
			return false;
		any = true;
	}
	return any;
}

bool
tls_sniff_is_host(struct slice sni)
{
	if (slice_find(sni, ':') < sni.n)
		return false;
	for (size_t i = 0; i < sni.n; i++)
		if (sni.p[i] != '.' && (sni.p[i] < '0' || sni.p[i] > '9'))
			return true;
	return false;
}
