/* SPDX-License-Identifier: MIT */
#include "common/auth/password.h"
#include "common/auth/penalty.h"
#include "common/auth/token.h"

#include <ctype.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- a world that stands still ---- */

struct world {
	struct env env;
	uint64_t mono;
	int64_t wall;
	uint64_t dice;
};

static uint64_t
fake_mono(void *ctx)
{
	return ((struct world *)ctx)->mono;
}

static int64_t
fake_wall(void *ctx)
{
	return ((struct world *)ctx)->wall;
}

static void
fake_random(void *ctx, void *out, size_t n)
{
	struct world *w = ctx;
	unsigned char *p = out;

	for (size_t i = 0; i < n; i++) {
		w->dice = w->dice * 6364136223846793005u + 1442695040888963407u;
		p[i] = (unsigned char)(w->dice >> 56);
	}
}

static void
world_init(struct world *w)
{
	*w = (struct world){ .mono = 5000, .wall = 1000000, .dice = 1 };
	w->env = (struct env){ fake_mono, fake_wall, fake_random, w };
}

/* ---- tokens ---- */

struct sealed {
	struct world w;
	struct token_keys keys;
	struct token t;
	struct buf text;
};

static void
sealed_init(struct sealed *s)
{
	world_init(&s->w);
	token_keys_make(&s->keys, &s->w.env);
	s->t = (struct token){ .purpose = TOKEN_TICKET,
		.account = 0xfedcba9876543210u,
		.epoch = 0x89abcdefu,
		.issued = s->w.wall,
		.expires = s->w.wall + 300 };
	buf_init(&s->text, 1000);
	token_seal(&s->keys, &s->w.env, &s->t, &s->text);
	assert_true(buf_ok(&s->text));
}

static enum token_verdict
open_at(struct sealed *s, struct slice text, int64_t now)
{
	struct token t;

	return token_open(&s->keys, text, 1u << TOKEN_TICKET, now, &t);
}

static void
a_token_comes_back_as_it_was_sealed(void **state)
{
	struct sealed s;
	struct token got;

	(void)state;
	sealed_init(&s);
	assert_int_equal(token_open(&s.keys, buf_slice(&s.text),
			     1u << TOKEN_TICKET | 1u << TOKEN_WEB, s.w.wall,
			     &got),
	    TOKEN_OK);
	assert_int_equal(got.purpose, TOKEN_TICKET);
	assert_true(got.account == s.t.account);
	assert_int_equal(got.epoch, s.t.epoch);
	assert_true(got.issued == s.t.issued);
	assert_true(got.expires == s.t.expires);
	assert_memory_equal(got.nonce, s.t.nonce, TOKEN_NONCE_BYTES);
	buf_free(&s.text);
}

static void
a_token_is_short_and_made_of_harmless_characters(void **state)
{
	struct sealed s;

	(void)state;
	sealed_init(&s);
	for (unsigned round = 0; round < 200; round++) {
		buf_reset(&s.text);
		token_seal(&s.keys, &s.w.env, &s.t, &s.text);
		assert_true(s.text.n <= TOKEN_TEXT_MAX);
		assert_true(isalnum((unsigned char)s.text.p[0]));
		for (size_t i = 0; i < s.text.n; i++)
			assert_true(isalnum((unsigned char)s.text.p[i]) ||
			    s.text.p[i] == '!' || s.text.p[i] == '*');
	}
	buf_free(&s.text);
}

static void
a_token_changed_in_any_byte_is_forged(void **state)
{
	struct sealed s;

	(void)state;
	sealed_init(&s);
	for (size_t i = 0; i < s.text.n; i++) {
		char was = s.text.p[i];

		for (int c = 0; c < 256; c++) {
			if ((char)c == was)
				continue;
			s.text.p[i] = (char)c;
			assert_int_equal(open_at(&s, buf_slice(&s.text),
					     s.w.wall),
			    TOKEN_FORGED);
		}
		s.text.p[i] = was;
	}
	assert_int_equal(open_at(&s, buf_slice(&s.text), s.w.wall), TOKEN_OK);
	buf_free(&s.text);
}

