/* SPDX-License-Identifier: MIT */
#include "nexus/upstream/config.h"

#include <stdio.h>

static bool
is_name(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < 'a' || s.p[i] > 'z') &&
		    (s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '-')
			return false;
	return s.n > 0 && s.n <= ELSEWHERE_HOME_MAX;
}

const struct upstream_server *
upstream_config_server(const struct upstream_config *c, struct slice name)
{
	for (unsigned i = 0; i < c->nservers; i++)
		if (slice_eq_text(name, c->servers[i].name))
			return &c->servers[i];
	return NULL;
}

static int
parse_servers(struct upstream_config *c, struct slice rest, char *err,
    size_t errlen)
{
	struct slice word, name, value;
	struct fetch_url url;

	while (upstream_cut_pair(&rest, &word, &name, &value)) {
		struct upstream_server *s = &c->servers[c->nservers];

		if (!is_name(name) || !fetch_url_parse(value, &url) ||
		    url.path.n < 2)
			return upstream_complain(err, errlen,
			    "upstream.servers", word,
			    "is no server; write name=address, such as "
			    "friends=https://login.friends.example/RST2.srf; "
			    "a name is made of a-z, 0-9 and -");
		if (slice_eq_text(name, "here"))
			return upstream_complain(err, errlen,
			    "upstream.servers", name,
			    "means this server; give it another name");
		if (upstream_config_server(c, name) != NULL)
			return upstream_complain(err, errlen,
			    "upstream.servers", name,
			    "is there twice; give each server its own name");
		if (c->nservers == UPSTREAM_SERVERS_MAX)
			return upstream_complain(err, errlen,
			    "upstream.servers", name,
			    "is one too many; 16 servers are the most");
		(void)upstream_set_text(s->name, sizeof(s->name), name);
		(void)upstream_set_text(s->url, sizeof(s->url), value);
		s->rules.make = true;
		s->kind = slice_ends_nocase(url.path, SLICE_LIT("/RST2.srf"))
		    ? RST_2005
		    : RST_2004;
		c->nservers++;
	}
	return 0;
}

static int
parse_plain(struct upstream_config *c, struct slice rest, char *err,
    size_t errlen)
{
	struct slice name;
	struct fetch_url url;

	while (slice_cut_word(&rest, &name)) {
		const struct upstream_server *s =
		    upstream_config_server(c, name);

		if (s == NULL)
			return upstream_complain(err, errlen, "upstream.plain",
			    name,
			    "is no name in upstream.servers; write it there "
			    "first");
		c->servers[s - c->servers].plain = true;
	}
	for (unsigned i = 0; i < c->nservers; i++) {
		const struct upstream_server *s = &c->servers[i];

		if (fetch_url_parse(slice_text(s->url), &url) && !url.tls &&
		    !s->plain && !fetch_url_is_here(&url))
			return upstream_complain(err, errlen,
			    "upstream.servers", slice_text(s->url),
			    "would send passwords in clear text; write "
			    "https://, or its name in upstream.plain when "
			    "nobody can listen");
	}
	return 0;
}

static int
parse_tables(struct upstream_config *c, const struct upstream_settings *s,
    char *err, size_t errlen)
{
	struct upstream_row row;

	for (size_t i = 0; i < UPSTREAM_CLIENTS; i++) {
		if (!upstream_row_parse(s->tables[i], &row) ||
		    !upstream_set_text(c->tables[i], sizeof(c->tables[i]),
			s->tables[i]))
			return upstream_complain(err, errlen, "upstream.table",
			    s->tables[i],
			    "is no row; write \"{GUID}, address policy, "
			    "address policy\", at most 24 addresses and 999 "
			    "bytes");
	}
	return 0;
}

int
upstream_config_parse(struct upstream_config *c,
    const struct upstream_settings *s, char *err, size_t errlen)
{
	memset(c, 0, sizeof(*c));
	c->timeout_ms = s->timeout_s * 1000;
	c->parallel = s->parallel;
	c->failures = s->failures;
	c->pause_ms = s->pause_s * 1000;
	c->max_reply = s->max_reply;
	if (parse_servers(c, s->servers, err, errlen) != 0 ||
	    upstream_config_pairs(c, s, err, errlen) != 0 ||
	    parse_plain(c, s->plain, err, errlen) != 0 ||
	    upstream_config_domains(c, s, err, errlen) != 0)
		return -1;
	return parse_tables(c, s, err, errlen);
}
