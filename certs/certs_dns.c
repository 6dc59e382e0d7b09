/* SPDX-License-Identifier: MIT */
#include "certs/certs_internal.h"

#include <arpa/inet.h>
#include <stdio.h>

enum {
	DNS_TTL_S = 60 /* soap.md 8.3: a server may move */
};

static bool
is_ipv4(struct slice address)
{
	char text[INET_ADDRSTRLEN];
	struct in_addr a;

	if (address.n >= sizeof(text))
		return false;
	memcpy(text, address.p, address.n);
	text[address.n] = '\0';
	return inet_pton(AF_INET, text, &a) == 1;
}

/*
 * "address" alone would forward the questions that have no such answer, for
 * AAAA above all; "local" answers them: there is none.
 */
static void
add_zone(struct buf *out, const char *zone, struct slice address)
{
	buf_addf(out, "address=/%s/" SLICE_FMT "\nlocal=/%s/\n", zone,
	    SLICE_ARG(address), zone);
}

int
certs_dns(struct slice address, struct buf *out, char *err, size_t errlen)
{
	const char *zone;
	size_t at = 0;

	if (!is_ipv4(address)) {
		(void)snprintf(err, errlen,
		    "\"" SLICE_FMT "\" is no IPv4 address; the programs ask "
		    "for nothing else",
		    SLICE_ARG(slice_upto(address, 80)));
		return -1;
	}
	buf_addf(out,
	    "# Made by \"nudgectl dns\": the names Messenger asks for.\n"
	    "listen-address=" SLICE_FMT "\n"
	    "bind-interfaces\n"
	    "local-ttl=%d\n",
	    SLICE_ARG(address), DNS_TTL_S);
	while ((zone = certs_zone_answered(&at)) != NULL)
		add_zone(out, zone, address);
	return 0;
}
