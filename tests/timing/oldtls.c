/* SPDX-License-Identifier: MIT */
/*
 * Does the time the old TLS engine takes tell what was wrong?  Each kind of
 * malformed secret, and of malformed padding, is measured in turn with the
 * others, in one process and without a network, which sees more than any peer
 * can; and mbedTLS's own decryption beside ours, which nothing here uses, to
 * show that what would leak is seen.  usage: oldtls [SAMPLES], of each kind.
 *
 * t is Welch's, against the first row, of the faster nine tenths of the
 * samples; what stays below 4.5 is nothing that can be told from chance.
 */
#include "tests/unit/old_world.h"

#include "common/base/panic.h"
#include "common/net/tls_old_mont.h"

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

/* ---- the private operation alone ---- */

/*
 * What comes out, by the names of the Marvin attack's tool: the first is in
 * order, each of the others is what an attacker sends to learn from.
 */
static const char *const plain_names[] = { "valid, 48 bytes", "no structure",
	"header only", "no header, 48 bytes", "no padding, 48 bytes",
	"signature padding", "00 in the padding" };

static void
plain_make(unsigned char *p, size_t n, size_t kind)
{
	const size_t secret = n - 48;

	ASSERT(mbedtls_ctr_drbg_random(&world.drbg, p, n) == 0);
	for (size_t i = 0; i < n; i++)
		p[i] |= 1;
	p[0] = 0;
	p[1] = 2;
	p[secret - 1] = 0;
	switch (kind) {
	case 1:
		p[0] = 0x55;
		p[secret - 1] = 1;
		break;
	case 2:
		memset(p + 2, 0, n - 2);
		break;
	case 3:
		memset(p, 0, secret);
		break;
	case 4:
		memset(p + 2, 0, secret - 2);
		break;
	case 5:
		p[1] = 1;
		memset(p + 2, 0xff, secret - 3);
		break;
	case 6:
		p[6] = 0;
		break;
	default:
		break;
	}
}

/* Who deciphers. */
struct path {
	const char *title;
	void (*run)(const unsigned char *cipher, size_t n);
};

static void
run_mbedtls(const unsigned char *cipher, size_t n)
{
	unsigned char out[MBEDTLS_MPI_MAX_SIZE];
	size_t got = 0;

	(void)mbedtls_pk_decrypt(&world.key, cipher, n, out, &got, sizeof(out),
	    mbedtls_ctr_drbg_random, &world.drbg);
}

static void
run_ours(const unsigned char *cipher, size_t n)
{
	unsigned char out[TLS_OLD_PREMASTER];

	ASSERT(tls_old_premaster(world.cfg.key, &world.cfg.rng,
		   slice_make(cipher, n), 0x0301, out) == 0);
}

static void
decipher(const struct path *p, size_t n)
{
	const size_t bytes = mbedtls_pk_get_len(&world.key);
	mbedtls_rsa_context *rsa = mbedtls_pk_rsa(world.key);

	for (size_t i = 0; i < n + WARM; i++) {
		size_t order[KINDS];

		shuffle(order);
		for (size_t at = 0; at < KINDS; at++) {
			unsigned char c[MBEDTLS_MPI_MAX_SIZE];
			size_t k = order[at];
			double began;

			plain_make(c, bytes, k);
			ASSERT(mbedtls_rsa_public(rsa, c, c) == 0);
			began = now_us();
			p->run(c, bytes);
			taken[k][i < WARM ? 0 : i - WARM] = now_us() - began;
		}
	}
	report(p->title, plain_names, KINDS, n);
}

/* ---- and its last step, in which the Marvin attack sees the leak ---- */

/*
 * A number that was blinded, and what takes the blinding off: out comes what
 * plain_make() made.  The first half of a private operation does not know it.
 */
struct blinded {
	mbedtls_mpi t, u; /* t * u is the plaintext, modulo N */
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
	unsigned char plain[MBEDTLS_MPI_MAX_SIZE];
	mbedtls_mpi m;

