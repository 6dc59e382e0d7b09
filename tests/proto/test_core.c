/* SPDX-License-Identifier: MIT */
/*
 * The core where it is told things at awkward moments: records that go while
 * others look at them, sessions that end at what they hear.
 */
#include "tests/proto/sb_play.h"

#include "core/private.h"
#include "core/session.h"

#include <string.h>

static void
not_again(struct request *rq)
{
	(void)rq;
}

/* The loaded record, pinned by rq. */
static struct account *
get(struct world *w, struct request *rq, const char *address)
{
	struct account *a;
	enum result r;

	request_begin(rq, world_core(w), not_again);
	while ((r = account_get(rq, slice_text(address), &a)) == RESULT_WAIT) {
		world_settle(w);
		list_remove(&rq->waiting);
	}
	assert_int_equal(r, RESULT_OK);
	return a;
}

/* Two online; bob has alice on his forward list and sees her. */
static void
bob_watches(struct world *w, struct player **alice, struct player **bob)
{
	*alice = play_online(w, "alice@a.com", "MSNP9");
	*bob = play_online(w, "bob@b.com", "MSNP9");
	play_say(*bob, "ADD 6 FL alice@a.com alice@a.com");
	play_hears_like(*bob, "ADD 6 FL *");
	play_ignore(*bob);
	play_ignore(*alice);
}

static void
a_deleted_account_is_seen_to_go(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob, *a, *b;
	struct request rq;
	struct account *gone;
	struct sb_pass pass;

	(void)state;
	bob_watches(w, &alice, &bob);
	a = sb_open(w, alice, "alice@a.com");
	b = sb_join(w, a, bob, "bob@b.com");
	sb_ask(alice, &pass);
	gone = get(w, &rq, "alice@a.com");
	assert_int_equal(account_delete(&rq, gone), RESULT_OK);
	/* nobody else holds the record: it goes at once */
	request_end(&rq);
	assert_null(account_peek(world_core(w), slice_text("alice@a.com")));
	world_settle(w);
	play_hears(alice, "OUT SSD");
	play_is_closed(alice, CLOSE_ACCOUNT_GONE);
	play_is_closed(a, CLOSE_ACCOUNT_GONE);
	play_hears(bob, "FLN alice@a.com");
	play_hears(b, "BYE alice@a.com");
	sb_nobody_hears(bob, b, NULL);
	world_free(w);
}

/* Who signs in forgets it; two more waits may follow: verifying, hashing. */
static void
a_password_that_goes_again_and_again_is_not_waited_for_for_ever(void **state)
{
	struct world *w = world_new();
	struct request rq;
	struct account *a;

	(void)state;
	world_add(w, "alice@a.com", "");
	a = get(w, &rq, "alice@a.com");
	rq.waits = 0;
	for (unsigned i = 0; i < REQUEST_WAITS - 2; i++) {
		account_forget_password(a);
		assert_int_equal(account_password(&rq, a), RESULT_WAIT);
		world_settle(w);
		assert_int_equal(account_password(&rq, a), RESULT_OK);
	}
	account_forget_password(a);
	assert_int_equal(account_password(&rq, a), RESULT_BUSY);
	assert_true(rq.waits + 2 <= REQUEST_WAITS);
	request_end(&rq);
	world_free(w);
}

static void
who_loses_a_change_is_seen_to_go(void **state)
{
	struct world *w = world_new();
	struct core *c = world_core(w);
	struct player *alice, *bob, *a, *b;
	struct sb_pass pass;
	uint64_t seq;

	(void)state;
	bob_watches(w, &alice, &bob);
	a = sb_open(w, alice, "alice@a.com");
	b = sb_join(w, a, bob, "bob@b.com");
	sb_ask(alice, &pass);
	world_hold_commits(w);
	play_say_unsettled(alice, "REA 7 alice@a.com Lost");
	seq = world_account(w, "alice@a.com")->seq;
	assert_true(seq > c->barrier->released);
	core_failed(c, seq, seq);
	world_settle(w);
	play_is_closed(a, CLOSE_STORE_FAILED);
	assert_false(play_is_open(alice));
	assert_null(account_peek(c, slice_text("alice@a.com")));
	/* what is lost is nothing to wait for */
	play_hears(bob, "FLN alice@a.com");
	play_hears(b, "BYE alice@a.com");
	world_commit(w);
	sb_nobody_hears(bob, b, NULL);
	world_free(w);
}

/* ---- a front that ends its session at whatever it hears ---- */

struct jumpy {
	struct session session;
	struct core *core;
	unsigned heard;
};

