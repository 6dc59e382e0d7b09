/* SPDX-License-Identifier: MIT */
#include "common/http/http_priv.h"

/* "http://host/path" is "/path" (a proxy's form, and some clients' own). */
static struct slice
origin_form(struct slice uri)
{
	struct slice rest;
	size_t i;

	if (uri.n == 0 || uri.p[0] == '/')
		return uri;
	i = slice_find_slice(uri, SLICE_LIT("://"));
	if (i == uri.n || slice_find(uri, '/') < i || slice_find(uri, '?') < i)
		return uri;
	rest = slice_from(uri, i + 3);
	for (i = 0; i < rest.n; i++)
		if (rest.p[i] == '/' || rest.p[i] == '?')
			break;
	return slice_from(rest, i);
}

void
http_route_target(struct http_request *rq, struct slice uri)
{
	struct slice target = origin_form(uri);
	size_t mark = slice_find(target, '?');
	char *path = arena_alloc(&rq->arena, mark + 2);
	size_t n = 0;

	if (path == NULL)
		return;
	rq->query = arena_copy(&rq->arena, slice_from(target, mark + 1));
	for (size_t i = 0; i < mark; i++)
		if (n == 0 || target.p[i] != '/' || path[n - 1] != '/')
			path[n++] = target.p[i];
	if (n == 0)
		path[n++] = '/';
	rq->path = slice_make(path, n);
}

static bool
path_matches(const char *row, struct slice path)
{
	struct slice want = slice_text(row);

	if (want.n > 0 && want.p[want.n - 1] == '*')
		return slice_starts_nocase(path, slice_upto(want, want.n - 1));
	return slice_eq_nocase(path, want);
}

/* Returns true when the search is over. */
static bool
table_search(struct http_request *rq, const struct http_table *t)
{
	enum http_method method =
	    rq->method == HTTP_HEAD ? HTTP_GET : rq->method;

	for (size_t i = 0; i < t->n; i++) {
		const struct http_route *row = &t->rows[i];

		if (!(row->listeners & rq->conn->kind) ||
		    !path_matches(row->path, rq->path))
			continue;
		if (row->methods & (rq->method | method)) {
			rq->route = row;
			rq->front = t->front;
			return true;
		}
		rq->allowed |= row->methods;
	}
	return false;
}

void
http_route_choose(struct http_request *rq)
{
	if (rq->path.n > 0) {
		LIST_EACH(it, &rq->http->tables)
			if (table_search(rq,
				CONTAINER_OF(it, struct http_table, node)))
				return;
	}
	rq->refused = rq->allowed != 0 ? 405 : 404;
}
