/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_HTTP_H
#define NUDGE_HTTP_H
/*
 * HTTP/1.x on the loop: libmicrohttpd without threads and without a listening
 * socket of its own.  Plain connections are handed to it as they are, TLS ones
 * through a socket pair.  Paths are rows of tables.
 *
 * What real clients force here (field-notes 1, 2): doubled slashes in paths,
 * absolute-form targets, HTTP/1.0 and a request line without any version,
 * wrong or doubled Host headers (Host is never looked at for routing).
 */
#include "common/base/arena.h"
#include "common/net/addr.h"
#include "common/net/listener.h"
#include "common/net/subnet.h"
#include "common/net/tls.h"

struct http;
struct http_request;

enum http_method {
	HTTP_GET = 1,
	HTTP_HEAD = 2,
	HTTP_POST = 4,
	HTTP_OTHER = 8,
};

enum http_outcome {
	HTTP_DONE, /* the reply is complete */
	HTTP_WAIT, /* suspend; http_again() will run the handler once more */
};

enum http_listener_kind {
	HTTP_PLAIN = 1,
	HTTP_TLS = 2,
	HTTP_ADMIN = 4, /* modern TLS only */
};

/*
 * One path.  "*" at the end of path matches any rest.  Paths compare without
 * letter case (IIS did).  The first matching row wins.  A path that matches
 * with another method gets 405.
 */
struct http_route {
	const char *path;
	unsigned methods;   /* mask of enum http_method; HEAD comes with GET */
	unsigned listeners; /* mask of enum http_listener_kind */
	uint32_t max_body;  /* bytes; more gets 413, of strangers sooner */
	enum http_outcome (*handle)(struct http_request *rq, void *front);
};

struct http_limits {
	uint32_t header_bytes; /* per connection pool; more gets 431 */
	unsigned idle_s;       /* keep-alive and slow requests */
	unsigned first_ms;     /* from accept to the end of the first request
			      line, a TLS handshake included; from a request
			      line to the end of the headers */
	/* These may be NULL: nobody gives way. */
	struct crowd *strangers; /* connections before their first request */
	struct crowd *idle;      /* and between requests */
	struct crowd *bodies;    /* unfinished ones, in HTTP_BODY_UNIT bytes */
};

/*
 * A body must come at HTTP_LEAST_RATE bytes a second, as a reply must be
 * taken; a moment's grace apart.  Whoever shows no token sends
 * HTTP_STRANGER_MAX bytes at most: see http_set_known().
 */
enum {
	HTTP_LEAST_RATE = 512,
	HTTP_BODY_UNIT = 4096,
	HTTP_STRANGER_MAX = 64 * 1024,
	HTTP_KNOWN_BY = 4096, /* bytes of a body in which a token may stand */
};

struct http *http_new(struct loop *l, const struct http_limits *limits,
    struct conn_limits *conns);
/*
 * Ends every connection.  Handlers are told through their cleanup.  What is
 * still to be sent over TLS leaves in the turns that follow.
 */
void http_free(struct http *h);
/* End every connection from there; requests under way get no answer. */
void
http_end_from(struct http *h, const struct subnet *from, enum close_reason why);
/*
 * known() says of a request with a longer body whether a valid token stands in
 * its headers or in the first HTTP_KNOWN_BY bytes of the body, which are head.
 * Without it everybody is known.
 */
void http_set_known(struct http *h,
    bool (*known)(void *ctx, struct http_request *rq, struct slice head),
    void *ctx);
/* The rows and front must outlive h.  Fronts are asked in order. */
void http_add_routes(struct http *h, const struct http_route *rows, size_t n,
    void *front);

/* listener_user callbacks to hand to listener_open(); ctx is from here. */
void *http_plain_ctx(struct http *h);
void *http_tls_ctx(struct http *h, struct tls *t, bool admin);
extern const struct listener_user http_listener_user;

