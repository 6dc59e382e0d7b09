/* SPDX-License-Identifier: MIT */
/* Messages for people who were away, in the store. */
#include "tests/store/store_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum {
	ME = 1,
	OTHER = 2
};

struct asked {
	struct store_mail mail;
	struct store_rig *rig;
	bool answered;
	enum store_outcome how;
};

static void
on_mail(struct store_mail *m, enum store_outcome how)
{
	struct asked *a = CONTAINER_OF(m, struct asked, mail);

	a->answered = true;
	a->how = how;
	loop_stop(a->rig->loop);
}

static bool
is_answered(void *ctx)
{
	return ((struct asked *)ctx)->answered;
}

static void
ask_for(struct store_rig *r, struct asked *a, uint64_t owner,
    enum store_mail_what what, unsigned char one)
{
	*a = (struct asked){ .rig = r,
		.mail = { .owner = owner, .what = what, .done = on_mail } };
	memset(a->mail.id, one, STORE_ID_BYTES);
	store_mail(r->s, &a->mail);
	assert_false(a->answered);
	rig_until(r, is_answered, a);
	assert_int_equal(a->how, STORE_FOUND);
}

static void
ask(struct store_rig *r, struct asked *a, uint64_t owner, unsigned char one)
{
	ask_for(r, a, owner, one != 0 ? STORE_MAIL_ONE : STORE_MAIL_LIST, one);
}

static void
put(struct store_rig *r, uint64_t owner, unsigned char id, const char *text)
{
	struct store_change c = { .kind = STORE_MESSAGE_PUT, .id = owner };
	struct store_message *m = &c.u.message;

	memset(m->id, id, STORE_ID_BYTES);
	memset(m->run, 0xEE, STORE_ID_BYTES);
	m->number = id;
	m->size = (uint32_t)strlen(text);
	m->sent = 1214554893157;
	m->sender = SLICE_LIT("bob@x");
	m->name = SLICE_LIT("Bob \xE2\x98\x83");
	m->text = slice_text(text);
	(void)store_change(r->s, &c);
}

static void
drop(struct store_rig *r, uint64_t owner, unsigned char id)
{
	struct store_change c = { .kind = STORE_MESSAGE_DELETE, .id = owner };

	memset(c.u.message.id, id, STORE_ID_BYTES);
	(void)store_change(r->s, &c);
}

/* The ids that wait for owner, one character each. */
static void
expect(struct store_rig *r, uint64_t owner, const char *ids)
{
	struct store_answer in;
	struct asked a;

	ask(r, &a, owner, 0);
	assert_int_equal(a.mail.nmessages, strlen(ids));
	for (size_t i = 0; i < a.mail.nmessages; i++) {
		assert_int_equal(a.mail.messages[i].id[0], ids[i]);
		assert_int_equal(a.mail.messages[i].text.n, 0);
	}
	store_mail_free(&a.mail);
	rig_load(r, &in, NULL, owner);
	assert_int_equal(in.how, STORE_FOUND);
	assert_int_equal(in.account.messages, strlen(ids));
	rig_answer_free(&in);
}

static void
messages_are_listed_in_the_order_in_which_they_came(void **state)
{
	struct store_rig *r = *state;

	rig_put_account(r, ME, "me@x");
	rig_put_account(r, OTHER, "other@x");
	put(r, ME, 'z', "first");
	put(r, ME, 'a', "second");
	put(r, OTHER, 'z', "not mine");
	put(r, ME, 'm', "third");
	expect(r, ME, "zam");
	expect(r, OTHER, "z");
	drop(r, ME, 'a');
	drop(r, ME, 'q');
	expect(r, ME, "zm");
	drop(r, ME, 'z');
	expect(r, ME, "m");
	expect(r, OTHER, "z");
}

static void
a_message_comes_back_as_it_was_given(void **state)
{
	struct store_rig *r = *state;
	const struct store_message *m;
	struct asked a;

	rig_put_account(r, ME, "me@x");
	put(r, ME, 'a', "hello <\xC3\xA4>\r\n");
	ask(r, &a, ME, 'a');
	assert_int_equal(a.mail.nmessages, 1);
	m = &a.mail.messages[0];
	assert_int_equal(m->id[15], 'a');
	assert_int_equal(m->run[15], 0xEE);
	assert_int_equal(m->number, 'a');
	assert_int_equal(m->size, 12);
	assert_int_equal(m->sent, 1214554893157);
	assert_true(slice_eq_text(m->sender, "bob@x"));
	assert_true(slice_eq_text(m->name, "Bob \xE2\x98\x83"));
	assert_true(slice_eq_text(m->text, "hello <\xC3\xA4>\r\n"));
	store_mail_free(&a.mail);
	ask(r, &a, ME, 'b');
	assert_int_equal(a.mail.nmessages, 0);
	store_mail_free(&a.mail);
	ask(r, &a, OTHER, 'a');
	assert_int_equal(a.mail.nmessages, 0);
	store_mail_free(&a.mail);
}

