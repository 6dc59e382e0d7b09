/* SPDX-License-Identifier: MIT */
/*
 * The names a server in the place of the network of 1999-2012 answers for, and
 * what its authority is limited to: those of names.def, what the operator adds,
 * and the private address ranges.
 */
#include "certs/certs_internal.h"

#include "common/base/names.h"
#include "common/base/panic.h"

#include <arpa/inet.h>
#include <stdio.h>

/*
 * Addresses nobody on the Internet has: a laptop keeps its authority from one
 * party to the next.
 */
static const struct zone_net {
	const char *address;
	unsigned bits;
} zone_nets[] = {
	{ "10.0.0.0", 8 },
	{ "172.16.0.0", 12 },
	{ "192.168.0.0", 16 },
	{ "169.254.0.0", 16 },
	{ "fc00::", 7 },
};

static bool
label_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '_';
}

/* Labels of a lower-case host name; the first may be "*" before others. */
static bool
host_name_valid(struct slice name)
{
	struct slice label;
	bool first = true;

	while (slice_cut(&name, '.', &label)) {
		bool star = first && slice_eq_text(label, "*") && name.p;

		first = false;
		if (label.n == 0 || label.n > 63)
			return false;
		for (size_t i = 0; !star && i < label.n; i++)
			if (!label_char(label.p[i]))
				return false;
	}
	return !first;
}

static bool
parse_address(const char *text, struct certs_name *out)
{
	out->is_ip = true;
	if (inet_pton(AF_INET, text, out->bytes) == 1)
		out->n = 4;
	else if (inet_pton(AF_INET6, text, out->bytes) == 1)
		out->n = 16;
	else
		return false;
	return true;
}

