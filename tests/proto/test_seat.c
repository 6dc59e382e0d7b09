/* SPDX-License-Identifier: MIT */
/*
 * A seat of a kind of its own, in conversations with those of the switchboard:
 * what it needs to know is core/talk/conversation.h.
 */
#include "tests/proto/place.h"
#include "tests/proto/sb_play.h"

#include <stdio.h>
#include <string.h>

enum {
	BIG = 1600,
	QUEUE_SOFT = 64 * 1024 /* of the fake link */
};

/* It notes what it is told, as words. */
struct listener {
	struct member member;
	struct world *w;
	struct place place; /* the session it comes by */
	const char *address;
	char heard[2048];
	size_t n;
	bool full;
	bool deaf; /* notes nothing */
};

static unsigned written; /* how often what was said was put into words */

static struct listener *
listener_of(struct member *m)
{
	return CONTAINER_OF(m, struct listener, member);
}

static void
note(struct listener *l, struct slice words)
{
	if (l->deaf)
		return;
	assert_true(l->n + words.n + 2 < sizeof(l->heard));
	memcpy(l->heard + l->n, words.p, words.n);
	l->n += words.n;
	l->heard[l->n++] = '|';
	l->heard[l->n] = '\0';
}

static void
note_who(struct listener *l, const char *what, const struct member *who)
{
	char words[80];

	(void)snprintf(words, sizeof(words), "%s " SLICE_FMT, what,
	    SLICE_ARG(account_address(who->account)));
	note(l, slice_text(words));
}

static void
listener_joined(struct member *self, struct member *other, bool first)
{
	note_who(listener_of(self), first ? "joined" : "also", other);
}

static void
listener_left(struct member *self, struct member *other, bool last, bool idle)
{
	note_who(listener_of(self),
	    !last      ? "one place less"
		: idle ? "silent"
		       : "left",
	    other);
}

/* "alice@a.com: hello", without the headers; of a piece its length. */
static struct blob *
put_into_words(const struct said *what, struct member *hearer)
{
	struct buf b = BUF_INIT(4096);
	struct blob *words;

	(void)hearer;
	written++;
	buf_add_slice(&b, account_address(what->by->account));
	if (what->kind == SAID_PIECE) {
		buf_addf(&b, " sends %zu", what->payload.n);
	} else {
		buf_add_text(&b, ": ");
		buf_add_slice(&b, what->payload);
	}
	words = blob_new(b.p, b.n);
	buf_free(&b);
	return words;
}

static bool
listener_hear(struct member *self, struct said *what)
{
	struct listener *l = listener_of(self);

	note(l, blob_slice(said_bytes(what, put_into_words, self)));
	return l->full;
}

static void
listener_wait(struct member *self)
{
	note(listener_of(self), SLICE_LIT("wait"));
}

/* It comes unasked, too: only what ends a wait is of interest. */
static void
listener_go_on(struct member *self)
{
	struct listener *l = listener_of(self);

	if (l->n >= 5 && strcmp(l->heard + l->n - 5, "wait|") == 0)
		note(l, SLICE_LIT("go on"));
}

static void
listener_ended(struct member *self, enum close_reason why)
{
	assert_int_equal(why, CLOSE_ELSEWHERE);
	note(listener_of(self), SLICE_LIT("ended"));
	conversation_leave(self, false);
}

static const struct member_ops listener_ops = {
	.joined = listener_joined,
	.left = listener_left,
	.hear = listener_hear,
	.wait = listener_wait,
	.go_on = listener_go_on,
	.ended = listener_ended,
};

static void
forget(struct listener *l)
{
	l->heard[0] = '\0';
	l->n = 0;
}

static void
hears(struct listener *l, const char *words)
{
	assert_string_equal(l->heard, words);
	forget(l);
}

static void
says(struct listener *l, const char *text, bool heard)
{
	struct said what = { .payload = slice_text(text) };

	assert_int_equal(conversation_say(&l->member, &what), heard);
	world_settle(l->w);
}

/* Signed in, not yet anywhere. */
static void
online(struct world *w, struct listener *l, const char *address)
{
	*l = (struct listener){ .w = w, .address = address };
	world_add(w, address, "");
	place_open(w, &l->place, address, 0);
	place_say(w, &l->place, AVAIL_ONLINE);
	place_hears(w, &l->place, "");
}

static void
sit(struct listener *l, uint32_t conversation)
{
	struct core *c = l->place.core;
	struct pass_info info;

	assert_int_equal(pass_take(c, slice_text(l->place.cookie),
			     slice_text(l->address), &info),
	    RESULT_OK);
	assert_int_equal(conversation_enter(c, &info, conversation, &l->member,
			     &listener_ops),
	    RESULT_OK);
}

