/* SPDX-License-Identifier: MIT */
/*
 * Questions to the contact services: connections that are kept, and on each
 * the next question when the last one is answered.  Each asks in turn for
 * several accounts, whose tickets it fetches first; when there are fewer
 * accounts than connections, they share them.
 */
#include "bench/load.h"
#include "bench/meter.h"
#include "bench/rstclient.h"
#include "bench/soapclient.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ASK_PATIENCE_S = 10
};

struct asking {
	struct net *net;
	const struct options *opt;
	const struct soap_question *q;
	uint64_t answers;
	unsigned accounts; /* of each connection */
	unsigned unseen;   /* whose first answer was not looked through yet */
};

/* What is asked for one account. */
struct ask_request {
	char text[WEB_TEXT];
	size_t n;
	size_t length;  /* of every answer's document; 0: none came yet */
	unsigned items; /* in the first one */
	bool looked;    /* through it */
};

struct asker {
	struct asking *all;
	struct wire wire;
	struct ask_request *requests;
	unsigned number; /* of the first account, from 0 */
	unsigned turn;   /* the request under way */
	size_t left;     /* of the document on its way; 0: a head comes next */
};

static void
ask_next(struct asker *a)
{
	struct ask_request *rq = &a->requests[a->turn];

	wire_send(&a->wire, rq->text, rq->n);
}

static void
ask_ticket(struct asker *a)
{
	const struct options *o = a->all->opt;
	struct ask_request *rq = &a->requests[a->turn];

	rq->n = rst_request(rq->text, o,
	    o->first + (a->number + a->turn) % o->users, "MBI_KEY_OLD");
	ask_next(a);
}

/*
 * How many items begin in p; returns how many bytes are done with.  An item
 * whose beginning is cut in two is left for the next time.
 */
static size_t
ask_look(struct asker *a, const char *p, size_t n, bool last)
{
	struct ask_request *rq = &a->requests[a->turn];
	const char *item = a->all->q->item, *at = p;
	size_t nitem = strlen(item);

	while ((at = memmem(at, n - (size_t)(at - p), item, nitem)) != NULL) {
		rq->items++;
		at += nitem;
	}
	if (last)
		return n;
	return n < nitem ? 0 : n - (nitem - 1);
}

static void
ask_looked(struct asking *all, struct ask_request *rq)
{
	unsigned due = all->opt->people + all->q->own;

	if (rq->items != due)
		meter_die("%s: %u items, not %u", all->q->method, rq->items,
		    due);
	rq->looked = true;
	if (--all->unseen == 0)
		all->net->stop = true;
}

/* The head of an answer; bytes of it, 0: not all here. */
static size_t
ask_head(struct asker *a, const char *p, size_t n)
{
	struct ask_request *rq = &a->requests[a->turn];
	struct asking *all = a->all;
	struct web_reply r;

	if (!web_reply_read(&r, p, n))
		return 0;
	if (r.status != 200)
		meter_die("%s: status %u", all->q->method, r.status);
	if (rq->length == 0)
		rq->length = r.body;
	if (r.body == 0 || r.body != rq->length)
		meter_die("%s: %zu bytes, before %zu", all->q->method, r.body,
		    rq->length);
	a->left = r.body;
	return r.head;
}

static size_t
ask_input(struct wire *w, char *p, size_t n)
{
	struct asker *a = w->owner;
	struct ask_request *rq = &a->requests[a->turn];
	size_t head = a->left ? 0 : ask_head(a, p, n), take;

	if (a->left == 0)
		return 0;
	p += head;
	n -= head;
	if (n > a->left)
		meter_die("%s: an answer too long", a->all->q->method);
	take = rq->looked ? n : ask_look(a, p, n, n == a->left);
	a->left -= take;
	if (a->left == 0) {
		if (!rq->looked)
			ask_looked(a->all, rq);
		a->all->answers++;
		a->turn = (a->turn + 1) % a->all->accounts;
		ask_next(a);
	}
	return head + take;
}

/* The answer of RST.srf, whole. */
static size_t
ask_ticket_input(struct wire *w, char *p, size_t n)
{
	struct asker *a = w->owner;
	struct ask_request *rq = &a->requests[a->turn];
	char ticket[WEB_TICKET];
	struct web_reply r;
	size_t all;

	if (!web_reply_read(&r, p, n) || n < r.head + r.body)
		return 0;
	all = r.head + r.body;
	p[all - 1] = '\0'; /* the last of "</S:Envelope>" */
	if (r.status != 200 || !rst_ticket(p + r.head, RST_CONTACTS, ticket))
		meter_die("RST.srf refused: %u", r.status);
	rq->n = soap_request(rq->text, a->all->q, ticket);
	if (++a->turn < a->all->accounts) {
		ask_ticket(a);
		return all;
	}
	a->turn = 0;
	w->input = ask_input;
	ask_next(a);
	return all;
}

static void
ask_open(struct asker *a, struct asking *all, unsigned number)
{
	const struct options *o = all->opt;

	*a = (struct asker){ .all = all, .number = number };
	a->requests = calloc(all->accounts, sizeof(*a->requests));
	if (!a->requests)
		meter_die("no memory");
	a->wire.owner = a;
	a->wire.input = ask_ticket_input;
	wire_open(&a->wire, all->net, wire_address(o->host, o->http), 0);
	ask_ticket(a);
}

static void
ask_close(struct asker *a)
{
	wire_close(&a->wire);
	free(a->requests);
}

static void
ask(struct net *net, const struct options *o, const struct soap_question *q)
{
	struct asking all = { .net = net, .opt = o, .q = q };
	struct meter_span span = { .pid = (pid_t)o->pid };
	struct asker *askers = calloc(o->conc, sizeof(*askers));
	uint64_t before;
	unsigned i;

	if (!askers || o->conc == 0 || o->users == 0)
		meter_die("no memory, or nobody to ask");
	all.accounts = (o->users + o->conc - 1) / o->conc;
	all.unseen = all.accounts * o->conc;
	for (i = 0; i < o->conc; i++)
		ask_open(&askers[i], &all, i * all.accounts);
	if (!net_run(net, meter_now() + ASK_PATIENCE_S * 1000000000ULL))
		meter_die("%u accounts had no answer", all.unseen);
	net_run(net, meter_now() + o->warm_ms * 1000000ULL);
	before = all.answers;
	meter_span_begin(&span);
	net_run(net, meter_now() + o->run_ms * 1000000ULL);
	meter_span_end(&span);
	meter_span_print(&span, "requests", all.answers - before);
	printf("answer_bytes %zu\n", askers[0].requests[0].length);
	for (i = 0; i < o->conc; i++)
		ask_close(&askers[i]);
	free(askers);
}

void
load_soap_book(struct net *net, const struct options *o)
{
	ask(net, o, &soap_book);
}

void
load_soap_lists(struct net *net, const struct options *o)
{
	ask(net, o, &soap_members);
}
