/* SPDX-License-Identifier: MIT */
/*
 * libcurl says which descriptors it watches and when it wants to be called; we
 * watch and call.  It may say either from inside any call of it.
 */
#include "common/http/fetch_priv.h"

#include "common/base/panic.h"

#include <stdlib.h>

struct fetch_socket {
	struct fetch *f;
	struct watch *watch;
	curl_socket_t fd;
};

static void
socket_ready(void *ctx, unsigned events)
{
	struct fetch_socket *s = ctx;
	int what = 0;

	if (events & WATCH_READ)
		what |= CURL_CSELECT_IN;
	if (events & WATCH_WRITE)
		what |= CURL_CSELECT_OUT;
	fetch_multi_act(s->f, s->fd, what);
}

static void
socket_forget(struct fetch *f, curl_socket_t fd, struct fetch_socket *s)
{
	if (s == NULL)
		return;
	(void)f->lib->multi_assign(f->multi, fd, NULL);
	watch_close(s->watch);
	free(s);
}

static struct fetch_socket *
socket_open(struct fetch *f, curl_socket_t fd)
{
	struct fetch_socket *s = mem_alloc(sizeof(*s));

	s->f = f;
	s->fd = fd;
	s->watch = watch_open(f->loop, fd, socket_ready, s);
	if (s->watch == NULL) {
		/* the question runs into its timeout */
		free(s);
		return NULL;
	}
	(void)f->lib->multi_assign(f->multi, fd, s);
	return s;
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *socket)
{
	struct fetch *f = ctx;
	struct fetch_socket *s = socket;
	unsigned events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		socket_forget(f, fd, s);
		return 0;
	}
	if (s == NULL)
		s = socket_open(f, fd);
	if (s == NULL)
		return 0;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= WATCH_READ;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= WATCH_WRITE;
	watch_set(s->watch, events);
	return 0;
}

static void
on_time(struct timer *t)
{
	struct fetch *f = CONTAINER_OF(t, struct fetch, timer);

	fetch_multi_act(f, CURL_SOCKET_TIMEOUT, 0);
}

/* It may not be called from in here, so "at once" is the end of this turn. */
static int
on_timer(CURLM *multi, long ms, void *ctx)
{
	struct fetch *f = ctx;

	(void)multi;
	timer_stop(&f->timer);
	f->act = ms == 0;
	if (ms == 0)
		loop_defer(f->loop, &f->kick);
	else if (ms > 0)
		timer_start(f->loop, &f->timer, (uint64_t)ms);
	return 0;
}

static void
end_done(struct fetch *f)
{
	CURLMsg *m;
	int left;

	while ((m = f->lib->multi_info_read(f->multi, &left)) != NULL) {
		struct fetch_run *run = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		(void)f->lib->easy_getinfo(m->easy_handle, CURLINFO_PRIVATE,
		    &run);
		ASSERT(run != NULL);
		fetch_done(run, m->data.result);
	}
}

void
fetch_multi_act(struct fetch *f, int fd, int events)
{
	int running;

	(void)f->lib->multi_socket_action(f->multi, fd, events, &running);
	end_done(f);
}

void
fetch_multi_open(struct fetch *f)
{
	const struct fetch_lib *lib = f->lib;

	f->timer.fire = on_time;
	f->multi = lib->multi_init();
	ASSERT(f->multi != NULL);
	(void)lib->multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	(void)lib->multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
	(void)lib->multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	(void)lib->multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
	(void)lib->multi_setopt(f->multi, CURLMOPT_MAXCONNECTS,
	    (long)f->cfg.parallel);
	(void)lib->multi_setopt(f->multi, CURLMOPT_PIPELINING,
	    CURLPIPE_NOTHING);
}

void
fetch_multi_close(struct fetch *f)
{
	(void)f->lib->multi_cleanup(f->multi);
	timer_stop(&f->timer);
	deferred_cancel(&f->kick);
}
