/* SPDX-License-Identifier: MIT */
/* Which tickets are asked for: by the table, the request and its headers. */
#include "nexus/upstream/priv.h"

#include "common/codec/hex.h"

/* ---- which client it is ---- */

struct client_row {
	const char *version; /* how its version begins */
	enum upstream_client client;
};

static bool
client_by_version(struct slice v, enum upstream_client *out)
{
	/* clang-format off */
	static const struct client_row rows[] = {
		{ "5.",  UPSTREAM_MSN75 },
		{ "6.",  UPSTREAM_MSN75 },
		{ "7.",  UPSTREAM_MSN75 },
		{ "8.0", UPSTREAM_WLM80 },
		{ "8.",  UPSTREAM_WLM81 },
		{ "14.", UPSTREAM_WLM2009 },
		{ "15.", UPSTREAM_WLM2011 },
		{ "16.", UPSTREAM_WLM2011 },
	};
	/* clang-format on */

	v = slice_trim(v);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!slice_starts(v, slice_text(rows[i].version)))
			continue;
		*out = rows[i].client;
		return true;
	}
	return false;
}

/* "... IDCRL-cfg 16.0.27832.0; App msnmsgr.exe, 14.0.8117.416, {7108...}" */
static struct slice
version_of_agent(struct slice agent)
{
	const struct slice app = SLICE_LIT("; App ");

	agent = slice_from(agent, slice_find_slice(agent, app));
	agent = slice_from(agent, slice_find(agent, ','));
	agent = slice_from(agent, 1);
	return slice_upto(agent, slice_find(agent, ','));
}

static bool
asks_for(const struct rst_request *rst, const char *target)
{
	for (unsigned i = 0; rst != NULL && i < rst->n; i++)
		if (slice_eq_nocase(rst->wishes[i].address, slice_text(target)))
			return true;
	return false;
}

static enum upstream_client
client_of(const struct upstream_asker *a)
{
	enum upstream_client found;

	if (client_by_version(slice_upto(a->x_client,
				  slice_find(a->x_client, ';')),
		&found))
		return found;
	if (client_by_version(version_of_agent(a->user_agent), &found))
		return found;
	if (asks_for(a->rst, "rpstauth.live.com") ||
	    asks_for(a->rst, "directory.services.live.com"))
		return UPSTREAM_WLM2011;
	if (a->rst != NULL && a->rst->kind == RST_2005)
		return UPSTREAM_WLM2009;
	if (asks_for(a->rst, "messengerclear.live.com"))
		return UPSTREAM_WLM81;
	return asks_for(a->rst, "contacts.msn.com") ? UPSTREAM_WLM80
						    : UPSTREAM_MSN75;
}

/* ---- what such a client asks for ---- */

static struct upstream_wish *
row_wish(struct upstream_row *row, struct slice address)
{
	for (size_t i = 0; i < row->n; i++)
		if (slice_eq_nocase(row->wishes[i].address, address))
			return &row->wishes[i];
	return NULL;
}

static void
row_set(struct upstream_row *row, struct slice address, struct slice policy,
    bool add)
{
	struct upstream_wish *w = row_wish(row, address);

	if (w == NULL && add && row->n < UPSTREAM_ROWS_MAX) {
		w = &row->wishes[row->n++];
		w->address = address;
	}
	if (w != NULL && policy.n > 0)
		w->policy = policy;
}

static bool
is_word(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '!' || s.p[i] > '~')
			return false;
	return s.n > 0 && s.n <= RST_TARGET_MAX;
}

static bool
is_guid(struct slice s)
{
	unsigned char g[GUID_BYTES];

	return s.n == GUID_TEXT + 2 && s.p[0] == '{' && guid_parse(s, g);
}

/* "target|policy, target|policy"; what is no pair is passed over. */
static void
row_from_header(struct upstream_row *row, struct slice header)
{
	struct slice item, address, policy;

	while (header.n > 0 && slice_cut(&header, ',', &item)) {
		item = slice_trim(item);
		address = slice_upto(item, slice_find(item, '|'));
		policy = slice_from(item, address.n + 1);
		if (is_word(address) && is_word(policy))
			row_set(row, address, policy, true);
	}
}

/* What the request itself says goes before what is known of such clients. */
static void
row_from_request(struct upstream_row *row, const struct rst_request *rst,
    bool add)
{
	for (unsigned i = 0; rst != NULL && i < rst->n; i++)
		if (rst->wishes[i].number != 0)
			row_set(row, rst->wishes[i].address,
			    rst->wishes[i].policy, add);
	if (rst != NULL && is_guid(rst->app))
		row->app = rst->app;
}

void
upstream_row_make(const struct upstream *u, const struct upstream_server *s,
    const struct upstream_asker *a, struct upstream_row *row)
{
	static const struct upstream_asker nothing;
	struct slice guid;

	*row = (struct upstream_row){ .n = 0 };
	if (a == NULL)
		a = &nothing;
	switch (s->policy) {
	case UPSTREAM_POLICY_NONE:
		return;
	case UPSTREAM_POLICY_COPY:
		row_from_request(row, a->rst, true);
		return;
	case UPSTREAM_POLICY_TABLE:
		break;
	}
	(void)upstream_row_parse(slice_text(u->cfg->tables[client_of(a)]), row);
	row_from_request(row, a->rst, false);
	row_from_header(row, a->x_policy);
	guid = slice_trim(
	    slice_from(a->x_client, slice_find(a->x_client, ';') + 1));
	if (is_guid(guid))
		row->app = guid;
}
