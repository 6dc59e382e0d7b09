/* SPDX-License-Identifier: MIT */
/*
 * Does the time the old TLS engine takes tell what was wrong?  Each kind of
 * malformed secret, and of malformed padding, is measured in turn with the
 * others, in one process and without a network, which sees more than any peer
 * can; and mbedTLS's own decryption beside ours, which nothing here uses, to
 * show that what would leak is seen.  usage: oldtls [ROUNDS]
 *
 * What is deciphered, and the tests, follow the paper that found the leak (H.
 * Kario, "Everlasting ROBOT: the Marvin Attack", 2023); its own tool was in no
 * package.
 */
#include "tests/timing/stats.h"
#include "tests/unit/old_world.h"

#include "common/base/panic.h"
#include "common/net/tls_old_mont.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	ROUNDS = 2000,
	PADDINGS = 7,
	BODY = 320, /* of a padded record, whatever is in it */
	WARM = 50
};

/* Below this it is no chance. */
#define LEAKS 1e-9

static struct old_world world;
static struct oldclient client;
static double *taken[STATS_KINDS_MAX];
static bool ours_leaks;

/* Of this thread's own time: what else runs here is nobody's secret. */
static double
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

/* What is measured, and is it our own? */
struct measure {
	const char *title;
	const char *const *names;
	size_t kinds;
	double (*once)(size_t kind);
	bool ours;
};

/* Who is measured behind whom must not matter. */
static void
shuffle(size_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = (size_t)rand() % (i + 1);

		order[i] = order[k];
		order[k] = i;
	}
}

static void
measure(const struct measure *m, size_t n)
{
	struct stats s = { m->title, m->names, m->kinds, n, { NULL } };
	double p;

	for (size_t i = 0; i < n + WARM; i++) {
		size_t order[STATS_KINDS_MAX];

		shuffle(order, m->kinds);
		for (size_t at = 0; at < m->kinds; at++)
			taken[order[at]][i < WARM ? 0 : i - WARM] =
			    m->once(order[at]);
	}
	memcpy(s.us, taken, sizeof(taken));
	p = stats_report(&s);
	if (p >= LEAKS)
		printf("  nothing is told (p >= %.0e, of all tests together)\n",
		    LEAKS);
	else
		printf("  TIME TELLS what it was (p = %.1e)%s\n", p,
		    m->ours ? "" : ", as the advisory says");
	fflush(stdout);
	ours_leaks |= m->ours && p < LEAKS;
}

/* ---- what is deciphered ---- */

enum plain {
	VALID,
	WRONG_VERSION,
	BYTES_47,
	BYTES_49,
	NO_BYTES,
	BYTES_192,
	ALL_BYTES,
	ALL_FF,
	NOT_00,
	NOT_02,
	HEADER_ALONE,
	NO_HEADER,
	NO_PADDING,
	SIGNATURE,
	ZERO_IN_PADDING,
	NO_STRUCTURE,
	PLAINS
};

static const char *const plain_names[PLAINS] = {
	[VALID] = "valid, 48 bytes",
	[WRONG_VERSION] = "the same, wrong version",
	[BYTES_47] = "valid, 47 bytes",
	[BYTES_49] = "valid, 49 bytes",
	[NO_BYTES] = "valid, 0 bytes",
	[BYTES_192] = "valid, 192 bytes",
	[ALL_BYTES] = "valid, as many as may be",
	[ALL_FF] = "the same, all ff",
	[NOT_00] = "not 00 first",
	[NOT_02] = "not 02 then",
	[HEADER_ALONE] = "header alone, and zeros",
	[NO_HEADER] = "no header, 48 bytes",
	[NO_PADDING] = "no padding, 48 bytes",
	[SIGNATURE] = "padding of a signature",
	[ZERO_IN_PADDING] = "00 in the padding",
	[NO_STRUCTURE] = "no structure",
};

