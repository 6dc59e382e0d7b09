/* SPDX-License-Identifier: MIT */
/*
 * Handshakes and sign-ins over TLS: tlsload MODE key=value...
 *   full      full handshakes
 *   resumed   resumed handshakes
 *   login     sign-ins, each with a full handshake
 *   relogin   sign-ins, each with a resumed one
 *   oldfull, oldresumed   handshakes as clients of 1996 to 2003 do them
 * With dialect=15 a sign-in is one of MSNP15, else of MSNP9.
 */
#include "bench/meter.h"
#include "bench/oldsock.h"
#include "bench/tlsclient.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	TLSLOAD_THREADS = 512
};

struct tlsload {
	struct options o;
	bool login, resume, old;
	atomic_uint next;  /* account */
	atomic_ullong due; /* when the next sign-in may begin, when paced */
	atomic_ullong done, failed;
	atomic_bool stop;
};

static void
tlsload_sleep(uint64_t ns)
{
	struct timespec ts = { .tv_sec = (time_t)(ns / 1000000000U),
		.tv_nsec = (long)(ns % 1000000000U) };

	nanosleep(&ts, NULL);
}

static void
tlsload_pace(struct tlsload *t)
{
	uint64_t due, now;

	if (t->o.rate == 0)
		return;
	due = atomic_fetch_add(&t->due, 1000000000U / t->o.rate);
	now = meter_now();
	if (due > now)
		tlsload_sleep(due - now);
}

static bool
tlsload_one(struct tlsload *t, struct tlsclient *c)
{
	unsigned n;
	int rc;

	n = atomic_fetch_add(&t->next, 1);
	if (t->login && t->o.dialect >= 15)
		return ssologin(c, t->o.first + n % t->o.users);
	if (t->login)
		return tlslogin(c, t->o.first + n % t->o.users);
	rc = tlsclient_open(c, t->o.https, tlsclient_source(n));
	tlsclient_close(c);
	return rc == 0;
}

static bool
tlsload_one_old(struct tlsload *t, struct oldclient *c)
{
	unsigned n = atomic_fetch_add(&t->next, 1);
	int fd = tlsclient_connect(&t->o, t->o.https, tlsclient_source(n));
	struct old_peer peer = oldsock_peer(&fd);
	bool again = c->resume && c->have_session;
	bool ok = fd >= 0 && oldclient_open(c, &peer) && c->resumed == again;

	if (ok)
		oldclient_bye(c);
	if (fd >= 0)
		close(fd);
	return ok;
}

static void
tlsload_old(struct tlsload *t)
{
	struct oldclient c;

	oldclient_init(&c);
	oldsock_offer(&c, t->o.hello);
	c.resume = t->resume;
	while (!atomic_load(&t->stop)) {
		if (tlsload_one_old(t, &c))
			atomic_fetch_add(&t->done, 1);
		else
			atomic_fetch_add(&t->failed, 1);
	}
	oldclient_free(&c);
}

static void *
tlsload_thread(void *arg)
{
	struct tlsload *t = arg;
	struct tlsclient c;

	if (t->old) {
		tlsload_old(t);
		return NULL;
	}
	tlsclient_init(&c, &t->o, t->resume);
	while (!atomic_load(&t->stop)) {
		tlsload_pace(t);
		if (tlsload_one(t, &c))
			atomic_fetch_add(&t->done, 1);
		else
			atomic_fetch_add(&t->failed, 1);
	}
	tlsclient_free(&c);
	return NULL;
}

static void
tlsload_mode(struct tlsload *t, const char *mode)
{
	t->login = strcmp(mode, "login") == 0 || strcmp(mode, "relogin") == 0;
	t->old = strncmp(mode, "old", 3) == 0;
	if (t->old)
		mode += 3;
	t->resume =
	    strcmp(mode, "resumed") == 0 || strcmp(mode, "relogin") == 0;
	if (!t->login && !t->resume && strcmp(mode, "full") != 0)
		meter_die("no mode %s", mode);
}

int
main(int argc, char **argv)
{
	pthread_t thread[TLSLOAD_THREADS];
	struct tlsload t = { .stop = false };
	struct meter_span span = { .pid = 0 };
	unsigned long long before, failed;
	unsigned i;

	if (argc < 2)
		meter_die("usage: tlsload MODE key=value...");
	tlsload_mode(&t, argv[1]);
	options_parse(&t.o, argc, argv, 2);
	if (t.o.threads == 0 || t.o.threads > TLSLOAD_THREADS || !t.o.users)
		meter_die("threads must be 1 to %d", TLSLOAD_THREADS);
	signal(SIGPIPE, SIG_IGN);
	atomic_store(&t.due, meter_now());
	for (i = 0; i < t.o.threads; i++)
		if (pthread_create(&thread[i], NULL, tlsload_thread, &t) != 0)
			meter_die("no thread");
	span.pid = (pid_t)t.o.pid;
	tlsload_sleep(t.o.warm_ms * 1000000ULL);
	before = atomic_load(&t.done);
	failed = atomic_load(&t.failed);
	meter_span_begin(&span);
	tlsload_sleep(t.o.run_ms * 1000000ULL);
	meter_span_end(&span);
	before = atomic_load(&t.done) - before;
	failed = atomic_load(&t.failed) - failed;
	atomic_store(&t.stop, true);
	meter_span_print(&span, t.login ? "signins" : "handshakes", before);
	printf("failed %llu\n", failed);
	for (i = 0; i < t.o.threads; i++)
		pthread_join(thread[i], NULL);
	return 0;
}