static void
a_token_of_another_length_is_forged(void **state)
{
	struct sealed s;

	(void)state;
	sealed_init(&s);
	for (size_t n = 0; n < s.text.n; n++)
		assert_int_equal(open_at(&s, slice_upto(buf_slice(&s.text), n),
				     s.w.wall),
		    TOKEN_FORGED);
	for (unsigned i = 0; i < 200; i++) {
		buf_add_char(&s.text, 'A');
		assert_int_equal(open_at(&s, buf_slice(&s.text), s.w.wall),
		    TOKEN_FORGED);
	}
	buf_free(&s.text);
}

static void
purpose_and_time_are_told_apart(void **state)
{
	struct sealed s;
	struct token got = { 0 };

	(void)state;
	sealed_init(&s);
	assert_int_equal(token_open(&s.keys, buf_slice(&s.text),
			     1u << TOKEN_WEB | 1u << TOKEN_TICKET_LONG,
			     s.w.wall, &got),
	    TOKEN_WRONG_PURPOSE);
	assert_true(got.account == 0);
	assert_int_equal(open_at(&s, buf_slice(&s.text), s.t.expires - 1),
	    TOKEN_OK);
	assert_int_equal(token_open(&s.keys, buf_slice(&s.text),
			     1u << TOKEN_TICKET, s.t.expires, &got),
	    TOKEN_EXPIRED);
	assert_true(got.account == s.t.account);
	buf_free(&s.text);
}

static void
an_old_key_opens_until_the_second_rotation(void **state)
{
	struct sealed s;
	struct buf fresh = BUF_INIT(1000);

	(void)state;
	sealed_init(&s);
	token_keys_rotate(&s.keys, &s.w.env);
	assert_int_equal(open_at(&s, buf_slice(&s.text), s.w.wall), TOKEN_OK);
	token_seal(&s.keys, &s.w.env, &s.t, &fresh);
	token_keys_rotate(&s.keys, &s.w.env);
	assert_int_equal(open_at(&s, buf_slice(&s.text), s.w.wall),
	    TOKEN_FORGED);
	assert_int_equal(open_at(&s, buf_slice(&fresh), s.w.wall), TOKEN_OK);
	buf_free(&fresh);
	buf_free(&s.text);
}

static void
keys_survive_saving_and_a_damaged_file_is_refused(void **state)
{
	struct sealed s;
	struct buf saved = BUF_INIT(1000);
	struct token_keys loaded;

	(void)state;
	sealed_init(&s);
	token_keys_rotate(&s.keys, &s.w.env);
	token_keys_save(&s.keys, &saved);
	assert_int_equal(token_keys_load(&loaded, buf_slice(&saved)), 0);
	s.keys = loaded;
	assert_int_equal(open_at(&s, buf_slice(&s.text), s.w.wall), TOKEN_OK);
	for (size_t i = 0; i < saved.n; i++) {
		saved.p[i] = (char)(saved.p[i] ^ 1);
		assert_int_equal(token_keys_load(&loaded, buf_slice(&saved)),
		    -1);
		saved.p[i] = (char)(saved.p[i] ^ 1);
		assert_int_equal(token_keys_load(&loaded,
				     slice_upto(buf_slice(&saved), i)),
		    -1);
	}
	buf_add_char(&saved, 'x');
	assert_int_equal(token_keys_load(&loaded, buf_slice(&saved)), -1);
	buf_free(&saved);
	buf_free(&s.text);
}

