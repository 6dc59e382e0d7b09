/* SPDX-License-Identifier: MIT */
/*
 * Changes: copied on the loop, turned into statements by the worker.
 */
#include "core/store/store_impl.h"

#include "common/base/panic.h"

enum {
	TEXTS_MAX = 7 + STORE_PROPS
};

static size_t
account_texts(struct store_account *a, struct slice *out[TEXTS_MAX])
{
	size_t n = 0;

	out[n++] = &a->address;
	out[n++] = &a->name;
	out[n++] = &a->password;
	out[n++] = &a->sealed;
	out[n++] = &a->home;
	out[n++] = &a->remote_id;
	out[n++] = &a->group0;
	for (size_t i = 0; i < STORE_PROPS; i++)
		out[n++] = &a->props[i];
	return n;
}

/* The texts a change carries. */
static size_t
change_texts(struct store_change *c, struct slice *out[TEXTS_MAX])
{
	size_t n = 0;

	switch (c->kind) {
	case STORE_ACCOUNT_PUT:
		n = account_texts(&c->u.account, out);
		break;
	case STORE_PROFILE_PUT:
		out[n++] = &c->u.profile.status;
		out[n++] = &c->u.profile.picture;
		break;
	case STORE_CONTACT_PUT:
		out[n++] = &c->u.contact.address;
		out[n++] = &c->u.contact.name;
		break;
	case STORE_CONTACT_DELETE:
		out[n++] = &c->u.contact.address;
		break;
	case STORE_CONTACT_CARD:
		out[n++] = &c->u.contact.address;
		out[n++] = &c->u.contact.card;
		break;
	case STORE_GROUP_PUT:
		out[n++] = &c->u.group.name;
		break;
	case STORE_GROUP_CARD:
		out[n++] = &c->u.group.card;
		break;
	case STORE_ACCOUNT_CARD:
		out[n++] = &c->u.account.card;
		break;
	case STORE_MESSAGE_PUT:
		out[n++] = &c->u.message.sender;
		out[n++] = &c->u.message.name;
		out[n++] = &c->u.message.text;
		break;
	case STORE_KEPT_PUT:
	case STORE_KEPT_DELETE:
		out[n++] = &c->u.kept.name;
		out[n++] = &c->u.kept.value;
		break;
	case STORE_INVITE_PUT:
		out[n++] = &c->u.invite.code;
		break;
	case STORE_BAN_PUT:
		out[n++] = &c->u.ban.network;
		out[n++] = &c->u.ban.note;
		break;
	case STORE_SIGNIN_PUT:
		out[n++] = &c->u.signin.peer;
		break;
	case STORE_REPORT_PUT:
		out[n++] = &c->u.report.about;
		out[n++] = &c->u.report.kind;
		out[n++] = &c->u.report.text;
		out[n++] = &c->u.report.note;
		break;
	case STORE_ACCOUNT_DELETE:
	case STORE_GROUP_DELETE:
	case STORE_MESSAGE_MARK:
	case STORE_MESSAGE_DELETE:
	case STORE_EXPIRE:
	case STORE_NETWORK_PUT:
		break;
	}
	return n;
}

struct store_change_job *
store_write_copy(const struct store_change *c)
{
	struct store_change copy = *c;
	struct slice *texts[TEXTS_MAX];
	size_t ntexts = change_texts(&copy, texts);
	struct store_change_job *j;
	size_t bytes = 0;
	char *at;

	for (size_t i = 0; i < ntexts; i++) {
		ASSERT(texts[i]->n <= STORE_TEXT_MAX);
		bytes += texts[i]->n;
	}
	j = mem_alloc(sizeof(*j) + bytes);
	at = j->text;
	for (size_t i = 0; i < ntexts; i++) {
		if (texts[i]->p == NULL)
			continue;
		memcpy(at, texts[i]->p, texts[i]->n);
		texts[i]->p = at;
		at += texts[i]->n;
	}
	j->job.kind = JOB_CHANGE;
	j->change = copy;
	return j;
}

static void
bind_text(sqlite3_stmt *st, int at, struct slice s)
{
	/* a NULL pointer would bind NULL */
	(void)sqlite3_bind_text64(st, at, s.p ? s.p : "", s.n, SQLITE_STATIC,
	    SQLITE_UTF8);
}

