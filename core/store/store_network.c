/* SPDX-License-Identifier: MIT */
/* Networks from which accounts signed in well. */
#include "core/store/store_impl.h"

void
store_network_read(struct store_db *d, struct store_network_job *j)
{
	struct store_network *q = j->network;
	sqlite3_stmt *st = store_db_stmt(d, STMT_NETWORK_GET);
	int rc;

	j->how = STORE_ERROR;
	if (st != NULL) {
		(void)sqlite3_bind_blob64(st, 1, q->mark, sizeof(q->mark),
		    SQLITE_STATIC);
		(void)sqlite3_bind_int64(st, 2, q->since);
		rc = sqlite3_step(st);
		if (rc == SQLITE_ROW)
			j->how = STORE_FOUND;
		else if (rc == SQLITE_DONE)
			j->how = STORE_ABSENT;
		store_db_done(st);
	}
	if (j->how == STORE_ERROR)
		store_db_log(d, "store-network-failed");
}

static int
run(struct store_db *d, enum store_stmt which, uint64_t owner,
    const struct store_network_row *n)
{
	sqlite3_stmt *st = store_db_stmt(d, which);

	if (st == NULL)
		return SQLITE_ERROR;
	(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)owner);
	(void)sqlite3_bind_blob64(st, 2, n->mark, sizeof(n->mark),
	    SQLITE_STATIC);
	(void)sqlite3_bind_int64(st, 3, n->seen);
	return store_db_run(st);
}

int
store_network_put(struct store_db *d, uint64_t owner,
    const struct store_network_row *n)
{
	sqlite3_stmt *old = store_db_stmt(d, STMT_NETWORKS_OLD);
	int rc = SQLITE_ERROR;

	if (old != NULL) {
		(void)sqlite3_bind_int64(old, 1, n->seen - STORE_NETWORK_DAYS);
		rc = store_db_run(old);
	}
	if (rc == SQLITE_OK)
		rc = run(d, STMT_NETWORK_PUT, owner, n);
	old = store_db_stmt(d, STMT_NETWORKS_BEYOND);
	if (rc != SQLITE_OK || old == NULL)
		return rc != SQLITE_OK ? rc : SQLITE_ERROR;
	(void)sqlite3_bind_int64(old, 1, (sqlite3_int64)owner);
	(void)sqlite3_bind_int(old, 2, STORE_NETWORKS_MAX);
	return store_db_run(old);
}
