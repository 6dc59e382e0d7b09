/* SPDX-License-Identifier: MIT */
/*
 * Connections whose bytes MHD cannot take from their own socket: TLS, and
 * those whose first line needs a repair.  Two links, each one's output the
 * other's input; whoever's queue is full stops the other from reading.
 */
#include "common/http/http_priv.h"

#include <sys/socket.h>
#include <unistd.h>

enum {
	/*
	 * After a request line without version comes nothing (HTTP/0.9) or
	 * a header block.  Nothing for so long is the former.
	 */
	SIMPLE_MS = 300,
};

const struct stream_limits http_bridge_limits = {
	.out_soft = 32 * 1024,
	.out_hard = 1024 * 1024,
	.in_max = 64 * 1024,
};

static void
bridge_pour(struct link *from, struct link *to, const char *p, size_t n)
{
	outq_add(&to->out, p, n);
	if (outq_full(&to->out))
		link_pause(from);
}

/* ---- our end of the pair ---- */

static size_t
back_input(struct link *l, const char *p, size_t n)
{
	struct http_conn *c = l->session;

	bridge_pour(l, c->front, p, n);
	return n;
}

static void
back_drained(struct link *l)
{
	struct http_conn *c = l->session;

	if (c->front != NULL)
		link_resume(c->front);
}

static void
back_closed(struct link *l, enum close_reason why)
{
	struct http_conn *c = l->session;

	(void)why;
	c->back = NULL;
	if (c->front != NULL)
		link_close(c->front, CLOSE_DONE);
	http_conn_free_if_over(c);
}

static const struct link_user back_user = {
	.input = back_input,
	.drained = back_drained,
	.closed = back_closed,
};

static bool
back_open(struct http_conn *c)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		pair) != 0)
		return false;
	c->back = stream_new(c->http->loop, pair[0], &http_bridge_limits, NULL);
	if (c->back == NULL) {
		(void)close(pair[1]);
		return false;
	}
	c->back->user = &back_user;
	c->back->session = c;
	stream_start(c->back);
	return http_conn_give(c, pair[1]);
}

/* ---- the peer's ---- */

static void
simple_over(struct timer *t)
{
	struct http_conn *c = CONTAINER_OF(t, struct http_conn, deadline);

	c->simple = false;
	if (c->back != NULL)
		outq_add_slice(&c->back->out, SLICE_LIT("\r\n"));
}

static void
first_line_late(struct timer *t)
{
	struct http_conn *c = CONTAINER_OF(t, struct http_conn, deadline);

	link_close(c->front, CLOSE_REQUEST_DEADLINE);
}

/* Returns false when its first line is not complete. */
static bool
front_begin(struct http_conn *c, struct slice *in)
{
	size_t end = 0;
	enum http_line kind = http_line_look(*in, &end);
	struct outq *out;

	if (kind == HTTP_LINE_MORE)
		return false;
	timer_stop(&c->deadline);
	c->lined = true;
	if (!back_open(c)) {
		link_close(c->front, CLOSE_IO);
		return true;
	}
	if (kind == HTTP_LINE_AS_IS)
		return true;
	out = &c->back->out;
	outq_add_slice(out, slice_upto(*in, end));
	outq_add_slice(out, SLICE_LIT(" HTTP/1.0"));
	*in = slice_from(*in, end);
	c->simple = slice_trim(*in).n == 0 && in->n <= 2;
	if (c->simple) {
		c->deadline.fire = simple_over;
		timer_start(c->http->loop, &c->deadline, SIMPLE_MS);
	}
	return true;
}

static size_t
front_input(struct link *l, const char *p, size_t n)
{
	struct http_conn *c = l->session;
	struct slice in = slice_make(p, n);

	if (c->simple) {
		c->simple = false;
		timer_stop(&c->deadline);
	}
	if (!c->lined && !front_begin(c, &in))
		return 0;
	if (c->back != NULL && !l->closing)
		bridge_pour(l, c->back, in.p, in.n);
	return n;
}

static void
front_drained(struct link *l)
{
	struct http_conn *c = l->session;

	if (c->back != NULL)
		link_resume(c->back);
}

static void
front_closed(struct link *l, enum close_reason why)
{
	struct http_conn *c = l->session;

	http_conn_count(c, why, l->secure ? tls_describe(l) : "");
	timer_stop(&c->deadline);
	c->front = NULL;
	if (c->back != NULL)
		link_close(c->back, CLOSE_PEER);
	http_conn_free_if_over(c);
}

static const struct link_user front_user = {
	.input = front_input,
	.drained = front_drained,
	.closed = front_closed,
};

void
http_bridge_front(struct http_conn *c, struct link *front)
{
	c->front = front;
	front->user = &front_user;
	front->session = c;
	c->deadline.fire = first_line_late;
	timer_start(c->http->loop, &c->deadline, c->http->limits.first_ms);
}