/* ---- the request, as a handler sees it; slices live until it is done ---- */
enum http_method http_method(const struct http_request *rq);
/* Percent-decoded is left to the handler; slashes are squeezed. */
struct slice http_path(const struct http_request *rq);
/* Without the '?', raw. */
struct slice http_query(const struct http_request *rq);
/* One query argument, percent-decoded into the arena; false: absent. */
bool
http_query_arg(struct http_request *rq, const char *key, struct slice *out);
/* The same, and the key's letters are of either case. */
bool http_query_arg_nocase(struct http_request *rq, const char *key,
    struct slice *out);
/* The same of what a form wrote: '+' is a space. */
bool http_query_form_arg(struct http_request *rq, const char *key,
    struct slice *out);
/* Header by name without case; the first one; p is NULL when absent. */
struct slice http_header(const struct http_request *rq, const char *name);
struct slice http_body(const struct http_request *rq);
/* The handler has read it, and the request may wait for long: let go of it. */
void http_body_done(struct http_request *rq);
/*
 * A field of an application/x-www-form-urlencoded body, decoded ('+' is a space
 * there), or a field or file of a multipart/form-data one, as it came.
 */
bool http_form_arg(struct http_request *rq, const char *key, struct slice *out);
/*
 * Does the browser say that another site's page sent this?  Browsers of old
 * say nothing, so a form that must not be forged needs a key beside this.
 */
bool http_from_elsewhere(const struct http_request *rq);
/*
 * Does it say that it comes from no site?  So do forms in a file on somebody's
 * disk; and so may a page that hides where it is, which makes this no proof of
 * anything.  Pages of ours say beside it that they are ours, or have a key.
 */
bool http_from_nowhere(const struct http_request *rq);
const struct addr *http_peer(const struct http_request *rq);
const struct addr *http_local(const struct http_request *rq);
bool http_is_tls(const struct http_request *rq);
struct arena *http_arena(struct http_request *rq);

/*
 * A place for the handler's own state across HTTP_WAIT.  cleanup is called
 * once, when the reply was sent or the peer went away.  That a peer left
 * while its request waits is noticed after http_again(), or by http_free():
 * whoever returns HTTP_WAIT sees to it that http_again() follows.  Waiting
 * itself has no deadline.
 */
void http_set_state(struct http_request *rq, void *state,
    void (*cleanup)(void *state));
void *http_state(const struct http_request *rq);
/*
 * Run the handler again (it returned HTTP_WAIT).  Never calls it directly:
 * it runs later in this turn.
 */
void http_again(struct http_request *rq);

/* ---- the reply; complete it before returning HTTP_DONE ---- */
void http_reply(struct http_request *rq, unsigned status);
/* Names are sent with exactly this spelling and order (passport 3). */
void http_reply_header(struct http_request *rq, const char *name,
    struct slice value);
/* The body is copied.  Content-Length is always sent. */
void http_reply_body(struct http_request *rq, struct slice body);
/*
 * The same without a copy: the buffer stays as it is until the request is
 * over, which the state's cleanup tells.
 */
void http_reply_body_kept(struct http_request *rq, const struct buf *body);
/*
 * The body is what this file holds, size bytes, and is read as it is sent.
 * fd is ours from now on; a body of bytes is then not sent.
 */
void http_reply_file(struct http_request *rq, int fd, uint64_t size);
/* What a page shows that is not in it; zero: its own pictures. */
struct http_sources {
	struct slice
	    pictures; /* hosts beside us, each with a blank before it */
	bool objects; /* controls, of ours or of */
	struct slice object_host;
	bool referred; /* its forms say where they come from */
};
/*
 * Into the reply of a page: nobody frames it, guesses its type, is told of it,
 * or runs a script in it.  False: there were too many hosts.
 */
bool
http_reply_guards(struct http_request *rq, const struct http_sources *from);
/* Answer and close the connection ("Connection: close" is sent). */
void http_reply_close(struct http_request *rq);

/* Wed, 30 Dec 2037 16:00:00 GMT */
void http_add_date(struct buf *b, int64_t unix_time);

struct http_stats {
	uint64_t requests;
	uint64_t by_class[6]; /* 1xx..5xx by first digit */
	uint64_t connections; /* accepted, ever */
	/* ended by us or refused, before or beneath HTTP */
	uint64_t closed[CLOSE_REASONS];
};
const struct http_stats *http_get_stats(const struct http *h);

#endif
