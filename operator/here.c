/* SPDX-License-Identifier: MIT */
#include "operator/here.h"

#include "certs/certs.h"
#include "common/ops/host.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	ERR = 512,
	DNS_MAX = 64 * 1024
};

int
here_complain(const char *err)
{
	(void)fprintf(stderr, "nudgectl: %s\n", err);
	return EXIT_FAILURE;
}

/* ---- dns ---- */

static int
dns(const char *dir, char **args, int n)
{
	struct buf out = BUF_INIT(DNS_MAX);
	struct buf own = BUF_INIT(ADDR_TEXT_MAX);
	char err[ERR] = "";
	struct addr a;
	int rc;

	(void)dir;
	if (n == 0 && !host_address(&a))
		return here_complain(
		    "this machine has no way to the Internet, so "
		    "say which of its addresses to answer with");
	if (n > 0)
		buf_add_text(&own, args[0]);
	else
		addr_add_ip(&own, &a);
	rc = certs_dns(buf_slice(&own), &out, err, sizeof(err));
	if (rc == 0)
		(void)fwrite(out.p, 1, out.n, stdout);
	buf_free(&out);
	buf_free(&own);
	return rc == 0 ? EXIT_SUCCESS : here_complain(err);
}

/* clang-format off */
const struct here_command here_commands[] = {
	{ "dns",     "[ADDRESS]", "a dnsmasq configuration for old programs", 0, 1, dns },
	{ "restore", "FILE",      "take a backup's place; - reads it",        1, 1, here_restore },
};
/* clang-format on */
const size_t here_ncommands = ARRAY_LEN(here_commands);
