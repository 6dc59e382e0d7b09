/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_OPTIONS_H
#define NUDGE_BENCH_OPTIONS_H
/*
 * What key=value arguments say.  The table in options.c has the names and the
 * defaults.
 */
struct options {
	const char *host;     /* in 127.0.0.0/8 */
	const char *domain;   /* of the accounts u000001@..., u000002@... */
	const char *password; /* of all of them */
	const char *suite;    /* TLS cipher suite, mbedTLS's name */
	const char *hello;    /* of old clients, "v2:0301:002f" */
	unsigned port;        /* notification server, or relay */
	unsigned http;
	unsigned https;
	unsigned pid;   /* whose processor time is measured; 0: none */
	unsigned first; /* number of the first account used */
	unsigned users;
	unsigned earlier; /* sign in before memory is measured at first */
	unsigned pairs;
	unsigned outstanding; /* messages under way in each pair */
	unsigned bytes;       /* payload of a message; line of a fan-out */
	unsigned header;      /* bytes of a relayed message's command line */
	unsigned people; /* contacts, or members of lists, in each answer */
	unsigned watchers;
	unsigned changes; /* how often presence changes */
	unsigned pace_us; /* between two sends; 0: as fast as answered */
	unsigned rounds;
	unsigned conc; /* sign-ins under way at once */
	unsigned threads;
	unsigned rate;    /* per second; 0: as fast as they go */
	unsigned dialect; /* MSNP version */
	unsigned other;   /* dialect of every second watcher */
	unsigned picture; /* 0: nobody shows one */
	unsigned spin;    /* 1: the generator never sleeps */
	unsigned warm_ms;
	unsigned run_ms;
	unsigned settle_ms;
};

/* Fill in the defaults, then argv[from...]; an unknown name ends the program.
 */
void options_parse(struct options *o, int argc, char **argv, int from);
/* One line for each option. */
void options_help(void);

#endif
