/* SPDX-License-Identifier: MIT */
/* Settings of the account: GTC, BLP, PRP (ns-classic 8.8, 8.9). */
#include "common/codec/url.h"
#include "ns/conn.h"
#include "ns/shapes.h"

enum {
	KEY_LETTERS = 3,
	TELEPHONE_MAX = 95
};

/* "VERB TrID {serial} words" */
static enum result
answer(struct conn *c, const struct command *in, enum result r)
{
	struct buf *b;

	if (r != RESULT_OK)
		return r;
	b = conn_reply(c, in);
	shape_serial(b, c->dialect, c->session.account);
	for (unsigned i = 0; i < in->nargs; i++)
		shape_word(b, in->args[i]);
	conn_finish(c);
	return RESULT_OK;
}

/* One of two words switches a flag; any other word ends the connection. */
static enum result
switch_flag(struct conn *c, const struct command *in, uint32_t flag,
    const char *const words[2])
{
	bool on = slice_eq_text(in->args[0], words[1]);
	enum result r;

	if (!on && !slice_eq_text(in->args[0], words[0])) {
		conn_end(c, CLOSE_BAD_ARGUMENTS);
		return RESULT_OK;
	}
	r = account_set_flag(in->rq, c->session.account, flag, on);
	/*
	 * Programs say it again at every sign-in, and some end their session
	 * on the documented 218 (field-runs 2.2, 2.3).
	 */
	if (r == RESULT_UNCHANGED)
		r = RESULT_OK;
	return answer(c, in, r);
}

enum result
cmd_gtc(struct conn *c, const struct command *in)
{
	static const char *const words[2] = { "N", "A" };

	return switch_flag(c, in, ACCOUNT_PROMPT, words);
}

enum result
cmd_blp(struct conn *c, const struct command *in)
{
	static const char *const words[2] = { "BL", "AL" };

	return switch_flag(c, in, ACCOUNT_ALLOW_ALL, words);
}

static enum result
set_paging(struct conn *c, const struct command *in, struct slice value)
{
	bool on = slice_eq_text(value, "Y");
	enum result r;

	if (!on && !slice_eq_text(value, "N") && value.n > 0)
		return RESULT_BAD_VALUE;
	r = account_set_flag(in->rq, c->session.account, ACCOUNT_PAGES, on);
	return answer(c, in, r == RESULT_UNCHANGED ? RESULT_OK : r);
}

static enum result
set_telephone(struct conn *c, const struct command *in, enum prop which,
    struct slice value)
{
	if (value.n > TELEPHONE_MAX) {
		conn_end(c, CLOSE_BAD_ARGUMENTS);
		return RESULT_OK;
	}
	if (value.n > 0 && !name_acceptable(value))
		return RESULT_BAD_VALUE;
	return answer(c, in,
	    account_set_prop(in->rq, c->session.account, which, value));
}

enum result
cmd_prp(struct conn *c, const struct command *in)
{
	struct slice key = in->args[0];
	struct slice value = in->nargs > 1 ? in->args[1] : slice_make("", 0);

	if (key.n > KEY_LETTERS) {
		conn_end(c, CLOSE_BAD_ARGUMENTS);
		return RESULT_OK;
	}
	if (slice_eq_text(key, "MFN") && dialect_has(c->dialect, D_OWN_NAME)) {
		if (value.n == 0)
			return RESULT_BAD_NAME;
		return answer(c, in,
		    account_set_name(in->rq, c->session.account, value));
	}
	if (slice_eq_text(key, "MOB"))
		return set_paging(c, in, value);
	for (unsigned p = 0; p < PROP_SPARE; p++)
		if (slice_eq_text(key, shape_property_key((enum prop)p)))
			return set_telephone(c, in, (enum prop)p, value);
	/* whether the mail page may show telephones: the client's own */
	if (slice_eq_text(key, "MBE") && dialect_has(c->dialect, D_BOOK))
		return answer(c, in, RESULT_OK);
	conn_error(c, in, 715);
	return RESULT_OK;
}
