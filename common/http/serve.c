/* SPDX-License-Identifier: MIT */
/* MHD's side of things: its callbacks and what is told to it. */
#include "common/http/http_priv.h"

#include "common/base/log.h"
#include "common/base/num.h"
#include "common/base/panic.h"

#include <microhttpd.h>

enum {
	CONNECTIONS_MAX = 1000 * 1000, /* conn_limits counts, MHD need not */
};

static struct http_conn *
conn_of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

static void
on_connection(void *cls, struct MHD_Connection *mhd, void **context,
    enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info;

	switch (code) {
	case MHD_CONNECTION_NOTIFY_STARTED:
		info = MHD_get_connection_info(mhd,
		    MHD_CONNECTION_INFO_CONNECTION_FD);
		ASSERT(info != NULL);
		*context = http_conn_by_fd(cls, info->connect_fd);
		ASSERT(*context != NULL);
		break;
	case MHD_CONNECTION_NOTIFY_CLOSED:
		if (*context != NULL)
			http_conn_returned(*context);
		*context = NULL;
		break;
	}
}

const char http_no_host[] = "";

/*
 * MHD 1.0 refuses HTTP/1.1 without "Host" at all levels of discipline but the
 * one that also takes headers with two readings.  So it is given an empty one
 * before it reads those of the request; http_header() knows it.
 */
static void
bear_no_host(struct MHD_Connection *mhd)
{
#if MHD_VERSION >= 0x00097701
	(void)MHD_set_connection_value(mhd, MHD_HEADER_KIND,
	    MHD_HTTP_HEADER_HOST, http_no_host);
#else
	(void)mhd;
#endif
}

/* The whole target as it came; MHD itself would cut and decode it. */
static void *
on_target(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct http_request *rq = http_request_new(cls, conn_of(mhd));

	http_pace_headers(rq->conn);
	rq->odd_target = !http_frame_is_target(slice_text(uri));
	http_route_target(rq, slice_text(uri));
	bear_no_host(mhd);
	return rq;
}

static size_t
leave_as_is(void *cls, struct MHD_Connection *mhd, char *text)
{
	(void)cls;
	(void)mhd;
	return strlen(text);
}

static void
on_completed(void *cls, struct MHD_Connection *mhd, void **context,
    enum MHD_RequestTerminationCode code)
{
	struct http_request *rq = *context;

	(void)cls;
	(void)mhd;
	*context = NULL;
	if (rq == NULL)
		return;
	timer_stop(&rq->conn->pace);
	rq->conn->rq = NULL;
	if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		http_pace_idle(rq->conn);
	http_request_free(rq);
}

/* ---- the reply ---- */

static bool
name_is(const char *name, const char *other)
{
	return slice_eq_nocase(slice_text(name), slice_text(other));
}

/*
 * Internet Explorer up to 6 loses requests on SSL 3.0 connections that are
 * kept; whole generations of web servers let it have none.
 */
static bool
must_close(const struct http_request *rq)
{
	const struct link *front = rq->conn->front;

	return rq->close || (front != NULL && front->dated);
}

static struct MHD_Response *
body_make(struct http_request *rq)
{
	const struct buf *b = rq->kept != NULL ? rq->kept : &rq->reply;
	bool ours = b == &rq->reply && b->p != NULL;
	struct MHD_Response *rs;

	if (rq->file != 0) {
		rs = MHD_create_response_from_fd64(rq->file_size, rq->file - 1);
		/* the descriptor is MHD's now */
		if (rs != NULL)
			rq->file = 0;
		return rs;
	}
	rs = MHD_create_response_from_buffer(b->n, b->p,
	    ours ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);

	/* The bytes are MHD's now. */
	if (rs != NULL && ours)
		rq->reply = (struct buf){ .max = rq->reply.max };
	return rs;
}

static struct MHD_Response *
response_make(struct http_request *rq)
{
	struct MHD_Response *rs = body_make(rq);

	if (rs == NULL)
		return NULL;
	for (struct http_reply_line *l = rq->lines; l != NULL; l = l->next) {
		/* MHD counts itself. */
		if (name_is(l->name, MHD_HTTP_HEADER_CONTENT_LENGTH))
			continue;
		if (MHD_add_response_header(rs, l->name, l->value) != MHD_YES)
			log_warn("http-bad-header", LOG_T("name", l->name));
	}
	if (must_close(rq))
		MHD_add_response_header(rs, MHD_HTTP_HEADER_CONNECTION,
		    "close");
	return rs;
}

