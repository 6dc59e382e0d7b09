/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_PASSWORD_H
#define NUDGE_PASSWORD_H
/*
 * Password hashes: yescrypt by crypt_rn(), on low-priority workers
 * (WORK_HASH), never on the loop.  A password that was verified once in this
 * process may be checked again by a keyed in-memory verifier (HMAC with a key
 * that lives only in this process), which costs a microsecond.
 */
#include "common/base/slice.h"
#include "common/net/work.h"

enum {
	PASSWORD_HASH_MAX = 384,
	PASSWORD_MAX = 256
};

struct passwords;

/* cache_max: how many verifiers are kept (one of the less used goes
 * first). */
struct passwords *
passwords_new(const struct env *env, struct workers *workers, size_t cache_max);
/* No job may be at work any more: workers_free() comes first. */
void passwords_free(struct passwords *p);

/*
 * One hash at work.  Embedded in the caller's object, which must live until
 * done().  Who asks is said in work.from before it is started.  The password
 * is copied, and wiped before done() is called.
 */
struct password_job {
	struct work work;
	struct passwords *owner;
	char password[PASSWORD_MAX + 1];
	char setting[PASSWORD_HASH_MAX];
	char hash[PASSWORD_HASH_MAX]; /* result of password_hash() */
	bool good;                    /* what was compared, or is right */
	bool failed;                  /* crypt itself failed, or busy */
	bool busy;                    /* it gave way to others: not compared */
	unsigned char proof[32];      /* for the memory of good answers */
	uint64_t account;
	uint32_t epoch;
	bool remember;
	void (*done)(struct password_job *job);
};

/*
 * The hash to store, in job->hash; an unacceptable password has none (failed).
 * -1: queue full, done() will not come.
 */
int password_hash(struct passwords *p, struct password_job *job,
    struct slice password, void (*done)(struct password_job *));
/* The same; and it is remembered as the right one of (account, epoch). */
int password_hash_of(struct passwords *p, struct password_job *job,
    struct slice password, uint64_t account, uint32_t epoch,
    void (*done)(struct password_job *));
/*
 * Compare with a stored hash.  "" means "no such account": the same time
 * is spent on a hash nobody has, and the answer is bad.  A good answer is
 * remembered for (account, epoch).
 */
int password_verify(struct passwords *p, struct password_job *job,
    struct slice password, const char *stored, uint64_t account, uint32_t epoch,
    void (*done)(struct password_job *));
/* True when this very password was verified before for (account, epoch). */
bool password_known(struct passwords *p, struct slice password,
    uint64_t account, uint32_t epoch);
/* Is there one that password_known() would know for (account, epoch)? */
bool password_remembered(const struct passwords *p, uint64_t account,
    uint32_t epoch);
/* Usable as a password at all: 1..PASSWORD_MAX bytes, no NUL. */
bool password_acceptable(struct slice password);

#endif
