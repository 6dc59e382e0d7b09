/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_ADMIN_PARTS_H
#define NUDGE_ADMIN_PARTS_H
/*
 * What the admin pages share.  Every one of them runs by admin_run(), which
 * lets nobody by who has not come in, and no form that it did not give out.
 */
#include "common/base/arena.h"
#include "common/codec/page.h"
#include "core/people/account.h"
#include "web/admin/admin.h"
#include "web/front.h"

enum {
	ADMIN_PAGE_MAX = 4 * 1024 * 1024,
	ADMIN_MADE_MAX = 4096,
	ADMIN_RANDOM_TEXT = 48, /* a password nobody knows */
	ADMIN_MINUTES = 60      /* that the charts show */
};

/* ---- ring.c: what happened in each of the last minutes ---- */
enum admin_line {
	ADMIN_SESSIONS,
	ADMIN_SIGN_INS,
	ADMIN_MESSAGES,
	ADMIN_REFUSED,
	ADMIN_LINES
};

struct admin_ring {
	struct timer timer;
	uint64_t last[ADMIN_LINES]; /* of counters */
	/* the newest is at[next - 1] */
	uint32_t at[ADMIN_LINES][ADMIN_MINUTES];
	unsigned next, n;
};

/* What was said of a stop, and when it comes. */
struct admin_countdown {
	struct timer timer;
	uint64_t until; /* loop_now(); 0: none */
	struct admin *admin;
};

/* A copy of the database under way; it outlives the admin. */
struct admin_copy;

struct admin {
	struct core *core;
	const struct admin_hooks *hooks;
	void *ctx;
	struct token_once *left; /* the cookies of those who signed out */
	uint64_t run;            /* what tokens of this run say */
	int64_t began;
	struct admin_ring ring;
	struct admin_countdown countdown;
	struct admin_task *task;     /* at work, or told of; or NULL */
	struct admin_gather *gather; /* people for a task; or NULL */
	struct admin_copy *copy;     /* being made; or NULL */
	struct admin_watch *watch;   /* of one account's wire; or NULL */
};

void admin_ring_start(struct admin *a);
/* Samples, the oldest first, and what is now; how many there are. */
unsigned admin_ring_read(const struct admin *a, enum admin_line line,
    uint32_t out[ADMIN_MINUTES]);
const char *admin_ring_name(enum admin_line line);

/* One request. */
struct admin_visit {
	struct request request;
	struct http_request *http;
	struct admin *admin;
	enum result result; /* RESULT_WAIT: not judged yet */
	bool inside;
	bool stale; /* the form is not one we gave this browser */
	bool posted;
	bool replied;            /* what the reply saw is waited for */
	struct buf body;         /* of the page */
	struct buf made;         /* to be shown once */
	struct account *account; /* whom the page is about; pinned */
	struct admin_find *find;
	struct admin_csv *csv;
	struct admin_copy *copy;
	const char *wrong; /* what cannot be copied so */
	bool copied;
	int file; /* a copy that is made, plus 1; 0: none */
	char password[ADMIN_RANDOM_TEXT + 1]; /* if none was typed */
};

/* As struct web_flow; judge may be NULL. */
struct admin_flow {
	enum result (*judge)(struct admin_visit *v);
	void (*reply)(struct admin_visit *v);
};
enum http_outcome
admin_run(struct http_request *rq, struct admin *a, const struct admin_flow *f);

/* ---- visit.c ---- */
/* The form's, else the query's; empty when absent. */
struct slice admin_field(struct admin_visit *v, const char *key);
/* The file of the form, or when none was chosen the text that was typed. */
struct slice admin_upload(struct admin_visit *v, const char *text);
/* Was this button of the form pressed? */
bool admin_pressed(struct admin_visit *v, const char *button);
/* A line of the log: what was done, to whom, from where. */
void admin_note(struct admin_visit *v, const char *what, struct slice whom);

/* ---- reply.c ---- */
/* A part of a file, with the key of forms. */
void admin_add(struct admin_visit *v, struct slice file, const char *part,
    const struct page_field *fields, size_t n);
