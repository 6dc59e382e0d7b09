/* SPDX-License-Identifier: MIT */
/* What members of a conversation say to one another. */
#include "tests/proto/sb_play.h"

#include "core/session.h"

#include <stdio.h>
#include <string.h>

enum {
	MESSAGE_MAX = 1664,
	BIG = 1600,
	QUEUE_SOFT = 64 * 1024 /* of the fake link */
};

static const char transfer[] =
    "MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\n"
    "P2P-Dest: bob@b.com\r\n\r\n";

struct scene {
	struct world *w;
	struct player *alice, *bob, *carol; /* notification sessions */
	struct player *a, *b, *c;           /* seats */
};

static void
scene_open(struct scene *s, unsigned people)
{
	*s = (struct scene){ .w = world_new() };
	world_add(s->w, "alice@a.com", "Alice%20B");
	s->alice = play_online(s->w, "alice@a.com", "MSNP9");
	s->a = sb_open(s->w, s->alice, "alice@a.com");
	if (people > 1) {
		s->bob = play_online(s->w, "bob@b.com", "MSNP9");
		s->b = sb_join(s->w, s->a, s->bob, "bob@b.com");
	}
	if (people > 2) {
		s->carol = play_online(s->w, "carol@c.com", "MSNP12");
		s->c = sb_join(s->w, s->a, s->carol, "carol@c.com");
		play_ignore(s->b);
	}
}

static void
hears_alice(struct player *p, const void *bytes, size_t n)
{
	sb_hears_msg(p, "alice@a.com", "Alice%20B", bytes, n);
}

/* Every byte there is, and the ends of lines that would break a reader. */
static void
fill(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (char)(i * 7 + i / 256);
	if (n > 16)
		memcpy(p + n / 2, "\r\n\0\r\nOUT\r\n\r\n", 13);
}

/* covers: sb 14 #29, #30, #40 */
static void
a_message_arrives_byte_for_byte_and_not_at_its_sender(void **state)
{
	char payload[MESSAGE_MAX];
	struct scene s;

	(void)state;
	scene_open(&s, 2);
	fill(payload, sizeof(payload));
	for (size_t n = 0; n <= sizeof(payload); n += 104) {
		sb_say(s.a, 3, "N", payload, n);
		hears_alice(s.b, payload, n);
		sb_nobody_hears(s.a, s.b, NULL);
	}
	world_free(s.w);
}

/* covers: sb 14 #29, #34 */
static void
a_full_piece_of_a_transfer_arrives_untouched(void **state)
{
	const size_t head = sizeof(transfer) - 1;
	char payload[sizeof(transfer) - 1 + 48 + 1202 + 4];
	struct scene s;

	(void)state;
	scene_open(&s, 3);
	memcpy(payload, transfer, head);
	fill(payload + head, sizeof(payload) - head);
	sb_say(s.a, 3, "D", payload, sizeof(payload));
	play_hears(s.a, "ACK 3");
	/* P2P-Dest is for clients to read: everybody gets it */
	hears_alice(s.b, payload, sizeof(payload));
	hears_alice(s.c, payload, sizeof(payload));
	sb_nobody_hears(s.a, s.b, s.c, NULL);
	world_free(s.w);
}

/* covers: sb 14 #37 */
static void
a_transfer_is_sent_as_d_or_not_at_all(void **state)
{
	static const char type[] = "application/x-msnmsgrp2p";
	static const char plain[] = "Content-Type: text/plain\r\n\r\n"
				    "Content-Type: application/x-msnmsgrp2p";
	static const char odd[] =
	    "MIME-Version: 1.0\r\n"
	    "content-type:application/x-msnmsgrp2p;x=y\r\n"
	    "\r\n";
	struct scene s;

	(void)state;
	scene_open(&s, 2);
	/* people may write about it */
	sb_say(s.a, 3, "A", plain, sizeof(plain) - 1);
	play_hears(s.a, "ACK 3");
	hears_alice(s.b, plain, sizeof(plain) - 1);
	sb_say(s.a, 4, "N", type, sizeof(type) - 1);
	hears_alice(s.b, type, sizeof(type) - 1);
	sb_say(s.a, 5, "A", transfer, sizeof(transfer) - 1);
	play_is_closed(s.a, CLOSE_BAD_ARGUMENTS);
	play_hears(s.b, "BYE alice@a.com");
	s.a = sb_join(s.w, s.b, s.alice, "alice@a.com");
	sb_say(s.a, 6, "U", odd, sizeof(odd) - 1);
	play_is_closed(s.a, CLOSE_BAD_ARGUMENTS);
	play_hears(s.b, "BYE alice@a.com");
	play_hears_nothing(s.b);
	world_free(s.w);
}

