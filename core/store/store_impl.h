/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_STORE_IMPL_H
#define NUDGE_STORE_IMPL_H
/*
 * What the files of the store share.  Three parties: the loop side (store.c)
 * queues jobs and delivers what came of them; the worker (store_worker.c)
 * runs them in batches, on a thread or at the end of the loop's turn; the
 * connection (store_db.c, store_read.c, store_write.c) is the worker's alone.
 */
#include "common/base/arena.h"
#include "core/store/store.h"

#include <pthread.h>
#include <sqlite3.h>

enum {
	STORE_PROBE_MS = 500,
	STORE_ERROR_TEXT = 256,
	/* most memory one image or one page of a list may take */
	STORE_ARENA_MAX = 64 << 20,
	/* longest text of a change, longest secret */
	STORE_TEXT_MAX = 1 << 20,
};

/* ---- the connection ---- */

enum store_stmt {
/* the text of the statement is not needed here */
#define X(name, sql) STMT_##name,
#include "core/store/store_sql.def"
	STMT_COUNT
};

struct store_db {
	sqlite3 *db;
	sqlite3_stmt *stmts[STMT_COUNT]; /* prepared when first used */
	char *vfs;                       /* NULL: the system's */
};

/* 0, or -1 with a sentence in err. */
int store_db_open(struct store_db *d, const struct store_config *cfg, char *err,
    size_t errlen);
void store_db_close(struct store_db *d);
/* Highest account id ever given; -1 when it cannot be read. */
int store_db_last_id(struct store_db *d, uint64_t *out);
/* NULL when it cannot be prepared. */
sqlite3_stmt *store_db_stmt(struct store_db *d, enum store_stmt which);
/* Never NULL; the text must live until the statement has run. */
void store_bind_text(sqlite3_stmt *st, int at, struct slice text);
/* Run a statement that returns no rows; forgets its bindings. */
int store_db_run(sqlite3_stmt *st);
/* Forget bindings, release locks. */
void store_db_done(sqlite3_stmt *st);
/* SQLITE_OK and a transaction is open; waits for other programs. */
int store_db_begin(struct store_db *d);
int store_db_commit(struct store_db *d);
/* Whatever state a failure left behind, no transaction is open after it. */
void store_db_rollback(struct store_db *d);
/* One real write. */
int store_db_probe(struct store_db *d);
void store_db_log(struct store_db *d, const char *event);
/* Did the last call fail because the disk is full? */
bool store_db_full(struct store_db *d);

/* 0, or -1 with a sentence in err; creates, upgrades, or refuses. */
int store_migrate(sqlite3 *db, const char *path, char *err, size_t errlen);
/* Look at the file without changing it: 0 or -1 as above. */
int
store_migrate_check(sqlite3 *db, const char *path, char *err, size_t errlen);

/* ---- jobs ---- */

enum store_job_kind {
	JOB_LOAD,
	JOB_LIST,
	JOB_PROPS,
	JOB_PROFILE,
	JOB_BOOK,
	JOB_MAIL,
	JOB_INVITES,
	JOB_REPORTS,
	JOB_SIGNINS,
	JOB_NETWORK,
	JOB_CHANGE,
	JOB_BACKUP,
	JOB_SECRET,
};

struct store_job {
	struct list node;
	enum store_job_kind kind;
	uint64_t turn; /* changes of one turn are committed together */
};

struct store_load_job {
	struct store_job job;
	struct store_load *load;
	enum store_outcome how;
	struct store_image image;
	struct arena text;
};

/* Accounts without their lists. */
struct store_rows {
	enum store_outcome how;
	struct store_account *all;
	size_t n;
	struct arena text;
};

struct store_list_job {
	struct store_job job;
	struct store_list *list;
	struct store_rows rows;
};

struct store_props_job {
	struct store_job job;
	struct store_props *props;
	struct store_rows rows;
};

struct store_profile_job {
	struct store_job job;
	struct store_profile *profile;
	enum store_outcome how;
};

struct store_book_job {
	struct store_job job;
	struct store_book *book;
	enum store_outcome how;
};

struct store_mail_job {
	struct store_job job;
	struct store_mail *mail;
	enum store_outcome how;
};

struct store_invites_job {
	struct store_job job;
	struct store_invites *invites;
	enum store_outcome how;
};

struct store_signins_job {
	struct store_job job;
	struct store_signins *signins;
	enum store_outcome how;
};

struct store_reports_job {
	struct store_job job;
	struct store_reports *reports;
	enum store_outcome how;
};

struct store_network_job {
	struct store_job job;
	struct store_network *network;
	enum store_outcome how;
};

/* One allocation: the texts of the change stand behind it. */
struct store_change_job {
	struct store_job job;
	uint64_t number;
	uint64_t generation;
	struct store_change change;
	char text[];
};

struct store_backup_job {
	struct store_job job;
	struct store_backup *backup;
	sqlite3 *to;
	sqlite3_backup *steps;
	bool made; /* the file is ours to remove */
	bool failed;
	char error[STORE_ERROR_TEXT];
};

/* Lives on the stack of the caller, who waits for it. */
struct store_secret_job {
	struct store_job job;
	const char *name;
	struct slice value;                   /* to put, or */
	struct buf *out;                      /* where to get it, or */
	const struct store_kept_reader *kept; /* of all that is kept */
	int result;
	bool answered;
	struct store_bans *bans; /* not a secret: all bans; or NULL */
};

#define STORE_JOB_OF(node_) CONTAINER_OF(node_, struct store_job, node)

