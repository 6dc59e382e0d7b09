/* SPDX-License-Identifier: MIT */
/* Networks that are turned away. */
#include "common/base/num.h"
#include "core/desk/ban.h"
#include "web/admin/parts.h"

enum {
	DAY_S = 24 * 3600
};

/* False when it is no number of days. */
static bool
until(struct admin_visit *v, int64_t *out)
{
	struct slice text = slice_trim(admin_field(v, "days"));
	uint32_t days;

	*out = 0;
	if (text.n == 0)
		return true;
	if (!num_parse_u32(text, &days) || days == 0 || days > BAN_DAYS_MAX)
		return false;
	*out = env_wall(v->admin->core->env) + (int64_t)days * DAY_S;
	return true;
}

static enum result
bans_judge(struct admin_visit *v)
{
	struct slice network = slice_trim(admin_field(v, "network"));
	const struct ban *b;
	struct subnet s;
	int64_t end;
	enum result r;

	if (!v->posted)
		return RESULT_OK;
	if (admin_pressed(v, "lift"))
		return ban_lift(&v->request, network);
	if (!until(v, &end))
		return RESULT_BAD_VALUE;
	/* it would be the last thing one does here */
	if (subnet_parse(&s, network) && subnet_has(&s, http_peer(v->http)))
		return RESULT_NOT_AVAILABLE;
	r = ban_add(&v->request, network, slice_trim(admin_field(v, "note")),
	    end, &b);
	if (r == RESULT_OK)
		v->admin->hooks->banned(v->admin->ctx, &b->network);
	return r;
}

static const char *
bans_words(const struct admin_visit *v)
{
	switch ((int)v->result) {
	case RESULT_OK:
		return v->posted ? "Done."
				 : "Whoever comes from there is turned away at "
				   "every port.";
	case RESULT_BAD_ADDRESS:
		return "This is no network, or this machine itself is in it.";
	case RESULT_NOT_AVAILABLE:
		return "You come from there yourself.";
	case RESULT_ALREADY_THERE:
		return "It is banned already.";
	default:
		return admin_words(v->result);
	}
}

static void
add_ban(struct admin_visit *v, const struct ban *b)
{
	struct buf since = BUF_INIT(64), end = BUF_INIT(64);

	admin_add_time(&since, b->since);
	if (b->until != 0)
		admin_add_time(&end, b->until);
	else
		buf_add_text(&end, "for ever");
	admin_add(v, web_page_admin_bans, "row",
	    (const struct page_field[]){ { "network", slice_text(b->text) },
		{ "note", slice_text(b->note) }, { "since", buf_slice(&since) },
		{ "until", buf_slice(&end) } },
	    4);
	buf_free(&since);
	buf_free(&end);
}

static void
bans_reply(struct admin_visit *v)
{
	const struct page_field typed[] = {
		{ "network", admin_field(v, "network") },
		{ "days", admin_field(v, "days") },
		{ "note", admin_field(v, "note") },
	};
	const struct admin_page page = { .title = "Bans",
		.words = bans_words(v),
		.bad = v->result != RESULT_OK };
	const struct ban *b;
	size_t n = 0;

	if (v->posted)
		admin_note(v, admin_pressed(v, "lift") ? "lift" : "ban",
		    admin_field(v, "network"));
	admin_add(v, web_page_admin_bans, "add", typed, page.bad ? 3 : 0);
	if (ban_at(&v->request, 0) != NULL)
		admin_add(v, web_page_admin_bans, "head", NULL, 0);
	for (; (b = ban_at(&v->request, n)) != NULL; n++)
		add_ban(v, b);
	if (n > 0)
		admin_add(v, web_page_admin_bans, "end", NULL, 0);
	admin_reply(v, &page);
}

enum http_outcome
admin_bans(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { bans_judge, bans_reply };

	return admin_run(rq, front, &flow);
}
