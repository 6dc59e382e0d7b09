/* SPDX-License-Identifier: MIT */
#include "tests/unit/upstream_world.h"

#include "common/base/num.h"
#include "common/base/panic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t
world_ms(void *ctx)
{
	struct upstream_world *w = ctx;

	return env_mono_ms(env_real()) + w->ms;
}

static int64_t
world_wall(void *ctx)
{
	(void)ctx;
	return 1214554893;
}

static void
world_random(void *ctx, void *out, size_t n)
{
	(void)ctx;
	env_random(env_real(), out, n);
}

void
upstream_world_set(struct upstream_world *w)
{
	char err[256] = "";

	if (upstream_config_parse(w->cfg, &w->says, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	if (w->up != NULL)
		upstream_config_set(w->up, w->cfg);
	else
		w->up = upstream_new(w->loop, w->metrics, w->cfg,
		    SLICE_LIT("c0ffee"), err, sizeof(err));
	if (w->up == NULL)
		fail_msg("%s", err);
	w->seam = upstream_elsewhere(w->up);
}

int
upstream_world_make(void **state)
{
	struct upstream_world *w = mem_alloc(sizeof(*w));

	w->env = (struct env){ world_ms, world_wall, world_random, w };
	w->loop = loop_new(&w->env);
	w->metrics = metrics_new();
	w->cfg = mem_alloc(sizeof(*w->cfg));
	scripted_open(&w->server);
	(void)snprintf(w->servers, sizeof(w->servers),
	    "friends=http://127.0.0.1:%u/RST.srf", w->server.port);
	w->says = (struct upstream_settings){
		.servers = slice_text(w->servers),
		.domains = SLICE_LIT("friends.example=friends"),
		.timeout_s = 2,
		.parallel = 4,
		.failures = 5,
		.pause_s = 30,
		.max_reply = 64 * 1024,
	};
	upstream_world_set(w);
	*state = w;
	return 0;
}

int
upstream_world_end(void **state)
{
	struct upstream_world *w = *state;

	upstream_free(w->up);
	scripted_close(&w->server);
	for (int i = 0; i < 10; i++)
		loop_turn(w->loop);
	metrics_free(w->metrics);
	loop_free(w->loop);
	free(w->cfg);
	free(w);
	return 0;
}

static void
ask_done(struct elsewhere_job *job)
{
	CONTAINER_OF(job, struct upstream_ask, job)->done++;
}

struct upstream_ask *
upstream_world_post(struct upstream_world *w, unsigned i, const char *password,
    const struct upstream_asker *asker)
{
	struct upstream_ask *a = &w->asks[i];

	ASSERT(i < UPSTREAM_JOBS);
	blob_unref(a->job.reply);
	*a = (struct upstream_ask){ .job = { .home = SLICE_LIT("friends"),
					.address =
					    SLICE_LIT("al@friends.example"),
					.password = slice_text(password),
					.asker = asker,
					.done = ask_done } };
	w->seam->ask(w->seam->ctx, &a->job);
	assert_int_equal(a->done, 0);
	return a;
}

enum elsewhere_verdict
upstream_world_wait(struct upstream_world *w, struct upstream_ask *a)
{
	for (int i = 0; i < SCRIPTED_TURNS && a->done == 0; i++)
		scripted_turn(&w->server, w->loop);
	assert_int_equal(a->done, 1);
	return a->job.verdict;
}

enum elsewhere_verdict
upstream_world_ask(struct upstream_world *w, const char *password)
{
	return upstream_world_wait(w,
	    upstream_world_post(w, 0, password, NULL));
}

bool
upstream_world_heard(const struct upstream_world *w, const char *text)
{
	struct slice all = buf_slice(&w->server.last);

	return slice_find_slice(all, slice_text(text)) < all.n;
}

uint64_t
upstream_world_count(const struct upstream_world *w, const char *name)
{
	struct buf lines = BUF_INIT(1 << 20);
	struct slice rest, line;
	uint64_t v = UINT64_MAX;

	metrics_lines(w->metrics, &lines);
	rest = buf_slice(&lines);
	while (slice_cut(&rest, '\n', &line)) {
		size_t blank = slice_find(line, ' ');

		if (slice_eq_text(slice_upto(line, blank), name))
			assert_true(
			    num_parse_u64(slice_from(line, blank + 1), &v));
	}
	buf_free(&lines);
	return v;
}
