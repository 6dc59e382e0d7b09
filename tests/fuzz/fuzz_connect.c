/* SPDX-License-Identifier: MIT */
/*
 * What a browser says to "connect your client", a line each: Host,
 * User-Agent, program, system, test.  Whatever it is, where we are stays text
 * that needs no escaping, and no part of a file is made up.
 */
#include "common/base/panic.h"
#include "web/connect_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct connect_tests tests;

static void
fixed(void *ctx, void *out, size_t n)
{
	(void)ctx;
	memset(out, 1, n);
}

static uint64_t
still(void *ctx)
{
	(void)ctx;
	return 1;
}

static void
is_plain(const char *text, size_t max)
{
	ASSERT(strlen(text) < max);
	for (; *text != '\0'; text++)
		ASSERT((*text >= '0' && *text <= '9') ||
		    (*text >= 'a' && *text <= 'f') || *text == ':' ||
		    *text == '.' || *text == '[' || *text == ']');
}

static void
where(struct slice host)
{
	const struct connect_config cfg = { .http_port = 65535 };
	struct addr local = { 0 };
	struct connect_reached by = { host, &local, false };
	struct connect_where w;

	ASSERT(addr_parse_ip(&local, SLICE_LIT("192.0.2.1")));
	for (int tls = 0; tls < 2; tls++) {
		by.tls = tls;
		connect_where(&w, &cfg, &by);
		ASSERT(w.address[0] != '\0');
		is_plain(w.address, sizeof(w.address));
		is_plain(w.site, sizeof(w.site));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct env env = { .mono_ms = still, .random = fixed };
	struct slice all = slice_make(data, size), line[5] = { 0 };
	const struct connect_test *t;
	struct slice part;

	for (size_t i = 0; i < ARRAY_LEN(line); i++)
		(void)slice_cut(&all, '\n', &line[i]);
	where(line[0]);
	(void)connect_guess(line[1]);
	(void)connect_find_client(line[2]);
	(void)connect_find_system(line[3]);
	if (tests.env == NULL) {
		tests.env = &env;
		(void)connect_test_begin(&tests);
	}
	t = connect_test_find(&tests, line[4]);
	ASSERT(t == NULL || t == &tests.tests[0]);
	part = page_part(slice_make(data, size), "x");
	ASSERT(part.n < size || size == 0);
	return 0;
}
