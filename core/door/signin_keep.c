/* SPDX-License-Identifier: MIT */
/*
 * The verifier of a password that another server has confirmed: made while
 * its owner is signed in already, and of use when that server is down.
 */
#include "common/base/panic.h"
#include "core/door/signin.h"
#include "core/private.h"

#include <stdlib.h>

struct keeping {
	struct password_job job;
	struct request rq;
	struct core *core;
	uint64_t id;
	uint32_t epoch;
};

static void
done(struct keeping *k)
{
	struct map_node *node = map_get_id(&k->core->by_id, k->id);
	struct account *a =
	    node ? CONTAINER_OF(node, struct account, node) : NULL;

	if (a != NULL && account_away(a) != NULL &&
	    a->extra->home->keeping == k->epoch)
		a->extra->home->keeping = 0;
	request_end(&k->rq);
	mem_wipe(k, sizeof(*k));
	free(k);
}

static void
keep(struct request *rq)
{
	struct keeping *k = CONTAINER_OF(rq, struct keeping, rq);
	struct account *a;
	enum result r = account_get_id(rq, k->id, &a);

	if (r == RESULT_WAIT)
		return;
	/* moved, or changed again, in the meantime: it is not kept */
	if (r == RESULT_OK && a->epoch == k->epoch && account_away(a) != NULL &&
	    account_writable(k->core) == RESULT_OK)
		account_keep(rq, a, k->job.hash);
	done(k);
}

static void
hashed(struct password_job *job)
{
	struct keeping *k = CONTAINER_OF(job, struct keeping, job);

	request_begin(&k->rq, k->core, keep);
	if (job->failed)
		done(k);
	else
		keep(&k->rq);
}

void
signin_keep(struct core *c, struct account *a, struct slice password)
{
	struct keeping *k;

	if (a->extra->home->keeping == a->epoch)
		return;
	k = mem_alloc(sizeof(*k));

	k->core = c;
	k->id = a->id;
	k->epoch = a->epoch;
	/* too busy: the next time will do */
	if (password_hash_of(c->passwords, &k->job, password, a->id, a->epoch,
		hashed) != 0)
		free(k);
	else
		a->extra->home->keeping = a->epoch;
}
