/* SPDX-License-Identifier: MIT */
#include "core/desk/trace.h"

void
trace_begin(struct core *c, struct trace *t)
{
	list_push(&c->traces, &t->node);
}

void
trace_end(struct trace *t)
{
	list_remove(&t->node);
}

void
trace_tell(struct core *c, struct slice address, struct slice line)
{
	LIST_EACH(it, &c->traces) {
		struct trace *t = CONTAINER_OF(it, struct trace, node);

		if (slice_eq_nocase(t->address, address))
			t->said(t, line);
	}
}
