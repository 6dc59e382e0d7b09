/* SPDX-License-Identifier: MIT */
/* Several sessions of one account, whatever they speak. */
#include "tests/proto/place.h"

#include "core/private.h"

#include <string.h>

static const char *const alice = "alice@a.com";
static const char *const bob = "bob@b.com";

/* Two accounts; bob watches alice from one place. */
static struct world *
two_people(struct place *b)
{
	struct world *w = world_new();

	world_add(w, alice, "");
	world_add(w, bob, "");
	place_befriend(w, bob, alice);
	place_open(w, b, bob, 0);
	place_say(w, b, AVAIL_ONLINE);
	place_hears(w, b, "");
	return w;
}

static void
set_shown(struct place *p, const char *text)
{
	struct endpoint *e = p->session.endpoint;

	blob_unref(e->shown);
	e->shown = blob_new(text, strlen(text));
	session_endpoint_changed(p->core, &p->session);
}

/* ---- who may be there ---- */

static void
different_endpoints_are_there_side_by_side(void **state)
{
	struct place b, x, y;
	struct world *w = two_people(&b);
	const struct account *a;
	unsigned char id[16];

	(void)state;
	place_open(w, &x, alice, 'x');
	place_hears(w, &x, "self");
	place_open(w, &y, alice, 'y');
	place_hears(w, &x, "self");
	place_hears(w, &y, "self");
	a = x.session.account;
	memset(id, 'x', sizeof(id));
	assert_ptr_equal(session_at_endpoint(a, id), &x.session);
	memset(id, 'y', sizeof(id));
	assert_ptr_equal(session_at_endpoint(a, id), &y.session);
	memset(id, 'z', sizeof(id));
	assert_null(session_at_endpoint(a, id));
	place_close(&x);
	place_hears(w, &y, "self");
	place_close(&y);
	place_close(&b);
	world_free(w);
}

static void
the_same_endpoint_replaces_itself_alone(void **state)
{
	struct place b, x, y, again;
	struct world *w = two_people(&b);
	unsigned char id[16];

	(void)state;
	place_open(w, &x, alice, 'x');
	place_open(w, &y, alice, 'y');
	place_say(w, &x, AVAIL_ONLINE);
	place_hears(w, &b, "seen:a1");
	place_hears(w, &x, "self");
	place_hears(w, &y, "self");
	place_open(w, &again, alice, 'x');
	place_hears(w, &x, "ended:elsewhere");
	place_hears(w, &y, "self");
	place_hears(w, &again, "self");
	/* it goes on looking as it did */
	place_hears(w, &b, "");
	memset(id, 'x', sizeof(id));
	assert_ptr_equal(session_at_endpoint(y.session.account, id),
	    &again.session);
	place_close(&again);
	place_hears(w, &b, "gone:a");
	place_close(&y);
	place_close(&b);
	world_free(w);
}

static void
who_has_no_endpoint_is_alone(void **state)
{
	struct place b, x, y, old;
	struct world *w = two_people(&b);

	(void)state;
	place_open(w, &x, alice, 'x');
	place_open(w, &y, alice, 'y');
	place_say(w, &y, AVAIL_BUSY);
	place_hears(w, &b, "seen:a2");
	place_hears(w, &x, "self");
	place_hears(w, &y, "self");
	place_open(w, &old, alice, 0);
	place_hears(w, &x, "ended:elsewhere");
	place_hears(w, &y, "ended:elsewhere");
	place_hears(w, &b, "");
	place_open(w, &x, alice, 'x');
	/* nothing of endpoints for who has none */
	place_hears(w, &old, "ended:elsewhere");
	place_hears(w, &x, "self");
	place_hears(w, &b, "");
	place_close(&x);
	place_hears(w, &b, "gone:a");
	place_close(&b);
	world_free(w);
}

static void
a_replaced_endpoint_keeps_its_place_before_others(void **state)
{
	struct place b, x, y, again;
	struct world *w = two_people(&b);

	(void)state;
	place_open(w, &x, alice, 'x');
	place_open(w, &y, alice, 'y');
	place_say(w, &y, AVAIL_BUSY);
	place_say(w, &x, AVAIL_AWAY);
	place_hears(w, &b, "seen:a2 seen:a5");
	place_open(w, &again, alice, 'x');
	place_hears(w, &b, "");
	place_say(w, &y, AVAIL_BUSY);
	place_hears(w, &b, "seen:a2");
	place_close(&again);
	place_close(&y);
	place_close(&b);
	world_free(w);
}

