/* SPDX-License-Identifier: MIT */
/* Codes to sign up with. */
#include "common/base/num.h"
#include "core/desk/invite.h"
#include "web/admin/parts.h"

enum {
	DAY_S = 24 * 3600
};

static bool
number(struct admin_visit *v, const char *key, uint32_t most, uint32_t *out)
{
	return num_parse_u32(slice_trim(admin_field(v, key)), out) &&
	    *out > 0 && *out <= most;
}

static enum result
invites_judge(struct admin_visit *v)
{
	int64_t now = env_wall(v->admin->core->env);
	const struct invite *one;
	uint32_t uses, days;
	enum result r;
	size_t n;

	if (admin_pressed(v, "revoke"))
		return invite_revoke(&v->request, admin_field(v, "code"));
	if (!v->posted)
		return invite_all(&v->request, &one, &n);
	if (!number(v, "uses", INVITE_USES_MAX, &uses) ||
	    !number(v, "days", INVITE_DAYS_MAX, &days))
		return RESULT_BAD_VALUE;
	r = invite_make(&v->request, uses, now + (int64_t)days * DAY_S, &one);
	if (r == RESULT_OK)
		buf_add_text(&v->made, one->code);
	return r;
}

static void
add_code(struct admin_visit *v, const struct invite *one)
{
	bool over = one->expires <= env_wall(v->admin->core->env);
	struct buf uses = BUF_INIT(32), until = BUF_INIT(64);

	buf_add_u64(&uses, one->uses);
	admin_add_time(&until, one->expires);
	admin_add(v, web_page_admin_invites, "row",
	    (const struct page_field[]){ { "code", slice_text(one->code) },
		{ "uses", buf_slice(&uses) },
		{ "until", over ? SLICE_LIT("over") : buf_slice(&until) } },
	    3);
	buf_free(&uses);
	buf_free(&until);
}

static void
invites_reply(struct admin_visit *v)
{
	const struct invite *all = NULL;
	size_t n = 0;
	struct page_field made = { "made", buf_slice(&v->made) };
	struct admin_page page = { .title = "Invite codes",
		.words = admin_words(v->result),
		.bad = v->result != RESULT_OK };

	if (v->posted)
		admin_note(v, admin_pressed(v, "revoke") ? "revoke" : "invite",
		    admin_field(v, "code"));
	else if (v->result == RESULT_OK)
		page.words = "Who has one can sign up, where accounts.signup "
			     "asks for codes.";
	/* they are in memory now; if not, the list is simply not shown */
	if (invite_all(&v->request, &all, &n) != RESULT_OK)
		n = 0;
	if (v->made.n > 0)
		admin_add(v, web_page_admin_invites, "made", &made, 1);
	admin_add(v, web_page_admin_invites, "make", NULL, 0);
	if (n > 0)
		admin_add(v, web_page_admin_invites, "head", NULL, 0);
	for (size_t i = 0; i < n; i++)
		add_code(v, &all[i]);
	if (n > 0)
		admin_add(v, web_page_admin_invites, "end", NULL, 0);
	admin_reply(v, &page);
}

enum http_outcome
admin_invites(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { invites_judge, invites_reply };

	return admin_run(rq, front, &flow);
}
