/* SPDX-License-Identifier: MIT */
/* Everything that is kept of somebody, as a file to take along. */
#include "common/base/blob.h"
#include "common/codec/base64.h"
#include "common/codec/json.h"
#include "common/codec/url.h"
#include "core/desk/report.h"
#include "core/door/signin.h"
#include "core/people/book.h"
#include "core/people/nickname.h"
#include "core/people/profile.h"
#include "web/front.h"

enum {
	EXPORT_MAX = 24 * 1024 * 1024,
	TICKS_PER_S = 10000000 /* of a stamp */
};

/* A key and its text.  Every member but the first begins with a comma. */
static void
add(struct buf *out, const char *key, struct slice text)
{
	buf_addf(out, "\"%s\": ", key);
	json_add_text(out, text);
}

/* The same of what is kept percent-encoded. */
static void
add_encoded(struct buf *out, const char *key, struct slice text)
{
	struct buf plain = BUF_INIT(text.n + 1);

	url_decode(&plain, text);
	add(out, key, buf_slice(&plain));
	buf_free(&plain);
}

static void
add_date(struct buf *out, const char *key, int64_t unix_time)
{
	struct buf date = BUF_INIT(64);

	http_add_date(&date, unix_time);
	add(out, key, buf_slice(&date));
	buf_free(&date);
}

static void
add_stamp(struct buf *out, const char *key, uint64_t stamp)
{
	add_date(out, key, (int64_t)(stamp / TICKS_PER_S));
}

/* ---- parts ---- */

/* Only of who lives elsewhere. */
static void
add_away(struct buf *out, const struct account_home *home)
{
	if (home == NULL)
		return;
	buf_add_text(out, ",\n");
	add(out, "password kept by", slice_text(home->name));
	buf_add_text(out, ",\n");
	add(out, "number there", slice_text(home->remote_id));
	buf_add_text(out, ",\n");
	add_date(out, "confirmed there", home->verified);
}

static void
add_account(struct buf *out, const struct account *a)
{
	buf_add_text(out, "{\n");
	add(out, "address", account_address(a));
	buf_add_text(out, ",\n");
	add_encoded(out, "name", account_name(a));
	buf_add_text(out, ",\n");
	add_date(out, "made", a->created);
	buf_add_text(out, ",\n");
	add_encoded(out, "telephone at home", account_prop(a, PROP_HOME));
	buf_add_text(out, ",\n");
	add_encoded(out, "telephone at work", account_prop(a, PROP_WORK));
	buf_add_text(out, ",\n");
	add_encoded(out, "mobile telephone", account_prop(a, PROP_MOBILE));
	add_away(out, account_away(a));
	buf_addf(out, ",\n\"strangers may call\": %s",
	    a->flags & ACCOUNT_ALLOW_ALL ? "true" : "false");
	buf_addf(out, ",\n\"asks when added\": %s",
	    a->flags & ACCOUNT_PROMPT ? "true" : "false");
	buf_addf(out, ",\n\"may be paged\": %s",
	    a->flags & ACCOUNT_PAGES ? "true" : "false");
}

static void
add_profile(struct buf *out, const struct profile *p)
{
	struct buf picture = BUF_INIT(p->picture.n * 2 + 4);

	base64_encode(&picture, p->picture);
	buf_add_text(out, ",\n");
	add(out, "words", p->status);
	buf_add_text(out, ",\n");
	add(out, "picture, base64", buf_slice(&picture));
	buf_free(&picture);
}

static void
add_lists(struct buf *out, unsigned lists)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = { { LIST_FORWARD, "my contact" }, { LIST_ALLOW, "allowed" },
		{ LIST_BLOCK, "blocked" }, { LIST_REVERSE, "has me" },
		{ LIST_PENDING, "not yet answered" },
		{ LIST_CARD, "in my address book" } };
	const char *between = "";

	buf_add_text(out, ", \"lists\": [");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (!(lists & names[i].bit))
			continue;
		buf_addf(out, "%s\"%s\"", between, names[i].name);
		between = ", ";
	}
	buf_add_text(out, "]");
}

