/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NS_CMD_SIGNIN_H
#define NUDGE_NS_CMD_SIGNIN_H
/* What the ways of signing in share. */
#include "common/codec/hex.h"
#include "ns/conn.h"

/* What a USR S brings; the slices live until the handler returns. */
struct credentials {
	struct slice ticket; /* what the profile tells the client it has */
	struct slice proof;  /* empty without one */
	unsigned char place[GUID_BYTES];
	bool placed;
	bool made; /* it was an app-password */
};

/* The error with the TrID, then the end; counted. */
enum result cmd_signin_deny(struct conn *c, const struct command *in,
    unsigned code, enum close_reason why);
/*
 * USR I of any package.  True: the connection is CHALLENGED, the address kept,
 * and the answer is to be written.  False: it was refused or referred.
 */
bool cmd_signin_begin(struct conn *c, const struct command *in);
/* What USR S says to r: the session of a begins, or the connection ends. */
enum result cmd_signin_end(struct conn *c, const struct command *in,
    enum result r, struct account *a, const struct credentials *cr);

/* ---- cmd_md5.c: the packages of the first years ---- */
enum result cmd_md5_initial(struct conn *c, const struct command *in);
enum result cmd_md5_final(struct conn *c, const struct command *in);
enum result cmd_ctp_initial(struct conn *c, const struct command *in);
enum result cmd_ctp_final(struct conn *c, const struct command *in);

#endif
