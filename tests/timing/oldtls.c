/* SPDX-License-Identifier: MIT */
/*
 * Does the time the old TLS engine takes tell what was wrong?  Each kind of
 * malformed secret, and of malformed padding, is measured in turn with the
 * others, in one process and without a network, which sees more than any peer
 * can.  usage: oldtls [SAMPLES], of each kind.
 *
 * t is Welch's, against the first row, of the faster nine tenths of the
 * samples; what stays below 4.5 is nothing that can be told from chance.
 */
#include "tests/unit/old_world.h"

#include "common/base/panic.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	SAMPLES = 2000,
	KINDS = 7,
	BODY = 320, /* of a padded record, whatever is in it */
	MAC = 20,
	WARM = 50
};

static struct old_world world;
static struct oldclient client;
static double *taken[KINDS];

static double
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Who is measured behind whom must not matter. */
static void
shuffle(size_t order[KINDS])
{
	for (size_t i = 0; i < KINDS; i++) {
		size_t k = (size_t)rand() % (i + 1);

		order[i] = order[k];
		order[k] = i;
	}
}

struct row {
	double median, mean, variance;
	size_t n;
};

static struct row
summarize(double *v, size_t n)
{
	struct row r = { .n = n * 9 / 10 };

	qsort(v, n, sizeof(*v), by_size);
	r.median = v[n / 2];
	for (size_t i = 0; i < r.n; i++)
		r.mean += v[i] / (double)r.n;
	for (size_t i = 0; i < r.n; i++)
		r.variance +=
		    (v[i] - r.mean) * (v[i] - r.mean) / (double)(r.n - 1);
	return r;
}

static void
report(const char *title, const char *const *names, size_t kinds, size_t n)
{
	struct row first = summarize(taken[0], n);

	printf("%s, %zu samples of each\n", title, n);
	printf("  %-28s %10s %10s %8s\n", "", "median us", "mean us", "t");
	for (size_t k = 0; k < kinds; k++) {
		struct row r = k == 0 ? first : summarize(taken[k], n);
		double noise = sqrt(first.variance / (double)first.n +
		    r.variance / (double)r.n);

		printf("  %-28s %10.3f %10.3f %8.2f\n", names[k], r.median,
		    r.mean, k == 0 ? 0.0 : (r.mean - first.mean) / noise);
	}
}

/* ---- secrets: from the client's key exchange to the alert ---- */

struct stopwatch {
	struct old_peer inner;
	unsigned sent;
	double us;
};

static bool
watch_send(void *ctx, const void *p, size_t n)
{
	struct stopwatch *w = ctx;
	double began = now_us();
	bool ok = w->inner.send(w->inner.ctx, p, n);

	if (w->sent++ > 0)
		w->us += now_us() - began;
	return ok;
}

static bool
watch_recv(void *ctx, void *p, size_t n)
{
	struct stopwatch *w = ctx;

	return w->inner.recv(w->inner.ctx, p, n);
}

static double
secret_once(enum old_wrong wrong)
{
	struct stopwatch w = { world.peer, 0, 0 };
	const struct old_peer peer = { watch_send, watch_recv, &w };

	client.wrong = wrong;
	client.resume = false;
	old_world_connect(&world);
	ASSERT(!oldclient_open(&client, &peer));
	ASSERT(client.alert == 20);
	return w.us;
}

static void
secrets(size_t n)
{
	static const enum old_wrong kinds[] = { OLD_WRONG_SECRET,
		OLD_WRONG_VERSION, OLD_WRONG_FIRST, OLD_WRONG_TYPE,
		OLD_WRONG_ZERO, OLD_WRONG_SEPARATOR, OLD_WRONG_SHORT };
	static const char *const names[] = { "well-formed", "wrong version",
		"not 00 first", "not 02 then", "00 in the padding",
		"no 00 behind it", "47 bytes" };

	_Static_assert(ARRAY_LEN(kinds) == KINDS, "all are shuffled");
	for (size_t i = 0; i < n + WARM; i++) {
		size_t order[KINDS];

		shuffle(order);
		for (size_t at = 0; at < KINDS; at++) {
			size_t k = order[at];

			taken[k][i < WARM ? 0 : i - WARM] =
			    secret_once(kinds[k]);
		}
	}
	report("premaster secrets", names, ARRAY_LEN(kinds), n);
	client.wrong = OLD_WRONG_NOTHING;
}

/* ---- padding: a record with a false MAC ---- */

/* pad bytes that all say last; then from of them on one that does not. */
static double
padding_once(size_t pad, unsigned char last, size_t spoil)
{
	unsigned char wire[5 + BODY] = { 23, 3, 1, BODY >> 8, BODY & 0xff };
	unsigned char *body = wire + 5;
	size_t out;
	double began;

	client.resume = true;
	ASSERT(old_world_open(&world, &client));
	for (size_t i = 0; i < BODY; i++)
		body[i] = (unsigned char)rand();
	memset(body + BODY - pad, last, pad);
	if (spoil > 0)
		body[BODY - spoil] ^= 1;
	ASSERT(mbedtls_cipher_update(&client.out.cipher, body, BODY, body,
		   &out) == 0);
	began = now_us();
	old_world_feed(&world, wire, sizeof(wire));
	began = now_us() - began;
	ASSERT(world.rc == TLS_OLD_FAILED);
	return began;
}

static void
paddings(size_t n)
{
	static const struct {
		size_t pad;
		unsigned char last;
		size_t spoil;
	} kinds[] = { { 16, 15, 0 }, { 1, 0, 0 }, { 128, 127, 0 },
		{ 256, 255, 0 }, { 16, 15, 2 }, { 256, 255, 256 },
		{ 16, 254, 0 } };
	static const char *const names[] = { "16 bytes", "1 byte", "128 bytes",
		"256 bytes", "16, one wrong", "256, one wrong",
		"16 that say 255" };

	_Static_assert(ARRAY_LEN(kinds) == KINDS, "all are shuffled");
	for (size_t i = 0; i < n + WARM; i++) {
		size_t order[KINDS];

		shuffle(order);
		for (size_t at = 0; at < KINDS; at++) {
			size_t k = order[at];

			taken[k][i < WARM ? 0 : i - WARM] =
			    padding_once(kinds[k].pad, kinds[k].last,
				kinds[k].spoil);
		}
	}
	report("padding of a record with a false MAC", names, ARRAY_LEN(kinds),
	    n);
}

int
main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : SAMPLES;

	ASSERT(n >= 10 && n <= 1000000);
	old_world_init(&world);
	oldclient_init(&client);
	client.suites[0] = 0x002f;
	for (size_t k = 0; k < KINDS; k++)
		taken[k] = mem_alloc_array(10 * n, sizeof(double));
	secrets(n);
	/* these are quick */
	paddings(10 * n);
	for (size_t k = 0; k < KINDS; k++)
		free(taken[k]);
	oldclient_free(&client);
	old_world_free(&world);
	return 0;
}
