/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_STORE_H
#define NUDGE_STORE_H
/*
 * Records on disk.  The store runs on a thread of its own; loads and changes
 * share one queue, and everything that waits is committed in one transaction
 * (group commit).  A change has a number; it is durable when
 * store_committed() has reached it.  All calls come from the loop thread and
 * all callbacks arrive on it, never from inside a call.
 */
#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/net/loop.h"

enum {
	STORE_ID_BYTES = 16,
	STORE_PROPS = 4
};

/* Bits of store_account.flags. */
enum {
	ACCOUNT_DISABLED = 1,
	ACCOUNT_ALLOW_ALL = 2, /* people on neither list may see and call */
	ACCOUNT_PROMPT = 4,    /* ask when somebody adds me */
	ACCOUNT_PAGES = 8,     /* contacts may page me */
	ACCOUNT_WAITING = 16,  /* made disabled: nobody looked at it yet */
	ACCOUNT_PROVES = 32,   /* its programs prove that they know a secret */
};

struct store_account {
	uint64_t id;
	uint32_t epoch; /* ends all tokens when it changes */
	uint32_t flags;
	uint32_t serial; /* +1 with every change of lists or settings */
	int64_t created;
	int64_t lists_changed;    /* Unix milliseconds */
	int64_t settings_changed; /* Unix milliseconds */
	int64_t cid;              /* 0: it follows from the id */
	uint64_t stamp; /* of the newest change of the book; never sinks */
	struct slice address;   /* lower case */
	struct slice name;      /* percent-encoded text, may be empty */
	struct slice password;  /* crypt hash; p NULL in a change: as it is */
	struct slice sealed;    /* see core/door/signin.h; p NULL likewise */
	struct slice home;      /* who decides about its password; empty: we */
	struct slice remote_id; /* what it is called there */
	int64_t verified;       /* when that one last said yes, Unix seconds */
	struct slice group0;    /* name of the group everybody is in */
	struct slice
	    props[STORE_PROPS]; /* phones: home, work, mobile; reserve */
	struct slice card;      /* STORE_ACCOUNT_CARD only */
	uint32_t messages;      /* in an image only: how many wait */
};

/*
 * Deleted contacts and groups leave a trace, which only store_book() shows.
 * Stamps are 100 ns ticks since 1970, rising within one account.
 */
struct store_contact {
	struct slice address;
	struct slice name; /* percent-encoded; empty: the address */
	struct slice card; /* STORE_CONTACT_CARD and store_book() only */
	uint64_t changed;  /* not in an image; 0: before stamps were kept */
	unsigned char id[STORE_ID_BYTES];
	uint32_t lists;  /* bits of enum list_bit in core/people/roster.h */
	uint32_t groups; /* bit n: in group number n */
	/* the store's own, told by store_book() */
	uint32_t gone;   /* lists it was on once and is not now */
	uint32_t number; /* counts up within the account */
};

struct store_group {
	uint32_t number; /* 1..29 */
	unsigned char id[STORE_ID_BYTES];
	struct slice name; /* percent-encoded */
	struct slice card; /* STORE_GROUP_CARD and store_book() only */
	uint64_t changed;  /* not in an image */
	bool deleted;      /* store_book() only */
};

/*
 * What an account shows of itself to web services.  A change puts the part
 * that what says, and the time with it.
 */
enum store_profile_part {
	STORE_PROFILE_NAME, /* only when it changed; it is the account's */
	STORE_PROFILE_STATUS,
	STORE_PROFILE_PICTURE
};

struct store_profile_row {
	enum store_profile_part what; /* of a change */
	struct slice status;          /* text */
	struct slice picture;
	uint64_t size;         /* of the picture, told when it is not */
	uint32_t type;         /* of the picture; the core's */
	uint64_t changed;      /* of a change */
	uint64_t name_time;    /* 0: never */
	uint64_t status_time;  /* 0: never */
	uint64_t picture_time; /* 0: never */
};

/*
 * A message for somebody who was away.  It waits until it was read; then it
 * stays a while, or as long as its reader keeps it.
 */
struct store_message {
	unsigned char id[STORE_ID_BYTES];
	unsigned char run[STORE_ID_BYTES]; /* of the sender's program */
	bool run_capitals;                 /* and how its letters are written */
	uint32_t number;                   /* within that run */
	uint32_t size;                     /* bytes of the text */
	int64_t sent;                      /* Unix milliseconds */
	int64_t read;                      /* Unix seconds; 0: it waits */
	bool kept;
	struct slice sender; /* address */
	struct slice name;   /* UTF-8, may be empty */
	struct slice text;   /* UTF-8; not in a list */
};

/* What is older than these, in Unix seconds, goes. */
struct store_expiry {
	int64_t signins;  /* addresses from which nobody signed in since */
	int64_t networks; /* the same of networks, in days */
	int64_t read;     /* messages that were read before, and are not kept */
};

