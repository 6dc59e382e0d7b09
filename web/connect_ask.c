/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"
#include "web/connect_parts.h"

static const struct connect_system *
asked_system(struct connect_ask *a)
{
	struct slice key = { 0 };

	(void)http_query_arg(a->http, "system", &key);
	return connect_find_system(key);
}

static const struct connect_client *
asked_client(struct connect_ask *a)
{
	struct slice key = { 0 };

	(void)http_query_arg(a->http, "client", &key);
	return connect_find_client(key);
}

void
connect_ask_begin(struct connect_ask *a, struct http_request *rq,
    struct connect *c)
{
	const struct connect_reached by = { http_header(rq, "Host"),
		http_local(rq), http_is_tls(rq) };

	*a = (struct connect_ask){ .connect = c, .http = rq };
	buf_init(&a->page, CONNECT_PAGE_MAX);
	connect_where(&a->where, &c->cfg, &by);
	a->client = asked_client(a);
	a->system = asked_system(a);
	a->chosen = a->client != NULL && a->system != NULL;
	if (a->system == NULL)
		a->system = connect_guess(http_header(rq, "User-Agent"));
	/* a telephone: what most will ask for next */
	if (a->system == NULL)
		a->system = connect_find_system(SLICE_LIT("winxp"));
	if (a->client == NULL)
		a->client = connect_find_client(slice_text(a->system->usual));
}

void
connect_ask_end(struct connect_ask *a)
{
	buf_free(&a->page);
}

void
connect_ask_set(struct connect_ask *a, const char *key, struct slice text)
{
	for (size_t i = 0; i < a->nfields; i++)
		if (strcmp(a->fields[i].key, key) == 0) {
			a->fields[i].text = text;
			return;
		}
	ASSERT(a->nfields < CONNECT_FIELDS_MAX);
	a->fields[a->nfields++] = (struct page_field){ key, text };
}

void
connect_ask_describe(struct connect_ask *a)
{
	const struct {
		const char *key;
		const char *text;
	} places[] = {
		{ "client", a->client->key },
		{ "client-name", a->client->name },
		{ "protocol", a->client->protocol },
		{ "years", a->client->years },
		{ "tls-name", a->client->tls_name },
		{ "system", a->system->key },
		{ "system-name", a->system->name },
		{ "hosts", a->system->hosts },
		{ "address", a->where.address },
		{ "site", a->where.site },
		{ "sha1", a->connect->sha1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		connect_ask_set(a, places[i].key, slice_text(places[i].text));
}

void
connect_ask_add(struct connect_ask *a, struct slice file, const char *part)
{
	page_add(&a->page, page_part(file, part), a->fields, a->nfields);
}
