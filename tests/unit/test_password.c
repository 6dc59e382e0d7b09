/* SPDX-License-Identifier: MIT */
#include "common/auth/password.h"

#include <malloc.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct office {
	struct loop *loop;
	struct workers *workers;
	struct passwords *p;
	unsigned at_work;
	char hash[PASSWORD_HASH_MAX];
};

struct order {
	struct password_job job;
	struct office *o;
};

static bool
all_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

static void
on_done(struct password_job *job)
{
	struct office *o = CONTAINER_OF(job, struct order, job)->o;

	assert_true(all_zero(job->password, sizeof(job->password)));
	if (--o->at_work == 0)
		loop_stop(o->loop);
}

static void
office_open(struct office *o, size_t cache)
{
	static const struct work_limits limits[WORK_CLASSES] = {
		[WORK_TLS] = { .running = 1, .waiting = 1 },
		[WORK_HASH] = { .running = 1, .waiting = 1 },
		[WORK_COPY] = { 1, 1 },
	};

	o->loop = loop_new(env_real());
	o->workers = workers_new(o->loop, 2, limits);
	o->p = passwords_new(env_real(), o->workers, cache);
	o->at_work = 0;
}

static void
office_close(struct office *o)
{
	workers_free(o->workers);
	passwords_free(o->p);
	loop_free(o->loop);
}

/* Queue full: false.  Otherwise the work goes on until office_wait(). */
static bool
start_verify(struct office *o, struct order *order, struct slice password,
    const char *hash, uint64_t account, uint32_t epoch)
{
	order->o = o;
	if (password_verify(o->p, &order->job, password, hash, account, epoch,
		on_done) != 0)
		return false;
	o->at_work++;
	return true;
}

static void
office_wait(struct office *o)
{
	if (o->at_work > 0)
		loop_run(o->loop);
	assert_int_equal(o->at_work, 0);
}

/* False: no hash could be made. */
static bool
start_and_wait_hash(struct office *o, struct slice password)
{
	struct order order = { .o = o };

	assert_int_equal(password_hash(o->p, &order.job, password, on_done), 0);
	o->at_work++;
	office_wait(o);
	memcpy(o->hash, order.job.hash, sizeof(o->hash));
	return !order.job.failed;
}

static void
make_hash(struct office *o, struct slice password)
{
	assert_true(start_and_wait_hash(o, password));
}

static bool
verify(struct office *o, struct slice password, const char *hash,
    uint64_t account, uint32_t epoch)
{
	struct order order = { 0 };

	assert_true(start_verify(o, &order, password, hash, account, epoch));
	office_wait(o);
	assert_true(all_zero(order.job.hash, sizeof(order.job.hash)));
	assert_true(all_zero((char *)order.job.proof, sizeof(order.job.proof)));
	return order.job.good && !order.job.failed;
}

static void
a_hash_is_yescrypt_salted_and_verifies_only_its_password(void **state)
{
	struct office o;
	char other[PASSWORD_HASH_MAX];

	(void)state;
	office_open(&o, 10);
	make_hash(&o, SLICE_LIT("secret"));
	memcpy(other, o.hash, sizeof(other));
	make_hash(&o, SLICE_LIT("secret"));
	assert_true(slice_starts(slice_text(o.hash), SLICE_LIT("$y$")));
	assert_string_not_equal(o.hash, other);
	assert_true(verify(&o, SLICE_LIT("secret"), o.hash, 1, 1));
	assert_true(verify(&o, SLICE_LIT("secret"), other, 1, 1));
	assert_false(verify(&o, SLICE_LIT("Secret"), o.hash, 1, 1));
	office_close(&o);
}

static void
nobody_has_no_password_and_no_password_is_unacceptable(void **state)
{
	char too_long[PASSWORD_MAX + 1];
	struct office o;

	(void)state;
	memset(too_long, 'a', sizeof(too_long));
	assert_false(
	    password_acceptable(slice_make(too_long, PASSWORD_MAX + 1)));
	assert_true(password_acceptable(slice_make(too_long, PASSWORD_MAX)));
	office_open(&o, 10);
	make_hash(&o, SLICE_LIT("secret"));
	assert_false(verify(&o, SLICE_LIT("secret"), "", 1, 1));
	assert_false(verify(&o, SLICE_LIT(""), o.hash, 1, 1));
	assert_false(verify(&o, SLICE_LIT("secret\0x"), o.hash, 1, 1));
	assert_false(
	    verify(&o, slice_make(too_long, sizeof(too_long)), o.hash, 1, 1));
	assert_false(password_known(o.p, SLICE_LIT(""), 1, 1));
	assert_false(start_and_wait_hash(&o, SLICE_LIT("")));
	office_close(&o);
}

static void
a_damaged_hash_fails_instead_of_saying_wrong(void **state)
{
	struct office o;
	struct order order = { 0 };

	(void)state;
	office_open(&o, 10);
	assert_true(
	    start_verify(&o, &order, SLICE_LIT("x"), "plain text", 1, 1));
	office_wait(&o);
	assert_true(order.job.failed);
	assert_false(order.job.good);
	office_close(&o);
}