/* covers: sb 14 #31, #32, #33, #34 */
static void
the_letter_decides_what_the_sender_hears(void **state)
{
	static const struct {
		const char *letter, *delivered, *alone;
	} cases[] = {
		{ "U", NULL, NULL },
		{ "N", NULL, "NAK 4294967295" },
		{ "A", "ACK 0", "NAK 4294967295" },
		{ "D", "ACK 0", "282 4294967295" },
		{ "S", "ACK 0", NULL },
	};
	struct scene s, one;

	(void)state;
	scene_open(&s, 2);
	scene_open(&one, 1);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		sb_say(s.a, 0, cases[i].letter, "x", 1);
		if (cases[i].delivered != NULL)
			play_hears(s.a, cases[i].delivered);
		hears_alice(s.b, "x", 1);
		sb_nobody_hears(s.a, s.b, NULL);
		sb_say(one.a, UINT32_MAX, cases[i].letter, "x", 1);
		if (cases[i].alone != NULL)
			play_hears(one.a, cases[i].alone);
		play_hears_nothing(one.a);
	}
	world_free(s.w);
	world_free(one.w);
}

/* covers: sb 14 #35, #36 */
static void
what_is_too_long_or_misspelt_ends_the_connection(void **state)
{
	static const struct {
		const char *line;
		enum close_reason why;
	} cases[] = {
		{ "MSG 3 N 1665", CLOSE_PAYLOAD_TOO_LONG },
		{ "MSG 3 N 18446744073709551615", CLOSE_PAYLOAD_TOO_LONG },
		{ "MSG 3 N 18446744073709551616", CLOSE_BAD_LENGTH },
		{ "MSG 3 N -1", CLOSE_BAD_LENGTH },
		{ "MSG 3 N 1x", CLOSE_BAD_LENGTH },
		{ "MSG 3 N", CLOSE_BAD_LENGTH },
		{ "MSG 3", CLOSE_BAD_LENGTH },
		{ "MSG 3 0", CLOSE_BAD_ARGUMENTS },
		{ "MSG 3 N x 0", CLOSE_BAD_ARGUMENTS },
		{ "MSG x N 0", CLOSE_BAD_TRID },
		{ "MSG 3 u 0", CLOSE_BAD_ARGUMENTS },
		{ "MSG 3 X 0", CLOSE_BAD_ARGUMENTS },
		{ "MSG 3 NN 0", CLOSE_BAD_ARGUMENTS },
	};
	char payload[MESSAGE_MAX];
	struct scene s;

	(void)state;
	scene_open(&s, 2);
	fill(payload, sizeof(payload));
	sb_say(s.a, 3, "A", payload, sizeof(payload));
	play_hears(s.a, "ACK 3");
	hears_alice(s.b, payload, sizeof(payload));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		play_say(s.a, cases[i].line);
		play_is_closed(s.a, cases[i].why);
		play_hears(s.b, "BYE alice@a.com");
		play_hears_nothing(s.b);
		s.a = sb_join(s.w, s.b, s.alice, "alice@a.com");
	}
	/* a NUL is no letter either */
	play_say_bytes(s.a, "MSG 3 \0 1\r\nx", 12);
	play_is_closed(s.a, CLOSE_BAD_ARGUMENTS);
	play_hears(s.b, "BYE alice@a.com");
	play_hears_nothing(s.b);
	world_free(s.w);
}

/* covers: sb 14 #38 */
static void
a_message_may_come_in_any_pieces(void **state)
{
	static const char whole[] =
	    "MSG 3 A 12\r\nab\r\n\r\nMSG 4\r\n\r\nMSG 5 A 1\r\nx";
	struct scene s;

	(void)state;
	scene_open(&s, 2);
	for (size_t cut = 0; cut < sizeof(whole); cut++) {
		size_t rest = sizeof(whole) - 1 - cut;

		play_say_bytes(s.a, whole, cut);
		play_say_bytes(s.a, whole + cut, rest);
		play_hears(s.a, "ACK 3");
		play_hears(s.a, "ACK 5");
		hears_alice(s.b, "ab\r\n\r\nMSG 4\r", 12);
		hears_alice(s.b, "x", 1);
		sb_nobody_hears(s.a, s.b, NULL);
	}
	for (size_t i = 0; i < sizeof(whole) - 1; i++)
		play_say_bytes(s.a, whole + i, 1);
	play_hears(s.a, "ACK 3");
	play_hears(s.a, "ACK 5");
	world_free(s.w);
}

