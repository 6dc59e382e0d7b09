/* SPDX-License-Identifier: MIT */
#include "common/net/tls_sniff.h"

enum {
	RECORD_HEADER = 5,
	RECORD_HANDSHAKE = 22,
	CLIENT_HELLO = 1,
	RANDOM_BYTES = 32,
	EXTENSION_SNI = 0,
	SNI_HOST_NAME = 0,
	SNI_MAX = 255,
};

/* A reader that fails for good when asked for more than there is. */
struct cursor {
	const unsigned char *p;
	size_t n;
	bool failed;
};

static unsigned
be16(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static struct cursor
cursor_take(struct cursor *c, size_t n)
{
	struct cursor part = { .p = c->p };

	if (c->failed || n > c->n) {
		c->failed = part.failed = true;
		c->n = 0;
		return part;
	}
	part.n = n;
	c->p += n;
	c->n -= n;
	return part;
}

static unsigned
cursor_u8(struct cursor *c)
{
	struct cursor part = cursor_take(c, 1);

	return part.n == 1 ? part.p[0] : 0;
}

static unsigned
cursor_u16(struct cursor *c)
{
	struct cursor part = cursor_take(c, 2);

	return part.n == 2 ? be16(part.p) : 0;
}

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

		if (type == EXTENSION_SNI && !ext.failed)
			sni_read(&ext, h);
		if (ext.failed)
			return false;
	}
	return !all.failed;
}

/* body is what stands behind the handshake header. */
static void
hello_read(struct cursor body, struct tls_hello *h)
{
	h->kind = TLS_HELLO_BROKEN;
	h->version = (uint16_t)cursor_u16(&body);
	cursor_take(&body, RANDOM_BYTES);
	cursor_take(&body, cursor_u8(&body));  /* session id */
	cursor_take(&body, cursor_u16(&body)); /* cipher suites */
	cursor_take(&body, cursor_u8(&body));  /* compressions */
	if (body.failed || h->version < 0x0300)
		return;
	if (body.n > 0 && !extensions_read(&body, h))
		return;
	if (h->version >= 0x0303)
		h->kind = TLS_HELLO_MODERN;
	else if (h->version >= 0x0301)
		h->kind = TLS_HELLO_LEGACY;
	else
		h->kind = TLS_HELLO_SSL3;
}

static struct tls_hello
record_sniff(const unsigned char *p, size_t n)
{
	struct tls_hello h = { .kind = TLS_HELLO_MORE };
	struct cursor c;
	size_t record, message;

	if (n >= 2 && p[1] != 3)
		h.kind = TLS_HELLO_JUNK;
	if (n < RECORD_HEADER || h.kind == TLS_HELLO_JUNK)
		return h;
	record = be16(p + 3);
	h.kind = TLS_HELLO_BROKEN;
	if (record < 4 || record > TLS_HELLO_MAX)
		return h;
	if (n > RECORD_HEADER && p[RECORD_HEADER] != CLIENT_HELLO)
		return h;
	h.kind = TLS_HELLO_MORE;
	if (n < RECORD_HEADER + record)
		return h;
	c = (struct cursor){ p + RECORD_HEADER, record, false };
	cursor_take(&c, 1);
	message = (size_t)cursor_u8(&c) << 16;
	message |= cursor_u16(&c);
	h.kind = TLS_HELLO_BROKEN;
	/* One spread over several records is nothing any client sends. */
	if (message > c.n)
		return h;
	hello_read(cursor_take(&c, message), &h);
	return h;
}

/* Two bytes of length with the top bit set, the message type, the version. */
static struct tls_hello
ssl2_sniff(const unsigned char *p, size_t n)
{
	struct tls_hello h = { .kind = TLS_HELLO_MORE };

	if (n >= 3 && p[2] != CLIENT_HELLO)
		h.kind = TLS_HELLO_JUNK;
	if (n < 5 || h.kind == TLS_HELLO_JUNK)
		return h;
	h.version = (uint16_t)be16(p + 3);
	h.kind = h.version == 0x0002 || h.version >> 8 == 3 ? TLS_HELLO_SSL2
							    : TLS_HELLO_JUNK;
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
		return record_sniff(p, in.n);
	if (p[0] & 0x80)
		return ssl2_sniff(p, in.n);
	return (struct tls_hello){ .kind = text_sniff(in) };
}
