/* SPDX-License-Identifier: MIT */
/*
 * From rows to images.  Texts are copied: an image outlives its statement.
 */
#include "core/store/store_impl.h"

#include "common/base/panic.h"

#include <stdlib.h>

/* Columns of an account, in the order of ACCOUNT_COLUMNS. */
enum {
	COL_ID,
	COL_EPOCH,
	COL_FLAGS,
	COL_SERIAL,
	COL_CREATED,
	COL_LISTS_CHANGED,
	COL_SETTINGS_CHANGED,
	COL_ADDRESS,
	COL_NAME,
	COL_PASSWORD,
	COL_GROUP0,
	COL_PROPS,
	COL_STAMP = COL_PROPS + STORE_PROPS,
	COL_SEALED,
	COL_HOME,
	COL_REMOTE_ID,
	COL_VERIFIED,
	COL_CID,
	COL_MESSAGES /* where one account is loaded */
};

enum {
	SHOWN_PROPS = STORE_PROPS - 1 /* the reserve is nobody's business */
};

bool
store_read_text(sqlite3_stmt *st, int col, struct arena *a, struct slice *out)
{
	const void *p = sqlite3_column_text(st, col);
	int n = sqlite3_column_bytes(st, col);

	/* many are empty: these need no memory */
	*out = p && n > 0 ? arena_copy(a, slice_make(p, (size_t)n))
			  : slice_make("", 0);
	return out->p != NULL;
}

bool
store_read_id(sqlite3_stmt *st, int col, unsigned char out[STORE_ID_BYTES])
{
	const void *p = sqlite3_column_blob(st, col);

	if (p == NULL || sqlite3_column_bytes(st, col) != STORE_ID_BYTES)
		return false;
	memcpy(out, p, STORE_ID_BYTES);
	return true;
}

static bool
read_account(sqlite3_stmt *st, struct arena *text, struct store_account *a)
{
	bool ok;

	*a = (struct store_account){
		.id = (uint64_t)sqlite3_column_int64(st, COL_ID),
		.epoch = (uint32_t)sqlite3_column_int64(st, COL_EPOCH),
		.flags = (uint32_t)sqlite3_column_int64(st, COL_FLAGS),
		.serial = (uint32_t)sqlite3_column_int64(st, COL_SERIAL),
		.created = sqlite3_column_int64(st, COL_CREATED),
		.lists_changed = sqlite3_column_int64(st, COL_LISTS_CHANGED),
		.settings_changed =
		    sqlite3_column_int64(st, COL_SETTINGS_CHANGED),
		.stamp = (uint64_t)sqlite3_column_int64(st, COL_STAMP),
		.verified = sqlite3_column_int64(st, COL_VERIFIED),
		.cid = sqlite3_column_int64(st, COL_CID),
	};
	ok = store_read_text(st, COL_ADDRESS, text, &a->address) &&
	    store_read_text(st, COL_NAME, text, &a->name) &&
	    store_read_text(st, COL_PASSWORD, text, &a->password) &&
	    store_read_text(st, COL_SEALED, text, &a->sealed) &&
	    store_read_text(st, COL_HOME, text, &a->home) &&
	    store_read_text(st, COL_REMOTE_ID, text, &a->remote_id) &&
	    store_read_text(st, COL_GROUP0, text, &a->group0);
	for (int i = 0; ok && i < STORE_PROPS; i++)
		ok = store_read_text(st, COL_PROPS + i, text, &a->props[i]);
	return ok;
}

static bool
read_contact(sqlite3_stmt *st, struct arena *text, struct store_contact *c)
{
	*c = (struct store_contact){
		.lists = (uint32_t)sqlite3_column_int64(st, 3),
		.groups = (uint32_t)sqlite3_column_int64(st, 4),
	};
	return store_read_text(st, 0, text, &c->address) &&
	    store_read_text(st, 1, text, &c->name) &&
	    store_read_id(st, 2, c->id);
}

static bool
read_group(sqlite3_stmt *st, struct arena *text, struct store_group *g)
{
	*g = (struct store_group){
		.number = (uint32_t)sqlite3_column_int64(st, 0),
	};
	return store_read_id(st, 1, g->id) &&
	    store_read_text(st, 2, text, &g->name);
}

void *
store_read_room(void *rows, size_t n, size_t each)
{
	/* full whenever n is 0 or a power of two from 8 on */
	if (n == 0)
		return mem_realloc_array(rows, 8, each);
	if (n >= 8 && (n & (n - 1)) == 0)
		return mem_realloc_array(rows, n * 2, each);
	return rows;
}

static bool
read_contacts(struct store_db *d, struct store_load_job *j)
{
	struct store_image *im = &j->image;
	sqlite3_stmt *st = store_db_stmt(d, STMT_CONTACTS_OF);
	int rc = SQLITE_ERROR;
	bool ok = true;

	if (st == NULL)
		return false;
	(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)im->account.id);
	while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		im->contacts = store_read_room(im->contacts, im->ncontacts,
		    sizeof(*im->contacts));
		ok = read_contact(st, &j->text, &im->contacts[im->ncontacts++]);
	}
	store_db_done(st);
	return ok && rc == SQLITE_DONE;
}

