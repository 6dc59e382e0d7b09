/* SPDX-License-Identifier: MIT */
/* "nudgectl dns": the names old programs ask for, told to dnsmasq. */
#include "common/base/names.h"
#include "common/ops/host.h"
#include "operator/here.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	DNS_MAX = 64 * 1024,
	DNS_TTL_S = 60 /* soap.md 8.3: a server may move */
};

int
here_dns_config(struct slice address, struct buf *out)
{
	struct addr a;

	/* the programs ask for nothing but IPv4 */
	if (!addr_parse_ip(&a, address) || a.family != 4)
		return -1;
	buf_add_text(out,
	    "# Made by \"nudgectl dns\": the names Messenger asks for.\n"
	    "listen-address=");
	addr_add_ip(out, &a);
	buf_addf(out, "\nbind-interfaces\nlocal-ttl=%d\n", DNS_TTL_S);
	for (size_t i = 0; i < name_nzones; i++) {
		const struct name_zone *z = &name_zones[i];

		if (!z->whole)
			continue;
		buf_addf(out, "address=/%s/", z->domain);
		addr_add_ip(out, &a);
		/* what has no such answer, AAAA above all, has none at all */
		buf_addf(out, "\nlocal=/%s/\n", z->domain);
	}
	return 0;
}

int
here_dns(const char *dir, char **args, int n)
{
	struct buf out = BUF_INIT(DNS_MAX);
	struct buf own = BUF_INIT(ADDR_TEXT_MAX);
	struct addr a;
	int rc;

	(void)dir;
	if (n == 0 && !host_address(&a))
		return here_complain("this machine has no IPv4 address but its "
				     "own loopback; say which one to answer "
				     "with");
	if (n > 0)
		buf_add_text(&own, args[0]);
	else
		addr_add_ip(&own, &a);
	rc = buf_ok(&own) ? here_dns_config(buf_slice(&own), &out) : -1;
	if (rc == 0)
		(void)fwrite(out.p, 1, out.n, stdout);
	buf_free(&out);
	buf_free(&own);
	return rc == 0 ? EXIT_SUCCESS
		       : here_complain("the address must be an IPv4 one");
}
