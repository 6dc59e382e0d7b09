/* SPDX-License-Identifier: MIT */
/*
 * Offline messages by web service, with the documents clients write: alice
 * sends, bob reads.
 */
#include "common/codec/chl.h"
#include "core/talk/mailbox.h"
#include "tests/proto/soap_play.h"

#define STORE  "http://messenger.msn.com/ws/2004/09/oim/Store"
#define STORE2 "\"http://messenger.live.com/ws/2006/09/oim/Store2\""
#define NS     "http://messenger.live.com/ws/2006/09/oim/"
#define NS_OLD "http://messenger.msn.com/ws/2004/09/oim/"

static const char *const product = "PROD0119GSJUC$18";

struct scene {
	struct world *w;
	struct caller alice, bob;
};

static struct scene
scene_new(void)
{
	struct scene s = { .w = world_new() };

	s.alice = caller_new(s.w, "alice@example.com");
	s.bob = caller_new(s.w, "bob@example.com");
	s.alice.action = STORE2;
	return s;
}

static void
scene_free(struct scene *s)
{
	caller_free(&s->alice);
	caller_free(&s->bob);
	world_free(s->w);
}

/* The fault has this code, prefix included. */
static void
refused(struct caller *c, const char *code)
{
	assert_int_equal(c->status, 500);
	if (!slice_eq_text(xml_child_text(c->body, "faultcode"), code))
		fail_msg("wanted %s, got %s", code, c->reply.p);
}

/* Answer the challenge of the fault that came last. */
static void
answer(struct caller *c, const char *of)
{
	struct slice challenge =
	    xml_child_text(xml_child(c->body, "detail"), "LockKeyChallenge");

	assert_int_equal(challenge.n, CHL_DIGITS);
	assert_true(chl_answer(challenge, slice_text(of), c->key));
}

static void
unlock(struct caller *c)
{
	caller_sample(c, "oim/Store2.no-lockkey");
	refused(c, "q0:AuthenticationFailed");
	answer(c, product);
}

/* A message in these words; NULL: as the samples have it. */
struct words {
	const char *from, *to, *name, *run, *number, *type, *coding, *kind;
	const char *body, *sequence;
};

static const char *
or_usual(const char *word, const char *usual)
{
	return word != NULL ? word : usual;
}

static void
store(struct caller *c, struct words k)
{
	struct buf b = BUF_INIT(CALL_MAX);

	buf_addf(&b,
	    "<Envelope><Header><From memberName=\"%s\" friendlyName=\"%s\"/>"
	    "<To memberName=\"%s\"/><Ticket appid=\"%s\" lockkey=\"%s\" "
	    "passport=\"",
	    or_usual(k.from, "Alice@Example.com"),
	    or_usual(k.name, "=?utf-8?B?QWxpY2U=?="),
	    or_usual(k.to, "bob@example.com"), product, c->key);
	for (const char *p = c->ticket; *p != '\0'; p++)
		if (*p == '&')
			buf_add_text(&b, "&amp;");
		else
			buf_add_char(&b, *p);
	buf_addf(&b,
	    "\"/><Sequence><MessageNumber>%s</MessageNumber></Sequence>"
	    "</Header><Body><MessageType>text</MessageType><Content>"
	    "MIME-Version: 1.0\nContent-Type: %s\n"
	    "Content-Transfer-Encoding: %s\nX-OIM-Message-Type: %s\n"
	    "X-OIM-Run-Id: %s\nX-OIM-Sequence-Num: %s\n\n%s</Content></Body>"
	    "</Envelope>",
	    or_usual(k.sequence, "7"),
	    or_usual(k.type, "text/plain; charset=UTF-8"),
	    or_usual(k.coding, "base64"), or_usual(k.kind, "OfflineMessage"),
	    or_usual(k.run, "3A3BE82C-684D-4F4F-8005-CBE8D4F82BAD"),
	    or_usual(k.number, "7"), or_usual(k.body, "aGk="));
	caller_post(c, "oim.asmx", buf_slice(&b));
	buf_free(&b);
}

static unsigned
waiting(struct scene *s)
{
	return mailbox_count(world_account(s->w, "bob@example.com"));
}

/* The id of the first message that waits for bob. */
static void
find_first(struct scene *s)
{
	caller_sample(&s->bob, "oim/GetMetadata");
	caller_good(&s->bob, "GetMetadataResponse");
	caller_keep(s->bob.id, sizeof(s->bob.id),
	    caller_text(&s->bob, "MD/M/I"));
}