/* An address from which somebody signed in. */
struct store_signin {
	struct slice peer;
	int64_t first; /* Unix seconds */
	int64_t last;
};

/* Something an account keeps under a name that is its own; see core/keep.h. */
struct store_kept {
	uint32_t kind;
	uint64_t owner;    /* told by store_kept_read() */
	struct slice name; /* unique within the kind */
	struct slice value;
};

/* A code that lets people make accounts. */
struct store_invite {
	struct slice code;
	uint32_t uses;   /* left; a change to 0 deletes it */
	int64_t expires; /* Unix seconds */
};

/* A network that is turned away. */
struct store_ban {
	struct slice network;
	struct slice note;
	int64_t since; /* Unix seconds; a change with 0 deletes it */
	int64_t until; /* Unix seconds; 0: for ever */
};

/* What somebody reports of somebody. */
struct store_report {
	uint64_t id;
	uint64_t author;    /* account; 0: it is deleted */
	uint64_t target;    /* account; 0: there was none, or it is deleted */
	int64_t made;       /* Unix seconds; a change with 0 deletes it */
	int64_t closed;     /* Unix seconds; 0: open */
	struct slice by;    /* address of the author; not in a change */
	struct slice about; /* address */
	struct slice kind;
	struct slice text; /* UTF-8 */
	struct slice note; /* UTF-8 */
};

/* A network from which an account signed in well; see core/door/signin_known.c. */
enum {
	STORE_NETWORKS_MAX = 8, /* of one account; then the oldest goes */
	STORE_NETWORK_DAYS = 30
};
struct store_network_row {
	unsigned char mark[STORE_ID_BYTES];
	int64_t seen; /* day, counted from 1970 */
};

/* A whole account as loaded; slices live until the load's done() returns. */
struct store_image {
	struct store_account account;
	struct store_contact *contacts;
	size_t ncontacts;
	struct store_group *groups;
	size_t ngroups;
};

enum store_outcome {
	STORE_FOUND,
	STORE_ABSENT,
	STORE_ERROR
};

struct store_load {
	struct list node;
	struct slice address; /* look up by address, or */
	uint64_t id;          /* by id, when address.p is NULL, or */
	int64_t cid;          /* by this, when it is not 0; id is whose it is
				 if it follows from the id; or */
	struct slice home;    /* when p is not NULL: the first of those that */
	struct slice remote_id; /* have this home and this name there */
	/* image is NULL unless FOUND */
	void (*done)(struct store_load *load, enum store_outcome how,
	    const struct store_image *image);
	void *job; /* the store's own */
};

enum store_change_kind {
	STORE_ACCOUNT_PUT,    /* account: insert or replace the row; without
				 a password change it if it is there */
	STORE_ACCOUNT_DELETE, /* id: with its contacts and groups, and it as a
				 contact of others, whose stamp rises by one:
				 of this no trace is left */
	STORE_ACCOUNT_CARD,   /* id, account.card */
	STORE_PROFILE_PUT,    /* id, profile; nothing when it is gone */
	STORE_CONTACT_PUT,    /* id, contact; the card of one who is neither
				 on the forward list nor pending nor in the
				 address book is dropped */
	STORE_CONTACT_DELETE, /* id, contact.address and .changed */
	STORE_CONTACT_CARD,   /* id, contact.address, .card and .changed */
	STORE_GROUP_PUT,      /* id, group */
	STORE_GROUP_DELETE,   /* id, group.number and .changed */
	STORE_GROUP_CARD,     /* id, group.number, .card and .changed */
	STORE_MESSAGE_PUT,    /* id, message */
	STORE_MESSAGE_MARK,   /* id, message.id, .read and .kept; of those that
				 were read the newest STORE_MAIL_READ stay */
	STORE_MESSAGE_DELETE, /* id, message.id */
	STORE_SIGNIN_PUT,     /* id, signin.peer and .last; of an account the
				 newest STORE_SIGNINS stay */
	STORE_EXPIRE,         /* expiry */
	STORE_KEPT_PUT,       /* id: its owner if it is new; kept */
	STORE_KEPT_DELETE,    /* kept.kind and .name */
	STORE_INVITE_PUT,     /* invite */
	STORE_BAN_PUT,        /* ban */
	STORE_REPORT_PUT,     /* report; of one that is there closed and note */
	STORE_NETWORK_PUT,    /* id, network; what is too old goes */
};

struct store_change {
	enum store_change_kind kind;
	uint64_t id; /* owner */
	union {
		struct store_account account;
		struct store_profile_row profile;
		struct store_contact contact;
		struct store_group group;
		struct store_message message;
		struct store_signin signin;
		struct store_expiry expiry;
		struct store_kept kept;
		struct store_invite invite;
		struct store_ban ban;
		struct store_report report;
		struct store_network_row network;
	} u;
};