static uint64_t
reply_size(const struct http_request *rq)
{
	if (rq->file_size > 0)
		return rq->file_size;
	return rq->kept != NULL ? rq->kept->n : rq->reply.n;
}

static enum MHD_Result
reply_send(struct http_request *rq)
{
	struct http_stats *stats = &rq->http->stats;
	struct MHD_Response *rs;
	enum MHD_Result sent;

	if (rq->status < 200 || rq->status > 599 || rq->failed) {
		rq->refused = 500;
		http_reply_refusal(rq);
	}
	http_pace_reply(rq, reply_size(rq));
	rs = response_make(rq);
	if (rs == NULL)
		return MHD_NO;
	log_debug("http-request", LOG_S("path", rq->path),
	    LOG_N("status", rq->status));
	stats->requests++;
	stats->by_class[rq->status / 100]++;
	sent = MHD_queue_response(rq->mhd, rq->status, rs);
	MHD_destroy_response(rs);
	return sent;
}

static enum MHD_Result
refusal_send(struct http_request *rq)
{
	http_reply_refusal(rq);
	return reply_send(rq);
}

/* ---- the request ---- */

static enum MHD_Result
request_run(struct http_request *rq)
{
	http_pace_work(rq);
	if (rq->refused != 0)
		return refusal_send(rq);
	list_remove(&rq->again);
	switch (rq->route->handle(rq, rq->front)) {
	case HTTP_DONE:
		return reply_send(rq);
	case HTTP_WAIT:
		rq->suspended = true;
		MHD_suspend_connection(rq->mhd);
		return MHD_YES;
	}
	return MHD_NO;
}

static enum http_method
method_parse(const char *name)
{
	struct slice s = slice_text(name);

	if (slice_eq_text(s, "GET"))
		return HTTP_GET;
	if (slice_eq_text(s, "HEAD"))
		return HTTP_HEAD;
	if (slice_eq_text(s, "POST"))
		return HTTP_POST;
	return HTTP_OTHER;
}

/* Headers are complete. */
static enum MHD_Result
request_begin(struct http_request *rq, const char *method, const char *version)
{
	struct slice length;
	uint64_t n = 0;

	rq->begun = true;
	rq->method = method_parse(method);
	http_route_choose(rq);
	if (rq->odd_target || !http_frame_clear(rq, version)) {
		rq->refused = 400;
		http_reply_close(rq);
		return refusal_send(rq);
	}
	rq->ceiling = rq->route != NULL ? rq->route->max_body : 0;
	rq->judged =
	    rq->ceiling <= HTTP_STRANGER_MAX || rq->http->known == NULL;
	rq->body.max = rq->ceiling;
	http_pace_body(rq);
	length = http_header(rq, MHD_HTTP_HEADER_CONTENT_LENGTH);
	if (length.p == NULL || !num_parse_u64(slice_trim(length), &n))
		return MHD_YES;
	if (n <= HTTP_STRANGER_MAX)
		rq->judged = true;
	if (n <= rq->ceiling)
		return MHD_YES;
	if (rq->refused == 0)
		rq->refused = 413;
	/* So much is not worth reading; MHD closes after this. */
	if (n > (uint64_t)rq->ceiling + HTTP_BODY_SLACK)
		return refusal_send(rq);
	return MHD_YES;
}

static enum MHD_Result
request_body(struct http_request *rq, const char *p, size_t n)
{
	return http_pace_piece(rq, p, n) ? MHD_YES : MHD_NO;
}

static enum MHD_Result
on_access(void *cls, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_size, void **context)
{
	struct http *h = cls;
	struct http_request *rq = *context;
	size_t n = *upload_size;

	(void)url;
	if (h->stopping)
		return MHD_NO;
	rq->mhd = mhd;
	if (!rq->begun)
		return request_begin(rq, method, version);
	if (n == 0)
		return request_run(rq);
	*upload_size = 0;
	return request_body(rq, upload, n);
}

struct MHD_Daemon *
http_serve_start(struct http *h)
{
	return MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
		MHD_ALLOW_SUSPEND_RESUME,
	    0, NULL, NULL, on_access, h, MHD_OPTION_URI_LOG_CALLBACK, on_target,
	    h, MHD_OPTION_UNESCAPE_CALLBACK, leave_as_is, h,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)h->limits.header_bytes,
	    MHD_OPTION_CONNECTION_TIMEOUT, h->limits.idle_s,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
	    MHD_OPTION_END);
}
