/* SPDX-License-Identifier: MIT */
#include "tests/proto/play.h"

#include "common/base/log.h"
#include "common/base/panic.h"
#include "core/door/signin.h"
#include "core/private.h"
#include "tests/store/store_rig.h"
#include "tests/unit/fake_link.h"

#include <fnmatch.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	LINE_BYTES = 16384,
	PLAYERS_MAX = 192,
	ROUNDS = 12
};

struct player {
	struct world *world;
	struct fake_link *link;
	size_t read; /* of the link's output */
	char line[LINE_BYTES];
	char word[LINE_BYTES];
};

struct world {
	struct env env;
	uint64_t ms;
	uint64_t random;
	struct loop *loop;
	struct barrier barrier;
	struct core core;
	struct ns *ns;
	struct ns_config cfg;
	struct chat *chat;
	struct chat_config chat_cfg;
	bool held;
	uint64_t upto; /* committed while that was held */
	struct player *players[PLAYERS_MAX];
	unsigned nplayers;
	char ticket[TOKEN_TEXT_MAX + 16];
	int log;
	char dir[32]; /* empty: the store is in memory */
	char path[64];
};

/* ---- the world ---- */

static uint64_t
world_mono(void *ctx)
{
	return ((const struct world *)ctx)->ms;
}

static int64_t
world_wall(void *ctx)
{
	return 1100000000 + (int64_t)(((const struct world *)ctx)->ms / 1000);
}

/* Different every time, the same in every run. */
static void
world_random(void *ctx, void *out, size_t n)
{
	struct world *w = ctx;
	unsigned char *p = out;

	while (n-- > 0) {
		w->random =
		    w->random * 6364136223846793005u + 1442695040888963u;
		*p++ = (unsigned char)(w->random >> 56);
	}
}

static const struct ns_config usual = {
	.port = 1863,
	.sign_in_ms = 60000,
	.idle_ms = 180000,
	.ping_s = 60,
};

/* Nobody hears of a commit while they are held. */
static void
committed(void *core, uint64_t upto)
{
	struct world *w = CONTAINER_OF((struct core *)core, struct world, core);

	if (w->held)
		w->upto = upto;
	else
		core_committed(core, upto);
}

static struct world *
world_make(struct world *w, const char *path)
{
	struct core *c = &w->core;
	struct store_config store = { .path = path,
		.on_loop = true,
		.committed = committed,
		.failed = core_failed,
		.recovered = core_recovered,
		.ctx = c };
	char err[200];

	/* written, so that what is only said there is tested too */
	w->log = memfd_create("log", MFD_CLOEXEC);
	assert_true(w->log >= 0);
	log_setup(LOG_DEBUG, false, w->log);
	w->ms = 5000;
	w->random = 42;
	w->env = (struct env){ world_mono, world_wall, world_random, w };
	w->loop = loop_new(&w->env);
	barrier_init(&w->barrier);
	store.loop = w->loop;
	c->store = store_open(&store, err, sizeof(err));
	assert_non_null(c->store);
	c->loop = w->loop;
	c->env = &w->env;
	c->barrier = &w->barrier;
	c->metrics = metrics_new();
	token_keys_make(&c->keys, &w->env);
	c->once = token_once_new(&w->env, 1024);
	c->penalty_pair = penalty_new(&w->env, 64, 10, 60);
	c->penalty_address = penalty_new(&w->env, 64, 10, 300);
	c->penalty_looked_at = penalty_new(&w->env, 64, 10, 300);
	c->penalty_account = penalty_new(&w->env, 64, 60, 60);
	c->cfg = (struct core_config){ .ticket_life_s = 300,
		.token_life_s = 86400,
		.max_forward = 600,
		.mail_days = 30,
		.signin_days = 30,
		.max_privacy = 1500,
		.max_members = 50,
		.pass_life_s = 120,
		.cache_accounts = 64 };
	core_start(c);
	w->cfg = usual;
	w->ns = ns_new(c, &w->cfg);
	w->chat_cfg = (struct chat_config){ .names = "chat.msn.com",
		.plain = true,
		.sign_in_ms = 30000,
		.ping_ms = 90000,
		.max_rooms = 20,
		.max_members = 300 };
	w->chat = chat_new(c, &w->chat_cfg);
	loop_turn(w->loop);
	return w;
}

struct world *
world_new(void)
{
	return world_make(mem_alloc(sizeof(struct world)), ":memory:");
}

struct world *
world_on_disk(void)
{
	struct world *w = mem_alloc(sizeof(*w));

	(void)snprintf(w->dir, sizeof(w->dir), "/tmp/nudge-play-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	(void)snprintf(w->path, sizeof(w->path), "%s/file.db", w->dir);
	return world_make(w, w->path);
}

void
world_sql(struct world *w, const char *sql)
{
	assert_true(w->dir[0] != '\0');
	rig_sql(w->path, sql);
}

const char *
world_path(const struct world *w)
{
	return w->path;
}

static void
remove_files(struct world *w)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	char path[80];

	for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", w->path, tails[i]);
		(void)unlink(path);
	}
	(void)rmdir(w->dir);
}

