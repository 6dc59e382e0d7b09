/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_HERE_H
#define NUDGE_HERE_H
/* What nudgectl does by itself, without a server. */
#include "common/base/buf.h"

enum {
	HERE_USAGE = 2 /* the exit status of wrong usage */
};

struct here_command {
	const char *name;  /* one word */
	const char *usage; /* the words behind the name; see words.h */
	const char *help;
	/*
	 * dir: the data folder; args: as the usage says, options behind the
	 * rest.  An exit status; says what went wrong.
	 */
	int (*run)(const char *dir, char **args, int n);
};

extern const struct here_command here_commands[];
extern const size_t here_ncommands;

/* EXIT_FAILURE, and err on standard error. */
int here_complain(const char *err);
/* poll() for one descriptor; ms -1: for ever. */
bool here_wait(int fd, short events, int ms);

/*
 * A configuration of dnsmasq(8) that answers the zones of names.def with
 * address, a numeric IPv4 one, listens to it, and forwards all else.  0, or -1
 * when it is none.
 */
int here_dns_config(struct slice address, struct buf *out);

/* ---- the rows' functions, by file ---- */
/* complete.c */
int here_completion(const char *dir, char **args, int n);
/* dns.c */
int here_dns(const char *dir, char **args, int n);
/* restore.c */
int here_restore(const char *dir, char **args, int n);
/* tell.c */
int here_help(const char *dir, char **args, int n);

#endif
