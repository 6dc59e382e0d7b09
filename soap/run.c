/* SPDX-License-Identifier: MIT */
/* A call from its document to its answer. */
#include "common/base/log.h"
#include "common/base/panic.h"
#include "soap/call.h"

#include <stdlib.h>

enum {
	/* the tree of the largest document that the limits let pass */
	RUN_ARENA_MAX = 8 * 1024 * 1024
};

static void
run_again(struct request *request)
{
	struct soap_call *c = CONTAINER_OF(request, struct soap_call, request);

	http_again(c->http);
}

/*
 * Answers may be large, and memory fresh from the system costs more than what
 * is written into it: a few buffers serve call after call.
 */
void
soap_room(struct soap_call *c, size_t about)
{
	struct soap *s = c->soap;

	if (c->out.p == NULL && about >= SOAP_SPARE_MIN && s->nspare > 0)
		c->out = s->spare[--s->nspare];
	(void)buf_reserve(&c->out, about);
}

static void
run_keep(struct soap *s, struct buf *out)
{
	if (s->nspare < SOAP_SPARES && out->cap >= SOAP_SPARE_MIN &&
	    out->cap <= SOAP_SPARE_MAX) {
		buf_reset(out);
		s->spare[s->nspare++] = *out;
	} else {
		buf_free(out);
	}
}

static void
run_end(void *state)
{
	struct soap_call *c = state;

	request_end(&c->request);
	run_keep(c->soap, &c->out);
	arena_free(&c->arena);
	free(c);
}

static struct soap_call *
run_start(struct http_request *rq, struct soap *s)
{
	struct soap_call *c = mem_alloc(sizeof(*c));

	c->http = rq;
	c->soap = s;
	arena_init(&c->arena, RUN_ARENA_MAX);
	buf_init(&c->out, SOAP_REPLY_MAX);
	request_begin(&c->request, s->core, run_again);
	http_set_state(rq, c, run_end);
	return c;
}

/* The caller's own book is the one without a number. */
static bool
run_other_book(const struct xml_node *method)
{
	struct slice id = xml_child_text(method, "abId");

	if (id.n == 0)
		id = xml_child_text(xml_child(method, "abHandle"), "ABId");
	id = slice_trim(id);
	return id.n > 0 && !slice_eq_text(id, SOAP_NO_GUID);
}

static enum soap_end
run_method(struct soap_call *c)
{
	bool anybody = c->method != NULL && (c->method->flags & SOAP_ANYBODY);
	enum soap_end end = anybody ? SOAP_DONE : soap_auth(c);

	if (end != SOAP_DONE)
		return end;
	c->subject = c->in.method->name;
	if (c->method == NULL)
		return SOAP_FORBIDDEN;
	if ((c->method->flags & SOAP_OWN) && run_other_book(c->in.method))
		return SOAP_FORBIDDEN;
	if ((c->method->flags & SOAP_CHANGES) &&
	    account_writable(c->request.core) != RESULT_OK)
		return SOAP_LATER;
	return c->method->run(c);
}

static bool
run_read(struct soap_call *c)
{
	const char *why = envelope_read(&c->in, &c->arena, http_body(c->http));

	if (why != NULL) {
		c->subject = slice_text(why);
		return false;
	}
	c->method = soap_method_find(c->service, c->in.method->name);
	return true;
}

static enum http_outcome
run_answer(struct soap_call *c)
{
	struct slice name =
	    c->method != NULL ? c->method->name : SLICE_LIT("none");

	if (c->request.store_failed)
		c->end = SOAP_LATER;
	log_debug("soap-call", LOG_S("method", name),
	    LOG_N("fault", c->end != SOAP_DONE));
	if (c->end == SOAP_DONE)
		soap_reply(c);
	else
		soap_reply_fault(c, c->end);
	return HTTP_DONE;
}

/* Each run's changes are durable before the next one, or the answer. */
static enum http_outcome
run_on(struct soap_call *c)
{
	for (;;) {
		if (!c->settling) {
			c->end = run_method(c);
			if (c->end == SOAP_WAIT)
				return HTTP_WAIT;
			c->settling = true;
		}
		if (!request_settled(&c->request))
			return HTTP_WAIT;
		if (c->end != SOAP_NEXT || c->request.store_failed)
			return run_answer(c);
		request_end(&c->request);
		request_begin(&c->request, c->soap->core, run_again);
		c->settling = false;
		/* more than any client sends, and each looks for its item */
		if (++c->step == SOAP_STEPS_MAX) {
			c->end = SOAP_BAD_ARGUMENT;
			return run_answer(c);
		}
	}
}

enum http_outcome
soap_run(struct http_request *rq, struct soap *s, enum soap_service service)
{
	struct soap_call *c = http_state(rq);

	if (c == NULL) {
		c = run_start(rq, s);
		c->service = service;
		if (!run_read(c)) {
			soap_reply_fault(c, SOAP_BAD_REQUEST);
			return HTTP_DONE;
		}
	}
	return run_on(c);
}

/* ---- the front ---- */

struct soap *
soap_new(struct core *core)
{
	struct soap *s = mem_alloc(sizeof(*s));

	s->core = core;
	env_random(core->env, s->secret, sizeof(s->secret));
	return s;
}

void
soap_free(struct soap *s)
{
	while (s->nspare > 0)
		buf_free(&s->spare[--s->nspare]);
	free(s);
}
