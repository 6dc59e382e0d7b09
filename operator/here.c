/* SPDX-License-Identifier: MIT */
#include "operator/here.h"

#include "common/base/base.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

int
here_complain(const char *err)
{
	(void)fprintf(stderr, "nudgectl: %s\n", err);
	return EXIT_FAILURE;
}

bool
here_wait(int fd, short events, int ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int rc;

	do
		rc = poll(&p, 1, ms);
	while (rc < 0 && errno == EINTR);
	return rc > 0;
}

/* clang-format off */
const struct here_command here_commands[] = {
	{ "dns",     "[ADDRESS]", "a dnsmasq configuration for old programs", here_dns },
	{ "restore", "FILE [--passphrase-file F]", "take a backup's place; - reads it", here_restore },
	{ "completion", "SHELL", "a script that completes commands in bash, zsh or fish", here_completion },
	{ "help",    "[COMMAND...]", "this list, or one command", here_help },
};
/* clang-format on */
const size_t here_ncommands = ARRAY_LEN(here_commands);
