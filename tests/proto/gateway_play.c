/* SPDX-License-Identifier: MIT */
#include "tests/proto/gateway_play.h"

#include "common/base/panic.h"

#include <stdio.h>
#include <string.h>

enum {
	BODY_MAX = 4 * 1024 * 1024,
	SILENCE_MS = 80000,
};

static const char *from = "192.0.2.10";
static struct list posts = { &posts, &posts };

void
post_from(const char *ip)
{
	from = ip;
}

static void
on_answer(struct gateway_call *call, unsigned status, struct slice head,
    struct slice body)
{
	struct post *p = CONTAINER_OF(call, struct post, call);
	struct slice rest = head, part;

	assert_false(p->answered);
	p->answered = true;
	p->status = status;
	buf_add_slice(&p->body, body);
	if (status != 200) {
		assert_int_equal(head.n + body.n, 0);
		return;
	}
	assert_true(slice_cut(&rest, ';', &part));
	assert_true(slice_starts(part, SLICE_LIT("SessionID=")));
	part = slice_from(part, 10);
	assert_true(part.n < sizeof(p->id));
	memcpy(p->id, part.p, part.n);
	assert_true(slice_starts(rest, SLICE_LIT(" GW-IP=192.0.2.1")));
	p->last = slice_find_slice(head, SLICE_LIT("; Session=close")) < head.n;
}

static struct post *
post_new(struct world *w, const char *id, struct slice body, unsigned lifespan)
{
	struct post *p = mem_alloc(sizeof(*p));

	p->world = w;
	buf_init(&p->body, BODY_MAX);
	assert_true(addr_parse_ip(&p->peer, slice_text(from)));
	assert_true(addr_parse_ip(&p->local, slice_text("192.0.2.1")));
	p->call = (struct gateway_call){ .open = id == NULL,
		.id = slice_text(id),
		.body = body,
		.lifespan_s = lifespan,
		.peer = &p->peer,
		.local = &p->local,
		.answer = on_answer };
	list_push(&posts, &p->node);
	gateway_ask(world_ns(w)->gateway, &p->call);
	return p;
}

struct post *
post_open(struct world *w, const char *body)
{
	return post_new(w, NULL, slice_text(body), 0);
}

struct post *
post_say(struct world *w, const char *id, struct slice body)
{
	return post_new(w, id, body, 0);
}

struct post *
post_text(struct world *w, const char *id, const char *body)
{
	return post_say(w, id, slice_text(body));
}

struct post *
post_poll(struct world *w, const char *id, unsigned lifespan_s)
{
	return post_new(w, id, slice_text(""), lifespan_s);
}

void
post_settle(struct post *p)
{
	world_settle(p->world);
}

void
post_drop(struct post *p)
{
	gateway_forget(&p->call);
	list_remove(&p->node);
	buf_free(&p->body);
	free(p);
}

static void
is_answered(struct post *p, unsigned status)
{
	post_settle(p);
	assert_true(p->answered);
	assert_int_equal(p->status, status);
}

static void
has_body(struct post *p, const char *body)
{
	struct slice got = buf_slice(&p->body);

	if (!slice_eq_text(got, body))
		fail_msg("brought: " SLICE_FMT ", expected: %s", SLICE_ARG(got),
		    body);
}

void
post_brings(struct post *p, const char *body)
{
	is_answered(p, 200);
	has_body(p, body);
	assert_false(p->last);
}

void
post_is_refused(struct post *p, unsigned status)
{
	is_answered(p, status);
}

void
post_waits(struct post *p)
{
	post_settle(p);
	assert_false(p->answered);
}

void
post_ends(struct post *p, const char *body)
{
	is_answered(p, 200);
	has_body(p, body);
	assert_true(p->last);
}

void
post_world_free(struct world *w)
{
	LIST_EACH(it, &posts) {
		post_drop(CONTAINER_OF(it, struct post, node));
	}
	from = "192.0.2.10";
	world_pass(w, SILENCE_MS);
	assert_int_equal(ns_relayed(world_ns(w)), 0);
	world_free(w);
}

struct post *
post_sign_in(struct world *w, const char *address)
{
	struct post *p;
	char line[300];

	world_add(w, address, "");
	(void)snprintf(line, sizeof(line),
	    "VER 1 MSNP9 CVR0\r\nUSR 3 TWN I %s\r\n", address);
	p = post_open(w, line);
	post_settle(p);
	(void)snprintf(line, sizeof(line), "USR 4 TWN S %s\r\n",
	    world_ticket(w, address, TOKEN_TICKET));
	p = post_text(w, p->id, line);
	is_answered(p, 200);
	assert_true(slice_starts(buf_slice(&p->body), SLICE_LIT("USR 4 OK ")));
	return p;
}

struct post *
post_join(struct world *w, struct player *alice, struct player *b)
{
	struct sb_pass pass;
	struct post *p;
	char line[200];

	sb_call(b, alice, "alice@a.com", &pass);
	(void)snprintf(line, sizeof(line), "ANS 1 alice@a.com %s %s\r\n",
	    pass.cookie, pass.id);
	p = post_open(w, line);
	post_brings(p,
	    "IRO 1 1 1 bob@b.com bob@b.com\r\n"
	    "ANS 1 OK\r\n");
	play_hears(b, "JOI alice@a.com alice@a.com");
	return p;
}