struct store;

struct store_config {
	struct loop *loop;
	const char *path; /* file, or ":memory:" */
	const char *vfs;  /* NULL: the system's */
	/*
	 * No thread: jobs run on the loop, at the end of the turn.  For tests
	 * and fuzzing.
	 */
	bool on_loop;
	/* Changes up to this number are durable. */
	void (*committed)(void *ctx, uint64_t upto);
	/*
	 * Changes from..upto, all that were given and neither committed nor
	 * told lost before, are lost: nothing of them took effect.  Whoever
	 * waits for one must be told now: later changes have higher numbers,
	 * and store_committed() will pass these.
	 * Until writable again, store_change() must not be called.
	 */
	void (*failed)(void *ctx, uint64_t from, uint64_t upto);
	/* A write succeeded again after a failure. */
	void (*recovered)(void *ctx);
	void *ctx;
};

/*
 * Open or make the database (mode 0600), run migrations, start the thread.
 * NULL and a sentence in err: a database from a newer version, a file that is
 * no database, no permission.
 */
struct store *
store_open(const struct store_config *cfg, char *err, size_t errlen);
/*
 * Commits what waits.  Loads, lists and backups that wait are answered from
 * inside this call: STORE_ERROR, or a reason.  committed(), failed() and
 * recovered() are not called any more; a loss is logged.  Not from a callback
 * of the store.
 */
void store_close(struct store *s);

/*
 * Server keys and certificates, synchronously: only before the loop runs or
 * from code that may block (renewal).  0 or -1; absent is an empty out, one
 * that does not fit under the ceiling of out is -1.
 */
#define STORE_SECRET_LIVE      "ticket-keys" /* left out of backups */
#define STORE_SECRET_MARK      "mark"        /* the one that is no key */
#define STORE_SECRET_AUTHORITY "ca-key"
#define STORE_SECRET_SEALED    "sealed-keys" /* see store_copy.h */
int store_secret_get(struct store *s, const char *name, struct buf *out);
int store_secret_put(struct store *s, const char *name, struct slice value);

/*
 * Every ban, in no order, as synchronously: before the doors open.  0 or -1;
 * what it found stays until store_bans_free().
 */
struct store_bans {
	struct store_ban *all;
	size_t n;
	struct arena text;
};
int store_bans_get(struct store *s, struct store_bans *out);
void store_bans_free(struct store_bans *b);

/*
 * Everything that is kept, in the same way: row() is called for each, perhaps
 * on another thread; what it is given lives until it returns.  0 or -1.
 */
struct store_kept_reader {
	void (*row)(void *ctx, const struct store_kept *k);
	void *ctx;
};
int store_kept_read(struct store *s, const struct store_kept_reader *r);

/* load and its texts must live until done(); there is no cancel. */
void store_load(struct store *s, struct store_load *load);
/* Copies everything; returns the change's number. */
uint64_t store_change(struct store *s, const struct store_change *c);
uint64_t store_committed(const struct store *s);
/* The number the last store_change() returned. */
uint64_t store_last(const struct store *s);
bool store_writable(const struct store *s);
/* The last failure was that the disk is full; false again when it is not. */
bool store_full(const struct store *s);
/* Highest account id in use when opened; the core counts on from there. */
uint64_t store_last_id(const struct store *s);

/*
 * Accounts in order of address behind after ("" to begin), at most limit:
 * one call of row() each, then done() with FOUND (also when there were none)
 * or ERROR.  Slices of a row live until its row() returns.
 */
struct store_list {
	struct slice after;
	unsigned limit;
	void (*row)(struct store_list *l, const struct store_account *a);
	void (*done)(struct store_list *l, enum store_outcome how);
	void *job;
};
void store_list(struct store *s, struct store_list *l);

/*
 * What others show to account id: everybody who is on one of its lists in mine
 * and has it on one of theirs, and who has a telephone or ACCOUNT_PAGES to
 * show.  One call of row() each, in order of address, then done() with FOUND
 * (also when there were none) or ERROR.  Of a row id, address, flags and the
 * three telephones are filled in; its slices live until row() returns.
 */
struct store_props {
	uint64_t id;
	uint32_t mine;   /* bits of enum list_bit */
	uint32_t theirs; /* bits of enum list_bit */
	void (*row)(struct store_props *p, const struct store_account *a);
	void (*done)(struct store_props *p, enum store_outcome how);
	void *job;
};
/* p must live until done(); there is no cancel. */
void store_props(struct store *s, struct store_props *p);

/*
 * The profile of account id, the picture only when it is asked for.  done()
 * is told FOUND, ABSENT (nothing was ever put) or ERROR; what it found stays
 * until store_profile_free().
 */