	mbedtls_mpi_init(&m);
	plain_make(plain, bytes, kind);
	ASSERT(mbedtls_mpi_read_binary(&m, plain, bytes) == 0);
	ASSERT(mbedtls_mpi_fill_random(&b->u, bytes - 1,
		   mbedtls_ctr_drbg_random, &world.drbg) == 0);
	ASSERT(mbedtls_mpi_inv_mod(&b->t, &b->u, n) == 0);
	ASSERT(mbedtls_mpi_mul_mpi(&b->t, &b->t, &m) == 0);
	ASSERT(mbedtls_mpi_mod_mpi(&b->t, &b->t, n) == 0);
	limbs_of(&b->t, b->limbs);
	ASSERT(mbedtls_mpi_copy(&m, &b->u) == 0);
	ASSERT(mbedtls_mpi_shift_l(&m, 8 * bytes) == 0);
	ASSERT(mbedtls_mpi_mod_mpi(&m, &m, n) == 0);
	limbs_of(&m, b->unblind);
	mbedtls_mpi_free(&m);
}

/* As the end of mbedtls_rsa_private() is up to 2.28.6. */
static void
last_mbedtls(struct blinded *b)
{
	unsigned char out[MBEDTLS_MPI_MAX_SIZE];

	ASSERT(mbedtls_mpi_mul_mpi(&b->t, &b->t, &b->u) == 0);
	ASSERT(mbedtls_mpi_mod_mpi(&b->t, &b->t,
		   &mbedtls_pk_rsa(world.key)->N) == 0);
	ASSERT(mbedtls_mpi_write_binary(&b->t, out, 4 * modulus.limbs) == 0);
}

/* As the end of tls_old_decipher(). */
static void
last_ours(struct blinded *b)
{
	unsigned char out[MBEDTLS_MPI_MAX_SIZE];

	tls_old_mont(&modulus, b->limbs, b->limbs, b->unblind);
	tls_old_limbs_write(&modulus, out, b->limbs);
}

static void
last_steps(const char *title, void (*run)(struct blinded *b), size_t n)
{
	struct blinded b;

	mbedtls_mpi_init(&b.t);
	mbedtls_mpi_init(&b.u);
	for (size_t i = 0; i < n + WARM; i++) {
		size_t order[KINDS];

		shuffle(order);
		for (size_t at = 0; at < KINDS; at++) {
			size_t k = order[at];
			double began;

			blinded_make(&b, k);
			began = now_us();
			run(&b);
			taken[k][i < WARM ? 0 : i - WARM] = now_us() - began;
		}
	}
	report(title, plain_names, KINDS, n);
	mbedtls_mpi_free(&b.t);
	mbedtls_mpi_free(&b.u);
}

static void
private_operations(size_t n)
{
	static const struct path paths[] = {
		{ "mbedTLS's decryption (mbedtls_pk_decrypt)", run_mbedtls },
		{ "our own decryption (tls_old_premaster)", run_ours },
	};
	mbedtls_rsa_context *rsa = mbedtls_pk_rsa(world.key);
	unsigned char bytes[MBEDTLS_MPI_MAX_SIZE];

	ASSERT(rsa != NULL);
	ASSERT(mbedtls_mpi_write_binary(&rsa->N, bytes, rsa->len) == 0);
	tls_old_modulus_init(&modulus, bytes, rsa->len);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		decipher(&paths[i], n);
	last_steps("mbedTLS's last step (multiply, divide, write)",
	    last_mbedtls, n);
	last_steps("our own last step (tls_old_mont, write)", last_ours, n);
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
	private_operations(n);
	/* these are quick */
	paddings(10 * n);
	for (size_t k = 0; k < KINDS; k++)
		free(taken[k]);
	oldclient_free(&client);
	old_world_free(&world);
	return 0;
}
