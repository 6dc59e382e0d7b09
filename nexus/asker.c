/* SPDX-License-Identifier: MIT */
/*
 * What a request says beside its password, for a server that must be asked
 * about it, and where such a server sends people.
 */
#include "nexus/front.h"

enum {
	ASKER_WORD_MAX = 512
};

static bool
asker_printable(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n > 0 && s.n <= ASKER_WORD_MAX;
}

bool
nexus_policy_ok(struct slice header)
{
	size_t bar = slice_find(header, '|');

	return asker_printable(header) && bar > 0 && bar < header.n &&
	    slice_find(slice_from(header, bar + 1), '|') == header.n - bar - 1;
}

static bool
asker_guid(struct slice s)
{
	static const char form[] = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";

	if (s.n != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool hex = s.p[i] != '\0' &&
		    strchr("0123456789abcdefABCDEF", s.p[i]) != NULL;

		if (form[i] == 'x' ? !hex : s.p[i] != form[i])
			return false;
	}
	return true;
}

/* The version is of digits and dots. */
bool
nexus_client_ok(struct slice header)
{
	size_t semicolon = slice_find(header, ';');

	for (size_t i = 0; i < semicolon; i++)
		if ((header.p[i] < '0' || header.p[i] > '9') &&
		    header.p[i] != '.')
			return false;
	return asker_printable(header) && semicolon > 0 &&
	    asker_guid(slice_from(header, semicolon + 1));
}

struct slice
nexus_url_host(struct slice url)
{
	const struct slice scheme = SLICE_LIT("https://");
	struct slice host = slice_from(url, scheme.n);
	size_t end = 0;

	if (!slice_starts_nocase(url, scheme) || !asker_printable(url))
		return (struct slice){ 0 };
	while (end < host.n && strchr("/?#", host.p[end]) == NULL)
		end++;
	host = slice_upto(host, end);
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
		    !(c >= 'A' && c <= 'Z') && strchr(".-:[]", c) == NULL)
			return (struct slice){ 0 };
	}
	return host;
}

/* What is malformed is as if it were not there. */
void
nexus_asker_read(struct nexus_visit *v)
{
	struct upstream_asker *a = &v->asker;
	struct slice policy = slice_trim(http_header(v->http, "X-Policy"));
	struct slice client = slice_trim(http_header(v->http, "X-Client"));

	a->via = slice_trim(http_header(v->http, "X-RST-Via"));
	a->user_agent = http_header(v->http, "User-Agent");
	if (nexus_policy_ok(policy))
		a->x_policy = policy;
	if (nexus_client_ok(client))
		a->x_client = client;
}
