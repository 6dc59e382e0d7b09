/* SPDX-License-Identifier: MIT */
/*
 * Accounts: user add, list, passwd, app-password, reset-link, rename, disable,
 * enable, del.
 */
#include "common/base/panic.h"
#include "common/codec/url.h"
#include "core/door/signin.h"
#include "operator/deed.h"
#include "operator/listed.h"

#include <stdlib.h>

enum {
	LIST_PAGE = 500
};

/* The account named by the first word. */
static enum result
named(struct deed *d, struct account **a)
{
	return account_get(&d->rq, control_arg(d->call, 0), a);
}

static enum result
set_name(struct deed *d, struct account *a, struct slice plain)
{
	struct buf encoded = BUF_INIT(NAME_MAX_ENCODED);
	enum result r;

	url_encode_word(&encoded, plain);
	r = buf_ok(&encoded) ? account_give_name(&d->rq, a, buf_slice(&encoded))
			     : RESULT_BAD_NAME;
	buf_free(&encoded);
	return r;
}

static enum result
add(struct deed *d)
{
	struct slice password = control_option(d->call, "password");
	struct slice name = control_option(d->call, "name");
	struct account *a;
	struct account_secret secret;
	enum result r = named(d, &a);

	if (r == RESULT_OK)
		return RESULT_ACCOUNT_EXISTS;
	if (r != RESULT_NO_SUCH_ACCOUNT)
		return r;
	if (password.p == NULL) {
		buf_add_text(control_out(d->call), "--password is missing\n");
		return RESULT_BAD_VALUE;
	}
	r = signin_hash(&d->rq, control_arg(d->call, 0), password, &secret);
	if (r != RESULT_OK)
		return r;
	r = account_create(&d->rq, control_arg(d->call, 0), slice_make("", 0),
	    &secret, &a);
	if (r == RESULT_OK && name.p != NULL && name.n > 0)
		r = set_name(d, a, name);
	return r;
}

void
operator_user_add(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, add);
}

/* Where it lives elsewhere, no password of ours would be asked for. */
static enum result
lives_here(struct deed *d, const struct account *a)
{
	const struct account_home *home = account_away(a);

	if (home == NULL)
		return RESULT_OK;
	buf_addf(control_out(d->call),
	    "its password is kept by %s; to keep it here: nudgectl user home "
	    "EMAIL here\n",
	    home->name);
	return RESULT_ELSEWHERE;
}

static enum result
passwd(struct deed *d)
{
	struct slice password = control_option(d->call, "password");
	struct account *a;
	struct account_secret secret;
	enum result r = named(d, &a);

	if (r == RESULT_OK && password.p == NULL)
		r = RESULT_BAD_VALUE;
	if (r == RESULT_OK)
		r = lives_here(d, a);
	if (r == RESULT_OK)
		r = signin_hash(&d->rq, account_address(a), password, &secret);
	if (r == RESULT_OK)
		r = account_set_password(&d->rq, a, &secret);
	return r;
}

void
operator_user_passwd(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, passwd);
}

/* The link that sets a new password, once. */
static enum result
reset_link(struct deed *d)
{
	struct buf token = BUF_INIT(TOKEN_TEXT_MAX);
	struct buf *out = control_out(d->call);
	struct account *a;
	enum result r = named(d, &a);

	if (r == RESULT_OK && (a->flags & ACCOUNT_DISABLED))
		r = RESULT_DISABLED;
	if (r == RESULT_OK)
		r = lives_here(d, a);
	if (r != RESULT_OK)
		return r;
	signin_issue(d->rq.core, a, TOKEN_RESET, &token);
	d->op->hooks->site(d->op->ctx, out);
	buf_add_text(out, "/reset?t=");
	url_encode(out, buf_slice(&token));
	buf_add_text(out, "\n");
	buf_free(&token);
	return RESULT_OK;
}

void
operator_user_reset_link(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, reset_link);
}

