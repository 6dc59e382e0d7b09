/* SPDX-License-Identifier: MIT */
/* Files that do a step, each as the system it is for reads them. */
#include "common/base/names.h"
#include "web/connect_parts.h"
#include "web/front.h"

#include <stdio.h>

#define PATH "/connect/get/"

static const char *
line_part(const struct connect_ask *a)
{
	return strcmp(a->system->names, "mac9") == 0 ? "mac9" : "line";
}

static void
add_names(struct connect_ask *a, struct slice file, const char *part)
{
	const char *host;

	for (size_t i = 0; (host = connect_name(a->client, i)) != NULL; i++) {
		connect_ask_set(a, "host", slice_text(host));
		connect_ask_add(a, file, part);
	}
}

/* ---- the files; false: there is none for this pair ---- */

static bool
make_hosts(struct connect_ask *a)
{
	add_names(a, web_page_connect_hosts, line_part(a));
	return true;
}

static bool
make_bat(struct connect_ask *a)
{
	connect_ask_add(a, web_page_connect_bat, "begin");
	add_names(a, web_page_connect_bat, "line");
	connect_ask_add(a, web_page_connect_bat, "end");
	return a->system->platform == CONNECT_WINDOWS;
}

static bool
make_undo(struct connect_ask *a)
{
	connect_ask_add(a, web_page_connect_bat, "begin");
	connect_ask_add(a, web_page_connect_bat, "undo");
	return a->system->platform == CONNECT_WINDOWS;
}

static bool
make_reg(struct connect_ask *a)
{
	char port[8];

	if (a->client->registry == NULL || a->system->registry == NULL)
		return false;
	(void)snprintf(port, sizeof(port), "%u", a->connect->cfg.ns_port);
	connect_ask_set(a, "port", slice_text(port));
	connect_ask_add(a, web_page_connect_reg, a->system->registry);
	connect_ask_add(a, web_page_connect_reg, a->client->registry);
	connect_ask_set(a, "port", slice_text(""));
	return true;
}

/* clang-format off */
static const struct made {
	const char *name;
	const char *type;
	bool (*make)(struct connect_ask *a);
	bool wide; /* UTF-16, where the system's registry files are new */
} files[] = {
	{ "hosts.txt", "text/plain; charset=us-ascii", make_hosts, false },
	{ "nudge.bat", "application/octet-stream",     make_bat,   false },
	{ "undo.bat",  "application/octet-stream",     make_undo,  false },
	{ "nudge.reg", "application/octet-stream",     make_reg,   true },
};
/* clang-format on */

static const struct made *
find_file(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (slice_eq_text(name, files[i].name))
			return &files[i];
	return NULL;
}

/* ---- as the system reads it ---- */

/* Everything in our files is ASCII. */
static void
add_wide(struct buf *out, struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		buf_add_char(out, text.p[i]);
		buf_add_char(out, '\0');
	}
}

static void
encode(struct buf *out, struct slice text, const char *line_end, bool wide)
{
	void (*add)(struct buf *, struct slice) =
	    wide ? add_wide : buf_add_slice;
	struct slice line;

	if (wide)
		buf_add(out, "\xff\xfe", 2);
	while (text.n > 0 && slice_cut(&text, '\n', &line)) {
		add(out, line);
		add(out, slice_text(line_end));
	}
}

static void
reply_file(struct http_request *rq, const char *type, struct slice bytes)
{
	http_reply(rq, 200);
	http_reply_header(rq, "Content-Type", slice_text(type));
	http_reply_header(rq, "X-Content-Type-Options", SLICE_LIT("nosniff"));
	/* "no-store" keeps Internet Explorer from saving it */
	http_reply_header(rq, "Cache-Control", SLICE_LIT("private, max-age=0"));
	http_reply_body(rq, bytes);
}

static void
reply_none(struct connect_ask *a)
{
	buf_reset(&a->page);
	connect_ask_set(a, "title", SLICE_LIT("Connect your client"));
	connect_ask_set(a, "words", SLICE_LIT("There is no such file."));
	page_add(&a->page, web_page_head, a->fields, a->nfields);
	connect_ask_add(a, web_page_connect, "over");
	page_add(&a->page, web_page_foot, NULL, 0);
	web_reply_page(a->http, 404, &a->page);
}

/* /connect/get/CLIENT/SYSTEM/FILE: old browsers name a file by its path. */
enum http_outcome
connect_get(struct http_request *rq, void *front)
{
	struct slice rest = slice_from(http_path(rq), sizeof(PATH) - 1);
	struct slice client = { 0 }, system = { 0 };
	struct buf bytes = BUF_INIT(CONNECT_PAGE_MAX);
	const struct made *file;
	struct connect_ask a;

	connect_ask_begin(&a, rq, front);
	(void)slice_cut(&rest, '/', &client);
	(void)slice_cut(&rest, '/', &system);
	a.client = connect_find_client(client);
	a.system = connect_find_system(system);
	file = find_file(rest);
	if (a.client != NULL && a.system != NULL)
		connect_ask_describe(&a);
	if (a.client == NULL || a.system == NULL || file == NULL ||
	    !connect_runs(a.client, a.system) || !file->make(&a)) {
		reply_none(&a);
	} else {
		encode(&bytes, buf_slice(&a.page), a.system->line_end,
		    file->wide && strcmp(a.system->registry, "new") == 0);
		reply_file(rq, file->type, buf_slice(&bytes));
	}
	buf_free(&bytes);
	connect_ask_end(&a);
	return HTTP_DONE;
}

/* ---- files for everybody ---- */

/* Old systems know a certificate by this type, and read only DER. */
enum http_outcome
connect_file(struct http_request *rq, void *front)
{
	const struct connect *c = front;
	bool pem = slice_ends_nocase(http_path(rq), SLICE_LIT(".pem"));

	reply_file(rq,
	    pem ? "application/x-pem-file" : "application/x-x509-ca-cert",
	    buf_slice(pem ? &c->pem : &c->der));
	return HTTP_DONE;
}

enum http_outcome
connect_dns(struct http_request *rq, void *front)
{
	struct connect_ask a;

	connect_ask_begin(&a, rq, front);
	connect_ask_describe(&a);
	connect_ask_add(&a, web_page_connect_dns, "begin");
	for (size_t i = 0; i < name_nzones; i++) {
		if (!name_zones[i].whole)
			continue;
		connect_ask_set(&a, "domain", slice_text(name_zones[i].domain));
		connect_ask_add(&a, web_page_connect_dns, "line");
	}
	reply_file(rq, "text/plain; charset=us-ascii", buf_slice(&a.page));
	connect_ask_end(&a);
	return HTTP_DONE;
}