/* covers: soap 11 #103 */
static void
a_message_is_taken_once_the_challenge_is_answered(void **state)
{
	struct scene s = scene_new();

	(void)state;
	caller_sample(&s.alice, "oim/Store2.no-lockkey");
	refused(&s.alice, "q0:AuthenticationFailed");
	assert_true(caller_has(&s.alice,
	    "<faultcode xmlns:q0=\"" NS_OLD "\">q0:AuthenticationFailed<"));
	assert_true(caller_has(&s.alice, "<LockKeyChallenge xmlns=\"" NS_OLD));
	assert_int_equal(waiting(&s), 0);
	answer(&s.alice, product);
	caller_sample(&s.alice, "oim/Store2.with-lockkey");
	caller_good(&s.alice, "StoreResponse");
	assert_true(caller_has(&s.alice,
	    "<soap:Header><SequenceAcknowledgment "
	    "xmlns=\"http://schemas.xmlsoap.org/ws/2003/03/rm\"><Identifier "
	    "xmlns=\"http://schemas.xmlsoap.org/ws/2002/07/utility\">"
	    "http://messenger.msn.com</Identifier><AcknowledgmentRange "
	    "Upper=\"1\" Lower=\"1\"/></SequenceAcknowledgment></soap:Header>"
	    "<soap:Body><StoreResponse xmlns=\"" NS_OLD "\"><PointsConsumed>0"
	    "</PointsConsumed></StoreResponse></soap:Body>"));
	/* the same key serves again */
	store(&s.alice, (struct words){ 0 });
	caller_good(&s.alice, "StoreResponse");
	assert_true(caller_has(&s.alice, "Upper=\"7\" Lower=\"7\""));
	assert_int_equal(waiting(&s), 2);
	scene_free(&s);
}

static void
the_older_action_is_answered_in_its_own_namespace(void **state)
{
	struct scene s = scene_new();

	(void)state;
	s.alice.action = STORE;
	caller_sample(&s.alice, "oim/Store.msnp13");
	refused(&s.alice, "q0:AuthenticationFailed");
	assert_true(caller_has(&s.alice, "xmlns:q0=\"" NS_OLD "\""));
	answer(&s.alice, product);
	store(&s.alice, (struct words){ 0 });
	caller_good(&s.alice, "StoreResponse");
	assert_true(caller_has(&s.alice, "<StoreResponse xmlns=\"" NS_OLD));
	scene_free(&s);
}

/* covers: soap 11 #104 */
static void
a_wrong_key_is_refused(void **state)
{
	struct scene s = scene_new();

	(void)state;
	unlock(&s.alice);
	s.alice.key[5] = s.alice.key[5] == '0' ? '1' : '0';
	store(&s.alice, (struct words){ 0 });
	refused(&s.alice, "q0:AuthenticationFailed");
	assert_int_equal(waiting(&s), 0);
	/* of another's challenge, too */
	unlock(&s.bob);
	memcpy(s.alice.key, s.bob.key, sizeof(s.alice.key));
	store(&s.alice, (struct words){ 0 });
	refused(&s.alice, "q0:AuthenticationFailed");
	assert_int_equal(waiting(&s), 0);
	scene_free(&s);
}

static void
a_bad_token_is_refused_with_the_other_challenge(void **state)
{
	struct scene s = scene_new();

	(void)state;
	s.alice.ticket[5]++;
	store(&s.alice, (struct words){ 0 });
	refused(&s.alice, "q0:AuthenticationFailed");
	assert_true(caller_has(&s.alice, "<TweenerChallenge xmlns=\"" NS));
	assert_false(caller_has(&s.alice, "LockKeyChallenge"));
	s.bob.ticket[5]++;
	caller_sample(&s.bob, "oim/GetMetadata");
	refused(&s.bob, "soap:Client");
	assert_true(caller_has(&s.bob,
	    "<faultstring>Schema validation error</faultstring><faultactor>"
	    "https://rsi.hotmail.com/rsi/rsi.asmx</faultactor><detail/>"));
	scene_free(&s);
}

/* covers: soap 11 #107 */
static void
nobody_sends_in_anothers_name_or_to_nobody(void **state)
{
	struct scene s = scene_new();

	(void)state;
	unlock(&s.alice);
	store(&s.alice, (struct words){ .from = "bob@example.com" });
	refused(&s.alice, "q0:SystemUnavailable");
	assert_true(caller_has(&s.alice,
	    "<soap:Header><Machine xmlns=\"" NS "\" name="));
	assert_true(caller_has(&s.alice, "<detail/>"));
	store(&s.alice, (struct words){ .to = "nobody@example.com" });
	refused(&s.alice, "q0:SystemUnavailable");
	store(&s.alice, (struct words){ .to = "nobody" });
	refused(&s.alice, "q0:SystemUnavailable");
	caller_member(&s.bob, "AddMember", "Block", "alice@example.com");
	caller_good(&s.bob, "AddMemberResponse");
	store(&s.alice, (struct words){ 0 });
	refused(&s.alice, "q0:SystemUnavailable");
	assert_int_equal(waiting(&s), 0);
	scene_free(&s);
}

