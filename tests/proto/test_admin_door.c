/* SPDX-License-Identifier: MIT */
/* In and out of the admin pages, as time goes by; HTTP is make-believe. */
#include "tests/proto/play.h"

#include "common/codec/url.h"
#include "core/desk/trace.h"
#include "web/admin/parts.h"

#include <stdio.h>
#include <string.h>

enum {
	MINUTE = 60 * 1000,
	HOUR = 60 * MINUTE
};

/* ---- the make-believe HTTP ---- */
struct http_request {
	enum http_method method;
	const char *path;
	char token[256];     /* field "t" */
	char key[64];        /* field "key" */
	char cookie[512];    /* the header */
	const char *address; /* field "address", and button "start" */
	const char *button;
	const char *minutes; /* of the page that tells everybody */
	struct addr peer;
	void *state;
	void (*cleanup)(void *);
	unsigned status;
	char set[512]; /* Set-Cookie */
	char body[65536];
};

enum http_method
http_method(const struct http_request *rq)
{
	return rq->method;
}

struct slice
http_path(const struct http_request *rq)
{
	return slice_text(rq->path);
}

struct slice
http_query(const struct http_request *rq)
{
	(void)rq;
	return slice_text("");
}

bool
http_query_arg(struct http_request *rq, const char *key, struct slice *out)
{
	(void)rq;
	(void)key;
	(void)out;
	return false;
}

bool
http_form_arg(struct http_request *rq, const char *key, struct slice *out)
{
	const char *value = strcmp(key, "t") == 0 ? rq->token
	    : strcmp(key, "key") == 0             ? rq->key
	    : strcmp(key, "minutes") == 0         ? rq->minutes
						  : "";

	if (rq->address != NULL && strcmp(key, "address") == 0)
		value = rq->address;
	if (rq->address != NULL && strcmp(key, "start") == 0)
		value = "x";
	if (rq->button != NULL && strcmp(key, rq->button) == 0)
		value = "pressed";
	*out = slice_text(value != NULL ? value : "");
	return out->n > 0;
}

struct slice
http_header(const struct http_request *rq, const char *name)
{
	return strcmp(name, "Cookie") == 0 ? slice_text(rq->cookie)
					   : slice_make(NULL, 0);
}

const struct addr *
http_peer(const struct http_request *rq)
{
	return &rq->peer;
}

const struct addr *
http_local(const struct http_request *rq)
{
	return &rq->peer;
}

bool
http_is_tls(const struct http_request *rq)
{
	(void)rq;
	return true;
}

void
http_set_state(struct http_request *rq, void *state, void (*cleanup)(void *))
{
	rq->state = state;
	rq->cleanup = cleanup;
}

void *
http_state(const struct http_request *rq)
{
	return rq->state;
}

void
http_again(struct http_request *rq)
{
	(void)rq;
}

void
http_reply(struct http_request *rq, unsigned status)
{
	rq->status = status;
}

void
http_reply_header(struct http_request *rq, const char *name, struct slice v)
{
	if (strcmp(name, "Set-Cookie") == 0)
		(void)snprintf(rq->set, sizeof(rq->set), SLICE_FMT,
		    SLICE_ARG(v));
}

void
http_reply_body(struct http_request *rq, struct slice body)
{
	(void)snprintf(rq->body, sizeof(rq->body), SLICE_FMT, SLICE_ARG(body));
}

void
http_reply_file(struct http_request *rq, int fd, uint64_t size)
{
	(void)rq;
	(void)fd;
	(void)size;
	fail();
}

/* ---- somebody with a browser ---- */

static void
nobody(void *ctx, void (*row)(void *, const struct admin_online *), void *to)
{
	(void)ctx;
	(void)row;
	(void)to;
}

static void
site(void *ctx, struct buf *out)
{
	(void)ctx;
	buf_add_text(out, "https://x");
}

static const char *
folder(void *ctx)
{
	(void)ctx;
	return "/nonexistent";
}

static const struct admin_hooks hooks = { .version = "1",
	.each_online = nobody,
	.folder = folder,
	.site = site };

static struct http_request *
run(struct admin *a, struct http_request *rq, const char *path,
    enum http_outcome (*page)(struct http_request *rq, void *front))
{
	rq->path = path;
	rq->status = 0;
	while (page(rq, a) == HTTP_WAIT)
		loop_turn(a->core->loop);
	rq->cleanup(rq->state);
	rq->state = NULL;
	return rq;
}

