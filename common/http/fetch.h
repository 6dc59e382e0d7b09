/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_FETCH_H
#define NUDGE_FETCH_H
/*
 * Asking other HTTP servers, on our loop: one POST, one bounded answer.  The
 * work is libcurl's, which is opened when somebody is to be asked and not
 * before: it and what it brings take some megabytes of memory.
 *
 * Nothing is taken from the environment (proxies, certificates), no redirect
 * is followed, nothing is remembered but open connections.  What libcurl frees
 * is overwritten first, because bodies hold passwords.
 */
#include "common/base/buf.h"
#include "common/net/loop.h"

enum {
	FETCH_URL_MAX = 512,
	FETCH_PIN_MAX = 512,
	FETCH_PATH_MAX = 1024,
	FETCH_WHY_MAX = 160,
	FETCH_HEADER_MAX = 32 * 1024, /* of an answer, all lines together */
	FETCH_BODY_MAX = 128 * 1024   /* of a question */
};

/* ---- addresses ---- */
struct fetch_url {
	bool tls;
	struct slice host;  /* lower or upper case; IPv6 without brackets */
	struct slice place; /* host as written, with its port if it has one */
	struct slice path;  /* with what follows '?'; may be empty */
};
/*
 * "https://host[:port]/path" or the same with http.  False for everything
 * else: names and passwords before an '@', fragments, blanks, quotes,
 * characters beyond ASCII.  Slices point into url.
 */
bool fetch_url_parse(struct slice url, struct fetch_url *out);
/* 127.0.0.0/8, ::1, localhost: what never leaves this machine. */
bool fetch_url_is_here(const struct fetch_url *url);

/* ---- libcurl ---- */
struct fetch_lib;
/* NULL and a sentence that says what to install. */
struct fetch_lib *fetch_lib_open(char *err, size_t errlen);
/* Frees every struct fetch that is left, retired ones too.  NULL is allowed. */
void fetch_lib_close(struct fetch_lib *lib);

/* ---- one server, or a few that are trusted alike ---- */
struct fetch_config {
	char ca[FETCH_PATH_MAX]; /* PEM file; empty: what the system trusts */
	char pin[FETCH_PIN_MAX]; /* "sha256//BASE64[;...]"; empty: none */
	unsigned timeout_ms;     /* from the start to the last byte */
	unsigned parallel;       /* at once; others wait */
	unsigned waiting;        /* more than these are refused */
	size_t max_reply;        /* bytes of an answer's body */
	bool plain;              /* http:// to other machines too */
};

struct fetch;
/*
 * The certificates that are trusted are read here, once, so that no question
 * has to wait for it.  Never fails: a CA file that cannot be read makes every
 * question end with FETCH_UNTRUSTED, and is complained of in the log.
 */
struct fetch *fetch_new(struct loop *l, struct fetch_lib *lib,
    const struct fetch_config *cfg);
/* Questions under way end with FETCH_STOPPED before this returns. */
void fetch_free(struct fetch *f);
/* The same when the last question under way has its answer. */
void fetch_retire(struct fetch *f);

enum fetch_end {
	FETCH_ANSWERED,    /* status and reply, whole */
	FETCH_STOPPED,     /* fetch_free() */
	FETCH_BUSY,        /* too many wait, or it waited too long */
	FETCH_FORBIDDEN,   /* no address we ask: http:// to another machine */
	FETCH_UNRESOLVED,  /* nobody knows the name */
	FETCH_UNREACHABLE, /* no connection */
	FETCH_NO_TLS,      /* the handshake failed */
	FETCH_UNTRUSTED,   /* the certificate: its name, chain or dates */
	FETCH_WRONG_PIN,   /* the certificate has another key */
	FETCH_TOO_LATE,
	FETCH_TOO_LARGE,
	FETCH_CUT_OFF, /* it ended in the middle */
	FETCH_BROKEN,  /* not HTTP; whatever else */
};
/* A word for logs: "too-late". */
const char *fetch_end_text(enum fetch_end how);

/* One question.  Embedded in the caller's object, which lives until done(). */
struct fetch_job {
	/* asked; read during fetch_post() alone */
	struct slice url;
	struct slice type;  /* Content-Type */
	struct slice body;  /* at most FETCH_BODY_MAX; our copy is wiped */
	struct slice via;   /* value of X-RST-Via; empty: none */
	bool fresh;         /* over a connection of its own */
	unsigned within_ms; /* less than the timeout; 0: all of it */
	/* Never from inside fetch_post(); once, within the timeout. */
	void (*done)(struct fetch_job *job);
	/* answered; slices are good during done() */
	enum fetch_end how;
	unsigned status;
	struct slice reply;
	struct slice location;   /* whole URL, when the status says "there" */
	char why[FETCH_WHY_MAX]; /* for people; not of ANSWERED */
	/* microseconds since the start, 0 when it did not come to that */
	int64_t resolved, connected, secured, ended;
	unsigned queued_ms;    /* it waited so long for others to end */
	struct fetch_run *run; /* ours */
};
void fetch_post(struct fetch *f, struct fetch_job *job);

#endif
