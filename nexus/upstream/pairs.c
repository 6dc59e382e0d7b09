/* SPDX-License-Identifier: MIT */
/* Settings that are lists of name=value: what a value of one server may be. */
#include "nexus/upstream/config.h"

#include "common/base/num.h"
#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"

#include <stdio.h>

enum {
	SHOWN_MAX = 80,
	PIN_HEX = 64,
	DAYS_MAX = 365,
	TRUNCATE_MIN = 8
};

bool
upstream_set_text(char *out, size_t room, struct slice value)
{
	if (value.n >= room)
		return false;
	snprintf(out, room, SLICE_FMT, SLICE_ARG(value));
	return true;
}

static bool
set_ca(struct upstream_server *s, struct slice v)
{
	return upstream_set_text(s->ca, sizeof(s->ca), v);
}

/* Several may be given, for the time when the key changes. */
static bool
set_pin(struct upstream_server *s, struct slice v)
{
	struct buf raw = BUF_INIT(SHA256_BYTES), all = BUF_INIT(FETCH_PIN_MAX);
	bool good;

	if (slice_starts(v, SLICE_LIT("sha256//")))
		v = slice_from(v, 8);
	good = v.n == PIN_HEX ? hex_decode(&raw, v) : base64_decode(&raw, v);
	good = good && buf_ok(&raw) && raw.n == SHA256_BYTES;
	if (good) {
		buf_add_text(&all, s->pin);
		buf_add_text(&all, s->pin[0] != '\0' ? ";" : "");
		buf_add_text(&all, "sha256//");
		base64_encode(&all, buf_slice(&raw));
		good = buf_ok(&all) &&
		    upstream_set_text(s->pin, sizeof(s->pin), buf_slice(&all));
	}
	buf_free(&raw);
	buf_free(&all);
	return good;
}

static bool
set_kind(struct upstream_server *s, struct slice v)
{
	s->kind = slice_eq_text(v, "rst2") ? RST_2005 : RST_2004;
	return s->kind == RST_2005 || slice_eq_text(v, "rst");
}

static bool
set_mode(struct upstream_server *s, struct slice v)
{
	s->relay = slice_eq_text(v, "relay");
	return s->relay || slice_eq_text(v, "mint");
}

static bool
set_provision(struct upstream_server *s, struct slice v)
{
	s->rules.approve = slice_eq_text(v, "approve");
	s->rules.make = s->rules.approve || slice_eq_text(v, "auto");
	return s->rules.make || slice_eq_text(v, "off");
}

static bool
set_fallback(struct upstream_server *s, struct slice v)
{
	uint32_t days;

	if (!num_parse_u32(v, &days) || days > DAYS_MAX)
		return false;
	s->rules.fallback_days = days;
	return true;
}

static bool
set_policy(struct upstream_server *s, struct slice v)
{
	s->policy = slice_eq_text(v, "table") ? UPSTREAM_POLICY_TABLE
	    : slice_eq_text(v, "copy")        ? UPSTREAM_POLICY_COPY
					      : UPSTREAM_POLICY_NONE;
	return s->policy != UPSTREAM_POLICY_NONE || slice_eq_text(v, "none");
}

static bool
set_redirect(struct upstream_server *s, struct slice v)
{
	struct buf all = BUF_INIT(UPSTREAM_LIST_MAX - 1);
	bool good;

	buf_add_text(&all, s->redirects);
	buf_add_text(&all, s->redirects[0] != '\0' ? "," : "");
	buf_add_slice(&all, v);
	good = buf_ok(&all) &&
	    upstream_set_text(s->redirects, sizeof(s->redirects),
		buf_slice(&all));
	buf_free(&all);
	return good;
}

static bool
set_truncate(struct upstream_server *s, struct slice v)
{
	uint32_t n;

	if (!num_parse_u32(v, &n) || (n > 0 && n < TRUNCATE_MIN) || n > 1024)
		return false;
	s->truncate = n;
	return true;
}

struct pair_row {
	const char *setting;
	size_t at; /* of the slice in struct upstream_settings */
	bool (*set)(struct upstream_server *s, struct slice value);
	const char *wants;
};

/* clang-format off */
#define AT(field) offsetof(struct upstream_settings, field)
static const struct pair_row pair_rows[] = {
	{ "upstream.ca",        AT(ca),        set_ca,        "friends=/etc/nudge/friends.pem" },
	{ "upstream.pin",       AT(pin),       set_pin,       "friends=PIN, the SHA-256 of its public key in 64 hex digits or in base64" },
	{ "upstream.kind",      AT(kind),      set_kind,      "friends=rst or friends=rst2" },
	{ "upstream.mode",      AT(mode),      set_mode,      "friends=mint or friends=relay" },
	{ "upstream.provision", AT(provision), set_provision, "friends=auto, friends=approve or friends=off" },
	{ "upstream.fallback-days", AT(fallback), set_fallback, "friends=7, at most 365" },
	{ "upstream.policy",    AT(policy),    set_policy,    "friends=none, friends=table or friends=copy" },
	{ "upstream.redirects", AT(redirects), set_redirect,  "friends=login2.friends.example" },
	{ "upstream.truncate",  AT(truncate),  set_truncate,  "friends=16, 0 or 8 to 1024" },
};
#undef AT
/* clang-format on */

int
upstream_complain(char *err, size_t errlen, const char *setting,
    struct slice what, const char *wants)
{
	snprintf(err, errlen, "%s: \"" SLICE_FMT "\" %s", setting,
	    SLICE_ARG(slice_upto(what, SHOWN_MAX)), wants);
	return -1;
}

bool
upstream_cut_pair(struct slice *rest, struct slice *word, struct slice *name,
    struct slice *value)
{
	size_t eq;

	*rest = slice_trim(*rest);
	if (rest->n == 0 || !slice_cut(rest, ',', word))
		return false;
	*word = slice_trim(*word);
	eq = slice_find(*word, '=');
	*name = slice_trim(slice_upto(*word, eq));
	*value = slice_trim(slice_from(*word, eq + 1));
	return true;
}

static int
parse_pairs(struct upstream_config *c, const struct pair_row *row,
    struct slice rest, char *err, size_t errlen)
{
	struct slice word, name, value;
	char wants[160];

	while (upstream_cut_pair(&rest, &word, &name, &value)) {
		const struct upstream_server *s =
		    upstream_config_server(c, name);

		snprintf(wants, sizeof(wants), "is not understood; write %s",
		    row->wants);
		if (name.n == word.n || name.n == 0 || value.n == 0)
			return upstream_complain(err, errlen, row->setting,
			    word, wants);
		if (s == NULL)
			return upstream_complain(err, errlen, row->setting,
			    name,
			    "is no name in upstream.servers; write it there "
			    "first");
		if (!row->set(&c->servers[s - c->servers], value))
			return upstream_complain(err, errlen, row->setting,
			    word, wants);
	}
	return 0;
}

int
upstream_config_pairs(struct upstream_config *c,
    const struct upstream_settings *s, char *err, size_t errlen)
{
	for (size_t i = 0; i < ARRAY_LEN(pair_rows); i++) {
		struct slice list;

		memcpy(&list, (const char *)s + pair_rows[i].at, sizeof(list));
		if (parse_pairs(c, &pair_rows[i], list, err, errlen) != 0)
			return -1;
	}
	return 0;
}