/* covers: sb 14 #39 */
static void
everybody_else_hears_a_message(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, 3);
	sb_say(s.a, 3, "A", "to two", 6);
	play_hears(s.a, "ACK 3");
	hears_alice(s.b, "to two", 6);
	hears_alice(s.c, "to two", 6);
	sb_say(s.c, 4, "U", "back", 4);
	sb_hears_msg(s.a, "carol@c.com", "carol@c.com", "back", 4);
	sb_hears_msg(s.b, "carol@c.com", "carol@c.com", "back", 4);
	sb_nobody_hears(s.a, s.b, s.c, NULL);
	world_free(s.w);
}

static void
a_name_is_the_one_its_owner_came_with(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, 2);
	play_say(s.alice, "REA 6 alice@a.com Queen%20Alice");
	play_hears_like(s.alice, "REA 6 * alice@a.com Queen%20Alice");
	sb_say(s.a, 3, "N", "x", 1);
	hears_alice(s.b, "x", 1);
	world_free(s.w);
}

/* covers: sb 14 #63 */
static void
a_further_chunk_needs_no_content_type(void **state)
{
	static const char chunk[] =
	    "Message-ID: {7B7B34E6-7A8D-44FF-926C-1799156B58AA}\r\n"
	    "Chunk: 1\r\n\r\nsecond part";
	struct scene s;

	(void)state;
	scene_open(&s, 2);
	sb_say(s.a, 9, "N", chunk, sizeof(chunk) - 1);
	hears_alice(s.b, chunk, sizeof(chunk) - 1);
	sb_say(s.a, 10, "A", "", 0);
	play_hears(s.a, "ACK 10");
	hears_alice(s.b, "", 0);
	sb_nobody_hears(s.a, s.b, NULL);
	world_free(s.w);
}

/* covers: field-notes 17 */
static void
an_ack_comes_at_once_even_if_the_reader_is_slow(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, 2);
	play_stuck(s.b, true);
	sb_say(s.a, 3, "A", "first", 5);
	play_hears(s.a, "ACK 3");
	play_hears_nothing(s.b);
	play_stuck(s.b, false);
	hears_alice(s.b, "first", 5);
	world_free(s.w);
}

/* ---- slow readers ---- */

/* Send numbered messages until one is not read any more: its number. */
static unsigned
send_until_held(struct player *from)
{
	char payload[BIG];

	memset(payload, 'z', sizeof(payload));
	for (unsigned i = 1; i < 2 * QUEUE_SOFT / BIG; i++) {
		char ack[32];

		(void)snprintf(ack, sizeof(ack), "ACK %u", i);
		(void)memcpy(payload, ack, strlen(ack) + 1);
		sb_say(from, i, "A", payload, sizeof(payload));
		if ((i - 1) * BIG > QUEUE_SOFT)
			return i;
		play_hears(from, ack);
	}
	fail_msg("nobody was held back");
	return 0;
}

static void
hears_numbered(struct player *p, unsigned from, unsigned to)
{
	for (unsigned i = from; i <= to; i++) {
		char want[32];

		(void)snprintf(want, sizeof(want), "ACK %u", i);
		play_hearsf(p, "MSG alice@a.com Alice%%20B %d", BIG);
		assert_string_equal(play_hears_length(p, BIG), want);
	}
}

static void
a_slow_reader_holds_its_senders_back_and_loses_nothing(void **state)
{
	struct scene s;
	unsigned last;

	(void)state;
	scene_open(&s, 3);
	play_stuck(s.b, true);
	last = send_until_held(s.a);
	hears_numbered(s.c, 1, last - 1);
	sb_nobody_hears(s.a, s.b, s.c, NULL);
	/* another who talks is held only when it does */
	sb_say(s.c, 1, "A", "me too", 6);
	play_hears(s.c, "ACK 1");
	sb_hears_msg(s.a, "carol@c.com", "carol@c.com", "me too", 6);
	sb_say(s.c, 2, "A", "and again", 9);
	sb_nobody_hears(s.a, s.b, s.c, NULL);
	world_pass(s.w, 9000);
	sb_nobody_hears(s.a, s.b, s.c, NULL);
	play_stuck(s.b, false);
	world_settle(s.w);
	hears_numbered(s.b, 1, last - 1);
	sb_hears_msg(s.b, "carol@c.com", "carol@c.com", "me too", 6);
	sb_hears_msg(s.a, "carol@c.com", "carol@c.com", "and again", 9);
	play_hearsf(s.a, "ACK %u", last);
	play_hears(s.c, "ACK 2");
	hears_numbered(s.c, last, last);
	sb_hears_msg(s.b, "carol@c.com", "carol@c.com", "and again", 9);
	hears_numbered(s.b, last, last);
	/* it caught up in time: nothing happens to it later */
	world_pass(s.w, 20000);
	sb_nobody_hears(s.a, s.b, s.c, NULL);
	world_free(s.w);
}

