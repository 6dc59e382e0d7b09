/* SPDX-License-Identifier: MIT */
/*
 * Addresses, networks, lists of them, numbers and UTF-8: the smallest readers.  What was read and is
 * written again reads the same.
 */
#include "common/base/num.h"
#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "common/net/public.h"
#include "common/net/subnet.h"

#include <inttypes.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
address(struct slice in)
{
	struct buf b = BUF_INIT(ADDR_TEXT_MAX);
	unsigned char group[16], group_again[16];
	struct addr a, again;

	if (!addr_parse_ip(&a, in)) {
		ASSERT(a.family == 0);
		return;
	}
	addr_add_ip(&b, &a);
	ASSERT(buf_ok(&b) && addr_parse_ip(&again, buf_slice(&b)));
	ASSERT(again.family == a.family);
	ASSERT(memcmp(again.ip, a.ip, sizeof(a.ip)) == 0);
	addr_group(&a, group);
	addr_group(&again, group_again);
	ASSERT(memcmp(group, group_again, sizeof(group)) == 0);
	ASSERT(addr_is_loopback(&a) == addr_is_loopback(&again));
	buf_reset(&b);
	addr_add(&b, &a);
	ASSERT(buf_ok(&b) && b.n > 2);
	buf_free(&b);
}

static void
network(struct slice in)
{
	struct subnet s;

	if (!subnet_parse(&s, in))
		return;
	ASSERT(s.bits <= (s.base.family == 4 ? 32 : 128));
	ASSERT(subnet_has(&s, &s.base) && subnet_eq(&s, &s));
	ASSERT(!subnet_has(&s, &(struct addr){ .family = 0 }));
}

static void
list(struct slice in)
{
	static const struct addr peer = { .family = 4, .ip = { 10, 0, 0, 1 } };
	struct buf host = BUF_INIT(PUBLIC_TEXT_MAX);
	struct slice wrong = { 0 };
	struct subnets nets;
	char err[256] = "";

	if (subnets_read(&nets, in, SLICE_LIT("ns"), &wrong))
		ASSERT(nets.n <= SUBNETS_MAX);
	else
		ASSERT(wrong.n > 0 && wrong.p >= in.p);
	ASSERT(public_check(in, err, sizeof(err)) == 0 || err[0] != '\0');
	public_add_host(in, &peer, &peer, &host);
	ASSERT(buf_ok(&host) && host.n > 0);
	ASSERT(slice_find(buf_slice(&host), ' ') == host.n);
	buf_free(&host);
}

static void
number(struct slice in)
{
	struct buf b = BUF_INIT(32);
	uint64_t u, again;
	uint32_t small;
	int64_t i;

	if (num_parse_u64(in, &u)) {
		buf_add_u64(&b, u);
		ASSERT(num_parse_u64(buf_slice(&b), &again) && again == u);
		ASSERT(num_parse_u32(in, &small) == (u <= UINT32_MAX));
		ASSERT(num_parse_i64(in, &i) == (u <= INT64_MAX));
	}
	buf_reset(&b);
	if (num_parse_i64(in, &i)) {
		int64_t back;

		buf_add_i64(&b, i);
		ASSERT(num_parse_i64(buf_slice(&b), &back) && back == i);
	}
	ASSERT(buf_ok(&b));
	buf_free(&b);
}

/* Bytes of the well-formed character at the front, or 0. */
static size_t
character(struct slice s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = (unsigned char)s.p[0];
	size_t n = lead < 0x80 ? 1
	    : lead >> 5 == 6   ? 2
	    : lead >> 4 == 14  ? 3
	    : lead >> 3 == 30  ? 4
			       : 0;
	uint32_t c = n == 1 ? lead : lead & (0x7fu >> n);

	if (n == 0 || n > s.n)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)s.p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)s.p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	return n;
}

static void
utf8(struct slice in)
{
	struct buf b = BUF_INIT(4 * in.n + 1);
	struct slice rest = in;
	size_t n;

	while (rest.n > 0 && (n = character(rest)) > 0)
		rest = slice_from(rest, n);
	ASSERT(utf8_valid(in) == (rest.n == 0));
	utf8_add_cp1252(&b, in);
	ASSERT(buf_ok(&b) && utf8_valid(buf_slice(&b)));
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_make(data, size);

	if (size > 4096)
		return 0;
	address(in);
	network(in);
	list(in);
	number(in);
	utf8(in);
	return 0;
}