struct admin_page {
	const char *title;
	const char *words;
	bool bad;        /* they say what is wrong */
	unsigned status; /* 0: 200 */
	unsigned again;  /* seconds after which it is looked at again */
};
/* The page, with what was added. */
void admin_reply(struct admin_visit *v, const struct admin_page *p);
/* A file to keep. */
void admin_reply_file(struct admin_visit *v, const char *type, const char *name,
    struct slice bytes);
/* What went wrong, for people. */
const char *admin_words(enum result r);
/* A moment, "2026-05-04 03:02:01", and a span, "3 d 4 h". */
void admin_add_time(struct buf *out, int64_t unix_time);
void admin_add_span(struct buf *out, int64_t seconds);

/* ---- host.c ---- */
/* Did the browser come by a name that is ours? */
bool admin_host_known(const struct admin_visit *v);

/* ---- door.c ---- */
/* Is this browser in? */
bool admin_inside(struct admin_visit *v);
void admin_form_key(struct admin_visit *v, struct buf *out);

/* ---- walk.c: all accounts, in order of address ---- */
struct admin_walk {
	struct store_list list;
	struct store *store;
	void *owner;       /* NULL: gone; only done() comes then */
	unsigned rows_max; /* looked at; then there may be more */
	unsigned rows, seen;
	/* False: enough; this one and all behind it are left. */
	bool (*row)(struct admin_walk *w, const struct store_account *row);
	/* Once; it may free w. */
	void (*done)(struct admin_walk *w, bool well);
	bool more;
	char after[ADDRESS_MAX + 1]; /* where one may go on */
};

/* What is above rows is set by the caller.  There is no cancel. */
void admin_walk_start(struct admin_walk *w, struct slice after);

/* ---- trace.c: what one account's programs say and hear ---- */
enum {
	WATCH_LINES = 200,    /* kept, the newest */
	WATCH_LINE_MAX = 600, /* bytes; longer ones are cut */
	WATCH_IDLE_MS = 60 * 1000
};

/* Lets go of all that was seen; nothing when nobody watches. */
void admin_watch_end(struct admin *a);

/* ---- find.c: accounts by a part of their address or name ---- */
enum {
	ADMIN_FOUND_MAX = 50,
	ADMIN_SCAN_MAX = 20000 /* rows one request looks at */
};

struct admin_found {
	char address[ADDRESS_MAX + 1];
	char name[NAME_MAX_ENCODED + 1]; /* percent-encoded */
	char home[ELSEWHERE_HOME_MAX + 1];
	uint32_t flags;
	int64_t created;
};

struct admin_find {
	struct admin_walk walk;
	struct buf needle;
	struct admin_found *found;
	size_t nfound;
	bool over, failed;
};

/* OK when v->find has the answer; WAIT, STORE_FAILED. */
enum result
admin_find(struct admin_visit *v, struct slice needle, struct slice after);
/* The visit goes. */
void admin_find_forget(struct admin_visit *v);
/* The same of an export, and of what gathers people. */
void admin_csv_forget(struct admin_visit *v);
void admin_gather_forget(struct admin *a);
void admin_copy_forget(struct admin_visit *v);
/* The admin ends; a copy may be at work. */
void admin_copy_leave(struct admin *a);
/* Whatever copy a server that fell left behind. */
void admin_copy_clean(const struct admin *a);

/* ---- make.c ---- */
struct admin_wish {
	struct slice address;
	struct slice name; /* plain */
	struct slice password;
	struct slice home; /* then no password; empty: here */
};
/* A new account; results as of nudgectl's "user add". */
enum result admin_make(struct request *rq, const struct admin_wish *wish,
    struct account **out);
/* A password nobody knows, for who gets a link instead. */
void
admin_random_password(const struct admin *a, char out[ADMIN_RANDOM_TEXT + 1]);
/* A link that sets a new password, once. */
void admin_add_reset(const struct admin *a, const struct account *who,
    struct buf *out);

