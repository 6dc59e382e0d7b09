/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_ACCOUNT_H
#define NUDGE_ACCOUNT_H
/*
 * A person is an address somebody knows: small, interned, shared by every
 * roster that names it.  An account is the record behind a person, in memory
 * while it is used and a while longer.
 */
#include "core/door/elsewhere.h"
#include "core/people/roster.h"
#include "core/request.h"

enum person_state {
	PERSON_UNKNOWN,
	PERSON_LOADING,
	PERSON_ABSENT,
	PERSON_LOADED
};

struct person {
	struct map_node node;
	struct account *account; /* when LOADED */
	struct list *waiting;    /* requests, while LOADING; else NULL */
	uint32_t refs;           /* contacts, conversations, passes */
	uint32_t pins;           /* requests and sessions */
	uint8_t state;
	uint8_t n;
	char address[]; /* n bytes, lower case, and a NUL */
};

enum prop {
	PROP_HOME,
	PROP_WORK,
	PROP_MOBILE,
	PROP_SPARE,
	PROPS
};

/* Of accounts whose password another server decides about. */
struct account_home {
	int64_t verified; /* when it last said yes, Unix seconds */
	bool keeps;       /* a verifier is on disk, for when it is down */
	uint32_t keeping; /* the epoch one is being made for; 0: none is */
	char name[ELSEWHERE_HOME_MAX + 1];
	char remote_id[ELSEWHERE_ID_MAX + 1];
};

/* What few people have. */
struct account_extra {
	struct account_home *home; /* NULL: here */
	struct blob *group0;       /* NULL: the default */
	struct blob *props[PROPS];
	struct roster_left *left; /* see roster.h; NULL: nobody */
};

/* Thousands of these are in memory: mind the size. */
struct account {
	struct map_node node; /* core->by_id */
	struct person *person;
	struct list unused; /* core->unused */
	struct list dirty;  /* core->dirty */
	struct list sessions;
	struct list members; /* this account in conversations */
	struct list rings;   /* passes given by others, the oldest first */
	uint64_t id;
	int64_t cid; /* see account_cid() */
	uint64_t
	    seq; /* its last change; durable when the store has reached it */
	struct blob *name;           /* percent-encoded; NULL: the address */
	char *password;              /* NULL: see account_password() */
	char *sealed;                /* see signin.h; NULL when password is */
	struct account_extra *extra; /* NULL: nothing of it */
	int64_t created;
	int64_t lists_changed;
	int64_t settings_changed;
	uint64_t stamp; /* of the newest change of its book; see book.h */
	uint32_t epoch;
	uint32_t flags; /* ACCOUNT_... of store.h */
	uint32_t serial;
	uint32_t look_id; /* of what others are told; 0: never seen */
	uint32_t note_id;
	uint32_t endings;        /* times all its sessions were shown out */
	uint32_t came_from;      /* see signin_place.c; 0: it did not */
	uint16_t npasses;        /* asked for and outstanding */
	uint16_t nrings;         /* passes given by others, outstanding */
	uint16_t messages;       /* that wait for it: see mailbox.h */
	uint16_t mail_changes;   /* counts them, to notice that there was one */
	uint16_t secret_changes; /* of password and sealed, counted */
	bool broken; /* deleted, or a change was lost: no pin may revive it */
	bool places_changed;  /* own sessions must hear SELF */
	bool place_announced; /* and how one of them is */
	uint8_t untold;       /* bits of enum prop: changed while not seen */
	/* what look_id and note_id stand for, as keyed hashes; 0: nothing */
	uint64_t look_hash;
	uint64_t note_hash;
	struct roster roster;
};

/* ---- addresses ---- */
/*
 * Lower-case copy into out[ADDRESS_MAX + 1]; false when it is no handle:
 * exactly one '@' with something before and behind (dotless domains are
 * fine), at most ADDRESS_MAX bytes, no blanks or controls.
 */
enum {
	ADDRESS_MAX = 129,
	NAME_MAX_ENCODED = 387
};
bool address_canonical(struct slice in, char out[ADDRESS_MAX + 1]);
/*
 * May a new account have it?  Beside that: none of " < > ; , \, no empty part
 * of the domain (as a dot at the end makes one), nothing that cannot be seen,
 * and before and behind the '@' no letters of scripts that look alike beside
 * each other.
 */
bool address_new_acceptable(struct slice address);
/* A name as stored: 1..NAME_MAX_ENCODED bytes, well-formed, UTF-8 inside. */
bool name_acceptable(struct slice encoded);
/* Are there words in it that the operator keeps from people? */
bool name_reserved(const struct core *c, struct slice encoded);