static void
add_groups_of(struct buf *out, uint32_t groups)
{
	const char *between = "";

	buf_add_text(out, ", \"groups\": [");
	for (unsigned i = 0; i < GROUP_MAX; i++) {
		if (!(groups & 1u << i))
			continue;
		buf_addf(out, "%s%u", between, i);
		between = ", ";
	}
	buf_add_text(out, "]");
}

static void
add_entry(struct buf *out, const struct book_entry *e)
{
	buf_add_text(out, "{");
	add(out, "address", e->address);
	buf_add_text(out, ", ");
	add_encoded(out, "name", e->name);
	add_lists(out, e->lists);
	add_groups_of(out, e->groups);
	buf_add_text(out, ", ");
	add_stamp(out, "changed", e->changed);
	buf_add_text(out, ", ");
	add(out, "card", e->card);
	buf_add_text(out, "}");
}

static void
add_book(struct buf *out, const struct account *a, const struct book *b)
{
	buf_add_text(out, ",\n");
	add(out, "card", b->card);
	buf_add_text(out, ",\n\"groups\": [\n{\"number\": 0, ");
	add_encoded(out, "name", account_group0(a));
	buf_add_text(out, "}");
	for (size_t i = 0; i < b->ngroups; i++) {
		buf_addf(out, ",\n{\"number\": %u, ", b->groups[i].number);
		add_encoded(out, "name", b->groups[i].name);
		buf_add_text(out, ", ");
		add(out, "card", b->groups[i].card);
		buf_add_text(out, "}");
	}
	buf_add_text(out, "],\n\"people\": [");
	for (size_t i = 0; i < b->nentries; i++) {
		buf_add_text(out, i > 0 ? ",\n" : "\n");
		add_entry(out, &b->entries[i]);
	}
	buf_add_text(out, "]");
}

/* Names that are the account's own; nothing opens by this file. */
struct names {
	struct buf *out;
	uint64_t owner;
	bool nicknames;
	const char *between;
};

static void
add_name(void *ctx, const struct kept *k)
{
	struct names *n = ctx;

	if (k->owner != n->owner)
		return;
	buf_add_text(n->out, n->between);
	json_add_text(n->out, n->nicknames ? nickname_text(k) : kept_name(k));
	n->between = ", ";
}

static void
add_kept(struct buf *out, struct request *rq, const struct account *a)
{
	struct names n = { out, a->id, true, "" };

	buf_add_text(out, ",\n\"chat nicknames\": [");
	keep_each(rq, KEEP_NICKNAME, add_name, &n);
	n = (struct names){ out, a->id, false, "" };
	buf_add_text(out, "],\n\"chat rooms\": [");
	keep_each(rq, KEEP_ROOM, add_name, &n);
	buf_add_text(out, "]");
}

static void
add_mail(struct buf *out, const struct mail *all, size_t n)
{
	buf_add_text(out, ",\n\"messages\": [");
	for (size_t i = 0; i < n; i++) {
		buf_add_text(out, i > 0 ? ",\n{" : "\n{");
		add(out, "from", all[i].sender);
		buf_add_text(out, ", ");
		add(out, "name", all[i].name);
		buf_add_text(out, ", ");
		add_date(out, "sent", all[i].sent / 1000);
		buf_add_text(out, ", ");
		add(out, "text", all[i].text);
		if (all[i].read != 0) {
			buf_add_text(out, ", ");
			add_date(out, "read", all[i].read);
		}
		buf_addf(out, ", \"kept\": %s}",
		    all[i].kept ? "true" : "false");
	}
	buf_add_text(out, "]");
}