/* ---- task.c: work that goes on behind the requests ---- */
struct admin_task;

struct admin_job {
	const char *title;
	/* The next item: false when there is none. */
	bool (*next)(struct admin_task *t);
	/* As a handler: run again when it WAITs. */
	enum result (*run)(struct admin_task *t);
	/* It ended so. */
	void (*told)(struct admin_task *t, enum result r);
};

enum {
	ADMIN_RECENT = 50 /* rows of the page that tells of a task */
};

struct admin_person {
	char address[ADDRESS_MAX + 1];
};

struct admin_task {
	struct request rq;
	struct timer timer;
	struct admin *admin;
	const struct admin_job *job;
	bool at_work, settling, again, over;
	const char *why; /* it is over, or is to be */
	uint64_t seq;
	bool stop;      /* the operator wants no more */
	uint64_t began; /* loop_now() */
	size_t done, total, changed, refused;
	struct buf report;               /* what came of items, as a table */
	struct buf recent[ADMIN_RECENT]; /* the newest of it, for the page */
	size_t told;
	/* the job's own */
	struct buf text;
	struct slice rest;
	struct arena arena;
	struct admin_wish wish;
	char password[ADMIN_RANDOM_TEXT + 1];
	struct account *account;
	struct admin_person *people;
	size_t npeople, i, j;
	size_t row; /* of a table, the newest that was read */
	bool open;  /* a quote in that row is not ended */
	unsigned round;
	char owner[ADDRESS_MAX + 1];
};

/* A task that waits for its begin; NULL: one is at work already. */
struct admin_task *admin_task_new(struct admin *a, const struct admin_job *job);
void admin_task_begin(struct admin_task *t);
void admin_task_free(struct admin_task *t);
/* What came of an item: a row of the report. */
struct admin_said {
	size_t row; /* 0: it has none */
	struct slice address;
	const char *words;
	struct slice link;
};
void admin_task_tell(struct admin_task *t, const struct admin_said *said);

enum {
	ADMIN_IMPORT_MAX = 16 * 1024 * 1024
};

/* ---- routes ---- */
enum http_outcome admin_bans(struct http_request *rq, void *front);
enum http_outcome admin_reports(struct http_request *rq, void *front);
enum http_outcome admin_trace(struct http_request *rq, void *front);
enum http_outcome admin_backup(struct http_request *rq, void *front);
enum http_outcome admin_task(struct http_request *rq, void *front);
enum http_outcome admin_task_file(struct http_request *rq, void *front);
enum http_outcome admin_move(struct http_request *rq, void *front);
enum http_outcome admin_export(struct http_request *rq, void *front);
enum http_outcome admin_everyone(struct http_request *rq, void *front);
enum http_outcome admin_contacts(struct http_request *rq, void *front);
enum http_outcome admin_contacts_file(struct http_request *rq, void *front);
enum http_outcome admin_accounts(struct http_request *rq, void *front);
enum http_outcome admin_account(struct http_request *rq, void *front);
enum http_outcome admin_invites(struct http_request *rq, void *front);
enum http_outcome admin_tell(struct http_request *rq, void *front);
enum http_outcome admin_home(struct http_request *rq, void *front);
enum http_outcome admin_enter(struct http_request *rq, void *front);
enum http_outcome admin_leave(struct http_request *rq, void *front);
enum http_outcome admin_overview(struct http_request *rq, void *front);
enum http_outcome admin_online(struct http_request *rq, void *front);

/* ---- the files of web/pages ---- */
extern const struct slice web_page_admin_accounts;
extern const struct slice web_page_admin_bans;
extern const struct slice web_page_admin_door;
extern const struct slice web_page_admin_foot;
extern const struct slice web_page_admin_invites;
extern const struct slice web_page_admin_move;
extern const struct slice web_page_admin_overview;
extern const struct slice web_page_admin_reports;
extern const struct slice web_page_admin_tell;
extern const struct slice web_page_admin_trace;

#endif