static void
there_are_never_too_many(void **state)
{
	struct place all[ENDPOINTS_MAX + 1];
	struct world *w = world_new();

	(void)state;
	world_add(w, alice, "");
	for (unsigned i = 0; i < ENDPOINTS_MAX; i++) {
		place_open(w, &all[i], alice, (char)('a' + i));
		place_say(w, &all[i], AVAIL_ONLINE);
	}
	place_say(w, &all[0], AVAIL_BUSY);
	place_open(w, &all[ENDPOINTS_MAX], alice, 'z');
	assert_int_equal(world_core(w)->nsessions, ENDPOINTS_MAX);
	place_hears(w, &all[1], "self ended:elsewhere");
	place_hears(w, &all[0], "self");
	for (unsigned i = 0; i <= ENDPOINTS_MAX; i++)
		if (i != 1)
			place_close(&all[i]);
	world_free(w);
}

/* ---- what others see of it ---- */

static void
the_most_available_one_is_shown(void **state)
{
	struct place b, x, y;
	struct world *w = two_people(&b);

	(void)state;
	place_open(w, &x, alice, 'x');
	place_open(w, &y, alice, 'y');
	place_say(w, &x, AVAIL_AWAY);
	place_hears(w, &b, "seen:a5");
	place_say(w, &y, AVAIL_BUSY);
	place_hears(w, &b, "seen:a2");
	place_say(w, &x, AVAIL_LUNCH);
	place_hears(w, &b, "seen:a7");
	place_say(w, &y, AVAIL_ONLINE);
	place_hears(w, &b, "seen:a1");
	place_say(w, &x, AVAIL_AWAY);
	place_hears(w, &b, "");
	place_say(w, &y, AVAIL_HIDDEN);
	place_hears(w, &b, "seen:a5");
	/* only the change of a look is news to others */
	place_hears(w, &x, "self");
	place_close(&y);
	place_hears(w, &b, "");
	place_hears(w, &x, "self");
	place_close(&x);
	place_hears(w, &b, "gone:a");
	place_close(&b);
	world_free(w);
}

static void
the_note_is_that_of_who_spoke_last(void **state)
{
	struct place b, x, y;
	struct world *w = two_people(&b);

	(void)state;
	place_open(w, &x, alice, 'x');
	place_open(w, &y, alice, 'y');
	place_say(w, &x, AVAIL_ONLINE);
	place_note(w, &x, "one");
	place_hears(w, &b, "seen:a1 note:a=one");
	place_say(w, &y, AVAIL_AWAY);
	place_hears(w, &b, "");
	place_note(w, &y, "two");
	place_hears(w, &b, "note:a=two");
	place_say(w, &x, AVAIL_ONLINE);
	place_hears(w, &b, "note:a=one");
	place_close(&x);
	place_hears(w, &b, "seen:a5 note:a=two");
	place_close(&y);
	place_close(&b);
	world_free(w);
}

static void
what_endpoints_show_is_told_with_the_note(void **state)
{
	struct place b, x, y;
	struct world *w = two_people(&b);

	(void)state;
	place_open(w, &x, alice, 'x');
	place_open(w, &y, alice, 'y');
	place_say(w, &x, AVAIL_ONLINE);
	place_hears(w, &b, "seen:a1");
	set_shown(&x, "1:0");
	place_hears(w, &b, "note:a");
	/* that who speaks last changes their order is no news */
	set_shown(&y, "2:0");
	place_hears(w, &b, "");
	place_say(w, &y, AVAIL_AWAY);
	place_hears(w, &b, "note:a");
	place_say(w, &x, AVAIL_ONLINE);
	place_hears(w, &b, "");
	set_shown(&y, "3:0");
	place_hears(w, &b, "note:a");
	place_close(&y);
	place_hears(w, &b, "note:a");
	x.session.presence.caps_more = 4;
	session_endpoint_changed(x.core, &x.session);
	place_hears(w, &b, "seen:a1");
	place_close(&x);
	place_close(&b);
	world_free(w);
}

/* ---- what it sees of others ---- */

static void
a_second_watcher_takes_nothing_from_the_first(void **state)
{
	struct world *w = world_new();
	struct place a, x, y;

	(void)state;
	world_add(w, alice, "");
	world_add(w, bob, "");
	place_befriend(w, bob, alice);
	place_open(w, &a, alice, 'a');
	place_say(w, &a, AVAIL_ONLINE);
	place_open(w, &x, bob, 'x');
	place_open(w, &y, bob, 'y');
	place_say(w, &x, AVAIL_ONLINE);
	place_hears(w, &x, "now:a1 self");
	/* in the same turn */
	a.session.presence.avail = AVAIL_BUSY;
	presence_changed(a.core, a.session.account);
	place_say(w, &y, AVAIL_ONLINE);
	place_hears(w, &x, "seen:a2 self");
	place_hears(w, &y, "self now:a2 seen:a2 self");
	/* and as a rule */
	place_close(&y);
	place_open(w, &y, bob, 'y');
	place_say(w, &y, AVAIL_ONLINE);
	place_hears(w, &x, "self");
	place_hears(w, &y, "now:a2 self");
	place_close(&x);
	place_close(&a);
	place_hears(w, &y, "self gone:a");
	place_close(&y);
	world_free(w);
}