/* caller, a switchboard's, calls it, and it comes. */
static void
join_from(struct player *caller, struct listener *l, const char *ring)
{
	play_sayf(caller, "CAL 2 %s", l->address);
	play_hears_like(caller, "CAL 2 RINGING *");
	place_hears(l->w, &l->place, ring);
	sit(l, (uint32_t)strtoul(play_word(caller, 3), NULL, 10));
	conversation_announce(&l->member);
	world_settle(l->w);
	play_hearsf(caller, "JOI %s %s", l->address, l->address);
}

static void
join(struct player *caller, struct listener *l)
{
	join_from(caller, l, "ring:a");
}

/* alice at a switchboard, bob and carol who listen. */
struct scene {
	struct world *w;
	struct player *alice, *a;
	struct listener bob, carol;
};

static void
scene_open(struct scene *s)
{
	s->w = world_new();
	s->alice = play_online(s->w, "alice@a.com", "MSNP9");
	online(s->w, &s->bob, "bob@b.com");
	online(s->w, &s->carol, "carol@c.com");
	s->a = sb_open(s->w, s->alice, "alice@a.com");
	join(s->a, &s->bob);
	hears(&s->bob, "");
	join(s->a, &s->carol);
	hears(&s->bob, "joined carol@c.com|");
	hears(&s->carol, "");
	written = 0;
}

static void
scene_close(struct scene *s)
{
	if (s->bob.member.conv != NULL)
		conversation_leave(&s->bob.member, false);
	if (s->carol.member.conv != NULL)
		conversation_leave(&s->carol.member, false);
	place_close(&s->bob.place);
	place_close(&s->carol.place);
	world_free(s->w);
}

static void
all_kinds_of_seats_hear_each_other(void **state)
{
	static const char piece[] =
	    "Content-Type: application/x-msnmsgrp2p\r\n\r\nabc";
	struct player *dave, *d;
	struct scene s;

	(void)state;
	scene_open(&s);
	dave = play_online(s.w, "dave@d.com", "MSNP18");
	d = sb_join(s.w, s.a, dave, "dave@d.com");
	play_ignore(d);
	hears(&s.bob, "joined dave@d.com|");
	hears(&s.carol, "joined dave@d.com|");
	sb_say(s.a, 3, "A", "hello", 5);
	play_hears(s.a, "ACK 3");
	sb_hears_msg(d, "alice@a.com", "alice@a.com", "hello", 5);
	hears(&s.bob, "alice@a.com: hello|");
	hears(&s.carol, "alice@a.com: hello|");
	says(&s.bob, "hi", true);
	sb_hears_msg(s.a, "bob@b.com", "bob@b.com", "hi", 2);
	sb_hears_msg(d, "bob@b.com", "bob@b.com", "hi", 2);
	hears(&s.bob, "");
	hears(&s.carol, "bob@b.com: hi|");
	sb_say(d, 4, "D", piece, sizeof(piece) - 1);
	play_hears(d, "ACK 4");
	sb_hears_msg(s.a, "dave@d.com", "dave@d.com", piece, sizeof(piece) - 1);
	hears(&s.bob, "dave@d.com sends 45|");
	hears(&s.carol, "dave@d.com sends 45|");
	/* for two of a kind it was put into words once */
	assert_int_equal(written, 3);
	play_hang_up(d);
	play_hears(s.a, "BYE dave@d.com");
	hears(&s.bob, "left dave@d.com|");
	conversation_leave(&s.carol.member, true);
	world_settle(s.w);
	play_hears(s.a, "BYE carol@c.com 1");
	hears(&s.bob, "silent carol@c.com|");
	scene_close(&s);
}

static void
a_full_seat_makes_those_who_speak_wait(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	s.bob.full = true;
	sb_say(s.a, 3, "A", "one", 3);
	play_hears(s.a, "ACK 3");
	sb_say(s.a, 4, "A", "two", 3);
	says(&s.carol, "three", true);
	sb_hears_msg(s.a, "carol@c.com", "carol@c.com", "three", 5);
	play_hears_nothing(s.a);
	hears(&s.bob, "alice@a.com: one|carol@c.com: three|");
	hears(&s.carol, "alice@a.com: one|wait|");
	s.bob.full = false;
	conversation_caught_up(&s.bob.member);
	world_settle(s.w);
	play_hears(s.a, "ACK 4");
	hears(&s.bob, "alice@a.com: two|");
	hears(&s.carol, "alice@a.com: two|");
	scene_close(&s);
}