/* All forget what an earlier run found. */
void store_read_image(struct store_db *d, struct store_load_job *j);
void store_read_list(struct store_db *d, struct store_list_job *j);
void store_read_props(struct store_db *d, struct store_props_job *j);
void store_profile_read(struct store_db *d, struct store_profile_job *j);
void store_book_read(struct store_db *d, struct store_book_job *j);
void store_mail_read(struct store_db *d, struct store_mail_job *j);
void store_invites_read(struct store_db *d, struct store_invites_job *j);
void store_reports_read(struct store_db *d, struct store_reports_job *j);
void store_signins_read(struct store_db *d, struct store_signins_job *j);
void store_network_read(struct store_db *d, struct store_network_job *j);
void store_read_free_image(struct store_load_job *j);
void store_read_free_rows(struct store_rows *r);
/* A column, copied; false when memory for it is not to be had. */
bool
store_read_text(sqlite3_stmt *st, int col, struct arena *a, struct slice *out);
/* False when it is no id. */
bool
store_read_id(sqlite3_stmt *st, int col, unsigned char out[STORE_ID_BYTES]);
/* Make room for one more of something; arrays grow by doubling. */
void *store_read_room(void *rows, size_t n, size_t each);

struct store_change_job *store_write_copy(const struct store_change *c);
/* SQLite result codes. */
int store_profile_put(struct store_db *d, uint64_t id,
    const struct store_profile_row *p);
int store_write_apply(struct store_db *d, const struct store_change *c);

/* An SQLite result code. */
int store_mail_apply(struct store_db *d, const struct store_change *c);
int store_invite_put(struct store_db *d, const struct store_invite *i);
int store_ban_put(struct store_db *d, const struct store_ban *b);
int store_signin_apply(struct store_db *d, const struct store_change *c);
int store_report_put(struct store_db *d, const struct store_report *r);
int store_network_put(struct store_db *d, uint64_t owner,
    const struct store_network_row *n);
/* 0 or -1 */
int store_bans_read(struct store_db *d, struct store_bans *out);

/*
 * A contact or group of this account has just been deleted: let go of the
 * oldest traces of such.  SQLite result codes.
 */
int store_trace_contacts(struct store_db *d, uint64_t owner, uint64_t now);
int store_trace_groups(struct store_db *d, uint64_t owner, uint64_t now);

/* SQLite result codes. */
int
store_kept_put(struct store_db *d, uint64_t owner, const struct store_kept *k);
int store_kept_delete(struct store_db *d, const struct store_kept *k);
/* 0 or -1 */
int store_kept_run(struct store_db *d, const struct store_kept_reader *r);

int store_secret_run(struct store_db *d, struct store_secret_job *j);
int store_secret_ask(struct store *s, struct store_secret_job *j);

/* True when it has ended, well or not. */
bool store_backup_step(struct store_db *d, struct store_backup_job *j);
/* A new file and its folder, to the disk.  -1: errno */
int store_backup_sync(const char *path);
/* Give up: the unfinished copy is removed. */
void store_backup_abandon(struct store_backup_job *j, const char *why);

/* ---- the worker ---- */

/* What one round of the worker has to tell the loop. */
struct store_batch {
	struct list node;
	struct list jobs;   /* loads, lists, backups that ended */
	uint64_t committed; /* 0: nothing new */
	bool failed;
	bool full; /* because the disk is */
	bool recovered;
};

struct store_worker {
	struct store_db db;
	/* Changes of an earlier generation are lost and never applied. */
	uint64_t generation;
	bool broken; /* the last write failed */
	bool closing;
	struct list backups; /* the first one is running */
};

/* Run jobs (which is emptied); secrets are answered into the job itself. */
void store_worker_batch(struct store_worker *w, struct list *jobs,
    struct store_batch *b);
/* Take what one batch may hold off queue: whole turns. */
void store_worker_take(struct list *queue, struct list *jobs);
/* One step of the backup under way. */
void store_worker_backup(struct store_worker *w, struct store_batch *b);
/* Try to write after a failure. */
void store_worker_probe(struct store_worker *w, struct store_batch *b);

struct store_batch *store_batch_new(void);
bool store_batch_empty(const struct store_batch *b);

/* ---- the loop side ---- */

struct store {
	struct store_config cfg;

	/* the loop's */
	uint64_t last;
	uint64_t committed;
	uint64_t lost; /* up to this number losses were told */
	uint64_t generation;
	uint64_t last_id;
	bool writable;
	bool full;
	bool closing;
	bool delivering;
	struct list staged; /* jobs of this turn */
	uint64_t turn;
	struct deferred at_end; /* hand them over */
	struct timer probe;     /* on_loop: after a failure */

	/* the worker's */
	struct store_worker worker;

	/* the thread's, unless on_loop */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;     /* the queue has something */
	pthread_cond_t answered; /* a secret job has ended */
	struct posted posted;    /* batches has something */
	/* these under the lock */
	struct list queue;
	struct list batches; /* for the loop to deliver */
	bool stop;
};

/* Put the jobs of this turn into the queue, all of them or none. */
void store_hand_over(struct store *s);

/* Without a thread: a timer of struct store. */
void store_onloop_probe(struct timer *t);
/* Run batches until the queue is empty. */
void store_onloop_drain(struct store *s);

int store_thread_start(struct store *s);
/* Runs what is queued, ends the thread, delivers what it left. */
void store_thread_stop(struct store *s);
/* On the loop: tell what came of a batch, and free it. */
void store_deliver(struct store *s, struct store_batch *b);

#endif