static void
who_is_met_at_one_endpoint_is_seen_at_all(void **state)
{
	struct world *w = world_new();
	struct account *from, *to;
	struct request rq, other;
	struct place a, x, y;
	struct look look;

	(void)state;
	world_add(w, alice, "");
	world_add(w, bob, "");
	place_open(w, &a, alice, 'a');
	place_say(w, &a, AVAIL_ONLINE);
	place_open(w, &x, bob, 'x');
	place_open(w, &y, bob, 'y');
	place_say(w, &x, AVAIL_ONLINE);
	place_say(w, &y, AVAIL_ONLINE);
	place_hears(w, &y, "self");
	place_hears(w, &a, "self");
	from = place_begin(w, &rq, bob);
	to = place_begin(w, &other, alice);
	rq.origin = &x.session;
	assert_int_equal(roster_add_forward(&rq, from, to->person, to,
			     slice_make("", 0)),
	    RESULT_OK);
	assert_true(presence_meet(x.core, &x.session, to, &look));
	request_end(&rq);
	request_end(&other);
	place_hears(w, &y, "lists:a+1-0 seen:a1");
	place_hears(w, &a, "lists:b+24-0 added:b");
	place_close(&x);
	place_close(&y);
	place_close(&a);
	world_free(w);
}

/* ---- lists ---- */

static void
other_sessions_hear_who_came_and_went(void **state)
{
	struct world *w = world_new();
	const struct slice none = slice_make("", 0);
	struct account *a, *b;
	struct request rq, other;
	struct place x, y;
	unsigned number;

	(void)state;
	world_add(w, alice, "");
	world_add(w, bob, "");
	place_open(w, &x, alice, 'x');
	place_open(w, &y, alice, 'y');
	place_hears(w, &x, "self");
	place_hears(w, &y, "self");
	a = place_begin(w, &rq, alice);
	b = place_begin(w, &other, bob);
	rq.origin = &x.session;
	(void)roster_add_privacy(&rq, a, b->person, LIST_ALLOW, none);
	place_hears(w, &y, "lists:b+2-0");
	(void)roster_add_forward(&rq, a, b->person, b, none);
	place_hears(w, &y, "lists:b+1-0");
	(void)roster_rename(&rq, a, b->person, slice_text("Robert"));
	place_hears(w, &y, "lists:b+0-0");
	(void)roster_group_add(&rq, a, slice_text("Work"), &number);
	place_hears(w, &y, "lists");
	(void)roster_group_join(&rq, a, b->person, number);
	place_hears(w, &y, "lists:b+0-0");
	(void)roster_add_forward(&other, b, a->person, a, none);
	place_hears(w, &y, "lists:b+8-0 added:b");
	place_hears(w, &x, "lists:b+8-0 added:b");
	(void)roster_remove_forward(&other, b, a->person, a);
	place_hears(w, &y, "lists:b+0-8 removed:b");
	place_hears(w, &x, "lists:b+0-8 removed:b");
	(void)roster_remove(&rq, a, b->person, LIST_ALLOW);
	place_hears(w, &y, "lists:b+0-2");
	(void)roster_remove_forward(&rq, a, b->person, b);
	place_hears(w, &y, "lists:b+0-1");
	(void)roster_add_forward(&rq, a, b->person, b, none);
	place_hears(w, &y, "lists:b+1-0");
	place_hears(w, &x, "");
	assert_int_equal(account_delete(&other, b), RESULT_OK);
	place_hears(w, &x, "lists:b+0-1");
	place_hears(w, &y, "lists:b+0-1");
	request_end(&other);
	(void)account_set_flag(&rq, a, ACCOUNT_PROMPT, false);
	place_hears(w, &y, "lists");
	request_end(&rq);
	place_close(&x);
	place_close(&y);
	world_free(w);
}

/* ---- conversations ---- */

struct seat {
	struct member member;
	unsigned ended;
};

static void
seat_joined(struct member *self, struct member *other, bool first)
{
	(void)self;
	(void)other;
	(void)first;
}

static void
seat_left(struct member *self, struct member *other, bool last, bool idle)
{
	(void)self;
	(void)other;
	(void)last;
	(void)idle;
}

static bool
seat_hear(struct member *self, struct said *what)
{
	(void)self;
	(void)what;
	return false;
}

static void
seat_goes_on(struct member *self)
{
	(void)self;
}

