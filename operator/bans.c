/* SPDX-License-Identifier: MIT */
/* Networks that are turned away: ban, ban list, ban lift. */
#include "common/base/num.h"
#include "core/desk/ban.h"
#include "operator/deed.h"
#include "operator/listed.h"

enum {
	DAY_S = 24 * 3600
};

/* Options with their values, and the network. */
static unsigned
words_known(const struct deed *d)
{
	return 1 + (control_option(d->call, "days").p != NULL ? 2u : 0) +
	    (control_option(d->call, "note").p != NULL ? 2u : 0);
}

static enum result
ban(struct deed *d)
{
	struct slice days = control_option(d->call, "days");
	const struct ban *b;
	int64_t until = 0;
	uint32_t n = 0;
	enum result r;

	if (control_args(d->call) != words_known(d))
		return RESULT_BAD_VALUE;
	if (days.p != NULL &&
	    (!num_parse_u32(days, &n) || n == 0 || n > BAN_DAYS_MAX)) {
		buf_addf(control_out(d->call), "--days: 1 to %u\n",
		    BAN_DAYS_MAX);
		return RESULT_BAD_VALUE;
	}
	if (n > 0)
		until = env_wall(d->rq.core->env) + (int64_t)n * DAY_S;
	r = ban_add(&d->rq, control_arg(d->call, 0),
	    control_option(d->call, "note"), until, &b);
	if (r == RESULT_OK)
		d->op->hooks->banned(d->op->ctx, &b->network);
	if (r == RESULT_BAD_ADDRESS)
		buf_add_text(control_out(d->call),
		    "NETWORK: 192.0.2.7 or 2001:db8::/48, and not this "
		    "machine\n");
	return r;
}

void
operator_ban(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, ban);
}

static enum result
list(struct deed *d)
{
	struct buf *out = control_out(d->call);
	const struct ban *b;
	struct listed as;

	listed_begin(&as, d->call);
	for (size_t i = 0; (b = ban_at(&d->rq, i)) != NULL; i++) {
		if (as.json) {
			listed_row(&as);
			listed_text(&as, "network", slice_text(b->text));
			listed_time(&as, "until", b->until);
			listed_text(&as, "note", slice_text(b->note));
			listed_row_end(&as);
			continue;
		}
		buf_addf(out, "%s\t", b->text);
		if (b->until != 0)
			http_add_date(out, b->until);
		else
			buf_add_text(out, "for ever");
		buf_addf(out, "\t%s\n", b->note);
	}
	listed_end(&as);
	return RESULT_OK;
}

void
operator_ban_list(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, list);
}

static enum result
lift(struct deed *d)
{
	return ban_lift(&d->rq, control_arg(d->call, 0));
}

void
operator_ban_lift(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, lift);
}
