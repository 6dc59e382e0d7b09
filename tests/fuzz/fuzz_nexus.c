/* SPDX-License-Identifier: MIT */
/*
 * What strangers may put on the login pages, where they may have a browser
 * sent, and the settings of the login server.  The first byte says where the
 * rest is cut in two.
 */
#include "common/base/panic.h"
#include "nexus/front.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	INPUT_MAX = 8192,
	PAGE_MAX = 256 * 1024
};

static size_t
count(struct slice s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

/* No text adds a tag, or leaves the quotes it stands in. */
static void
page(struct slice text)
{
	const struct page_field fields[] = { { "login", text },
		{ "message", text }, { "ru", text } };
	struct buf b = BUF_INIT(PAGE_MAX), bare = BUF_INIT(PAGE_MAX);

	page_add(&b, nexus_page_login, fields, ARRAY_LEN(fields));
	page_add(&bare, nexus_page_login, NULL, 0);
	ASSERT(buf_ok(&b) && buf_ok(&bare));
	for (const char *c = "<>\"'"; *c != '\0'; c++)
		ASSERT(count(buf_slice(&b), *c) == count(buf_slice(&bare), *c));
	buf_reset(&b);
	/* a page of any form ends */
	page_add(&b, text, fields, 0);
	ASSERT(buf_ok(&b) && b.n <= text.n);
	buf_free(&b);
	buf_free(&bare);
}

static void
where_to(struct slice url)
{
	struct slice rest;

	if (!nexus_url_allowed(url))
		return;
	for (size_t i = 0; i < url.n; i++)
		ASSERT((unsigned char)url.p[i] > ' ' &&
		    (unsigned char)url.p[i] < 0x7f);
	/* a path of ours leads to no other host */
	if (url.p[0] == '/') {
		ASSERT(url.n > 1 && url.p[1] != '/');
		return;
	}
	rest = slice_from(url, slice_find_slice(url, SLICE_LIT("//")) + 2);
	for (size_t i = 0; i < rest.n; i++) {
		char low = (char)(rest.p[i] | 0x20);

		if (rest.p[i] == '/' || rest.p[i] == '?' || rest.p[i] == '#')
			break;
		ASSERT((low >= 'a' && low <= 'z') || rest.p[i] == '.');
	}
}

/* What stands in a Location, and what a question to another server says. */
static void
asker(struct slice in)
{
	struct slice host = nexus_url_host(in);

	for (size_t i = 0; i < host.n; i++)
		ASSERT((unsigned char)host.p[i] > ' ' && host.p[i] != '/' &&
		    host.p[i] != '@' && (unsigned char)host.p[i] < 0x7f);
	if (nexus_policy_ok(in))
		ASSERT(count(in, '|') == 1 && count(in, '\n') == 0);
	if (nexus_client_ok(in))
		ASSERT(in.p[in.n - 1] == '}' && count(in, ';') == 1);
}

static void
settings(struct slice login, struct slice redirect)
{
	char err[256] = "";
	struct nexus_config cfg;
	struct slice host;

	if (nexus_config_parse(&cfg, login, redirect, err, sizeof(err)) != 0) {
		ASSERT(err[0] != '\0');
		return;
	}
	ASSERT(cfg.login[0] != '\0' && strlen(cfg.login) <= NEXUS_HOST_MAX);
	host = nexus_config_redirect(&cfg, SLICE_LIT("a@hotmail.com"));
	ASSERT(host.p == NULL || (host.n > 0 && host.n <= NEXUS_HOST_MAX));
	ASSERT(slice_find(host, '/') == host.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in;

	if (size == 0 || size > INPUT_MAX)
		return 0;
	in = slice_make(data + 1, size - 1);
	page(in);
	where_to(in);
	asker(in);
	settings(slice_upto(in, data[0]), slice_from(in, data[0]));
	return 0;
}
