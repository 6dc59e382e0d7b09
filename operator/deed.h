/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_DEED_H
#define NUDGE_DEED_H
/* One command at work on the core: run again while it WAITs. */
#include "core/request.h"
#include "operator/operator.h"

struct deed {
	struct request rq;
	struct operator* op;
	struct control_call *call;
	enum result (*run)(struct deed *d);
	enum result how;
	bool settling;
};

/* The call ends when what run() did is durable. */
void deed_start(struct control_call *call, void *op,
    enum result (*run)(struct deed *d));

#endif