static void
a_full_seat_that_leaves_lets_the_others_go_on(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	s.bob.full = true;
	sb_say(s.a, 3, "A", "one", 3);
	play_hears(s.a, "ACK 3");
	sb_say(s.a, 4, "A", "two", 3);
	sb_nobody_hears(s.a, NULL);
	conversation_leave(&s.bob.member, false);
	world_settle(s.w);
	play_hears(s.a, "BYE bob@b.com");
	play_hears(s.a, "ACK 4");
	hears(&s.carol, "alice@a.com: one|left bob@b.com|alice@a.com: two|");
	scene_close(&s);
}

static void
it_waits_for_a_switchboards_slow_reader(void **state)
{
	char text[BIG + 1];
	struct scene s;
	unsigned sent = 0;

	(void)state;
	scene_open(&s);
	memset(text, 'z', BIG);
	text[BIG] = '\0';
	conversation_leave(&s.carol.member, false);
	world_settle(s.w);
	play_hears(s.a, "BYE carol@c.com");
	hears(&s.bob, "left carol@c.com|");
	play_stuck(s.a, true);
	while (s.bob.n == 0) {
		says(&s.bob, text, true);
		assert_true(++sent < 2 * QUEUE_SOFT / BIG);
	}
	assert_true(sent > QUEUE_SOFT / BIG);
	assert_string_equal(s.bob.heard, "wait|");
	play_stuck(s.a, false);
	world_settle(s.w);
	hears(&s.bob, "wait|go on|");
	while (sent-- > 0)
		sb_hears_msg(s.a, "bob@b.com", "bob@b.com", text, BIG);
	sb_nobody_hears(s.a, NULL);
	scene_close(&s);
}

static void
who_stays_slow_is_shown_out_of_its_sight_too(void **state)
{
	char text[BIG + 1];
	struct scene s;

	(void)state;
	scene_open(&s);
	memset(text, 'z', BIG);
	text[BIG] = '\0';
	play_stuck(s.a, true);
	for (unsigned i = 0; i < QUEUE_SOFT / BIG + 2; i++) {
		says(&s.bob, text, true);
		forget(&s.carol);
	}
	forget(&s.bob);
	world_pass(s.w, 9900);
	hears(&s.carol, "");
	world_pass(s.w, 200);
	play_is_closed(s.a, CLOSE_OUTPUT_FULL);
	hears(&s.carol, "left alice@a.com|");
	hears(&s.bob, "left alice@a.com|");
	scene_close(&s);
}

/* Two places of one person, of which only one is told of below MSNP16. */
static void
its_person_may_sit_at_several_places(void **state)
{
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP9");
	struct player *a = sb_open(w, alice, "alice@a.com");
	struct listener x, y;
	uint32_t id;

	(void)state;
	world_add(w, "bob@b.com", "");
	x = y = (struct listener){ .w = w, .address = "bob@b.com" };
	place_open(w, &x.place, "bob@b.com", 'x');
	place_open(w, &y.place, "bob@b.com", 'y');
	place_say(w, &x.place, AVAIL_ONLINE);
	place_say(w, &y.place, AVAIL_ONLINE);
	place_hears(w, &y.place, "self");
	join_from(a, &x, "self ring:a");
	place_hears(w, &y.place, "ring:a");
	id = x.member.conv->id;
	sit(&y, id);
	conversation_announce(&y.member);
	hears(&x, "also bob@b.com|");
	says(&x, "from x", true);
	hears(&y, "bob@b.com: from x|");
	sb_hears_msg(a, "bob@b.com", "bob@b.com", "from x", 6);
	conversation_leave(&x.member, false);
	world_settle(w);
	hears(&y, "one place less bob@b.com|");
	play_hears_nothing(a);
	conversation_leave(&y.member, false);
	world_settle(w);
	play_hears(a, "BYE bob@b.com");
	place_close(&x.place);
	place_close(&y.place);
	world_free(w);
}

/*
 * The longest roster there can be: as many people as there may be in a
 * conversation, at as many places as they may have, with the longest names.
 */