static struct blob *
jumpy_encode(const struct event *ev, unsigned shape)
{
	(void)ev;
	assert_int_equal(shape, SESSION_SHAPES - 1);
	return blob_new("x", 1);
}

static void
jumpy_deliver(struct session *s, const struct event *ev, struct blob *bytes)
{
	struct jumpy *j = CONTAINER_OF(s, struct jumpy, session);

	(void)ev;
	assert_non_null(bytes);
	j->heard++;
	session_close(j->core, s);
}

static const struct front jumpy_front = {
	.encode = jumpy_encode,
	.deliver = jumpy_deliver,
};

static void
each_seen(void *ctx, struct account *who, const struct look *look)
{
	(void)who;
	(void)look;
	++*(unsigned *)ctx;
}

static void
jumpy_watch(struct world *w, struct jumpy *j, const char *address)
{
	struct request rq;
	struct account *a = get(w, &rq, address);
	unsigned seen = 0;

	*j = (struct jumpy){ .core = world_core(w) };
	j->session.front = &jumpy_front;
	j->session.shape = SESSION_SHAPES - 1;
	session_open(j->core, &j->session, a);
	request_end(&rq);
	presence_watch(j->core, &j->session, each_seen, &seen);
	assert_int_equal(seen, 1);
}

static void
a_watcher_may_end_at_what_it_hears(void **state)
{
	struct world *w = world_new();
	struct player *alice, *bob;
	struct jumpy j;

	(void)state;
	bob_watches(w, &alice, &bob);
	play_hang_up(bob);
	jumpy_watch(w, &j, "bob@b.com");
	/* nothing is kept that nobody uses */
	world_core(w)->cfg.cache_accounts = 0;
	play_hang_up(alice);
	assert_int_equal(j.heard, 1);
	assert_null(j.session.account);
	assert_int_equal(world_core(w)->nsessions, 0);
	assert_null(account_peek(world_core(w), slice_text("alice@a.com")));
	world_free(w);
}

/* ---- a front that notes what its bytes would wait for ---- */

struct noting {
	struct session session;
	uint64_t seq;
	unsigned lists;
};

static struct blob *
noting_encode(const struct event *ev, unsigned shape)
{
	(void)ev;
	(void)shape;
	return NULL;
}

static void
noting_deliver(struct session *s, const struct event *ev, struct blob *bytes)
{
	struct noting *n = CONTAINER_OF(s, struct noting, session);

	(void)bytes;
	n->lists += ev->kind == EVENT_LISTS;
	n->seq = ev->seq;
}

static const struct front noting_front = {
	.encode = noting_encode,
	.deliver = noting_deliver,
};

static void
news_of_a_list_wait_for_the_change_they_tell_of(void **state)
{
	struct world *w = world_new();
	struct noting n = { .session.front = &noting_front };
	struct request rq;
	struct account *a;

	(void)state;
	world_add(w, "alice@a.com", "");
	a = get(w, &rq, "alice@a.com");
	session_open(world_core(w), &n.session, a);
	assert_int_equal(roster_add_privacy(&rq, a, a->person, LIST_BLOCK,
			     slice_text("x")),
	    RESULT_OK);
	assert_int_equal(n.lists, 1);
	assert_int_equal(n.seq, a->seq);
	assert_int_equal(rq.seq, a->seq);
	session_close(world_core(w), &n.session);
	request_end(&rq);
	world_free(w);
}

/* ---- loads ---- */

static void
end_it(struct request *rq)
{
	request_end(rq);
}

static void
one_record_may_be_asked_for_by_address_and_by_number_at_once(void **state)
{
	struct world *w = world_new();
	struct core *c = world_core(w);
	struct request by_id, by_address;
	struct account *a;
	uint64_t id;

	(void)state;
	world_add(w, "alice@a.com", "");
	id = world_account(w, "alice@a.com")->id;
	for (int order = 0; order < 4; order++) {
		c->cfg.cache_accounts = order < 2 ? 0 : 64;
		account_trim(c);
		request_begin(&by_id, c, end_it);
		request_begin(&by_address, c, end_it);
		if (order & 1)
			(void)account_get(&by_address,
			    slice_text("alice@a.com"), &a);
		(void)account_get_id(&by_id, id, &a);
		if (!(order & 1))
			(void)account_get(&by_address,
			    slice_text("alice@a.com"), &a);
		world_settle(w);
		assert_int_equal(account_peek(c, slice_text("alice@a.com")) !=
			NULL,
		    order >= 2);
		request_end(&by_id);
		request_end(&by_address);
	}
	world_free(w);
}