static void
what_is_no_message_is_invalid_content(void **state)
{
	static const struct words rows[] = {
		{ .sequence = "x" },
		{ .sequence = "8" },
		{ .number = "x" },
		{ .name = "=?utf-8?B?/w==?=" },
		{ .run = "3A3BE82C" },
		{ .type = "text/html" },
		{ .coding = "8bit" },
		{ .kind = "OnlineMessage" },
		{ .body = "" },
		{ .body = "!" },
		{ .body = "/w==" },
		{ .body = "AA==" },
	};
	struct scene s = scene_new();

	(void)state;
	unlock(&s.alice);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		store(&s.alice, rows[i]);
		refused(&s.alice, "q0:InvalidContent");
	}
	caller_post(&s.alice, "oim.asmx", SLICE_LIT("<no/>"));
	refused(&s.alice, "q0:InvalidContent");
	assert_int_equal(waiting(&s), 0);
	store(&s.alice,
	    (struct words){ .run = "{3A3BE82C-684D-4F4F-8005-CBE8D4F82BAD}" });
	caller_good(&s.alice, "StoreResponse");
	scene_free(&s);
}

/* Text of n bytes as base64. */
static void
store_long(struct scene *s, size_t n)
{
	struct buf b = BUF_INIT(CALL_MAX);

	for (size_t i = 0; i < n / 3; i++)
		buf_add_text(&b, "YWFh");
	buf_add_text(&b, n % 3 == 2 ? "YWE=" : n % 3 == 1 ? "YQ==" : "");
	buf_add_char(&b, '\0');
	store(&s->alice, (struct words){ .body = b.p });
	buf_free(&b);
}

static void
a_message_has_a_greatest_length(void **state)
{
	struct scene s = scene_new();

	(void)state;
	unlock(&s.alice);
	store_long(&s, MAIL_TEXT_MAX + 1);
	refused(&s.alice, "q0:InvalidContent");
	store_long(&s, MAIL_TEXT_MAX);
	caller_good(&s.alice, "StoreResponse");
	find_first(&s);
	caller_says(&s.bob, "MD/M/SZ", "8192");
	caller_sample(&s.bob, "oim/GetMessage");
	caller_good(&s.bob, "GetMessageResponse");
	assert_true(caller_has(&s.bob, "YWFhYWFh\nYWFhYWFh"));
	scene_free(&s);
}

static void
a_sender_in_haste_is_throttled(void **state)
{
	struct scene s = scene_new();

	(void)state;
	unlock(&s.alice);
	for (int i = 0; i < MAIL_PER_MINUTE; i++) {
		store(&s.alice, (struct words){ 0 });
		caller_good(&s.alice, "StoreResponse");
	}
	store(&s.alice, (struct words){ 0 });
	refused(&s.alice, "q0:SenderThrottleLimitExceeded");
	world_pass(s.w, 61000);
	store(&s.alice, (struct words){ 0 });
	caller_good(&s.alice, "StoreResponse");
	scene_free(&s);
}

