/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_STORE_RIG_H
#define NUDGE_STORE_RIG_H
/*
 * A store on a loop for tests: a folder of its own, callbacks that count, and
 * a way to run the loop until something has happened.
 */
#include "core/store/store.h"

struct store_rig {
	struct loop *loop;
	struct store *s;
	const char *vfs;
	bool on_loop;
	char dir[64];
	char path[96];
	char err[256];
	/* what the callbacks told */
	uint64_t committed;
	unsigned ncommitted;
	unsigned nfailed;
	uint64_t failed_from;
	uint64_t failed_upto;
	unsigned nrecovered;
	/* a deadline for waiting */
	struct timer guard;
	bool late;
};

/* An answer to a load, copied to where it stays. */
struct store_answer {
	struct store_load load;
	struct store_rig *rig;
	bool answered;
	enum store_outcome how;
	struct store_account account;
	struct store_contact contacts[64];
	struct store_group groups[32];
	size_t ncontacts;
	size_t ngroups;
	struct buf text; /* all texts of it; slices above point here */
};

/* A book; its answer stays until rig_book_free(). */
struct store_opened {
	struct store_book book;
	struct store_rig *rig;
	bool answered;
	enum store_outcome how;
};

/* Make the folder and the loop; nothing is open yet. */
void rig_init(struct store_rig *r, bool on_loop);
void rig_free(struct store_rig *r);
/* False: see err.  Path is "file.db" in the folder. */
bool rig_open(struct store_rig *r);
void rig_close(struct store_rig *r);
/* For cmocka: *state is an open rig, on disk or in memory and on the loop. */
int rig_setup_thread(void **state);
int rig_setup_memory(void **state);
int rig_teardown(void **state);
/* Behind the store's back. */
void rig_sql(const char *path, const char *sql);
/* The name of a file in the folder, in a buffer of the caller's. */
const char *rig_file(struct store_rig *r, const char *name, char out[128]);

/* Run the loop until done says so; fails the test after ten seconds. */
void rig_until(struct store_rig *r, bool (*done)(void *), void *ctx);
/* Until the store has committed all it was given. */
void rig_settle(struct store_rig *r);
/* Until it has failed, or recovered, that many times in all. */
void rig_until_failed(struct store_rig *r, unsigned times);
void rig_until_recovered(struct store_rig *r, unsigned times);

/* Changes made of little. */
uint64_t rig_put_account(struct store_rig *r, uint64_t id, const char *address);
uint64_t rig_delete_account(struct store_rig *r, uint64_t id);
uint64_t rig_put_contact(struct store_rig *r, uint64_t owner,
    const char *address, uint32_t lists);
uint64_t
rig_delete_contact(struct store_rig *r, uint64_t owner, const char *address);
uint64_t rig_put_group(struct store_rig *r, uint64_t owner, uint32_t number,
    const char *name);

/* Ask; address NULL: by id.  The answer is valid once answered. */
void rig_ask(struct store_rig *r, struct store_answer *a, const char *address,
    uint64_t id);
/* Ask who has this name at that home. */
void rig_ask_remote(struct store_rig *r, struct store_answer *a,
    const char *home, const char *remote);
void rig_wait(struct store_rig *r, struct store_answer *a);
/* Ask and wait. */
void rig_load(struct store_rig *r, struct store_answer *a, const char *address,
    uint64_t id);
void rig_answer_free(struct store_answer *a);
/* Ask for a book and wait. */
void rig_book(struct store_rig *r, struct store_opened *o, uint64_t id,
    uint64_t since);
void rig_book_free(struct store_opened *o);

/* clang-format off */
#define RIG_THREAD(test) \
	cmocka_unit_test_setup_teardown(test, rig_setup_thread, rig_teardown)
#define RIG_BOTH(test)    \
	RIG_THREAD(test), \
	{ #test "_in_memory", test, rig_setup_memory, rig_teardown, NULL }
/* clang-format on */

#endif
