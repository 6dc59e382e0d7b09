/* SPDX-License-Identifier: MIT */
/*
 * Questions to the contact services: several accounts, a connection of each
 * that is kept, and on it the next question when the last one is answered.
 * The first question of a connection is the one for its ticket.  With fewer
 * accounts than connections some accounts have several.
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
	unsigned ready; /* connections whose first answer was looked through */
};

struct asker {
	struct asking *all;
	struct wire wire;
	char request[WEB_TEXT];
	size_t nrequest;
	size_t length;  /* of every answer's document; 0: none came yet */
	size_t left;    /* of the document on its way; 0: a head comes next */
	bool looked;    /* the first one was */
	unsigned items; /* in it */
};

static void
ask_next(struct asker *a)
{
	wire_send(&a->wire, a->request, a->nrequest);
}

/*
 * How many items begin in p; returns how many bytes are done with.  An item
 * whose beginning is cut in two is left for the next time.
 */
static size_t
ask_look(struct asker *a, const char *p, size_t n, bool last)
{
	const char *item = a->all->q->item, *at = p;
	size_t nitem = strlen(item);

	while ((at = memmem(at, n - (size_t)(at - p), item, nitem)) != NULL) {
		a->items++;
		at += nitem;
	}
	if (last)
		return n;
	return n < nitem ? 0 : n - (nitem - 1);
}

static void
ask_looked(struct asker *a)
{
	struct asking *all = a->all;

	if (a->items != all->opt->people + all->q->own)
		meter_die("%s: %u items, not %u", all->q->method, a->items,
		    all->opt->people + all->q->own);
	a->looked = true;
	if (++all->ready == all->opt->conc)
		all->net->stop = true;
}

/* The head of an answer; bytes of it, 0: not all here. */
static size_t
ask_head(struct asker *a, const char *p, size_t n)
{
	struct asking *all = a->all;
	struct web_reply r;

	if (!web_reply_read(&r, p, n))
		return 0;
	if (r.status != 200)
		meter_die("%s: status %u", all->q->method, r.status);
	if (a->length == 0)
		a->length = r.body;
	if (r.body == 0 || r.body != a->length)
		meter_die("%s: %zu bytes, before %zu", all->q->method, r.body,
		    a->length);
	a->left = r.body;
	return r.head;
}

static size_t
ask_input(struct wire *w, char *p, size_t n)
{
	struct asker *a = w->owner;
	size_t head = a->left ? 0 : ask_head(a, p, n), take;

	if (a->left == 0)
		return 0;
	p += head;
	n -= head;
	if (n > a->left)
		meter_die("%s: an answer too long", a->all->q->method);
	take = a->looked ? n : ask_look(a, p, n, n == a->left);
	a->left -= take;
	if (a->left == 0) {
		if (!a->looked)
			ask_looked(a);
		a->all->answers++;
		ask_next(a);
	}
	return head + take;
}

/* The answer of RST.srf, whole. */
static size_t
ask_ticket_input(struct wire *w, char *p, size_t n)
{
	struct asker *a = w->owner;
	char ticket[WEB_TICKET];
	struct web_reply r;
	size_t all;

	if (!web_reply_read(&r, p, n) || n < r.head + r.body)
		return 0;
	all = r.head + r.body;
	p[all - 1] = '\0'; /* the last of "</S:Envelope>" */
	if (r.status != 200 || !rst_ticket(p + r.head, RST_CONTACTS, ticket))
		meter_die("RST.srf refused: %u", r.status);
	a->nrequest = soap_request(a->request, a->all->q, ticket);
	w->input = ask_input;
	ask_next(a);
	return all;
}

static void
ask_open(struct asker *a, struct asking *all, unsigned n)
{
	const struct options *o = all->opt;

	*a = (struct asker){ .all = all };
	a->wire.owner = a;
	a->wire.input = ask_ticket_input;
	wire_open(&a->wire, all->net, wire_address(o->host, o->http), 0);
	a->nrequest = rst_request(a->request, o, n, "MBI_KEY_OLD");
	ask_next(a);
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
	for (i = 0; i < o->conc; i++)
		ask_open(&askers[i], &all, o->first + i % o->users);
	if (!net_run(net, meter_now() + ASK_PATIENCE_S * 1000000000ULL))
		meter_die("%u of %u connections had an answer", all.ready,
		    o->conc);
	net_run(net, meter_now() + o->warm_ms * 1000000ULL);
	before = all.answers;
	meter_span_begin(&span);
	net_run(net, meter_now() + o->run_ms * 1000000ULL);
	meter_span_end(&span);
	meter_span_print(&span, "requests", all.answers - before);
	printf("answer_bytes %zu\n", askers[0].length);
	for (i = 0; i < o->conc; i++)
		wire_close(&askers[i].wire);
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
