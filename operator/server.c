/* SPDX-License-Identifier: MIT */
/* Commands about the server as a whole. */
#include "common/base/num.h"
#include "common/base/panic.h"
#include "core/session.h"
#include "operator/listed.h"

#include <stdlib.h>

void
operator_kick(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;
	struct account *a = account_peek(op->core, control_arg(call, 0));

	if (a == NULL || list_empty(&a->sessions)) {
		buf_add_text(control_out(call), "not signed in\n");
		control_done(call, false);
		return;
	}
	session_end_account(a, CLOSE_KICKED);
	control_done(call, true);
}

void
operator_announce(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;
	struct buf text = BUF_INIT(1024);
	struct event ev = { .kind = EVENT_NOTICE };

	for (unsigned i = 0; i < control_args(call); i++) {
		if (i > 0)
			buf_add_char(&text, ' ');
		buf_add_slice(&text, control_arg(call, i));
	}
	if (!buf_ok(&text)) {
		buf_add_text(control_out(call),
		    "too long, 1024 bytes at most\n");
		buf_free(&text);
		control_done(call, false);
		return;
	}
	ev.u.notice.text = buf_slice(&text);
	session_tell_all(op->core, &ev);
	buf_free(&text);
	control_done(call, true);
}

void
operator_maintenance(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;
	struct event ev = { .kind = EVENT_MAINTENANCE };
	uint32_t minutes;

	if (!num_parse_u32(control_arg(call, 0), &minutes) || minutes > 1440) {
		buf_add_text(control_out(call), "minutes: 0 to 1440\n");
		control_done(call, false);
		return;
	}
	ev.u.maintenance.minutes = minutes;
	session_tell_all(op->core, &ev);
	control_done(call, true);
}

void
operator_stats(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;

	metrics_lines(op->core->metrics, control_out(call));
	control_done(call, true);
}

typedef bool (*hook_fn)(void *ctx, struct buf *out);

static void
run_hook(struct control_call *call, struct operator* op, hook_fn hook)
{
	control_done(call, hook(op->ctx, control_out(call)));
}

void
operator_columns(struct control_call *call, struct operator* op, hook_fn hook,
    const char *const *keys, size_t n)
{
	struct buf lines = BUF_INIT(CONTROL_REPLY_MAX);
	struct listed as;
	bool ok;

	if (!control_flag(call, "json")) {
		run_hook(call, op, hook);
		return;
	}
	ok = hook(op->ctx, &lines) && buf_ok(&lines);
	listed_begin(&as, call);
	listed_lines(&as, buf_slice(&lines), keys, n);
	listed_end(&as);
	buf_free(&lines);
	control_done(call, ok);
}

/*
 * The server tells how it is by itself: whoever asks every few seconds makes no
 * connection to its ports, and so no lines in its log and no counts.
 */
void
operator_ping(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;
	struct buf *out = control_out(call);
	bool well = op->hooks->listeners(op->ctx, out);

	well = operator_well(op, out) && well;
	control_done(call, well);
}

void
operator_online(struct control_call *call, void *ctx)
{
	static const char *const keys[] = { "account", "protocol", "from",
		"program" };
	struct operator* op = ctx;

	operator_columns(call, op, op->hooks->online, keys, ARRAY_LEN(keys));
}

void
operator_reload(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;

	bool ok = op->hooks->reload(op->ctx, control_out(call));

	/* behind warnings, too */
	if (ok)
		buf_add_text(control_out(call),
		    "the settings are read again\n");
	control_done(call, ok);
}

void
operator_drain(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;

	run_hook(call, op, op->hooks->drain);
}

void
operator_rotate(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;

	run_hook(call, op, op->hooks->rotate);
}

void
operator_admin_link(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;

	run_hook(call, op, op->hooks->admin_link);
}

void
operator_certs_show(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;

	run_hook(call, op, op->hooks->certs_show);
}

/* Not by one slip: everybody has to do something afterwards. */
void
operator_certs_renew(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;

	if (slice_eq_text(control_arg(call, 0), "--yes")) {
		op->hooks->certs_renew(op->ctx, call);
		return;
	}
	buf_add_text(control_out(call),
	    "This replaces the certificate authority.  Every computer that "
	    "trusts the present\none must install the new certificate before "
	    "its Messenger can sign in again.\n\n"
	    "Do it if the present authority's key may have been stolen, or if "
	    "it does not\ncover a name this server has now.  To go on:\n\n"
	    "  nudgectl certs renew-authority --yes\n");
	control_done(call, false);
}

void
operator_certs_export(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;
	char *path = slice_dup(control_arg(call, 0));
	bool ok = op->hooks->certs_export(op->ctx, path, control_out(call));

	free(path);
	control_done(call, ok);
}