struct slice person_address(const struct person *p);
/* Interned, one reference for the caller. */
struct person *person_intern(struct core *c, struct slice address);
struct person *person_ref(struct person *p);
void person_unref(struct core *c, struct person *p);

/* ---- records ---- */
/*
 * The account of this address, pinned by the request.  OK, WAIT,
 * NO_SUCH_ACCOUNT, STORE_FAILED, BAD_ADDRESS.
 */
enum result
account_get(struct request *rq, struct slice address, struct account **out);
enum result
account_get_id(struct request *rq, uint64_t id, struct account **out);
/* The one that has this number; a request asks for one. */
enum result
account_get_cid(struct request *rq, int64_t cid, struct account **out);
/* The loaded account, or NULL; no wait, no pin. */
struct account *account_peek(struct core *c, struct slice address);
/* The same of an address as rosters and books have it: canonical already. */
struct account *account_peek_kept(struct core *c, struct slice address);
void account_pin(struct account *a);
void account_unpin(struct core *c, struct account *a);

/* Display name, percent-encoded, never empty. */
struct slice account_name(const struct account *a);
struct slice account_address(const struct account *a);
/*
 * The number that stands for the account where numbers do: positive, never 0,
 * always the same, of one account only.  It is random, so that nobody goes
 * through all of them; of old accounts it follows from the id.
 */
int64_t account_cid(const struct account *a);
/* Empty when not set. */
struct slice account_prop(const struct account *a, enum prop which);
/* Of the group everybody is in; empty when never renamed. */
struct slice account_group0(const struct account *a);
/* Who decides about its password; empty: we do. */
struct slice account_home(const struct account *a);
/* The same and more; NULL: we do. */
const struct account_home *account_away(const struct account *a);
/*
 * Bring back the hash of a pinned account's password, and what is sealed for
 * it: these are not kept in memory while somebody is signed in.  OK, WAIT,
 * STORE_FAILED; BUSY when they went again while the request waited, which still
 * has two waits to come.
 */
enum result account_password(struct request *rq, struct account *a);

/* ---- changes; each writes to the store and announces what must be ---- */
/* OK, or STORE_FAILED while the store refuses writes.  Ask before changing. */
enum result account_writable(struct core *c);
/* What is kept of a password: signin_hash() makes it. */
struct account_secret {
	const char *hash;   /* of crypt */
	const char *sealed; /* see signin.h; "": nothing */
};
/* The account must not exist (asked before). */
enum result
account_create(struct request *rq, struct slice address, struct slice name,
    const struct account_secret *secret, struct account **out);
/* The same of one that lives elsewhere, of which no password is known here. */
struct account_birth {
	struct slice address;
	struct slice name;
	struct slice home;
	struct slice remote_id;
	int64_t verified; /* when it last said yes, Unix seconds; 0: never */
	uint32_t flags;   /* beside the usual ones */
};
enum result account_create_away(struct request *rq,
    const struct account_birth *birth, struct account **out);
/*
 * From now on that server decides about the password; empty: we do, and there
 * is none.  Its tokens and sessions end.  UNCHANGED, STORE_FAILED.
 */
enum result
account_set_home(struct request *rq, struct account *a, struct slice home);
/* BAD_NAME also when it is reserved; the operator may give any. */
enum result
account_set_name(struct request *rq, struct account *a, struct slice encoded);
enum result
account_give_name(struct request *rq, struct account *a, struct slice encoded);
/* ELSEWHERE when it does not live here. */
enum result account_set_password(struct request *rq, struct account *a,
    const struct account_secret *secret);
/* After account_password() alone: the hash must be in memory. */
enum result
account_set_sealed(struct request *rq, struct account *a, const char *sealed);
enum result
account_set_disabled(struct request *rq, struct account *a, bool disabled);
enum result account_delete(struct request *rq, struct account *a);
/* UNCHANGED when it is so already. */
enum result
account_set_flag(struct request *rq, struct account *a, uint32_t flag, bool on);
/* Empty value clears. */
enum result account_set_prop(struct request *rq, struct account *a,
    enum prop which, struct slice encoded);
/* Write the row; used by the roster too. bumps serial when lists or settings
 * changed (ns-classic 6). */
enum account_what {
	ACCOUNT_LISTS = 1,
	ACCOUNT_SETTINGS = 2
};
void account_changed(struct request *rq, struct account *a, unsigned what);

#endif
