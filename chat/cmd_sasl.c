/* SPDX-License-Identifier: MIT */
/*
 * Modern programs: capabilities, and SASL PLAIN with the address and the
 * password of an account.
 */
#include "chat/user.h"

#include "common/base/panic.h"
#include "common/codec/base64.h"
#include "core/door/signin.h"

enum {
	CHUNK = 400, /* a line that is as long has more behind it */
	PLAIN_MAX = SECRET_MAX
};

static const struct slice sasl = { "sasl", 4 };

/* Of "sasl", "-sasl" and nothing else, what is wanted in the end. */
static bool
read_wanted(struct slice wanted, bool *on)
{
	struct slice word;
	bool any = false, off;

	while (slice_cut_word(&wanted, &word)) {
		off = slice_starts(word, SLICE_LIT("-"));
		if (!slice_eq_nocase(slice_from(word, off), sasl))
			return false;
		*on = !off;
		any = true;
	}
	return any;
}

static void
cap_list(struct user *u, const char *nick, struct slice version)
{
	if (u->entry != NULL)
		u->entry->capable = true;
	/* who says a number reads values */
	user_printf(u, ":" CHAT_SERVER " CAP %s LS :sasl%s", nick,
	    version.n > 0 ? "=PLAIN" : "");
}

static void
cap_ask(struct user *u, const char *nick, struct slice wanted)
{
	bool on = u->capable, good = read_wanted(wanted, &on);

	if (u->entry != NULL)
		u->entry->capable = true;
	if (good)
		u->capable = on;
	user_printf(u, ":" CHAT_SERVER " CAP %s %s :" SLICE_FMT, nick,
	    good ? "ACK" : "NAK", SLICE_ARG(wanted));
}

static void
cap_end(struct user *u)
{
	if (u->entry == NULL)
		return;
	u->entry->capable = false;
	user_try_enter(u);
}

/* Who lists capabilities is not let in before it has chosen. */
enum result
chat_cap(struct user *u, const struct command *in)
{
	struct slice what = in->args[0];
	struct slice more = in->nargs > 1 ? in->args[1] : slice_make("", 0);
	const char *nick = u->state == USER_IN ? u->nick : "*";

	if (slice_eq_nocase(what, SLICE_LIT("LS")))
		cap_list(u, nick, more);
	else if (slice_eq_nocase(what, SLICE_LIT("LIST")))
		user_printf(u, ":" CHAT_SERVER " CAP %s LIST :%s", nick,
		    u->capable ? "sasl" : "");
	else if (slice_eq_nocase(what, SLICE_LIT("REQ")))
		cap_ask(u, nick, more);
	else if (slice_eq_nocase(what, SLICE_LIT("END")))
		cap_end(u);
	else
		user_say(u, NUM_BAD_CAP, SLICE_FMT,
		    SLICE_ARG(slice_upto(what, 40)));
	return RESULT_OK;
}

static enum result
refuse(struct user *u, enum numeric why)
{
	u->entry->sasl = false;
	if (u->entry->secret.p != NULL)
		mem_wipe(u->entry->secret.p, u->entry->secret.n);
	buf_reset(&u->entry->secret);
	user_tell(u, why);
	return RESULT_OK;
}

/* NUL between them: who to be, who one is, and the password. */
static bool
split(struct slice plain, struct slice *address, struct slice *password)
{
	struct slice other;

	return slice_cut(&plain, '\0', &other) &&
	    slice_cut(&plain, '\0', address) &&
	    (other.n == 0 || slice_eq_nocase(other, *address)) &&
	    (*password = plain).n > 0;
}

static enum result
judge(struct user *u, const struct command *in, struct slice plain)
{
	struct slice address, password;
	struct account *a;
	enum result r;

	if (!split(plain, &address, &password))
		return refuse(u, NUM_SASL_FAILED);
	r = signin_password(in->rq, &u->link->peer, address, password, &a);
	signin_note(r, SLICE_LIT("chat"), &u->link->peer, address);
	if (r == RESULT_WAIT)
		return r;
	if (r != RESULT_OK)
		return refuse(u, NUM_SASL_FAILED);
	user_admit(u, a);
	user_say(u, NUM_LOGGED_IN, "%s!%s@%s " SLICE_FMT,
	    u->nick_n > 0 ? u->nick : "*", u->id, user_domain(u),
	    SLICE_ARG(account_address(a)));
	user_tell(u, NUM_SASL_OK);
	user_try_enter(u);
	return RESULT_OK;
}

