/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TESTS_ELSEWHERE_PLAY_H
#define NUDGE_TESTS_ELSEWHERE_PLAY_H
/*
 * A world in which another server, "friends", decides about the passwords of
 * friends.example: what it answers is written beforehand.
 */
#include "tests/proto/play.h"

enum {
	ANSWERS_MAX = 128
};

struct away {
	struct world *world;
	struct workers *workers;
	struct elsewhere elsewhere;
	struct elsewhere_rules rules;
	bool forgotten; /* "friends" is not set any more */
	/* the next answers */
	enum elsewhere_verdict verdict;
	const char *right; /* the password; another one is WRONG; NULL: any */
	const char *remote_id, *name, *url, *reply;
	bool silent; /* questions wait for away_answer() */
	/* what it was asked */
	unsigned asked;
	struct elsewhere_job *jobs[ANSWERS_MAX];
	unsigned njobs;
	char address[ADDRESS_MAX + 1], password[300];
	const void *asker;
	unsigned peers; /* addresses given out */
};

/* With accounts made at the first sign-in, and nothing kept. */
void away_begin(struct away *w);
/* Its store is a file. */
void away_begin_on_disk(struct away *w);
void away_end(struct away *w);
/* For cmocka: *state is such a world. */
struct away *away_setup(void **state);
int away_teardown(void **state);
/* For requests that are asked until they need not wait any more. */
void away_not_again(struct request *rq);
/* To all who wait. */
void away_answer(struct away *w);
void away_pass_days(struct away *w, unsigned days);
/* Until a verifier of its password is kept. */
void away_until_kept(struct away *w, const char *address);

/* Somebody at this IP address who wants to sign in. */
struct trial {
	struct request rq;
	struct away *away;
	struct addr peer;
	const char *address, *password;
	bool over;
	enum result result;
	struct account *account;
	char url[ELSEWHERE_URL_MAX + 1];
	bool passed_on; /* an answer was there to pass on */
};
void trial_begin(struct trial *t, struct away *w, const char *ip,
    const char *address, const char *password);
void trial_end(struct trial *t);
/* From the beginning to the end; from another address every time. */
enum result
away_sign_in(struct away *w, const char *address, const char *password);
enum result away_sign_in_from(struct away *w, const char *ip,
    const char *address, const char *password);

/* The account as it is known; it is loaded if it must be.  NULL: none. */
struct account *away_account(struct away *w, const char *address);
uint64_t away_count(struct away *w, enum counter which);

#endif
