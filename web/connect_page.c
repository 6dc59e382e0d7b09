/* SPDX-License-Identifier: MIT */
/* The page with the steps, numbered for exactly this pair. */
#include "web/connect_parts.h"
#include "web/front.h"

#include <stdio.h>

static void
add_option(struct connect_ask *a, const char *key, const char *name, bool on)
{
	const struct page_field fields[] = {
		{ "key", slice_text(key) },
		{ "name", slice_text(name) },
	};

	page_add(&a->page,
	    page_part(web_page_connect, on ? "chosen" : "option"), fields,
	    ARRAY_LEN(fields));
}

static void
add_form(struct connect_ask *a)
{
	char name[160];

	connect_ask_add(a, web_page_connect, "form");
	for (size_t i = 0; i < connect_nclients; i++) {
		const struct connect_client *c = &connect_clients[i];

		(void)snprintf(name, sizeof(name), "%s (%s)", c->name,
		    c->years);
		add_option(a, c->key, name, c == a->client);
	}
	connect_ask_add(a, web_page_connect, "system");
	for (size_t i = 0; i < connect_nsystems; i++)
		add_option(a, connect_systems[i].key, connect_systems[i].name,
		    &connect_systems[i] == a->system);
	connect_ask_add(a, web_page_connect, "end");
}

static void
add_clock(struct connect_ask *a)
{
	struct buf now = BUF_INIT(64);

	http_add_date(&now, env_wall(a->connect->env));
	connect_ask_set(a, "clock", buf_slice(&now));
	connect_ask_add(a, web_page_connect, "clock");
	connect_ask_set(a, "clock", slice_text(""));
	buf_free(&now);
}

/* ---- steps ---- */

static void
add_step(struct connect_ask *a, char step[2], const char *part)
{
	step[0]++;
	connect_ask_set(a, "step", slice_make(step, 1));
	connect_ask_add(a, web_page_connect_steps, part);
}

static void
add_lines(struct connect_ask *a)
{
	const char *part =
	    strcmp(a->system->names, "mac9") == 0 ? "mac9" : "line";
	const char *host;

	connect_ask_add(a, web_page_connect_names, "lines");
	for (size_t i = 0; (host = connect_name(a->client, i)) != NULL; i++) {
		connect_ask_set(a, "host", slice_text(host));
		connect_ask_add(a, web_page_connect_hosts, part);
	}
	connect_ask_add(a, web_page_connect_names, "lines.end");
}

static void
add_remarks(struct connect_ask *a)
{
	connect_ask_add(a, web_page_connect_steps, "title");
	if (!a->client->served)
		connect_ask_add(a, web_page_connect_steps, "later");
	if (!connect_fits(a->client, a->system))
		connect_ask_add(a, web_page_connect_steps, "older");
	if (a->where.loopback)
		connect_ask_add(a, web_page_connect_steps, "loopback");
	if (a->where.odd_port || a->connect->cfg.ns_port != 1863)
		connect_ask_add(a, web_page_connect_steps, "ports");
}

static void
add_steps(struct connect_ask *a)
{
	const struct connect_client *c = a->client;
	char step[2] = "0";

	add_remarks(a);
	add_step(a, step, "names");
	connect_ask_add(a, web_page_connect_names, a->system->names);
	add_lines(a);
	connect_ask_add(a, web_page_connect_names, "dns");
	if (c->registry != NULL)
		add_step(a, step, c->registry);
	if (c->tls_name != NULL) {
		add_step(a, step, "cert");
		connect_ask_add(a, web_page_connect_cert, a->system->cert);
		add_step(a, step, "tls");
		connect_ask_add(a, web_page_connect_tls, a->system->tls);
	}
	add_step(a, step, "signin");
	connect_ask_add(a, web_page_connect_client, c->key);
	connect_ask_add(a, web_page_connect_steps, "trouble");
	if (c->tls_name != NULL)
		connect_ask_add(a, web_page_connect_steps, "trouble.tls");
	connect_ask_add(a, web_page_connect_steps, "trouble.end");
}

enum http_outcome
connect_page(struct http_request *rq, void *front)
{
	struct connect_ask a;

	connect_ask_begin(&a, rq, front);
	connect_ask_set(&a, "title", SLICE_LIT("Connect your client"));
	connect_ask_set(&a, "words",
	    SLICE_LIT("An old Messenger program still looks for a network that "
		      "is gone. This shows it the way here."));
	connect_ask_describe(&a);
	page_add(&a.page, web_page_head, a.fields, a.nfields);
	add_form(&a);
	if (a.chosen && connect_runs(a.client, a.system))
		add_steps(&a);
	else if (a.chosen)
		connect_ask_add(&a, web_page_connect, "elsewhere");
	else
		connect_ask_add(&a, web_page_connect, "start");
	add_clock(&a);
	page_add(&a.page, web_page_foot, NULL, 0);
	web_reply_page(rq, 200, &a.page);
	connect_ask_end(&a);
	return HTTP_DONE;
}
