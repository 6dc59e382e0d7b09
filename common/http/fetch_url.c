/* SPDX-License-Identifier: MIT */
#include "common/http/fetch.h"

#include "common/base/num.h"
#include "common/net/addr.h"

static bool
url_is_harmless(struct slice url)
{
	for (size_t i = 0; i < url.n; i++) {
		unsigned char c = (unsigned char)url.p[i];

		if (c <= ' ' || c >= 0x7f || strchr("\"'<>\\@#`{}|^", c))
			return false;
	}
	return url.n < FETCH_URL_MAX;
}

static bool
url_is_name(struct slice host)
{
	for (size_t i = 0; i < host.n; i++) {
		unsigned char c = (unsigned char)host.p[i];
		unsigned char low = (unsigned char)(c | 0x20);

		if ((low < 'a' || low > 'z') && (c < '0' || c > '9') &&
		    c != '.' && c != '-' && c != '_')
			return false;
	}
	return host.n > 0 && host.n <= 253;
}

/* host, host:port, [v6], [v6]:port */
static bool
url_place(struct slice place, struct slice *host)
{
	struct slice port = { 0 };
	struct addr a;
	uint32_t n;
	size_t end;

	if (place.n > 0 && place.p[0] == '[') {
		end = slice_find(place, ']');
		*host = slice_from(slice_upto(place, end), 1);
		if (end == place.n || !addr_parse_ip(&a, *host) ||
		    a.family != 6)
			return false;
		port = slice_from(place, end + 1);
		if (port.n > 0 && port.p[0] != ':')
			return false;
	} else {
		end = slice_find(place, ':');
		*host = slice_upto(place, end);
		if (!url_is_name(*host))
			return false;
		port = slice_from(place, end);
	}
	return port.n == 0 ||
	    (num_parse_u32(slice_from(port, 1), &n) && n > 0 && n < 65536);
}

bool
fetch_url_parse(struct slice url, struct fetch_url *out)
{
	const struct slice tls = SLICE_LIT("https://");
	const struct slice plain = SLICE_LIT("http://");
	struct slice rest;
	size_t end = 0;

	*out = (struct fetch_url){ .tls = slice_starts_nocase(url, tls) };
	if (!url_is_harmless(url) ||
	    (!out->tls && !slice_starts_nocase(url, plain)))
		return false;
	rest = slice_from(url, out->tls ? tls.n : plain.n);
	while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?')
		end++;
	out->place = slice_upto(rest, end);
	out->path = slice_from(rest, end);
	return url_place(out->place, &out->host);
}

bool
fetch_url_is_here(const struct fetch_url *url)
{
	struct addr a;

	if (addr_parse_ip(&a, url->host))
		return addr_is_loopback(&a);
	return slice_eq_nocase(url->host, SLICE_LIT("localhost"));
}