/* NULL leaves a row's as it is. */
static void
bind_or_leave(sqlite3_stmt *st, int at, struct slice s)
{
	if (s.p != NULL)
		bind_text(st, at, s);
	else
		(void)sqlite3_bind_null(st, at);
}

static void
bind_id(sqlite3_stmt *st, int at, const unsigned char id[STORE_ID_BYTES])
{
	(void)sqlite3_bind_blob(st, at, id, STORE_ID_BYTES, SQLITE_STATIC);
}

static void
bind_number(sqlite3_stmt *st, int at, uint64_t v)
{
	ASSERT(v <= INT64_MAX);
	(void)sqlite3_bind_int64(st, at, (sqlite3_int64)v);
}

static int
put_account(sqlite3_stmt *st, const struct store_account *a)
{
	if (st == NULL)
		return SQLITE_ERROR;
	bind_number(st, 1, a->id);
	bind_number(st, 2, a->epoch);
	bind_number(st, 3, a->flags);
	bind_number(st, 4, a->serial);
	(void)sqlite3_bind_int64(st, 5, a->created);
	(void)sqlite3_bind_int64(st, 6, a->lists_changed);
	(void)sqlite3_bind_int64(st, 7, a->settings_changed);
	bind_text(st, 8, a->address);
	bind_text(st, 9, a->name);
	bind_or_leave(st, 10, a->password);
	bind_text(st, 11, a->group0);
	for (int i = 0; i < STORE_PROPS; i++)
		bind_text(st, 12 + i, a->props[i]);
	bind_number(st, 12 + STORE_PROPS, a->stamp);
	bind_or_leave(st, 13 + STORE_PROPS, a->sealed);
	bind_text(st, 14 + STORE_PROPS, a->home);
	bind_text(st, 15 + STORE_PROPS, a->remote_id);
	(void)sqlite3_bind_int64(st, 16 + STORE_PROPS, a->verified);
	(void)sqlite3_bind_int64(st, 17 + STORE_PROPS, a->cid);
	return store_db_run(st);
}

static int
put_contact(sqlite3_stmt *st, uint64_t owner, const struct store_contact *c)
{
	if (st == NULL)
		return SQLITE_ERROR;
	bind_number(st, 1, owner);
	bind_text(st, 2, c->address);
	bind_text(st, 3, c->name);
	bind_id(st, 4, c->id);
	bind_number(st, 5, c->lists);
	bind_number(st, 6, c->groups);
	bind_number(st, 7, c->changed);
	return store_db_run(st);
}

static int
put_group(struct store_db *d, uint64_t owner, const struct store_group *g)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_GROUP_PUT);

	if (st == NULL)
		return SQLITE_ERROR;
	bind_number(st, 1, owner);
	bind_number(st, 2, g->number);
	bind_id(st, 3, g->id);
	bind_text(st, 4, g->name);
	bind_number(st, 5, g->changed);
	return store_db_run(st);
}

static int
delete_contact(struct store_db *d, uint64_t owner,
    const struct store_contact *c)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_CONTACT_DELETE);
	int rc;

	if (st == NULL)
		return SQLITE_ERROR;
	bind_number(st, 1, owner);
	bind_text(st, 2, c->address);
	bind_number(st, 3, c->changed);
	rc = store_db_run(st);
	if (rc == SQLITE_OK)
		rc = store_trace_contacts(d, owner, c->changed);
	return rc;
}

static int
delete_group(struct store_db *d, uint64_t owner, const struct store_group *g)
{
	sqlite3_stmt *trace = store_db_stmt(d, STMT_GROUP_TRACE);
	sqlite3_stmt *st = store_db_stmt(d, STMT_GROUP_DELETE);
	int rc;

	if (trace == NULL || st == NULL)
		return SQLITE_ERROR;
	bind_number(trace, 1, owner);
	bind_number(trace, 2, g->number);
	bind_number(trace, 3, g->changed);
	rc = store_db_run(trace);
	if (rc != SQLITE_OK)
		return rc;
	bind_number(st, 1, owner);
	bind_number(st, 2, g->number);
	rc = store_db_run(st);
	if (rc == SQLITE_OK)
		rc = store_trace_groups(d, owner, g->changed);
	return rc;
}

static int
contact_card(struct store_db *d, uint64_t owner, const struct store_contact *c)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_CONTACT_CARD);

	if (st == NULL)
		return SQLITE_ERROR;
	bind_number(st, 1, owner);
	bind_text(st, 2, c->address);
	bind_text(st, 3, c->card);
	bind_number(st, 4, c->changed);
	return store_db_run(st);
}