static bool
parse_name(struct slice text, struct certs_name *out)
{
	char low[CERTS_NAME_BYTES + 1];

	*out = (struct certs_name){ 0 };
	if (text.n == 0 || text.n > CERTS_NAME_BYTES)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		low[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	low[text.n] = '\0';
	if (parse_address(low, out))
		return true;
	if (!host_name_valid(slice_make(low, text.n)))
		return false;
	out->is_ip = false;
	out->n = text.n;
	memcpy(out->bytes, low, text.n);
	return true;
}

static void
add(struct certs_names *out, const struct certs_name *name)
{
	ASSERT(out->n < CERTS_NAMES_MAX);
	out->v[out->n++] = *name;
}

static void
add_text(struct certs_names *out, const char *text)
{
	struct certs_name name;

	ASSERT(parse_name(slice_text(text), &name));
	add(out, &name);
}

/* The network of the first bits of an address: the address, then its mask. */
static void
add_net(struct certs_names *out, const struct certs_name *address, size_t bits)
{
	struct certs_name net = *address;

	net.n = 2 * address->n;
	for (size_t i = 0; i < address->n; i++) {
		size_t ones = bits > 8 * i ? size_min(bits - 8 * i, 8) : 0;

		net.bytes[address->n + i] = (unsigned char)(0xff00u >> ones);
	}
	add(out, &net);
}

static struct slice
next_word(struct slice *rest)
{
	struct slice s = slice_trim(*rest);
	size_t n = 0;

	while (n < s.n && slice_trim(slice_make(s.p + n, 1)).n == 1)
		n++;
	*rest = slice_from(s, n);
	return slice_upto(s, n);
}

static int
each_extra(struct certs_names *out, struct slice extra,
    void (*take)(struct certs_names *, const struct certs_name *), char *err,
    size_t errlen)
{
	struct slice word;
	size_t count = 0;

	while ((word = next_word(&extra)).n > 0) {
		struct certs_name name;

		if (!parse_name(word, &name)) {
			(void)snprintf(err, errlen,
			    "\"" SLICE_FMT "\" is no host name and no address",
			    (int)size_min(word.n, 80), word.p);
			return -1;
		}
		if (++count > CERTS_EXTRA_MAX) {
			(void)snprintf(err, errlen,
			    "more than %d names for the certificates",
			    CERTS_EXTRA_MAX);
			return -1;
		}
		take(out, &name);
	}
	return 0;
}

static void
take_leaf(struct certs_names *out, const struct certs_name *name)
{
	if (!certs_names_have(out, name))
		add(out, name);
}

static bool
in_net(const struct certs_name *net, const struct certs_name *address)
{
	if (net->n != 2 * address->n)
		return false;
	for (size_t i = 0; i < address->n; i++)
		if ((net->bytes[i] ^ address->bytes[i]) &
		    net->bytes[address->n + i])
			return false;
	return true;
}

static bool
in_zone(const struct certs_name *zone, const struct certs_name *name)
{
	struct slice z = slice_make(zone->bytes, zone->n);
	struct slice s = slice_make(name->bytes, name->n);

	if (!slice_ends_nocase(s, z))
		return false;
	return s.n == z.n || s.p[s.n - z.n - 1] == '.';
}

static bool
lies_in(const struct certs_name *zone, const struct certs_name *name)
{
	if (zone->is_ip != name->is_ip)
		return false;
	return zone->is_ip ? in_net(zone, name) : in_zone(zone, name);
}

static void
take_zone(struct certs_names *out, const struct certs_name *name)
{
	struct certs_name zone = *name;

	for (size_t i = 0; i < out->n; i++)
		if (lies_in(&out->v[i], name))
			return;
	if (name->is_ip) {
		add_net(out, name, 8 * name->n);
		return;
	}
	/* "*.example.org" needs the zone "example.org" */
	if (name->bytes[0] == '*') {
		zone.n -= 2;
		memmove(zone.bytes, zone.bytes + 2, zone.n);
	}
	add(out, &zone);
}

int
certs_names_leaf(struct certs_names *out, struct slice extra, char *err,
    size_t errlen)
{
	out->n = 0;
	for (size_t i = 0; i < name_nrows; i++)
		add_text(out, name_rows[i].host);
	return each_extra(out, extra, take_leaf, err, errlen);
}

int
certs_names_zones(struct certs_names *out, struct slice extra, char *err,
    size_t errlen)
{
	out->n = 0;
	/* families first: hosts that lie in them need no zone of their own */
	for (int families = 1; families >= 0; families--)
		for (size_t i = 0; i < name_nrows; i++) {
			struct certs_name name;

			ASSERT(
			    parse_name(slice_text(name_rows[i].host), &name));
			if ((name.bytes[0] == '*') == families)
				take_zone(out, &name);
		}
	for (size_t i = 0; i < ARRAY_LEN(zone_nets); i++) {
		struct certs_name address = { 0 };

		ASSERT(parse_address(zone_nets[i].address, &address));
		add_net(out, &address, zone_nets[i].bits);
	}
	return each_extra(out, extra, take_zone, err, errlen);
}

bool
certs_name_eq(const struct certs_name *a, const struct certs_name *b)
{
	return a->is_ip == b->is_ip && a->n == b->n &&
	    memcmp(a->bytes, b->bytes, a->n) == 0;
}

bool
certs_names_have(const struct certs_names *in, const struct certs_name *name)
{
	for (size_t i = 0; i < in->n; i++)
		if (certs_name_eq(&in->v[i], name))
			return true;
	return false;
}

bool
certs_zones_permit(const struct certs_names *zones,
    const struct certs_name *name)
{
	bool constrained = false;

	for (size_t i = 0; i < zones->n; i++) {
		const struct certs_name *z = &zones->v[i];

		if (z->is_ip != name->is_ip)
			continue;
		constrained = true;
		if (lies_in(z, name))
			return true;
	}
	return !constrained;
}

void
certs_name_print(const struct certs_name *name, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];
	size_t n = name->n;
	int family;

	if (!name->is_ip) {
		buf_add(out, name->bytes, n);
		return;
	}
	family = n == 4 || n == 8 ? AF_INET : AF_INET6;
	if (inet_ntop(family, name->bytes, text, sizeof(text)) != NULL)
		buf_add_text(out, text);
	if (n == 8 || n == 32) {
		unsigned bits = 0;

		for (size_t i = n / 2; i < n; i++)
			bits += (unsigned)__builtin_popcount(name->bytes[i]);
		buf_addf(out, "/%u", bits);
	}
}