static void
take_link(struct admin *a, char out[256])
{
	struct buf link = BUF_INIT(512), token = BUF_INIT(255);
	struct slice text;

	admin_add_link(a, &link);
	text = buf_slice(&link);
	url_decode(&token, slice_from(text, slice_find(text, '=') + 1));
	(void)snprintf(out, 256, SLICE_FMT, SLICE_ARG(buf_slice(&token)));
	buf_free(&link);
	buf_free(&token);
}

/* The status: 302 leads in, and there is a cookie then. */
static unsigned
enter(struct admin *a, const char *token, char cookie[512])
{
	struct http_request rq = { .method = HTTP_POST, .peer.family = 4 };

	(void)snprintf(rq.token, sizeof(rq.token), "%s", token);
	(void)run(a, &rq, "/admin/enter", admin_enter);
	(void)snprintf(cookie, 512, SLICE_FMT,
	    SLICE_ARG(slice_upto(slice_text(rq.set),
		slice_find(slice_text(rq.set), ';'))));
	assert_int_equal(rq.status == 302, cookie[0] != '\0');
	return rq.status;
}

static unsigned
look(struct admin *a, const char *cookie)
{
	struct http_request rq = { .method = HTTP_GET, .peer.family = 4 };

	(void)snprintf(rq.cookie, sizeof(rq.cookie), "%s", cookie);
	return run(a, &rq, "/admin", admin_overview)->status;
}

static void
a_link_is_good_once_and_for_ten_minutes(void **state)
{
	struct world *w = world_new();
	struct admin *a = admin_new(world_core(w), &hooks, NULL);
	char link[256], late[256], cookie[512], other[512];

	(void)state;
	take_link(a, link);
	take_link(a, late);
	assert_int_equal(look(a, ""), 403);
	world_pass(w, 9 * MINUTE);
	assert_int_equal(enter(a, link, cookie), 302);
	assert_int_equal(look(a, cookie), 200);
	assert_int_equal(enter(a, link, other), 403);
	world_pass(w, MINUTE);
	assert_int_equal(enter(a, late, other), 403);
	assert_int_equal(look(a, cookie), 200);
	admin_free(a);
	world_free(w);
}

static void
a_cookie_lasts_twelve_hours(void **state)
{
	struct world *w = world_new();
	struct admin *a = admin_new(world_core(w), &hooks, NULL);
	char link[256], cookie[512];

	(void)state;
	take_link(a, link);
	assert_int_equal(enter(a, link, cookie), 302);
	world_pass(w, 12 * HOUR - MINUTE);
	assert_int_equal(look(a, cookie), 200);
	world_pass(w, MINUTE);
	assert_int_equal(look(a, cookie), 403);
	admin_free(a);
	world_free(w);
}

static void
another_run_and_another_key_end_it(void **state)
{
	struct world *w = world_new();
	struct core *c = world_core(w);
	struct admin *a = admin_new(c, &hooks, NULL), *next;
	char link[256], old[256], cookie[512], other[512];

	(void)state;
	take_link(a, link);
	take_link(a, old);
	assert_int_equal(enter(a, link, cookie), 302);
	next = admin_new(c, &hooks, NULL);
	assert_int_equal(look(next, cookie), 403);
	assert_int_equal(enter(next, old, other), 403);
	assert_int_equal(look(a, cookie), 200);
	token_keys_rotate(&c->keys, c->env);
	assert_int_equal(look(a, cookie), 403);
	assert_int_equal(enter(a, old, other), 403);
	take_link(a, link);
	assert_int_equal(enter(a, link, cookie), 302);
	admin_free(a);
	admin_free(next);
	world_free(w);
}

static void
charts_show_the_last_hour(void **state)
{
	struct world *w = world_new();
	struct core *c = world_core(w);
	struct admin *a = admin_new(c, &hooks, NULL);
	uint32_t at[ADMIN_MINUTES];

	(void)state;
	assert_int_equal(admin_ring_read(a, ADMIN_MESSAGES, at), 2);
	for (uint32_t i = 1; i <= 100; i++) {
		metrics_add(c->metrics, COUNTER_SB_MESSAGES, i);
		world_pass(w, MINUTE);
	}
	metrics_add(c->metrics, COUNTER_SB_MESSAGES, 7);
	assert_int_equal(admin_ring_read(a, ADMIN_MESSAGES, at), ADMIN_MINUTES);
	for (uint32_t i = 0; i + 1 < ADMIN_MINUTES; i++)
		assert_int_equal(at[i], 100 - (ADMIN_MINUTES - 2) + i);
	assert_int_equal(at[ADMIN_MINUTES - 1], 7);
	admin_free(a);
	world_free(w);
}

