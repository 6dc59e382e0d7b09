/* SPDX-License-Identifier: MIT */
#include "core/request.h"

#include "common/base/panic.h"
#include "core/people/account.h"
#include "core/private.h"

void
request_begin(struct request *rq, struct core *c,
    void (*again)(struct request *rq))
{
	*rq = (struct request){ .core = c, .again = again };
	c->nrequests++;
}

void
request_end(struct request *rq)
{
	/* ended twice is ended once */
	if (rq->again == NULL)
		return;
	rq->again = NULL;
	list_remove(&rq->waiting);
	signin_forget(rq);
	signin_try_forget(rq);
	elsewhere_forget(rq);
	account_load_forget(rq);
	props_forget(rq);
	book_forget(rq);
	profile_forget(rq);
	mailbox_forget(rq);
	signin_place_forget(rq);
	for (unsigned i = 0; i < rq->npins; i++)
		person_unpin(rq->core, rq->pins[i]);
	rq->npins = 0;
	ASSERT(rq->core->nrequests > 0);
	rq->core->nrequests--;
}

enum result
request_wait(struct request *rq, struct list *where)
{
	ASSERT(rq->waits < REQUEST_WAITS);
	rq->waits++;
	list_push(where, &rq->waiting);
	return RESULT_WAIT;
}

void
request_wake(struct request *rq)
{
	list_remove(&rq->waiting);
	rq->again(rq);
}

void
request_pin(struct request *rq, struct person *p)
{
	for (unsigned i = 0; i < rq->npins; i++)
		if (rq->pins[i] == p)
			return;
	ASSERT(rq->npins < REQUEST_PINS);
	rq->pins[rq->npins++] = p;
	person_pin(rq->core, p);
}

bool
request_settled(struct request *rq)
{
	if (rq->store_failed || rq->seq <= store_committed(rq->core->store))
		return true;
	if (!list_linked(&rq->waiting))
		list_push(&rq->core->settling, &rq->waiting);
	return false;
}
