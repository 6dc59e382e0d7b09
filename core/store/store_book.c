/* SPDX-License-Identifier: MIT */
/*
 * Address books: what changed since, and how long it is remembered what was
 * deleted.
 */
#include "core/store/store_impl.h"

#include "common/base/panic.h"

#include <stdlib.h>

enum {
	/* traces of one account; a client behind them reads all anew */
	CONTACT_TRACES = 512,
	GROUP_TRACES = 128
};

/* 30 days, in ticks of 100 ns */
static const uint64_t trace_life = 30ull * 86400 * 10000000;

/* ---- reading ---- */

static bool
read_contact(sqlite3_stmt *st, struct arena *text, struct store_contact *c)
{
	*c = (struct store_contact){
		.lists = (uint32_t)sqlite3_column_int64(st, 3),
		.groups = (uint32_t)sqlite3_column_int64(st, 4),
		.number = (uint32_t)sqlite3_column_int64(st, 5),
		.gone = (uint32_t)sqlite3_column_int64(st, 6),
		.changed = (uint64_t)sqlite3_column_int64(st, 7),
	};
	return store_read_text(st, 0, text, &c->address) &&
	    store_read_text(st, 1, text, &c->name) &&
	    store_read_id(st, 2, c->id) &&
	    store_read_text(st, 8, text, &c->card);
}

static bool
read_group(sqlite3_stmt *st, struct arena *text, struct store_group *g)
{
	*g = (struct store_group){
		.number = (uint32_t)sqlite3_column_int64(st, 0),
		.changed = (uint64_t)sqlite3_column_int64(st, 3),
		.deleted = sqlite3_column_int64(st, 5) != 0,
	};
	return store_read_id(st, 1, g->id) &&
	    store_read_text(st, 2, text, &g->name) &&
	    store_read_text(st, 4, text, &g->card);
}

/* The statement of a book, its values bound; NULL when there is none. */
static sqlite3_stmt *
ask(struct store_db *d, enum store_stmt which, const struct store_book *b)
{
	sqlite3_stmt *st = store_db_stmt(d, which);

	if (st == NULL)
		return NULL;
	(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)b->id);
	if (which != STMT_BOOK_ACCOUNT)
		(void)sqlite3_bind_int64(st, 2, (sqlite3_int64)b->since);
	return st;
}

static enum store_outcome
read_head(sqlite3_stmt *st, struct store_book *b)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_DONE)
		return STORE_ABSENT;
	if (rc != SQLITE_ROW || !store_read_text(st, 3, &b->text, &b->card))
		return STORE_ERROR;
	b->stamp = (uint64_t)sqlite3_column_int64(st, 0);
	b->forgotten = (uint64_t)sqlite3_column_int64(st, 1);
	b->created = sqlite3_column_int64(st, 2);
	return STORE_FOUND;
}

static bool
read_contacts(struct store_db *d, struct store_book *b)
{
	sqlite3_stmt *st = ask(d, STMT_BOOK_CONTACTS, b);
	int rc = SQLITE_ERROR;
	bool ok = st != NULL;

	while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		b->contacts = store_read_room(b->contacts, b->ncontacts,
		    sizeof(*b->contacts));
		ok = read_contact(st, &b->text, &b->contacts[b->ncontacts++]);
	}
	if (st != NULL)
		store_db_done(st);
	return ok && rc == SQLITE_DONE;
}

static bool
read_groups(struct store_db *d, struct store_book *b)
{
	sqlite3_stmt *st = ask(d, STMT_BOOK_GROUPS, b);
	int rc = SQLITE_ERROR;
	bool ok = st != NULL;

	while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		b->groups =
		    store_read_room(b->groups, b->ngroups, sizeof(*b->groups));
		ok = read_group(st, &b->text, &b->groups[b->ngroups++]);
	}
	if (st != NULL)
		store_db_done(st);
	return ok && rc == SQLITE_DONE;
}

void
store_book_read(struct store_db *d, struct store_book_job *j)
{
	struct store_book *b = j->book;
	sqlite3_stmt *head = ask(d, STMT_BOOK_ACCOUNT, b);

	store_book_free(b);
	arena_init(&b->text, STORE_ARENA_MAX);
	j->how = head != NULL ? read_head(head, b) : STORE_ERROR;
	if (j->how == STORE_FOUND &&
	    !(read_contacts(d, b) && read_groups(d, b)))
		j->how = STORE_ERROR;
	/* open until here: one lock and one state of the file for all three */
	if (head != NULL)
		store_db_done(head);
	if (j->how == STORE_ERROR)
		store_db_log(d, "store-book-failed");
}

void
store_book_free(struct store_book *b)
{
	free(b->contacts);
	free(b->groups);
	arena_free(&b->text);
	b->contacts = NULL;
	b->groups = NULL;
	b->ncontacts = b->ngroups = 0;
}

/* ---- traces ---- */

/* Of one kind: how to find the old ones, remember that they went, let go. */
struct traces {
	enum store_stmt old, forget, prune;
	unsigned most;
};

static void
bind_pair(sqlite3_stmt *st, uint64_t owner, sqlite3_int64 upto)
{
	(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)owner);
	(void)sqlite3_bind_int64(st, 2, upto);
}

static int
run_pair(struct store_db *d, enum store_stmt which, uint64_t owner,
    sqlite3_int64 upto)
{
	sqlite3_stmt *st = store_db_stmt(d, which);

	if (st == NULL)
		return SQLITE_ERROR;
	bind_pair(st, owner, upto);
	return store_db_run(st);
}

static int
let_go(struct store_db *d, const struct traces *t, uint64_t owner, uint64_t now)
{
	sqlite3_stmt *st = store_db_stmt(d, t->old);
	sqlite3_int64 oldest = 0;
	sqlite3_int64 upto =
	    now > trace_life ? (sqlite3_int64)(now - trace_life) : 0;
	int rc;

	if (st == NULL)
		return SQLITE_ERROR;
	bind_pair(st, owner, upto);
	(void)sqlite3_bind_int64(st, 3, t->most);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		oldest = sqlite3_column_int64(st, 0);
		upto = sqlite3_column_int64(st, 1);
	}
	store_db_done(st);
	if (rc != SQLITE_ROW)
		return rc == SQLITE_DONE ? SQLITE_ERROR : rc;
	if (oldest > upto)
		return SQLITE_OK;
	rc = run_pair(d, t->forget, owner, upto);
	return rc == SQLITE_OK ? run_pair(d, t->prune, owner, upto) : rc;
}

int
store_trace_contacts(struct store_db *d, uint64_t owner, uint64_t now)
{
	static const struct traces t = { STMT_CONTACTS_OLD,
		STMT_CONTACTS_FORGET, STMT_CONTACTS_PRUNE, CONTACT_TRACES };

	return let_go(d, &t, owner, now);
}

int
store_trace_groups(struct store_db *d, uint64_t owner, uint64_t now)
{
	static const struct traces t = { STMT_GROUPS_OLD, STMT_GROUPS_FORGET,
		STMT_GROUPS_PRUNE, GROUP_TRACES };

	return let_go(d, &t, owner, now);
}