/* ---- what one account's programs say ---- */

static struct http_request *
look_at_trace(struct admin *a, struct http_request *rq, const char *cookie)
{
	*rq = (struct http_request){ .method = HTTP_GET, .peer.family = 4 };
	(void)snprintf(rq->cookie, sizeof(rq->cookie), "%s", cookie);
	assert_int_equal(run(a, rq, "/admin/trace", admin_trace)->status, 200);
	return rq;
}

static void
watch(struct admin *a, const char *cookie, const char *address)
{
	static const char begins[] = "name=\"key\" value=\"";
	struct http_request rq;
	const char *key = strstr(look_at_trace(a, &rq, cookie)->body, begins);

	assert_non_null(key);
	(void)snprintf(rq.key, sizeof(rq.key), "%.32s",
	    key + sizeof(begins) - 1);
	rq.method = HTTP_POST;
	rq.address = address;
	assert_int_equal(run(a, &rq, "/admin/trace", admin_trace)->status, 302);
}

static void
tell(struct core *c, const char *address, const char *begin, unsigned n)
{
	char line[2 * WATCH_LINE_MAX];

	(void)snprintf(line, sizeof(line), "%s %u", begin, n);
	trace_tell(c, slice_text(address), slice_text(line));
}

static void
a_watch_ends_when_nobody_looks_for_a_minute(void **state)
{
	struct world *w = world_new();
	struct core *c = world_core(w);
	struct admin *a = admin_new(c, &hooks, NULL);
	char link[256], cookie[512];
	struct http_request rq;

	(void)state;
	take_link(a, link);
	assert_int_equal(enter(a, link, cookie), 302);
	watch(a, cookie, "Amy@x.com");
	for (int i = 0; i < 3; i++) {
		tell(c, "amy@x.com", "<b>", 7);
		world_pass(w, MINUTE - 1000);
		assert_true(trace_any(c));
		assert_non_null(strstr(look_at_trace(a, &rq, cookie)->body,
		    " &lt;b&gt; 7<br>"));
	}
	world_pass(w, MINUTE);
	assert_false(trace_any(c));
	assert_null(strstr(look_at_trace(a, &rq, cookie)->body, "&lt;"));
	/* nor does it outlive the pages */
	watch(a, cookie, "amy@x.com");
	watch(a, cookie, "amy@x.com");
	tell(c, "amy@x.com", "x", 1);
	admin_free(a);
	assert_false(trace_any(c));
	world_free(w);
}

static void
a_watch_keeps_the_newest_lines_and_cuts_the_long_ones(void **state)
{
	struct world *w = world_new();
	struct core *c = world_core(w);
	struct admin *a = admin_new(c, &hooks, NULL);
	char link[256], cookie[512], big[2 * WATCH_LINE_MAX + 1];
	struct http_request rq;
	const char *newest, *oldest;

	(void)state;
	take_link(a, link);
	assert_int_equal(enter(a, link, cookie), 302);
	watch(a, cookie, "amy@x.com");
	for (unsigned i = 0; i < 1000; i++) {
		tell(c, "amy@x.com", "line", i);
		tell(c, "bob@x.com", "not mine", i);
	}
	(void)look_at_trace(a, &rq, cookie);
	newest = strstr(rq.body, " line 999<br>");
	oldest = strstr(rq.body, " line 800<br>");
	assert_true(newest != NULL && oldest > newest);
	assert_null(strstr(rq.body, " line 799<br>"));
	assert_null(strstr(rq.body, "not mine"));
	assert_non_null(strstr(rq.body, "1000 lines"));
	/* whatever the bytes, the page is UTF-8 */
	memset(big, 'x', sizeof(big));
	memcpy(big + WATCH_LINE_MAX - 1, "\xE2\x98\x83", 3);
	trace_tell(c, SLICE_LIT("amy@x.com"), slice_make(big, sizeof(big)));
	trace_tell(c, SLICE_LIT("amy@x.com"), SLICE_LIT("a\xE9<"));
	(void)look_at_trace(a, &rq, cookie);
	assert_non_null(strstr(rq.body, " a\xC3\xA9&lt;<br>"));
	big[WATCH_LINE_MAX - 1] = '\0';
	newest = strstr(rq.body, big);
	assert_non_null(newest);
	assert_memory_equal(newest + WATCH_LINE_MAX - 1, "<br>", 4);
	admin_free(a);
	world_free(w);
}

