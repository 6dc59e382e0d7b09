/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TRACE_H
#define NUDGE_TRACE_H
/*
 * What the programs of one address say and are told, for the operator who
 * looks for a fault.  Fronts tell it line by line, with secrets masked and
 * without what people write to each other.
 */
#include "core/core.h"

struct trace {
	struct list node; /* core->traces */
	/* lower case; as long as the trace lasts */
	struct slice address;
	/* Must not end this trace or another. */
	void (*said)(struct trace *t, struct slice line);
};

void trace_begin(struct core *c, struct trace *t);
void trace_end(struct trace *t);
/* Does anybody look?  Almost never: ask before building a line. */
static inline bool
trace_any(const struct core *c)
{
	return !list_empty(&c->traces);
}
/* A line without its end, for whoever looks at this address. */
void trace_tell(struct core *c, struct slice address, struct slice line);

#endif
