/* SPDX-License-Identifier: MIT */
#include "common/auth/password.h"

#include "common/auth/verifier.h"
#include "common/base/panic.h"
#include "common/codec/digest.h"

#include <crypt.h>
#include <stdlib.h>

enum {
	/*
	 * yescrypt's cost: about 50 ms and 32 MiB on a core of 2020, and a
	 * full queue still drains within a client's patience.
	 */
	HASH_COST = 6,
	HASH_BYTES = 33 * 1024 * 1024,
	SALT_BYTES = 16,
	PROCESS_KEY_BYTES = 32
};

_Static_assert(PASSWORD_HASH_MAX >= CRYPT_OUTPUT_SIZE,
    "every hash crypt_rn() can make must fit");
_Static_assert(PASSWORD_HASH_MAX >= CRYPT_GENSALT_OUTPUT_SIZE,
    "and every setting");
_Static_assert(sizeof(((struct password_job *)0)->proof) == SHA256_BYTES,
    "a proof is a MAC");

struct passwords {
	const struct env *env;
	struct workers *workers;
	struct verifiers known;
	struct digest_key key;
	char nobody[CRYPT_GENSALT_OUTPUT_SIZE]; /* setting of no account */
};

static void
make_setting(const struct env *env, char *out, int size)
{
	char salt[SALT_BYTES];

	env_random(env, salt, sizeof(salt));
	ASSERT(crypt_gensalt_rn("$y$", HASH_COST, salt, sizeof(salt), out,
		   size) != NULL);
}

struct passwords *
passwords_new(const struct env *env, struct workers *workers, size_t cache_max)
{
	struct passwords *p = mem_alloc(sizeof(*p));
	unsigned char key[PROCESS_KEY_BYTES];

	p->env = env;
	p->workers = workers;
	verifiers_init(&p->known, cache_max);
	env_random(env, key, sizeof(key));
	digest_key_make(&p->key, slice_make(key, sizeof(key)));
	mem_wipe(key, sizeof(key));
	make_setting(env, p->nobody, sizeof(p->nobody));
	return p;
}

void
passwords_free(struct passwords *p)
{
	if (p == NULL)
		return;
	verifiers_free(&p->known);
	mem_wipe(p, sizeof(*p));
	free(p);
}

bool
password_acceptable(struct slice password)
{
	return password.n > 0 && password.n <= PASSWORD_MAX &&
	    slice_find(password, '\0') == password.n;
}

/* ---- what was verified before ---- */

/* Reads nothing that ever changes, so a worker may call it too. */
static void
make_proof(const struct passwords *p, struct slice password, uint64_t account,
    uint32_t epoch, unsigned char out[SHA256_BYTES])
{
	const struct slice parts[] = { slice_make(&account, sizeof(account)),
		slice_make(&epoch, sizeof(epoch)), password };

	digest_hmac_under(&p->key, parts, ARRAY_LEN(parts), out);
}

static uint64_t
short_proof(const unsigned char proof[SHA256_BYTES])
{
	uint64_t n;

	memcpy(&n, proof, sizeof(n));
	return n;
}

static void
remember(struct passwords *p, const struct password_job *job)
{
	const struct verifier *known = verifier_find(&p->known, job->account);

	/* an old job that ends late must not undo a change of password */
	if (known == NULL || known->epoch <= job->epoch)
		verifier_put(&p->known, job->account, job->epoch,
		    short_proof(job->proof));
}

bool
password_remembered(const struct passwords *p, uint64_t account, uint32_t epoch)
{
	const struct verifier *known = verifier_find(&p->known, account);

	return known != NULL && known->epoch == epoch;
}

bool
password_known(struct passwords *p, struct slice password, uint64_t account,
    uint32_t epoch)
{
	struct verifier *known = verifier_find(&p->known, account);
	unsigned char proof[SHA256_BYTES];
	bool same;

	if (known == NULL || known->epoch != epoch ||
	    !password_acceptable(password))
		return false;
	make_proof(p, password, account, epoch, proof);
	same = mem_equal_ct(proof, &known->proof, sizeof(known->proof));
	mem_wipe(proof, sizeof(proof));
	if (same)
		verifier_used(&p->known, known);
	return same;
}

/* ---- hashing ---- */

/* crypt_rn() fails alike for want of memory and for a setting that is none. */
static bool
memory_is_there(void)
{
	void *volatile p = malloc(HASH_BYTES);

	free(p);
	return p != NULL;
}

