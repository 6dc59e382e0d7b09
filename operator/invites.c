/* SPDX-License-Identifier: MIT */
/* Codes to sign up with: invite, invite list, invite revoke. */
#include "common/base/num.h"
#include "core/desk/invite.h"
#include "operator/deed.h"
#include "operator/listed.h"

enum {
	USES = 1,
	DAYS = 30,
	DAY_S = 24 * 3600
};

/* False and a sentence when it is no number that will do. */
static bool
option(struct deed *d, const char *key, uint32_t most, uint32_t *out)
{
	struct slice s = control_option(d->call, key);

	if (s.p == NULL || (num_parse_u32(s, out) && *out > 0 && *out <= most))
		return true;
	buf_addf(control_out(d->call), "--%s: 1 to %u\n", key, most);
	return false;
}

/* Options with their values; there should be no other words. */
static unsigned
words_known(const struct deed *d)
{
	return (control_option(d->call, "uses").p != NULL ? 2u : 0) +
	    (control_option(d->call, "days").p != NULL ? 2u : 0);
}

static enum result
make(struct deed *d)
{
	int64_t now = env_wall(d->rq.core->env);
	uint32_t uses = USES, days = DAYS;
	const struct invite *one;
	enum result r;

	if (control_args(d->call) != words_known(d) ||
	    !option(d, "uses", INVITE_USES_MAX, &uses) ||
	    !option(d, "days", INVITE_DAYS_MAX, &days))
		return RESULT_BAD_VALUE;
	r = invite_make(&d->rq, uses, now + (int64_t)days * DAY_S, &one);
	if (r == RESULT_OK)
		buf_addf(control_out(d->call), "%s\n", one->code);
	return r;
}

void
operator_invite(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, make);
}

static enum result
list(struct deed *d)
{
	int64_t now = env_wall(d->rq.core->env);
	struct buf *out = control_out(d->call);
	const struct invite *all;
	struct listed as;
	size_t n;
	enum result r = invite_all(&d->rq, &all, &n);

	if (r != RESULT_OK)
		return r;
	listed_begin(&as, d->call);
	for (size_t i = 0; i < n; i++) {
		if (as.json) {
			listed_row(&as);
			listed_text(&as, "code", slice_text(all[i].code));
			listed_number(&as, "uses", all[i].uses);
			listed_time(&as, "until", all[i].expires);
			listed_bool(&as, "over", all[i].expires <= now);
			listed_row_end(&as);
			continue;
		}
		buf_addf(out, "%s\t%u\t", all[i].code, all[i].uses);
		if (all[i].expires > now)
			http_add_date(out, all[i].expires);
		else
			buf_add_text(out, "over");
		buf_add_text(out, "\n");
	}
	listed_end(&as);
	return r;
}

void
operator_invite_list(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, list);
}

static enum result
revoke(struct deed *d)
{
	return invite_revoke(&d->rq, control_arg(d->call, 0));
}

void
operator_invite_revoke(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, revoke);
}
