/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CORE_H
#define NUDGE_CORE_H
/*
 * The messenger itself: accounts, rosters, sessions, presence and
 * conversations.  It knows no protocol; fronts translate.
 */
#include "common/auth/password.h"
#include "common/auth/penalty.h"
#include "common/auth/token.h"
#include "common/base/map.h"
#include "common/codec/seal.h"
#include "common/net/stream.h"
#include "common/ops/metrics.h"
#include "core/door/elsewhere.h"
#include "core/result.h"
#include "core/store/store.h"

enum signup {
	SIGNUP_CLOSED,
	SIGNUP_OPEN,
	SIGNUP_FIRST_LOGIN,
	SIGNUP_INVITE
};

/* What the settings say; the roof fills it, reload may replace it. */
struct core_config {
	enum signup signup;
	unsigned signups;        /* from one place in an hour; 0: any number */
	unsigned signups_lan;    /* the same of a private network */
	bool seal_passwords;     /* see signin.h */
	unsigned guess_delay_s;  /* most a guesser waits; 0: no delays */
	unsigned ask_per_minute; /* the same of one place and account; 0: any */
	unsigned ask_per_hour;   /* the same of one account; 0: any number */
	unsigned md5_days;       /* app-passwords of who lives elsewhere and
				    was not confirmed since; 0: for ever */
	unsigned ticket_life_s;  /* TOKEN_TICKET at the notification server */
	unsigned token_life_s;   /* web services and long tickets: 24 h */
	unsigned max_forward;    /* people on the forward list: 600 */
	unsigned max_privacy;    /* people on allow plus block: 1500 */
	unsigned max_strangers;  /* on nothing but reverse and pending:
				    5000; 0: any number */
	unsigned max_members;    /* in a conversation: 50 */
	unsigned talk_rate;      /* bytes/s one may say; 0: any number */
	unsigned pass_life_s;    /* switchboard cookies: 120 */
	unsigned mail_days;      /* read messages stay: 30 */
	unsigned signin_days;    /* addresses of sign-ins stay: 30; 0: none */
	size_t cache_accounts;   /* records kept when nobody uses them */
	char reserved[1001];     /* addresses nobody may sign up */
	char reserved_names[1001]; /* see name_reserved() */
};

struct core {
	struct loop *loop;
	const struct env *env;
	struct store *store;
	struct barrier *barrier; /* released as the store commits */
	struct metrics *metrics;
	struct passwords *passwords;
	/* failed sign-ins, counted three ways; see signin_try.c */
	struct penalty *penalty_pair;      /* network and account */
	struct penalty *penalty_address;   /* network */
	struct penalty *penalty_looked_at; /* network, undecided yet */
	struct penalty *penalty_account;   /* e-mail address */
	struct known *known;               /* see signin_known.c */
	struct penalty *senders;   /* what each kept for others lately */
	struct penalty *relations; /* who adds and removes whom, lately */
	struct penalty *uploads;   /* what each put into profiles lately */
	struct penalty *signups;   /* accounts made lately, by place */
	struct invites *invites;
	struct bans *bans;
	struct reports *reports;
	struct elsewhere *elsewhere; /* NULL: we decide about all */
	struct asking *asking;       /* see signin_elsewhere.c */
	struct relayed *relayed;     /* see relayed.h */
	struct token_keys keys;
	unsigned char seal_key[SEAL_KEY_BYTES]; /* of sealed passwords */
	struct token_once *once;
	struct leavers *leavers; /* who signed out, see signin_leave.c */
	struct core_config cfg;
	bool draining;

	struct map people;  /* struct person by address */
	struct map by_id;   /* loaded struct account by id */
	struct list unused; /* loaded accounts nobody pins, oldest first */
	size_t nunused;
	size_t nrequests; /* begun and not ended */
	size_t nsessions;
	uint64_t last_id;
	struct list settling; /* requests that wait for a commit */
	struct list books;    /* read lately, the last one behind */
	size_t nbooks;
	struct list dirty;    /* accounts whose presence must be looked at */
	uint64_t look_key[2]; /* of the hashes of what they show */
	struct deferred flush;
	/* of a front whose connections are no sessions: it runs when accounts
	 * were given another epoch or deleted; NULL: there is none */
	struct deferred *epochs;
	struct map conversations; /* by id */
	struct map kept;          /* see keep.h */
	uint64_t kept_gone;       /* the change that took the last of them */
	struct dues *dues;        /* see conversation_dues() */
	struct map passes;        /* by cookie */
	struct list pass_age;     /* passes, oldest first */
	struct timer pass_sweep;
	struct timer expiry; /* see expire.c */
	struct list traces;  /* see trace.h */
};

/*
 * Build the core on what c already holds (everything down to cfg set by the
 * caller).  The store must have been opened with core_committed,
 * core_failed and core_recovered as its callbacks and c as ctx.
 */
void core_start(struct core *c);
/*
 * New accounts have numbers that none had at an earlier time by this clock, even
 * if an older database is in the place of the last one.  Before any is made.
 */
void core_number_by_clock(struct core *c);
/* Every session and request must be gone, and the store closed. */
void core_stop(struct core *c);
void core_committed(void *core, uint64_t upto);
void core_failed(void *core, uint64_t from, uint64_t upto);
void core_recovered(void *core);
/* How the disk does: a sentence for who runs the server. */
const char *core_disk_words(const struct core *c);
/* Changes are refused because the disk is full. */
bool core_disk_full(const struct core *c);
/*
 * Tell every session to leave (event DRAIN) and refuse new ones; the caller
 * waits for core->nsessions to reach 0 or its own deadline.
 */
void core_drain(struct core *c);

#endif
