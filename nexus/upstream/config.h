/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NEXUS_UPSTREAM_CONFIG_H
#define NUDGE_NEXUS_UPSTREAM_CONFIG_H
/* The settings upstream.*, read and checked as a whole. */
#include "common/http/fetch.h"
#include "nexus/upstream/text.h"

enum {
	UPSTREAM_SERVERS_MAX = 16,
	UPSTREAM_DOMAINS_MAX = 64,
	UPSTREAM_LIST_MAX = 2000,
	UPSTREAM_TABLE_MAX = 1000,
	UPSTREAM_ROWS_MAX = 24 /* addresses of one client */
};

/* The clients that have a setting upstream.table.*. */
enum upstream_client {
	UPSTREAM_MSN75,
	UPSTREAM_WLM80,
	UPSTREAM_WLM81,
	UPSTREAM_WLM2009,
	UPSTREAM_WLM2011,
	UPSTREAM_CLIENTS
};

enum upstream_policy {
	UPSTREAM_POLICY_NONE,  /* the base ticket alone */
	UPSTREAM_POLICY_TABLE, /* what such a client asks for */
	UPSTREAM_POLICY_COPY   /* what this client asked for */
};

/* As the settings are written; the fields are rows of upstream_config.c. */
struct upstream_settings {
	struct slice servers, domains, local, ca, pin, kind, mode, provision,
	    fallback, policy, redirects, plain, truncate;
	struct slice tables[UPSTREAM_CLIENTS];
	unsigned timeout_s, parallel, failures, pause_s;
	size_t max_reply;
};

struct upstream_server {
	char name[ELSEWHERE_HOME_MAX + 1];
	char url[FETCH_URL_MAX];
	enum rst_kind kind;
	char ca[FETCH_PATH_MAX];
	char pin[FETCH_PIN_MAX];
	char redirects[UPSTREAM_LIST_MAX]; /* hosts, with commas between */
	bool relay;
	bool plain;
	enum upstream_policy policy;
	unsigned truncate; /* bytes of a password; 0: all */
	struct elsewhere_rules rules;
};

struct upstream_domain {
	char name[254]; /* lower case, without "*." */
	bool below;     /* of "*.name": what ends in it; of "*", no name: all */
	unsigned server;
};

/* Plain values, but large: not for the stack. */
struct upstream_config {
	unsigned nservers, ndomains;
	struct upstream_server servers[UPSTREAM_SERVERS_MAX];
	struct upstream_domain domains[UPSTREAM_DOMAINS_MAX];
	char local[UPSTREAM_LIST_MAX];
	char tables[UPSTREAM_CLIENTS][UPSTREAM_TABLE_MAX];
	unsigned timeout_ms, parallel, failures, pause_ms;
	size_t max_reply;
};

/*
 * 0, or -1 with a sentence that names the setting and what would be right; *c
 * is then of no use.
 */
int upstream_config_parse(struct upstream_config *c,
    const struct upstream_settings *s, char *err, size_t errlen);
/* Parts of it, in upstream_domain.c and upstream_pairs.c. */
int upstream_config_domains(struct upstream_config *c,
    const struct upstream_settings *s, char *err, size_t errlen);
int upstream_config_pairs(struct upstream_config *c,
    const struct upstream_settings *s, char *err, size_t errlen);
/* "setting: "what" wants" into err; -1. */
int upstream_complain(char *err, size_t errlen, const char *setting,
    struct slice what, const char *wants);
/* The next name=value between commas; word is both. */
bool upstream_cut_pair(struct slice *rest, struct slice *word,
    struct slice *name, struct slice *value);
/* False when it does not fit. */
bool upstream_set_text(char *out, size_t room, struct slice value);
/* The server that is set for the domain of an address, or NULL: ours. */
const struct upstream_server *
upstream_config_home(const struct upstream_config *c, struct slice address);
const struct upstream_server *
upstream_config_server(const struct upstream_config *c, struct slice name);
/* May a redirect of this server be followed to that place? */
bool upstream_config_may_follow(const struct upstream_server *s,
    const struct fetch_url *to);

/* One row of a table: "{GUID}, address policy, address". */
struct upstream_row {
	struct slice app; /* p NULL: none */
	struct upstream_wish wishes[UPSTREAM_ROWS_MAX];
	size_t n;
};
bool upstream_row_parse(struct slice text, struct upstream_row *out);

#endif