/* covers: soap 11 #105 */
static void
a_message_is_read_until_it_is_deleted(void **state)
{
	struct scene s = scene_new();
	struct player *bob = play_online(s.w, "bob@example.com", "MSNP15");
	struct slice text;
	const char *payload;

	(void)state;
	/* away, as far as others can tell */
	play_say(bob, "CHG 20 HDN 0");
	play_ignore(bob);
	unlock(&s.alice);
	caller_sample(&s.alice, "oim/Store2.with-lockkey");
	caller_good(&s.alice, "StoreResponse");
	payload = play_hears_with(bob, "MSG Hotmail Hotmail *");
	find_first(&s);
	assert_non_null(strstr(payload, s.bob.id));
	caller_says(&s.bob, "MD/M/T", "11");
	caller_says(&s.bob, "MD/M/E", "alice@example.com");
	caller_says(&s.bob, "MD/M/N", "=?utf-8?B?QWxpY2U=?=");
	caller_says(&s.bob, "MD/M/F", "00000000-0000-0000-0000-000000000009");
	for (int i = 0; i < 2; i++) {
		caller_sample(&s.bob, "oim/GetMessage");
		caller_good(&s.bob, "GetMessageResponse");
		text = caller_text(&s.bob, "GetMessageResult");
		assert_true(slice_starts(text,
		    SLICE_LIT("From: =?utf-8?B?QWxpY2U=?= "
			      "<alice@example.com>\nTo: bob@example.com\n")));
		assert_true(slice_ends_nocase(text,
		    SLICE_LIT("\n\naGVsbG8gd2hpbGUgeW91IGFyZSBhd2F5\n\n")));
		assert_true(caller_has(&s.bob,
		    "\nX-OIM-Run-Id: {3A3BE82C-684D-4F4F-8005-CBE8D4F82BAD}\n"
		    "X-OIM-Sequence-Num: 1\n"));
		assert_true(caller_has(&s.bob, "\nDate: "));
		/* as phpmsnclass reads it: field-runs 2.12 */
		assert_true(caller_has(&s.bob,
		    "eW91IGFyZSBhd2F5\r\n\r\n</GetMessageResult>"));
	}
	play_hears_nothing(bob);
	caller_sample(&s.bob, "oim/DeleteMessages");
	caller_good(&s.bob, "DeleteMessagesResponse");
	payload = play_hears_with(bob, "MSG Hotmail Hotmail *");
	assert_string_equal(payload,
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/x-msmsgsactivemailnotification; "
	    "charset=UTF-8\r\n\r\nSrc-Folder: .!!OIM\r\n"
	    "Dest-Folder: .!!trAsH\r\nMessage-Delta: 1\r\n\r\n");
	play_hears_nothing(bob);
	caller_sample(&s.bob, "oim/GetMessage");
	refused(&s.bob, "soap:Client");
	caller_sample(&s.bob, "oim/DeleteMessages");
	refused(&s.bob, "soap:Client");
	caller_sample(&s.bob, "oim/GetMetadata");
	caller_good(&s.bob, "GetMetadataResponse");
	assert_true(caller_has(&s.bob,
	    "<GetMetadataResponse xmlns=\"http://www.hotmail.msn.com/ws/2004/"
	    "09/oim/rsi\"><MD></MD></GetMetadataResponse>"));
	scene_free(&s);
}

static void
erase(struct caller *c, const char *ids)
{
	caller_call(c, "rsi.asmx", "DeleteMessages", ids);
}

static void
all_are_deleted_or_none(void **state)
{
	struct scene s = scene_new();
	char ids[400];

	(void)state;
	unlock(&s.alice);
	store(&s.alice, (struct words){ 0 });
	store(&s.alice, (struct words){ 0 });
	find_first(&s);
	(void)snprintf(ids, sizeof(ids),
	    "<messageIds><messageId>%s</messageId><messageId>"
	    "00000000-0000-0000-0000-000000000001</messageId></messageIds>",
	    s.bob.id);
	erase(&s.bob, ids);
	refused(&s.bob, "soap:Client");
	erase(&s.bob, "<messageIds><messageId>x</messageId></messageIds>");
	refused(&s.bob, "soap:Client");
	erase(&s.bob, "<messageIds/>");
	refused(&s.bob, "soap:Client");
	erase(&s.bob, "");
	refused(&s.bob, "soap:Client");
	/* those of others are not there */
	(void)snprintf(ids, sizeof(ids),
	    "<messageIds><messageId>%s</messageId></messageIds>", s.bob.id);
	erase(&s.alice, ids);
	refused(&s.alice, "soap:Client");
	assert_int_equal(waiting(&s), 2);
	/* named twice is deleted once */
	(void)snprintf(ids, sizeof(ids),
	    "<messageIds><messageId>%s</messageId><messageId>%s</messageId>"
	    "</messageIds>",
	    s.bob.id, s.bob.id);
	erase(&s.bob, ids);
	caller_good(&s.bob, "DeleteMessagesResponse");
	assert_int_equal(waiting(&s), 1);
	scene_free(&s);
}

/* covers: soap 11 #106 */
static void
the_service_lists_more_than_a_notice_can(void **state)
{
	struct scene s = scene_new();
	const struct xml_node *md;
	unsigned n = 0;

	(void)state;
	unlock(&s.alice);
	for (int i = 0; i < 26; i++)
		store(&s.alice, (struct words){ 0 });
	find_first(&s);
	md = xml_child(s.bob.body, "MD");
	XML_EACH(it, md)
		n += slice_eq_text(it->name, "M");
	assert_int_equal(n, 26);
	scene_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_message_is_taken_once_the_challenge_is_answered),
		cmocka_unit_test(
		    the_older_action_is_answered_in_its_own_namespace),
		cmocka_unit_test(a_wrong_key_is_refused),
		cmocka_unit_test(
		    a_bad_token_is_refused_with_the_other_challenge),
		cmocka_unit_test(nobody_sends_in_anothers_name_or_to_nobody),
		cmocka_unit_test(what_is_no_message_is_invalid_content),
		cmocka_unit_test(a_message_has_a_greatest_length),
		cmocka_unit_test(a_sender_in_haste_is_throttled),
		cmocka_unit_test(a_message_is_read_until_it_is_deleted),
		cmocka_unit_test(all_are_deleted_or_none),
		cmocka_unit_test(the_service_lists_more_than_a_notice_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