/* On a worker: job->hash from job->password and job->setting. */
static void
hash(struct password_job *job)
{
	struct crypt_data *scratch = mem_alloc(sizeof(*scratch));
	const char *made = NULL;

	for (int i = 0; i < 2 && made == NULL && !job->busy; i++) {
		if (job->password[0] == '\0')
			break;
		made = crypt_rn(job->password, job->setting, scratch,
		    sizeof(*scratch));
		/* then nobody is told that the password is wrong */
		job->busy = made == NULL && !memory_is_there();
	}
	job->failed = made == NULL;
	if (made != NULL) {
		size_t n = strlen(made);

		ASSERT(n < sizeof(job->hash));
		memcpy(job->hash, made, n + 1);
	}
	mem_wipe(scratch, sizeof(*scratch));
	free(scratch);
}

static void
wipe_inputs(struct password_job *job)
{
	mem_wipe(job->password, sizeof(job->password));
	mem_wipe(job->setting, sizeof(job->setting));
}

static void
run_hash(struct work *w)
{
	struct password_job *job = CONTAINER_OF(w, struct password_job, work);

	hash(job);
	job->good = job->remember && !job->failed;
	if (job->good)
		make_proof(job->owner, slice_text(job->password), job->account,
		    job->epoch, job->proof);
	wipe_inputs(job);
}

static void
run_verify(struct work *w)
{
	struct password_job *job = CONTAINER_OF(w, struct password_job, work);
	size_t n = strlen(job->setting);

	hash(job);
	/* a bare setting, as of no account, is shorter than any hash */
	job->good = !job->failed && strlen(job->hash) == n &&
	    mem_equal_ct(job->hash, job->setting, n);
	if (job->good && job->remember)
		make_proof(job->owner, slice_text(job->password), job->account,
		    job->epoch, job->proof);
	mem_wipe(job->hash, sizeof(job->hash));
	wipe_inputs(job);
}

static void
finished(struct work *w)
{
	struct password_job *job = CONTAINER_OF(w, struct password_job, work);

	if (w->dropped) {
		job->busy = job->failed = true;
		wipe_inputs(job);
	}
	if (job->good && job->remember)
		remember(job->owner, job);
	mem_wipe(job->proof, sizeof(job->proof));
	job->done(job);
}

static void
prepare(struct passwords *p, struct password_job *job,
    void (*run)(struct work *), void (*done)(struct password_job *))
{
	const struct work_from from = job->work.from;

	*job = (struct password_job){ .owner = p, .done = done };
	job->work.cls = WORK_HASH;
	job->work.from = from;
	job->work.run = run;
	job->work.done = finished;
}

static int
start(struct passwords *p, struct password_job *job)
{
	if (work_start(p->workers, &job->work))
		return 0;
	wipe_inputs(job);
	return -1;
}

static int
start_hash(struct passwords *p, struct password_job *job, struct slice password)
{
	make_setting(p->env, job->setting, sizeof(job->setting));
	if (password_acceptable(password))
		memcpy(job->password, password.p, password.n);
	return start(p, job);
}

int
password_hash(struct passwords *p, struct password_job *job,
    struct slice password, void (*done)(struct password_job *))
{
	prepare(p, job, run_hash, done);
	return start_hash(p, job, password);
}

int
password_hash_of(struct passwords *p, struct password_job *job,
    struct slice password, uint64_t account, uint32_t epoch,
    void (*done)(struct password_job *))
{
	prepare(p, job, run_hash, done);
	job->account = account;
	job->epoch = epoch;
	job->remember = true;
	return start_hash(p, job, password);
}

int
password_verify(struct passwords *p, struct password_job *job,
    struct slice password, const char *stored, uint64_t account, uint32_t epoch,
    void (*done)(struct password_job *))
{
	size_t n = strlen(stored);

	prepare(p, job, run_verify, done);
	job->account = account;
	job->epoch = epoch;
	job->remember = true;
	if (password_acceptable(password)) {
		memcpy(job->password, password.p, password.n);
	} else {
		/* it cannot be right, but saying so takes as long */
		job->password[0] = ' ';
		n = 0;
	}
	if (n > 0 && n < sizeof(job->setting))
		memcpy(job->setting, stored, n);
	else
		memcpy(job->setting, p->nobody, sizeof(p->nobody));
	return start(p, job);
}