static bool
read_groups(struct store_db *d, struct store_load_job *j)
{
	struct store_image *im = &j->image;
	sqlite3_stmt *st = store_db_stmt(d, STMT_GROUPS_OF);
	int rc = SQLITE_ERROR;
	bool ok = true;

	if (st == NULL)
		return false;
	(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)im->account.id);
	while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		im->groups = store_read_room(im->groups, im->ngroups,
		    sizeof(*im->groups));
		ok = read_group(st, &j->text, &im->groups[im->ngroups++]);
	}
	store_db_done(st);
	return ok && rc == SQLITE_DONE;
}

static void
bind_text(sqlite3_stmt *st, int at, struct slice s)
{
	(void)sqlite3_bind_text64(st, at, s.p ? s.p : "", s.n, SQLITE_STATIC,
	    SQLITE_UTF8);
}

/* By whichever the load says; NULL when it cannot be prepared. */
static sqlite3_stmt *
account_stmt(struct store_db *d, const struct store_load *load)
{
	sqlite3_stmt *st = store_db_stmt(d,
	    load->home.p          ? STMT_ACCOUNT_BY_REMOTE
		: load->address.p ? STMT_ACCOUNT_BY_ADDRESS
		: load->cid != 0  ? STMT_ACCOUNT_BY_CID
				  : STMT_ACCOUNT_BY_ID);

	if (st == NULL)
		return NULL;
	if (load->home.p != NULL) {
		bind_text(st, 1, load->home);
		bind_text(st, 2, load->remote_id);
	} else if (load->address.p != NULL) {
		bind_text(st, 1, load->address);
	} else if (load->cid != 0) {
		(void)sqlite3_bind_int64(st, 1, load->cid);
		(void)sqlite3_bind_int64(st, 2, (sqlite3_int64)load->id);
	} else {
		(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)load->id);
	}
	return st;
}

static enum store_outcome
find_account(struct store_db *d, struct store_load_job *j)
{
	sqlite3_stmt *st = account_stmt(d, j->load);
	enum store_outcome how = STORE_ERROR;
	int rc;

	if (st == NULL)
		return STORE_ERROR;
	rc = sqlite3_step(st);
	if (rc == SQLITE_DONE)
		how = STORE_ABSENT;
	else if (rc == SQLITE_ROW &&
	    read_account(st, &j->text, &j->image.account))
		how = STORE_FOUND;
	if (how == STORE_FOUND)
		j->image.account.messages =
		    (uint32_t)sqlite3_column_int64(st, COL_MESSAGES);
	store_db_done(st);
	return how;
}

void
store_read_image(struct store_db *d, struct store_load_job *j)
{
	store_read_free_image(j);
	j->how = find_account(d, j);
	if (j->how == STORE_FOUND &&
	    !(read_contacts(d, j) && read_groups(d, j)))
		j->how = STORE_ERROR;
	if (j->how == STORE_ERROR)
		store_db_log(d, "store-load-failed");
}

void
store_read_free_image(struct store_load_job *j)
{
	free(j->image.contacts);
	free(j->image.groups);
	arena_free(&j->text);
	j->image = (struct store_image){ 0 };
	arena_init(&j->text, STORE_ARENA_MAX);
}

/* ---- accounts without their lists ---- */

static bool
read_shown(sqlite3_stmt *st, struct arena *text, struct store_account *a)
{
	bool ok;

	*a = (struct store_account){
		.id = (uint64_t)sqlite3_column_int64(st, 0),
		.flags = (uint32_t)sqlite3_column_int64(st, 2),
	};
	ok = store_read_text(st, 1, text, &a->address);
	for (int i = 0; ok && i < SHOWN_PROPS; i++)
		ok = store_read_text(st, 3 + i, text, &a->props[i]);
	return ok;
}

typedef bool (
    *row_fn)(sqlite3_stmt *st, struct arena *text, struct store_account *a);

/* All rows of a statement whose values are bound; it may be NULL. */
static void
read_rows(struct store_db *d, sqlite3_stmt *st, row_fn read,
    struct store_rows *r)
{
	int rc = SQLITE_ERROR;
	bool ok = st != NULL;

	store_read_free_rows(r);
	while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		r->all = store_read_room(r->all, r->n, sizeof(*r->all));
		ok = read(st, &r->text, &r->all[r->n++]);
	}
	r->how = ok && rc == SQLITE_DONE ? STORE_FOUND : STORE_ERROR;
	if (r->how == STORE_ERROR)
		store_db_log(d, "store-list-failed");
	if (st != NULL)
		store_db_done(st);
}

void
store_read_list(struct store_db *d, struct store_list_job *j)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_ACCOUNTS_AFTER);
	struct slice after = j->list->after;

	if (st != NULL) {
		bind_text(st, 1, after);
		(void)sqlite3_bind_int64(st, 2, j->list->limit);
	}
	read_rows(d, st, read_account, &j->rows);
}

void
store_read_props(struct store_db *d, struct store_props_job *j)
{
	sqlite3_stmt *st = store_db_stmt(d, STMT_PROPS_FOR);
	const struct store_props *p = j->props;

	if (st != NULL) {
		(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)p->id);
		(void)sqlite3_bind_int64(st, 2, p->mine);
		(void)sqlite3_bind_int64(st, 3, p->theirs);
		(void)sqlite3_bind_int64(st, 4, ACCOUNT_PAGES);
	}
	read_rows(d, st, read_shown, &j->rows);
}

void
store_read_free_rows(struct store_rows *r)
{
	free(r->all);
	arena_free(&r->text);
	r->all = NULL;
	r->n = 0;
	arena_init(&r->text, STORE_ARENA_MAX);
}
