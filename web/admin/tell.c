/* SPDX-License-Identifier: MIT */
/*
 * A word to everybody, and the countdown to a stop: it is said at once, and
 * again when ten, five and one minute are left.  Nothing stops by itself.
 */
#include "common/base/num.h"
#include "core/session.h"
#include "web/admin/parts.h"

enum {
	TEXT_MAX = 1024,
	MINUTES_MAX = 1440,
	MINUTE_MS = 60 * 1000
};

static const unsigned reminders[] = { 10, 5, 1, 0 };

static void
tell_minutes(struct core *c, unsigned minutes)
{
	struct event ev = { .kind = EVENT_MAINTENANCE };

	ev.u.maintenance.minutes = minutes;
	session_tell_all(c, &ev);
}

static unsigned
minutes_left(const struct admin *a)
{
	uint64_t now = loop_now(a->core->loop);

	if (a->countdown.until <= now)
		return 0;
	return (
	    unsigned)((a->countdown.until - now + MINUTE_MS / 2) / MINUTE_MS);
}

/* Until the next reminder. */
static void
countdown_wait(struct admin *a)
{
	struct admin_countdown *cd = &a->countdown;
	uint64_t now = loop_now(a->core->loop);

	for (size_t i = 0; i < ARRAY_LEN(reminders); i++) {
		uint64_t before = (uint64_t)reminders[i] * MINUTE_MS;

		if (cd->until > now + before) {
			timer_start(a->core->loop, &cd->timer,
			    cd->until - before - now);
			return;
		}
	}
	cd->until = 0;
}

static void
countdown_fire(struct timer *t)
{
	struct admin *a = CONTAINER_OF(t, struct admin_countdown, timer)->admin;
	unsigned left = minutes_left(a);

	if (left > 0)
		tell_minutes(a->core, left);
	countdown_wait(a);
}

static void
countdown_start(struct admin *a, unsigned minutes)
{
	struct admin_countdown *cd = &a->countdown;

	timer_stop(&cd->timer);
	cd->admin = a;
	cd->timer.fire = countdown_fire;
	cd->until = loop_now(a->core->loop) + (uint64_t)minutes * MINUTE_MS;
	tell_minutes(a->core, minutes);
	countdown_wait(a);
}

static enum result
announce(struct admin_visit *v)
{
	struct slice text = slice_trim(admin_field(v, "text"));
	struct event ev = { .kind = EVENT_NOTICE };

	if (text.n == 0 || text.n > TEXT_MAX || slice_find(text, '\0') < text.n)
		return RESULT_BAD_VALUE;
	ev.u.notice.text = text;
	session_tell_all(v->admin->core, &ev);
	return RESULT_OK;
}

static enum result
tell_judge(struct admin_visit *v)
{
	struct admin_countdown *cd = &v->admin->countdown;
	uint32_t minutes;

	if (admin_pressed(v, "announce"))
		return announce(v);
	if (admin_pressed(v, "cancel")) {
		timer_stop(&cd->timer);
		cd->until = 0;
		return RESULT_OK;
	}
	if (!v->posted)
		return RESULT_OK;
	if (!num_parse_u32(slice_trim(admin_field(v, "minutes")), &minutes) ||
	    minutes == 0 || minutes > MINUTES_MAX)
		return RESULT_BAD_VALUE;
	countdown_start(v->admin, minutes);
	return RESULT_OK;
}

static void
tell_reply(struct admin_visit *v)
{
	struct buf left = BUF_INIT(32);
	const char *what = admin_pressed(v, "announce") ? "announce"
	    : admin_pressed(v, "cancel")                ? "cancel"
							: "maintenance";
	struct admin_page page = { .title = "Tell everybody",
		.words = v->posted ? admin_words(v->result)
				   : "Whoever is signed in is told.",
		.bad = v->result != RESULT_OK };

	if (v->posted)
		admin_note(v, what, slice_text(""));
	admin_add(v, web_page_admin_tell, "announce", NULL, 0);
	if (v->admin->countdown.until != 0) {
		buf_add_u64(&left, minutes_left(v->admin));
		admin_add(v, web_page_admin_tell, "running",
		    &(const struct page_field){ "left", buf_slice(&left) }, 1);
	} else {
		admin_add(v, web_page_admin_tell, "stop", NULL, 0);
	}
	admin_reply(v, &page);
	buf_free(&left);
}

enum http_outcome
admin_tell(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { tell_judge, tell_reply };

	return admin_run(rq, front, &flow);
}
