/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_HTTP_PRIV_H
#define NUDGE_HTTP_PRIV_H
/* What the files of common/http share. */
#include "common/http/http.h"

#include "common/base/map.h"

struct MHD_Connection;
struct MHD_Daemon;
struct watch;

/* The rows one front added. */
struct http_table {
	struct list node;
	const struct http_route *rows;
	size_t n;
	void *front;
};

/* A listener's context. */
struct http_entry {
	struct list node;
	struct http *http;
	enum http_listener_kind kind;
	struct tls *tls; /* NULL: plain */
};

struct http {
	struct loop *loop;
	struct http_limits limits;
	struct conn_limits *conns_limits;
	struct MHD_Daemon *daemon;
	struct watch *watch;
	struct timer timer;
	struct deferred pump;
	struct posted kick; /* more to do than one turn should */
	struct list tables;
	struct list entries;
	struct list conns;
	struct list requests;
	struct list again; /* requests to be resumed */
	struct map by_fd;  /* connections by the descriptor MHD has */
	struct http_uploads *uploads;
	struct http_stats stats;
	bool (*known)(void *ctx, struct http_request *rq, struct slice head);
	void *known_ctx;
	bool stopping;
};

/*
 * One accepted connection.  Plain: waits for its first line, then MHD has
 * its descriptor.  Bridged: front is the peer's link, back our end of the
 * socket pair whose other end MHD has.
 */
struct http_conn {
	struct list node;
	struct map_node by_fd;
	struct http *http; /* NULL once the server is gone */
	enum http_listener_kind kind;
	struct addr peer;
	struct addr local;
	struct timer deadline;
	struct timer pace; /* while MHD has it: see pace.c */
	struct stranger stranger;
	struct http_request *rq; /* whose body or reply is timed, or NULL */
	struct watch *watch;
	int fd;   /* -1 unless it waits for its first line */
	int lent; /* while given: the descriptor MHD has */
	int peeked;
	struct link *front;
	struct link *back;
	bool given;  /* MHD has a descriptor of it */
	bool lined;  /* the first line was seen */
	bool simple; /* a request line without version, and nothing behind */
};

struct http_reply_line {
	struct http_reply_line *next;
	const char *name;
	const char *value;
};

struct http_request {
	struct list node;
	struct list again;
	struct http *http;
	struct http_conn *conn;
	struct MHD_Connection *mhd;
	struct arena arena;
	enum http_method method;
	struct slice path;
	struct slice query;
	const struct http_route *route; /* NULL: refused */
	void *front;
	unsigned refused; /* the status, when no handler is to run */
	unsigned allowed; /* methods, for a 405 */
	bool odd_target;  /* with blanks in it */
	bool begun;
	bool suspended;
	uint64_t body_seen;
	uint64_t began;        /* loop_now() when its body or reply did */
	uint32_t ceiling;      /* of the body */
	bool judged;           /* it is known whether a stranger sends it */
	struct stranger bytes; /* the body, while it comes */
	struct buf body;
	void *state;
	void (*cleanup)(void *state);
	unsigned status; /* 0: no reply yet */
	bool close;
	bool failed; /* the reply outgrew its ceiling */
	struct http_reply_line *lines;
	struct http_reply_line **last;
	struct buf reply;
	const struct buf *kept; /* a body that is not in reply; NULL: none */
	int file;               /* a body that is in a file, plus 1; 0: none */
	uint64_t file_size;
};

/* http.c: let MHD work later in this turn. */
void http_pump_soon(struct http *h);

/* conn.c */
/* Give fd, which is non-blocking, to MHD. */
bool http_conn_give(struct http_conn *c, int fd);
/* MHD is through with the connection. */
void http_conn_returned(struct http_conn *c);
void http_conn_free_if_over(struct http_conn *c);
/* For the log and the counters; tls describes the engine or is "". */
void
http_conn_count(struct http_conn *c, enum close_reason why, const char *tls);
/* The server goes: end it, without the server. */
void http_conn_abandon(struct http_conn *c);
struct http_conn *http_conn_by_fd(struct http *h, int fd);
/* End it now, whoever has it. */
void http_conn_cut(struct http_conn *c, enum close_reason why);

/* upload.c */
struct http_uploads *http_uploads_new(uint64_t now);
/* n bytes came: milliseconds until more should be read; 0: at once. */
uint64_t http_uploads_pay(struct http_uploads *u, const struct addr *peer,
    size_t n, uint64_t now);

/* pace.c: what must come in time, and who gives way. */
void http_pace_init(struct http_conn *c);
/* False: there is no room for one more. */
bool http_pace_enter(struct http_conn *c);
/* Nothing is timed any more, and nobody given way for. */
void http_pace_end(struct http_conn *c);
void http_pace_idle(struct http_conn *c);
void http_pace_headers(struct http_conn *c);
void http_pace_body(struct http_request *rq);
/* The handler's turn: no stranger any more, and nothing to wait for. */
void http_pace_work(struct http_request *rq);
void http_pace_reply(struct http_request *rq, uint64_t bytes);
/* A piece of the body came; false: the connection ends. */
bool http_pace_piece(struct http_request *rq, const char *p, size_t n);

/* bridge.c: the link is the peer's; it takes its first line there. */
void http_bridge_front(struct http_conn *c, struct link *front);
extern const struct stream_limits http_bridge_limits;

/* What may be read beyond a body's ceiling to answer 413 politely. */
#define HTTP_BODY_SLACK (256 * 1024)

/* firstline.c */
enum http_line {
	HTTP_LINE_MORE,
	HTTP_LINE_AS_IS,
	HTTP_LINE_NO_VERSION
};
#define HTTP_LINE_MAX 8192
/* For NO_VERSION: *end is where " HTTP/1.0" has to go. */
enum http_line http_line_look(struct slice in, size_t *end);

/* serve.c: the callbacks MHD is given. */
struct MHD_Daemon *http_serve_start(struct http *h);
/* The value, by its address, of a "Host" that the peer did not send. */
extern const char http_no_host[];

/* reply.c: a file that is not to be sent after all. */
void http_reply_drop_file(struct http_request *rq);

/* route.c: fills path, query, route, front or refused. */
void http_route_target(struct http_request *rq, struct slice uri);
void http_route_choose(struct http_request *rq);

/* frame.c: is it beyond doubt what ends where?  Headers are complete. */
bool http_frame_clear(const struct http_request *rq, const char *version);
/* ... and whether the target is one, as it came */
bool http_frame_is_target(struct slice uri);

/* request.c */
struct http_request *http_request_new(struct http *h, struct http_conn *c);
void http_request_free(struct http_request *rq);

/* reply.c: what is said when no handler is asked. */
void http_reply_refusal(struct http_request *rq);

#endif
