/* SPDX-License-Identifier: MIT */
#include "operator/deed.h"

#include "common/base/panic.h"

#include <stdlib.h>

static void
deed_finish(struct deed *d)
{
	bool ok = d->how == RESULT_OK || d->how == RESULT_UNCHANGED;
	struct control_call *call = d->call;

	if (d->rq.store_failed) {
		ok = false;
		d->how = RESULT_STORE_FAILED;
	}
	if (!ok)
		buf_addf(control_out(call), "%s%s%s\n", result_text(d->how),
		    d->how == RESULT_STORE_FAILED ? ": " : "",
		    d->how == RESULT_STORE_FAILED ? core_disk_words(d->op->core)
						  : "");
	request_end(&d->rq);
	free(d);
	control_done(call, ok);
}

static void
deed_step(struct request *rq)
{
	struct deed *d = CONTAINER_OF(rq, struct deed, rq);

	if (!d->settling) {
		d->how = d->run(d);
		if (d->how == RESULT_WAIT)
			return;
		d->settling = true;
	}
	if (request_settled(rq))
		deed_finish(d);
}

void
deed_start(struct control_call *call, void *op,
    enum result (*run)(struct deed *d))
{
	struct deed *d = mem_alloc(sizeof(*d));

	d->call = call;
	d->op = op;
	d->run = run;
	request_begin(&d->rq, d->op->core, deed_step);
	deed_step(&d->rq);
}