static void
seat_ended(struct member *self, enum close_reason why)
{
	assert_int_equal(why, CLOSE_ELSEWHERE);
	CONTAINER_OF(self, struct seat, member)->ended++;
	conversation_leave(self, false);
}

static const struct member_ops seat_ops = {
	.joined = seat_joined,
	.left = seat_left,
	.hear = seat_hear,
	.go_on = seat_goes_on,
	.ended = seat_ended,
};

static enum result
sit(struct place *p, struct seat *s, const char *address, uint32_t conversation)
{
	struct pass_info info;
	enum result r = pass_take(p->core, slice_text(p->cookie),
	    slice_text(address), &info);

	*s = (struct seat){ .ended = 0 };
	if (r == RESULT_OK)
		r = conversation_enter(p->core, &info, conversation, &s->member,
		    &seat_ops);
	return r;
}

static void
every_endpoint_rings_and_each_that_answers_is_there(void **state)
{
	struct place b, x, y;
	struct world *w = two_people(&b);
	struct seat caller, callee, late;
	uint32_t id;

	(void)state;
	place_open(w, &x, alice, 'x');
	place_open(w, &y, alice, 'y');
	place_say(w, &x, AVAIL_ONLINE);
	place_say(w, &y, AVAIL_ONLINE);
	place_hears(w, &x, "self");
	place_hears(w, &y, "self");
	assert_int_equal(pass_issue_new(b.core, &b.session, b.cookie),
	    RESULT_OK);
	assert_int_equal(sit(&b, &caller, bob, 0), RESULT_OK);
	id = caller.member.conv->id;
	assert_int_equal(conversation_invite(&caller.member, slice_text(alice)),
	    RESULT_OK);
	place_hears(w, &x, "ring:b");
	place_hears(w, &y, "ring:b");
	assert_int_equal(sit(&y, &callee, alice, id), RESULT_OK);
	assert_int_equal(callee.member.endpoint[0], 'y');
	assert_int_equal(sit(&x, &late, alice, id), RESULT_OK);
	assert_int_equal(caller.member.conv->nmembers, 3);
	assert_int_equal(caller.member.conv->npeople, 2);
	conversation_leave(&late.member, false);
	assert_int_equal(caller.member.conv->npeople, 2);
	conversation_leave(&callee.member, false);
	conversation_leave(&caller.member, false);
	place_close(&x);
	place_close(&y);
	place_close(&b);
	world_free(w);
}

static void
only_the_replaced_endpoint_leaves_its_conversations(void **state)
{
	struct place b, x, y, again;
	struct world *w = two_people(&b);
	struct seat one, two, three;

	(void)state;
	place_open(w, &x, alice, 'x');
	place_open(w, &y, alice, 'y');
	place_say(w, &x, AVAIL_ONLINE);
	place_say(w, &y, AVAIL_ONLINE);
	(void)pass_issue_new(x.core, &x.session, x.cookie);
	assert_int_equal(sit(&x, &one, alice, 0), RESULT_OK);
	(void)pass_issue_new(y.core, &y.session, y.cookie);
	assert_int_equal(sit(&y, &two, alice, 0), RESULT_OK);
	(void)pass_issue_new(x.core, &x.session, x.cookie);
	(void)pass_issue_new(y.core, &y.session, y.cookie);
	place_open(w, &again, alice, 'x');
	assert_int_equal(one.ended, 1);
	assert_int_equal(two.ended, 0);
	/* nor is what it was promised kept */
	assert_int_equal(sit(&x, &three, alice, 0), RESULT_BAD_PASS);
	assert_int_equal(sit(&y, &three, alice, 0), RESULT_OK);
	conversation_leave(&two.member, false);
	conversation_leave(&three.member, false);
	place_close(&again);
	place_close(&y);
	place_close(&b);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(different_endpoints_are_there_side_by_side),
		cmocka_unit_test(the_same_endpoint_replaces_itself_alone),
		cmocka_unit_test(who_has_no_endpoint_is_alone),
		cmocka_unit_test(
		    a_replaced_endpoint_keeps_its_place_before_others),
		cmocka_unit_test(there_are_never_too_many),
		cmocka_unit_test(the_most_available_one_is_shown),
		cmocka_unit_test(the_note_is_that_of_who_spoke_last),
		cmocka_unit_test(what_endpoints_show_is_told_with_the_note),
		cmocka_unit_test(a_second_watcher_takes_nothing_from_the_first),
		cmocka_unit_test(who_is_met_at_one_endpoint_is_seen_at_all),
		cmocka_unit_test(other_sessions_hear_who_came_and_went),
		cmocka_unit_test(
		    every_endpoint_rings_and_each_that_answers_is_there),
		cmocka_unit_test(
		    only_the_replaced_endpoint_leaves_its_conversations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
