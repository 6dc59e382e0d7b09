/* SPDX-License-Identifier: MIT */
/* /healthz and /metrics on the admin port. */
#include "operator/operator.h"

bool
operator_well(const struct operator* op, struct buf *out)
{
	bool well = store_writable(op->core->store) && !op->core->draining;

	if (op->core->draining)
		buf_add_text(out, "the server is stopping\n");
	if (!store_writable(op->core->store))
		buf_addf(out, "%s\n", core_disk_words(op->core));
	return well;
}

static enum http_outcome
healthz(struct http_request *rq, void *front)
{
	const struct operator* op = front;
	struct buf text = BUF_INIT(1024);
	bool well = operator_well(op, &text);

	http_reply(rq, well ? 200 : 503);
	http_reply_header(rq, "Content-Type", SLICE_LIT("text/plain"));
	http_reply_header(rq, "X-Content-Type-Options", SLICE_LIT("nosniff"));
	http_reply_body(rq, well ? SLICE_LIT("ok\n") : buf_slice(&text));
	buf_free(&text);
	return HTTP_DONE;
}

static enum http_outcome
metrics_page(struct http_request *rq, void *front)
{
	const struct operator* op = front;
	struct buf text = BUF_INIT(1 << 20);

	metrics_open(op->core->metrics, &text);
	http_reply(rq, buf_ok(&text) ? 200 : 500);
	http_reply_header(rq, "Content-Type",
	    SLICE_LIT("application/openmetrics-text; version=1.0.0; "
		      "charset=utf-8"));
	http_reply_header(rq, "X-Content-Type-Options", SLICE_LIT("nosniff"));
	http_reply_body(rq, buf_slice(&text));
	buf_free(&text);
	return HTTP_DONE;
}

/* clang-format off */
const struct http_route operator_routes[] = {
	{ "/healthz", HTTP_GET, HTTP_ADMIN, 0, healthz },
	{ "/metrics", HTTP_GET, HTTP_ADMIN, 0, metrics_page },
};
/* clang-format on */
const size_t operator_nroutes = ARRAY_LEN(operator_routes);
