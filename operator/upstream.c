/* SPDX-License-Identifier: MIT */
/* Servers that decide about passwords: upstream list, upstream test. */
#include "operator/operator.h"

void
operator_upstream_list(struct control_call *call, void *ctx)
{
	static const char *const keys[] = { "name", "address", "domains",
		"state", "last success" };
	struct operator* op = ctx;

	operator_columns(call, op, op->hooks->upstream_list, keys,
	    ARRAY_LEN(keys));
}

void
operator_upstream_test(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;

	if (control_option(call, "password").n > 0) {
		op->hooks->upstream_test(op->ctx, call);
		return;
	}
	buf_add_text(control_out(call), "--password is missing\n");
	control_done(call, false);
}