static void
a_roster_of_any_length_is_told(void **state)
{
	enum {
		PEOPLE = 49,
		LINES = PEOPLE * (ENDPOINTS_MAX + 1)
	};
	static struct listener all[PEOPLE][ENDPOINTS_MAX];
	static char address[PEOPLE][ADDRESS_MAX + 1];
	char name[NAME_MAX_ENCODED + 1];
	struct world *w = world_new();
	struct player *alice = play_online(w, "alice@a.com", "MSNP18"), *a;
	struct member *host = &all[0][0].member;
	struct sb_pass pass;

	(void)state;
	memset(name, 'N', NAME_MAX_ENCODED);
	name[NAME_MAX_ENCODED] = '\0';
	for (unsigned i = 0; i < PEOPLE; i++) {
		(void)snprintf(address[i], sizeof(address[i]), "%0120u@b.com",
		    i);
		world_add(w, address[i], name);
		for (unsigned k = 0; k < ENDPOINTS_MAX; k++) {
			struct listener *l = &all[i][k];

			*l = (struct listener){ .address = address[i],
				.deaf = true };
			place_open(w, &l->place, address[i], (char)('a' + k));
			place_say(w, &l->place, AVAIL_ONLINE);
		}
		if (i == 0) {
			(void)pass_issue_new(world_core(w),
			    &all[0][0].place.session, all[0][0].place.cookie);
			sit(&all[0][0], 0);
			conversation_invite_places(host);
		} else {
			assert_int_equal(conversation_invite(host,
					     slice_text(address[i])),
			    RESULT_OK);
		}
		for (unsigned k = i == 0; k < ENDPOINTS_MAX; k++)
			sit(&all[i][k], host->conv->id);
	}
	assert_int_equal(conversation_invite(host, SLICE_LIT("alice@a.com")),
	    RESULT_OK);
	world_settle(w);
	play_hears_like(alice, "RNG *");
	(void)snprintf(pass.id, sizeof(pass.id), "%s", play_word(alice, 1));
	(void)snprintf(pass.cookie, sizeof(pass.cookie), "%s",
	    play_word(alice, 4));
	a = sb_answer(w, &pass, "alice@a.com");
	for (unsigned i = 1; i <= LINES; i++) {
		char form[32];

		(void)snprintf(form, sizeof(form), "IRO 1 %u %u *", i, LINES);
		play_hears_like(a, form);
		assert_int_equal(strlen(play_word(a, 5)), NAME_MAX_ENCODED);
	}
	play_hears(a, "ANS 1 OK");
	for (unsigned i = 0; i < PEOPLE * ENDPOINTS_MAX; i++) {
		struct listener *l = &all[i / ENDPOINTS_MAX][i % ENDPOINTS_MAX];

		conversation_leave(&l->member, false);
		place_close(&l->place);
	}
	world_free(w);
}

static void
alone_nobody_hears_it(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	play_hang_up(s.a);
	conversation_leave(&s.carol.member, false);
	hears(&s.bob, "left alice@a.com|left carol@c.com|");
	says(&s.bob, "hello?", false);
	hears(&s.bob, "");
	scene_close(&s);
}

static void
a_sign_in_elsewhere_ends_it(void **state)
{
	struct scene s;
	struct player *bob;

	(void)state;
	scene_open(&s);
	/* the session it came by is told for itself */
	place_hears(s.w, &s.bob.place, "");
	bob = play_sign_in(s.w, "bob@b.com", "MSNP9");
	place_hears(s.w, &s.bob.place, "ended:elsewhere");
	hears(&s.bob, "ended|");
	play_hears(s.a, "BYE bob@b.com");
	hears(&s.carol, "left bob@b.com|");
	play_hang_up(bob);
	conversation_leave(&s.carol.member, false);
	place_close(&s.carol.place);
	world_free(s.w);
}

/* A person has one share, by whatever seats. */
static void
all_seats_of_a_person_share_its_dues(void **state)
{
	const struct addr home = { 0 };
	struct listener more;
	struct core *c;
	struct scene s;

	(void)state;
	scene_open(&s);
	c = world_core(s.w);
	c->cfg.talk_rate = 1000;
	/* another conversation of bob's, of another kind or the same */
	more = (struct listener){ .w = s.w, .address = "bob@b.com" };
	assert_int_equal(pass_issue_new(c, &s.bob.place.session,
			     s.bob.place.cookie),
	    RESULT_OK);
	memcpy(more.place.cookie, s.bob.place.cookie, PASS_TEXT_MAX);
	more.place.core = c;
	sit(&more, 0);
	/* each byte counts once for each who hears it */
	assert_int_equal(conversation_dues(&s.bob.member, &home, 1000), 0);
	assert_true(conversation_dues(&s.bob.member, &home, 1) > 900);
	assert_true(conversation_dues(&more.member, &home, 1) > 900);
	assert_int_equal(conversation_dues(&s.carol.member, &home, 1), 0);
	conversation_leave(&more.member, false);
	scene_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_kinds_of_seats_hear_each_other),
		cmocka_unit_test(a_full_seat_makes_those_who_speak_wait),
		cmocka_unit_test(a_full_seat_that_leaves_lets_the_others_go_on),
		cmocka_unit_test(it_waits_for_a_switchboards_slow_reader),
		cmocka_unit_test(who_stays_slow_is_shown_out_of_its_sight_too),
		cmocka_unit_test(its_person_may_sit_at_several_places),
		cmocka_unit_test(a_roster_of_any_length_is_told),
		cmocka_unit_test(alone_nobody_hears_it),
		cmocka_unit_test(a_sign_in_elsewhere_ends_it),
		cmocka_unit_test(all_seats_of_a_person_share_its_dues),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
