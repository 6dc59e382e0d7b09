/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as what another server answers, as a URL it sends on to, and as
 * settings.  What is made of an answer keeps its promises; a question with
 * such words in it says the same to a server that reads it.
 */
#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "nexus/upstream/config.h"
#include "nexus/upstream/upstream.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	ERR_MAX = 300,
	TOKENS = 8
};

static void
check_text(const char *text, size_t room)
{
	const char *end = memchr(text, '\0', room);

	ASSERT(end != NULL);
	for (; text < end; text++)
		ASSERT((unsigned char)*text > ' ' && *text != 0x7f);
}

static void
read_answer(struct slice in)
{
	static const unsigned statuses[] = { 200, 500, 404 };
	struct upstream_token got[TOKENS];
	struct upstream_answer a;
	struct fetch_url url;
	struct arena arena;
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		upstream_read(in, statuses[i], &a);
		check_text(a.remote_id, sizeof(a.remote_id));
		check_text(a.name, sizeof(a.name));
		check_text(a.url, sizeof(a.url));
		ASSERT(a.why != NULL);
		ASSERT((a.verdict == ELSEWHERE_MOVED) == (a.url[0] != '\0'));
		ASSERT(a.verdict == ELSEWHERE_GOOD || a.remote_id[0] == '\0');
		ASSERT(statuses[i] != 404 || a.verdict == ELSEWHERE_DOWN);
		if (a.url[0] != '\0')
			(void)fetch_url_parse(slice_text(a.url), &url);
	}
	arena_init(&arena, 1 << 22);
	n = upstream_read_tokens(&arena, in, got, TOKENS);
	ASSERT(n <= TOKENS);
	for (size_t i = 0; i < n; i++)
		ASSERT(got[i].ticket.n > 0);
	arena_free(&arena);
}

static void
read_url(struct slice in)
{
	struct fetch_url url;

	if (!fetch_url_parse(in, &url))
		return;
	ASSERT(in.n < FETCH_URL_MAX && url.host.n > 0);
	ASSERT(url.place.n >= url.host.n);
	for (size_t i = 0; i < in.n; i++)
		ASSERT(in.p[i] > ' ' && in.p[i] != '@');
	(void)fetch_url_is_here(&url);
}

/* Each line is a setting; the first byte says how many lines are skipped. */
static void
read_settings(struct slice in)
{
	struct upstream_config *c = mem_alloc(sizeof(*c));
	struct upstream_settings s = { .timeout_s = 1,
		.parallel = 1,
		.failures = 1,
		.pause_s = 1,
		.max_reply = 1000 };
	struct slice *const fields[] = { &s.servers, &s.domains, &s.local,
		&s.ca, &s.pin, &s.kind, &s.mode, &s.provision, &s.fallback,
		&s.policy, &s.redirects, &s.plain, &s.truncate, &s.tables[0] };
	const struct upstream_server *home;
	char err[ERR_MAX] = "";
	struct slice line;

	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		*fields[i] = slice_cut(&in, '\n', &line) ? line : SLICE_LIT("");
	if (upstream_config_parse(c, &s, err, sizeof(err)) != 0) {
		ASSERT(memchr(err, '\0', sizeof(err)) != NULL && err[0]);
	} else {
		ASSERT(c->nservers <= UPSTREAM_SERVERS_MAX);
		home = upstream_config_home(c, SLICE_LIT("a@b.example"));
		ASSERT(home == NULL ||
		    (home >= c->servers && home < c->servers + c->nservers));
	}
	free(c);
}

static void
write_question(struct slice in)
{
	struct buf out = BUF_INIT(1 << 20);
	struct slice name = slice_upto(in, slice_find(in, '\n'));
	const struct upstream_wish wish = { SLICE_LIT("a.example"), name };
	struct upstream_question q = { .kind = in.n % 2 ? RST_2004 : RST_2005,
		.address = SLICE_LIT("a@b.example"),
		.password = slice_from(in, name.n + 1),
		.wishes = &wish,
		.n = 1 };
	struct rst_request rq;
	struct arena arena;

	if (!upstream_can_say(name) || !upstream_can_say(q.password) ||
	    in.n > 2000)
		return;
	upstream_write(&out, &q);
	ASSERT(buf_ok(&out));
	arena_init(&arena, 1 << 22);
	ASSERT(rst_read(&arena, buf_slice(&out), RST_2004, &rq));
	ASSERT(rq.kind == q.kind && rq.n == 2);
	ASSERT(slice_eq(rq.password, q.password));
	ASSERT(slice_eq(rq.wishes[1].policy, name));
	arena_free(&arena);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_make(data, size);

	if (size == 0)
		return 0;
	in = slice_from(in, 1);
	switch (data[0] % 4) {
	case 0:
		read_answer(in);
		break;
	case 1:
		read_url(in);
		break;
	case 2:
		read_settings(in);
		break;
	case 3:
		write_question(in);
		break;
	}
	(void)upstream_is_plain(in);
	return 0;
}
