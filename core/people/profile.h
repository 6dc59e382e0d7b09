/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_PROFILE_H
#define NUDGE_PROFILE_H
/*
 * What an account shows of itself to web services and takes along from one
 * computer to the next: its name, a few words, a picture.  It stays on disk;
 * a request loads it when it needs it, as with core/people/book.h.  The name is the
 * account's; here is only when it changed.
 *
 * Times are stamps, 100 ns ticks since 1970.
 */
#include "core/people/account.h"

enum {
	PROFILE_STATUS_MAX = 4096,
	PROFILE_PICTURE_MAX = 512 * 1024,
	PROFILE_ADDRESS_BYTES = 64,
	/* the same in pieces of 64 KiB, and what one may put in a minute: others
	 * wait for the disk that long */
	PROFILE_PIECE = 64 * 1024,
	PROFILE_PIECES_PER_MINUTE = 48
};

enum picture_type {
	PICTURE_NONE,
	PICTURE_GIF,
	PICTURE_JPEG,
	PICTURE_PNG
};

struct profile {
	struct slice status;  /* UTF-8; may be empty */
	struct slice picture; /* when it was asked for */
	size_t picture_size;
	enum picture_type type;
	uint64_t name_time; /* of the account, when it was never changed */
	uint64_t status_time;
	uint64_t picture_time;
	uint64_t changed; /* the newest of all */
	/* of this picture, see below; "" when there is none */
	char address[PROFILE_ADDRESS_BYTES + 1];
};

/* By its first bytes; NONE when it is none we know. */
enum picture_type picture_type_of(struct slice bytes);
/* May viewer see what of shows?  Who is on its allow list, and itself. */
bool profile_visible(const struct account *of, const struct account *viewer);
/*
 * The profile, with the picture or without; nobody lacks one, it may be empty.
 * OK, WAIT, STORE_FAILED.  Lives until request_end(); a request asks for one
 * account's, in one way.  It shows what was so when it was asked for first.
 */
enum result profile_get(struct request *rq, struct account *a, bool picture,
    const struct profile **out);
/*
 * Programs fetch pictures without saying who they are.  So what opens one is
 * its address: whoever was told the profile knows it, nobody guesses it, and
 * another picture has another one.
 */
void profile_address_make(const struct core *c, const struct account *a,
    struct profile *p);
/* The account's number, when it is one that we made; else 0. */
int64_t profile_address_of(const struct core *c, struct slice address);
/*
 * The owner alone changes it: that is for the front to see to.  OK, BAD_VALUE
 * (too long, no UTF-8, no picture), STORE_FAILED.  Empty clears.
 */
enum result
profile_set_status(struct request *rq, struct account *a, struct slice text);
enum result
profile_set_picture(struct request *rq, struct account *a, struct slice bytes);

#endif