static void
mark(struct store_rig *r, uint64_t owner, unsigned char id, int64_t read,
    bool kept)
{
	struct store_change c = { .kind = STORE_MESSAGE_MARK, .id = owner };

	memset(c.u.message.id, id, STORE_ID_BYTES);
	c.u.message.read = read;
	c.u.message.kept = kept;
	(void)store_change(r->s, &c);
}

/* The ids among the heads that were read since, or wait, or are kept. */
static void
expect_heads(struct store_rig *r, int64_t since, const char *ids)
{
	struct asked a = { .rig = r,
		.mail = { .owner = ME,
		    .what = STORE_MAIL_HEADS,
		    .since = since,
		    .done = on_mail } };

	store_mail(r->s, &a.mail);
	rig_until(r, is_answered, &a);
	assert_int_equal(a.how, STORE_FOUND);
	assert_int_equal(a.mail.nmessages, strlen(ids));
	for (size_t i = 0; i < a.mail.nmessages; i++)
		assert_int_equal(a.mail.messages[i].id[0], ids[i]);
	store_mail_free(&a.mail);
}

static void
what_was_read_stays_a_while_and_what_is_kept_for_ever(void **state)
{
	struct store_change c = { .kind = STORE_EXPIRE };
	struct store_rig *r = *state;

	rig_put_account(r, ME, "me@x");
	put(r, ME, 'a', "read long ago");
	put(r, ME, 'b', "kept");
	put(r, ME, 'c', "waits");
	put(r, ME, 'd', "read lately");
	mark(r, ME, 'a', 100, false);
	mark(r, ME, 'b', 100, true);
	mark(r, ME, 'd', 200, false);
	expect(r, ME, "c");
	expect_heads(r, 0, "abcd");
	/* as if it were gone, before it is */
	expect_heads(r, 150, "bcd");
	c.u.expiry.read = 150;
	(void)store_change(r->s, &c);
	expect_heads(r, 0, "bcd");
	mark(r, ME, 'b', 100, false);
	(void)store_change(r->s, &c);
	expect_heads(r, 0, "cd");
	expect(r, ME, "c");
}

static void
of_what_was_read_only_the_newest_stay(void **state)
{
	struct store_rig *r = *state;
	struct asked a;

	rig_put_account(r, ME, "me@x");
	for (unsigned i = 1; i <= STORE_MAIL_READ + 5; i++) {
		put(r, ME, (unsigned char)i, "x");
		mark(r, ME, (unsigned char)i, 100, i == 1);
	}
	put(r, ME, '~', "waits");
	ask_for(r, &a, ME, STORE_MAIL_HEADS, 0);
	assert_int_equal(a.mail.nmessages, STORE_MAIL_READ + 2);
	assert_int_equal(a.mail.messages[0].id[0], 1);
	assert_int_equal(a.mail.messages[1].id[0], 6);
	store_mail_free(&a.mail);
	expect(r, ME, "~");
}

static void
an_account_takes_its_messages_with_it(void **state)
{
	struct store_rig *r = *state;
	struct asked a;

	rig_put_account(r, ME, "me@x");
	put(r, ME, 'a', "gone soon");
	expect(r, ME, "a");
	rig_delete_account(r, ME);
	ask(r, &a, ME, 0);
	assert_int_equal(a.mail.nmessages, 0);
	store_mail_free(&a.mail);
}

static void
messages_are_there_after_a_restart(void **state)
{
	struct store_rig *r = *state;

	rig_put_account(r, ME, "me@x");
	put(r, ME, 'a', "keep me");
	put(r, ME, 'b', "me, too");
	rig_settle(r);
	rig_close(r);
	assert_true(rig_open(r));
	expect(r, ME, "ab");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(messages_are_listed_in_the_order_in_which_they_came),
		RIG_BOTH(a_message_comes_back_as_it_was_given),
		RIG_BOTH(what_was_read_stays_a_while_and_what_is_kept_for_ever),
		RIG_BOTH(of_what_was_read_only_the_newest_stay),
		RIG_BOTH(an_account_takes_its_messages_with_it),
		RIG_THREAD(messages_are_there_after_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
