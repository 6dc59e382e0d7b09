/* SPDX-License-Identifier: MIT */
/* "trace EMAIL": what its programs say and are told, until nobody listens. */
#include "core/desk/trace.h"
#include "common/base/panic.h"
#include "operator/operator.h"

#include <stdlib.h>

enum {
	POLL_MS = 500
};

struct tracing {
	struct trace trace;
	struct timer poll;
	struct control_call *call;
	struct core *core;
	char address[];
};

static void
said(struct trace *t, struct slice line)
{
	struct tracing *tr = CONTAINER_OF(t, struct tracing, trace);
	struct buf *out = control_out(tr->call);

	buf_add_slice(out, line);
	buf_add_char(out, '\n');
	control_flush(tr->call);
}

static void
finish(struct tracing *tr)
{
	trace_end(&tr->trace);
	timer_stop(&tr->poll);
	control_done(tr->call, true);
	free(tr);
}

/* Whoever listened has gone, or the server goes. */
static void
look(struct timer *t)
{
	struct tracing *tr = CONTAINER_OF(t, struct tracing, poll);

	if (control_alive(tr->call) && !tr->core->draining)
		timer_start(tr->core->loop, t, POLL_MS);
	else
		finish(tr);
}

void
operator_trace(struct control_call *call, void *ctx)
{
	struct operator* op = ctx;
	struct slice address = control_arg(call, 0);
	struct tracing *tr = mem_alloc(sizeof(*tr) + address.n);

	memcpy(tr->address, address.p, address.n);
	tr->call = call;
	tr->core = op->core;
	tr->trace.address = slice_make(tr->address, address.n);
	tr->trace.said = said;
	tr->poll.fire = look;
	trace_begin(op->core, &tr->trace);
	timer_start(op->core->loop, &tr->poll, POLL_MS);
	buf_addf(control_out(call), "# watching " SLICE_FMT "\n",
	    SLICE_ARG(address));
	control_flush(call);
}

void operator_trace_stop(struct operator* op)
{
	LIST_EACH(it, &op->core->traces) {
		struct tracing *tr =
		    CONTAINER_OF(it, struct tracing, trace.node);

		/* others look, too */
		if (tr->trace.said == said)
			finish(tr);
	}
}
