/* SPDX-License-Identifier: MIT */
/* All accounts: looking for some, and making one. */
#include "common/base/panic.h"
#include "common/codec/url.h"
#include "web/admin/parts.h"

static enum result
add(struct admin_visit *v)
{
	struct admin_wish wish = { slice_trim(admin_field(v, "address")),
		slice_trim(admin_field(v, "name")), admin_field(v, "password"),
		slice_make("", 0) };
	bool chosen = wish.password.n > 0;
	enum result r;

	if (!chosen && v->password[0] == '\0')
		admin_random_password(v->admin, v->password);
	if (!chosen)
		wish.password = slice_text(v->password);
	r = admin_make(&v->request, &wish, &v->account);
	if (r == RESULT_OK && !chosen)
		admin_add_reset(v->admin, v->account, &v->made);
	return r;
}

static enum result
accounts_judge(struct admin_visit *v)
{
	if (!v->posted)
		return admin_find(v, slice_trim(admin_field(v, "q")),
		    admin_field(v, "after"));
	return add(v);
}

static void
add_found(struct admin_visit *v, const struct admin_found *one)
{
	struct slice address = slice_text(one->address);
	const struct account *a = account_peek(v->admin->core, address);
	struct buf state = BUF_INIT(128);
	struct buf name = BUF_INIT(NAME_MAX_ENCODED), since = BUF_INIT(64),
		   link = BUF_INIT(ADDRESS_MAX * 3);

	url_encode(&link, address);
	url_decode(&name, slice_text(one->name));
	admin_add_time(&since, one->created);
	if (one->flags & ACCOUNT_DISABLED)
		buf_add_text(&state,
		    one->flags & ACCOUNT_WAITING
			? "waits for you to switch it on"
			: "switched off");
	else if (a != NULL && !list_empty(&a->sessions))
		buf_add_text(&state, "online");
	if (one->home[0] != '\0')
		buf_addf(&state, "%slives at %s", state.n > 0 ? ", " : "",
		    one->home);
	admin_add(v, web_page_admin_accounts, "row",
	    (const struct page_field[]){ { "address", address },
		{ "link", buf_slice(&link) }, { "name", buf_slice(&name) },
		{ "since", buf_slice(&since) },
		{ "state", buf_slice(&state) } },
	    5);
	buf_free(&state);
	buf_free(&name);
	buf_free(&since);
	buf_free(&link);
}

static void
add_next(struct admin_visit *v)
{
	struct buf q = BUF_INIT(NAME_MAX_ENCODED * 3);
	struct buf after = BUF_INIT(ADDRESS_MAX * 3);

	url_encode(&q, buf_slice(&v->find->needle));
	url_encode(&after, slice_text(v->find->walk.after));
	admin_add(v, web_page_admin_accounts, "more",
	    (const struct page_field[]){ { "q", buf_slice(&q) },
		{ "after", buf_slice(&after) } },
	    2);
	buf_free(&q);
	buf_free(&after);
}

static void
reply_list(struct admin_visit *v)
{
	const struct page_field q = { "q", slice_trim(admin_field(v, "q")) };
	struct admin_page page = { .title = "Accounts",
		.words = "These are in order of their addresses." };

	admin_add(v, web_page_admin_accounts, "search", &q, 1);
	if (v->find->nfound > 0) {
		admin_add(v, web_page_admin_accounts, "head", NULL, 0);
		for (size_t i = 0; i < v->find->nfound; i++)
			add_found(v, &v->find->found[i]);
		admin_add(v, web_page_admin_accounts, "end", NULL, 0);
	} else {
		page.words = "None of those looked at is like that.";
	}
	if (v->find->walk.more)
		add_next(v);
	admin_add(v, web_page_admin_accounts, "add", NULL, 0);
	admin_reply(v, &page);
}

static void
reply_added(struct admin_visit *v)
{
	struct slice address = slice_trim(admin_field(v, "address"));
	struct admin_page page = { .title = "Accounts",
		.words = admin_words(v->result),
		.bad = v->result != RESULT_OK };
	const struct page_field f[] = { { "address", address },
		{ "name", admin_field(v, "name") },
		{ "made", buf_slice(&v->made) } };

	admin_note(v, "add", address);
	web_wipe(admin_field(v, "password"));
	if (v->result == RESULT_OK)
		page.words = "The account is made.";
	if (v->result == RESULT_OK && v->made.n > 0)
		admin_add(v, web_page_admin_accounts, "reset", f, ARRAY_LEN(f));
	if (v->result == RESULT_OK)
		admin_add(v, web_page_admin_accounts, "add", NULL, 0);
	else
		admin_add(v, web_page_admin_accounts, "add", f, ARRAY_LEN(f));
	admin_reply(v, &page);
}

static void
accounts_reply(struct admin_visit *v)
{
	const struct admin_page sorry = { .title = "Accounts",
		.words = admin_words(v->result),
		.bad = true,
		.status = 503 };

	if (v->posted)
		reply_added(v);
	else if (v->result == RESULT_OK)
		reply_list(v);
	else
		admin_reply(v, &sorry);
}

enum http_outcome
admin_accounts(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { accounts_judge,
		accounts_reply };

	return admin_run(rq, front, &flow);
}