static void
add_places(struct buf *out, struct web_visit *v)
{
	const struct store_signin *all;
	size_t n;

	(void)signin_places(&v->request, v->me, &all, &n);
	buf_add_text(out, ",\n\"addresses I signed in from\": [");
	for (size_t i = 0; i < n; i++) {
		buf_add_text(out, i > 0 ? ",\n{" : "\n{");
		add(out, "address", all[i].peer);
		buf_add_text(out, ", ");
		add_date(out, "first", all[i].first);
		buf_add_text(out, ", ");
		add_date(out, "last", all[i].last);
		buf_add_text(out, "}");
	}
	buf_add_text(out, "]");
}

/* What others report of somebody is theirs, and the note the operator's. */
static void
add_reports(struct buf *out, struct web_visit *v)
{
	const char *between = "\n{";
	const struct report *all;
	size_t n;

	(void)report_peek(&v->request, &all, &n);
	buf_add_text(out, ",\n\"reports I made\": [");
	for (size_t i = 0; i < n; i++) {
		if (all[i].author != v->me->id)
			continue;
		buf_add_text(out, between);
		between = ",\n{";
		add(out, "about", slice_text(all[i].about));
		buf_add_text(out, ", ");
		add(out, "kind",
		    slice_text(report_words((enum report_kind)all[i].kind)));
		buf_add_text(out, ", ");
		add_date(out, "made", all[i].made);
		buf_add_text(out, ", ");
		add(out, "text", blob_slice(all[i].text));
		buf_add_text(out, "}");
	}
	buf_add_text(out, "]\n}\n");
}

/* ---- the request ---- */

static struct slice
key_of(const struct account *a)
{
	return slice_make(&a->id, sizeof(a->id));
}

static enum result
export_judge(struct web_visit *v)
{
	enum result r = web_who(v);
	struct penalty *lately = v->web->exports;
	const struct store_signin *places;
	const struct report *reports;
	size_t n;

	if (r != RESULT_OK)
		return r;
	if (!v->counted && penalty_locked(lately, key_of(v->me)))
		return RESULT_TOO_ACTIVE;
	if (!v->counted)
		penalty_fail(lately, key_of(v->me));
	v->counted = true;
	/* asked for first, so that they are there when the rest is */
	(void)report_peek(&v->request, &reports, &n);
	(void)signin_places(&v->request, v->me, &places, &n);
	r = profile_get(&v->request, v->me, true, &v->profile);
	if (r == RESULT_OK)
		r = book_get(&v->request, v->me, 0, &v->book);
	if (r == RESULT_OK)
		r = mailbox_read_all(&v->request, v->me, &v->mail, &v->nmail);
	if (r == RESULT_OK && !report_peek(&v->request, &reports, &n))
		r = RESULT_BUSY;
	return r;
}

static void
export_reply(struct web_visit *v)
{
	struct buf out = BUF_INIT(EXPORT_MAX);

	if (v->result != RESULT_OK) {
		web_reply_refused(v, "This did not work.");
		return;
	}
	add_account(&out, v->me);
	add_profile(&out, v->profile);
	add_book(&out, v->me, v->book);
	add_kept(&out, &v->request, v->me);
	add_mail(&out, v->mail, v->nmail);
	add_places(&out, v);
	add_reports(&out, v);
	http_reply(v->http, buf_ok(&out) ? 200 : 500);
	http_reply_header(v->http, "Content-Type",
	    SLICE_LIT("application/json; charset=utf-8"));
	http_reply_header(v->http, "Content-Disposition",
	    SLICE_LIT("attachment; filename=\"my-account.json\""));
	/* what may not be stored, old Internet Explorers do not save */
	http_reply_header(v->http, "Cache-Control",
	    SLICE_LIT("private, max-age=0"));
	http_reply_header(v->http, "X-Content-Type-Options",
	    SLICE_LIT("nosniff"));
	http_reply_body(v->http, buf_slice(&out));
	buf_free(&out);
}

enum http_outcome
web_export(struct http_request *rq, void *front)
{
	static const struct web_flow flow = { export_judge, export_reply };

	return web_visit_safely(rq, front, &flow);
}