struct store_profile {
	uint64_t id;
	bool picture;
	void (*done)(struct store_profile *p, enum store_outcome how);
	struct store_profile_row row; /* the answer */
	struct arena text;
	void *job;
};
/* p must live until done(); there is no cancel. */
void store_profile(struct store *s, struct store_profile *p);
void store_profile_free(struct store_profile *p);

/*
 * The book of account id: what changed after since, with the traces of what
 * was deleted; or for 0 all that is there, without them.  done() is told FOUND,
 * ABSENT or ERROR; what it found stays until store_book_free().
 */
struct store_book {
	uint64_t id;
	uint64_t since;
	void (*done)(struct store_book *b, enum store_outcome how);
	/* the answer */
	struct store_contact *contacts; /* in order of address */
	size_t ncontacts;
	struct store_group *groups;
	size_t ngroups;
	struct slice card;  /* the account's own */
	uint64_t stamp;     /* the newest of all */
	uint64_t forgotten; /* changes up to here may lack traces */
	int64_t created;    /* the account, Unix seconds */
	struct arena text;
	void *job;
};
/* b must live until done(); there is no cancel. */
void store_book(struct store *s, struct store_book *b);
void store_book_free(struct store_book *b);

/*
 * Messages of account owner, in the order in which they came.  done() is told
 * FOUND (also when there were none) or ERROR; what it found stays until
 * store_mail_free().
 */
enum store_mail_what {
	STORE_MAIL_LIST,  /* those that wait, without their texts */
	STORE_MAIL_HEADS, /* all, with the beginnings of their texts */
	STORE_MAIL_ONE,   /* the one of this id with its text */
	STORE_MAIL_ALL    /* all with their texts */
};
enum {
	STORE_MAIL_READ = 100 /* that were read and are not kept */
};
struct store_mail {
	uint64_t owner;
	enum store_mail_what what;
	int64_t since; /* what was read before, in Unix seconds, is gone */
	unsigned char id[STORE_ID_BYTES];
	void (*done)(struct store_mail *m, enum store_outcome how);
	/* the answer */
	struct store_message *messages;
	size_t nmessages;
	struct arena text;
	void *job;
};
/* m must live until done(); there is no cancel. */
void store_mail(struct store *s, struct store_mail *m);
void store_mail_free(struct store_mail *m);

/*
 * Addresses from which account owner signed in since, the newest first.
 * done() is told FOUND (also when there were none) or ERROR; what it found
 * stays until store_signins_free().
 */
enum {
	STORE_SIGNINS = 50
};
struct store_signins {
	uint64_t owner;
	int64_t since; /* Unix seconds */
	void (*done)(struct store_signins *q, enum store_outcome how);
	/* the answer */
	struct store_signin *all;
	size_t n;
	struct arena text;
	void *job;
};
/* q must live until done(); there is no cancel. */
void store_signins(struct store *s, struct store_signins *q);
void store_signins_free(struct store_signins *q);

/*
 * Every code, in no order.  done() is told FOUND (also when there were none)
 * or ERROR; what it found stays until store_invites_free().
 */
struct store_invites {
	void (*done)(struct store_invites *q, enum store_outcome how);
	/* the answer */
	struct store_invite *all;
	size_t n;
	struct arena text;
	void *job;
};
/* q must live until done(); there is no cancel. */
void store_invites(struct store *s, struct store_invites *q);
void store_invites_free(struct store_invites *q);

/*
 * Every report, in order of their ids; otherwise as store_invites().
 */
struct store_reports {
	void (*done)(struct store_reports *q, enum store_outcome how);
	/* the answer */
	struct store_report *all;
	size_t n;
	struct arena text;
	void *job;
};
/* q must live until done(); there is no cancel. */
void store_reports(struct store *s, struct store_reports *q);
void store_reports_free(struct store_reports *q);

/*
 * Was this network put on that day or later?  done() is told FOUND, ABSENT or
 * ERROR.
 */
struct store_network {
	unsigned char mark[STORE_ID_BYTES];
	int64_t since;
	void (*done)(struct store_network *q, enum store_outcome how);
	void *job;
};
/* q must live until done(); there is no cancel. */
void store_network(struct store *s, struct store_network *q);

/*
 * Copy the live database to path (which must not exist) with SQLite's online
 * backup: accounts, keys and the CA in one file of mode 0600.  The secret
 * STORE_SECRET_LIVE is not in it: whoever starts with the copy makes another.
 */
struct store_backup {
	const char *path;
	void (
	    *done)(struct store_backup *b, const char *error); /* NULL: fine */
	void *job;
};
void store_backup(struct store *s, struct store_backup *b);

/* Migrations, for tests: the schema version this program writes. */
int store_schema_version(void);

#endif
