/* SPDX-License-Identifier: MIT */
#include "roof/roof.h"

static uint64_t
read_sessions(void *ctx)
{
	return ((struct server *)ctx)->core.nsessions;
}

static uint64_t
read_ns_connections(void *ctx)
{
	return ns_connections(((struct server *)ctx)->ns);
}

static uint64_t
read_gateway(void *ctx)
{
	return ns_relayed(((struct server *)ctx)->ns);
}

static uint64_t
read_accounts(void *ctx)
{
	return ((struct server *)ctx)->core.by_id.count;
}

static uint64_t
read_conversations(void *ctx)
{
	return ((struct server *)ctx)->core.conversations.count;
}

static uint64_t
read_chat_open(void *ctx)
{
	return chat_connections(((struct server *)ctx)->chat);
}

static uint64_t
read_chat_rooms(void *ctx)
{
	return chat_rooms(((struct server *)ctx)->chat);
}

static uint64_t
read_tls_full(void *ctx)
{
	return tls_get_stats(((struct server *)ctx)->tls)->full;
}

static uint64_t
read_tls_resumed(void *ctx)
{
	return tls_get_stats(((struct server *)ctx)->tls)->resumed;
}

static uint64_t
read_tls_failed(void *ctx)
{
	return tls_get_stats(((struct server *)ctx)->tls)->failed;
}

static uint64_t
read_http_requests(void *ctx)
{
	const struct server *s = ctx;

	return s->http ? http_get_stats(s->http)->requests : 0;
}

static uint64_t
read_store_waiting(void *ctx)
{
	const struct store *st = ((struct server *)ctx)->core.store;

	return store_last(st) - store_committed(st);
}

void
roof_gauges(struct server *s)
{
	/* clang-format off */
	static const struct {
		const char *name;
		const char *help;
		uint64_t (*read)(void *ctx);
	} rows[] = {
		{ "sessions",         "sessions signed in",             read_sessions },
		{ "ns.open",          "open connections on the MSNP port", read_ns_connections },
		{ "gateway.open",     "open sessions of the HTTP gateway", read_gateway },
		{ "accounts.loaded",  "account records in memory",      read_accounts },
		{ "sb.open",          "switchboard sessions",           read_conversations },
		{ "chat.open",        "open connections on the chat port", read_chat_open },
		{ "chat.rooms",       "chat rooms",                     read_chat_rooms },
		{ "tls.full",         "full handshakes so far",         read_tls_full },
		{ "tls.resumed",      "resumed handshakes so far",      read_tls_resumed },
		{ "tls.failed",       "failed handshakes so far",       read_tls_failed },
		{ "http.requests",    "HTTP requests so far",           read_http_requests },
		{ "store.waiting",    "changes not yet durable",        read_store_waiting },
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		metrics_gauge(s->metrics, rows[i].name, rows[i].help,
		    rows[i].read, s);
	metrics_closed_by(s->metrics, http_get_stats(s->http)->closed);
}
