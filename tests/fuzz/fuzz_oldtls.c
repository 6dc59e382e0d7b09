/* SPDX-License-Identifier: MIT */
/*
 * The old TLS engine.  The first byte says how to begin; then the input is
 * either what comes over the wire, or what a client says that has resumed a
 * session and has the right keys: (what, length, bytes) again and again.
 */
#include "common/base/panic.h"
#include "tests/unit/old_world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	BEGIN_V2 = 1,
	BEGIN_TLS = 2,
	BEGIN_WIRE = 4,
	BEGIN_SUITE = 8, /* times the suite's number */
	BEGIN_TLS_1_1 = 64,
	BEGIN_EXTENDED = 128, /* RFC 7627 */
	OUT_MAX = 256 * 1024,
};

static struct old_world world;
/* One resumes bound sessions, the other those that are not. */
static struct oldclient clients[2], *client;

/* Every turn's end: it is in one of few states and has said no novel. */
static void
check(void)
{
	ASSERT(world.rc <= 0 && world.rc >= TLS_OLD_FLOOD);
	ASSERT(world.out.n <= OUT_MAX);
	if (world.rc == TLS_OLD_FAILED || world.rc == TLS_OLD_FLOOD)
		ASSERT(!tls_old_write(world.engine, SLICE_LIT("x")));
}

static void
wire(const uint8_t *p, size_t n)
{
	old_world_connect(&world);
	world.cut = n > 0 ? p[0] : 0;
	old_world_feed(&world, p, n);
	world.cut = 0;
	check();
}

/* One thing a client with keys can say. */
static void
say(unsigned what, const uint8_t *p, size_t n)
{
	switch (what % 4) {
	case 0:
		(void)oldclient_record(client, 20 + what / 4 % 5, p, n);
		break;
	case 1:
		old_world_feed(&world, p, n);
		break;
	case 2:
		(void)old_world_echo(&world, client, n);
		break;
	default:
		(void)tls_old_write(world.engine, slice_make(p, n));
		break;
	}
}

static void
talk(const uint8_t *p, size_t n)
{
	/* Sessions of this client; a full handshake takes milliseconds. */
	client->resume = true;
	ASSERT(old_world_open(&world, client));
	while (n >= 2) {
		size_t part = size_min(p[1], n - 2);

		say(p[0], p + 2, part);
		check();
		p += 2 + part;
		n -= 2 + part;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t suites[] = { 4, 5, 0x0a, 0x2f, 0x35, 0xc013,
		0xc014 };
	static bool ready;

	if (!ready) {
		old_world_init(&world);
		oldclient_init(&clients[0]);
		oldclient_init(&clients[1]);
		clients[1].extend = true;
		clients[0].group = clients[1].group = 23;
		ready = true;
	}
	if (size == 0)
		return 0;
	/* An SSLv2-format hello has no room for the extension. */
	client = &clients[(data[0] & BEGIN_EXTENDED) != 0];
	client->v2 = (data[0] & BEGIN_V2) != 0 && client == clients;
	client->version = data[0] & BEGIN_TLS ? 0x0301 : 0x0300;
	if (data[0] & BEGIN_TLS_1_1)
		client->version++;
	client->suites[0] =
	    suites[data[0] / BEGIN_SUITE % 8 % ARRAY_LEN(suites)];
	/* neither has room for the group that ECDHE needs */
	if ((client->v2 || client->version == 0x0300) &&
	    client->suites[0] >= 0xc000)
		client->suites[0] = 0x2f;
	if (data[0] & BEGIN_WIRE)
		wire(data + 1, size - 1);
	else
		talk(data + 1, size - 1);
	return 0;
}
