/* SPDX-License-Identifier: MIT */
/*
 * The file in which Messenger programs save a list of contacts (.ctt): out of
 * an account, and into one.
 */
#include "common/base/panic.h"
#include "common/codec/url.h"
#include "common/codec/xml_write.h"
#include "web/admin/parts.h"
#include "web/ctt.h"

#include <stdio.h>

#define SERVICE ".NET Messenger Service"

enum {
	FILE_MAX = 1024 * 1024
};

/* ---- into an account ---- */

static bool
contacts_next(struct admin_task *t)
{
	return t->i++ < t->npeople;
}

static enum result
contacts_run(struct admin_task *t)
{
	struct slice address = slice_text(t->people[t->i - 1].address);
	struct account *owner, *a;
	enum result r = account_get(&t->rq, slice_text(t->owner), &owner);

	if (r == RESULT_OK)
		r = account_get(&t->rq, address, &a);
	if (r != RESULT_OK)
		return r;
	if (a == owner)
		return RESULT_BAD_VALUE;
	/* whoever is blocked becomes a contact, and stays blocked */
	r = roster_add_privacy(&t->rq, owner, a->person, LIST_ALLOW,
	    account_name(a));
	if (r == RESULT_STORE_FAILED)
		return r;
	return roster_add_forward(&t->rq, owner, a->person, a, account_name(a));
}

static void
contacts_told(struct admin_task *t, enum result r)
{
	t->changed += r == RESULT_OK;
	t->refused += r != RESULT_OK && r != RESULT_ALREADY_THERE;
	admin_task_tell(t,
	    &(struct admin_said){ .address =
				      slice_text(t->people[t->i - 1].address),
		.words = r == RESULT_OK         ? "added"
		    : r == RESULT_ALREADY_THERE ? "was there"
						: admin_words(r) });
}

static const struct admin_job contacts_job = { "contacts", contacts_next,
	contacts_run, contacts_told };

static void
take_person(void *ctx, struct slice address)
{
	struct admin_task *t = ctx;

	if (address_canonical(address, t->people[t->npeople].address))
		t->npeople++;
}

/* NULL: it has begun. */
static const char *
begin(struct admin_visit *v)
{
	struct slice text = admin_upload(v, "file");
	struct admin_task *t;
	const char *wrong;

	if (text.n > FILE_MAX)
		return "This file is too large.";
	t = admin_task_new(v->admin, &contacts_job);
	if (t == NULL)
		return "Something else is still being done.";
	buf_add_slice(&t->text, text);
	t->rest = buf_slice(&t->text);
	(void)snprintf(t->owner, sizeof(t->owner), SLICE_FMT,
	    SLICE_ARG(account_address(v->account)));
	t->people = mem_alloc_array(CTT_CONTACTS_MAX, sizeof(t->people[0]));
	wrong = ctt_read(&t->arena, t->rest, take_person, t);
	t->total = t->npeople;
	if (wrong == NULL) {
		admin_task_begin(t);
		return NULL;
	}
	v->admin->task = NULL;
	admin_task_free(t);
	return wrong;
}

/* ---- the pages ---- */

static enum result
contacts_judge(struct admin_visit *v)
{
	return account_get(&v->request, slice_trim(admin_field(v, "address")),
	    &v->account);
}

static void
contacts_reply(struct admin_visit *v)
{
	struct admin_page page = { .title = "Contacts",
		.words = "Contacts of one account, as a file." };
	struct buf link = BUF_INIT(ADDRESS_MAX * 3);
	const char *wrong = NULL;

	if (v->result != RESULT_OK) {
		page.words = admin_words(v->result);
		page.bad = true;
		page.status = 404;
		admin_reply(v, &page);
		return;
	}
	if (v->posted) {
		wrong = begin(v);
		admin_note(v, "contacts", account_address(v->account));
	}
	if (v->posted && wrong == NULL) {
		web_reply_elsewhere(v->http, "/admin/task");
		return;
	}
	if (wrong != NULL) {
		page.bad = true;
		page.words = wrong;
	}
	url_encode(&link, account_address(v->account));
	admin_add(v, web_page_admin_move, "contacts",
	    (const struct page_field[]){
		{ "address", account_address(v->account) },
		{ "link", buf_slice(&link) } },
	    2);
	admin_reply(v, &page);
	buf_free(&link);
}

enum http_outcome
admin_contacts(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { contacts_judge,
		contacts_reply };

	return admin_run(rq, front, &flow);
}

static void
file_reply(struct admin_visit *v)
{
	const struct admin_page sorry = { .title = "Contacts",
		.words = admin_words(v->result),
		.bad = true,
		.status = 404 };
	struct buf out = BUF_INIT(FILE_MAX);
	struct xml_writer w;

	if (v->result != RESULT_OK) {
		admin_reply(v, &sorry);
		return;
	}
	admin_note(v, "contacts-file", account_address(v->account));
	xml_writer_init(&w, &out);
	xml_declare(&w);
	xml_open(&w, "messenger");
	xml_open(&w, "service");
	xml_attr_add(&w, "name", SLICE_LIT(SERVICE));
	xml_open(&w, "contactlist");
	ROSTER_EACH(k, &v->account->roster)
	{
		if (!(k->lists & LIST_FORWARD))
			continue;
		xml_open(&w, "contact");
		xml_attr_add(&w, "type", SLICE_LIT("1"));
		xml_text(&w, person_address(k->who));
		xml_close(&w);
	}
	xml_close(&w);
	xml_close(&w);
	xml_close(&w);
	admin_reply_file(v, "application/octet-stream", "contacts.ctt",
	    buf_slice(&out));
	buf_free(&out);
}

enum http_outcome
admin_contacts_file(struct http_request *rq, void *front)
{
	static const struct admin_flow flow = { contacts_judge, file_reply };

	return admin_run(rq, front, &flow);
}