/* Run again while the password is looked at: it adds to nothing before. */
static enum result
take(struct user *u, const struct command *in)
{
	struct buf text = BUF_INIT(SECRET_MAX), plain = BUF_INIT(PLAIN_MAX);
	struct slice chunk = in->args[0];
	enum result r;

	buf_add_slice(&text, buf_slice(&u->entry->secret));
	if (!slice_eq_text(chunk, "+"))
		buf_add_slice(&text, chunk);
	if (chunk.n > CHUNK || !buf_ok(&text)) {
		r = refuse(u, NUM_SASL_TOO_LONG);
	} else if (chunk.n == CHUNK) {
		buf_add_slice(&u->entry->secret, chunk);
		r = RESULT_OK;
	} else if (!base64_decode(&plain, buf_slice(&text)) ||
	    !buf_ok(&plain)) {
		r = refuse(u, NUM_SASL_FAILED);
	} else {
		r = judge(u, in, buf_slice(&plain));
	}
	if (plain.p != NULL)
		mem_wipe(plain.p, plain.n);
	if (text.p != NULL)
		mem_wipe(text.p, text.n);
	buf_free(&plain);
	buf_free(&text);
	return r;
}

enum result
chat_authenticate(struct user *u, const struct command *in)
{
	struct slice word;

	if (u->state != USER_NEW) {
		user_tell(u, NUM_SASL_ALREADY);
		return RESULT_OK;
	}
	word = in->args[0];
	if (slice_eq_text(word, "*"))
		return refuse(u, NUM_SASL_ABORTED);
	if (u->entry->sasl)
		return take(u, in);
	if (!slice_eq_nocase(word, SLICE_LIT("PLAIN"))) {
		user_say(u, NUM_SASL_MECHANISMS, "PLAIN");
		return refuse(u, NUM_SASL_FAILED);
	}
	u->entry->sasl = true;
	u->entry->pass = false;
	buf_reset(&u->entry->secret);
	user_printf(u, "AUTHENTICATE +");
	return RESULT_OK;
}

/* ---- PASS address:password, for programs that know no SASL ---- */

/* What is meant for another server is ignored. */
enum result
chat_pass(struct user *u, const struct command *in)
{
	const struct slice *last = &in->args[in->nargs - 1];
	/* a password may have blanks, and programs write it as it is */
	struct slice word = slice_make(in->args[0].p,
	    (size_t)(last->p + last->n - in->args[0].p));
	size_t colon = slice_find(word, ':');

	if (u->state != USER_NEW || u->entry->sasl || colon == word.n ||
	    slice_find(slice_upto(word, colon), '@') == colon)
		return RESULT_OK;
	buf_reset(&u->entry->secret);
	buf_add_slice(&u->entry->secret, word);
	u->entry->pass = buf_ok(&u->entry->secret);
	return RESULT_OK;
}

enum result
user_judge_pass(struct user *u, struct request *rq)
{
	struct slice password, address;
	struct account *a;
	enum result r;

	if (!u->entry->pass || u->state != USER_NEW)
		return RESULT_OK;
	password = buf_slice(&u->entry->secret);
	(void)slice_cut(&password, ':', &address);
	r = signin_password(rq, &u->link->peer, address, password, &a);
	signin_note(r, SLICE_LIT("chat"), &u->link->peer, address);
	if (r == RESULT_WAIT)
		return r;
	if (r == RESULT_OK) {
		user_admit(u, a);
		return r;
	}
	user_tell(u, NUM_BAD_PASSWORD);
	user_end_error(u, CLOSE_AUTH_FAILED, "Password incorrect");
	return RESULT_OK;
}
