/* SPDX-License-Identifier: MIT */
#include "operator/here.h"

#include "common/base/base.h"

#include <stdio.h>
#include <stdlib.h>

int
here_complain(const char *err)
{
	(void)fprintf(stderr, "nudgectl: %s\n", err);
	return EXIT_FAILURE;
}

/* clang-format off */
const struct here_command here_commands[] = {
	{ "dns",     "[ADDRESS]", "a dnsmasq configuration for old programs", 0, 1, here_dns },
	{ "restore", "FILE [--passphrase-file F]", "take a backup's place; - reads it", 1, 3, here_restore },
};
/* clang-format on */
const size_t here_ncommands = ARRAY_LEN(here_commands);