/* ---- the countdown to a stop ---- */

/* As the form does it: the page as it is, then a button of it. */
static void
press_tell(struct admin *a, const char *cookie, const char *button,
    const char *minutes)
{
	struct http_request rq = { .method = HTTP_GET, .peer.family = 4 };
	const char *key;

	(void)snprintf(rq.cookie, sizeof(rq.cookie), "%s", cookie);
	(void)run(a, &rq, "/admin/tell", admin_tell);
	key = strstr(rq.body, "name=\"key\" value=\"");
	assert_non_null(key);
	key += strlen("name=\"key\" value=\"");
	(void)snprintf(rq.key, sizeof(rq.key), "%.*s", (int)strcspn(key, "\""),
	    key);
	rq.method = HTTP_POST;
	rq.button = button;
	rq.minutes = minutes;
	assert_int_equal(run(a, &rq, "/admin/tell", admin_tell)->status, 200);
}

static void
hears_minutes(struct player *p, unsigned minutes)
{
	char want[32];
	const char *got = play_hears_with(p, "MSG Hotmail Hotmail *");

	(void)snprintf(want, sizeof(want), "Arg1: %u\r\n", minutes);
	if (strstr(got, want) == NULL)
		fail_msg("%s, not %s", got, want);
	play_hears_nothing(p);
}

/* A minute, in which the client shows that it is there. */
static void
minute(struct world *w, struct player *p)
{
	world_pass(w, MINUTE - 1000);
	play_hears_nothing(p);
	play_say(p, "PNG");
	play_hears(p, "QNG 60");
	world_pass(w, 1000);
}

static void
a_stop_is_told_at_once_and_when_ten_five_and_one_minute_are_left(void **state)
{
	struct world *w = world_new();
	struct admin *a = admin_new(world_core(w), &hooks, NULL);
	struct player *p = play_online(w, "alice@a.com", "MSNP9");
	char link[256], cookie[512];

	(void)state;
	take_link(a, link);
	assert_int_equal(enter(a, link, cookie), 302);
	press_tell(a, cookie, "stop", "12");
	world_settle(w);
	hears_minutes(p, 12);
	for (unsigned left = 12; left-- > 0;) {
		minute(w, p);
		if (left == 10 || left == 5 || left == 1)
			hears_minutes(p, left);
		else
			play_hears_nothing(p);
	}
	/* nothing stops by itself, and nothing more is said */
	minute(w, p);
	play_hears_nothing(p);
	admin_free(a);
	world_free(w);
}

static void
a_stop_told_anew_counts_from_there_and_a_cancelled_one_not_at_all(void **state)
{
	struct world *w = world_new();
	struct admin *a = admin_new(world_core(w), &hooks, NULL);
	struct player *p = play_online(w, "alice@a.com", "MSNP9");
	char link[256], cookie[512];

	(void)state;
	take_link(a, link);
	assert_int_equal(enter(a, link, cookie), 302);
	press_tell(a, cookie, "stop", "6");
	hears_minutes(p, 6);
	press_tell(a, cookie, "stop", "3");
	hears_minutes(p, 3);
	minute(w, p);
	play_hears_nothing(p);
	minute(w, p);
	hears_minutes(p, 1);
	minute(w, p);
	press_tell(a, cookie, "stop", "2");
	hears_minutes(p, 2);
	press_tell(a, cookie, "cancel", "");
	for (unsigned i = 0; i < 3; i++)
		minute(w, p);
	play_hears_nothing(p);
	admin_free(a);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_link_is_good_once_and_for_ten_minutes),
		cmocka_unit_test(a_cookie_lasts_twelve_hours),
		cmocka_unit_test(another_run_and_another_key_end_it),
		cmocka_unit_test(charts_show_the_last_hour),
		cmocka_unit_test(
		    a_stop_is_told_at_once_and_when_ten_five_and_one_minute_are_left),
		cmocka_unit_test(
		    a_stop_told_anew_counts_from_there_and_a_cancelled_one_not_at_all),
		cmocka_unit_test(a_watch_ends_when_nobody_looks_for_a_minute),
		cmocka_unit_test(
		    a_watch_keeps_the_newest_lines_and_cuts_the_long_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
