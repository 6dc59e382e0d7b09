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
the_first_page_comes_with_its_texts(void **state)
{
	struct store_rig *r = *state;
	struct asked a;

	rig_put_account(r, ME, "me@x");
	for (unsigned char i = 1; i <= STORE_MAIL_PAGE + 2; i++)
		put(r, ME, i, i == 1 ? "first" : "later");
	ask_for(r, &a, ME, STORE_MAIL_TEXTS, 0);
	assert_int_equal(a.mail.nmessages, STORE_MAIL_PAGE);
	assert_true(slice_eq_text(a.mail.messages[0].text, "first"));
	assert_true(slice_eq_text(a.mail.messages[19].text, "later"));
	assert_int_equal(a.mail.messages[19].id[0], 20);
	store_mail_free(&a.mail);
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
		RIG_BOTH(the_first_page_comes_with_its_texts),
		RIG_BOTH(an_account_takes_its_messages_with_it),
		RIG_THREAD(messages_are_there_after_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
