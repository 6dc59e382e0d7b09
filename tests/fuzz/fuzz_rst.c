/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a request for tickets.  What was understood keeps its promises,
 * and the answer to it is a document again with a ticket for each target.
 */
#include "common/base/panic.h"
#include "common/codec/xml_read.h"
#include "nexus/rst.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct xml_limits limits = { .depth = 24,
	.nodes = 4000,
	.bytes = RST_ANSWER_MAX };

static void
check_request(const struct rst_request *rq)
{
	unsigned last = 0;

	ASSERT(rq->n >= 1 && rq->n <= RST_WISHES_MAX);
	ASSERT(rq->by_token == (rq->username.p == NULL));
	ASSERT(rq->by_token == (rq->password.p == NULL));
	for (unsigned i = 0; i < rq->n; i++) {
		const struct rst_wish *w = &rq->wishes[i];

		ASSERT(w->address.n > 0 && w->address.n <= RST_TARGET_MAX);
		ASSERT(w->number == 0 || w->number > last);
		ASSERT(w->number != 0 || w->keyed);
		if (w->number != 0)
			last = w->number;
	}
}

/* What a client reads: the targets, in the order they were asked for. */
static void
check_answer(struct arena *a, const struct rst_request *rq, struct slice text)
{
	const char *why = NULL;
	struct xml_node *root = xml_read(a, text, &limits, &why);
	const struct xml_node *all =
	    xml_path(root, "Body/RequestSecurityTokenResponseCollection");
	const struct xml_node *it;
	unsigned i = 0;

	ASSERT(all != NULL);
	for (it = all->child; it != NULL; it = it->next, i++) {
		const struct xml_node *address =
		    xml_path(it, "AppliesTo/EndpointReference/Address");
		const struct xml_node *secret =
		    xml_path(it, "RequestedProofToken/BinarySecret");

		ASSERT(i < rq->n && address != NULL);
		ASSERT(slice_eq(address->text, rq->wishes[i].address));
		ASSERT((secret != NULL) == rq->wishes[i].keyed);
	}
	ASSERT(i == rq->n);
}

static void
answer(struct arena *a, const struct rst_request *rq)
{
	struct rst_grant grants[RST_WISHES_MAX] = { 0 };
	struct buf out = BUF_INIT(RST_ANSWER_MAX);
	struct rst_answer says = { .asked = rq,
		.grants = grants,
		.address = rq->username,
		.peer = SLICE_LIT("127.0.0.1"),
		.cid = 1,
		.now = 1214554893,
		.expires = 1214641293 };

	for (unsigned i = 0; i < rq->n; i++)
		grants[i].ticket = SLICE_LIT("ticket");
	rst_write_answer(&out, &says);
	ASSERT(buf_ok(&out));
	check_answer(a, rq, buf_slice(&out));
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rst_request rq;
	struct arena arena;

	arena_init(&arena, 1 << 22);
	if (rst_read(&arena, slice_make(data, size), RST_2004, &rq)) {
		check_request(&rq);
		if (!rq.by_token && rq.username.n < 200)
			answer(&arena, &rq);
	}
	arena_free(&arena);
	return 0;
}