static void
who_stays_slow_for_ten_seconds_is_dropped(void **state)
{
	struct scene s;
	unsigned last;

	(void)state;
	scene_open(&s, 3);
	play_stuck(s.b, true);
	last = send_until_held(s.a);
	hears_numbered(s.c, 1, last - 1);
	world_pass(s.w, 9900);
	assert_true(play_is_open(s.b));
	sb_nobody_hears(s.a, s.c, NULL);
	world_pass(s.w, 200);
	play_is_closed(s.b, CLOSE_OUTPUT_FULL);
	play_hears(s.a, "BYE bob@b.com");
	play_hearsf(s.a, "ACK %u", last);
	play_hears(s.c, "BYE bob@b.com");
	hears_numbered(s.c, last, last);
	sb_nobody_hears(s.a, s.c, NULL);
	world_free(s.w);
}

static void
who_waited_for_the_only_other_one_goes_on_alone(void **state)
{
	struct scene s;
	unsigned last;

	(void)state;
	scene_open(&s, 2);
	play_stuck(s.b, true);
	last = send_until_held(s.a);
	play_hears_nothing(s.a);
	play_drop(s.b);
	world_settle(s.w);
	play_hears(s.a, "BYE bob@b.com");
	play_hearsf(s.a, "NAK %u", last);
	play_hears_nothing(s.a);
	world_free(s.w);
}

static void
one_slow_reader_that_left_does_not_excuse_another(void **state)
{
	struct scene s;
	unsigned last;

	(void)state;
	scene_open(&s, 3);
	play_stuck(s.b, true);
	play_stuck(s.c, true);
	last = send_until_held(s.a);
	world_pass(s.w, 5000);
	play_hang_up(s.b);
	play_hears(s.a, "BYE bob@b.com");
	/* one more slips through, and then it waits for the other */
	play_hearsf(s.a, "ACK %u", last);
	sb_say(s.a, last + 1, "A", "x", 1);
	play_hears_nothing(s.a);
	world_pass(s.w, 5100);
	play_is_closed(s.c, CLOSE_OUTPUT_FULL);
	play_hears(s.a, "BYE carol@c.com");
	play_hearsf(s.a, "NAK %u", last + 1);
	world_free(s.w);
}

static void
a_held_sender_that_hangs_up_leaves_nothing_behind(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, 2);
	play_stuck(s.b, true);
	(void)send_until_held(s.a);
	play_drop(s.a);
	play_stuck(s.b, false);
	world_settle(s.w);
	play_ignore(s.b);
	world_pass(s.w, 20000);
	play_hears_nothing(s.b);
	assert_int_equal(world_core(s.w)->conversations.count, 1);
	world_free(s.w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_message_arrives_byte_for_byte_and_not_at_its_sender),
		cmocka_unit_test(a_full_piece_of_a_transfer_arrives_untouched),
		cmocka_unit_test(a_transfer_is_sent_as_d_or_not_at_all),
		cmocka_unit_test(the_letter_decides_what_the_sender_hears),
		cmocka_unit_test(
		    what_is_too_long_or_misspelt_ends_the_connection),
		cmocka_unit_test(a_message_may_come_in_any_pieces),
		cmocka_unit_test(everybody_else_hears_a_message),
		cmocka_unit_test(a_name_is_the_one_its_owner_came_with),
		cmocka_unit_test(a_further_chunk_needs_no_content_type),
		cmocka_unit_test(
		    an_ack_comes_at_once_even_if_the_reader_is_slow),
		cmocka_unit_test(
		    a_slow_reader_holds_its_senders_back_and_loses_nothing),
		cmocka_unit_test(who_stays_slow_for_ten_seconds_is_dropped),
		cmocka_unit_test(
		    who_waited_for_the_only_other_one_goes_on_alone),
		cmocka_unit_test(
		    one_slow_reader_that_left_does_not_excuse_another),
		cmocka_unit_test(
		    a_held_sender_that_hangs_up_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