static void
a_request_may_end_before_its_load(void **state)
{
	struct world *w = world_new();
	struct core *c = world_core(w);
	struct request rq;
	struct account *a;

	(void)state;
	world_add(w, "alice@a.com", "");
	for (int i = 0; i < 2; i++) {
		uint64_t id = i ? 77 : world_account(w, "alice@a.com")->id;

		c->cfg.cache_accounts = 0;
		account_trim(c);
		request_begin(&rq, c, not_again);
		assert_int_equal(account_get_id(&rq, id, &a), RESULT_WAIT);
		request_end(&rq);
		request_begin(&rq, c, not_again);
		assert_int_equal(account_get(&rq, slice_text("bob@b.com"), &a),
		    RESULT_WAIT);
		request_end(&rq);
		world_settle(w);
	}
	/* asked for by number, and told there is none */
	request_begin(&rq, c, not_again);
	assert_int_equal(account_get_id(&rq, 77, &a), RESULT_WAIT);
	world_settle(w);
	assert_int_equal(account_get_id(&rq, 77, &a), RESULT_NO_SUCH_ACCOUNT);
	request_end(&rq);
	assert_int_equal(c->people.count, 0);
	world_free(w);
}

/* ---- pins ---- */

static void
passes_and_seats_hold_a_record_and_let_it_go(void **state)
{
	struct world *w = world_new();
	struct core *c = world_core(w);
	struct player *alice, *bob, *a;
	struct sb_pass pass;

	(void)state;
	bob_watches(w, &alice, &bob);
	c->cfg.cache_accounts = 0;
	a = sb_open(w, alice, "alice@a.com");
	sb_ask(alice, &pass);
	sb_call(a, bob, "bob@b.com", &pass);
	play_hang_up(alice);
	play_hang_up(bob);
	assert_int_equal(c->nsessions, 0);
	/* passes hold both, the seat one */
	assert_non_null(account_peek(c, slice_text("alice@a.com")));
	assert_non_null(account_peek(c, slice_text("bob@b.com")));
	world_pass(w, 131000);
	assert_non_null(account_peek(c, slice_text("alice@a.com")));
	assert_null(account_peek(c, slice_text("bob@b.com")));
	play_hang_up(a);
	assert_null(account_peek(c, slice_text("alice@a.com")));
	assert_int_equal(c->people.count, 0);
	assert_int_equal(c->by_id.count, 0);
	world_free(w);
}

/* ---- secrets that change while they are read ---- */

struct reader {
	struct request rq;
	struct account *account;
	bool writes;
};

/* The first to get the secrets puts another, and then nobody needs them. */
static void
reader_again(struct request *rq)
{
	struct reader *r = CONTAINER_OF(rq, struct reader, rq);

	if (!r->writes)
		return;
	assert_int_equal(account_password(rq, r->account), RESULT_OK);
	assert_int_equal(account_set_sealed(rq, r->account, "mNew"), RESULT_OK);
	account_forget_password(r->account);
}

static void
what_was_read_before_a_secret_changed_is_not_kept(void **state)
{
	struct world *w = world_new();
	struct reader readers[2] = { { .writes = true }, { .writes = false } };
	struct request rq;
	struct account *a;

	(void)state;
	world_add(w, "alice@a.com", "");
	a = get(w, &rq, "alice@a.com");
	account_forget_password(a);
	for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
		readers[i].account = a;
		request_begin(&readers[i].rq, world_core(w), reader_again);
		assert_int_equal(account_password(&readers[i].rq, a),
		    RESULT_WAIT);
	}
	world_settle(w);
	/* the second answer is older than the change */
	assert_null(a->password);
	assert_int_equal(account_password(&rq, a), RESULT_WAIT);
	world_settle(w);
	assert_string_equal(a->sealed, "mNew");
	assert_string_equal(a->password, "*");
	for (size_t i = 0; i < ARRAY_LEN(readers); i++)
		request_end(&readers[i].rq);
	request_end(&rq);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_deleted_account_is_seen_to_go),
		cmocka_unit_test(
		    a_password_that_goes_again_and_again_is_not_waited_for_for_ever),
		cmocka_unit_test(who_loses_a_change_is_seen_to_go),
		cmocka_unit_test(a_watcher_may_end_at_what_it_hears),
		cmocka_unit_test(
		    news_of_a_list_wait_for_the_change_they_tell_of),
		cmocka_unit_test(
		    one_record_may_be_asked_for_by_address_and_by_number_at_once),
		cmocka_unit_test(a_request_may_end_before_its_load),
		cmocka_unit_test(passes_and_seats_hold_a_record_and_let_it_go),
		cmocka_unit_test(
		    what_was_read_before_a_secret_changed_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
