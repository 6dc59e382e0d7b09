/* SPDX-License-Identifier: MIT */
/*
 * Pairs who talk through the HTTP gateway.  Each end has one connection and
 * one request under way: a message, or a poll that is held until one comes.
 */
#include "bench/load.h"
#include "bench/meter.h"
#include "bench/user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	GATEWAY_ID = 48,
	GATEWAY_BODY = 2048,
	GATEWAY_SAMPLES = 1 << 20,
};

struct gateway_load;

struct gateway_end {
	struct gateway_load *load;
	struct gateway_end *other;
	struct user *user;
	struct wire http;
	char id[GATEWAY_ID]; /* empty before the open is answered */
	bool first;          /* counts round trips */
	uint64_t sent;
};

struct gateway_load {
	struct net *net;
	const struct options *opt;
	struct gateway_end *end;
	unsigned nends;
	unsigned up; /* pairs that are in conversation */
	bool going, timed;
	uint64_t messages;
	char message[GATEWAY_BODY];
	size_t nmessage;
	struct meter_samples trips;
};

static void
gateway_post(struct gateway_end *e, const char *query, const char *body,
    size_t n)
{
	char request[2 * GATEWAY_BODY];
	int head = snprintf(request, sizeof(request) - n,
	    "POST /gateway/gateway.dll?%s%s HTTP/1.1\r\n"
	    "Host: gateway.messenger.hotmail.com\r\n"
	    "User-Agent: MSMSGS\r\n"
	    "Content-Type: application/x-msn-messenger\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    query, e->id, n);

	if (head < 0 || (size_t)head + n >= sizeof(request))
		meter_die("a request of %zu bytes", n);
	memcpy(request + head, body, n);
	wire_send(&e->http, request, (size_t)head + n);
}

static void
gateway_text(struct gateway_end *e, const char *body)
{
	gateway_post(e, e->id[0] ? "SessionID=" : "Action=open&Server=SB", body,
	    strlen(body));
}

static void
gateway_poll(struct gateway_end *e)
{
	gateway_post(e, "Action=poll&Lifespan=60&SessionID=", "", 0);
}

static void
gateway_say(struct gateway_end *e)
{
	struct gateway_load *l = e->load;

	e->sent = meter_now();
	gateway_post(e, "SessionID=", l->message, l->nmessage);
}

/* ---- setting up ---- */

static void
gateway_call(struct gateway_end *e)
{
	char callee[USER_ADDRESS], line[USER_ADDRESS + 16];

	user_address(e->other->user, callee);
	snprintf(line, sizeof(line), "CAL 2 %s\r\n", callee);
	gateway_text(e, line);
}

static void
gateway_set_up(struct gateway_end *e, char *body, size_t n)
{
	bool in = memmem(body, n, "JOI ", 4) != NULL;

	if (memmem(body, n, "USR 1 OK", 8)) {
		gateway_call(e);
		return;
	}
	if (in && ++e->load->up == e->load->nends / 2)
		e->load->net->stop = true;
	/* the caller's next request is the first message */
	if (!in)
		gateway_poll(e);
}

static void
gateway_heard(struct gateway_end *e, char *body, size_t n)
{
	struct gateway_load *l = e->load;

	if (!l->going) {
		gateway_set_up(e, body, n);
		return;
	}
	if (!memmem(body, n, "MSG ", 4)) {
		gateway_poll(e);
		return;
	}
	l->messages++;
	if (e->first && l->timed)
		meter_samples_add(&l->trips, meter_now() - e->sent);
	gateway_say(e);
}

/* One whole answer; bytes used, 0: not all here. */
static size_t
gateway_input(struct wire *w, char *p, size_t n)
{
	static const char id[] = "SessionID=", length[] = "Content-Length: ";
	struct gateway_end *e = w->owner;
	char *end = memmem(p, n, "\r\n\r\n", 4), *at;
	size_t head, body;

	if (!end)
		return 0;
	head = (size_t)(end - p) + 4;
	at = memmem(p, head, length, sizeof(length) - 1);
	if (strncmp(p, "HTTP/1.1 200", 12) != 0 || !at)
		meter_die("the gateway said %.40s", p);
	body = strtoul(at + sizeof(length) - 1, NULL, 10);
	if (n - head < body)
		return 0;
	at = memmem(p, head, id, sizeof(id) - 1);
	if (!at)
		meter_die("no SessionID");
	at += sizeof(id) - 1;
	snprintf(e->id, sizeof(e->id), "%.*s", (int)strcspn(at, ";"), at);
	gateway_heard(e, p + head, body);
	return head + body;
}

static void
gateway_open(struct gateway_end *e, const char *line)
{
	e->http.owner = e;
	e->http.input = gateway_input;
	wire_open(&e->http, e->load->net,
	    wire_address(e->load->opt->host, e->load->opt->http),
	    user_source(e->user));
	gateway_text(e, line);
}

static void
gateway_event(struct user *u, struct frame *f)
{
	char me[USER_ADDRESS], line[2 * GATEWAY_BODY], *word[FRAME_WORDS];
	struct gateway_end *e = u->owner;

	frame_words(f, word);
	user_address(u, me);
	if (strcmp(word[0], "XFR") == 0)
		snprintf(line, sizeof(line), "USR 1 %s %s\r\n", me, word[5]);
	else if (strcmp(word[0], "RNG") == 0)
		snprintf(line, sizeof(line), "ANS 1 %s %s %s\r\n", me, word[4],
		    word[1]);
	else
		return;
	gateway_open(e, line);
}

static void
gateway_meet(struct gateway_load *l, struct user *users)
{
	for (unsigned i = 0; i < l->nends; i++) {
		struct gateway_end *e = &l->end[i];

		*e = (struct gateway_end){ .load = l,
			.other = &l->end[i ^ 1],
			.user = &users[i],
			.http.fd = -1,
			.first = i % 2 == 0 };
		users[i].owner = e;
		users[i].event = gateway_event;
	}
	for (unsigned i = 0; i < l->nends; i += 2)
		wire_sendf(&users[i].ns, "XFR 7 SB\r\n");
	if (!net_run(l->net, meter_now() + 30000000000U))
		meter_die("only %u of %u conversations", l->up, l->nends / 2);
}

/* ---- measuring ---- */

static void
gateway_run(struct gateway_load *l)
{
	struct meter_span span = { .pid = (pid_t)l->opt->pid };
	uint64_t before;

	l->going = true;
	for (unsigned i = 0; i < l->nends; i += 2)
		gateway_say(&l->end[i]);
	net_run(l->net, meter_now() + l->opt->warm_ms * 1000000ULL);
	before = l->messages;
	l->timed = true;
	meter_span_begin(&span);
	net_run(l->net, meter_now() + l->opt->run_ms * 1000000ULL);
	meter_span_end(&span);
	meter_span_print(&span, "messages", l->messages - before);
	meter_samples_print(&l->trips, "trip");
}

void
load_gateway_pairs(struct net *net, const struct options *o)
{
	struct gateway_load l = { .net = net, .opt = o, .nends = 2 * o->pairs };
	struct user *users = users_new(net, o, l.nends);

	l.end = calloc(l.nends ? l.nends : 1, sizeof(*l.end));
	l.nmessage = (size_t)snprintf(l.message, sizeof(l.message),
	    "MSG 12 U %u\r\n", o->bytes);
	if (!l.end || l.nmessage + o->bytes > sizeof(l.message))
		meter_die("messages of %u bytes", o->bytes);
	memset(l.message + l.nmessage, 'x', o->bytes);
	l.nmessage += o->bytes;
	meter_samples_init(&l.trips, GATEWAY_SAMPLES);
	users_signin(users, l.nends, o->conc);
	gateway_meet(&l, users);
	gateway_run(&l);
	for (unsigned i = 0; i < l.nends; i++)
		wire_close(&l.end[i].http);
	users_leave(users, l.nends);
	meter_samples_free(&l.trips);
	free(l.end);
	free(users);
}