/* A password for programs that cannot prove another one; said only once. */
static enum result
app_password(struct deed *d)
{
	bool off = slice_eq_text(control_arg(d->call, 1), "--off");
	struct buf *out = control_out(d->call);
	struct account *a;
	enum result r = RESULT_BAD_VALUE;

	if (off || control_args(d->call) == 1)
		r = named(d, &a);
	if (r == RESULT_OK)
		r = signin_app_password(&d->rq, a, off ? NULL : out);
	if (r == RESULT_OK && !off)
		buf_add_char(out, '\n');
	return r;
}

void
operator_user_app_password(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, app_password);
}

static enum result
rename_account(struct deed *d)
{
	struct account *a;
	enum result r = named(d, &a);

	return r == RESULT_OK ? set_name(d, a, control_arg(d->call, 1)) : r;
}

void
operator_user_rename(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, rename_account);
}

static enum result
disable(struct deed *d)
{
	struct account *a;
	enum result r = named(d, &a);

	return r == RESULT_OK ? account_set_disabled(&d->rq, a, true) : r;
}

void
operator_user_disable(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, disable);
}

static enum result
enable(struct deed *d)
{
	struct account *a;
	enum result r = named(d, &a);

	return r == RESULT_OK ? account_set_disabled(&d->rq, a, false) : r;
}

void
operator_user_enable(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, enable);
}

static enum result
del(struct deed *d)
{
	struct account *a;
	enum result r = named(d, &a);

	return r == RESULT_OK ? account_delete(&d->rq, a) : r;
}

void
operator_user_del(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, del);
}

/* ---- user list ---- */

struct listing {
	struct store_list list;
	struct store *store;
	struct control_call *call;
	struct listed as;
	unsigned rows;
	char after[ADDRESS_MAX + 1];
};

static void
row_json(struct listed *as, const struct store_account *a)
{
	struct buf name = BUF_INIT(NAME_MAX_ENCODED);

	url_decode(&name, a->name.n > 0 ? a->name : a->address);
	listed_row(as);
	listed_text(as, "account", a->address);
	listed_text(as, "name", buf_slice(&name));
	listed_bool(as, "enabled", (a->flags & ACCOUNT_DISABLED) == 0);
	listed_text(as, "home", a->home.n > 0 ? a->home : SLICE_LIT("here"));
	listed_row_end(as);
	buf_free(&name);
}

static void
row_line(struct buf *out, const struct store_account *a)
{
	buf_add_slice(out, a->address);
	buf_add_char(out, '\t');
	url_decode(out, a->name.n > 0 ? a->name : a->address);
	buf_add_text(out,
	    a->flags & ACCOUNT_DISABLED ? "\tdisabled" : "\tenabled");
	if (a->home.n > 0)
		buf_add_char(out, '\t');
	buf_add_slice(out, a->home);
	buf_add_char(out, '\n');
}

static void
list_row(struct store_list *l, const struct store_account *a)
{
	struct listing *li = CONTAINER_OF(l, struct listing, list);

	if (li->as.json)
		row_json(&li->as, a);
	else
		row_line(control_out(li->call), a);
	li->rows++;
	memcpy(li->after, a->address.p, a->address.n);
	li->after[a->address.n] = '\0';
}

static void
list_done(struct store_list *l, enum store_outcome how)
{
	struct listing *li = CONTAINER_OF(l, struct listing, list);
	bool more = how != STORE_ERROR && li->rows == LIST_PAGE &&
	    buf_ok(control_out(li->call));

	if (more) {
		li->rows = 0;
		li->list.after = slice_text(li->after);
		store_list(li->store, &li->list);
		return;
	}
	listed_end(&li->as);
	control_done(li->call, how != STORE_ERROR);
	free(li);
}

void
operator_user_list(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;
	struct listing *li = mem_alloc(sizeof(*li));

	li->call = call;
	li->store = op->core->store;
	li->list = (struct store_list){ .after = slice_text(""),
		.limit = LIST_PAGE,
		.row = list_row,
		.done = list_done };
	listed_begin(&li->as, call);
	store_list(li->store, &li->list);
}