void
world_free(struct world *w)
{
	for (unsigned i = 0; i < w->nplayers; i++)
		fake_link_hang_up(w->players[i]->link);
	world_settle(w);
	for (unsigned i = 0; i < w->nplayers; i++) {
		fake_link_free(w->players[i]->link);
		free(w->players[i]);
	}
	w->nplayers = 0;
	world_settle(w);
	assert_int_equal(ns_connections(w->ns), 0);
	assert_int_equal(w->core.nsessions, 0);
	assert_int_equal(chat_connections(w->chat), 0);
	chat_free(w->chat);
	ns_free(w->ns);
	store_close(w->core.store);
	core_stop(&w->core);
	token_once_free(w->core.once);
	penalty_free(w->core.penalty_pair);
	penalty_free(w->core.penalty_address);
	penalty_free(w->core.penalty_looked_at);
	penalty_free(w->core.penalty_account);
	metrics_free(w->core.metrics);
	loop_turn(w->loop);
	loop_free(w->loop);
	log_setup(LOG_ERROR, false, 2);
	(void)close(w->log);
	if (w->dir[0] != '\0')
		remove_files(w);
	free(w);
}

bool
world_logged(struct world *w, const char *text)
{
	off_t n = lseek(w->log, 0, SEEK_END);
	char *log = mem_alloc((size_t)n + 1);
	bool found;

	assert_int_equal(pread(w->log, log, (size_t)n, 0), n);
	found = strstr(log, text) != NULL;
	free(log);
	return found;
}

struct core *
world_core(struct world *w)
{
	return &w->core;
}

struct ns *
world_ns(struct world *w)
{
	return w->ns;
}

struct chat *
world_chat(struct world *w)
{
	return w->chat;
}

struct chat_config *
world_chat_config(struct world *w)
{
	return &w->chat_cfg;
}

struct ns_config *
world_config(struct world *w)
{
	return &w->cfg;
}

void
world_reload(struct world *w)
{
	ns_config_set(w->ns, &w->cfg);
	chat_config_set(w->chat, &w->chat_cfg);
}

void
world_settle(struct world *w)
{
	for (int i = 0; i < ROUNDS; i++) {
		loop_turn(w->loop);
		for (unsigned k = 0; k < w->nplayers; k++) {
			struct fake_link *f = w->players[k]->link;

			if (f->done)
				continue;
			fake_link_turn(f);
			(void)fake_link_finish(f);
		}
	}
}

void
world_pass(struct world *w, uint64_t ms)
{
	while (ms > 0) {
		uint64_t step = ms < 1000 ? ms : 1000;

		w->ms += step;
		ms -= step;
		world_settle(w);
	}
}

void
world_pass_quickly(struct world *w, uint64_t ms)
{
	w->ms += ms;
	world_settle(w);
}

void
world_hold_commits(struct world *w)
{
	w->held = true;
	for (unsigned k = 0; k < w->nplayers; k++)
		w->players[k]->link->released = w->barrier.released;
}

void
world_commit(struct world *w)
{
	for (unsigned k = 0; k < w->nplayers; k++)
		w->players[k]->link->released = UINT64_MAX;
	w->held = false;
	if (w->upto != 0)
		core_committed(&w->core, w->upto);
	w->upto = 0;
	world_settle(w);
}

struct account *
world_account(struct world *w, const char *address)
{
	struct account *a = account_peek(&w->core, slice_text(address));

	assert_non_null(a);
	return a;
}

const char *
world_ticket(struct world *w, const char *address, enum token_purpose purpose)
{
	struct buf b = BUF_INIT(sizeof(w->ticket) - 1);

	buf_add_text(&b, "t=");
	signin_issue(&w->core, world_account(w, address), purpose, &b);
	buf_add_text(&b, "&p=");
	assert_true(buf_ok(&b));
	memcpy(w->ticket, b.p, b.n);
	w->ticket[b.n] = '\0';
	buf_free(&b);
	return w->ticket;
}

/* ---- players ---- */

struct world *
play_world(struct player *p)
{
	return p->world;
}

static struct player *
player_new(struct world *w, const char *ip, uint16_t port)
{
	struct player *p = mem_alloc(sizeof(*p));
	struct link *l;

	assert_true(w->nplayers < PLAYERS_MAX);
	p->world = w;
	p->link = fake_link_new();
	l = &p->link->link;
	assert_true(addr_parse_ip(&l->peer, slice_text(ip)));
	assert_true(addr_parse_ip(&p->link->local, slice_text("192.0.2.1")));
	l->peer.port = 0x1234;
	p->link->local.port = port;
	if (w->held)
		p->link->released = w->barrier.released;
	w->players[w->nplayers++] = p;
	return p;
}

