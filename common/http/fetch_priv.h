/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_FETCH_PRIV_H
#define NUDGE_FETCH_PRIV_H
/* Shared by fetch.c (questions) and fetch_multi.c (libcurl on our loop). */
#include "common/http/fetch_lib.h"

struct fetch {
	struct list node; /* of the library's */
	struct loop *loop;
	struct fetch_lib *lib;
	struct fetch_config cfg;
	CURLM *multi;
	struct timer timer;   /* libcurl's */
	struct deferred kick; /* start what waits, end what is over */
	bool act;             /* libcurl wants to be called */
	struct list waiting;
	struct list running;
	struct list over; /* ended without having run */
	unsigned nwaiting, nrunning;
	bool retired;
};

/* One question at work. */
struct fetch_run {
	struct list node;
	struct fetch *f;
	struct fetch_job *job; /* NULL: only to read what is trusted */
	CURL *easy;
	struct curl_slist *headers;
	uint64_t posted, due;
	struct buf body, reply;
	size_t header_bytes;
	bool large;
	enum fetch_end how;      /* of those that are over */
	struct fetch_warm *warm; /* of one without a job */
	char error[CURL_ERROR_SIZE];
	char url[FETCH_URL_MAX];
};

/* ---- fetch_multi.c ---- */
void fetch_multi_open(struct fetch *f);
void fetch_multi_close(struct fetch *f);
/* Let libcurl do what is due, then end what is done. */
void fetch_multi_act(struct fetch *f, int fd, int events);

/* ---- fetch_easy.c: what libcurl is told of one question ---- */
bool fetch_easy_open(struct fetch_run *run, uint64_t ms);
void fetch_easy_close(struct fetch_run *run);
/* After the end: what it means. */
void fetch_easy_read(const struct fetch_run *run, CURLcode code,
    struct fetch_job *job);

/*
 * ---- fetch_warm.c: a server that only says goodbye, so that a question to it
 * brings TLS to where what is trusted has been read ----
 */
/* Its address into run->url; false: there can be none. */
bool fetch_warm_open(struct fetch_run *run);
void fetch_warm_close(struct fetch_run *run);

/* ---- fetch.c ---- */
void fetch_done(struct fetch_run *run, CURLcode code);

#endif
