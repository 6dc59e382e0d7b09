/* SPDX-License-Identifier: MIT */
/* Accounts: user show, and user home, which says who knows the password. */
#include "common/codec/url.h"

#include "common/base/calendar.h"
#include "core/door/signin.h"
#include "operator/deed.h"

#include <time.h>

/* ---- user show ---- */

static void
add_line(struct buf *out, const char *key, struct slice value)
{
	buf_addf(out, "%s\t", key);
	buf_add_slice(out, value);
	buf_add_char(out, '\n');
}

static void
add_time(struct buf *out, const char *key, int64_t unix_time)
{
	char text[32] = "never";
	struct tm tm;

	if (unix_time > 0 && calendar_date(unix_time, &tm))
		(void)strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC",
		    &tm);
	add_line(out, key, slice_text(text));
}

static const char *
state_of(const struct account *a)
{
	if (a->flags & ACCOUNT_WAITING)
		return "disabled, until you enable it";
	return a->flags & ACCOUNT_DISABLED ? "disabled" : "enabled";
}

static enum result
show(struct deed *d)
{
	struct buf *out = control_out(d->call);
	const struct account_home *home;
	struct account *a;
	enum result r = account_get(&d->rq, control_arg(d->call, 0), &a);

	if (r != RESULT_OK)
		return r;
	home = account_away(a);
	add_line(out, "account", account_address(a));
	buf_add_text(out, "name\t");
	url_decode(out, account_name(a));
	buf_add_char(out, '\n');
	add_line(out, "state", slice_text(state_of(a)));
	add_time(out, "made", a->created);
	add_line(out, "home", slice_text(home ? home->name : "here"));
	if (home == NULL)
		return RESULT_OK;
	add_line(out, "id there", slice_text(home->remote_id));
	add_time(out, "confirmed", home->verified);
	add_line(out, "verifier",
	    slice_text(
		home->keeps ? "kept, for when that server is down" : "none"));
	return RESULT_OK;
}

void
operator_user_show(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, show);
}

/* ---- user home ---- */

static bool
is_set(const struct core *c, struct slice home)
{
	return c->elsewhere != NULL &&
	    c->elsewhere->rules(c->elsewhere->ctx, home) != NULL;
}

static enum result
home(struct deed *d)
{
	struct slice name = control_arg(d->call, 1);
	struct buf *out = control_out(d->call);
	bool here = slice_eq_text(name, "here");
	struct account *a;
	enum result r;

	if (!here && !is_set(d->rq.core, name)) {
		buf_add_text(out,
		    "no such server: see the setting upstream.servers, or say "
		    "here\n");
		return RESULT_BAD_VALUE;
	}
	r = account_get(&d->rq, control_arg(d->call, 0), &a);
	if (r == RESULT_OK)
		r = account_set_home(&d->rq, a,
		    here ? slice_make("", 0) : name);
	if (r == RESULT_OK && here)
		buf_add_text(out,
		    "It has no password now: give it one with nudgectl user "
		    "passwd, or send a link of nudgectl user reset-link.\n");
	return r;
}

void
operator_user_home(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, home);
}