static void
what_was_verified_is_known_for_this_account_and_epoch_only(void **state)
{
	struct slice pw = SLICE_LIT("secret");
	struct office o;

	(void)state;
	office_open(&o, 10);
	make_hash(&o, pw);
	assert_false(verify(&o, SLICE_LIT("wrong"), o.hash, 7, 3));
	assert_false(password_known(o.p, SLICE_LIT("wrong"), 7, 3));
	assert_false(password_known(o.p, pw, 7, 3));
	assert_true(verify(&o, pw, o.hash, 7, 3));
	assert_true(password_known(o.p, pw, 7, 3));
	assert_false(password_known(o.p, SLICE_LIT("secre"), 7, 3));
	assert_false(password_known(o.p, pw, 7, 4));
	assert_false(password_known(o.p, pw, 8, 3));
	/* a verification begun before the password changed ends late */
	assert_true(verify(&o, pw, o.hash, 7, 4));
	assert_true(verify(&o, pw, o.hash, 7, 3));
	assert_true(password_known(o.p, pw, 7, 4));
	assert_false(password_known(o.p, pw, 7, 3));
	office_close(&o);
}

static void
the_least_used_account_is_forgotten_first(void **state)
{
	struct slice pw = SLICE_LIT("secret");
	struct office o;

	(void)state;
	office_open(&o, 2);
	make_hash(&o, pw);
	assert_true(verify(&o, pw, o.hash, 1, 1));
	assert_true(verify(&o, pw, o.hash, 2, 1));
	assert_true(password_known(o.p, pw, 1, 1));
	assert_true(verify(&o, pw, o.hash, 3, 1));
	assert_true(password_known(o.p, pw, 1, 1));
	assert_false(password_known(o.p, pw, 2, 1));
	assert_true(password_known(o.p, pw, 3, 1));
	office_close(&o);
}

/* Work that lasts as long as the test holds its lock. */
struct gate {
	struct work work;
	pthread_mutex_t shut;
	struct office *o;
};

static void
gate_run(struct work *w)
{
	struct gate *g = CONTAINER_OF(w, struct gate, work);

	(void)pthread_mutex_lock(&g->shut);
	(void)pthread_mutex_unlock(&g->shut);
}

static void
gate_done(struct work *w)
{
	struct office *o = CONTAINER_OF(w, struct gate, work)->o;

	if (--o->at_work == 0)
		loop_stop(o->loop);
}

static void
a_full_queue_says_so_and_keeps_no_password(void **state)
{
	struct slice pw = SLICE_LIT("secret");
	struct office o;
	struct order waits = { 0 }, refused = { 0 };
	struct gate gate = { .work = { .cls = WORK_HASH,
				 .run = gate_run,
				 .done = gate_done },
		.shut = PTHREAD_MUTEX_INITIALIZER,
		.o = &o };

	(void)state;
	office_open(&o, 2);
	(void)pthread_mutex_lock(&gate.shut);
	assert_true(work_start(o.workers, &gate.work));
	o.at_work++;
	assert_true(start_verify(&o, &waits, pw, "", 1, 1));
	assert_false(start_verify(&o, &refused, pw, "", 2, 1));
	assert_true(
	    all_zero(refused.job.password, sizeof(refused.job.password)));
	assert_int_equal(password_hash(o.p, &refused.job, pw, on_done), -1);
	assert_true(
	    all_zero(refused.job.password, sizeof(refused.job.password)));
	(void)pthread_mutex_unlock(&gate.shut);
	office_wait(&o);
	office_close(&o);
}

/* The address sanitizer has all of the address space for itself. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LIMITED 0
#else
#define LIMITED 1
#endif

static unsigned long
pages_in_use(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL || fscanf(f, "%lu", &pages) != 1)
		pages = 0;
	if (f != NULL)
		(void)fclose(f);
	return pages;
}

/* 0: busy, as it should be. */
static int
verify_without_memory(void)
{
	struct order order = { 0 };
	struct rlimit space;
	struct office o;

	/* a thread's own heap would come and go while pages are counted */
	if (mallopt(M_ARENA_MAX, 1) != 1)
		return 5;
	office_open(&o, 16);
	make_hash(&o, SLICE_LIT("right"));
	if (getrlimit(RLIMIT_AS, &space) != 0)
		return 2;
	space.rlim_cur =
	    pages_in_use() * (rlim_t)sysconf(_SC_PAGESIZE) + 8 * 1024 * 1024;
	if (setrlimit(RLIMIT_AS, &space) != 0)
		return 3;
	if (!start_verify(&o, &order, SLICE_LIT("right"), o.hash, 7, 1))
		return 4;
	office_wait(&o);
	return order.job.busy && !order.job.good ? 0 : 1;
}

/* design 6: "service busy", never "wrong password" */
static void
without_memory_for_a_hash_nobody_is_told_it_is_wrong(void **state)
{
	int status;
	pid_t child;

	(void)state;
	if (!LIMITED)
		skip();
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(verify_without_memory());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    without_memory_for_a_hash_nobody_is_told_it_is_wrong),
		cmocka_unit_test(
		    a_hash_is_yescrypt_salted_and_verifies_only_its_password),
		cmocka_unit_test(
		    nobody_has_no_password_and_no_password_is_unacceptable),
		cmocka_unit_test(a_damaged_hash_fails_instead_of_saying_wrong),
		cmocka_unit_test(
		    what_was_verified_is_known_for_this_account_and_epoch_only),
		cmocka_unit_test(the_least_used_account_is_forgotten_first),
		cmocka_unit_test(a_full_queue_says_so_and_keeps_no_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