static void
a_nonce_serves_once_and_the_memory_is_bounded(void **state)
{
	struct world w;
	struct token_once *once;
	unsigned char nonce[TOKEN_NONCE_BYTES] = { 0 };

	(void)state;
	world_init(&w);
	once = token_once_new(&w.env, 3);
	for (unsigned char i = 0; i < 3; i++) {
		nonce[0] = i;
		assert_true(token_once_take(once, nonce, 100, 50));
		assert_false(token_once_take(once, nonce, 100, 50));
	}
	nonce[0] = 3; /* pushes out 0 */
	assert_true(token_once_take(once, nonce, 100, 50));
	nonce[0] = 1;
	assert_false(token_once_take(once, nonce, 100, 50));
	assert_false(token_once_take(once, nonce, 100, 99));
	nonce[0] = 9;
	assert_false(token_once_take(once, nonce, 100, 100));
	token_once_free(once);
}

/* ---- penalties ---- */

static void
ten_failures_lock_for_the_rest_of_the_minute(void **state)
{
	struct slice key = SLICE_LIT("10.0.0.1 a@example.com");
	struct world w;
	struct penalty *p;

	(void)state;
	world_init(&w);
	p = penalty_new(&w.env, 100, 10, 60);
	for (unsigned i = 0; i < 10; i++) {
		assert_false(penalty_locked(p, key));
		penalty_fail(p, key);
		w.mono += 1000;
	}
	assert_true(penalty_locked(p, key));
	assert_false(penalty_locked(p, SLICE_LIT("somebody else")));
	w.mono += 49999;
	assert_true(penalty_locked(p, key));
	w.mono += 1;
	assert_false(penalty_locked(p, key));
	penalty_fail(p, key);
	assert_false(penalty_locked(p, key));
	penalty_free(p);
}

static void
forgiveness_starts_the_count_again(void **state)
{
	struct world w;
	struct penalty *p;

	(void)state;
	world_init(&w);
	p = penalty_new(&w.env, 100, 2, 60);
	penalty_fail(p, SLICE_LIT("k"));
	penalty_fail(p, SLICE_LIT("k"));
	assert_true(penalty_locked(p, SLICE_LIT("k")));
	penalty_forgive(p, SLICE_LIT("k"));
	penalty_forgive(p, SLICE_LIT("never failed"));
	assert_false(penalty_locked(p, SLICE_LIT("k")));
	penalty_fail(p, SLICE_LIT("k"));
	assert_false(penalty_locked(p, SLICE_LIT("k")));
	penalty_free(p);
}

static void
penalties_forget_the_oldest_key_when_full(void **state)
{
	struct world w;
	struct penalty *p;

	(void)state;
	world_init(&w);
	p = penalty_new(&w.env, 2, 1, 60);
	penalty_fail(p, SLICE_LIT("first"));
	penalty_fail(p, SLICE_LIT(""));
	penalty_fail(p, SLICE_LIT("third"));
	assert_false(penalty_locked(p, SLICE_LIT("first")));
	assert_true(penalty_locked(p, SLICE_LIT("")));
	assert_true(penalty_locked(p, SLICE_LIT("third")));
	penalty_free(p);
}

/* ---- passwords ---- */

struct office {
	struct world w;
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
	};

	world_init(&o->w);
	o->loop = loop_new(env_real());
	o->workers = workers_new(o->loop, 2, limits);
	o->p = passwords_new(&o->w.env, o->workers, cache);
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
	struct order order;

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
	struct order order;

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
	struct order waits, refused;
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_comes_back_as_it_was_sealed),
		cmocka_unit_test(
		    a_token_is_short_and_made_of_harmless_characters),
		cmocka_unit_test(a_token_changed_in_any_byte_is_forged),
		cmocka_unit_test(a_token_of_another_length_is_forged),
		cmocka_unit_test(purpose_and_time_are_told_apart),
		cmocka_unit_test(an_old_key_opens_until_the_second_rotation),
		cmocka_unit_test(
		    keys_survive_saving_and_a_damaged_file_is_refused),
		cmocka_unit_test(a_nonce_serves_once_and_the_memory_is_bounded),
		cmocka_unit_test(ten_failures_lock_for_the_rest_of_the_minute),
		cmocka_unit_test(forgiveness_starts_the_count_again),
		cmocka_unit_test(penalties_forget_the_oldest_key_when_full),
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