/* The message begins at p + at, with a version when there is room. */
static void
plain_frame(unsigned char *p, size_t n, size_t message)
{
	const size_t at = n - message;

	p[0] = 0;
	p[1] = 2;
	p[at - 1] = 0;
	if (message >= 2) {
		p[at] = 3;
		p[at + 1] = 1;
	}
}

/* Below any modulus of n bytes: the first byte is small. */
static void
plain_make(unsigned char *p, size_t n, enum plain kind)
{
	static const size_t lengths
	    [PLAINS] = { [BYTES_47] = 47, [BYTES_49] = 49, [BYTES_192] = 192 };
	size_t length = lengths[kind] != 0 ? lengths[kind] : 48;

	if (kind == NO_BYTES)
		length = 0;
	if (kind == ALL_BYTES || kind == ALL_FF)
		length = n - 11;
	ASSERT(mbedtls_ctr_drbg_random(&world.drbg, p, n) == 0);
	for (size_t i = 0; i < n; i++)
		p[i] |= p[i] == 0;
	plain_frame(p, n, length);
	switch (kind) {
	case WRONG_VERSION:
		p[n - 47] = 3;
		break;
	case ALL_FF:
		memset(p + 11, 0xff, n - 11);
		break;
	case NOT_00:
		p[0] = 1;
		break;
	case NOT_02:
		p[1] = 1;
		break;
	case HEADER_ALONE:
		memset(p + 2, 0, n - 2);
		break;
	case NO_HEADER:
		memset(p, 0, n - 48);
		break;
	case NO_PADDING:
		memset(p + 2, 0, n - 50);
		break;
	case SIGNATURE:
		p[1] = 1;
		memset(p + 2, 0xff, n - 51);
		break;
	case ZERO_IN_PADDING:
		p[6] = 0;
		break;
	case NO_STRUCTURE:
		p[0] = 0x55;
		p[n - 49] = 1;
		break;
	case VALID:
	case BYTES_47:
	case BYTES_49:
	case NO_BYTES:
	case BYTES_192:
	case ALL_BYTES:
	case PLAINS:
		break;
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
secret_once(size_t kind)
{
	struct stopwatch w = { world.peer, 0, 0 };
	const struct old_peer peer = { watch_send, watch_recv, &w };
	unsigned char block[MBEDTLS_MPI_MAX_SIZE];

	plain_make(block, mbedtls_pk_get_len(&world.key), (enum plain)kind);
	client.block = block;
	client.resume = false;
	old_world_connect(&world);
	ASSERT(!oldclient_open(&client, &peer));
	ASSERT(client.alert == 20);
	client.block = NULL;
	return w.us;
}

/* ---- the private operation alone ---- */

static void
cipher_make(unsigned char *c, size_t kind)
{
	plain_make(c, mbedtls_pk_get_len(&world.key), (enum plain)kind);
	ASSERT(mbedtls_rsa_public(mbedtls_pk_rsa(world.key), c, c) == 0);
}

static double
decipher_mbedtls(size_t kind)
{
	unsigned char c[MBEDTLS_MPI_MAX_SIZE], out[MBEDTLS_MPI_MAX_SIZE];
	size_t got = 0;
	double began;

	cipher_make(c, kind);
	began = now_us();
	(void)mbedtls_pk_decrypt(&world.key, c, mbedtls_pk_get_len(&world.key),
	    out, &got, sizeof(out), mbedtls_ctr_drbg_random, &world.drbg);
	return now_us() - began;
}

static double
decipher_ours(size_t kind)
{
	unsigned char c[MBEDTLS_MPI_MAX_SIZE], out[TLS_OLD_PREMASTER];
	double began;

	cipher_make(c, kind);
	began = now_us();
	ASSERT(tls_old_premaster(world.cfg.key, &world.cfg.rng,
		   slice_make(c, mbedtls_pk_get_len(&world.key)), 0x0301,
		   out) == 0);
	return now_us() - began;
}

/* ---- and its last step, in which the Marvin attack sees the leak ---- */

/*
 * A number that was blinded, and what takes the blinding off: out comes what
 * plain_make() made.  The first half of a private operation does not know it.
 */
struct blinded {
	mbedtls_mpi t, u; /* t * u is the plaintext, modulo N */
	mbedtls_mpi over; /* 1/u */
	uint32_t limbs[TLS_OLD_LIMBS_MAX];
	uint32_t unblind[TLS_OLD_LIMBS_MAX]; /* in Montgomery's form */
};

static struct tls_old_modulus modulus;

static void
limbs_of(const mbedtls_mpi *v, uint32_t *to)
{
	unsigned char bytes[MBEDTLS_MPI_MAX_SIZE];

	ASSERT(mbedtls_mpi_write_binary(v, bytes, 4 * modulus.limbs) == 0);
	tls_old_limbs_read(&modulus, to, bytes);
}

static void
blinded_make(struct blinded *b, size_t kind)
{
	const mbedtls_mpi *n = &mbedtls_pk_rsa(world.key)->N;
	const size_t bytes = 4 * modulus.limbs;
	mbedtls_mpi *both[] = { &b->u, &b->over };
	unsigned char plain[MBEDTLS_MPI_MAX_SIZE];
	mbedtls_mpi m;

	mbedtls_mpi_init(&m);
	plain_make(plain, bytes, (enum plain)kind);
	ASSERT(mbedtls_mpi_read_binary(&m, plain, bytes) == 0);
	/* another pair each time, as the engine makes them */
	for (size_t i = 0; i < ARRAY_LEN(both); i++) {
		ASSERT(mbedtls_mpi_mul_mpi(both[i], both[i], both[i]) == 0);
		ASSERT(mbedtls_mpi_mod_mpi(both[i], both[i], n) == 0);
	}
	ASSERT(mbedtls_mpi_mul_mpi(&b->t, &b->over, &m) == 0);
	ASSERT(mbedtls_mpi_mod_mpi(&b->t, &b->t, n) == 0);
	limbs_of(&b->t, b->limbs);
	ASSERT(mbedtls_mpi_copy(&m, &b->u) == 0);
	ASSERT(mbedtls_mpi_shift_l(&m, 8 * bytes) == 0);
	ASSERT(mbedtls_mpi_mod_mpi(&m, &m, n) == 0);
	limbs_of(&m, b->unblind);
	mbedtls_mpi_free(&m);
}

static struct blinded blinded;

/* As the end of mbedtls_rsa_private() is up to 2.28.6. */
static double
last_mbedtls(size_t kind)
{
	struct blinded *b = &blinded;
	unsigned char out[MBEDTLS_MPI_MAX_SIZE];
	double began;

	blinded_make(b, kind);
	began = now_us();
	ASSERT(mbedtls_mpi_mul_mpi(&b->t, &b->t, &b->u) == 0);
	ASSERT(mbedtls_mpi_mod_mpi(&b->t, &b->t,
		   &mbedtls_pk_rsa(world.key)->N) == 0);
	ASSERT(mbedtls_mpi_write_binary(&b->t, out, 4 * modulus.limbs) == 0);
	return now_us() - began;
}

/* As the end of tls_old_decipher(). */
static double
last_ours(size_t kind)
{
	struct blinded *b = &blinded;
	unsigned char out[MBEDTLS_MPI_MAX_SIZE];
	double began;

	blinded_make(b, kind);
	began = now_us();
	tls_old_mont(&modulus, b->limbs, b->limbs, b->unblind);
	tls_old_limbs_write(&modulus, out, b->limbs);
	return now_us() - began;
}

static void
last_steps_begin(void)
{
	mbedtls_rsa_context *rsa = mbedtls_pk_rsa(world.key);
	unsigned char bytes[MBEDTLS_MPI_MAX_SIZE];

	ASSERT(rsa != NULL &&
	    mbedtls_mpi_write_binary(&rsa->N, bytes, rsa->len) == 0);
	tls_old_modulus_init(&modulus, bytes, rsa->len);
	mbedtls_mpi_init(&blinded.t);
	mbedtls_mpi_init(&blinded.u);
	mbedtls_mpi_init(&blinded.over);
	ASSERT(mbedtls_mpi_fill_random(&blinded.u, rsa->len - 1,
		   mbedtls_ctr_drbg_random, &world.drbg) == 0);
	ASSERT(mbedtls_mpi_inv_mod(&blinded.over, &blinded.u, &rsa->N) == 0);
}

/* ---- padding: a record with a false MAC ---- */

/* pad bytes that all say last; then spoil from the end one that does not. */
static const struct {
	const char *name;
	size_t pad;
	unsigned char last;
	size_t spoil;
} pads[PADDINGS] = {
	{ "16 bytes", 16, 15, 0 },
	{ "1 byte", 1, 0, 0 },
	{ "128 bytes", 128, 127, 0 },
	{ "256 bytes", 256, 255, 0 },
	{ "16, one wrong", 16, 15, 2 },
	{ "256, one wrong", 256, 255, 256 },
	{ "16 that say 255", 16, 254, 0 },
};

static double
padding_once(size_t kind)
{
	unsigned char wire[5 + BODY] = { 23, 3, 1, BODY >> 8, BODY & 0xff };
	unsigned char *body = wire + 5;
	size_t out;
	double began;

	client.resume = true;
	ASSERT(old_world_open(&world, &client));
	for (size_t i = 0; i < BODY; i++)
		body[i] = (unsigned char)rand();
	memset(body + BODY - pads[kind].pad, pads[kind].last, pads[kind].pad);
	if (pads[kind].spoil > 0)
		body[BODY - pads[kind].spoil] ^= 1;
	ASSERT(mbedtls_cipher_update(&client.out.cipher, body, BODY, body,
		   &out) == 0);
	began = now_us();
	old_world_feed(&world, wire, sizeof(wire));
	began = now_us() - began;
	ASSERT(world.rc == TLS_OLD_FAILED);
	return began;
}

int
main(int argc, char **argv)
{
	static const char *pad_names[PADDINGS];
	static const struct measure all[] = {
		{ "from the client's key exchange to the alert", plain_names,
		    PLAINS, secret_once, true },
		{ "mbedTLS's decryption (mbedtls_pk_decrypt)", plain_names,
		    PLAINS, decipher_mbedtls, false },
		{ "our own decryption (tls_old_premaster)", plain_names, PLAINS,
		    decipher_ours, true },
		{ "mbedTLS's last step (multiply, divide, write)", plain_names,
		    PLAINS, last_mbedtls, false },
		{ "our own last step (tls_old_mont, write)", plain_names,
		    PLAINS, last_ours, true },
		{ "padding of a record with a false MAC", pad_names, PADDINGS,
		    padding_once, true },
	};
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : ROUNDS;

	ASSERT(n >= 10 && n <= 1000000);
	stats_check();
	old_world_init(&world);
	oldclient_init(&client);
	client.suites[0] = 0x002f;
	last_steps_begin();
	for (size_t k = 0; k < PADDINGS; k++)
		pad_names[k] = pads[k].name;
	for (size_t k = 0; k < STATS_KINDS_MAX; k++)
		taken[k] = mem_alloc_array(10 * n, sizeof(double));
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		/* the last ones are quick */
		measure(&all[i], i < 3 ? n : 10 * n);
	for (size_t k = 0; k < STATS_KINDS_MAX; k++)
		free(taken[k]);
	mbedtls_mpi_free(&blinded.t);
	mbedtls_mpi_free(&blinded.u);
	mbedtls_mpi_free(&blinded.over);
	oldclient_free(&client);
	old_world_free(&world);
	return ours_leaks;
}
