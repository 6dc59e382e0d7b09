/* SPDX-License-Identifier: MIT */
/* One account, and what can be done to it. */
#include "common/base/panic.h"
#include "common/codec/url.h"
#include "core/desk/report.h"
#include "core/session.h"
#include "web/admin/parts.h"

static enum result
disable(struct admin_visit *v)
{
	return account_set_disabled(&v->request, v->account, true);
}

static enum result
enable(struct admin_visit *v)
{
	return account_set_disabled(&v->request, v->account, false);
}

static enum result
reset(struct admin_visit *v)
{
	if (v->account->flags & ACCOUNT_DISABLED)
		return RESULT_DISABLED;
	if (account_away(v->account) != NULL)
		return RESULT_ELSEWHERE;
	admin_add_reset(v->admin, v->account, &v->made);
	return RESULT_OK;
}

static enum result
kick(struct admin_visit *v)
{
	if (list_empty(&v->account->sessions))
		return RESULT_NOT_REACHABLE;
	session_end_account(v->account, CLOSE_KICKED);
	return RESULT_OK;
}

static enum result
ask(struct admin_visit *v)
{
	(void)v;
	return RESULT_OK;
}

static enum result delete (struct admin_visit *v) {
	return account_delete(&v->request, v->account);
}

/* By the names of the buttons; what changes something is noted. */
struct deed {
	const char *button;
	const char *note;
	const char *words;
	enum result (*run)(struct admin_visit *v);
};

/* clang-format off */
static const struct deed deeds[] = {
	{ "disable", "disable", "It is switched off, and its sessions have ended.", disable },
	{ "enable",  "enable",  "It is switched on.",                     enable },
	{ "reset",   "reset",   "This link sets a new password, once.",   reset },
	{ "kick",    "kick",    "Its sessions have ended.",               kick },
	{ "delete",  NULL,      "Do you want to delete it? Nobody can bring it back.", ask },
	{ "sure",    "delete",  "The account is deleted.",                delete },
};
/* clang-format on */

static const struct deed *
deed_of(struct admin_visit *v)
{
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++)
		if (admin_pressed(v, deeds[i].button))
			return &deeds[i];
	return NULL;
}

static enum result
account_judge(struct admin_visit *v)
{
	const struct deed *d = deed_of(v);
	const struct report *all;
	size_t n;
	enum result r = report_all(&v->request, &all, &n);

	if (r == RESULT_OK)
		r = account_get(&v->request,
		    slice_trim(admin_field(v, "address")), &v->account);
	return r == RESULT_OK && d != NULL ? d->run(v) : r;
}

/* Who knows its password. */
static void
add_home(struct admin_visit *v, const struct account_home *home)
{
	struct buf when = BUF_INIT(64);
	const struct page_field f[] = { { "home", slice_text(home->name) },
		{ "id", slice_text(home->remote_id) },
		{ "kept",
		    slice_text(home->keeps
			    ? "A verifier is kept for when it is down."
			    : "") } };
	struct page_field all[ARRAY_LEN(f) + 1];

	admin_add_time(&when, home->verified);
	memcpy(all, f, sizeof(f));
	all[ARRAY_LEN(f)] =
	    (struct page_field){ "confirmed", buf_slice(&when) };
	admin_add(v, web_page_admin_accounts, "home", all, ARRAY_LEN(all));
	buf_free(&when);
}

static void
add_reports(struct admin_visit *v, struct buf *out)
{
	const struct report *all;
	size_t n, about = 0;

	(void)report_peek(&v->request, &all, &n);
	for (size_t i = 0; i < n; i++)
		about +=
		    slice_eq_text(account_address(v->account), all[i].about);
	buf_add_u64(out, about);
}

static void
add_facts(struct admin_visit *v)
{
	const struct account *a = v->account;
	bool off = a->flags & ACCOUNT_DISABLED;
	struct buf name = BUF_INIT(NAME_MAX_ENCODED), since = BUF_INIT(64),
		   people = BUF_INIT(32), waiting = BUF_INIT(32),
		   link = BUF_INIT(ADDRESS_MAX * 3), reports = BUF_INIT(32);
	struct page_field f[] = { { "address", account_address(a) },
		{ "name", { 0 } }, { "since", { 0 } }, { "people", { 0 } },
		{ "waiting", { 0 } }, { "link", { 0 } }, { "reports", { 0 } },
		{ "state",
		    slice_text(a->flags & ACCOUNT_WAITING
			    ? "waits for you to switch it on"
			    : off                      ? "switched off"
			    : list_empty(&a->sessions) ? "not signed in"
						       : "signed in") } };

	url_encode(&link, account_address(a));
	url_decode(&name, account_name(a));
	admin_add_time(&since, a->created);
	buf_add_u64(&people, a->roster.nforward);
	buf_add_u64(&waiting, a->messages);
	f[1].text = buf_slice(&name);
	f[2].text = buf_slice(&since);
	f[3].text = buf_slice(&people);
	f[4].text = buf_slice(&waiting);
	f[5].text = buf_slice(&link);
	add_reports(v, &reports);
	f[6].text = buf_slice(&reports);
	admin_add(v, web_page_admin_accounts, "account", f, ARRAY_LEN(f));
	if (account_away(a) != NULL)
		add_home(v, account_away(a));
	admin_add(v, web_page_admin_accounts, off ? "off" : "on", f,
	    ARRAY_LEN(f));
	buf_free(&name);
	buf_free(&since);
	buf_free(&people);
	buf_free(&waiting);
	buf_free(&link);
	buf_free(&reports);
}

static void
account_reply(struct admin_visit *v)
{
	const struct deed *d = deed_of(v);
	bool good = v->result == RESULT_OK,
	     gone = good && d && d->run == delete;
	struct slice address = slice_trim(admin_field(v, "address"));
	const struct page_field f[] = { { "address", address },
		{ "made", buf_slice(&v->made) } };
	struct admin_page page = { .title = "One account",
		.words = admin_words(v->result),
		.bad = !good && v->result != RESULT_UNCHANGED };

	if (d != NULL && d->note != NULL)
		admin_note(v, d->note, address);
	if (good)
		page.words = d != NULL ? d->words : "What is known of it.";
	if (v->result == RESULT_NO_SUCH_ACCOUNT)
		page.status = 404;
	if (v->made.n > 0)
		admin_add(v, web_page_admin_accounts, "reset", f, 2);
	if (good && d != NULL && d->run == ask) {
		page.bad = true;
		admin_add(v, web_page_admin_accounts, "sure", f, 2);
	} else if (v->account != NULL && !gone && !v->account->broken) {
		add_facts(v);
	}
	admin_reply(v, &page);
}

enum http_outcome
admin_account(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { account_judge, account_reply };

	return admin_run(rq, front, &flow);
}