struct player *
play_connect_from(struct world *w, const char *ip, bool relayed)
{
	struct player *p = player_new(w, ip, 1863);

	p->link->link.relayed = relayed;
	ns_accept(w->ns, &p->link->link);
	return p;
}

struct player *
play_connect_chat(struct world *w, const char *ip)
{
	struct player *p = player_new(w, ip, 6667);

	chat_accept(w->chat, &p->link->link, CHAT_EITHER);
	return p;
}

struct player *
play_connect(struct world *w)
{
	return play_connect_from(w, "192.0.2.10", false);
}

void
play_say_bytes(struct player *p, const void *bytes, size_t n)
{
	fake_link_feed(p->link, bytes, n);
	world_settle(p->world);
}

void
play_say(struct player *p, const char *text)
{
	play_sayf(p, "%s", text);
}

void
play_sayf(struct player *p, const char *fmt, ...)
{
	struct buf b = BUF_INIT(1 << 20);
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	buf_add(&b, "\r\n", 2);
	play_say_bytes(p, b.p, b.n);
	buf_free(&b);
}

void
play_say_with(struct player *p, const char *line, const char *payload)
{
	struct buf b = BUF_INIT(1 << 20);

	buf_addf(&b, "%s %zu\r\n%s", line, strlen(payload), payload);
	play_say_bytes(p, b.p, b.n);
	buf_free(&b);
}

void
play_say_unsettled(struct player *p, const char *text)
{
	fake_link_feed_text(p->link, text);
	fake_link_feed_text(p->link, "\r\n");
}

void
play_stuck(struct player *p, bool stuck)
{
	p->link->stuck = stuck;
}

void
play_drop(struct player *p)
{
	fake_link_hang_up(p->link);
	(void)fake_link_finish(p->link);
}

void
play_hang_up(struct player *p)
{
	fake_link_hang_up(p->link);
	world_settle(p->world);
}

static struct slice
unread(struct player *p)
{
	struct slice all = p->link->done ? buf_slice(&p->link->out)
					 : fake_link_output(p->link);

	return slice_from(all, p->read);
}

const char *
play_hears_any(struct player *p)
{
	struct slice rest = unread(p);
	size_t n = slice_find(rest, '\n');

	if (n == rest.n)
		return NULL;
	p->read += n + 1;
	assert_true(n > 0 && n < LINE_BYTES && rest.p[n - 1] == '\r');
	memcpy(p->line, rest.p, n - 1);
	p->line[n - 1] = '\0';
	return p->line;
}

void
play_hears(struct player *p, const char *line)
{
	const char *got = play_hears_any(p);

	if (got == NULL)
		fail_msg("nothing heard, expected: %s", line);
	assert_string_equal(got, line);
}

void
play_hearsf(struct player *p, const char *fmt, ...)
{
	char want[LINE_BYTES];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(want, sizeof(want), fmt, ap);
	va_end(ap);
	play_hears(p, want);
}

const char *
play_hears_like(struct player *p, const char *pattern)
{
	const char *got = play_hears_any(p);

	if (got == NULL)
		fail_msg("nothing heard, expected like: %s", pattern);
	if (fnmatch(pattern, got, FNM_NOESCAPE) != 0)
		fail_msg("heard: %s, expected like: %s", got, pattern);
	return got;
}

const char *
play_hears_length(struct player *p, size_t n)
{
	struct slice rest = unread(p);

	assert_true(rest.n >= n && n < LINE_BYTES);
	memcpy(p->line, rest.p, n);
	p->line[n] = '\0';
	p->read += n;
	return p->line;
}

void
play_hears_nothing(struct player *p)
{
	struct slice rest = unread(p);

	if (rest.n > 0)
		fail_msg("heard: " SLICE_FMT, SLICE_ARG(rest));
	assert_true(play_is_open(p));
}

void
play_is_closed(struct player *p, enum close_reason why)
{
	struct slice rest = unread(p);

	if (rest.n > 0)
		fail_msg("heard: " SLICE_FMT, SLICE_ARG(rest));
	assert_false(play_is_open(p));
	assert_string_equal(close_name(p->link->why), close_name(why));
}

bool
play_is_open(struct player *p)
{
	return !p->link->link.closing;
}

void
play_ignore(struct player *p)
{
	p->read += unread(p).n;
}

const char *
play_word(struct player *p, unsigned n)
{
	struct slice rest = slice_text(p->line), word = rest;

	for (unsigned i = 0; i <= n; i++)
		assert_true(slice_cut(&rest, ' ', &word));
	memcpy(p->word, word.p, word.n);
	p->word[word.n] = '\0';
	return p->word;
}