static int
group_card(struct store_db *d, uint64_t owner, const struct store_group *g)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_GROUP_CARD);

	if (st == NULL)
		return SQLITE_ERROR;
	bind_number(st, 1, owner);
	bind_number(st, 2, g->number);
	bind_text(st, 3, g->card);
	bind_number(st, 4, g->changed);
	return store_db_run(st);
}

static int
account_card(struct store_db *d, uint64_t id, struct slice card)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_ACCOUNT_CARD);

	if (st == NULL)
		return SQLITE_ERROR;
	bind_number(st, 1, id);
	bind_text(st, 2, card);
	return store_db_run(st);
}

static int
run_with_id(struct store_db *d, enum store_stmt which, uint64_t id)
{
	sqlite3_stmt *st = store_db_stmt(d, which);

	if (st == NULL)
		return SQLITE_ERROR;
	bind_number(st, 1, id);
	return store_db_run(st);
}

static int
delete_account(struct store_db *d, uint64_t id)
{
	int rc = run_with_id(d, STMT_ACCOUNT_MISSED, id);

	if (rc == SQLITE_OK)
		rc = run_with_id(d, STMT_ACCOUNT_LEAVE, id);
	if (rc == SQLITE_OK)
		rc = run_with_id(d, STMT_ACCOUNT_DELETE, id);
	return rc;
}

/* Most changes are to rows that exist: change first, insert when none did. */
static bool
nothing_there(struct store_db *d, int rc)
{
	return rc == SQLITE_OK && sqlite3_changes(d->db) == 0;
}

int
store_write_apply(struct store_db *d, const struct store_change *c)
{
	int rc = SQLITE_ERROR;

	switch (c->kind) {
	case STORE_ACCOUNT_PUT:
		rc = put_account(store_db_stmt(d, STMT_ACCOUNT_UPDATE),
		    &c->u.account);
		if (nothing_there(d, rc) && c->u.account.password.p != NULL)
			rc = put_account(store_db_stmt(d, STMT_ACCOUNT_INSERT),
			    &c->u.account);
		break;
	case STORE_ACCOUNT_DELETE:
		rc = delete_account(d, c->id);
		break;
	case STORE_ACCOUNT_CARD:
		rc = account_card(d, c->id, c->u.account.card);
		break;
	case STORE_PROFILE_PUT:
		rc = store_profile_put(d, c->id, &c->u.profile);
		break;
	case STORE_CONTACT_PUT:
		rc = put_contact(store_db_stmt(d, STMT_CONTACT_UPDATE), c->id,
		    &c->u.contact);
		if (nothing_there(d, rc))
			rc = put_contact(store_db_stmt(d, STMT_CONTACT_INSERT),
			    c->id, &c->u.contact);
		break;
	case STORE_CONTACT_DELETE:
		rc = delete_contact(d, c->id, &c->u.contact);
		break;
	case STORE_CONTACT_CARD:
		rc = contact_card(d, c->id, &c->u.contact);
		break;
	case STORE_GROUP_PUT:
		rc = put_group(d, c->id, &c->u.group);
		break;
	case STORE_GROUP_DELETE:
		rc = delete_group(d, c->id, &c->u.group);
		break;
	case STORE_GROUP_CARD:
		rc = group_card(d, c->id, &c->u.group);
		break;
	case STORE_MESSAGE_PUT:
	case STORE_MESSAGE_MARK:
	case STORE_MESSAGE_DELETE:
		rc = store_mail_apply(d, c);
		break;
	case STORE_SIGNIN_PUT:
	case STORE_EXPIRE:
		rc = store_signin_apply(d, c);
		break;
	case STORE_KEPT_PUT:
		rc = store_kept_put(d, c->id, &c->u.kept);
		break;
	case STORE_KEPT_DELETE:
		rc = store_kept_delete(d, &c->u.kept);
		break;
	case STORE_INVITE_PUT:
		rc = store_invite_put(d, &c->u.invite);
		break;
	case STORE_BAN_PUT:
		rc = store_ban_put(d, &c->u.ban);
		break;
	case STORE_REPORT_PUT:
		rc = store_report_put(d, &c->u.report);
		break;
	case STORE_NETWORK_PUT:
		rc = store_network_put(d, c->id, &c->u.network);
		break;
	}
	return rc;
}
