/* SPDX-License-Identifier: MIT */
/* Profiles: what an account shows of itself to web services. */
#include "core/store/store_impl.h"

/* ---- reading ---- */

static bool
read_row(sqlite3_stmt *st, struct store_profile *p)
{
	struct store_profile_row *row = &p->row;

	row->name_time = (uint64_t)sqlite3_column_int64(st, 0);
	row->status_time = (uint64_t)sqlite3_column_int64(st, 1);
	row->picture_time = (uint64_t)sqlite3_column_int64(st, 3);
	row->type = (uint32_t)sqlite3_column_int64(st, 4);
	row->size = (uint64_t)sqlite3_column_int64(st, 5);
	/* the bytes of a blob are given as they are */
	return store_read_text(st, 2, &p->text, &row->status) &&
	    store_read_text(st, 6, &p->text, &row->picture);
}

void
store_profile_read(struct store_db *d, struct store_profile_job *j)
{
	struct store_profile *p = j->profile;
	sqlite3_stmt *st = store_db_stmt(d, STMT_PROFILE_GET);
	int rc;

	store_profile_free(p);
	arena_init(&p->text, STORE_ARENA_MAX);
	j->how = STORE_ERROR;
	if (st != NULL) {
		(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)p->id);
		(void)sqlite3_bind_int(st, 2, p->picture);
		rc = sqlite3_step(st);
		if (rc == SQLITE_DONE)
			j->how = STORE_ABSENT;
		else if (rc == SQLITE_ROW && read_row(st, p))
			j->how = STORE_FOUND;
		store_db_done(st);
	}
	if (j->how == STORE_ERROR)
		store_db_log(d, "store-profile-failed");
}

void
store_profile_free(struct store_profile *p)
{
	arena_free(&p->text);
	p->row = (struct store_profile_row){ 0 };
}

/* ---- writing ---- */

static void
bind_part(sqlite3_stmt *st, const struct store_profile_row *p)
{
	switch (p->what) {
	case STORE_PROFILE_NAME:
		break;
	case STORE_PROFILE_STATUS:
		(void)sqlite3_bind_text64(st, 3,
		    p->status.n > 0 ? p->status.p : "", p->status.n,
		    SQLITE_STATIC, SQLITE_UTF8);
		break;
	case STORE_PROFILE_PICTURE:
		(void)sqlite3_bind_int64(st, 3, p->type);
		(void)sqlite3_bind_blob64(st, 4,
		    p->picture.n > 0 ? p->picture.p : "", p->picture.n,
		    SQLITE_STATIC);
		break;
	}
}

int
store_profile_put(struct store_db *d, uint64_t id,
    const struct store_profile_row *p)
{
	static const enum store_stmt parts[] = {
		[STORE_PROFILE_NAME] = STMT_PROFILE_NAME,
		[STORE_PROFILE_STATUS] = STMT_PROFILE_STATUS,
		[STORE_PROFILE_PICTURE] = STMT_PROFILE_PICTURE,
	};
	sqlite3_stmt *st = store_db_stmt(d, parts[p->what]);

	if (st == NULL)
		return SQLITE_ERROR;
	(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)id);
	(void)sqlite3_bind_int64(st, 2, (sqlite3_int64)p->changed);
	bind_part(st, p);
	return store_db_run(st);
}
