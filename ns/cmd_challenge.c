/* SPDX-License-Identifier: MIT */
/*
 * CHL and QRY: what program is it (ns-classic 10)?  Off unless the operator
 * wants it; then the first challenge comes with the first CHG, and more now
 * and then.  Products whose key nobody knows are believed.
 */
#include "common/base/log.h"
#include "common/base/panic.h"
#include "common/codec/chl.h"
#include "ns/conn.h"

#include <stdlib.h>

enum {
	MINUTE_MS = 60000,
	ANSWER_MS = 55000,
	AGAIN_MS = 20 * MINUTE_MS,
	AGAIN_MORE_MS = 40 * MINUTE_MS /* at most, by chance */
};

struct challenge {
	struct timer timer; /* for the answer, or to the next one */
	struct conn *conn;
	bool open; /* not answered yet */
	char digits[CHL_DIGITS + 1];
};

static void
make_digits(const struct conn *c, char out[CHL_DIGITS + 1])
{
	unsigned char random[CHL_DIGITS];

	env_random(c->ns->core->env, random, sizeof(random));
	for (unsigned i = 0; i < CHL_DIGITS; i++)
		out[i] = (char)('0' + random[i] % 10);
	out[CHL_DIGITS] = '\0';
}

static void
issue(struct challenge *ch)
{
	struct conn *c = ch->conn;

	make_digits(c, ch->digits);
	ch->open = true;
	timer_start(c->ns->loop, &ch->timer, ANSWER_MS);
	metrics_add(c->ns->core->metrics, COUNTER_CHL_SENT, 1);
}

/* There is no answer to wait for: the next one comes when nobody expects it. */
static void
rest(struct challenge *ch)
{
	struct conn *c = ch->conn;
	uint32_t random;

	env_random(c->ns->core->env, &random, sizeof(random));
	ch->open = false;
	timer_start(c->ns->loop, &ch->timer,
	    AGAIN_MS + random % (unsigned)AGAIN_MORE_MS);
}

static void
note(const struct conn *c, const char *how, struct slice product)
{
	log_info("ns-challenge", LOG_T("answer", how),
	    LOG_S("product", product),
	    LOG_S("account", account_address(c->session.account)),
	    LOG_T("dialect", c->dialect->name));
}

static void
late(struct challenge *ch)
{
	struct conn *c = ch->conn;

	metrics_add(c->ns->core->metrics, COUNTER_CHL_LATE, 1);
	note(c, "none", slice_make("", 0));
	if (c->ns->cfg.challenge != NS_CHALLENGE_ON) {
		rest(ch);
		return;
	}
	/* programs fall over an OUT without a word (programs-1 1, 2, 3) */
	conn_printf(c, "OUT SSD");
	conn_end(c, CLOSE_CHALLENGE_LATE);
}

static void
due(struct timer *t)
{
	struct challenge *ch = CONTAINER_OF(t, struct challenge, timer);
	struct conn *c = ch->conn;

	if (c->ns->cfg.challenge == NS_CHALLENGE_OFF) {
		challenge_end(c);
	} else if (ch->open) {
		late(ch);
	} else {
		issue(ch);
		conn_printf(c, "CHL 0 %s", ch->digits);
	}
}

/* NULL: nobody is asked, or not in this version. */
static struct challenge *
wanted(struct conn *c)
{
	if (c->ns->cfg.challenge == NS_CHALLENGE_OFF ||
	    !dialect_has(c->dialect, D_CHALLENGE))
		return NULL;
	if (c->challenge == NULL) {
		c->challenge = mem_alloc(sizeof(*c->challenge));
		c->challenge->conn = c;
		c->challenge->timer.fire = due;
	}
	return c->challenge;
}

void
challenge_begin(struct conn *c)
{
	struct challenge *ch = wanted(c);

	/* it may have asked for one itself */
	if (ch == NULL || ch->open)
		return;
	issue(ch);
	conn_printf(c, "CHL 0 %s", ch->digits);
}

void
challenge_end(struct conn *c)
{
	if (c->challenge != NULL)
		timer_stop(&c->challenge->timer);
	free(c->challenge);
	c->challenge = NULL;
}

/* Some clients ask to be asked. */
enum result
cmd_chl(struct conn *c, const struct command *in)
{
	struct challenge *ch = wanted(c);
	char digits[CHL_DIGITS + 1];

	if (ch != NULL && !ch->open)
		issue(ch);
	if (ch == NULL)
		make_digits(c, digits);
	buf_addf(conn_reply(c, in), " %s", ch ? ch->digits : digits);
	conn_finish(c);
	return RESULT_OK;
}

/* How it went, counted. */
static enum chl_verdict
judge(struct conn *c, const struct command *in)
{
	static const struct {
		const char *name;
		enum counter counter;
	} verdicts[] = {
		[CHL_RIGHT] = { "right", COUNTER_CHL_RIGHT },
		[CHL_WRONG] = { "wrong", COUNTER_CHL_WRONG },
		[CHL_UNKNOWN] = { "unknown", COUNTER_CHL_UNKNOWN },
	};
	struct slice product = in->nargs > 1 ? in->args[0] : slice_make("", 0);
	enum chl_verdict v = chl_judge(slice_text(c->challenge->digits),
	    product, in->payload, dialect_has(c->dialect, D_LONG_ANSWER));

	metrics_add(c->ns->core->metrics, verdicts[v].counter, 1);
	if (v != CHL_RIGHT)
		note(c, verdicts[v].name, product);
	return v;
}

/* Without a challenge to answer it is answered all the same. */
enum result
cmd_qry(struct conn *c, const struct command *in)
{
	struct challenge *ch = c->challenge;
	bool wrong = false;

	if (ch != NULL && ch->open) {
		wrong = judge(c, in) == CHL_WRONG;
		rest(ch);
	}
	if (wrong && c->ns->cfg.challenge == NS_CHALLENGE_ON) {
		conn_refuse(c, in, 540, CLOSE_CHALLENGE_WRONG);
		return RESULT_OK;
	}
	conn_reply(c, in);
	conn_finish(c);
	return RESULT_OK;
}
